"""One order that does not go: does it hold up the others?"""

import asyncio
from collections import Counter

import pytest

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.relay_errors import RelayAnswerError, RelayUnreachableError
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import details_of, until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


def refuse(station, order_ids, make_error):
    """Have puts of ``order_ids`` fail while they are in it; returns how often each was put."""
    put, asked = station.client.put, Counter()

    async def refusing(file, **given):
        asked[file.order.order_id] += 1
        if file.order.order_id in order_ids:
            raise make_error()
        return await put(file, **given)

    station.client.put = refusing
    return asked


def too_large():
    return RelayAnswerError("record_too_large")


def crash():
    return RuntimeError("bug")


async def send(station, *order_ids):
    for order_id in order_ids:
        await station.do(station.desk.send(details_of(order_id), draft_id=""))


@pytest.mark.parametrize("make_error", [too_large, crash])
async def test_an_order_that_is_refused_holds_up_no_other(floor, caplog, make_error):
    dana = await floor.desk("Dana")
    refused = {"1"}
    asked = refuse(dana, refused, make_error)
    await send(dana, "1", "2", "3")
    await until(lambda: floor.is_uploaded(dana, "2") and floor.is_uploaded(dana, "3"), within_s=2)
    await until(lambda: dana.told.status.waiting_uploads == 1)
    assert dana.told.status.waiting_since is not None
    assert dana.place("1").waits_to_upload
    assert not dana.place("2").waits_to_upload

    await asyncio.sleep(1800)  # it is tried again, ever more seldom
    assert 30 <= asked["1"] <= 60
    assert floor.is_uploaded(dana, "2")
    for _ in range(5):  # between its tries: a change of another order does not wait for them
        await asyncio.sleep(7)
        await dana.do(dana.desk.refresh("2"))
        await until(lambda: floor.is_uploaded(dana, "2"), within_s=2)
    await dana.do(dana.desk.supersede("3"))
    await until(lambda: floor.is_uploaded(dana, "3"), within_s=2)
    assert dana.told.status.waiting_uploads == 1

    refused.clear()
    await until(lambda: floor.is_uploaded(dana, "1"), within_s=62)
    await until(lambda: dana.told.status.waiting_uploads == 0)
    assert not dana.place("1").waits_to_upload


async def test_a_disk_that_fails_for_one_order_holds_up_no_other(floor, caplog):
    dana = await floor.desk("Dana")
    uploaded, fails = dana.journal.uploaded, {"1"}

    async def failing(order_id, marks, record):
        if order_id in fails:
            raise JournalError(JournalProblem.RULE)
        await uploaded(order_id, marks, record)

    dana.journal.uploaded = failing
    await send(dana, "1", "2")
    await until(lambda: floor.is_uploaded(dana, "2"), within_s=2)
    assert "1" in dana.journal.disk.outbox
    fails.clear()
    await until(lambda: floor.is_uploaded(dana, "1"), within_s=62)


async def test_many_that_are_refused_hold_up_no_other_and_are_not_asked_all_at_once(floor, caplog):
    dana = await floor.desk("Dana")
    many = {str(n) for n in range(1, 8)}
    kinds = [RelayUnreachableError]
    refused = many | {"9"}
    asked = refuse(dana, refused, lambda: kinds[0]())
    await send(dana, *sorted(refused))
    await asyncio.sleep(120)
    asked.clear()
    kinds[0] = too_large
    refused.discard("9")
    await until(lambda: asked.total() > 0, within_s=62)
    await asyncio.sleep(1)
    assert asked.total() <= 4
    await until(lambda: floor.is_uploaded(dana, "9"), within_s=62)
    await asyncio.sleep(120)
    await dana.do(dana.desk.supersede("9"))
    await until(lambda: floor.is_uploaded(dana, "9"), within_s=2)
    await until(lambda: dana.told.status.waiting_uploads == len(many))


async def test_an_order_that_the_relay_chokes_on_holds_up_no_other(floor):
    dana = await floor.desk("Dana")
    chokes = {"1"}
    refuse(dana, chokes, RelayUnreachableError)
    await send(dana, "1", "2", "3")
    await until(lambda: floor.is_uploaded(dana, "2") and floor.is_uploaded(dana, "3"), within_s=10)
    await asyncio.sleep(600)
    await dana.do(dana.desk.supersede("3"))
    await until(lambda: floor.is_uploaded(dana, "3"), within_s=62)
    chokes.clear()
    await until(lambda: floor.is_uploaded(dana, "1"), within_s=62)


async def test_nothing_is_tried_for_others_while_the_relay_is_away(floor):
    dana = await floor.desk("Dana")
    away = {"1", "2", "3"}
    asked = refuse(dana, away, RelayUnreachableError)
    await send(dana, *sorted(away))
    await asyncio.sleep(600)
    assert asked.total() <= 20  # one order a round, and the rounds become seldom
    away.clear()
    await until(lambda: not dana.journal.disk.outbox, within_s=62)
