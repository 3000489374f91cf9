"""What may come once too often? Tasks that wake late and answers that are heard again: they change nothing."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from telesales_desktop.domain import events
from telesales_desktop.domain.order import Order, SendState

if TYPE_CHECKING:
    from tests.campaigns.workstation import Workstation
    from tests.campaigns.world import World

ANSWERED = (SendState.ACCEPTED, SendState.REFUSED)
LOST = events.NoVerdict("heard again")


def draw(order: Order, rng: Random) -> events.Event | None:
    """One event of this order's past, if it has one."""
    started = [c for c in order.checkouts if c.state is not SendState.PLANNED]
    answered = [c for c in order.checkouts if c.state in ANSWERED]
    links = [c for c in order.checkouts if c.checkout_id]
    settled = [o for o in order.operations if o.settled]
    past: list[events.Event] = []
    if started:
        past.append(events.SendStarted(rng.choice(started).attempt))
    if answered:
        past.append(events.SendAnswered(rng.choice(answered).attempt, LOST))
    if links:
        past.append(events.ResendAnswered(rng.choice(links).checkout_id, LOST))
    if settled:
        operation = rng.choice(settled)
        past.append(events.TransmitStarted(operation.operation_id))
        past.append(events.OperationAnswered(operation.operation_id, operation.sends, LOST))
    return rng.choice(past) if past else None


def plan(world: World, until: float) -> None:
    """Now and then, at any time, at any desk."""
    rng = world.rng
    for _ in range(rng.choice((0, 0, 1, 2))):
        world.at(rng.random() * until, None, _come, world)


def _come(world: World) -> None:
    desk = world.desks[int(world.rng.random() * len(world.desks))]
    if desk.journal:
        order_id = world.rng.choice(list(desk.journal))
        world.at(world.now, desk, _hear, world, desk, order_id)


def _hear(world: World, desk: Workstation, order_id: str) -> None:
    if order_id in desk.unsure:
        return  # what the disk holds is looked at first, and that changes the order
    before = desk.journal.get(order_id)
    event = draw(before, world.rng) if before is not None else None
    if event is None:
        return
    is_back = desk.now() < before.updated_at  # a clock that was set back moves every due time
    desk.feed(order_id, event)
    if desk.journal[order_id] is not before and not is_back:
        world.oracles.fail("what comes once too often changes nothing", (order_id, event))
