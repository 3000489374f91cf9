"""Which keys come from the merchant data key, and how does it rest at the relay?

Formats and labels: docs/adr/0008-sealing-and-shared-orders.md, with test vectors.
"""

from __future__ import annotations

import secrets
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telesales_desktop.wire.sealing import (
    DELIVERY_LABEL,
    KEY_BYTES,
    NONCE_BYTES,
    ORDER_KEY_LABEL,
    PERSON_LABEL,
    RECORD_LABEL,
    TAG_LABEL,
    WRAP_ID_BYTES,
    WRAP_ID_LABEL,
    WRAP_LABEL,
    WRAPPED_BYTES,
    SealingKey,
    fingerprint,
)


class SealedError(Exception):
    """What should open does not: another key sealed it, or it was changed, or it has no such form.

    The message never holds what was to be opened.
    """

    code = "sealing.refused"


class DataKey:
    """The merchant data key, and all that comes from it. Never shown, never logged.

    Units: 32 random bytes, kept in the keyring as hexadecimal digits.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise SealedError("a data key has 32 bytes")
        self._secret = secret

    @classmethod
    def make(cls) -> DataKey:
        """A new one; it is made once for a merchant, on a desk."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_hex(cls, text: str) -> DataKey:
        """As the keyring holds it. Errors: ``SealedError``."""
        try:
            return cls(bytes.fromhex(text))
        except ValueError:
            raise SealedError("not a data key") from None

    def to_hex(self) -> str:
        """As the keyring holds it."""
        return self._secret.hex()

    @cached_property
    def delivery_key(self) -> X25519PrivateKey:
        """Opens what the relay sealed to ``public_key``."""
        return X25519PrivateKey.from_private_bytes(hkdf(self._secret, DELIVERY_LABEL))

    @cached_property
    def public_key(self) -> bytes:
        """What the relay seals deliveries to."""
        return self.delivery_key.public_key().public_bytes_raw()

    @cached_property
    def fingerprint(self) -> str:
        """The public half, to be compared with the relay's."""
        return fingerprint(self.public_key)

    @cached_property
    def record_key(self) -> bytes:
        """AES-256 key of order records."""
        return hkdf(self._secret, RECORD_LABEL)

    @cached_property
    def tag_key(self) -> bytes:
        """HMAC key of look-up tags."""
        return hkdf(self._secret, TAG_LABEL)

    @cached_property
    def order_key_key(self) -> bytes:
        """HMAC key of ``domain.keys.order_key``: the merchant's desks name an order alike."""
        return hkdf(self._secret, ORDER_KEY_LABEL)

    @cached_property
    def person_key(self) -> bytes:
        """HMAC key by which a desk attests a person's public key."""
        return hkdf(self._secret, PERSON_LABEL)

    def wrap(self, private_api_key: str, *, nonce: bytes | None = None) -> bytes:
        """The data key for whoever has this API key. ``nonce`` is given by test vectors only."""
        nonce = nonce or secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(_wrap_key(private_api_key)).encrypt(nonce, self._secret, self.public_key)
        return nonce + sealed

    def sealing_key(self, private_api_key: str) -> SealingKey:
        """What is given to the relay at its start: it opens nothing without the API key."""
        wrap = bytes.fromhex(wrap_id(private_api_key))
        return SealingKey(self.public_key, wrap, self.wrap(private_api_key))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DataKey):
            return NotImplemented
        return secrets.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self.public_key)

    def __repr__(self) -> str:
        return f"DataKey({self.fingerprint})"


def unwrap(blob: bytes, private_api_key: str, public_key: bytes) -> DataKey:
    """The data key that was wrapped for this API key and belongs to ``public_key``.

    Errors: ``SealedError`` for another API key, another public key, or one bit that was changed.
    """
    if len(blob) != WRAPPED_BYTES:
        raise SealedError("a wrapped key has 60 bytes")
    nonce, sealed = blob[:NONCE_BYTES], blob[NONCE_BYTES:]
    try:
        secret = AESGCM(_wrap_key(private_api_key)).decrypt(nonce, sealed, public_key)
    except InvalidTag:
        raise SealedError("not wrapped for this API key") from None
    found = DataKey(secret)
    if found.public_key != public_key:
        raise SealedError("the wrapped key does not belong to the public key")
    return found


def wrap_id(private_api_key: str) -> str:
    """Which wrap at the relay is this API key's; it tells nothing about the key."""
    return hkdf(private_api_key.encode(), WRAP_ID_LABEL, WRAP_ID_BYTES).hex()


def hkdf(secret: bytes, info: bytes, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256 with an empty salt. Units: ``length`` bytes."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def _wrap_key(private_api_key: str) -> bytes:
    return hkdf(private_api_key.encode(), WRAP_LABEL)
