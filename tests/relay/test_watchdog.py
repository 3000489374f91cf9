import asyncio
import contextlib
import faulthandler
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from telesales_desktop.relay.watchdog import watched
from tests.relay import program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what systemd asks for")
BEAT = b"WATCHDOG=1"


@contextlib.contextmanager
def listening(place):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(place)
        ear.setblocking(False)
        yield ear


@pytest.fixture(autouse=True)
def faults_as_before():
    """pytest's own handler of faults has its place again afterwards."""
    before = faulthandler.is_enabled()
    yield
    if before:
        faulthandler.enable(sys.__stderr__)
    else:
        faulthandler.disable()


def asked(place, usec="30000", **changed) -> dict[str, str]:
    return {"NOTIFY_SOCKET": str(place), "WATCHDOG_USEC": usec, **changed}


async def heard(ear) -> bytes:
    async with asyncio.timeout(60):
        return await asyncio.get_running_loop().sock_recv(ear, 100)


@pytest.mark.parametrize("name", ["{folder}/notify", "@{folder}"])
async def test_it_tells_again_and_again_until_it_ends(tmp_path, name):
    place = name.format(folder=tmp_path)
    with listening(place.replace("@", "\0")) as ear:
        async with watched(asked(place, WATCHDOG_PID=str(os.getpid()))):
            assert [await heard(ear) for _ in range(5)] == [BEAT] * 5
        with contextlib.suppress(BlockingIOError):
            while ear.recv(100):
                pass
        await asyncio.sleep(0.1)
        with pytest.raises(BlockingIOError):
            ear.recv(100)


async def test_a_loop_that_stands_still_is_silent(tmp_path):
    place = str(tmp_path / "notify")
    with listening(place) as ear:
        async with watched(asked(place)):
            await heard(ear)
            told = subprocess.run(["sleep", "0.3"])  # as a call that never comes back
            assert told.returncode == 0
            beats = 0
            with contextlib.suppress(BlockingIOError):
                while ear.recv(100):
                    beats += 1
            assert beats <= 1


@pytest.mark.parametrize(
    "changed",
    [
        {"NOTIFY_SOCKET": ""},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": ""},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_PID": "1"},
    ],
)
async def test_nobody_is_told_who_did_not_ask_this_process(tmp_path, changed):
    place = str(tmp_path / "notify")
    with listening(place) as ear:
        async with watched(asked(place) | changed):
            await asyncio.sleep(0.1)
        with pytest.raises(BlockingIOError):
            ear.recv(100)


async def test_it_opens_nothing_after_its_beginning(tmp_path, monkeypatch):
    """Where no file can be opened any more, what is open goes on, and so does the relay."""
    opened = []

    class Counted(socket.socket):
        def __init__(self, *words, **more) -> None:
            opened.append(words)
            super().__init__(*words, **more)

    place = str(tmp_path / "notify")
    with listening(place) as ear:
        monkeypatch.setattr(socket, "socket", Counted)
        async with watched(asked(place)):
            assert [await heard(ear) for _ in range(5)] == [BEAT] * 5
    assert opened == [(socket.AF_UNIX, socket.SOCK_DGRAM)]


async def test_a_door_that_is_there_again_is_told_again(tmp_path, caplog):
    place = str(tmp_path / "notify")
    with listening(place) as ear:
        async with watched(asked(place)):
            await heard(ear)
            ear.close()
            os.unlink(place)
            async with asyncio.timeout(60):
                while not caplog.records:
                    await asyncio.sleep(0.01)
            with listening(place) as again:
                assert await heard(again) == BEAT


async def test_one_that_cannot_be_told_is_said_once_and_harms_nothing(tmp_path, caplog):
    async with watched(asked(tmp_path / "nowhere")):
        await asyncio.sleep(0.2)
    assert len(caplog.records) == 1
    assert "cannot be told" in caplog.text


def test_the_program_beats_and_one_that_is_ended_for_its_silence_says_where_it_stood(
    tmp_path, monkeypatch
):
    place = str(tmp_path / "notify")
    with listening(place) as ear:
        ear.settimeout(60)
        for name, value in asked(place, "300000").items():
            monkeypatch.setenv(name, value)
        with serving(tmp_path) as running:
            assert [ear.recv(100) for _ in range(3)] == [BEAT] * 3
            os.kill(running.process.pid, signal.SIGSTOP)
            ear.settimeout(1)  # it beats ten times in that
            with contextlib.suppress(TimeoutError):
                for _ in range(5):  # what was on its way
                    ear.recv(100)
                pytest.fail("a process that is stopped was heard")
            os.kill(running.process.pid, signal.SIGABRT)  # as systemd does then
            os.kill(running.process.pid, signal.SIGCONT)
            _, told = running.process.communicate(timeout=60)
            assert running.process.returncode == -signal.SIGABRT
    assert "Fatal Python error: Aborted" in told
    assert "group_commit.py" in told  # every thread


@contextlib.contextmanager
def serving(folder: Path):
    database = folder / "relay.db"
    done = program.run(
        "init", "--database", database, "--merchant", "main", "--public-url", "https://r.example"
    )
    assert done.returncode == 0, done.stderr
    with program.serving(database) as running:
        yield running
