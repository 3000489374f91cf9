"""How does a person sign a claim, and how does a desk know that the key is that person's?

Each person has an Ed25519 key at each workstation. A desk attests its public half with a key that
all desks of the merchant have and the relay never has: the relay can drop keys, not forge them.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from telesales_desktop.adapters.data_key import DataKey, SealedError
from telesales_desktop.wire import people as wire
from telesales_desktop.wire.people import attested_message


class PersonKey:
    """One person's signing key at one workstation; never shown, kept in the keyring."""

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key

    @classmethod
    def make(cls) -> PersonKey:
        """A new one, made on the desk where it stays."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_hex(cls, text: str) -> PersonKey:
        """As the keyring holds it. Errors: ``SealedError``."""
        try:
            return cls(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text)))
        except ValueError:
            raise SealedError("not a person's key") from None

    def to_hex(self) -> str:
        """As the keyring holds it."""
        return self._private_key.private_bytes_raw().hex()

    @property
    def public_key(self) -> str:
        """What the relay tells other desks, in hex."""
        return self._private_key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """In hex, as the contract spells it."""
        return self._private_key.sign(message).hex()


def attestation(
    data_key: DataKey, merchant: str, person_id: str, token_id: str, public_key: str
) -> str:
    """A desk's word that this public key (hex) is that person's at that workstation."""
    message = attested_message(merchant, person_id, token_id, public_key)
    return hmac.new(data_key.person_key, message, hashlib.sha256).hexdigest()


def is_attested(data_key: DataKey, merchant: str, person_id: str, key: wire.PersonKey) -> bool:
    """Whether a desk of this merchant has said so."""
    expected = attestation(data_key, merchant, person_id, key.token_id, key.public_key)
    return hmac.compare_digest(expected, key.attestation)


def is_signed(public_key: str, message: bytes, signature: str) -> bool:
    """Whether whoever has the private half of this key (hex) signed just this."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
