"""What does a desk hear of, and tell about, its merchant's sealing key?"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from telesales_desktop.wire.sealing import (
    FINGERPRINT,
    MOST_WRAPS,
    PUBLIC_KEY,
    WRAP_ID,
    WRAPPED_BYTES,
)
from telesales_desktop.wire.strict_json import Members, WireError, decode, encode


@dataclass(frozen=True, slots=True)
class Wrap:
    """The merchant data key as one private API key opens it; ``wrap_id`` is hex."""

    wrap_id: str
    blob: bytes = field(repr=False)

    def members(self) -> dict[str, object]:
        return {"wrap_id": self.wrap_id, "blob": base64.b64encode(self.blob).decode()}

    @classmethod
    def from_members(cls, members: Members) -> Wrap:
        """Errors: ``WireError``."""
        return cls(members.text("wrap_id", pattern=WRAP_ID), _blob(members))


@dataclass(frozen=True, slots=True)
class Sealing:
    """The answer to ``GET /v1/sealing``; without a sealing key all is None and empty."""

    public_key: str | None
    fingerprint: str | None
    wrapped: tuple[Wrap, ...]

    def to_json(self) -> bytes:
        return encode(
            {
                "public_key": self.public_key,
                "fingerprint": self.fingerprint,
                "wrapped": [wrap.members() for wrap in self.wrapped],
            }
        )

    @classmethod
    def from_json(cls, raw: bytes) -> Sealing:
        """Errors: ``WireError``."""
        members = decode(raw)
        wraps = members.nested_list("wrapped", most=MOST_WRAPS)
        return cls(
            public_key=members.text_or_none("public_key", pattern=PUBLIC_KEY),
            fingerprint=members.text_or_none("fingerprint", pattern=FINGERPRINT),
            wrapped=tuple(Wrap.from_members(wrap) for wrap in wraps),
        )


@dataclass(frozen=True, slots=True)
class WrapPut:
    """The body of ``PUT /v1/sealing/{wrap_id}``."""

    blob: bytes = field(repr=False)

    def to_json(self) -> bytes:
        return encode({"blob": base64.b64encode(self.blob).decode()})

    @classmethod
    def from_json(cls, raw: bytes) -> WrapPut:
        """Errors: ``WireError``."""
        return cls(_blob(decode(raw)))


def _blob(members: Members) -> bytes:
    blob = members.octets("blob", most=WRAPPED_BYTES)
    if len(blob) != WRAPPED_BYTES:
        raise WireError(f"blob must have {WRAPPED_BYTES} bytes")
    return blob
