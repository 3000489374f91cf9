"""How does a desk say that it acts on an order from now on, or that somebody else does?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telesales_desktop.wire.enrolment import PERSON_ID, TOKEN_ID
from telesales_desktop.wire.strict_json import Members, WireError, decode, encode, instant_text

LEAST_CLAIM_S, MOST_CLAIM_S = 10, 300
MOST_VERSION = 2**31 - 1
SIGNATURE = re.compile(r"[0-9a-f]{128}")
"""Ed25519, under the person's key, in hex."""


class ClaimKind(StrEnum):
    """What the last transaction on an order's holder was."""

    AUTHORIZE = "authorize"  # the owner is silent; it stays the owner
    TAKE_OVER = "take_over"  # a supervisor, or the owner at another desk, goes on with it
    HAND_OVER = "hand_over"  # the order was given to somebody


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """The body of ``POST /v1/orders/{order_key}/claim``. Units: ``seconds``."""

    kind: ClaimKind
    version: int
    seconds: int
    at: datetime
    signature: str

    def to_json(self) -> bytes:
        return encode(
            {
                "kind": self.kind,
                "version": self.version,
                "seconds": self.seconds,
                "at": instant_text(self.at),
                "signature": self.signature,
            }
        )

    @classmethod
    def from_json(cls, raw: bytes) -> ClaimRequest:
        """Errors: ``WireError``."""
        members = decode(raw)
        kind = _kind(members)
        if kind is ClaimKind.HAND_OVER:
            raise WireError("kind must be authorize or take_over")
        return cls(
            kind=kind,
            version=version(members),
            seconds=members.integer("seconds", least=LEAST_CLAIM_S, most=MOST_CLAIM_S),
            at=members.instant("at"),
            signature=members.text("signature", pattern=SIGNATURE),
        )


@dataclass(frozen=True, slots=True)
class HandOverRequest:
    """The body of ``POST /v1/orders/{order_key}/hand-over``; ``to`` is a person.

    ``released``: the desk that acted does so no more, so the next one finds the place empty.
    """

    to: str
    version: int
    released: bool
    at: datetime
    signature: str

    def to_json(self) -> bytes:
        return encode(
            {
                "to": self.to,
                "version": self.version,
                "released": self.released,
                "at": instant_text(self.at),
                "signature": self.signature,
            }
        )

    @classmethod
    def from_json(cls, raw: bytes) -> HandOverRequest:
        """Errors: ``WireError``."""
        members = decode(raw)
        return cls(
            to=members.text("to", pattern=PERSON_ID),
            version=version(members),
            released=members.flag("released"),
            at=members.instant("at"),
            signature=members.text("signature", pattern=SIGNATURE),
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """Who last claimed an order, or gave it to whom, as its signature says it.

    ``until``: of a claim, by the relay's clock. ``to`` and ``released``: of a hand-over.
    """

    kind: ClaimKind
    version: int
    person_id: str
    token_id: str
    at: datetime
    signature: str
    until: datetime | None = None
    to: str | None = None
    released: bool = False

    def message(self, merchant: str, order_key: str) -> bytes:
        """What ``signature`` is over."""
        who = f"{self.person_id}|{self.token_id}|{instant_text(self.at)}"
        if self.kind is ClaimKind.HAND_OVER:
            done = f"{self.to}|{self.version}|{'true' if self.released else 'false'}"
            return f"hand-over|{merchant}|{order_key}|{done}|{who}".encode()
        return f"claim|{merchant}|{order_key}|{self.kind}|{self.version}|{who}".encode()

    def members(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "version": self.version,
            "person_id": self.person_id,
            "token_id": self.token_id,
            "at": instant_text(self.at),
            "signature": self.signature,
            "until": None if self.until is None else instant_text(self.until),
            "to": self.to,
            "released": self.released,
        }

    def to_json(self) -> bytes:
        return encode(self.members())

    @classmethod
    def from_json(cls, raw: bytes) -> Claim:
        """Errors: ``WireError``."""
        return cls.from_members(decode(raw))

    @classmethod
    def from_members(cls, members: Members) -> Claim:
        """Errors: ``WireError``."""
        return cls(
            kind=_kind(members),
            version=version(members),
            person_id=members.text("person_id", pattern=PERSON_ID),
            token_id=members.text("token_id", pattern=TOKEN_ID),
            at=members.instant("at"),
            signature=members.text("signature", pattern=SIGNATURE),
            until=members.instant_or_none("until"),
            to=members.text_or_none("to", pattern=PERSON_ID),
            released=members.flag("released"),
        )


def version(members: Members) -> int:
    """An order's version, from 1. Errors: ``WireError``."""
    return members.integer("version", least=1, most=MOST_VERSION)


def _kind(members: Members) -> ClaimKind:
    kind = members.text("kind", most=32)
    if kind not in set(ClaimKind):
        raise WireError(f"kind {kind} is not known")
    return ClaimKind(kind)
