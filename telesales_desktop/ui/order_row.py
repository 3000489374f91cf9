"""What does one line of the order list hold? Plain values, worked out once a change."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from telesales_desktop.application.floor_values import Holding, SharedOrder
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain.money import Currency
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.order_state import Actor, OrderState
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.sentences import raw_word
from telesales_desktop.ui.watch import (
    AT_ONCE,
    SOON,
    Ending,
    Trouble,
    ending,
    hold_ended_at,
    shown_actor,
    shown_since,
    shown_state,
    trouble,
)

TONE_OF = {
    OrderState.KEPT: Tone.STOPPED,
    OrderState.DRAFT: Tone.AGENT,
    OrderState.SENDING: Tone.PROGRAM,
    OrderState.SEND_REFUSED: Tone.AGENT,
    OrderState.MAY_HAVE_BEEN_SENT: Tone.AGENT,
    OrderState.LINK_SENT: Tone.NEUTRAL,
    OrderState.OPENED: Tone.NEUTRAL,
    OrderState.APPROVED: Tone.NEUTRAL,
    OrderState.MORE_INFORMATION_NEEDED: Tone.NEUTRAL,
    OrderState.NOT_APPROVED: Tone.AGENT,
    OrderState.SAID_DONE: Tone.PROGRAM,
    OrderState.CONFIRMED: Tone.PROGRAM,
    OrderState.AUTHORIZING: Tone.PROGRAM,
    OrderState.AUTHORIZE_REFUSED: Tone.DANGER,
    OrderState.AUTHORIZED: Tone.DONE,
    OrderState.OPERATION_RUNNING: Tone.PROGRAM,
    OrderState.OUTCOME_UNKNOWN: Tone.DANGER,
    OrderState.FROZEN: Tone.DANGER,
    OrderState.CLOSED: Tone.STOPPED,
    OrderState.LINK_EXPIRED: Tone.AGENT,
    OrderState.AUTH_EXPIRED: Tone.AGENT,
    OrderState.CAPTURED: Tone.DONE,
    OrderState.PARTIALLY_CAPTURED: Tone.DONE,
    OrderState.PARTIALLY_REFUNDED: Tone.DONE,
    OrderState.REFUNDED: Tone.STOPPED,
    OrderState.VOIDED: Tone.STOPPED,
    OrderState.DISPUTED: Tone.DANGER,
    OrderState.DISPUTE_REFUNDED: Tone.STOPPED,
    OrderState.UNRECOGNIZED: Tone.DANGER,
}


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in the list. Units: cents; times aware UTC."""

    order_id: str
    customer: str
    amount_cents: int
    currency: Currency
    state: OrderState
    raw_word: str
    tone: Tone
    actor: Actor
    since: datetime
    changed_at: datetime
    agent: str
    haystack: str  # folded text that a search looks into
    workstation: str = ""  # of the desk that acts
    store: str = ""
    mine: bool = False
    here: bool = True  # this desk acts on it
    trouble: Trouble | None = None  # only for a supervisor: why it is stuck
    stuck_since: datetime | None = None
    ends: Ending | None = None
    ends_soon: bool = False
    hold_ended: bool = False  # by the clock: Affirm may not have said so yet

    @property
    def told_since(self) -> datetime:
        """Since when it is as the row says."""
        return self.stuck_since or self.since


def row_of(
    file: OrderFile,
    now: datetime,
    shared: SharedOrder | None = None,
    *,
    me: str = "",
    me_id: str = "",
    supervises: bool = False,
) -> OrderRow:
    """The row of an order as it is now; ``shared``: its place on the floor, where it has one."""
    order, details = file.order, file.details
    state = shown_state(order, now)
    actor = shown_actor(order, now)
    stuck = _trouble(order, now, shared, state) if supervises else None
    ends = ending(order, now, state)
    agent = shared.owner_name or order.agent if shared else order.agent
    return OrderRow(
        order_id=order.order_id,
        customer=details.customer.short_name,
        amount_cents=order.total_cents,
        currency=order.currency,
        state=state,
        raw_word=raw_word(order),
        tone=Tone.DANGER if stuck else tone_of(state, actor),
        actor=actor,
        since=shown_since(order, now),
        changed_at=order.updated_at,
        agent=agent,
        haystack=haystack_of(file, agent),
        workstation=shared.workstation if shared else "",
        store=details.store,
        mine=shared.owner_id == me_id if shared and shared.owner_id and me_id else agent == me,
        here=shared is None or shared.holding is Holding.HERE,
        trouble=stuck,
        stuck_since=_stuck_since(order, now, shared) if stuck else None,
        ends=ends,
        ends_soon=ends is not None and now < ends.at <= now + SOON,
        hold_ended=hold_ended_at(order, now) is not None,
    )


def _trouble(
    order: Order, now: datetime, shared: SharedOrder | None, state: OrderState
) -> Trouble | None:
    confirmed_at = shared.confirmed_at if shared else None
    if confirmed_at is not None and now >= confirmed_at + AT_ONCE:
        return Trouble.CONFIRMED  # the record of another desk does not show it yet
    found = trouble(order, now, state)
    if found is None and shared is not None and shared.stuck_since is not None:
        return Trouble.OTHER
    return found


def _stuck_since(order: Order, now: datetime, shared: SharedOrder | None) -> datetime:
    told = (shared.confirmed_at or shared.stuck_since) if shared else None
    return told or shown_since(order, now)


def tone_of(state: OrderState, actor: Actor) -> Tone:
    """The tone of a state; a confirmed order that waits for a hand is the agent's."""
    if state is OrderState.CONFIRMED and actor is Actor.AGENT:
        return Tone.AGENT
    return TONE_OF[state]


def haystack_of(file: OrderFile, agent: str = "") -> str:
    """Everything that a person may remember an order by, folded."""
    order, details = file.order, file.details
    customer = details.customer
    digits = "".join(c for c in customer.phone if c.isdigit())
    parts = [
        order.order_id,
        customer.full_name,
        customer.email,
        digits,
        details.store,
        order.agent,
        agent,
        customer.address.city,
        *(f"{item.sku} {item.name}" for item in details.items),
    ]
    if order.transaction is not None:
        parts.append(order.transaction.transaction_id)
    parts.extend(c.checkout_id for c in order.checkouts)
    return fold("\n".join(parts))


def fold(text: str) -> str:
    """Lower case without accents, so that ``Benoit`` finds ``Benoît``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Needles:
    """What a search looks for: every word, or a phone number typed in groups."""

    words: tuple[str, ...] = ()
    digits: str = ""

    def found_in(self, haystack: str) -> bool:
        if self.digits and self.digits in haystack:
            return True
        return all(word in haystack for word in self.words)


NO_NEEDLES = Needles()


def needles_of(text: str) -> Needles:
    """A search as typed, ready to be looked for."""
    folded = fold(text).strip()
    bare = "".join(c for c in folded if c not in "()-.+ \u00a0")
    digits = bare if len(bare) >= 7 and bare.isdigit() else ""
    return Needles(tuple(folded.split()), digits)
