"""The plug is pulled between "confirmed" and the answer to authorize; the next start settles it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from tests.journeys.floor import LONG_S, Floor, open_floor

pytestmark = pytest.mark.journey


async def start(floor: Floor, what: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.journeys.desk_process", str(floor.data_dir), what, stdout=PIPE
    )


async def until(desk: Process, *states: str) -> str:
    """Read the desk's lines until it comes to one of ``states``; returns the checkout id."""
    assert desk.stdout is not None
    async with asyncio.timeout(LONG_S):
        while True:
            line = (await desk.stdout.readline()).decode()
            assert line, "the desk ended by itself"
            state, checkout_id, _ = line.split()
            if state in states:
                return checkout_id


async def pull_the_plug(desk: Process) -> None:
    desk.kill()
    await desk.wait()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "delay_before", "seconds": 3},  # killed before Affirm does anything
        {"kind": "delay_after", "seconds": 3},  # killed after the effect, before the answer
    ],
    ids=["before the effect", "after the effect"],
)
async def test_killed_while_authorizing_it_is_authorized_once_after_the_next_start(fault):
    async with open_floor() as floor:
        desk = await start(floor, "send")
        try:
            checkout_id = await until(desk, "link_sent")
            await floor.ask("POST", "faults", {**fault, "endpoint": "authorize", "times": 1})
            for step in ("open", "approve", "confirm"):
                await floor.customer.act(checkout_id, step)
            await until(desk, "authorizing")
        finally:
            await pull_the_plug(desk)
        again = await start(floor, "watch")
        try:
            assert await until(again, "authorized") == checkout_id
        finally:
            await pull_the_plug(again)
        assert len(await floor.effects("authorize")) == 1


async def test_killed_while_waiting_it_learns_of_the_confirmation_after_the_next_start():
    async with open_floor() as floor:
        desk = await start(floor, "send")
        try:
            checkout_id = await until(desk, "link_sent")
        finally:
            await pull_the_plug(desk)
        for step in ("open", "approve", "confirm"):
            await floor.customer.act(checkout_id, step)
        again = await start(floor, "watch")
        try:
            await until(again, "authorized")
        finally:
            await pull_the_plug(again)
        assert len(await floor.effects("authorize")) == 1
