"""How does a person sign a claim, and how does a desk know that the key is that person's?

Each person has an Ed25519 key at each workstation. A desk attests its public half with a key that
all desks of the merchant have and the relay never has: the relay can drop keys, not forge them.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from telesales_desktop.adapters.data_key import KEY_BYTES, DataKey, SealedError


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
    def public_key(self) -> bytes:
        """What the relay tells other desks."""
        return self._private_key.public_key().public_bytes_raw()

    def sign(self, message: str) -> bytes:
        """A signature of 64 bytes over the message's UTF-8."""
        return self._private_key.sign(message.encode())


def attestation(
    data_key: DataKey, merchant: str, person_id: str, token_id: str, public_key: bytes
) -> str:
    """A desk's word that this public key is that person's at that workstation."""
    message = f"{merchant}|{person_id}|{token_id}|{public_key.hex()}".encode()
    return hmac.new(data_key.person_key, message, hashlib.sha256).hexdigest()


def is_attested(
    data_key: DataKey,
    merchant: str,
    person_id: str,
    token_id: str,
    public_key: bytes,
    attested: str,
) -> bool:
    """Whether a desk of this merchant has said so; a key of another length never is."""
    expected = attestation(data_key, merchant, person_id, token_id, public_key)
    return len(public_key) == KEY_BYTES and hmac.compare_digest(
        expected.encode(), attested.encode()
    )


def is_signed(public_key: bytes, message: str, signature: bytes) -> bool:
    """Whether whoever has the private half signed just this."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def claim_message(
    merchant: str, order_key: str, kind: str, version: int, person_id: str, token_id: str, at: str
) -> str:
    """What is signed when a desk claims an order. ``at`` as the contract spells an instant."""
    return f"claim|{merchant}|{order_key}|{kind}|{version}|{person_id}|{token_id}|{at}"


def hand_over_message(
    merchant: str,
    order_key: str,
    to_person_id: str,
    version: int,
    released: bool,
    person_id: str,
    token_id: str,
    at: str,
) -> str:
    """What is signed when an order is given to somebody. ``released`` is ``true`` or ``false``."""
    word = "true" if released else "false"
    return (
        f"hand-over|{merchant}|{order_key}|{to_person_id}|{version}|{word}"
        f"|{person_id}|{token_id}|{at}"
    )
