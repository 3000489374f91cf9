"""Which orders does the list show, and in which order?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.order_row import NO_NEEDLES, Needles, OrderRow
from telesales_desktop.ui.palettes import Tone


class Column(IntEnum):
    """The list's columns, from left to right."""

    STATE = 0
    ORDER = 1
    CUSTOMER = 2
    AMOUNT = 3
    TIME = 4
    NEXT = 5
    AGENT = 6


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a row must be to be shown. Empty means: everything."""

    needles: Needles = NO_NEEDLES
    tones: frozenset[Tone] = frozenset()
    states: frozenset[OrderState] = frozenset()
    agent: str = ""

    def in_scope(self, row: OrderRow) -> bool:
        """Whether the row counts for the chips: search and agent, not the chips themselves."""
        if self.agent and row.agent != self.agent:
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
    Column.TIME: lambda r: (r.since, r.order_id),
    Column.NEXT: lambda r: (r.actor.value, r.since, r.order_id),
    Column.AGENT: lambda r: (r.agent.casefold(), r.since, r.order_id),
}
