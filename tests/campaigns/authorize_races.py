"""Two to eight desks reach for the same money at one moment: does it move once, and are all told the truth?

    python -m tests.campaigns.authorize_races --races N [--seed S] [--workers W] [--resume FILE]

Each desk is a process with a journal of its own and the same order. They are started together, by a read, by the
agent's word, by a webhook, after a gap or as a take-over; with one derived key for all, or with a key each. What
they authorized they then race to capture, or to capture and to void. N counts the races to authorize.

The controls are desks with a planted fault; each must be caught, or the campaign proves nothing.
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
from typing import Any

from tests.campaigns.race_batch import ORDERS, Batch, Result
from tests.campaigns.race_mutants import MUTANTS
from tests.campaigns.stand_in import Servers, StandIn

Task = tuple[int, int, str]
_COUNTED = ("races", "desks", "keys", "beginnings")
_worker: dict[str, StandIn] = {}


def run(task: Task, affirm: StandIn) -> Result:
    """Run one batch."""
    seed, orders, mutant = task
    return Batch(seed, orders, affirm, mutant=mutant).run()


def _begin_worker(urls: SimpleQueue[str]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.getLogger().addHandler(logging.NullHandler())  # the desks' warnings are expected
    _worker["affirm"] = StandIn(urls.get())


def _run(task: Task) -> Result:
    return run(task, _worker["affirm"])


def _tasks(races: int, seed: int) -> Iterator[Task]:
    for mutant in MUTANTS:
        yield seed, ORDERS, mutant
    for number, start in enumerate(range(0, races, ORDERS)):
        yield seed + number, min(ORDERS, races - start), ""


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if each race moved money once and every control broke; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="authorize_races", description=__doc__.splitlines()[0])
    parser.add_argument("--races", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    parser.add_argument("--report", type=Path, help="write the figures as JSON")
    wanted = parser.parse_args(argv)
    if wanted.races < 1 or wanted.workers < 1:
        parser.error("--races and --workers are at least 1")
    results = _read(wanted.resume)
    known = {(r.seed, r.mutant) for r in results}
    tasks = [t for t in _tasks(wanted.races, wanted.seed) if (t[0], t[2]) not in known]
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
                _tell(results, wanted.races)
            pool.close()
            pool.join()
    figures = add_up(results, time.monotonic() - began)
    wrong = verdict(figures)
    if wanted.report is not None:
        wanted.report.write_text(json.dumps(figures | {"wrong": wrong}, indent=1), "utf-8")
    print(json.dumps(figures | {"broken": figures["broken"][:20]}, indent=1))
    races = sum(figures["races"].values())
    print(f"{'BROKEN' if wrong else 'kept'}: authorize_races, {races} races")
    return 1 if wrong else 0


def add_up(results: list[Result], seconds: float) -> dict[str, Any]:
    """The figures of all batches together."""
    real = [r for r in results if not r.mutant]
    summed: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
    for name, counter in summed.items():
        for result in real:
            counter.update(getattr(result, name))
    return {
        **{name: dict(sorted(counter.items())) for name, counter in summed.items()},
        "broken": [f"seed {r.seed}: {line}" for r in real for line in r.broken],
        "controls": {r.mutant: [r.orders, r.broken[:1]] for r in results if r.mutant},
        "races_per_worker_minute": round(
            60 * sum(summed["races"].values()) / max(sum(r.seconds for r in real), 1e-9)
        ),
        "this_run_s": round(seconds),
    }


def verdict(figures: dict[str, Any], *, controls: tuple[str, ...] = MUTANTS) -> list[str]:
    """What is wrong, in words; empty for a pass."""
    wrong = list(figures["broken"])
    for race in ("authorize", "capture", "void or capture"):
        if not figures["races"].get(race):
            wrong.append(f"no race to {race}")
    for control in controls:
        if not figures["controls"].get(control, [0, []])[1]:
            wrong.append(f"the control {control} was not caught")
    return wrong


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


def _tell(results: list[Result], races: int) -> None:
    done = sum(r.orders for r in results if not r.mutant)
    broken = sum(bool(r.broken) for r in results if not r.mutant)
    print(
        f"{done}/{races} races to authorize, {broken} batches broken", file=sys.stderr, flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
