"""How are deliveries written by a process of their own, beside the one that answers?

One interpreter does one thing at a time: while it writes it answers nobody, and each statement
waits for its turn. So the deliveries, the most frequent writes by far, go to a child process
(``append_child``), which ends with whoever started it. The loop itself speaks to it: a thread
between them would wait for the interpreter at every step. Where it is gone, not up yet, stands
still or answers nonsense its work is done as ever: only speed depends on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from telesales_desktop.relay import append_child
from telesales_desktop.relay.committing import Done
from telesales_desktop.relay.store import NoSuchMerchantError, StoreError
from telesales_desktop.relay.store_values import Appended, NewDelivery

BUSY = 8
"""From so many deliveries at once on they go to the process; it is started by the first."""

AGAIN_AFTER_S = 5.0
ANSWER_S = 12.0
"""After this long it stands still and is killed; longer than any database's own limit."""

_END_S = 5.0
_logger = logging.getLogger(__name__)


class GoneError(Exception):
    """The process does not answer; what it was given it may have kept."""


class AppendProcess:
    """Keeps deliveries, for one who asks at a time, in the event loop."""

    def __init__(self, database: Path | str, name: str = "") -> None:
        """``name``: who speaks, to other replicas."""
        self._told = (str(database), isinstance(database, Path), name)
        self._child: _Child | None = None
        self._starting: asyncio.Task[None] | None = None
        self._not_before = 0.0
        self._asked = 0

    def takes(self, number: int) -> bool:
        """Whether so many deliveries are for it, and it is up. Else it is started, if need be."""
        if number < BUSY:
            return False
        if self._child is None and self._starting is None:
            loop = asyncio.get_running_loop()
            if loop.time() >= self._not_before:
                self._starting = loop.create_task(self._start(), name="start the append process")
        return self._child is not None

    async def commit(self, deliveries: Sequence[NewDelivery]) -> Done:
        """Keep them in one transaction; see ``log_rows.append_all``.

        Errors: ``StoreError``, the database refuses; ``GoneError``.
        """
        self._asked += 1
        child = self._child
        try:
            if child is None:
                raise EOFError("it has ended")
            async with asyncio.timeout(ANSWER_S):
                told = await child.ask((self._asked, [tuple(each) for each in deliveries]))
            answered, refused, kept, appended = cast("tuple[Any, Any, Any, Any]", told)
            if answered != self._asked or (refused is None and len(kept) != len(deliveries)):
                raise EOFError("it answers another question")
        except Exception as gone:
            # Whatever it is: the next answer of this child could be the one to this question.
            self._drop()
            raise GoneError(str(gone) or type(gone).__name__) from gone
        if refused is not None:
            raise StoreError(refused)
        return (
            [one if isinstance(one, bool) else NoSuchMerchantError(one) for one in kept],
            [Appended(name, seq, chain, frozenset(to)) for name, seq, chain, to in appended],
        )

    async def close(self) -> None:
        """End the process, once it has done what it was given."""
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)
        child, self._child = self._child, None
        if child is not None:
            await child.end()

    async def _start(self) -> None:
        # The database's address may hold a password: it goes through the pipe.
        child = None
        try:
            _, child = await asyncio.get_running_loop().subprocess_exec(
                _Child,
                *_command(),
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None,
            )
            async with asyncio.timeout(ANSWER_S):
                await child.ask(self._told)
        except Exception as gone:  # noqa: BLE001 - it is told; all is done as ever without it
            why = str(gone) or type(gone).__name__
            _logger.error("deliveries have no process of their own: %s", why)
            if child is not None:
                child.kill()
            child = None
            self._pause()
        self._child, self._starting = child, None

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            self._pause()

    def _pause(self) -> None:
        self._not_before = asyncio.get_running_loop().time() + AGAIN_AFTER_S


class _Child(asyncio.SubprocessProtocol):
    """The process, as the loop hears of it: one question, one answer."""

    transport: asyncio.SubprocessTransport

    def __init__(self) -> None:
        self._answer: asyncio.Future[bytes] | None = None
        self._read = bytearray()
        self._ended = asyncio.Event()
        self._lost = False

    async def ask(self, values: object) -> object:
        """Errors: ``EOFError``, it has ended; whatever an answer raises that cannot be read."""
        if self._lost:
            raise EOFError("it has ended")
        self._answer = asyncio.get_running_loop().create_future()
        cast("asyncio.WriteTransport", self.transport.get_pipe_transport(0)).write(
            append_child.framed(values)
        )
        octets = await self._answer
        if not octets:
            raise EOFError("it has ended")
        return append_child.opened(octets)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """A whole answer is told; what comes further is none."""
        self._read += data
        whole = append_child.whole_frame(self._read)
        if whole:
            self._read.clear()
            self._tell(whole)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._lost = True
        self._tell(b"")

    def process_exited(self) -> None:
        self._ended.set()

    def _tell(self, octets: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(octets)

    def kill(self) -> None:
        """Nothing that it says is heard any more."""
        self.transport.close()

    async def end(self) -> None:
        """Let it end by itself; a disk that hangs is not waited for long."""
        cast("asyncio.WriteTransport", self.transport.get_pipe_transport(0)).close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._ended.wait()
        self.kill()


def _command() -> list[str]:
    if getattr(sys, "frozen", False):  # the built relay
        return [sys.executable, append_child.WORD]
    # -P: nothing is loaded from the folder in which the relay happens to be started.
    return [sys.executable, "-P", "-m", append_child.__name__]


def _environment() -> dict[str, str]:
    """Our own, with the place from which this program itself was loaded."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
