"""Does the program keep every promise when it is killed at any moment?

    python -m tests.campaigns.kill_desktop --cycles N [--seed S] [--workers W] [--resume FILE]

The program without its window (desk, journal file, Affirm's client over HTTP) is killed with ``kill -9`` while it
sends, waits, reads, writes, starts or settles what an earlier kill left. It is started again on the same journal, and
everything is compared with what the stand-in for Affirm counted. One seed is one journal that lives through
``CYCLES`` kills; a broken one is named and can be played again by its seed.

The controls are programs with a planted fault; each must be caught, or the campaign proves nothing.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from statistics import median
from typing import Any

from tests.campaigns.kill_history import CYCLES, RATE, History, Result
from tests.campaigns.kill_mutants import MUTANTS
from tests.campaigns.kill_stages import KINDS, SENT, STAGES
from tests.campaigns.stand_in import Servers, StandIn

SENT_SHARE = 0.30
"""The share of the kills that must fall while an operation is sent and unanswered."""

CONTROL_CYCLES = 200
"""A planted fault must show within so many kills."""

_COUNTED = ("stages", "sent_kinds", "aimed", "operations", "effects", "looks", "sends")
Task = tuple[int, int, str]
_worker: dict[str, StandIn] = {}


def run(task: Task, affirm: StandIn) -> Result:
    """Play one journal."""
    seed, cycles, mutant = task
    return History(seed, cycles, affirm, mutant=mutant).run()


def _begin_worker(urls: SimpleQueue[str]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.getLogger().addHandler(logging.NullHandler())  # the children's warnings are expected
    _worker["affirm"] = StandIn(urls.get())


def _run(task: Task) -> Result:
    return run(task, _worker["affirm"])


def _tasks(cycles: int, seed: int, *, with_controls: bool) -> Iterator[Task]:
    if with_controls:
        for mutant in MUTANTS:
            yield seed, CONTROL_CYCLES, mutant
    for number, start in enumerate(range(0, cycles, CYCLES)):
        yield seed + number, min(CYCLES, cycles - start), ""


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if every promise was kept and every control broke; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="kill_desktop", description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    parser.add_argument("--report", type=Path, help="write the figures as JSON")
    parser.add_argument("--no-controls", action="store_true", help="leave the planted faults out")
    wanted = parser.parse_args(argv)
    if wanted.cycles < 1 or wanted.workers < 1:
        parser.error("--cycles and --workers are at least 1")
    results = _read(wanted.resume)
    known = {(r.seed, r.mutant) for r in results}
    tasks = list(_tasks(wanted.cycles, wanted.seed, with_controls=not wanted.no_controls))
    tasks = [task for task in tasks if (task[0], task[2]) not in known]
    began = time.monotonic()
    Servers.mind_signals()
    context = multiprocessing.get_context("spawn")
    urls: SimpleQueue[str] = context.SimpleQueue()
    with Servers(wanted.workers, seed=wanted.seed) as started:
        for url in started:
            urls.put(url)
        with context.Pool(wanted.workers, _begin_worker, (urls,)) as pool:
            for result in pool.imap_unordered(_run, tasks):
                results.append(result)
                _keep(wanted.resume, result)
                _tell(results, wanted.cycles)
            pool.close()
            pool.join()
    figures = add_up(results, time.monotonic() - began)
    figures["controls_expected"] = 0 if wanted.no_controls else len(MUTANTS)
    wrong = verdict(figures)
    if wanted.report is not None:
        wanted.report.write_text(json.dumps(figures | {"wrong": wrong}, indent=1), "utf-8")
    for line in lines(figures):
        print(line)
    for line in wrong[:20]:
        print(f"  {line}")
    print(f"{'BROKEN' if wrong else 'kept'}: kill_desktop, {figures['cycles']} kills")
    return 1 if wrong else 0


def add_up(results: list[Result], seconds: float) -> dict[str, Any]:
    """The figures of all journals together."""
    real = [r for r in results if not r.mutant]
    summed: dict[str, Counter[str]] = {}
    for name in _COUNTED:
        summed[name] = Counter()
        for result in real:
            summed[name].update(getattr(result, name))
    settled = sorted(s for r in real for s in r.settled_s) or [0.0]
    return {
        "cycles": sum(r.cycles for r in real),
        "journals": len(real),
        "orders": sum(r.orders for r in real),
        "in_recovery": sum(r.in_recovery for r in real),
        "resends": sum(r.resends for r in real),
        "settled_program_s": {
            "median": round(median(settled), 1),
            "p99": round(settled[int(len(settled) * 0.99)], 1),
            "max": round(settled[-1], 1),
        },
        **{name: dict(counter.most_common()) for name, counter in summed.items()},
        "broken": [f"seed {r.seed}: {line}" for r in real for line in r.broken],
        "controls": {r.mutant: [r.cycles, r.broken[:1]] for r in results if r.mutant},
        "cycles_per_worker_minute": round(
            60 * sum(r.cycles for r in real) / max(sum(r.seconds for r in real), 1e-9)
        ),
        "this_run_s": round(seconds),
    }


def verdict(figures: dict[str, Any]) -> list[str]:
    """What is wrong, in words; empty for a pass."""
    wrong = list(figures["broken"])
    cycles = figures["cycles"]
    if not cycles:
        wrong.append("nothing was killed")
    share = figures["stages"].get(SENT, 0) / max(cycles, 1)
    if share < SENT_SHARE:
        wrong.append(f"only {share:.0%} of the kills fell while an operation was out")
    if cycles >= 1000:
        wrong += [f"no kill while '{s}'" for s in STAGES if not figures["stages"].get(s)]
        kinds = [kind.value for kind in KINDS]
        wrong += [f"no kill while {k} was out" for k in kinds if not figures["sent_kinds"].get(k)]
    wrong += [
        f"the control {m} was not caught" for m, (_, b) in figures["controls"].items() if not b
    ]
    if len(figures["controls"]) < figures["controls_expected"]:
        wrong.append("a control is missing")
    return wrong


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """The report."""
    cycles = max(figures["cycles"], 1)
    yield (
        f"{figures['cycles']} kills of {figures['journals']} journals with {figures['orders']} orders,"
        f" {figures['in_recovery']} of them before the last kill was settled;"
        f" {figures['resends']} resends; {figures['cycles_per_worker_minute']} kills a minute a worker"
    )
    for stage in (*STAGES, *(s for s in figures["stages"] if s not in STAGES)):
        count = figures["stages"].get(stage, 0)
        yield f"  {stage:<45}{count:>6}  {count / cycles:.1%}"
    yield f"  while out: {figures['sent_kinds']}"
    yield f"  operations: {figures['operations']}"
    yield f"  effects: {figures['effects']}"
    yield f"  looks until settled: {figures['looks']}; sendings: {figures['sends']}"
    yield f"  settled after (seconds of the program, {RATE:.0f} times the world's): {figures['settled_program_s']}"
    for mutant, (kills, broken) in figures["controls"].items():
        yield f"  control {mutant}: {'caught' if broken else 'NOT CAUGHT'} after {kills} kills: {broken}"


def _read(file: Path | None) -> list[Result]:
    if file is None or not file.exists():
        return []
    found = [Result(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    for result in found:
        for name in _COUNTED:
            setattr(result, name, Counter(getattr(result, name)))
    return found


def _keep(file: Path | None, result: Result) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(vars(result)) + "\n")


def _tell(results: list[Result], cycles: int) -> None:
    done = sum(r.cycles for r in results if not r.mutant)
    broken = sum(bool(r.broken) for r in results if not r.mutant)
    print(f"{done}/{cycles} kills, {broken} journals broken", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
