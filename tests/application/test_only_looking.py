"""A desk without Affirm's keys shows the merchant's orders, and acts on none."""

import asyncio

import pytest

from telesales_desktop.application.floor_values import FloorCommand
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import CommandRefusedError
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import details_of, until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


@pytest.fixture
async def looker(floor):
    station = floor.station("Lee", Role.SUPERVISOR, looks_only=True)
    await station.start()
    return station


async def test_it_shows_what_others_do(floor, looker):
    dana = await floor.desk("Dana")
    checkout_id = await floor.sent(dana)
    await until(lambda: looker.place() is not None)
    floor.confirm(checkout_id)
    await until(lambda: looker.place().file.order.transaction is not None)
    assert looker.place().owner_name == "Dana"


@pytest.mark.parametrize(
    "command",
    [
        lambda desk: desk.send(details_of("4183"), draft_id=""),
        lambda desk: desk.correct(details_of(), draft_id=""),
        lambda desk: desk.keep(details_of("4184"), draft_id=""),
        lambda desk: desk.capture("4182", amount_cents=None),
        lambda desk: desk.void("4182"),
        lambda desk: desk.refresh("4182"),
        lambda desk: desk.lift_freeze("4182"),
        lambda desk: desk.take_over("4182"),
        lambda desk: desk.hand_over("4182", "p-Dana"),
    ],
)
async def test_it_acts_on_nothing(floor, looker, command):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    await until(lambda: looker.place() is not None)
    await dana.kill()
    calls = len(floor.affirm.calls)
    with pytest.raises(CommandRefusedError) as refused:
        await command(looker.desk)
    assert refused.value.reason == "looks_only"
    await asyncio.sleep(60)
    assert looker.client.puts == looker.client.claims == []
    assert len(floor.affirm.calls) == calls
    assert not looker.place().allowed & {FloorCommand.TAKE_OVER, FloorCommand.HAND_OVER}
    assert looker.place().why_not_taken == "looks_only"


async def test_it_stands_in_for_nobody(floor, looker):
    dana = await floor.desk("Dana")
    checkout_id = await floor.sent(dana)
    await until(lambda: looker.place() is not None)
    await dana.kill()
    floor.confirm(checkout_id)
    await asyncio.sleep(3600)
    assert looker.client.claims == []
    assert floor.affirm.effects == []
    assert looker.told.status.credentials_problem == ""
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await until(lambda: floor.affirm.effects)
    assert boss.client.claims


async def test_what_is_given_to_it_is_not_taken(floor, looker):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    await dana.do(dana.desk.hand_over("4182", looker.me.person_id))
    await until(lambda: boss.place().owner_name == "Lee")
    floor.confirm(checkout_id)
    await until(lambda: floor.affirm.effects, within_s=600)
    assert looker.client.claims == []
