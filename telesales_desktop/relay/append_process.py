"""How are deliveries written by a process of their own, beside the one that answers?

One interpreter does one thing at a time: while it writes it answers nobody, and each statement
waits for its turn. So the deliveries, the most frequent writes by far, go to a child process, which
ends with whoever started it. Where it is gone, stands still or answers nonsense its work is done as
ever: only speed depends on it.
"""

from __future__ import annotations

import contextlib
import logging
import marshal
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from telesales_desktop.relay.committing import Committer, Done, Task
from telesales_desktop.relay.store import NoSuchMerchantError, StoreError
from telesales_desktop.relay.store_values import Appended, NewDelivery

BUSY = 8
"""From so many deliveries at once on they go to the process; it is started by the first."""

AGAIN_AFTER_S = 5.0
ANSWER_S = 12.0
"""After this long it stands still and is killed; longer than any database's own limit."""

WORD = "append-process"
"""What starts it, as the first argument of the program; no command for people."""

_END_S = 5.0
_LENGTH = struct.Struct("!I")
_logger = logging.getLogger(__name__)

Kept = list[bool | StoreError]
"""See ``log_rows.append_all``."""


class GoneError(Exception):
    """The process does not answer; what it was given it may have kept."""


class AppendProcess:
    """Keeps deliveries. Its methods are called by one thread at a time."""

    def __init__(self, database: Path | str, name: str = "") -> None:
        """``name``: who speaks, to other replicas."""
        self._told = (str(database), isinstance(database, Path), name)
        self._child: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0
        self._asked = 0

    def commit(self, deliveries: Sequence[NewDelivery]) -> tuple[Kept, list[Appended]]:
        """Keep them in one transaction.

        Errors: ``StoreError``, the database refuses; ``GoneError``.
        """
        if self._child is None and time.monotonic() < self._not_before:
            raise GoneError("it has ended a moment ago")
        try:
            refused, kept, appended = self._ask(deliveries)
        except Exception as gone:
            # Whatever it is: the next answer of this child could be the one to this question.
            self._not_before = time.monotonic() + AGAIN_AFTER_S
            self._kill()
            raise GoneError(str(gone) or type(gone).__name__) from gone
        if refused is not None:
            raise StoreError(refused)
        return (
            [one if isinstance(one, bool) else NoSuchMerchantError(one) for one in kept],
            [Appended(name, seq, chain, frozenset(to)) for name, seq, chain, to in appended],
        )

    def _ask(self, deliveries: Sequence[NewDelivery]) -> tuple[Any, Any, Any]:
        child = self._running()
        self._asked += 1
        with _killed_after(child, ANSWER_S):
            _send(child.stdin, (self._asked, [_row(each) for each in deliveries]))
            answered, refused, kept, appended = _receive(child.stdout)
        if answered != self._asked or (refused is None and len(kept) != len(deliveries)):
            raise EOFError("it answers another question")
        return refused, kept, appended

    def close(self) -> None:
        """End the process, once it has done what it was given."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(OSError):
            child.stdin.close()
        try:
            child.wait(_END_S)
        except subprocess.TimeoutExpired:  # its disk hangs
            child.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_END_S)
        child.stdout.close()

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()  # first: what is not written yet would be waited for
            self.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            # The database's address may hold a password: it goes through the pipe.
            self._child = subprocess.Popen(  # noqa: S603 - ourselves
                _command(), env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            _send(self._child.stdin, self._told)
        return self._child


@contextlib.contextmanager
def _killed_after(child: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    """A pipe has no deadline; one that is killed ends every reading and writing at it."""
    alarm = threading.Timer(seconds, child.kill)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def _command() -> list[str]:
    if getattr(sys, "frozen", False):  # the built relay
        return [sys.executable, WORD]
    # -P: nothing is loaded from the folder in which the relay happens to be started.
    return [sys.executable, "-P", "-m", __name__]


def _environment() -> dict[str, str]:
    """Our own, with the place from which this program itself was loaded."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


class Apart:
    """A ``Committer`` that has many deliveries at once written by another process.

    One writes after the other, so neither waits for the database's lock.
    """

    def __init__(self, committer: Committer, appender: AppendProcess) -> None:
        self._committer = committer
        self._appender = appender
        self.broken = committer.broken

    def commit(self, jobs: Sequence[Task]) -> Done:
        """Errors: as ``Committer.commit``, of the deliveries."""
        deliveries = [job for job in jobs if isinstance(job, NewDelivery)]
        if len(deliveries) < BUSY:
            return self._committer.commit(jobs)
        others = [job for job in jobs if not isinstance(job, NewDelivery)]
        kept, appended = self._append(deliveries)
        results, grown = self._do(others) if others else ((), ())
        of_deliveries, of_others = iter(kept), iter(results)
        return (
            [next(of_deliveries if isinstance(job, NewDelivery) else of_others) for job in jobs],
            [*appended, *grown],
        )

    def _append(self, deliveries: Sequence[NewDelivery]) -> Done:
        try:
            return self._appender.commit(deliveries)
        except GoneError as gone:
            # It may have kept them: then they are known, and counted as repeated.
            _logger.error("deliveries are written without their own process: %s", gone)
            return self._committer.commit(deliveries)

    def _do(self, others: Sequence[Task]) -> Done:
        """Their trouble is their own: the deliveries are durable already."""
        try:
            return self._committer.commit(others)
        except self.broken as broken:
            _logger.error("the database refuses a write: %s", broken)
            self._committer.drop()
            return [StoreError(str(broken))] * len(others), ()

    def drop(self) -> None:
        """See ``Committer.drop``."""
        self._committer.drop()

    def close(self) -> None:
        """End both."""
        self._appender.close()
        self._committer.close()


def _row(delivery: NewDelivery) -> tuple[object, ...]:
    return (
        delivery.merchant,
        delivery.identity,
        str(delivery.source),
        delivery.order_key,
        delivery.checkout_hash,
        delivery.poison,
        delivery.received_us,
        delivery.content,
    )


# Plain values between two processes of one program: nothing of it comes from anywhere else.


def _send(pipe: Any, values: Any) -> None:
    octets = marshal.dumps(values)
    pipe.write(_LENGTH.pack(len(octets)) + octets)
    pipe.flush()


def _receive(pipe: Any) -> Any:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError("it has ended")
    (length,) = _LENGTH.unpack(head)
    octets = pipe.read(length)
    if len(octets) < length:
        raise EOFError("it has ended")
    return marshal.loads(octets)  # noqa: S302


def main() -> None:
    """Keep what comes through the standard input until that ends; nothing else ends it."""
    from telesales_desktop.relay.committers import committer

    for number in (signal.SIGINT, signal.SIGTERM):  # also sent to a whole group of processes
        signal.signal(number, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, OSError):
        database, is_file, name = _receive(asked)
        writer = committer(Path(database) if is_file else database, name)
        while True:
            number, rows = _receive(asked)
            _send(answers, (number, *_answer(writer, [NewDelivery(*row) for row in rows])))


def _answer(writer: Any, deliveries: list[NewDelivery]) -> tuple[object, ...]:
    try:
        kept, appended = writer.commit(deliveries)
    except Exception as broken:  # noqa: BLE001 - it is told, and logged there
        writer.drop()
        known = isinstance(broken, (StoreError, *writer.broken))
        return (str(broken) if known else traceback.format_exc(), (), ())
    return (
        None,
        [one if isinstance(one, bool) else str(one) for one in kept],
        [(each.merchant, each.seq, each.chain, tuple(each.readers)) for each in appended],
    )


if __name__ == "__main__":
    main()
