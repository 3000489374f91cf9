"""Is a confirmation found whose webhook was lost and whose desk is off, and is nobody read twice?"""

import asyncio

import pytest

from telesales_desktop.application import silent_desks
from telesales_desktop.application.floor_values import Holding
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    AffirmUnreachableError,
)
from telesales_desktop.domain.order import OperationKind
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


def count_reads(station):
    """When this desk asks Affirm for which checkout."""
    read, reads = station.desk._gateway._affirm.read_checkout, []

    async def counted(checkout_id):
        reads.append(checkout_id)
        return await read(checkout_id)

    station.desk._gateway.read_checkout = counted
    return reads


async def test_a_lost_webhook_of_a_desk_that_is_off_is_found_by_reading(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    await asyncio.sleep(30)
    await dana.kill()
    floor.affirm.confirm(checkout_id)  # and no webhook comes
    await until(lambda: floor.affirm.effects, within_s=300)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]
    await until(lambda: boss.place().holding is Holding.NOBODY)
    assert boss.place().owner_name == "Dana"


async def test_a_desk_that_works_is_left_alone(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    reads = count_reads(boss)
    await floor.sent(dana)
    await asyncio.sleep(3 * 3600)
    assert reads == []


async def test_of_a_silent_desk_it_is_read_at_the_pace_of_an_old_link_and_by_who_may_act(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    reads, others = count_reads(boss), count_reads(alex)
    await floor.sent(dana)
    await dana.kill()
    await asyncio.sleep(3600)
    assert 25 <= len(reads) <= 61
    await asyncio.sleep(2 * 3600)
    del reads[:]
    await asyncio.sleep(3600)
    assert 8 <= len(reads) <= 14
    assert others == []
    await dana.start()
    await asyncio.sleep(120)
    del reads[:]
    await asyncio.sleep(3600)
    assert reads == []


async def test_a_relay_that_is_away_makes_no_desk_look_silent(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    reads = count_reads(boss)
    await floor.sent(dana)
    for station in (dana, boss):
        station.client.is_offline = True
    await asyncio.sleep(3600)
    assert reads == []  # nobody could act on them
    for station in (dana, boss):
        station.client.is_offline = False
    await asyncio.sleep(3600)
    assert reads == []


BUSY = AffirmBusyError(retry_after_s=20.0, in_progress=False)


@pytest.mark.parametrize("error", [BUSY, AffirmUnreachableError()])
async def test_what_cannot_be_read_is_read_later(floor, error):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    await dana.kill()
    floor.affirm.confirm(checkout_id)
    failed, gateway = [], boss.desk._gateway

    async def fail(checkout_id):
        failed.append(checkout_id)
        if len(failed) == 1:
            raise error
        del gateway.read_checkout
        return await gateway.read_checkout(checkout_id)

    gateway.read_checkout = fail
    await until(lambda: floor.affirm.effects, within_s=900)
    assert len(failed) == 2
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_of_many_the_newest_go_first_and_a_bug_with_one_ends_nothing(
    floor, caplog, monkeypatch
):
    monkeypatch.setattr(silent_desks, "MOST_IN_ONE_LOOK", 2)
    monkeypatch.setattr(silent_desks, "SLICE", 1)
    monkeypatch.setattr(silent_desks.SystemRandom, "uniform", lambda self, low, high: 0.0)
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkouts = [await floor.sent(dana, str(number)) for number in range(4)]
    await dana.kill()
    read, reads = boss.desk._gateway._affirm.read_checkout, []

    async def crash_once(checkout_id):
        reads.append(checkout_id)
        if len(reads) == 1:
            raise ZeroDivisionError
        return await read(checkout_id)

    boss.desk._gateway.read_checkout = crash_once
    await until(lambda: len(set(reads)) == 4)
    assert reads[:2] == [checkouts[3], checkouts[2]]
    assert "could not be read" in caplog.text


async def test_a_link_that_took_the_place_of_a_refused_one_is_read_too(floor):
    dana = await floor.desk("Dana")
    await floor.desk("Sam", Role.SUPERVISOR)
    refused = await floor.sent(dana)
    floor.affirm.say(refused, "not_approved")
    await until(lambda: dana.order().checkouts[0].word == "not_approved", within_s=120)
    await dana.do(dana.desk.send_again("4182"))
    checkout_id = floor.affirm.newest
    await until(lambda: floor.is_uploaded(dana))
    await dana.kill()
    await asyncio.sleep(1200)  # the first link is overdue as well by then
    floor.affirm.confirm(checkout_id)
    await until(lambda: floor.affirm.effects, within_s=600)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


@pytest.mark.parametrize(
    ("error", "least", "most"), [(AffirmRejectedError, 2, 5), (AffirmCredentialsError, 100, 300)]
)
async def test_what_affirm_refuses_to_show_is_asked_for_at_the_pace_of_the_link(
    floor, error, least, most
):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await asyncio.sleep(25 * 3600)
    await until(lambda: floor.is_uploaded(dana))
    await dana.kill()
    reads = []

    async def refuse(checkout_id):
        reads.append(checkout_id)
        raise error(http_status=404, reason="no")

    boss.desk._gateway.read_checkout = refuse
    await asyncio.sleep(24 * 3600)
    assert least <= len(reads) <= most
