"""What does a desk get from the relay's feed?"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from telesales_desktop.wire.addresses import MERCHANT, ORDER_KEY
from telesales_desktop.wire.strict_json import Members, WireError, decode, encode, instant_text

MOST_BODY = 64 * 1024
"""Units: bytes of one delivery's body, as it came."""

MOST_WAIT_S = 30
MOST_CHANGES = 500
CURSOR = re.compile(r"[A-Za-z0-9._~-]{1,128}")
"""A cursor is opaque: a desk keeps it and gives it back, and reads nothing in it."""

EPOCH = re.compile(r"[A-Za-z0-9-]{1,32}")
_DELIVERY_ID = re.compile(r"[0-9a-f]{64}")
MOST_SIGNATURES = 1000  # no more fit into the head that a listener takes


class ChangeKind(StrEnum):
    """What a change of the feed carries."""

    DELIVERY = "delivery"


class Source(StrEnum):
    """Who brought a delivery."""

    WEBHOOK = "webhook"  # posted to the secret address; the desk checks the signature
    CUSTOMER = "customer"  # the customer's browser came back: a hint, never signed


class Landing(StrEnum):
    """The page on which the customer's browser came back."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"  # cancelled, or declined: Affirm uses one address for both


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST from Affirm, or one visit of the customer's browser, as the relay kept it.

    ``delivery_id`` is the same each time the same delivery is announced. ``signatures`` are the
    values of every signature header, in order. ``poison``: the relay found no event in the body.
    """

    delivery_id: str
    merchant: str
    source: Source
    content_type: str
    signatures: tuple[str, ...]
    body: bytes = field(repr=False)
    order_key: str | None
    landing: Landing | None
    poison: bool

    def to_json(self) -> bytes:
        return encode(
            {
                "delivery_id": self.delivery_id,
                "merchant": self.merchant,
                "source": self.source,
                "content_type": self.content_type,
                "signatures": self.signatures,
                "body": base64.b64encode(self.body).decode(),
                "order_key": self.order_key,
                "landing": self.landing,
                "poison": self.poison,
            }
        )

    @classmethod
    def from_members(cls, members: Members) -> Delivery:
        """Errors: ``WireError``."""
        landing = members.text_or_none("landing")
        try:
            return cls(
                delivery_id=members.text("delivery_id", pattern=_DELIVERY_ID),
                merchant=members.text("merchant", pattern=MERCHANT),
                source=Source(members.text("source")),
                content_type=members.text("content_type"),
                signatures=members.texts("signatures", most=MOST_SIGNATURES),
                body=members.octets("body", most=MOST_BODY),
                order_key=members.text_or_none("order_key", pattern=ORDER_KEY),
                landing=None if landing is None else Landing(landing),
                poison=members.flag("poison"),
            )
        except WireError:
            raise
        except ValueError as unknown:  # a source or a landing that this version does not know
            raise WireError(str(unknown)) from None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the feed. ``delivery`` is None for a kind that this version does not know.

    Units: ``received_at`` aware UTC, by the relay's clock.
    """

    cursor: str
    kind: str
    received_at: datetime
    delivery: Delivery | None

    @classmethod
    def from_members(cls, members: Members) -> Change:
        """Errors: ``WireError``."""
        kind = members.text("kind", most=32)
        known = kind == ChangeKind.DELIVERY
        return cls(
            cursor=members.text("cursor", pattern=CURSOR),
            kind=kind,
            received_at=members.instant("received_at"),
            delivery=Delivery.from_members(members.nested("delivery")) if known else None,
        )


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """The answer to ``GET /v1/changes``.

    ``next`` goes into the next request's ``after``. ``gap``: changes that this desk has not seen
    may be lost, so it reads its open orders at Affirm. ``more``: the next page is there already.
    """

    epoch: str
    next: str
    gap: bool
    more: bool
    changes: tuple[Change, ...]

    @classmethod
    def from_json(cls, raw: bytes) -> ChangesPage:
        """Errors: ``WireError``."""
        members = decode(raw)
        return cls(
            epoch=members.text("epoch", pattern=EPOCH),
            next=members.text("next", pattern=CURSOR),
            gap=members.flag("gap"),
            more=members.flag("more"),
            changes=tuple(
                Change.from_members(change)
                for change in members.nested_list("changes", most=MOST_CHANGES)
            ),
        )


def change_json(cursor: str, kind: str, received_at: datetime, content: bytes) -> bytes:
    """One entry of the feed around content that is JSON already.

    The relay writes content once, when it comes, and never reads it again.
    """
    head = encode({"cursor": cursor, "kind": kind, "received_at": instant_text(received_at)})
    return b'%b,"%b":%b}' % (head[:-1], kind.encode(), content)


def page_json(
    epoch: str, next_cursor: str, *, gap: bool, more: bool, changes: list[bytes]
) -> bytes:
    """A page around changes from ``change_json``."""
    head = encode({"epoch": epoch, "next": next_cursor, "gap": gap, "more": more})
    return b'%b,"changes":[%b]}' % (head[:-1], b",".join(changes))
