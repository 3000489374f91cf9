"""Does the tests' own session come up with a keyring, and go away without a trace?"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.journey

PROGRAM = """
import os, sys, keyring
keyring.set_password("telesales-test", "agent", "sécret")
assert keyring.get_password("telesales-test", "agent") == "sécret"
keyring.delete_password("telesales-test", "agent")
from PySide6.QtGui import QGuiApplication
print(QGuiApplication([]).platformName(), os.environ["HOME"], os.environ["DISPLAY"])
sys.exit(int(sys.argv[1]))
"""


def run(*command):
    return subprocess.run(
        [sys.executable, ROOT / "packaging" / "test_session.py", *command],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_runs_inside_and_its_status_comes_back(code):
    done = run(sys.executable, "-c", PROGRAM, str(code))
    assert done.returncode == code, done.stderr
    platform, home, display = done.stdout.split()
    assert platform == "xcb"
    assert home != os.environ["HOME"]
    assert display != os.environ["DISPLAY"]
    assert not Path(home).exists()


def test_a_command_that_is_not_there_is_named():
    done = run("no-such-program")
    assert done.returncode == 1
    assert "no-such-program cannot be started: No such file" in done.stderr


def test_a_killed_command_is_not_a_success():
    done = run("sh", "-c", "kill -9 $$")
    assert done.returncode == 128 + 9


@pytest.mark.usefixtures("hang_up_ends")
def test_a_terminal_that_is_closed_leaves_nothing_behind():
    """The display, the bus and the keyring are in groups of their own: no terminal tells them."""
    script = "echo $$ $HOME $DISPLAY; exec sleep 300"
    session = subprocess.Popen(
        [sys.executable, ROOT / "packaging" / "test_session.py", "sh", "-c", script],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert session.stdout is not None
    with session.stdout as told:
        child, home, display = told.readline().split()
        session.send_signal(signal.SIGHUP)
        assert session.wait() == 128 + signal.SIGHUP
    assert not Path("/proc", child).exists()
    assert not Path(home).exists()
    assert not Path(f"/tmp/.X11-unix/X{display.removeprefix(':')}").exists()
