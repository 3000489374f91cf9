"""How is a program started, spoken to and killed? A child that is forked off with everything loaded."""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import telesales_desktop.adapters.affirm_exchange  # noqa: F401 - a child finds httpx loaded

PATIENCE_S = 900.0
"""Only a program that hangs takes so long; the verdict is then that it hangs."""

_Self = TypeVar("_Self", bound="Forked")


class DiedError(Exception):
    """The child ended, or went silent, though nobody killed it."""


class Forked:
    """One child and two pipes: commands go in as lines of JSON, and what it says comes out so.

    ``live`` is the child's life, given the ends of its pipes; it never returns.
    """

    def __init__(self, live: Callable[[int, int], NoReturn]) -> None:
        self._live = live
        self._buffer = b""
        self._asked: dict[int, dict[str, Any]] = {}
        self._numbers = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._is_dead = False
        self.crashed: list[str] = []

    def __enter__(self: _Self) -> _Self:
        commands, self._commands = os.pipe()
        self._told, told = os.pipe()
        gc.collect()
        gc.freeze()  # a child that looks at every object would copy every page
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._commands)
            os.close(self._told)
            self._live(commands, told)
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
        """Let it end in its own time. Errors: ``DiedError`` if it does not end well."""
        os.close(self._commands)
        self._commands = os.open(os.devnull, os.O_RDONLY)
        end = time.monotonic() + PATIENCE_S
        while self._hear(end):
            pass
        if time.monotonic() > end:
            raise DiedError("it does not leave")
        _, status = os.waitpid(self._pid, 0)
        self._is_dead = True
        if status:
            raise DiedError(f"status {status}")

    def begin(self, command: dict[str, Any]) -> int:
        """Give a command and go on; its number."""
        self._numbers += 1
        self._asked[self._numbers] = command
        os.write(self._commands, json.dumps(command | {"n": self._numbers}).encode() + b"\n")
        return self._numbers

    def end(self, number: int) -> dict[str, Any]:
        """Wait for the end of a command. Errors: ``DiedError``."""
        end = time.monotonic() + PATIENCE_S
        while number not in self._answers:
            if not self._hear(end):
                raise DiedError(f"no answer to {self._asked[number]}")
        return self._answers[number]

    def call(self, command: dict[str, Any]) -> dict[str, Any]:
        """Give a command and wait for its end. Errors: ``DiedError``."""
        return self.end(self.begin(command))

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
        self._answers[told["n"]] = told
        if "crashed" in told:
            self.crashed.append(told["crashed"])
