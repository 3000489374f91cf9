"""Three orders at once, with faults, failing disks and deaths drawn from a seed: is all right at the end?"""

import asyncio
import logging
import os
import random
from collections import Counter

import pytest

from tests.application.floor import finish, live_through
from tests.fakes.affirm import Fault
from tests.fakes.workstation import Workstation

ORDERS = ("4182", "4183", "4184")
WEATHER_S = 120.0
PROBLEMS = ("full", "io", "locked", "conflict", "rule")
WRITES = ("store", "authorize", "capture", "refund")


class Weather:
    """What goes wrong, for two minutes; after that nothing does."""

    def __init__(self, seed, ws):
        self.chance = random.Random(seed)
        self.count = Counter()
        self.ws = ws
        ws.affirm.choose_fault = self.fault
        ws.on_new_journal = self.meet
        self.meet(ws.journal)
        relay = ws.relay
        put = relay.repeat
        relay.repeat = lambda delivery: None if self.strikes("lost webhook", 0.4) else put(delivery)

    def strikes(self, what, probability):
        is_over = asyncio.get_running_loop().time() - self.started > WEATHER_S
        struck = not is_over and self.chance.random() < probability
        self.count[what] += struck
        return struck

    def begin(self):
        self.started = asyncio.get_running_loop().time()

    def meet(self, journal):
        for problem in PROBLEMS:
            self.disk_fails(journal, problem, written=False)
        self.disk_fails(journal, "io", written=True)

    def disk_fails(self, journal, problem, *, written):
        def strikes(commit):
            return self.strikes(f"disk {problem} {written}", 0.008)

        journal.fail(problem, when=strikes, times=99, written=written)

    def fault(self, name):
        if not self.strikes(f"fault of {name}", 0.25):
            return None
        faults = list(Fault) if name in WRITES else [Fault.LOST_ANSWER, Fault.UNREACHABLE]
        return self.chance.choice(faults)

    def kill_now_and_then(self):
        """By the loop's own timer: a task would die with the program."""
        if self.strikes("death", 1.0):
            pause_s = self.chance.expovariate(1 / 8)
            self.timer = asyncio.get_running_loop().call_later(pause_s, self._kill)

    def _kill(self):
        self.ws.journal.died.set()
        self.kill_now_and_then()

    def end(self):
        self.timer.cancel()


async def play(seed):
    ws = Workstation()
    weather = Weather(seed, ws)
    weather.begin()
    weather.kill_now_and_then()
    deaths = await live_through(ws, ORDERS)
    weather.end()
    await finish(ws, ORDERS)
    return weather.count + Counter({"deaths": deaths})


@pytest.fixture
def _silent():
    """Thousands of expected complaints: nobody reads them, and pytest would keep them all."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.campaign
@pytest.mark.usefixtures("_silent")
async def test_whatever_the_weather():
    """TELESALES_SCHEDULES=5000 for a long run; TELESALES_SEED for another beginning."""
    first = int(os.environ.get("TELESALES_SEED", "1"))
    total = Counter()
    for seed in range(first, first + int(os.environ.get("TELESALES_SCHEDULES", "25"))):
        try:
            total += await play(seed)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
    print(dict(total))
    assert total["deaths"] > 0
    assert total["lost webhook"] > 0
