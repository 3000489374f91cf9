"""How are deliveries opened, order records sealed, and what may the relay know of an order?

Formats: docs/adr/0008-sealing-and-shared-orders.md, with test vectors.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from telesales_desktop.adapters.data_key import KEY_BYTES, NONCE_BYTES, DataKey, SealedError, hkdf
from telesales_desktop.wire.feed import MOST_BODY, MOST_SIGNATURES
from telesales_desktop.wire.strict_json import WireError, decode

VERSION = b"\x01"
_TAG_BYTES = 16
_WRAPPED_BYTES = KEY_BYTES + _TAG_BYTES
_HEADER_BYTES = KEY_BYTES + _WRAPPED_BYTES
_BATCH = b"telesales-desktop v1 batch"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_BATCHES = 64  # of one desk's: a batch is an hour of one relay process


@dataclass(frozen=True, slots=True)
class OpenedDelivery:
    """What the relay sealed of one delivery. ``body`` is raw bytes, as it came."""

    content_type: str
    signatures: tuple[str, ...]
    body: bytes = field(repr=False)
    landing: str = ""


class DeliveryOpener:
    """Opens sealed deliveries of one merchant; most cost one AES-GCM, for a batch shares a key."""

    def __init__(self, data_key: DataKey, merchant: str) -> None:
        self._data_key = data_key
        self._merchant = merchant
        self._batches: OrderedDict[bytes, bytes] = OrderedDict()

    def open(self, sealed: bytes, delivery_id: str, received_at: datetime) -> OpenedDelivery:
        """Errors: ``SealedError``: nothing may be concluded but that news was here."""
        if not sealed.startswith(VERSION):
            raise SealedError("a sealed form that this version does not know")
        header, rest = sealed[1 : 1 + _HEADER_BYTES], sealed[1 + _HEADER_BYTES :]
        if len(rest) < NONCE_BYTES + _TAG_BYTES:
            raise SealedError("too short")
        bound = delivery_bound(self._merchant, delivery_id, received_at)
        content = _decrypt(self._batch_key(header), rest, bound)
        return _delivery(content)

    def _batch_key(self, header: bytes) -> bytes:
        known = self._batches.get(header)
        if known is None:
            known = _unwrap_batch(self._data_key, header)
            self._batches[header] = known
            if len(self._batches) > _MOST_BATCHES:
                self._batches.popitem(last=False)
        return known


def delivery_bound(merchant: str, delivery_id: str, received_at: datetime) -> bytes:
    """What a sealed delivery is bound to. Units: microseconds since 1970, by the relay's clock."""
    return f"{merchant}|{delivery_id}|{_microseconds(received_at)}".encode()


def record_bound(merchant: str, environment: str, order_key: str, version: int) -> bytes:
    """The place of a record: it opens nowhere else."""
    return f"{merchant}|{environment}|{order_key}|{version}".encode()


def seal_record(
    data_key: DataKey, content: bytes, bound: bytes, *, nonce: bytes | None = None
) -> bytes:
    """A record that only this merchant's desks can read. ``nonce``: for test vectors only."""
    nonce = nonce or secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(data_key.record_key).encrypt(nonce, content, bound)


def open_record(data_key: DataKey, sealed: bytes, bound: bytes) -> bytes:
    """Errors: ``SealedError`` unless a desk of this merchant sealed it for just this place."""
    if not sealed.startswith(VERSION) or len(sealed) < 1 + NONCE_BYTES + _TAG_BYTES:
        raise SealedError("not a sealed record of this version")
    return _decrypt(data_key.record_key, sealed[1:], bound)


def tag(data_key: DataKey, kind: str, value: str) -> str:
    """Under which name the relay may compare a value that it must not know.

    ``value`` is in its one spelling already: see ``tag_value``.
    """
    return hmac.new(data_key.tag_key, f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()


def tag_value(kind: str, value: str) -> str:
    """The one spelling that two desks compare: what differs only by case or blanks is the same."""
    kept = "".join(value.split()) if kind == "phone" else value.strip()
    return kept.casefold()


def checkout_hash(merchant: str, checkout_id: str) -> str:
    """How the relay recognises a delivery's checkout without knowing any checkout's id."""
    return hashlib.sha256(f"telesales checkout v1|{merchant}|{checkout_id}".encode()).hexdigest()


def _unwrap_batch(data_key: DataKey, header: bytes) -> bytes:
    ephemeral, wrapped = header[:KEY_BYTES], header[KEY_BYTES:]
    try:
        shared = data_key.delivery_key.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    except ValueError:  # a point of low order: whoever chose it would know the shared secret
        raise SealedError("not a key") from None
    key = hkdf(shared, _BATCH + ephemeral + data_key.public_key)
    # A nonce of zeros is used once: the key is new with every ephemeral key.
    return _decrypt(key, bytes(NONCE_BYTES) + wrapped, None)


def _decrypt(key: bytes, nonce_and_sealed: bytes, bound: bytes | None) -> bytes:
    nonce, sealed = nonce_and_sealed[:NONCE_BYTES], nonce_and_sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        raise SealedError("sealed with another key, or changed") from None


def _delivery(content: bytes) -> OpenedDelivery:
    try:
        members = decode(content)
        return OpenedDelivery(
            content_type=members.text("content_type"),
            signatures=members.texts("signatures", most=MOST_SIGNATURES),
            body=members.octets("body", most=MOST_BODY),
            landing=members.text_or_none("landing") or "",
        )
    except WireError as wrong:
        raise SealedError(f"sealed, but not a delivery: {wrong}") from None


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
