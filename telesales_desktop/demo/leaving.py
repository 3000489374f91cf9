"""How does a demonstration end when it is ended from outside? Tidily: nothing of it stays."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

from telesales_desktop.window import Shell, run_in

TERMINATED = 128 + signal.SIGTERM


def run_tidily(shell: Shell, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run ``main`` on Qt's loop; a SIGTERM cancels it, so that its servers and data go too."""
    return run_in(shell, lambda: _until_terminated(main))


async def _until_terminated(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    is_terminated = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_terminated
        if not is_terminated:  # a second one must not cut the tidying short
            is_terminated = True
            loop.call_soon_threadsafe(task.cancel)

    before = signal.signal(signal.SIGTERM, end)
    try:
        return await main()
    except asyncio.CancelledError:
        if not is_terminated:
            raise
        return TERMINATED
    finally:
        signal.signal(signal.SIGTERM, before)
