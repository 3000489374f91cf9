"""Does the core hold in a million schedules? ``python -m tests.campaigns.schedules --schedules N``.

Every schedule is one seed; a broken one is named and can be played again by its seed alone. Progress
is kept in ``--resume FILE`` after every batch, so that a long run can be stopped and gone on with.
"""

from __future__ import annotations

import argparse
import functools
import gc
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.campaigns import fast_replace
from tests.campaigns.one_schedule import run_schedule
from tests.campaigns.state_event_pairs import unexpected, unhit

BATCH = 500
TWICE_EVERY = 1000
MEDIANS = {"operations": 4, "crashes": 1, "faults": 2, "desks": 2}


@dataclass
class Tally:
    """What a run has shown so far."""

    first_seed: int
    schedules: int
    next_seed: int
    done: int = 0
    steps: int = 0
    played_twice: int = 0
    cpu_s: float = 0.0
    counts: dict[str, dict[str, int]] = field(default_factory=lambda: {n: {} for n in MEDIANS})
    pairs: dict[str, int] = field(default_factory=dict)
    broken: list[tuple[int, list[str]]] = field(default_factory=list)
    rules: dict[str, int] = field(default_factory=dict)

    def add(self, part: dict[str, Any]) -> None:
        """Take in one batch."""
        self.done += part["done"]
        self.steps += part["steps"]
        self.played_twice += part["played_twice"]
        self.cpu_s += part["cpu_s"]
        for name, counted in part["counts"].items():
            _merge(self.counts[name], counted)
        _merge(self.pairs, part["pairs"])
        _merge(self.rules, part["rules"])
        self.broken = (self.broken + part["broken"])[:50]

    def medians(self) -> dict[str, float]:
        """Of operations, crashes, faults and acting desks a schedule."""
        return {name: _median(counted) for name, counted in self.counts.items()}


def _merge(total: dict[str, int], part: dict[str, int]) -> None:
    for name, count in part.items():
        total[name] = total.get(name, 0) + count


def _median(counted: dict[str, int]) -> float:
    total = sum(counted.values())
    if not total:
        return 0.0
    if total > 5000:  # near enough, without unfolding a million numbers
        reached = 0
        for value in sorted(counted, key=int):
            reached += counted[value]
            if 2 * reached >= total:
                return float(value)
    return median(int(v) for v, count in counted.items() for _ in range(count))


def run_batch(seeds: tuple[int, int], *, dense: bool = False) -> dict[str, Any]:
    """Play the schedules of these seeds, the last one excluded."""
    fast_replace.install()
    gc.collect()
    gc.freeze()  # what is loaded is no schedule's, and need not be looked through each time
    gc.disable()
    started = time.process_time()
    counts: dict[str, Counter[str]] = {name: Counter() for name in MEDIANS}
    pairs: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    broken: list[tuple[int, list[str]]] = []
    steps = played_twice = 0
    for seed in range(*seeds):
        is_traced = seed % TWICE_EVERY == 0
        outcome = run_schedule(seed, is_traced=is_traced, dense=dense)
        if is_traced:
            played_twice += 1
            again = run_schedule(seed, is_traced=True, dense=dense)
            if (again.trace, again.steps) != (outcome.trace, outcome.steps):
                outcome.broken.append(f"one seed, one trace: {outcome.trace} {again.trace}")
        for name in MEDIANS:
            counts[name][str(getattr(outcome, name))] += 1
        for (state, event), count in outcome.pairs.items():
            pairs[f"{state} {event}"] += count
        if outcome.broken:
            broken.append((seed, outcome.broken[:5]))
            rules.update({line.split(": ")[0] for line in outcome.broken})
        steps += outcome.steps
        if seed % 100 == 0:
            gc.collect()  # worlds are rings of references: each one is a megabyte or two
    gc.enable()
    gc.unfreeze()
    gc.collect()
    return {
        "done": seeds[1] - seeds[0],
        "steps": steps,
        "played_twice": played_twice,
        "cpu_s": time.process_time() - started,
        "counts": counts,
        "pairs": pairs,
        "rules": rules,
        "broken": broken,
    }


def run(
    schedules: int,
    seed: int,
    *,
    workers: int = 1,
    resume: Path | None = None,
    progress: bool = False,
    dense: bool = False,
) -> Tally:
    """Play ``schedules`` schedules from ``seed`` on, or what a stopped run has left of them."""
    tally = Tally(seed, schedules, seed)
    if resume is not None and resume.exists():
        tally = Tally(**json.loads(resume.read_text("utf-8")))
    end = tally.first_seed + tally.schedules
    play = functools.partial(run_batch, dense=dense)
    batches = [(at, min(at + BATCH, end)) for at in range(tally.next_seed, end, BATCH)]
    if workers <= 1:
        parts: Any = map(play, batches)
        _gather(tally, batches, parts, resume, progress)
    else:
        context = multiprocessing.get_context("spawn")
        with context.Pool(workers, maxtasksperchild=20) as pool:
            _gather(tally, batches, pool.imap(play, batches), resume, progress)
    return tally


def _gather(
    tally: Tally, batches: list[tuple[int, int]], parts: Any, resume: Path | None, progress: bool
) -> None:
    for batch, part in zip(batches, parts, strict=True):
        tally.add(part)
        tally.next_seed = batch[1]
        if resume is not None:
            written = resume.with_suffix(".new")
            written.write_text(json.dumps(asdict(tally)), "utf-8")
            os.replace(written, resume)
        if progress:
            print(f"{tally.done} schedules, {len(tally.broken)} broken", file=sys.stderr)


def verdict(tally: Tally, *, pairs_too: bool) -> list[str]:
    """What is wrong with the run, in words; empty for a pass."""
    wrong = [f"seed {seed}: {line}" for seed, lines in tally.broken for line in lines[:2]]
    for name, least in MEDIANS.items():
        if tally.medians()[name] < least:
            wrong.append(f"median {name} {tally.medians()[name]} is below {least}")
    hit = {tuple(name.split(" ")) for name in tally.pairs}
    wrong += [
        f"pair {state} x {event} is said to be impossible" for state, event in unexpected(hit)
    ]
    if pairs_too:
        wrong += [f"pair {state} x {event} was never hit" for state, event in unhit(hit)]
    return wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--report", type=Path)
    parser.add_argument(
        "--pairs", action="store_true", help="fail if a reachable state x event pair is unhit"
    )
    parser.add_argument(
        "--dense", action="store_true", help="more links, take-overs, sleeps and lost answers"
    )
    asked = parser.parse_args(arguments)
    started = time.perf_counter()
    tally = run(
        asked.schedules,
        asked.seed,
        workers=asked.workers,
        resume=asked.resume,
        progress=True,
        dense=asked.dense,
    )
    wrong = verdict(tally, pairs_too=asked.pairs or asked.schedules >= 200_000)
    report = {
        "schedules": tally.done,
        "first_seed": tally.first_seed,
        "played_twice": tally.played_twice,
        "steps": tally.steps,
        "medians": tally.medians(),
        "broken": tally.rules,
        "pairs_hit": len(tally.pairs),
        "cpu_s": round(tally.cpu_s, 1),
        "wall_s": round(time.perf_counter() - started, 1),
        "wrong": wrong,
        "pairs": dict(sorted(tally.pairs.items())),
    }
    if asked.report is not None:
        asked.report.write_text(json.dumps(report, indent=1), "utf-8")
    print(json.dumps({k: v for k, v in report.items() if k != "pairs"}, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
