"""Killed at any write or at any moment, does each command still take effect exactly once?"""

import asyncio
import itertools
import os

import pytest

from tests.application.floor import FAULTS, finish, live_through
from tests.fakes.workstation import Workstation


@pytest.mark.parametrize("written", [False, True])
async def test_killed_at_each_write(written):
    survived = 0
    for after_writes in itertools.count(1):
        ws = Workstation()
        ws.journal.die(after_writes=after_writes, written=written)
        deaths = await live_through(ws)
        await finish(ws)
        if not deaths:
            break
        survived += 1
    assert survived > 15


async def test_killed_at_each_moment():
    ws = Workstation()
    started = asyncio.get_running_loop().time()
    await live_through(ws)
    lasted_s = asyncio.get_running_loop().time() - started
    await finish(ws)
    moments = [0.013 + 0.027 * n for n in range(int(lasted_s / 0.027))]
    for moment in moments:
        ws = Workstation()
        loop = asyncio.get_running_loop()
        loop.call_later(moment, ws.journal.died.set)
        deaths = await live_through(ws)
        await finish(ws)
        assert deaths <= 1
    assert len(moments) > 50


@pytest.mark.parametrize(("name", "fault"), FAULTS)
@pytest.mark.parametrize("relay", [True, False])
async def test_whatever_goes_wrong_with_one_call(caplog, name, fault, relay):
    ws = Workstation(relay=relay)
    ws.affirm.plan(name, fault)
    assert await live_through(ws) == 0
    await finish(ws)


@pytest.mark.campaign
@pytest.mark.parametrize("written", [False, True])
async def test_killed_at_a_write_after_something_went_wrong(written, caplog):
    """Every fault of a call with every write that the program may die at, twice deep.

    A run of all of them takes minutes: TELESALES_EVERY_CRASH=1. Else every thirty-seventh, so that
    each fault and each write has its turn.
    """
    stride = 1 if os.environ.get("TELESALES_EVERY_CRASH") else 37
    pairs = itertools.product(FAULTS, range(1, 30), (0, 1, 4, 9))
    runs = deaths = 0
    for (name, fault), first, second in itertools.islice(pairs, int(written), None, stride):
        ws = Workstation()
        ws.affirm.plan(name, fault)
        ws.journal.die(after_writes=first, written=written)
        ws.dies_again_after = second
        deaths += await live_through(ws)
        runs += 1
        await finish(ws)
    print(f"{runs} runs, {deaths} deaths")
    assert deaths > runs
