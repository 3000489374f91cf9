"""How does an hour pass in a test within a millisecond, and a hang become a failure?"""

import asyncio
import selectors

MOST_S = 3 * 24 * 3600.0


class HangError(RuntimeError):
    """Nothing can ever happen again, or a test waits for what does not come."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time stands still while anything can run, then jumps to the next timer.

    Never for loops with sockets or threads: what comes from outside would find no time to come.
    """

    def __init__(self):
        self.virtual_s = 0.0
        self.most_s = MOST_S
        super().__init__(_JumpingSelector(self))

    def time(self):
        return self.virtual_s

    def jump(self, seconds):
        self.virtual_s += seconds
        if self.virtual_s > self.most_s:
            raise HangError(f"the test goes on after {self.most_s} virtual seconds")


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop):
        super().__init__()
        self._loop = loop

    def select(self, timeout=None):
        found = super().select(0)
        if not found:
            if timeout is None:
                raise HangError("every task waits and nothing is due")
            if timeout > 0:
                self._loop.jump(timeout)
        return found
