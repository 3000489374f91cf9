"""A clock that a test sets: time passes with the loop, and the wall clock can be moved."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class LoopClock:
    """The wall clock of a workstation: the loop's time, and what somebody did to the clock."""

    def __init__(self, start=START):
        self.start = start
        self.set_by_s = 0.0
        self.asleep_s = 0.0
        self.is_sure = True

    def now(self):
        return self.start + timedelta(seconds=self.monotonic_s() + self.set_by_s + self.asleep_s)

    def monotonic_s(self):
        return asyncio.get_running_loop().time()

    def set_by(self, seconds):
        """Somebody sets the wall clock (also backwards)."""
        self.set_by_s += seconds

    def sleep_machine(self, seconds):
        """The lid is closed: the wall clock goes on, timers do not."""
        self.asleep_s += seconds


class ManualClock:
    """A clock that stands until a test moves it."""

    def __init__(self, start=START):
        self.at = start
        self.seconds = 0.0
        self.is_sure = True

    def now(self):
        return self.at

    def monotonic_s(self):
        return self.seconds

    def advance(self, seconds):
        self.seconds += seconds
        self.at += timedelta(seconds=seconds)
