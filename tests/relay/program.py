"""The relay as a program of its own, as IT runs it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = [sys.executable, "-m", "telesales_desktop.relay"]


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, cwd=cwd)


def code_for(database: Path, *, role="agent", name="Dana R.") -> str:
    done = run("enrol", "--database", database, "--role", role, "--name", name)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


class Program:
    """A relay that serves; ``desks`` and ``hooks`` are its addresses."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.addresses = {}
        for _ in range(2):
            line = process.stdout.readline()
            assert line, process.stderr.read()
            name, _, address = line.strip().partition(" ")
            self.addresses[name] = address

    @property
    def desks(self) -> str:
        return self.addresses["desks"]

    @property
    def hooks(self) -> str:
        return self.addresses["hooks"]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait()


@contextmanager
def serving(database: Path, *options: str) -> Iterator[Program]:
    listen = ["--listen", "127.0.0.1:0", "--hook-listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [*COMMAND, "serve", "--database", str(database), *listen, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Program(process)
    finally:
        process.kill()
        process.communicate()
