"""Does a desk that starts take up all it missed, whatever the relay answers to a part of it?"""

import asyncio

import pytest

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import NotYoursError
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.relay_errors import RelayAnswerError, RelayUnreachableError
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


async def one_claimed_one_confirmed(floor):
    """A supervisor's desk that died with an order claimed, and one confirmed, of silent desks."""
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    confirmed = await floor.sent(dana, "2")
    await until(lambda: boss.place("2"))
    await dana.stop()
    boss.journal.fail(JournalProblem.IO, when=lambda commit: commit is not None)
    with pytest.raises(JournalError):
        await boss.do(boss.desk.take_over("4182"))
    boss.desk._mender.on_mended = lambda: None  # it dies before it takes the claim up
    await asyncio.sleep(10)
    floor.confirm(confirmed, "2")
    await until(lambda: any("confirmed" in d.note for d in boss.journal.disk.closed.values()))
    await boss.kill()
    assert boss.journal.disk.records["key-4182"].holder == boss.me.token_id
    assert boss.journal.disk.records["key-4182"].file is not None
    return boss


@pytest.mark.parametrize(
    "error", [RelayUnreachableError(), RelayAnswerError("malformed"), NotYoursError()]
)
async def test_a_claim_that_cannot_be_taken_up_hides_no_confirmation(floor, error):
    boss = await one_claimed_one_confirmed(floor)
    get, errors = boss.client.get, [error]

    async def fail_once(order_key):
        if errors:
            raise errors.pop()
        return await get(order_key)

    boss.client.get = fail_once
    await boss.start()
    # Sooner than the orders of silent desks are looked through.
    await until(lambda: "2" in boss.journal.disk.files, within_s=85)
    await until(lambda: boss.order("2").transaction is not None, within_s=10)


async def test_a_claim_is_taken_up_once_the_relay_is_there(floor):
    boss = await one_claimed_one_confirmed(floor)
    get, errors = boss.client.get, [RelayUnreachableError()]

    async def fail_once(order_key):
        if errors:
            raise errors.pop()
        return await get(order_key)

    boss.client.get = fail_once
    await boss.start()
    await until(lambda: "4182" in boss.journal.disk.files, within_s=30)


async def test_a_gap_that_is_announced_while_it_catches_up_is_not_lost(floor):
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    people, asked = boss.client.people, []

    async def slow():
        asked.append(floor.clock.now())
        if len(asked) == 1:
            boss.desk._sharing.gap_announced()
        return await people()

    boss.client.people = slow
    boss.desk._sharing.gap_announced()
    await until(lambda: len(asked) == 2, within_s=60)
