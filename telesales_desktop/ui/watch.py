"""What must a supervisor look at, why and since when; and what ends soon? Times aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from telesales_desktop.domain.order import Alert, OperationKind, OperationState, Order, SendState
from telesales_desktop.domain.order_state import (
    Actor,
    OrderState,
    order_state,
    since,
    wants_verdict,
    who_acts_next,
)
from telesales_desktop.domain.sending import ENDED

AT_ONCE = timedelta(seconds=5)
"""The program authorizes within seconds: a confirmation is not stuck before that."""

SLOW = timedelta(minutes=1)
"""What the program does by itself takes seconds."""

TOO_LONG = timedelta(minutes=10)
"""From then on an unknown outcome is a supervisor's. Source: facts, reliability §1.2."""

SOON = timedelta(hours=24)
"""What ends within this time is today's work."""

REFUND_WINDOW = timedelta(days=120)
"""Source: facts §4, "Refund only after capture"."""


class Trouble(StrEnum):
    """Why an order does not move by itself, the gravest first."""

    CONFIRMED = "confirmed"  # the customer has confirmed, and nothing is authorized
    UNKNOWN = "unknown"  # an outcome is unknown for ten minutes
    FROZEN = "frozen"
    SECOND = "second"  # two links of one order were confirmed
    SUPERSEDED = "superseded"  # an old link was confirmed
    CONTESTED = "contested"
    REFUSED = "refused"  # Affirm refused to authorize
    DISPUTED = "disputed"
    UNRECOGNIZED = "unrecognized"
    OTHER = "other"


class Ends(StrEnum):
    """What ends."""

    HOLD = "hold"  # the hold: what is not captured by then is released
    LINK = "link"
    REFUND = "refund"  # the time in which Affirm gives money back


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends by the clock."""

    what: Ends
    at: datetime


_BY_ALERT = {
    Alert.SECOND_CONFIRMATION: Trouble.SECOND,
    Alert.SUPERSEDED_CONFIRMED: Trouble.SUPERSEDED,
    Alert.CONTESTED: Trouble.CONTESTED,
    Alert.AUTHORIZE_REFUSED: Trouble.REFUSED,
    Alert.UNRECOGNIZED: Trouble.UNRECOGNIZED,
}
HELD = frozenset({OrderState.AUTHORIZED, OrderState.PARTIALLY_CAPTURED})
"""While Affirm's word is one of these, something is held that can be captured."""

_TAKEN = frozenset({OrderState.CAPTURED, OrderState.PARTIALLY_REFUNDED})
_BY_PROGRAM = frozenset({OrderState.SENDING, OrderState.AUTHORIZING, OrderState.OPERATION_RUNNING})
_BY_STATE = {
    OrderState.FROZEN: Trouble.FROZEN,
    OrderState.AUTHORIZE_REFUSED: Trouble.REFUSED,
    OrderState.DISPUTED: Trouble.DISPUTED,
    OrderState.UNRECOGNIZED: Trouble.UNRECOGNIZED,
}


def hold_end(order: Order) -> datetime | None:
    """Until when what is not captured yet is held, where something is and Affirm told the end."""
    held = order.transaction
    if held is None or order_state(order, order.updated_at) not in HELD:
        return None
    return held.authorization_expires_at


def hold_ended_at(order: Order, at: datetime) -> datetime | None:
    """When the hold ended by the clock; None while it lasts.

    Affirm's own word for it comes with the next read, perhaps hours later. Until then this is the
    one rule for it, of the row as of the sentence.
    """
    ends = order.transaction.authorization_expires_at if order.transaction else None
    return hold_end(order) if ends is not None and ends <= at else None


def shown_state(order: Order, at: datetime) -> OrderState:
    """The order's state, but for a hold that has ended before Affirm says so."""
    state = order_state(order, at)
    if state is OrderState.AUTHORIZED and hold_ended_at(order, at) is not None:
        return OrderState.AUTH_EXPIRED
    return state


def shown_actor(order: Order, at: datetime) -> Actor:
    """Who acts next: no fulfilment where nothing can be captured any more."""
    if hold_ended_at(order, at) is None:
        return who_acts_next(order, at)
    is_whole = shown_state(order, at) is OrderState.AUTH_EXPIRED
    return Actor.AGENT if is_whole else Actor.NOBODY


def shown_since(order: Order, at: datetime) -> datetime:
    """Since when the order is in the state that is shown (aware UTC)."""
    return hold_ended_at(order, at) or since(order)


def trouble(order: Order, at: datetime, state: OrderState | None = None) -> Trouble | None:
    """Why the order is stuck; None while it moves, or waits for the customer or the agent.

    ``state``: the order's, where it is known already.
    """
    state = state or order_state(order, at)
    lasts = at - since(order)
    if state is OrderState.CONFIRMED and lasts >= AT_ONCE:
        return Trouble.CONFIRMED
    if wants_verdict(order) or (state is OrderState.OUTCOME_UNKNOWN and lasts >= TOO_LONG):
        return Trouble.UNKNOWN
    if state in _BY_STATE:
        return _BY_STATE[state]
    for alert, reason in _BY_ALERT.items():
        if alert in order.alerts:
            return reason
    if state in _BY_PROGRAM and lasts > SLOW:
        return Trouble.OTHER
    return Trouble.OTHER if who_acts_next(order, at) is Actor.SUPERVISOR else None


def ending(order: Order, at: datetime, state: OrderState | None = None) -> Ending | None:
    """What of this order ends next by the clock, as far as its end is known."""
    state = state or shown_state(order, at)
    if order.transaction is None:
        return _link_ending(order, state)
    ends = hold_end(order)
    if ends is not None and ends > at:
        return Ending(Ends.HOLD, ends)
    if state in _TAKEN or (state is OrderState.PARTIALLY_CAPTURED and ends is not None):
        return Ending(Ends.REFUND, _captured_at(order) + REFUND_WINDOW)
    return None


def _link_ending(order: Order, state: OrderState) -> Ending | None:
    checkout = order.checkout
    waits = state in (OrderState.LINK_SENT, OrderState.OPENED, OrderState.APPROVED)
    if checkout is None or not waits or checkout.expires_at is None:
        return None
    return Ending(Ends.LINK, checkout.expires_at)


def _captured_at(order: Order) -> datetime:
    """When money was first taken; the earliest that it can have been where that is not known."""
    assert order.transaction is not None
    events = order.transaction.events
    known = [e.created_at for e in events if "capture" in e.type and e.created_at is not None]
    kinds = (OperationKind.CAPTURE, OperationKind.PARTIAL_CAPTURE)
    known += [
        o.settled_at
        for o in order.operations
        if o.kind in kinds and o.state is OperationState.DONE and o.settled_at is not None
    ]
    return min(known, default=order.transaction.created_at or order.created_at)


def has_old_link(order: Order) -> bool:
    """Whether a link that we shall not accept may still open."""
    return order.transaction is None and any(
        c.superseded
        and c.state in (SendState.ACCEPTED, SendState.UNKNOWN)
        and c.status not in ENDED
        for c in order.checkouts
    )
