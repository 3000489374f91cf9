"""How does a campaign start the stand-in for Affirm, break it, play its customers and count its effects?"""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from telesales_desktop.application.ports import Credentials

KEYS = Credentials("CAMPAIGNPUBLIC01", "campaign-private-key-0123456789")
STOP_S = 10.0


class StandIn:
    """A simulator program on loopback, and a connection to its controls. Not for several threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._address = urlsplit(url).netloc
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One call to the controls. Errors: ``OSError``, ``ValueError`` with what it complained of."""
        sent = None if body is None else json.dumps(body)
        for _ in range(2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._address, timeout=60)
            try:
                self._connection.request(method, f"/_simulator/{path}", body=sent)
                answer = self._connection.getresponse()
                told = answer.read()
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection.close()  # it was idle for too long; nothing of ours was done
                self._connection = None
        else:
            raise OSError("the stand-in does not answer")
        if answer.status != 200:
            raise ValueError(f"{method} {path}: {answer.status} {told[:200]!r}")
        return json.loads(told)

    def reset(self, **settings: object) -> None:
        """Forget everything, and be set anew."""
        self.ask("POST", "reset")
        self.ask("PATCH", "settings", settings)

    def break_with(self, faults: Sequence[dict[str, object]]) -> None:
        """From now on these faults, and no other."""
        self.ask("PUT", "faults", list(faults))

    def effects(self, order_id: str = "") -> list[dict[str, Any]]:
        """Every movement of money."""
        found: list[dict[str, Any]] = self.ask(
            "GET", f"effects?order_id={order_id}" if order_id else "effects"
        )
        return found

    def requests(self, endpoint: str = "") -> list[dict[str, Any]]:
        """Every request that came, with its key and the hash of its body."""
        found: list[dict[str, Any]] = self.ask(
            "GET", f"requests?endpoint={endpoint}" if endpoint else "requests"
        )
        return found

    def close(self) -> None:
        """Close the connection; the program runs on."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Servers:
    """Simulator programs, as many as there are workers; none is left after the block.

    Nor after a SIGTERM, where ``mind_signals`` was called.
    """

    def __init__(self, count: int, *, seed: int) -> None:
        self._count = count
        self._seed = seed
        self._programs: list[subprocess.Popen[str]] = []

    def __enter__(self) -> list[str]:
        try:
            return [self._start(number) for number in range(self._count)]
        except BaseException:
            self.__exit__()
            raise

    @staticmethod
    def mind_signals() -> None:
        """Let a campaign that is told to end leave its blocks."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    def __exit__(self, *_error: object) -> None:
        for program in self._programs:
            program.terminate()
        for program in self._programs:
            try:
                program.wait(STOP_S)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
            assert program.stdout is not None
            program.stdout.close()

    def _start(self, number: int) -> str:
        command = [sys.executable, "-m", "telesales_desktop.simulator", "serve"]
        command += ["--listen", "127.0.0.1:0", "--seed", str(self._seed * 100 + number)]
        program = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._programs.append(program)
        assert program.stdin is not None
        assert program.stdout is not None
        with program.stdin as keys:
            keys.write(f"{KEYS.public_key}\n{KEYS.private_key}\n")
        word, _, url = program.stdout.readline().strip().partition(" ")
        if word != "listening":
            raise OSError("the stand-in did not start")
        return url
