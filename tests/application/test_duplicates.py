"""Is a second link for one order number stopped, whoever has the first, and never the sale itself?"""

import asyncio

import pytest

from telesales_desktop.application.floor_values import Holding
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.relay_errors import RelayBusyError, RelayUnreachableError
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import details_of, until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


async def test_a_colleagues_number_is_refused_and_named_before_anything_is_sent(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex")
    await floor.sent(dana)
    with pytest.raises(CommandRefusedError, match="number_taken") as refused:
        await alex.do(alex.desk.send(details_of(), draft_id=""))
    assert refused.value.params == {"name": "Dana"}
    assert len(floor.affirm.checkouts) == 1
    assert await alex.desk.open_orders() == []


async def test_ones_own_number_at_another_desk_is_not_somebodys_name(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    home = await floor.desk("Dana", workstation="home")
    home.desk._floor._records.clear()  # not told of it yet
    home.desk._floor._keys.clear()
    with pytest.raises(CommandRefusedError, match="number_taken_elsewhere"):
        await home.do(home.desk.send(details_of(), draft_id=""))


async def test_ones_own_order_is_not_looked_for(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    await dana.do(dana.desk.supersede("4182"))
    assert dana.client.looked_up == ["4182"]
    await dana.do(dana.desk.send(details_of(), draft_id=""))
    assert dana.client.looked_up == ["4182"]
    assert len(floor.affirm.checkouts) == 2


@pytest.mark.parametrize("error", [RelayUnreachableError(), RelayBusyError(60.0), None])
async def test_a_relay_that_is_away_stops_no_sale_and_it_is_said_until_it_answers(floor, error):
    dana = await floor.desk("Dana")
    look_up = dana.client.look_up

    async def away(wanted):
        if error is None:
            await asyncio.sleep(3600)
        raise error

    dana.client.look_up, dana.client.is_offline = away, True
    before = floor.clock.now()
    await dana.do(dana.desk.send(details_of(), draft_id=""))
    assert (floor.clock.now() - before).total_seconds() < 5
    assert len(floor.affirm.checkouts) == 1
    assert dana.place().not_looked_up
    assert dana.shared[-1].not_looked_up
    dana.client.look_up, dana.client.is_offline = look_up, False
    await until(lambda: not dana.place().not_looked_up)
    assert dana.place().holding is Holding.HERE


async def test_a_relay_that_carries_no_orders_is_not_asked(floor):
    floor.relay.fingerprint = ""
    dana = floor.station("Dana")
    dana.client._trusted = dana.client._reach
    await dana.start()
    await until(lambda: dana.desk._sharing._is_caught_up)
    await dana.do(dana.desk.send(details_of(), draft_id=""))
    assert dana.client.looked_up == []
    assert not dana.place().not_looked_up


async def test_a_colleagues_number_is_not_kept_for_an_order_that_is_paid_another_way(floor):
    """It could never be uploaded, and nobody would be told why."""
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex")
    await floor.sent(dana)
    cash = details_of(payment=PaymentChoice.CARD)
    with pytest.raises(CommandRefusedError, match="number_taken"):
        await alex.do(alex.desk.keep(cash, draft_id=""))
    assert await alex.desk.open_orders() == []
    alex.client.is_offline = True
    await alex.do(alex.desk.keep(details_of("2", payment=PaymentChoice.CARD), draft_id=""))
    assert alex.place("2").not_looked_up
