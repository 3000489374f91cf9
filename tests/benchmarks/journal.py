"""How quick is the journal, and does it stay so when it is full?

    python -m tests.benchmarks.journal [--orders N ...] [--folder DIR] [--rounds K]

Prints figures and ratios; judges nothing. The folder decides what a sync costs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from telesales_desktop.adapters.journal import orders
from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.adapters.journal.mark import FileMark
from telesales_desktop.adapters.journal.store import JournalStore
from telesales_desktop.application.ports import Commit, SearchQuery
from tests.adapters.journal.samples import (
    KEY,
    STATES,
    created,
    details,
    entry,
    finished_order,
    step,
)

OPEN_ORDERS = 200
FRAME_MS = 1000 / 60
TYPED = ("tremblay", "marie co", "so-0001", "customer12", "415 555-01", "zq", "walnut desk")
FILTERS = (
    SearchQuery(),
    SearchQuery(states=("captured",)),
    SearchQuery(states=("captured", "refunded"), agent="agent3"),
    SearchQuery(agent="agent2"),
    SearchQuery(text="a", states=("captured",)),
    SearchQuery(text="tremblay", states=("waiting", "captured")),
    SearchQuery(text="e", states=("nothing_is_in_it",)),
)


@dataclass(frozen=True)
class Figures:
    """Times of one size, in milliseconds, each a list of samples."""

    orders: int
    megabytes: float
    open: list[float]
    newest: list[float]
    keys: list[float]
    filters: list[float]
    commits: list[float]
    syncs: list[float]


def measure(folder: Path, count: int, rounds: int) -> Figures:
    """Fill a journal with so many orders and time what a person waits for."""
    path = folder / f"{count}.db"
    store = JournalStore(
        str(path),
        JournalKey(KEY),
        FileMark(path.with_name(f"{path.name}-mark")),
        read_start=path.read_bytes,
    )
    store.open()
    _fill(store, count)
    store.close()
    megabytes = path.stat().st_size / 1e6
    opened, newest = [], []
    for _ in range(rounds):
        opened.append(_ms(store.open))
        newest.append(_ms(store.load_open_orders))
        store.close()
    store.open()
    typed = [SearchQuery(text=text[:n]) for text in TYPED for n in range(1, len(text) + 1)]
    keys = [_ms(lambda q=q: store.search(q)) for _ in range(rounds) for q in typed]
    filters = [_ms(lambda q=q: store.search(q)) for _ in range(rounds) for q in FILTERS]
    commits = _steps(store, count, rounds * 10)
    store.close()
    return Figures(
        count, megabytes, opened, newest, keys, filters, commits, _syncs(folder, rounds * 10)
    )


def _fill(store: JournalStore, count: int) -> None:
    """A thousand orders a transaction; what is measured later is not how this is done."""
    for start in range(0, count, 1000):
        with store._writing() as connection:
            for number in range(start, min(start + 1000, count)):
                made = finished_order(number, archived=number < count - OPEN_ORDERS)
                commit = Commit(
                    order=made,
                    expected_version=0,
                    state=STATES[number % len(STATES)],
                    timeline=(entry(number),) * 8,
                    details=details(number),
                )
                orders.write(connection, commit)
        store.checkpoint()


def _steps(store: JournalStore, number: int, rounds: int) -> list[float]:
    """One order moving on, a commit a time."""
    before = finished_order(number, archived=False)
    store.commit(created(number, order=before))
    times = []
    for _ in range(rounds):
        at = before.updated_at + timedelta(seconds=1)
        change = replace(step(before, updated_at=at), timeline=(entry(number),))
        times.append(_ms(lambda change=change: store.commit(change)))
        before = change.order
        if store.log_pages > 250:
            store.checkpoint()
    return times


def _syncs(folder: Path, rounds: int) -> list[float]:
    """What the disk takes for the like of a commit: 64 KB over old bytes, and a sync."""
    block = os.urandom(65_536)
    handle = os.open(folder / "raw", os.O_RDWR | os.O_CREAT)
    try:
        for _ in range(4):
            os.write(handle, block)
        os.fsync(handle)

        def once() -> None:
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, block)
            getattr(os, "fdatasync", os.fsync)(handle)

        return [_ms(once) for _ in range(rounds)]
    finally:
        os.close(handle)


def _ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1e3


def told(samples: list[float]) -> str:
    """Median, 99th percentile and worst of some times."""
    ordered = sorted(samples)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered):8.2f}  p99 {last:8.2f}  max {ordered[-1]:8.2f} ms"


def report(figures: list[Figures]) -> None:
    """Print the figures, and the largest size against the smallest."""
    for one in figures:
        print(f"{one.orders} orders, {one.megabytes:.0f} MB")
        print(f"  open                    {told(one.open)}")
        print(f"  newest {OPEN_ORDERS} rows         {told(one.newest)}")
        print(f"  a key typed             {told(one.keys)}")
        print(f"  a filter                {told(one.filters)}")
        print(f"  a step committed        {told(one.commits)}")
        print(f"  64 KB and a sync        {told(one.syncs)}")
        within = sum(t <= FRAME_MS for t in one.keys + one.filters)
        print(f"  within a frame ({FRAME_MS:.1f} ms) {within} of {len(one.keys + one.filters)}")
    first, last = figures[0], figures[-1]
    for name in ("open", "newest", "keys", "filters", "commits"):
        ratio = statistics.median(getattr(last, name)) / statistics.median(getattr(first, name))
        print(f"{last.orders} against {first.orders}, {name}: {ratio:.2f} x")


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0; 2 for usage."""
    parser = argparse.ArgumentParser(prog="journal", description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--folder", type=Path, help="where to write; default: the temporary one")
    parser.add_argument("--rounds", type=int, default=20)
    wanted = parser.parse_args(argv)
    if min(wanted.orders) < 1 or wanted.rounds < 1:
        parser.error("--orders and --rounds are at least 1")
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        report([measure(Path(folder), count, wanted.rounds) for count in wanted.orders])
    return 0


if __name__ == "__main__":
    sys.exit(main())
