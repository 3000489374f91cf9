"""Does the relay's database keep every promise when the power is cut at any moment?

    python -m tests.campaigns.relay_power_cut --cuts N [--seed S] [--workers W] [--resume FILE]

As ``power_cut`` does with the journal: a life of the relay's own store is recorded write by write,
the power is cut at thousands of places, each time with another part of what was not synced on the
disk, and what is found is opened as the relay opens it. It must hold exactly what it held after the
last commit that was acknowledged, or after the one that was under way.

The controls record the same with weaker syncing (NORMAL, OFF) and must lose in at least 30 % of
their cuts.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.campaigns import power_cut
from tests.campaigns.power_cut import Result, report
from tests.campaigns.power_cut_history import BrokenError
from tests.campaigns.power_cut_image import Disk
from tests.campaigns.relay_power_cut_history import compare, record


def run(seed: int, cuts: int, synchronous: str = "FULL") -> Result:
    """Record one life and cut it so many times."""
    started, worked = time.monotonic(), time.process_time()
    chance = Random(f"{seed} {synchronous}")
    with tempfile.TemporaryDirectory(dir=power_cut._memory()) as name:
        folder = Path(name)
        history = record(folder, seed, synchronous)
        entries = history.log.entries
        result = Result(synchronous, seed, entries=len(entries))
        places = Counter(chance.randint(0, len(entries)) for _ in range(cuts))
        disk = Disk()
        for place in range(len(entries) + 1):
            for _ in range(places[place]):
                power_cut._lay_out(folder, disk.cut(chance))
                result.cuts += 1
                try:
                    commit = compare(folder, history, disk.promise)
                    result.kept_unpromised += commit > disk.promise.commits
                except BrokenError as broken:
                    setattr(result, broken.kind, getattr(result, broken.kind) + 1)
                    if len(result.examples) < 3:
                        result.examples.append(f"place {place}: {broken}")
            if place < len(entries):
                disk.take(entries[place])
    result.seconds = time.monotonic() - started
    result.cpu_seconds = time.process_time() - worked
    return result


def _run(task: tuple[int, int, str]) -> Result:
    return run(*task)


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if every promise was kept and the controls lost; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_power_cut", description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, required=True)
    parser.add_argument("--control-cuts", type=int, help="for each control; default: 1 in 100")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    wanted = parser.parse_args(argv)
    if wanted.cuts < 1 or wanted.workers < 1:
        parser.error("--cuts and --workers are at least 1")
    control_cuts = wanted.control_cuts or max(400, wanted.cuts // 100)
    results = power_cut._read(wanted.resume)
    known = {(r.seed, r.cuts, r.synchronous) for r in results}
    tasks = [
        task
        for task in power_cut._tasks(wanted.cuts, wanted.seed, control_cuts)
        if task not in known
    ]
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(wanted.workers) as pool:
        for result in pool.imap_unordered(_run, tasks):
            results.append(result)
            power_cut._keep(wanted.resume, result)
            power_cut._tell(results, wanted.cuts)
    return report(results, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
