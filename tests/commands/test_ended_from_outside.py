"""Do window and demo end when a terminal tells them to, though nothing happens in them?"""

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends a process by a signal")

IDLE = """
import asyncio, signal, sys
from telesales_desktop.demo.leaving import run_tidily
from telesales_desktop.window import open_shell, run_in
signal.signal(signal.SIGINT, signal.default_int_handler)
async def main():
    try:
        print("ready", flush=True)
        await asyncio.Event().wait()
    finally:
        print("tidied", flush=True)
run = {"window": run_in, "demo": run_tidily}[sys.argv[1]]
try:
    sys.exit(run(open_shell(), main))
except KeyboardInterrupt:
    sys.exit(130)
"""


def idle(which, *, before=()):
    command = [*before, sys.executable, "-c", IDLE, which]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.usefixtures("hang_up_ends")
@pytest.mark.parametrize(
    ("which", "number", "status"),
    [
        ("window", signal.SIGINT, 130),
        ("demo", signal.SIGINT, 130),
        ("demo", signal.SIGTERM, 143),
        ("demo", getattr(signal, "SIGHUP", 0), 129),
    ],
)
def test_what_is_told_to_end_tidies_and_ends(which, number, status):
    with idle(which) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.communicate()[0] == "tidied\n"
    assert process.returncode == status


def test_what_shall_outlive_its_terminal_does():
    with idle("demo", before=["nohup"]) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 143
