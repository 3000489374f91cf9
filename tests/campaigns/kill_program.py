"""How is the program started, commanded and killed? A child that is forked off with everything loaded."""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import time
from typing import Any

import telesales_desktop.adapters.affirm_exchange  # noqa: F401 - a child finds httpx loaded
from tests.campaigns.kill_child import Life, live
from tests.campaigns.kill_stages import Stages

PATIENCE_S = 180.0
"""Only a program that hangs takes so long; the verdict is then that it hangs."""


class DiedError(Exception):
    """The child ended, or went silent, though nobody killed it."""


class Program:
    """One life. ``acknowledged`` holds what it said was done, the last words before a kill included."""

    def __init__(self, life: Life, stages: Stages) -> None:
        self._life = life
        self._stages = stages
        self._buffer = b""
        self._asked: dict[int, dict[str, Any]] = {}
        self._numbers = 0
        self._moments: list[tuple[str, str]] = []
        self._answers: dict[int, dict[str, Any]] = {}
        self._is_dead = False
        self.acknowledged: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.crashed: list[str] = []

    def __enter__(self) -> Program:
        self._stages.clear()
        commands, self._commands = os.pipe()
        self._told, told = os.pipe()
        gc.collect()
        gc.freeze()  # a child that looks at every object would copy every page
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._commands)
            os.close(self._told)
            live(self._life, commands, told, self._stages)
        gc.unfreeze()
        os.close(commands)
        os.close(told)
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()
        os.close(self._commands)
        os.close(self._told)

    def kill(self) -> None:
        """kill -9, then hear what it had said before."""
        if self._is_dead:
            return
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._is_dead = True
        while self._hear(None):
            pass

    def leave(self) -> None:
        """Let it end in its own time."""
        os.close(self._commands)
        self._commands = os.open(os.devnull, os.O_RDONLY)
        while self._hear(time.monotonic() + PATIENCE_S):
            pass
        _, status = os.waitpid(self._pid, 0)
        self._is_dead = True
        if status:
            raise DiedError(f"status {status}")

    def begin(self, command: dict[str, Any]) -> int:
        """Give a command and go on."""
        self._numbers += 1
        self._asked[self._numbers] = command
        self._moments.clear()
        os.write(self._commands, json.dumps(command | {"n": self._numbers}).encode() + b"\n")
        return self._numbers

    def call(self, command: dict[str, Any]) -> dict[str, Any]:
        """Give a command and wait for its end."""
        number = self.begin(command)
        end = time.monotonic() + PATIENCE_S
        while number not in self._answers:
            if not self._hear(end):
                raise DiedError(f"no answer to {command}")
        return self._answers[number]

    def settle(self, confirmed: list[str]) -> dict[str, Any]:
        """Let it settle what is left; what it then shows."""
        settled: dict[str, Any] = self.call({"do": "settle", "confirmed": confirmed})["settled"]
        return settled | {"crashed": list(self.crashed)}

    def until_open(self) -> None:
        """Wait until it has taken up every order."""
        self.until("open", "")

    def until(self, moment: str, kind: str) -> None:
        """Wait for a moment that it tells of; at once for none. It may never come: a rule may refuse."""
        kinds = {kind, kind.removeprefix("partial_"), f"partial_{kind}"}
        end = time.monotonic() + (PATIENCE_S if moment == "open" else 0.5)
        while moment and not any(at == moment and k in kinds for at, k in self._moments):
            if not self._hear(end):
                return

    def wait(self, seconds: float) -> None:
        """Let time pass; listen meanwhile, so that it is never held up by us."""
        end = time.monotonic() + seconds
        while self._hear(end):
            pass

    def _hear(self, end: float | None) -> bool:
        """Take in what it says until ``end`` (to the last word, for one that is dead)."""
        if end is not None:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._told], [], [], left)[0]:
                return False
        read = os.read(self._told, 1 << 16)
        self._buffer += read
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            self._take(json.loads(line))
        return bool(read)

    def _take(self, told: dict[str, Any]) -> None:
        if "at" in told:
            self._moments.append((told["at"], told["kind"]))
            return
        command = self._asked[told["n"]]
        self._answers[told["n"]] = told
        if "crashed" in told:
            self.crashed.append(told["crashed"])
        if "ok" in told:
            self.acknowledged.append((command, told["ok"]))
