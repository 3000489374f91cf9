"""What the commands are tried against: servers of their own, and a keyring that forgets."""

import io
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from telesales_desktop import cli
from telesales_desktop.adapters.data_key import DataKey
from tests.relay import program

PUBLIC, PRIVATE = "PUBLIC-KEY-OF-A-TEST", "private-key-of-a-test"
DATA_KEY = DataKey(bytes(range(32)))


@dataclass
class Done:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


class Command:
    """``telesales-desktop`` in this process, as a person runs it."""

    def __init__(self, capsys, monkeypatch, data_dir: Path) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.data_dir = data_dir

    def __call__(self, *words: str, stdin: str = "") -> Done:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        self._capsys.readouterr()
        try:
            status = cli.main(["--data-dir", str(self.data_dir), *words])
        except SystemExit as left:
            status = int(left.code or 0)
        told = self._capsys.readouterr()
        return Done(status, told.out, told.err)


@contextmanager
def simulator(*, private=PRIVATE):
    """A stand-in for Affirm that knows one key pair; gives its address."""
    words = ["-m", "telesales_desktop.simulator", "serve", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        process.stdin.write(f"{PUBLIC}\n{private}\n")
        process.stdin.close()
        yield process.stdout.readline().strip().partition(" ")[2]
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


@dataclass
class Relay:
    """A relay that runs, and its database."""

    database: Path
    desks: str
    public_url: str = "http://127.0.0.1:8701"

    def code(self, name="Dana R.", role="agent") -> str:
        return program.code_for(self.database, role=role, name=name)

    def tokens(self) -> list[str]:
        """A line for each token that was ever given out, without when it was last seen.

        The relay notes that later than it answers, so it may change with nobody's doing.
        """
        done = program.run("tokens", "--database", self.database, "list")
        assert done.returncode == 0, done.stderr
        head, *lines = done.stdout.splitlines()
        seen, state = head.index("LAST SEEN"), head.index("STATE")
        return [line[:seen] + line[state:] for line in lines]


@contextmanager
def relay(folder: Path, *, is_sealed=True):
    """A relay whose merchant's data key was wrapped for ``PRIVATE``."""
    database = folder / "relay.db"
    sealing = ["--sealing-key", DATA_KEY.sealing_key(PRIVATE).text()] if is_sealed else []
    done = program.run("init", "--database", database, *sealing)
    assert done.returncode == 0, done.stderr
    with program.serving(database) as running:
        yield Relay(database, running.desks)


def one_line(done: Done, command: str) -> str:
    """The complaint, which is one line and names the command."""
    lines = done.err.splitlines()
    assert len(lines) == 1, done
    assert lines[0].startswith(f"telesales-desktop {command}".strip() + ": "), done
    assert "Traceback" not in done.err
    return lines[0]
