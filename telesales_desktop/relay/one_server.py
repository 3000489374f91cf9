"""Who serves a SQLite file, and how does another process take its place?

One process at a time, held by a lock. Its successor is given the listening sockets themselves, so
whoever comes meanwhile waits in their queue: no webhook meets a closed door.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

from telesales_desktop.relay.ownership import give_to_owner_of, open_beside

PATIENCE_S = 60.0
_EVERY_S = 0.02
_CONNECT_S = 5.0
_TAKEN = b"+"


class ServedAlreadyError(Exception):
    """Another process serves the database."""


@contextlib.asynccontextmanager
async def sole_server(database: Path, *, patience_s: float = 0.0) -> AsyncIterator[None]:
    """Be the one that serves; waits for the one before. Units: seconds.

    Errors: ``ServedAlreadyError``; ``OSError`` where the lock cannot be made.
    """
    place = _beside(database, "lock")
    new = not place.exists()
    handle = open_beside(place, os.O_RDWR | os.O_CREAT)
    try:
        if new:  # a command that root types may be the first one
            give_to_owner_of(place.parent, handle)
        until = asyncio.get_running_loop().time() + patience_s
        while not _lock(handle):
            if asyncio.get_running_loop().time() >= until:
                raise ServedAlreadyError(
                    f"another relay serves {database} already: stop it first (serve --take-over "
                    "follows it without a pause)"
                )
            await asyncio.sleep(_EVERY_S)
        yield
    finally:
        os.close(handle)


def must_not_be_served(database: Path) -> None:
    """Errors: ``ServedAlreadyError``; ``OSError`` where the lock cannot be opened."""
    place = _beside(database, "lock")
    if not place.exists():
        return
    # A former database may lie on a disk that nobody may write to.
    handle = open_beside(place, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        if not _lock(handle):
            raise ServedAlreadyError(f"a relay still serves {database}: stop it first")
    finally:
        os.close(handle)


def take_over(database: Path) -> list[socket.socket]:
    """The listening sockets of the process that serves now, which then ends; empty without one.

    Errors: ``OSError``.
    """
    if sys.platform == "win32":
        raise OSError("Windows cannot hand listening sockets over; stop the other one first")
    with socket.socket(socket.AF_UNIX) as door, _short(_beside(database, "handover")) as path:
        door.settimeout(_CONNECT_S)
        try:
            door.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return []
        _, handles, _, _ = socket.recv_fds(door, 1, 8)
        taken = [socket.socket(fileno=handle) for handle in handles]
        if taken:
            with contextlib.suppress(OSError):  # it is gone already, or goes on: the lock will tell
                door.sendall(_TAKEN)  # only now does the other one leave
        return taken


@contextlib.asynccontextmanager
async def successor(
    database: Path, sockets: Sequence[socket.socket], leave: Callable[[], None]
) -> AsyncIterator[None]:
    """Give the sockets to a process that asks for them, and call ``leave``."""
    if sys.platform == "win32":
        yield
        return
    place = _beside(database, "handover")
    place.unlink(missing_ok=True)
    with _short(place) as path, socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        os.chmod(path, 0o600)
        door.listen(1)
        door.setblocking(False)
        waiting = asyncio.create_task(_give(door, sockets, leave), name="successor")
        try:
            yield
        finally:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            place.unlink(missing_ok=True)


async def _give(
    door: socket.socket, sockets: Sequence[socket.socket], leave: Callable[[], None]
) -> None:
    """To the first asker who says that it has them; one that is gone meanwhile was none."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            asker, _ = await loop.sock_accept(door)
        except OSError:  # no file can be opened just now
            await asyncio.sleep(_CONNECT_S)
            continue
        with asker, contextlib.suppress(OSError, TimeoutError):
            asker.setblocking(False)
            socket.send_fds(asker, [b"!"], [each.fileno() for each in sockets])
            async with asyncio.timeout(_CONNECT_S):
                if await loop.sock_recv(asker, len(_TAKEN)) == _TAKEN:
                    leave()
                    return


def _beside(database: Path, what: str) -> Path:
    return database.with_name(f"{database.name}.{what}")


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for the path that is short enough for the address of a socket."""
    if not Path("/proc/self/fd").is_dir():
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
