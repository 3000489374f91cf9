"""What does a desk get from the relay's feed?"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from telesales_desktop.wire.addresses import MERCHANT, ORDER_KEY
from telesales_desktop.wire.orders import OrderRecord
from telesales_desktop.wire.places import CURSOR, EPOCH
from telesales_desktop.wire.sealing import (
    MOST_BODY,
    MOST_SEALED_DELIVERY,
    MOST_SIGNATURES,
    DeliveryContent,
)
from telesales_desktop.wire.strict_json import Members, WireError, decode, encode, instant_text

__all__ = ["CURSOR", "EPOCH", "MOST_BODY", "MOST_SIGNATURES"]

MOST_WAIT_S = 30
MOST_CHANGES = 500
_DELIVERY_ID = re.compile(r"[0-9a-f]{64}")


class ChangeKind(StrEnum):
    """What a change of the feed carries."""

    DELIVERY = "delivery"
    RECORD = "record"


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
    Where it is ``sealed``, content type, signatures, body and landing are in there and empty here.
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
    sealed: bytes | None = field(default=None, repr=False)

    def to_json(self) -> bytes:
        frame: dict[str, object] = {
            "delivery_id": self.delivery_id,
            "merchant": self.merchant,
            "source": self.source,
            "order_key": self.order_key,
            "poison": self.poison,
        }
        if self.sealed is not None:
            return encode(frame | {"sealed": base64.b64encode(self.sealed).decode()})
        return encode(
            frame
            | {
                "content_type": self.content_type,
                "signatures": self.signatures,
                "body": base64.b64encode(self.body).decode(),
                "landing": self.landing,
            }
        )

    @classmethod
    def from_members(cls, members: Members) -> Delivery:
        """Errors: ``WireError``."""
        sealed = members.octets_or_none("sealed", most=MOST_SEALED_DELIVERY)
        readable = DeliveryContent("", (), b"", None) if sealed else _content(members)
        try:
            return cls(
                delivery_id=members.text("delivery_id", pattern=_DELIVERY_ID),
                merchant=members.text("merchant", pattern=MERCHANT),
                source=Source(members.text("source")),
                content_type=readable.content_type,
                signatures=readable.signatures,
                body=readable.body,
                order_key=members.text_or_none("order_key", pattern=ORDER_KEY),
                landing=None if readable.landing is None else Landing(readable.landing),
                poison=members.flag("poison"),
                sealed=sealed,
            )
        except WireError:
            raise
        except ValueError as unknown:  # a source or a landing that this version does not know
            raise WireError(str(unknown)) from None


def _content(members: Members) -> DeliveryContent:
    return DeliveryContent(
        content_type=members.text("content_type"),
        signatures=members.texts("signatures", most=MOST_SIGNATURES),
        body=members.octets("body", most=MOST_BODY),
        landing=members.text_or_none("landing"),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the feed; both contents are None for a kind that this version does not know.

    A record is the order's newest: earlier ones are not announced any more. Units:
    ``received_at`` aware UTC, by the relay's clock; a delivery's is that of its first announcement.
    """

    cursor: str
    kind: str
    received_at: datetime
    delivery: Delivery | None
    record: OrderRecord | None = None

    @classmethod
    def from_members(cls, members: Members) -> Change:
        """Errors: ``WireError``."""
        kind = members.text("kind", most=32)
        is_delivery, is_record = kind == ChangeKind.DELIVERY, kind == ChangeKind.RECORD
        return cls(
            cursor=members.text("cursor", pattern=CURSOR),
            kind=kind,
            received_at=members.instant("received_at"),
            delivery=Delivery.from_members(members.nested("delivery")) if is_delivery else None,
            record=OrderRecord.from_members(members.nested("record")) if is_record else None,
        )


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """The answer to ``GET /v1/changes``.

    ``next`` goes into the next request's ``after``. ``gap``: changes that this desk has not seen
    may be lost, so it reads its open orders at Affirm, and the newest records at the
    relay. ``more``: the next page is there already.
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
    """One entry of the feed around content that is JSON already."""
    head = encode({"cursor": cursor, "kind": kind, "received_at": instant_text(received_at)})
    return b'%b,"%b":%b}' % (head[:-1], kind.encode(), content)


def page_json(
    epoch: str, next_cursor: str, *, gap: bool, more: bool, changes: list[bytes]
) -> bytes:
    """A page around changes from ``change_json``."""
    head = encode({"epoch": epoch, "next": next_cursor, "gap": gap, "more": more})
    return b'%b,"changes":[%b]}' % (head[:-1], b",".join(changes))
