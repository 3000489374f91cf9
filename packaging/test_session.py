"""How do the tests get a display, a session bus and a keyring that are nobody's?

    python packaging/test_session.py COMMAND [ARGS]

Starts Xvfb, a D-Bus session and gnome-keyring (unlocked, in a HOME of its own), runs COMMAND
inside and ends all of it. The developer's own display, keyring and settings are out of its reach.
Linux only.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

# Generous: a loaded machine is slow to start things, and only a broken one never does.
START_TIMEOUT_S = 60.0
KEYRING_PASSWORD = b"for-tests-only"
# The second is a terminal that is closed: what was started here does not hear of it.
_ENDING = (signal.SIGTERM, signal.SIGHUP)
# What points at the developer's own session, settings or secrets.
_FOREIGN = (
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "GNOME_KEYRING_CONTROL",
    "SSH_AUTH_SOCK",
)


class SessionFailedError(Exception):
    """A part of the test session did not come up."""


def main(argv: list[str]) -> int:
    if not argv or sys.platform != "linux":
        print(
            "test-session: usage: python packaging/test_session.py COMMAND [ARGS], on Linux",
            file=sys.stderr,
        )
        return 2
    for number in _ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # what nohup has made deaf stays so
            signal.signal(number, _leave)
    try:
        return _run_inside(argv)
    except SessionFailedError as error:
        print(f"test-session: {error}", file=sys.stderr)
        return 1


def _run_inside(command: list[str]) -> int:
    with ExitStack() as parts:
        home = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="telesales-home-")))
        (home / "run").mkdir(mode=0o700)
        environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run")}
        environment["DISPLAY"] = parts.enter_context(_display(environment))
        environment["QT_QPA_PLATFORM"] = "xcb"
        environment["DBUS_SESSION_BUS_ADDRESS"] = parts.enter_context(_session_bus(environment))
        parts.enter_context(_keyring(environment))
        # tests/conftest.py runs journeys only where this is set: never on somebody's real keyring.
        environment["TELESALES_TEST_SESSION"] = str(home)
        child = parts.enter_context(_started(command, environment))
        return _wait(child)


def _wait(child: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue  # the child has the same signal from the terminal and ends in its own way
        return code if code >= 0 else 128 - code


@contextmanager
def _display(environment: dict[str, str]) -> Iterator[str]:
    reader, writer = os.pipe()
    # The server itself chooses a free number and tells it: no race between two runs.
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24"]
    command += ["-nolisten", "tcp", "-noreset"]
    with _started(command, environment, pass_fds=[writer], quiet=True):
        os.close(writer)
        yield f":{_first_line(reader, command[0])}"


@contextmanager
def _session_bus(environment: dict[str, str]) -> Iterator[str]:
    reader, writer = os.pipe()
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={writer}"]
    with _started(command, environment, pass_fds=[writer], quiet=True):
        os.close(writer)
        yield _first_line(reader, command[0])


@contextmanager
def _keyring(environment: dict[str, str]) -> Iterator[None]:
    command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    with _started(command, environment, stdin=subprocess.PIPE, quiet=True) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(KEYRING_PASSWORD)
        daemon.stdin.close()
        give_up_at = time.monotonic() + START_TIMEOUT_S
        while not _owned("org.freedesktop.secrets", environment):
            if daemon.poll() is not None or time.monotonic() > give_up_at:
                raise SessionFailedError("gnome-keyring-daemon did not offer its secrets service")
            time.sleep(0.05)
        yield


def _owned(name: str, environment: dict[str, str]) -> bool:
    command = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus"]
    command += ["/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", f"string:{name}"]
    asked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return "boolean true" in asked.stdout


@contextmanager
def _started(
    command: list[str],
    environment: dict[str, str],
    *,
    pass_fds: list[int] | None = None,
    stdin: int | None = None,
    quiet: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    output = subprocess.DEVNULL if quiet else None
    process = None
    try:
        with _heard_afterwards():
            process = subprocess.Popen(
                command,
                env=environment,
                pass_fds=pass_fds or [],
                stdin=stdin,
                stdout=output,
                stderr=output,
                # Ctrl+C is for COMMAND; the session around it stays up until COMMAND has ended.
                process_group=0 if quiet else None,
            )
        yield process
    except OSError as error:
        if process is not None:
            raise
        raise SessionFailedError(f"{command[0]} cannot be started: {error.strerror}") from error
    finally:
        if process is not None:
            _end(process)


@contextmanager
def _heard_afterwards() -> Iterator[None]:
    """A signal between a process's start and its name here would leave it behind: it waits."""
    heard: list[int] = []
    before = {
        number: handler
        for number in (*_ENDING, signal.SIGINT)
        if callable(handler := signal.getsignal(number))
    }
    for number in before:
        signal.signal(number, lambda signum, frame: heard.append(signum))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for missed in heard:
            signal.raise_signal(missed)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_line(reader: int, name: str) -> str:
    """What a starting server writes to its pipe; an end without a line is a failed start."""
    with os.fdopen(reader, "rb") as pipe:
        line = pipe.readline().decode().strip()
    if not line:
        raise SessionFailedError(f"{name} ended at once; is it installed right?")
    return line


def _leave(signum: int, frame: FrameType | None) -> None:
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)  # a second one must not cut the tidying short
    sys.exit(128 + signum)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
