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
from dataclasses import dataclass, field, replace
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
KEYS = tuple(SearchQuery(text=text[:n]) for text in TYPED for n in range(1, len(text) + 1))
FILTERS = (
    SearchQuery(),
    SearchQuery(states=("captured",)),
    SearchQuery(states=("captured", "refunded"), agent="agent3"),
    SearchQuery(agent="agent2"),
    SearchQuery(text="a", states=("captured",)),
    SearchQuery(text="tremblay", states=("waiting", "captured")),
    SearchQuery(text="e", states=("nothing_is_in_it",)),
)


@dataclass
class Subject:
    """A journal of one size, and its times in milliseconds, each a list of samples."""

    count: int
    folder: Path
    megabytes: float = 0.0
    open: list[float] = field(default_factory=list)
    newest: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    filters: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)
    syncs: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        path = self.folder / f"{self.count}.db"
        self._store = JournalStore(
            str(path),
            JournalKey(KEY),
            FileMark(path.with_name(f"{path.name}-mark")),
            read_start=path.read_bytes,
        )
        self._store.open()
        _fill(self._store, self.count)
        self._moving = finished_order(self.count, archived=False)
        self._store.commit(created(self.count, order=self._moving))
        self._store.close()
        self.megabytes = path.stat().st_size / 1e6

    def sample(self) -> None:
        """Time once all that a person waits for."""
        self.open.append(_ms(self._store.open))
        self.newest.append(_ms(self._store.load_open_orders))
        self.keys += [_ms(lambda q=q: self._store.search(q)) for q in KEYS]
        self.filters += [_ms(lambda q=q: self._store.search(q)) for q in FILTERS]
        self.commits += [self._step() for _ in range(10)]
        self.syncs += _syncs(self.folder, 10)
        self._store.close()

    def _step(self) -> float:
        """One order moving on."""
        at = self._moving.updated_at + timedelta(seconds=1)
        change = replace(step(self._moving, updated_at=at), timeline=(entry(self.count),))
        self._moving = change.order
        return _ms(lambda: self._store.commit(change))


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


def report(subjects: list[Subject]) -> None:
    """Print the figures, and the largest size against the smallest."""
    for one in subjects:
        print(f"{one.count} orders, {one.megabytes:.0f} MB")
        print(f"  open                    {told(one.open)}")
        print(f"  newest {OPEN_ORDERS} rows         {told(one.newest)}")
        print(f"  a key typed             {told(one.keys)}")
        print(f"  a filter                {told(one.filters)}")
        print(f"  a step committed        {told(one.commits)}")
        print(f"  64 KB and a sync        {told(one.syncs)}")
        searches = one.keys + one.filters
        within = sum(t <= FRAME_MS for t in searches)
        print(f"  within a frame ({FRAME_MS:.1f} ms) {within} of {len(searches)} searches")
    first, last = subjects[0], subjects[-1]
    for name in ("open", "newest", "keys", "filters", "commits"):
        ratio = statistics.median(getattr(last, name)) / statistics.median(getattr(first, name))
        print(f"{last.count} against {first.count}, {name}: {ratio:.2f} x")


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
        subjects = [Subject(count, Path(folder)) for count in wanted.orders]
        # By turns: whatever else the machine does meets every size alike.
        for _ in range(wanted.rounds):
            for subject in subjects:
                subject.sample()
        report(subjects)
    return 0


if __name__ == "__main__":
    sys.exit(main())
