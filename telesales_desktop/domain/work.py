"""How does one step of the core gather its changes before it answers?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from telesales_desktop.domain.effects import (
    Announce,
    Effect,
    Notice,
    Source,
    Step,
    TimelineEntry,
)
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import (
    Alert,
    Checkout,
    Freeze,
    FreezeReason,
    Operation,
    Order,
)
from telesales_desktop.domain.policy import Policy


class Work:
    """One step in the making: the order so far, the effects and the timeline to come."""

    __slots__ = ("_effects", "_timeline", "at", "order", "policy", "version")

    def __init__(self, order: Order, at: datetime, policy: Policy) -> None:
        self.order = order
        self.at = at
        self.policy = policy
        self.version = order.version + 1  # of the order as this step leaves it
        self._effects: list[Effect] = []
        self._timeline: list[TimelineEntry] = []

    def finish(self) -> Step:
        """The step, with the order's clock and version moved only if something changed."""
        return Step(self.order, tuple(self._effects), tuple(self._timeline))

    def refuse(self, reason: str, **params: str | int) -> CommandRefusedError:
        """The error to raise: nothing of this step is kept."""
        return CommandRefusedError(reason, **params)

    def refuse_if(self, reason: str) -> None:
        """Refuse the command if there is a reason to."""
        if reason:
            raise self.refuse(reason)

    def do(self, *effects: Effect) -> None:
        """Ask the outside for something, once; the same effect twice in a step is one."""
        for effect in effects:
            if effect not in self._effects:
                self._effects.append(effect)

    def announce(self, notice: Notice) -> None:
        """Tell the people at this desk."""
        self.do(Announce(notice))

    def note(self, source: Source, kind: str, **params: str | int) -> None:
        """Write a line of the timeline."""
        self._timeline.append(TimelineEntry(self.at, source, kind, params))

    def put_checkout(self, checkout: Checkout) -> None:
        """Replace the checkout of that attempt, or append it."""
        kept = tuple(checkout if c.attempt == checkout.attempt else c for c in self.order.checkouts)
        if all(c.attempt != checkout.attempt for c in self.order.checkouts):
            kept = (*kept, checkout)
        self.order = replace(self.order, checkouts=kept)

    def put_operation(self, operation: Operation) -> None:
        """Replace the operation of that id, or append it."""
        old = self.order.operations
        kept = tuple(operation if o.operation_id == operation.operation_id else o for o in old)
        if all(o.operation_id != operation.operation_id for o in old):
            kept = (*kept, operation)
        self.order = replace(self.order, operations=kept)

    def alert(self, alert: Alert) -> None:
        """Bring the order to a supervisor, once."""
        if alert not in self.order.alerts:
            self.order = replace(self.order, alerts=(*self.order.alerts, alert))
            self.note(Source.PROGRAM, "alert", alert=alert.value)
            self.announce(Notice.NEEDS_SUPERVISOR)

    def calm(self, *alerts: Alert) -> None:
        """Take alerts back: what they spoke of is settled."""
        kept = tuple(a for a in self.order.alerts if a not in alerts)
        if kept != self.order.alerts:
            self.order = replace(self.order, alerts=kept)

    def drop_orphan(self, checkout_id: str) -> None:
        """That checkout has found its place, or is not ours."""
        order = self.order
        self.order = replace(
            order,
            orphans=tuple(o for o in order.orphans if o != checkout_id),
            orphans_confirmed=tuple(o for o in order.orphans_confirmed if o != checkout_id),
        )

    def freeze(self, reason: FreezeReason, ours: str, affirms: str) -> None:
        """Stop the order until a supervisor decides; the first reason stays."""
        if self.order.freeze is None:
            freeze = Freeze(reason, ours, affirms, self.at, self.version)
            self.order = replace(self.order, freeze=freeze)
            self.note(Source.PROGRAM, "frozen", reason=reason.value, ours=ours, affirms=affirms)
            self.announce(Notice.NEEDS_SUPERVISOR)
