"""How many orders would each chip and each scope show?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from telesales_desktop.ui.order_filter import SCOPES, OrderFilter, Scope
from telesales_desktop.ui.order_row import OrderRow
from telesales_desktop.ui.palettes import Tone


class OrderCounts:
    """Kept by what changed: counting ten thousand rows would cost a frame."""

    def __init__(self) -> None:
        self.tones: Counter[Tone] = Counter()
        self.scopes: Counter[Scope] = Counter()

    def start(self, rows: Iterable[OrderRow], chosen: OrderFilter) -> None:
        """Count everything anew."""
        self.tones.clear()
        self.scopes.clear()
        for row in rows:
            self._add(row, chosen, 1)

    def change(self, old: OrderRow | None, new: OrderRow | None, chosen: OrderFilter) -> None:
        """One row came, changed or left."""
        if old is not None:
            self._add(old, chosen, -1)
        if new is not None:
            self._add(new, chosen, 1)

    def _add(self, row: OrderRow, chosen: OrderFilter, number: int) -> None:
        if not chosen.fits(row):
            return
        for scope, holds in SCOPES.items():
            if holds(row):
                self.scopes[scope] += number
        if SCOPES[chosen.scope](row):
            self.tones[row.tone] += number
