"""Which orders does the list show, and in which order?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.order_row import NO_NEEDLES, Needles, OrderRow
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.watch import Trouble


class Column(IntEnum):
    """The list's columns, from left to right."""

    STATE = 0
    ORDER = 1
    CUSTOMER = 2
    AMOUNT = 3
    TIME = 4
    NEXT = 5
    AGENT = 6
    WORKSTATION = 7


class Scope(StrEnum):
    """Which part of the floor a supervisor looks at."""

    MINE = "mine"
    EVERYONE = "everyone"
    STUCK = "stuck"  # somebody must decide, or the customer waits in vain
    TODAY = "today"  # a hold, a link or the time to refund ends within a day
    UNKNOWN = "unknown"  # a command has no verdict yet


SCOPES: dict[Scope, Callable[[OrderRow], bool]] = {
    Scope.MINE: lambda row: row.mine,
    Scope.EVERYONE: lambda row: True,
    Scope.STUCK: lambda row: row.trouble is not None,
    Scope.TODAY: lambda row: row.ends_soon,
    Scope.UNKNOWN: lambda row: row.state is OrderState.OUTCOME_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a row must be to be shown. Empty means: everything."""

    needles: Needles = NO_NEEDLES
    tones: frozenset[Tone] = frozenset()
    states: frozenset[OrderState] = frozenset()
    agent: str = ""
    store: str = ""
    scope: Scope = Scope.EVERYONE

    def in_scope(self, row: OrderRow) -> bool:
        """Whether the row counts for the chips: search and scope, not the chips themselves."""
        return SCOPES[self.scope](row) and self.fits(row)

    def fits(self, row: OrderRow) -> bool:
        """Whether the row counts for the scopes: search, agent and store."""
        if self.agent and row.agent != self.agent:
            return False
        if self.store and row.store != self.store:
            return False
        return self.needles.found_in(row.haystack)

    def shows(self, row: OrderRow) -> bool:
        if self.tones and row.tone not in self.tones:
            return False
        if self.states and row.state not in self.states:
            return False
        return self.in_scope(row)

    @property
    def narrows(self) -> bool:
        """Whether anything is hidden by choice."""
        return self != OrderFilter()


Key = tuple[Any, ...]
_TONE_RANK = {
    tone: rank
    for rank, tone in enumerate(
        (Tone.DANGER, Tone.AGENT, Tone.PROGRAM, Tone.NEUTRAL, Tone.DONE, Tone.STOPPED)
    )
}
_STATE_RANK = {state: rank for rank, state in enumerate(OrderState)}

# Each key ends in time and order id: no two rows share one, so a row's place is found by bisection.
SORT_KEYS: dict[Column, Callable[[OrderRow], Key]] = {
    Column.STATE: lambda r: (_TONE_RANK[r.tone], _STATE_RANK[r.state], r.since, r.order_id),
    Column.ORDER: lambda r: (len(r.order_id), r.order_id),
    Column.CUSTOMER: lambda r: (r.customer.casefold(), r.since, r.order_id),
    Column.AMOUNT: lambda r: (r.amount_cents, r.since, r.order_id),
    Column.TIME: lambda r: (r.told_since, r.order_id),
    Column.NEXT: lambda r: (r.actor.value, r.since, r.order_id),
    Column.AGENT: lambda r: (r.agent.casefold(), r.since, r.order_id),
    Column.WORKSTATION: lambda r: (r.workstation.casefold(), r.since, r.order_id),
}


def told_at(row: OrderRow, scope: Scope) -> datetime:
    """The moment that the time column is about: what ends, or since when it is so."""
    return row.ends.at if scope is Scope.TODAY and row.ends is not None else row.told_since


def place_of(row: OrderRow, column: Column, scope: Scope, pins: bool, descending: bool) -> Key:
    """The place of a row; a descending list is read from its end.

    ``pins``: what is confirmed and not authorized stands on top, however the list is sorted.
    """
    first = (pins and row.trouble is Trouble.CONFIRMED) is descending
    if column is Column.TIME and scope in (Scope.TODAY, Scope.STUCK):
        # What ends first, or is stuck the longest, comes first.
        return first, -told_at(row, scope).timestamp(), row.order_id
    return first, *SORT_KEYS[column](row)
