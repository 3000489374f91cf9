"""What do customers, agents and supervisors do? Drawn from the seed; they see what a window shows."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from telesales_desktop.domain import events
from telesales_desktop.domain.operations import capturable_cents, refundable_cents
from telesales_desktop.domain.order import OperationState, Order
from telesales_desktop.domain.order_state import CommandName, allowed_commands
from tests.campaigns.oracles import stands

if TYPE_CHECKING:
    from tests.campaigns.affirm_model import Checkout
    from tests.campaigns.workstation import Workstation
    from tests.campaigns.world import World

_LIKING = {
    CommandName.SEND: 6.0,
    CommandName.SEND_AGAIN: 2.0,
    CommandName.RESEND: 0.5,
    CommandName.SUPERSEDE: 0.4,
    CommandName.REFRESH: 0.4,
    CommandName.AUTHORIZE: 1.0,
    CommandName.CAPTURE: 5.0,
    CommandName.PARTIAL_CAPTURE: 5.0,
    CommandName.REFUND: 2.0,
    CommandName.PARTIAL_REFUND: 5.0,
    CommandName.VOID: 1.2,
    CommandName.UPDATE: 1.0,
    CommandName.CANCEL_PLANNED: 2.0,
    CommandName.LIFT_FREEZE: 2.0,
    CommandName.RAISE_GENERATION: 0.3,
    CommandName.GIVE_VERDICT: 3.0,
}
_ALL = tuple(_LIKING)
_LINKS = (CommandName.SEND_AGAIN, CommandName.SUPERSEDE, CommandName.AUTHORIZE)


class Customers:
    """They get links, and act on them whenever they like."""

    def __init__(self, world: World) -> None:
        self.world = world

    def link_arrived(self, checkout: Checkout) -> None:
        """A customer (or a stranger: the number may be wrong) has a link."""
        rng, world = self.world.rng, self.world
        when = world.now + rng.random() * 12.0
        for word in _story(rng, dense=world.dense):
            world.at(when, None, self.act, checkout.checkout_id, word)
            when += rng.random() * rng.choice((2.0, 20.0, 60.0))

    def act(self, checkout_id: str, word: str) -> None:
        """One step of the customer on their own device."""
        world = self.world
        if world.is_quiet or not world.affirm.customer(checkout_id, word, world.now):
            return
        world.deliver(checkout_id, word)


def _story(rng: Random, *, dense: bool) -> tuple[str, ...]:
    draw = rng.random() * (0.74 if dense else 1.0)
    if draw < 0.30:
        return ("confirmed",)
    if draw < 0.66:
        return ("opened", "approved", "confirmed")
    if draw < 0.74:
        return ("opened", "more_information_needed", "approved", "confirmed")
    if draw < 0.80:
        return ("opened", "more_information_needed")
    if draw < 0.88:
        return ("opened", "not_approved")
    if draw < 0.91:
        return ("opened", "voided")
    if draw < 0.94:
        return ("opened", "a_new_word", "confirmed")
    return ("opened", "approved")


class People:
    """Agents and supervisors at the desks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.count = 0
        self.wishes: dict[tuple[str, str], tuple[str, tuple[str, ...], int]] = {}

    def act(self, order_id: str, owner: int) -> None:
        """One person does something about one order, where they see it."""
        world, rng = self.world, self.world.rng
        seats = [d for d in world.desks if d.is_up and order_id in d.journal]
        seats = [d for d in seats if d.asleep_until <= world.now]
        if not seats:
            return
        desk = seats[int(rng.random() * len(seats))]
        if world.desks[owner] in seats and rng.random() < 0.6:
            desk = world.desks[owner]
        is_supervisor = rng.random() < 0.35
        order = desk.journal[order_id]
        name = self._choose(desk, order, is_supervisor)
        if name is None:
            return
        event = self._event(desk, order, name, is_supervisor)
        if event is None:
            return
        world.at(world.now, desk, desk.feed, order_id, event)
        if rng.random() < 0.1:  # a double click, a key that repeats: the same intent once more
            world.after(rng.random() * 3.0, desk, self._repeat, desk, order_id, event)
        elif rng.random() < 0.1:  # Enter and mouse, or two windows, at once
            again = self._event(desk, order, name, is_supervisor)
            world.at(world.now + 0.001, desk, desk.feed, order_id, again)

    def forget(self, order_id: str) -> None:
        """What was asked for is not known any more: whatever is asked for next is a new wish."""
        for seat in [seat for seat in self.wishes if seat[0] == order_id]:
            del self.wishes[seat]

    def _repeat(self, desk: Workstation, order_id: str, event: Any) -> None:
        """The same click once more, unless that person has asked for something else since."""
        operation_id = getattr(event, "operation_id", "")
        asked = [ids for _, ids, _ in self.wishes.values() if operation_id in ids]
        if all(ids[-1] == operation_id for ids in asked):
            desk.feed(order_id, event)

    def _choose(self, desk: Workstation, order: Order, is_supervisor: bool) -> CommandName | None:
        rng = self.world.rng
        if rng.random() < 0.15:
            return _ALL[int(rng.random() * len(_ALL))]
        allowed = allowed_commands(
            order,
            desk.now(),
            is_supervisor=is_supervisor,
            split_capture=desk.policy.split_capture,
        )
        names = [name for name in _ALL if name in allowed]
        if not names:
            return None
        weights = [_LIKING[name] for name in names]
        if self.world.dense:
            weights = [4 * w if n in _LINKS else w for n, w in zip(names, weights, strict=True)]
        return rng.choices(names, weights)[0]

    def _event(self, desk: Workstation, order: Order, name: CommandName, is_boss: bool) -> Any:
        actor = f"p{desk.number}"
        match name:
            case CommandName.SEND | CommandName.SEND_AGAIN:
                return events.SendRequested(actor)
            case CommandName.RESEND:
                return events.ResendRequested(actor)
            case CommandName.SUPERSEDE:
                return events.SupersedeRequested(actor)
            case CommandName.REFRESH:
                return events.RefreshRequested(actor)
            case CommandName.AUTHORIZE:
                return self._authorize(order, actor, is_boss)
            case CommandName.CAPTURE:
                return self._money(desk, order, "capture", events.CaptureRequested, None)
            case CommandName.PARTIAL_CAPTURE:
                part = self._part(capturable_cents(order))
                return self._money(desk, order, "capture", events.CaptureRequested, part)
            case CommandName.REFUND:
                return self._money(desk, order, "refund", events.RefundRequested, None)
            case CommandName.PARTIAL_REFUND:
                part = self._part(refundable_cents(order))
                return self._money(desk, order, "refund", events.RefundRequested, part)
            case CommandName.VOID:
                return events.VoidRequested(actor, by_supervisor=is_boss)
            case CommandName.UPDATE:
                key = self._mint("update")
                return events.UpdateRequested(actor, f"op-{key}", key, "UPS", "1Z")
        return self._about_an_operation(order, name, actor)

    def _about_an_operation(self, order: Order, name: CommandName, actor: str) -> Any:
        if name is CommandName.LIFT_FREEZE:
            return events.FreezeLifted(actor)
        if name is CommandName.RAISE_GENERATION:
            return events.GenerationRaised(actor)
        operation = order.open_operation
        if operation is None:  # a click on what has just been settled, or was never there
            last = order.operations[-1].operation_id if order.operations else "none"
            if name is CommandName.CANCEL_PLANNED:
                return events.CancelPlannedRequested(actor, last)
            return events.VerdictGiven(actor, last, took_effect=True)
        if name is CommandName.CANCEL_PLANNED:
            return events.CancelPlannedRequested(actor, operation.operation_id)
        # A supervisor looks at Affirm's portal and says what is there.
        effects = self.world.affirm.effects
        happened = any(e.key == operation.key for e in effects)
        happened = happened or stands(self.world, operation.kind, operation.subject_id)
        return events.VerdictGiven(actor, operation.operation_id, happened)

    def _authorize(self, order: Order, actor: str, is_boss: bool) -> Any:
        rng = self.world.rng
        checkout_id = ""
        if is_boss and order.checkouts and rng.random() < 0.5:
            checkout_id = rng.choice(order.checkouts).checkout_id
        return events.AuthorizeRequested(actor, checkout_id, by_supervisor=is_boss)

    def _part(self, left: int) -> int:
        rng = self.world.rng
        if left < 1 or rng.random() < 0.05:
            return left + rng.choice((0, 1, 100))
        return rng.choice((left, max(1, left // 2), 113, 57))  # odd cents: floats lose one

    def _mint(self, intent: str) -> str:
        self.count += 1
        return f"{intent}~{self.count}"

    def _money(
        self, desk: Workstation, order: Order, what: str, kind: Any, amount: int | None
    ) -> Any:
        """A wish for money to move: the same wish again if the desk says it was refused."""
        seat = (order.order_id, what)  # colleagues tell each other what is wanted
        intent, asked, wanted = self.wishes.get(seat, ("", (), 0))
        taken_up = [o for o in map(order.operation, asked) if o is not None]
        stands = any(o.state is not OperationState.REFUSED for o in taken_up)
        elsewhere = [d.journal.get(order.order_id) for d in self.world.desks]
        known = {o.operation_id for held in elsewhere if held for o in held.operations}
        stands = stands or len(known.intersection(asked)) > len(taken_up)  # another seat's wish
        if stands or (taken_up and self.world.rng.random() < 0.4):
            intent, asked = "", ()  # that wish is fulfilled, under way, or given up: a new one
        elif intent:
            amount = wanted
        left = capturable_cents(order) if what == "capture" else refundable_cents(order)
        if amount is None and left < 1:
            amount = 0  # nothing is left to ask for, and by the time it is read there may be
        real = left if amount is None else amount
        if not intent:
            self.count += 1
            intent = f"{what}{self.count}"
        key = self._mint(intent)
        operation_id = f"op-{key}"
        self.wishes[seat] = (intent, (*asked, operation_id), real)
        self.world.oracles.intents[key] = (intent, real)
        return kind(f"p{desk.number}", operation_id, key, real)
