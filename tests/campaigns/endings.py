"""How must every order stand when the faults have stopped for five minutes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from telesales_desktop.domain.order import (
    Alert,
    OperationState,
    Order,
    SendState,
)
from tests.campaigns.oracles import DONE_BEFORE, IN_FRONT, MINTED, stands

if TYPE_CHECKING:
    from tests.campaigns.affirm_model import Checkout
    from tests.campaigns.workstation import Workstation
    from tests.campaigns.world import World

JUST_BEGUN_S = 60.0
"""A command that was given only now may still be under way when the five minutes are over."""

LOOKED = frozenset(
    {
        Alert.SECOND_CONFIRMATION,
        Alert.SUPERSEDED_CONFIRMED,
        Alert.AUTHORIZE_REFUSED,
        Alert.CONTESTED,
        Alert.UNKNOWN_TOO_LONG,
        Alert.KEY_TOO_OLD,
    }
)

YOUNG_LINK_S = 2 * 3600.0
"""So long a waiting link is read at least once a minute."""

WAIT_FOR_READ_S = 150.0


def check_settled(world: World) -> None:
    """Nothing is under way any more, or a supervisor has it."""
    for desk in world.desks:
        if not desk.is_up:
            continue
        for order in desk.journal.values():
            in_front = order.freeze is not None or IN_FRONT & set(order.alerts)
            for operation in order.operations:
                name = (desk.number, operation.operation_id)
                is_old = world.now - world.oracles.planned_at.get(name, 0.0) > JUST_BEGUN_S
                if not operation.settled and not in_front and is_old:
                    world.oracles.fail(
                        "everything settles",
                        (desk.number, operation.kind.value, operation.state.value, operation.tries),
                    )
            for checkout in order.checkouts:
                if checkout.state in (SendState.PLANNED, SendState.SENT):
                    world.oracles.fail("every send ends", (desk.number, checkout.state.value))
        if desk.inbox:
            world.oracles.fail("no delivery is left", desk.inbox)
        missed = set(range(desk.cursor)) - desk.applied
        if missed:
            world.oracles.fail("what the cursor passed was applied", missed)


def check_truth(world: World) -> None:
    """What each desk says of its operations is what Affirm's ledger says."""
    affirm = world.affirm
    if affirm.bodies_changed:
        world.oracles.fail("one key, one body", affirm.bodies_changed)
    for desk in world.desks:
        if not desk.is_up:
            continue
        for order in desk.journal.values():
            _truth_of_operations(world, desk, order)
            _truth_of_links(world, desk, order)
            _truth_of_record(world, desk, order)


def _truth_of_operations(world: World, desk: Workstation, order: Order) -> None:
    effects = world.affirm.effects
    standing = {o.key for o in order.operations if o.state is not OperationState.REFUSED}
    for operation in order.operations:
        by_key = [e for e in effects if e.key == operation.key]
        if operation.state is OperationState.REFUSED and operation.key not in standing:
            # Under a minted key nobody else may go on with what this desk calls refused. A derived
            # key may serve again: by a command that was lost with its journal, say.
            name = (desk.number, operation.operation_id)
            if name in world.oracles.effective or (by_key and operation.kind in MINTED):
                world.oracles.fail(
                    "refused means that nothing happened",
                    (desk.number, operation.kind.value, operation.verdict),
                )
            elif operation.verdict in DONE_BEFORE and stands(
                world, operation.kind, operation.subject_id
            ):
                world.oracles.fail("done before is no refusal", (desk.number, operation.kind.value))
        elif operation.state is OperationState.DONE and not by_key:
            if not stands(world, operation.kind, operation.subject_id):
                world.oracles.fail(
                    "done means that it happened",
                    (desk.number, operation.kind.value, operation.verdict),
                )


def _truth_of_links(world: World, desk: Workstation, order: Order) -> None:
    for checkout in order.checkouts:
        name = (desk.number, order.order_id, checkout.attempt)
        if checkout.state is SendState.REFUSED and name in world.oracles.made:
            world.oracles.fail("a refused link was never made", name)


def _truth_of_record(world: World, desk: Workstation, order: Order) -> None:
    held = order.transaction
    if held is None:
        return
    money = world.affirm.money[held.transaction_id]
    if money.status == "auth_expired" and world.now - money.expires_at < JUST_BEGUN_S:
        return  # it expired after the last look
    if (held.word, held.captured_cents, held.refunded_cents) != (
        money.status,
        money.captured,
        money.refunded,
    ):
        world.oracles.fail(
            "the record is Affirm's",
            (desk.number, held.word, money.status, held.captured_cents, money.captured),
        )


def check_heard(world: World) -> None:
    """A confirmation of a young link was found by reading alone, well within the five minutes."""
    for checkout in world.affirm.checkouts.values():
        age_s = world.now - checkout.made_at
        waits_s = world.now - checkout.confirmed_at
        is_young = WAIT_FOR_READ_S < age_s < YOUNG_LINK_S
        if checkout.confirmed and is_young and waits_s > WAIT_FOR_READ_S:
            known = [d.journal.get(checkout.order_id) for d in world.desks if d.is_up]
            ours = [o.checkout_by_id(checkout.checkout_id) for o in known if o is not None]
            if any(c is not None and not c.superseded for c in ours):
                if not checkout.transaction_id:
                    _check_waiting(world, checkout.order_id, checkout)


def check_confirmed(world: World) -> None:
    """Every confirmation ends authorized, or somebody has been told."""
    by_order: dict[str, list[Checkout]] = {}
    for checkout in world.affirm.checkouts.values():
        if checkout.confirmed:
            by_order.setdefault(checkout.order_id, []).append(checkout)
    for order_id, confirmed in by_order.items():
        authorized = [c for c in confirmed if c.transaction_id]
        for checkout in confirmed:
            if not checkout.transaction_id:
                _check_waiting(world, order_id, checkout)
        if len(confirmed) > 1 and authorized:
            _check_second(world, order_id, confirmed)


def _check_waiting(world: World, order_id: str, checkout: Checkout) -> None:
    could_know = False
    for desk in world.desks:
        order = desk.journal.get(order_id)
        if not desk.is_up or order is None or order_id in desk.lost:
            continue
        ours = order.checkout_by_id(checkout.checkout_id)
        heard = any(
            place in desk.applied
            and delivery.checkout_id == checkout.checkout_id
            and delivery.word == "confirmed"
            for place, (_, delivery) in enumerate(world.relay_log)
        )
        if ours is None and not heard:
            continue
        trusts = desk.policy.authorize_on_webhook and _by_webhook(world, desk, checkout)
        if checkout.hides_confirmed and not trusts:
            continue  # it waits for the agent to say that the customer is done
        could_know = True
        if order.freeze is not None or LOOKED & set(order.alerts):
            return
        if ours is not None and not order.auto_authorize:
            return
        if order.transaction is not None:
            return
    if could_know:
        world.oracles.fail("no confirmation is missed", checkout.checkout_id)


def _by_webhook(world: World, desk: Workstation, checkout: Checkout) -> bool:
    return any(
        place in desk.applied
        and d.checkout_id == checkout.checkout_id
        and d.word == "confirmed"
        and d.verified
        for place, (_, d) in enumerate(world.relay_log)
    )


def _check_second(world: World, order_id: str, confirmed: list[Checkout]) -> None:
    """Two checkouts of one order were confirmed: a desk that knows both says so."""
    visible = [c.checkout_id for c in confirmed if not c.hides_confirmed or c.transaction_id]
    if len(visible) < 2:
        return
    for desk in world.desks:
        order = desk.journal.get(order_id)
        if not desk.is_up or order is None or order_id in desk.lost:
            continue
        known = [c for c in visible if order.checkout_by_id(c) is not None]
        if len(known) < 2 or order.transaction is None:
            continue
        told = {Alert.SECOND_CONFIRMATION, Alert.SUPERSEDED_CONFIRMED} & set(order.alerts)
        if not told and order.freeze is None:
            world.oracles.fail("a second confirmation is told", (desk.number, known))
