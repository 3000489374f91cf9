"""Does exactly one process serve, and does the first leave only for one that is really there?"""

import asyncio
import contextlib
import errno
import os
import socket
import sqlite3
import sys

import httpx
import pytest

from telesales_desktop.relay import one_server
from telesales_desktop.relay.one_server import (
    ServedAlreadyError,
    must_not_be_served,
    sole_server,
    successor,
    take_over,
)
from tests.relay import program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows hands no sockets over")


class First:
    """A process that serves: its sockets, and whether it was told to leave."""

    def __init__(self, sockets) -> None:
        self.sockets = sockets
        self.left = asyncio.Event()

    @property
    def names(self):
        return [each.getsockname() for each in self.sockets]


@pytest.fixture
def place(tmp_path):
    return tmp_path / "relay.db"


@pytest.fixture
async def first(place):
    with contextlib.ExitStack() as closing:
        sockets = [closing.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        serving = First(sockets)
        async with asyncio.timeout(60), successor(place, sockets, serving.left.set):
            yield serving


def ask(place) -> socket.socket:
    """Somebody at the door, who has not taken anything yet."""
    asker = socket.socket(socket.AF_UNIX)
    asker.settimeout(60)
    with one_server._short(place.with_name("relay.db.handover")) as path:
        asker.connect(path)
    return asker


async def taken_by_another(place):
    taken = await asyncio.to_thread(take_over, place)
    names = [each.getsockname() for each in taken]
    for each in taken:
        each.close()
    return names


async def test_one_serves_at_a_time_and_the_next_waits_for_its_end(place):
    async with contextlib.AsyncExitStack() as one:
        await one.enter_async_context(sole_server(place))
        with pytest.raises(ServedAlreadyError, match="serves"):
            async with sole_server(place):
                pass
        next_one = sole_server(place, patience_s=60)
        waiting = asyncio.create_task(next_one.__aenter__())
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await one.aclose()
        await waiting
        await next_one.__aexit__(None, None, None)


async def test_where_nobody_serves_there_is_nothing_to_take(place):
    assert take_over(place) == []
    async with successor(place, [], lambda: None):
        pass
    assert take_over(place) == []
    door = socket.socket(socket.AF_UNIX)  # one that was killed leaves its door behind
    with one_server._short(place) as path:
        door.bind(f"{path}.handover")
    door.close()
    assert take_over(place) == []


async def test_whoever_takes_the_sockets_has_them_and_the_first_leaves(first, place):
    assert await taken_by_another(place) == first.names
    await first.left.wait()


@pytest.mark.parametrize("said", [b"", b"?"])
async def test_an_asker_who_ends_without_taking_leaves_the_first_serving(first, place, said):
    for _ in range(3):
        asker = ask(place)
        asker.sendall(said)
        asker.close()
        await asyncio.sleep(0.05)  # few may stand at the door at once
    assert not first.left.is_set()
    assert await taken_by_another(place) == first.names
    await first.left.wait()


async def test_an_asker_who_ends_with_the_sockets_leaves_the_first_serving(first, place):
    asker = ask(place)
    _, handles, _, _ = await asyncio.to_thread(socket.recv_fds, asker, 1, 8)
    asker.close()
    for each in handles:
        os.close(each)
    assert len(handles) == 2
    await asyncio.sleep(0.1)
    assert not first.left.is_set()
    assert await taken_by_another(place) == first.names
    await first.left.wait()


async def test_an_asker_who_never_says_that_it_has_them_leaves_the_first_serving(
    place, monkeypatch
):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        left = asyncio.Event()
        async with asyncio.timeout(60), successor(place, [listener], left.set):
            monkeypatch.setattr(one_server, "_CONNECT_S", 0.1)
            with ask(place) as asker:
                _, handles, _, _ = await asyncio.to_thread(socket.recv_fds, asker, 1, 8)
                for each in handles:
                    os.close(each)
                # It is let go, and so hears the end.
                assert await asyncio.to_thread(asker.recv, 1) == b""
                assert not left.is_set()
            monkeypatch.undo()
            assert await taken_by_another(place) == [listener.getsockname()]
            await left.wait()


async def test_a_door_that_cannot_be_opened_for_a_moment_opens_again(place, monkeypatch):
    loop = asyncio.get_running_loop()
    real, refused = loop.sock_accept, [OSError(24, "Too many open files")] * 2

    async def accept(door):
        if refused:
            raise refused.pop()
        return await real(door)

    monkeypatch.setattr(loop, "sock_accept", accept)
    monkeypatch.setattr(one_server, "_CONNECT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        left = asyncio.Event()
        async with asyncio.timeout(60), successor(place, [listener], left.set):
            while refused:
                await asyncio.sleep(0.01)
            monkeypatch.setattr(one_server, "_CONNECT_S", 60)
            assert await taken_by_another(place) == [listener.getsockname()]
            await left.wait()


def test_one_that_could_not_serve_takes_nothing_over(database):
    with program.serving(database) as relay:
        with sqlite3.connect(database) as raw:
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            raw.execute(f"PRAGMA user_version = {version + 90}")
        done = program.run(
            "serve", "--take-over", "--database", database, "--listen", "127.0.0.1:0",
            "--hook-listen", "127.0.0.1:0",
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert "of a newer relay" in done.stderr
        assert httpx.get(f"{relay.desks}/readyz", timeout=60).status_code == 200
        raw.execute(f"PRAGMA user_version = {version}")
        raw.close()
        with program.serving(database, "--take-over") as second:
            assert second.addresses == relay.addresses
            assert relay.process.wait() == 0
            assert second.stop() == 0


async def test_whether_a_file_is_served_is_seen_on_a_disk_that_is_read_only(tmp_path, monkeypatch):
    database = tmp_path / "relay.db"
    async with sole_server(database):
        real = one_server.open_beside

        def read_only(place, flags):
            if flags & (os.O_RDWR | os.O_WRONLY):
                raise OSError(errno.EROFS, "Read-only file system")
            return real(place, flags)

        monkeypatch.setattr(one_server, "open_beside", read_only)
        with pytest.raises(ServedAlreadyError):
            must_not_be_served(database)
        monkeypatch.undo()
    monkeypatch.setattr(one_server, "open_beside", read_only)
    must_not_be_served(database)
