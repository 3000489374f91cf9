"""Do the suite's own rules bite? Each planted test breaks one and must be caught."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import needs, outside

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def run_planted(tmp_path):
    """Run a test file under the suite's own rules, in a process of its own."""

    def run(source, *options):
        planted = tmp_path / "test_planted.py"
        planted.write_text("import pytest\n" + source, "utf-8")
        clean = {k: v for k, v in os.environ.items() if k not in {needs.SESSION, "DISPLAY"}}
        clean |= {"QT_QPA_PLATFORM": "offscreen", "TELESALES_FAILED_TESTS": str(tmp_path / "shots")}
        clean["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the two below are all that is needed
        command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-q"]
        command += ["-p", "pytestqt.plugin", "-p", "pytest_asyncio.plugin", "-p", "tests.conftest"]
        command += [*options, str(planted)]
        done = subprocess.run(
            command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_reaching_outside_fails_even_when_swallowed(run_planted):
    code, told = run_planted("""
import socket
def test_a():
    with socket.socket() as s:
        try:
            s.connect(("192.0.2.1", 9))
        except Exception:
            pass
def test_b():
    try:
        socket.getaddrinfo("affirm.invalid", 443)
    except Exception:
        pass
""")
    assert code == 1
    assert "reached past loopback: socket.connect '192.0.2.1'" in told
    assert "reached past loopback: socket.getaddrinfo 'affirm.invalid'" in told


def test_loopback_is_near(run_planted):
    code, told = run_planted("""
import asyncio
async def test_a():
    async def greet(reader, writer):
        writer.write(b"x")
        writer.close()
    server = await asyncio.start_server(greet, "localhost", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("localhost", port)
        assert await reader.read() == b"x"
        writer.close()
        await writer.wait_closed()
""")
    assert code == 0, told


@pytest.mark.parametrize(
    ("host", "near"),
    [
        (None, True),
        ("", True),
        ("localhost", True),
        (b"127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", True),
        ("fe80::1%eth0", False),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
    ],
)
def test_what_is_near(host, near):
    assert outside.is_near(host) is near


def test_an_unexpected_warning_fails(run_planted):
    code, told = run_planted("""
import logging
def test_a():
    logging.getLogger("some.room").warning("disk is %s", "full")
""")
    assert code == 1
    assert "some.room WARNING: disk is full" in told


def test_an_expected_warning_passes(run_planted):
    code, told = run_planted("""
import logging
def test_a(caplog):
    logging.getLogger("some.room").warning("disk is full")
    assert caplog.messages == ["disk is full"]
""")
    assert code == 0, told


def test_a_process_left_behind_fails(run_planted):
    code, told = run_planted("""
import subprocess, sys
kept = []
def test_a():
    kept.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
""")
    assert code == 1, told
    assert "left behind by the tests" in told
    os.kill(int(told.partition("end what they start: ")[2].split()[0]), 9)


def test_a_failure_is_photographed(run_planted, tmp_path):
    code, told = run_planted("""
from PySide6.QtWidgets import QPushButton
def test_a(qtbot):
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.show()
    assert False
""")
    assert code == 1
    (picture,) = (tmp_path / "shots").iterdir()
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture) in told


def test_a_coroutine_runs_on_the_loop_it_asks_for(run_planted):
    code, told = run_planted("""
import asyncio
import qasync
@pytest.mark.qt_loop
async def test_a():
    assert isinstance(asyncio.get_running_loop(), qasync.QEventLoop)
    await asyncio.sleep(0)
async def test_b():
    assert not isinstance(asyncio.get_running_loop(), qasync.QEventLoop)
@pytest.mark.qt_loop
async def test_c(qtbot):
    assert isinstance(asyncio.get_running_loop(), qasync.QEventLoop)
""")
    assert code == 0, told
    assert "3 passed" in told


def test_what_a_test_of_qt_leaves_is_collected_by_no_other_thread(run_planted):
    """Without the rule this ends in a segmentation fault, in the second test."""
    code, told = run_planted("""
import gc, threading
from PySide6.QtCore import QTimer
def in_another_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
def make_garbage(n=200000):
    for _ in range(n):
        ring = []
        ring.append(ring)
def test_a(qtbot):
    timer = QTimer(interval=1)
    timer.itself = timer
    timer.start()
    del timer
    in_another_thread(make_garbage)
def test_b(qtbot):
    in_another_thread(gc.collect)
    qtbot.wait(50)
""")
    assert code == 0, told


_JOURNEYS = """
@pytest.mark.journey
def test_a():
    assert False
@pytest.mark.journey
def test_b():
    assert False
def test_c():
    pass
"""


def test_what_cannot_run_is_listed_with_its_count(run_planted):
    code, told = run_planted(_JOURNEYS)
    assert code == 0, told
    assert "not run here: 2" in told
    assert "2 journey: needs a display" in told
    assert "::test_b" in told


def test_what_must_run_and_cannot_is_an_error(run_planted):
    code, told = run_planted(_JOURNEYS, "--must-run", "journey")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "journey tests must run: needs a display" in told


def test_must_run_refuses_a_mark_it_does_not_know(run_planted):
    code, told = run_planted(_JOURNEYS, "--must-run", "journeys")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "not journeys" in told
