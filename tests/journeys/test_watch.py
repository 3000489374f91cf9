"""Does a program without a window authorize for a desk that is off: once, and leave when it is told to?"""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from telesales_desktop.application.floor_values import Holding
from telesales_desktop.application.profile import Role
from telesales_desktop.bootstrap import connection_tests
from telesales_desktop.domain.order_state import OrderState
from tests.journeys.several_desks import LONG_S, House, open_house, until

pytestmark = pytest.mark.journey


class Watch:
    """A watching program, and every line that it has said."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode().strip())

    async def end(self) -> tuple[int, str]:
        """Tell it to end; its exit status, and what it complained of."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(LONG_S):
            await self._reading
            assert self.process.stderr is not None
            complaints = (await self.process.stderr.read()).decode()
            return await self.process.wait(), complaints


async def set_up(house: House, name: str, role: Role) -> str:
    """A profile of its own, with its secrets in the system's keyring; returns its folder."""
    folder = house.stage.folder / name
    checks = connection_tests(folder)
    profile = replace(house.profile, name=name, practice=False, locale="en_US")
    profile = await checks.check_relay(profile, await house.enrol(f"Watch {name}", role))
    await checks.save(profile, house.stage.credentials)
    return str(folder)


@asynccontextmanager
async def watching(house: House, name: str, role: Role = Role.SUPERVISOR):
    folder = await set_up(house, name, role)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telesales_desktop", "--data-dir", folder, "--profile", name),
        *("watch", "--silence", "3"),
        stdout=PIPE,
        stderr=PIPE,
    )
    watch = Watch(process)
    try:
        await until(lambda: "watching" in watch.lines)
        yield watch
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_two_that_watch_are_one_authorize_and_the_owner_has_the_order_again():
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        async with watching(house, "one") as one, watching(house, "two") as two:
            checkout_id = await dana.send()
            await dana.close()
            await house.confirm(checkout_id)
            lines = [one.lines, two.lines]
            done = "order 4182: authorized"
            await until(lambda: any(done in line for told in lines for line in told))
            await dana.open()
            await until(lambda: (p := dana.place()) and p.holding is Holding.HERE)
            await until(lambda: dana.state() is OrderState.AUTHORIZED)
            assert len(await house.effects("authorize")) == 1
            for watch in (one, two):
                status, complaints = await watch.end()
                assert status == 0, complaints
                assert "Traceback" not in complaints
            assert "Tremblay" not in "".join(one.lines + two.lines)


async def test_an_agents_watch_says_that_it_stands_in_for_nobody_else():
    async with open_house() as house, watching(house, "agent", Role.AGENT) as watch:
        status, complaints = await watch.end()
        assert status == 0
        assert "is no supervisor" in complaints
