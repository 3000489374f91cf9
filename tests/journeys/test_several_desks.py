"""Orders go from desk to desk: real relay, real stand-in for Affirm, real sealed journals."""

import asyncio

import pytest

from telesales_desktop.application.floor_values import Holding
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order_state import OrderState, order_state
from tests.journeys.several_desks import open_house, typed, until


def is_at(seat, holding, state, order_id="4182"):
    """Whether a desk sees the order there, and in that state."""
    place = seat.place(order_id)
    if place is None or place.holding is not holding:
        return False
    return order_state(place.file.order, seat.desk.now()) is state


async def test_an_order_confirmed_while_its_owner_is_off_is_authorized_once_and_given_back():
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        watchers = [await house.seat(f"Sam {n}", Role.SUPERVISOR) for n in range(2)]
        checkout_id = await dana.send()
        for watcher in watchers:
            await until(lambda w=watcher: w.place())
        await dana.crash()
        await house.confirm(checkout_id)
        for watcher in watchers:
            await until(lambda w=watcher: is_at(w, Holding.NOBODY, OrderState.AUTHORIZED))
        assert len(await house.effects("authorize")) == 1
        given_back = max(watcher.place().version for watcher in watchers)
        await dana.open()
        # Her own read may show it as authorized before the relay has told what happened to it.
        await until(lambda: (place := dana.place()) and place.version > given_back)
        await until(lambda: is_at(dana, Holding.HERE, OrderState.AUTHORIZED))
        await until(lambda: not dana.files["4182"].order.unproven)
        await dana.desk.capture("4182", amount_cents=None)
        await until(lambda: dana.state() is OrderState.CAPTURED)
        assert len(await house.effects("authorize")) == 1
        assert len(await house.effects("capture")) == 1
        assert not any(seat.status.alarms for seat in house.seats)


async def test_a_new_supervisors_desk_learns_of_what_was_confirmed_before_it_was_there():
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        checkout_id = await dana.send()
        await dana.crash()
        await house.confirm(checkout_id)
        boss = await house.seat("Sam K.", Role.SUPERVISOR)
        await until(lambda: is_at(boss, Holding.NOBODY, OrderState.AUTHORIZED))
        assert len(await house.effects("authorize")) == 1


async def test_a_number_that_a_colleague_has_sent_is_not_sent_again():
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        alex = await house.seat("Alex T.")
        await dana.send()
        with pytest.raises(CommandRefusedError, match="number_taken") as refused:
            await alex.desk.send(typed(), draft_id="")
        assert refused.value.params == {"name": "Dana R."}
        await alex.send("4183")
        assert not alex.place("4183").not_looked_up


async def test_an_order_is_handed_over_and_goes_on_with_its_new_owner():
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        alex = await house.seat("Alex T.")
        checkout_id = await dana.send()
        people = {person.name: person for person in await dana.desk.people()}
        assert people["Alex T."].proven
        assert people["Dana R."].is_me
        await dana.desk.hand_over("4182", people["Alex T."].person_id)
        await until(lambda: (place := alex.place()) and place.holding is Holding.HERE)
        with pytest.raises(CommandRefusedError):
            await dana.desk.supersede("4182")
        await house.confirm(checkout_id)
        await until(lambda: alex.state() is OrderState.AUTHORIZED)
        assert len(await house.effects("authorize")) == 1
        assert not alex.files["4182"].order.taken_over


async def test_a_desk_that_dies_while_it_takes_over_goes_on_at_its_next_start():
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        boss = await house.seat("Sam K.", Role.SUPERVISOR)
        await dana.send()
        await until(lambda: boss.place())
        taking = asyncio.create_task(boss.desk.take_over("4182"))
        await asyncio.sleep(0.05)
        await boss.crash()
        await asyncio.gather(taking, return_exceptions=True)
        await boss.open()
        await until(lambda: boss.status.is_shared and boss.place())
        if boss.place().holding is not Holding.HERE:  # it died before its claim
            await boss.desk.take_over("4182")
        await until(lambda: (place := boss.place()) and place.holding is Holding.HERE)
        await until(lambda: (place := dana.place()) and place.holding is Holding.ELSEWHERE)
        with pytest.raises(CommandRefusedError, match="held_elsewhere"):
            await dana.desk.supersede("4182")


async def test_a_lost_answer_at_one_desk_and_a_take_over_at_another_are_one_capture(caplog):
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        boss = await house.seat("Sam K.", Role.SUPERVISOR)
        checkout_id = await dana.send()
        await house.confirm(checkout_id)
        await until(lambda: dana.state() is OrderState.AUTHORIZED)
        await house.ask(
            "POST",
            "faults",
            {"kind": "delay_after", "endpoint": "capture", "times": 1, "seconds": 4},
        )
        capture = asyncio.create_task(dana.desk.capture("4182", amount_cents=None))
        await until(lambda: is_at(boss, Holding.ELSEWHERE, OrderState.OPERATION_RUNNING))
        await dana.crash()
        await asyncio.gather(capture, return_exceptions=True)
        await boss.desk.take_over("4182")
        await until(lambda: boss.state() is OrderState.CAPTURED)
        await dana.open()
        await until(lambda: (place := dana.place()) and place.holding is Holding.ELSEWHERE)
        await until(lambda: is_at(boss, Holding.HERE, OrderState.CAPTURED))
        assert len(await house.effects("capture")) == 1


async def test_orders_of_days_without_a_relay_reach_it_later():
    async with open_house() as house:
        boss = await house.seat("Sam K.", Role.SUPERVISOR)
        dana = await house.seat("Dana R.")
        relay = house.stage._servers[0]
        relay.process.send_signal(19)  # SIGSTOP: it answers no more
        try:
            for order_id in ("1", "2"):
                await dana.desk.send(typed(order_id), draft_id="")
            await until(lambda: dana.status.waiting_uploads == 2)
            await dana.crash()
            await dana.open()
            await until(lambda: dana.status.waiting_uploads == 2)
        finally:
            relay.process.send_signal(18)
        for order_id in ("1", "2"):
            await until(lambda i=order_id: (p := boss.place(i)) and p.version > 0)
        await until(lambda: dana.status.waiting_uploads == 0)


async def test_a_journal_that_is_gone_is_filled_from_the_relay():
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        first = await dana.send("1")
        await house.confirm(first)
        await until(lambda: dana.state("1") is OrderState.AUTHORIZED)
        await until(lambda: not dana.place("1").waits_to_upload)
        await dana.send("2")
        await dana.close()
        for part in dana.journal.parent.glob("journal.db*"):
            part.unlink()
        await dana.open()
        assert await dana.desk.open_orders() == []
        found = await dana.desk.rebuild()
        assert sorted(found.order_ids) == ["1", "2"]
        assert found.from_relay
        await until(lambda: is_at(dana, Holding.HERE, OrderState.AUTHORIZED, "1"))
        await until(lambda: is_at(dana, Holding.HERE, OrderState.LINK_SENT, "2"))
        await dana.desk.capture("1", amount_cents=None)
        await until(lambda: dana.state("1") is OrderState.CAPTURED)
        assert len(await house.effects("capture")) == 1
        assert len(await house.effects("authorize")) == 1
