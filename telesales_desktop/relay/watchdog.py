"""How does systemd learn that the relay still turns, and what is told of one that does not?"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping

_EARLY = 3
"""So many times within the time that systemd grants: one late turn is no alarm."""

_logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def watched(environment: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """Tell systemd again and again that the loop turns, if it asks for that.

    The loop alone is meant: a database or a disk that refuses is told elsewhere, and starting
    again would not mend it. A process that systemd ends for its silence tells first where each of
    its threads stood (code, no values).

    Sources: sd_notify(3), sd_watchdog_enabled(3).
    """
    every_s = _asked_every_s(environment)
    if every_s is None:
        yield
        return
    if sys.__stderr__ is not None:
        faulthandler.enable(sys.__stderr__)  # systemd ends the silent with SIGABRT
    beating = asyncio.create_task(
        _beat(environment["NOTIFY_SOCKET"], every_s / _EARLY), name="watchdog"
    )
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


def _asked_every_s(environment: Mapping[str, str]) -> float | None:
    asked = environment.get("WATCHDOG_USEC", "")
    meant = environment.get("WATCHDOG_PID", str(os.getpid()))
    if not (environment.get("NOTIFY_SOCKET") and asked.isdecimal() and int(asked)):
        return None
    return int(asked) / 1_000_000 if meant == str(os.getpid()) else None


async def _beat(place: str, every_s: float) -> None:
    address = "\0" + place[1:] if place.startswith("@") else place
    told = False
    # One for all the time: where no file can be opened any more, what is open goes on.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.setblocking(False)  # a full queue is no reason to stand still
        while True:
            try:
                door.sendto(b"WATCHDOG=1", address)
            except OSError as refused:
                if not told:
                    _logger.warning("systemd cannot be told that this turns: %s", refused.strerror)
                told = True
            await asyncio.sleep(every_s)
