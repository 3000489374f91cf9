"""What does a letter in the search box cost, and does the window stall while news pours in?

    python -m tests.benchmarks.keystrokes [--open N ...] [--changes PER_SECOND] [--seconds S] [--first]

A letter: from the search's change to the painted list; beside it a bare list comprehension over the same
texts, painted in a bare table. Stalls: the gaps of a 1 ms timer on the window's thread, idle and under
changes; a frame is 16.7 ms. Judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QTableView

from telesales_desktop.application.ports import OrderFile
from telesales_desktop.ui.order_row import haystack_of
from telesales_desktop.ui.window_presenter import WindowPresenter
from telesales_desktop.window import Shell, open_shell, run_in
from tests.benchmarks.bare_window import Rows
from tests.benchmarks.floor_data import order_file
from tests.benchmarks.open_window import Painted, open_window
from tests.benchmarks.pairs import go_first

FRAME_MS = 1000 / 60
TYPED = ("tremblay", "so-0001", "walnut desk", "zq")


async def keys(presenter: WindowPresenter, files: list[OrderFile], rounds: int) -> list[str]:
    """Every prefix of every search, by turns with the floor."""
    panel = presenter.window.orders
    texts = [haystack_of(file) for file in files]
    table = QTableView()
    table.resize(panel.view.size())
    table.show()
    bare, real = Painted(table.viewport()), Painted(panel.stack)
    floor: list[float] = []
    ours: list[float] = []
    for _ in range(rounds):
        for text in (word[:n] for word in TYPED for n in range(1, len(word) + 1)):
            started = time.perf_counter()
            hits = [number for number, hay in enumerate(texts) if text in hay]
            table.setModel(Rows([(files[n].order.order_id,) * 7 for n in hits[:200]]))
            await bare.again()
            floor.append((time.perf_counter() - started) * 1e3)
            started = time.perf_counter()
            panel.show_search(text)
            await real.again()
            ours.append((time.perf_counter() - started) * 1e3)
    panel.show_search("")
    table.close()
    within = sum(took <= FRAME_MS for took in ours)
    return [
        f"  a letter, floor            {_told(floor)}",
        f"  a letter, window           {_told(ours)}",
        f"  a letter, window / floor   {statistics.median(ours) / statistics.median(floor):.2f} x;"
        f" within a frame {within} of {len(ours)}",
    ]


async def stalls(
    presenter: WindowPresenter, files: list[OrderFile], *, per_second: int, seconds: float
) -> str:
    """The gaps of a 1 ms timer while orders change at a steady pace."""
    ticks: list[float] = []
    timer = QTimer(presenter, interval=1)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    ended = time.perf_counter() + seconds
    changes = _changes(files)
    told, started = 0, time.perf_counter()
    while (now := time.perf_counter()) < ended:
        while told < (now - started) * per_second:
            presenter.order_changed(next(changes))
            told += 1
        await asyncio.sleep(0.001)
    timer.stop()
    gaps = [(b - a) * 1e3 for a, b in pairwise(ticks)]
    over = sum(gap > FRAME_MS for gap in gaps)
    return f"{_told(gaps)}; {over} over a frame; {told / seconds:.0f} changes a second"


def _changes(files: list[OrderFile]) -> Iterator[OrderFile]:
    """One order after the other has news, again and again; its place in the list changes with it."""
    number = 0
    while True:
        file = files[number * 7919 % len(files)]
        at = datetime.now(UTC) + timedelta(microseconds=number)
        order = replace(file.order, updated_at=at, version=file.order.version + number + 1)
        assert order.transaction is not None
        word = "voided" if number % 2 else "captured"
        number += 1
        yield replace(file, order=replace(order, transaction=replace(order.transaction, word=word)))


def _told(samples: list[float]) -> str:
    ordered = sorted(samples)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered):7.2f}  p99 {last:7.2f}  max {ordered[-1]:7.2f} ms"


async def measure(shell: Shell, wanted: argparse.Namespace) -> int:
    for count in wanted.open:
        files = [order_file(number, count, archived=False) for number in range(count)]
        async with open_window(shell, files) as presenter:
            print(f"{count} open orders")
            print("\n".join(await keys(presenter, files, wanted.rounds)))
            for name, pace in (("idle", 0), ("changes", wanted.changes)):
                line = await stalls(presenter, files, per_second=pace, seconds=wanted.seconds)
                print(f"  gaps, {name:<8}              {line}")
    return 0


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0; 2 for usage."""
    parser = argparse.ArgumentParser(prog="keystrokes", description=__doc__.splitlines()[0])
    parser.add_argument("--open", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--first", action="store_true", help="run before all else (superuser)")
    wanted = parser.parse_args(argv)
    if wanted.rounds < 1 or min(wanted.open) < 1 or wanted.seconds <= 0:
        parser.error("--rounds and --open are at least 1, --seconds more than 0")
    if wanted.first and not go_first():
        parser.error("--first needs Linux and the superuser")
    shell = open_shell()
    return run_in(shell, lambda: measure(shell, wanted))


if __name__ == "__main__":
    sys.exit(main())
