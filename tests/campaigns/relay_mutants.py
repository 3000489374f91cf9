"""Which faults of a relay must its campaigns see? Each is planted, and taken out again."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

from telesales_desktop.relay.intake import Intake

EARLY_200 = "answers before it has written"
NO_REPEATS = "takes a repetition for something new"
OF_KILLS = (EARLY_200, NO_REPEATS)


@contextlib.contextmanager
def planted(mutant: str) -> Iterator[None]:
    """The relay with this fault, in this process and those forked off it; "" plants none."""
    with contextlib.ExitStack() as stack:
        if mutant == EARLY_200:
            stack.enter_context(mock.patch.object(Intake, "keep", _keep_later))
        elif mutant == NO_REPEATS:
            stack.enter_context(mock.patch.object(Intake, "keep", _keep_anew))
        yield


_keep = Intake.keep
_LATER: set[asyncio.Task[Any]] = set()


async def _keep_later(self: Intake, change: Any) -> bool:
    task = asyncio.create_task(_keep(self, change))
    _LATER.add(task)
    task.add_done_callback(_LATER.discard)
    return True


async def _keep_anew(self: Intake, change: Any) -> bool:
    return await _keep(self, replace(change, identity=secrets.token_bytes(32)))
