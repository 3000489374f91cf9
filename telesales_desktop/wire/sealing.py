"""How is what rests at the relay sealed? Labels, layouts and texts; the ciphers are elsewhere.

AES-256-GCM, HKDF-SHA256 with an empty salt, X25519.
Source: docs/adr/0008-sealing-and-shared-orders.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from json.encoder import encode_basestring

from telesales_desktop.wire.strict_json import WireError, decode

# From the merchant data key, which no relay has.
DELIVERY_LABEL = b"telesales-desktop v1 delivery"
RECORD_LABEL = b"telesales-desktop v1 record"
TAG_LABEL = b"telesales-desktop v1 tag"
ORDER_KEY_LABEL = b"telesales-desktop v1 order key"
PERSON_LABEL = b"telesales-desktop v1 person"
# From a private API key of Affirm's.
WRAP_LABEL = b"telesales-desktop v1 wrap"
WRAP_ID_LABEL = b"telesales-desktop v1 wrap id"
# From a shared secret of X25519.
BATCH_LABEL = b"telesales-desktop v1 batch"

KEY_BYTES = 32
NONCE_BYTES = 12
WRAP_ID_BYTES = 8
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + 16
"""A wrapped merchant data key: nonce, ciphertext, tag."""

MOST_WRAPS = 8
MOST_SIGNATURES = 1000  # far more than are expected; a longer list is refused
MOST_BODY = 64 * 1024
"""Units: bytes of one delivery's body, as it came."""

MOST_SEALED_DELIVERY = 192 * 1024
MOST_SEALED_RECORD = 128 * 1024

WRAP_ID = re.compile(r"[0-9a-f]{16}")
PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
FINGERPRINT = re.compile(r"[0-9a-f]{4}(-[0-9a-f]{4}){7}")
SEALING_KEY = re.compile(r"tsk1_[A-Za-z0-9_-]{134}")

_VERSION = b"\x01"
_DATA_KEY_BYTES = KEY_BYTES + 16
_HEADER_BYTES = KEY_BYTES + _DATA_KEY_BYTES
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


def fingerprint(public_key: bytes) -> str:
    """What people compare of a sealing key: ``3f2a-…``, eight groups of four."""
    digits = hashlib.sha256(public_key).digest()[:16].hex()
    return "-".join(digits[start : start + 4] for start in range(0, 32, 4))


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A merchant's public sealing key, and its data key as one private API key opens it."""

    public_key: bytes
    wrap_id: bytes
    wrapped: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)

    def text(self) -> str:
        """As ``telesales-desktop sealing-key`` prints it and the relay's commands take it."""
        octets = self.public_key + self.wrap_id + self.wrapped
        return "tsk1_" + base64.urlsafe_b64encode(octets).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> SealingKey:
        """Errors: ``WireError``."""
        if not SEALING_KEY.fullmatch(text):
            raise WireError(
                "a sealing key is one word, tsk1_ and 134 characters, as telesales-desktop "
                "sealing-key prints it"
            )
        octets = base64.urlsafe_b64decode(text.removeprefix("tsk1_") + "==")
        key = cls(octets[:32], octets[32:40], octets[40:])
        if key.text() != text:
            raise WireError("this sealing key was cut or mistyped")
        return key


@dataclass(frozen=True, slots=True)
class SealedDelivery:
    """A delivery at rest: under a data key that itself is sealed to the merchant's public key."""

    ephemeral: bytes
    data_key: bytes
    nonce: bytes
    ciphertext: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        return _VERSION + self.ephemeral + self.data_key + self.nonce + self.ciphertext

    @classmethod
    def from_bytes(cls, octets: bytes) -> SealedDelivery:
        """Errors: ``WireError``."""
        header, rest = octets[1 : 1 + _HEADER_BYTES], octets[1 + _HEADER_BYTES :]
        if octets[:1] != _VERSION or len(rest) < NONCE_BYTES + 16:
            raise WireError("this is not a sealed delivery of this version")
        return cls(header[:KEY_BYTES], header[KEY_BYTES:], rest[:NONCE_BYTES], rest[NONCE_BYTES:])


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """An order record at rest, under the record key, which only desks derive."""

    nonce: bytes
    ciphertext: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        return _VERSION + self.nonce + self.ciphertext

    @classmethod
    def from_bytes(cls, octets: bytes) -> SealedRecord:
        """Errors: ``WireError``."""
        if octets[:1] != _VERSION or len(octets) < 1 + NONCE_BYTES + 16:
            raise WireError("this is not a sealed record of this version")
        return cls(octets[1 : 1 + NONCE_BYTES], octets[1 + NONCE_BYTES :])


@dataclass(frozen=True, slots=True)
class DeliveryContent:
    """What is sealed of a delivery: everything that came. ``landing``: see ``feed.Landing``."""

    content_type: str
    signatures: tuple[str, ...]
    body: bytes = field(repr=False)
    landing: str | None

    def to_json(self) -> bytes:
        """Spelled out, for it is done for each webhook: the same as ``strict_json.encode``."""
        signatures = ",".join(map(encode_basestring, self.signatures))
        landing = "null" if self.landing is None else encode_basestring(self.landing)
        return (
            f'{{"content_type":{encode_basestring(self.content_type)},"signatures":[{signatures}],'
            f'"body":"{binascii.b2a_base64(self.body, newline=False).decode()}",'
            f'"landing":{landing}}}'
        ).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> DeliveryContent:
        """Errors: ``WireError``."""
        members = decode(raw)
        return cls(
            content_type=members.text("content_type"),
            signatures=members.texts("signatures", most=MOST_SIGNATURES),
            body=members.octets("body", most=MOST_BODY),
            landing=members.text_or_none("landing"),
        )


def batch_info(ephemeral: bytes, recipient: bytes) -> bytes:
    """HKDF's info for the key that seals a data key; both are public halves."""
    return BATCH_LABEL + ephemeral + recipient


def delivery_place(merchant: str, delivery_id: str, received_us: int) -> bytes:
    """The associated data of a sealed delivery: it opens nowhere else."""
    return f"{merchant}|{delivery_id}|{received_us}".encode()


def record_place(merchant: str, environment: str, order_key: str, version: int) -> bytes:
    """The associated data of a sealed record: it opens for no other order and no other version."""
    return f"{merchant}|{environment}|{order_key}|{version}".encode()


def checkout_hash(merchant: str, checkout_id: str) -> str:
    """What rests of a checkout id."""
    named = f"telesales checkout v1|{merchant}|{checkout_id}"
    return hashlib.sha256(named.encode()).hexdigest()


def tag_message(kind: str, value: str) -> bytes:
    """What a look-up tag is the HMAC of; ``kind``: phone, email or order; ``value`` normalised."""
    return f"{kind}|{value}".encode()


def microseconds(instant: datetime) -> int:
    """An aware instant as whole microseconds since 1970."""
    return (instant - _1970) // timedelta(microseconds=1)
