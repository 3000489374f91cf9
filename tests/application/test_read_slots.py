"""Is Affirm asked at most once a second, the urgent first, and not at all while it said wait?"""

import asyncio

import pytest

from telesales_desktop.application.read_slots import Rank, ReadSlots
from tests.fakes.clock import LoopClock, ManualClock


@pytest.fixture
async def slots():
    return ReadSlots(LoopClock())


def reads(slots, *wanted):
    """Start reads of these ranks; a list of (name, second) fills as each gets its turn."""
    turns = []

    async def read(name, rank):
        await slots.turn(name, rank)
        turns.append((name, round(asyncio.get_running_loop().time(), 3)))

    tasks = [asyncio.create_task(read(name, rank)) for name, rank in wanted]
    return turns, tasks


async def test_the_first_goes_at_once_and_the_others_a_second_apart(slots):
    turns, tasks = reads(slots, *((name, Rank.ROUTINE) for name in "abc"))
    await asyncio.gather(*tasks)
    assert turns == [("a", 0), ("b", 1), ("c", 2)]


async def test_urgent_reads_go_first_and_equals_in_order(slots):
    wanted = [("x", Rank.ROUTINE), ("calm", Rank.CALM), ("r1", Rank.ROUTINE), ("r2", Rank.ROUTINE)]
    wanted += [("settle", Rank.SETTLING), ("news", Rank.NEWS)]
    turns, tasks = reads(slots, *wanted)
    await asyncio.gather(*tasks)
    assert [name for name, _ in turns] == ["x", "news", "settle", "r1", "r2", "calm"]


async def test_a_read_that_waits_can_be_promoted_and_still_has_one_turn(slots):
    turns, tasks = reads(slots, *((name, Rank.ROUTINE) for name in "abcd"))
    await asyncio.sleep(0.5)
    slots.promote("d", Rank.NEWS)
    slots.promote("unknown", Rank.NEWS)  # it may have had its turn already
    await asyncio.gather(*tasks)
    assert turns == [("a", 0), ("d", 1), ("b", 2), ("c", 3)]
    turns, tasks = reads(slots, ("e", Rank.ROUTINE))
    await asyncio.gather(*tasks)
    assert turns == [("e", 4)]  # the promoted read has used one slot, not two


async def test_a_429_holds_everybody_back_also_while_they_wait(slots):
    turns, tasks = reads(slots, ("a", Rank.NEWS), ("b", Rank.NEWS))
    await asyncio.sleep(0.5)
    slots.hold_back(30)
    slots.hold_back(2)  # a shorter one does not shorten it
    await asyncio.gather(*tasks)
    assert turns == [("a", 0), ("b", 30.5)]


async def test_one_that_is_given_up_takes_no_turn(slots):
    turns, tasks = reads(slots, *((name, Rank.ROUTINE) for name in "abc"))
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert turns == [("a", 0), ("c", 1)]


async def test_closing_lets_nobody_wait(slots):
    turns, tasks = reads(slots, *((name, Rank.ROUTINE) for name in "abc"))
    await asyncio.sleep(0)
    slots.close()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in done] == [type(None), *[asyncio.CancelledError] * 2]
    assert turns == [("a", 0)]


async def test_closing_without_waiters_is_nothing():
    ReadSlots(ManualClock()).close()


async def test_without_spacing_nobody_waits():
    slots = ReadSlots(LoopClock(), spacing_s=0)
    turns, tasks = reads(slots, *((name, Rank.ROUTINE) for name in "abc"))
    await asyncio.gather(*tasks)
    assert [at for _, at in turns] == [0, 0, 0]
