"""How does a demonstration end when it is ended from outside? Tidily: nothing of it stays."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

from telesales_desktop.window import Shell, run_in

# Told to end, and the terminal that it was started in is closed (which Windows does not tell).
_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def run_tidily(shell: Shell, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run ``main`` on Qt's loop; SIGTERM and SIGHUP cancel it: its servers and data go too."""
    return run_in(shell, lambda: _until_terminated(main))


async def _until_terminated(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    ended_by = 0

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal ended_by
        if not ended_by:  # a second one must not cut the tidying short
            ended_by = number
            loop.call_soon_threadsafe(task.cancel)

    # What nohup has made deaf stays so.
    heard = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = [signal.signal(number, end) for number in heard]
    try:
        return await main()
    except asyncio.CancelledError:
        if not ended_by:
            raise
        return 128 + ended_by
    finally:
        for number, handler in zip(heard, before, strict=True):
            signal.signal(number, handler)
