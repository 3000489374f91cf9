"""How are deliveries opened, order records sealed, and what may the relay know of an order?

Formats: docs/adr/0008-sealing-and-shared-orders.md, with test vectors.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from telesales_desktop.adapters.data_key import DataKey, SealedError, hkdf
from telesales_desktop.wire.sealing import (
    NONCE_BYTES,
    DeliveryContent,
    SealedDelivery,
    SealedRecord,
    batch_info,
    delivery_place,
    microseconds,
    tag_message,
)
from telesales_desktop.wire.strict_json import WireError

_MOST_BATCHES = 64  # of one desk's: a batch is an hour of one relay process


class DeliveryOpener:
    """Opens sealed deliveries of one merchant; most cost one AES-GCM, for a batch shares a key."""

    def __init__(self, data_key: DataKey, merchant: str) -> None:
        self._data_key = data_key
        self._merchant = merchant
        self._batches: OrderedDict[tuple[bytes, bytes], bytes] = OrderedDict()

    def open(self, sealed: bytes, delivery_id: str, received_at: datetime) -> DeliveryContent:
        """Errors: ``SealedError``: nothing may be concluded but that news was here."""
        try:
            parts = SealedDelivery.from_bytes(sealed)
        except WireError as wrong:
            raise SealedError(str(wrong)) from None
        place = delivery_place(self._merchant, delivery_id, microseconds(received_at))
        plain = _decrypt(self._batch_key(parts), parts.nonce, parts.ciphertext, place)
        try:
            return DeliveryContent.from_json(plain)
        except WireError as wrong:
            raise SealedError(f"sealed, but not a delivery: {wrong}") from None

    def _batch_key(self, parts: SealedDelivery) -> bytes:
        name = (parts.ephemeral, parts.data_key)
        known = self._batches.get(name)
        if known is None:
            known = _unwrap_batch(self._data_key, parts)
            self._batches[name] = known
            if len(self._batches) > _MOST_BATCHES:
                self._batches.popitem(last=False)
        return known


def seal_record(
    data_key: DataKey, content: bytes, place: bytes, *, nonce: bytes | None = None
) -> bytes:
    """A record that only this merchant's desks can read. ``nonce``: for test vectors only."""
    nonce = nonce or secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(data_key.record_key).encrypt(nonce, content, place)
    return SealedRecord(nonce, ciphertext).to_bytes()


def open_record(data_key: DataKey, sealed: bytes, place: bytes) -> bytes:
    """Errors: ``SealedError`` unless a desk of this merchant sealed it for just this place."""
    try:
        parts = SealedRecord.from_bytes(sealed)
    except WireError as wrong:
        raise SealedError(str(wrong)) from None
    return _decrypt(data_key.record_key, parts.nonce, parts.ciphertext, place)


def tag(data_key: DataKey, kind: str, value: str) -> str:
    """Under which name the relay may compare a value that it must not know."""
    message = tag_message(kind, _one_spelling(kind, value))
    return hmac.new(data_key.tag_key, message, hashlib.sha256).hexdigest()


def _one_spelling(kind: str, value: str) -> str:
    """What two desks compare: what differs only by case or blanks is the same."""
    kept = "".join(value.split()) if kind == "phone" else value.strip()
    return kept.casefold()


def _unwrap_batch(data_key: DataKey, parts: SealedDelivery) -> bytes:
    try:
        public = X25519PublicKey.from_public_bytes(parts.ephemeral)
        shared = data_key.delivery_key.exchange(public)
    except ValueError:  # a point of low order: whoever chose it would know the shared secret
        raise SealedError("not a key") from None
    key = hkdf(shared, batch_info(parts.ephemeral, data_key.public_key))
    # A nonce of zeros is used once: the key is new with every ephemeral key.
    return _decrypt(key, bytes(NONCE_BYTES), parts.data_key, None)


def _decrypt(key: bytes, nonce: bytes, ciphertext: bytes, place: bytes | None) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, place)
    except InvalidTag:
        raise SealedError("sealed with another key, or changed") from None
