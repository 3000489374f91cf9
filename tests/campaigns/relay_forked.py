"""How is a relay started in a moment, and killed? It is forked off a process that has it all loaded."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from telesales_desktop.relay import cli


class NotStartedError(Exception):
    """The relay ended before it listened."""


class ForkedRelay:
    """``telesales-relay serve`` in a process of its own; ``desks`` and ``hooks`` are its ports.

    Start it where no event loop runs. Its complaints go to ``log``.
    """

    def __init__(
        self,
        database: str,
        log: str,
        options: Sequence[str] = (),
        ports: tuple[int, int] = (0, 0),
    ) -> None:
        words = ["serve", "--database", database, "--listen", f"127.0.0.1:{ports[0]}"]
        words += ["--hook-listen", f"127.0.0.1:{ports[1]}", *options]
        told, telling = os.pipe()
        gc.collect()
        gc.freeze()  # a child that looks at every object would copy every page
        self.pid = os.fork()
        if self.pid == 0:
            os.close(told)
            _serve(words, telling, log)
        gc.unfreeze()
        os.close(telling)
        self._told = os.fdopen(told, "r")
        try:
            ports = dict(self._address() for _ in range(2))
        except NotStartedError:
            self.kill()
            raise
        self.desks, self.hooks = ports["desks"], ports["hooks"]

    def _address(self) -> tuple[str, int]:
        line = self._told.readline()
        if not line:
            raise NotStartedError
        name, _, url = line.strip().partition(" ")
        return name, int(url.rpartition(":")[2])

    def kill(self) -> None:
        """kill -9, if it lives."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self._end()

    def stop(self) -> int:
        """SIGTERM; its exit status."""
        os.kill(self.pid, signal.SIGTERM)
        return self._end()

    def _end(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        self._told.close()
        return os.waitstatus_to_exitcode(status)


def _serve(words: list[str], telling: int, log: str) -> NoReturn:
    status = 70
    try:
        complaints = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(complaints, 2)
        os.dup2(telling, 1)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
        status = cli.main(words)
    finally:
        sys.stderr.flush()
        os._exit(status)
