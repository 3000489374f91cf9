"""What if news, or an answer of the relay's, comes in the very moment when an order changes hands?"""

import asyncio

import pytest

from telesales_desktop.application.profile import Role
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


def slowly(call, *, before_s=0.0, after_s=0.0):
    """The same call over a slow line."""

    async def slow(*given, **options):
        await asyncio.sleep(before_s)
        answer = await call(*given, **options)
        await asyncio.sleep(after_s)
        return answer

    return slow


async def test_a_confirmation_that_comes_during_a_hand_over_is_the_new_owners(floor):
    """This desk acts no more: it has to know that somebody must, if the new owner is not there."""
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    dana = floor.station("Dana")
    checkout_id = await floor.sent(boss)
    boss.client.hand_over = slowly(boss.client.hand_over, before_s=3, after_s=3)
    giving = asyncio.create_task(boss.do(boss.desk.hand_over("4182", dana.me.person_id)))
    await asyncio.sleep(1)
    floor.confirm(checkout_id)
    await giving
    await until(lambda: boss.place().confirmed_at is not None, within_s=5)
    await until(lambda: boss.journal.disk.closed, within_s=5)
    (closed,) = boss.journal.disk.closed.values()
    assert closed.note == "elsewhere confirmed key-4182"
    await until(lambda: boss.order().transaction is not None, within_s=85)
