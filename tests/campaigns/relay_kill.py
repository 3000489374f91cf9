"""Does the relay lose or double a delivery when it is killed at any moment under load?

    python -m tests.campaigns.relay_kill --cycles N [--seed S] [--workers W] [--resume FILE]

Each cycle starts the relay, reads its feed to the end as a workstation does, presses on it with
posts of which three in ten repeat earlier ones, and kills it (kill -9) at a moment drawn by chance.
Every delivery that was ever acknowledged must be in the feed, each exactly once, in the order of
the log, and the database must be whole. What was written, though its sender never heard so, may be
there: once, however often it is posted again.

The controls are the same relay with a planted fault and must be seen to fail: one answers before
it has written, one takes a repetition for something new.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from tests.campaigns import relay_desk, relay_load, relay_mutants, relay_sealing
from tests.campaigns.relay_forked import ForkedRelay
from tests.campaigns.relay_load import Sent

CYCLES_A_LIFE = 40
CONTROL_CYCLES = 15
WIDTH = 24
LONGEST_S = 0.25
WRITTEN_SHARE = 0.30
"""The share of kills that must fall when something is written and its 200 is not out."""

WRITTEN, IN_FLIGHT, IDLE = "written, no 200", "in flight, not written", "nothing in flight"
_HOOK = "/hooks/affirm/campaign-hook-secret"


@dataclass
class Result:
    """What the cycles of one database showed."""

    seed: int
    mutant: str
    cycles: int = 0
    acknowledged: int = 0
    posted: int = 0
    repeats: int = 0
    lost: int = 0
    doubled: int = 0
    stages: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    kept_unpromised: int = 0
    seconds: float = 0.0
    broken: list[str] = field(default_factory=list)


@dataclass
class Life:
    """One database, through all its cycles."""

    folder: Path
    seed: int
    chance: Random
    sent: Sent = field(default_factory=Sent)
    poller: relay_desk.Poller | None = None
    seen: set[int] = field(default_factory=set)

    @property
    def database(self) -> str:
        return str(self.folder / "relay.db")


def run(seed: int, cycles: int, mutant: str = "") -> Result:
    """One life: so many cycles on one database."""
    result = Result(seed, mutant)
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(dir=relay_sealing.disk()) as name,
        relay_mutants.planted(mutant),
    ):
        life = Life(Path(name), seed, Random(f"{seed} {mutant}"))
        sealing = relay_sealing.Sealing()
        sealing.init(life.database, _HOOK)
        for _ in range(cycles):
            _cycle(life, sealing, result)
            result.cycles += 1
        _last_look(life, sealing, result)
    result.posted, result.repeats = life.sent.posted, life.sent.repeats
    result.acknowledged = len(life.sent.acknowledged)
    result.kept_unpromised = len(life.seen - life.sent.acknowledged)
    result.answers = {str(status): count for status, count in sorted(life.sent.answers.items())}
    result.seconds = time.monotonic() - started
    return result


def _cycle(life: Life, sealing: relay_sealing.Sealing, result: Result) -> None:
    relay = ForkedRelay(life.database, str(life.folder / "log"))
    try:
        _read(life, sealing, relay.desks, result)
        known = life.seen | life.sent.acknowledged
        life.sent.in_flight.clear()
        asyncio.run(_press_and_kill(life, relay))
    finally:
        relay.kill()
    written = _count(life.database) - len(life.sent.acknowledged | known)
    stage = WRITTEN if written > 0 else IN_FLIGHT if life.sent.in_flight else IDLE
    result.stages[stage] = result.stages.get(stage, 0) + 1


async def _press_and_kill(life: Life, relay: ForkedRelay) -> None:
    loop = asyncio.get_running_loop()
    loop.call_later(life.chance.uniform(0.0, LONGEST_S), relay.kill)
    await relay_load.press(relay.hooks, _HOOK, life.seed, life.sent, life.chance, WIDTH)
    relay.kill()


def _read(life: Life, sealing: relay_sealing.Sealing, port: int, result: Result) -> None:
    """Read to the end, and hold what is found against what was acknowledged."""
    if life.poller is None:
        life.poller = relay_desk.Poller(relay_desk.enrol(port, sealing.code(life.database)))
    try:
        changes = life.poller.read_on(port)
    except (OSError, http.client.HTTPException, ValueError) as broken:
        result.broken.append(f"the feed cannot be read: {broken}")
        return
    for change in changes:
        number = relay_load.number_of(sealing.body(change))
        if number in life.seen:
            result.doubled += 1
            _note(result, f"cycle {result.cycles}: {number} came twice")
        life.seen.add(number)
    missing = life.sent.acknowledged - life.seen
    if missing:
        result.lost += len(missing)
        _note(result, f"cycle {result.cycles}: {len(missing)} acknowledged are not in the feed")
        life.sent.acknowledged -= missing
    if life.poller.gaps:
        _note(result, f"cycle {result.cycles}: a gap was told")


def _last_look(life: Life, sealing: relay_sealing.Sealing, result: Result) -> None:
    relay = ForkedRelay(life.database, str(life.folder / "log"))
    try:
        _read(life, sealing, relay.desks, result)
        if relay.stop():
            _note(result, "it does not end well")
    finally:
        relay.kill()
    with contextlib.closing(sqlite3.connect(life.database)) as database:
        (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            _note(result, f"integrity: {verdict}")
    if list(life.folder.glob("*.damaged")):
        _note(result, "a spooled line was damaged")


def _note(result: Result, line: str) -> None:
    if len(result.broken) < 5:
        result.broken.append(line)


def _count(database: str) -> int:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (count,) = connection.execute("SELECT sum(seq) FROM merchants").fetchone()
    return int(count)


def _run(task: tuple[int, int, str]) -> Result:
    return run(*task)


def _tasks(cycles: int, seed: int) -> Iterator[tuple[int, int, str]]:
    for mutant in relay_mutants.OF_KILLS:
        yield seed, CONTROL_CYCLES, mutant
    for number, start in enumerate(range(0, cycles, CYCLES_A_LIFE)):
        yield seed + number, min(CYCLES_A_LIFE, cycles - start), ""


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if every promise was kept and every control broke; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_kill", description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    wanted = parser.parse_args(argv)
    if wanted.cycles < 1 or wanted.workers < 1:
        parser.error("--cycles and --workers are at least 1")
    results = _kept(wanted.resume)
    known = {(r.seed, r.mutant) for r in results}
    tasks = [task for task in _tasks(wanted.cycles, wanted.seed) if (task[0], task[2]) not in known]
    with multiprocessing.get_context("spawn").Pool(wanted.workers) as pool:
        for result in pool.imap_unordered(_run, tasks):
            results.append(result)
            if wanted.resume:
                with wanted.resume.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(result)) + "\n")
    return report(results)


def _kept(file: Path | None) -> list[Result]:
    if file is None or not file.exists():
        return []
    return [Result(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def report(results: list[Result]) -> int:
    """Print the figures; 0 if they show what they must."""
    real = [r for r in results if not r.mutant]
    cycles = sum(r.cycles for r in real)
    stages: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    for result in real:
        stages.update(result.stages)
        answers.update(result.answers)
    total = {
        name: sum(getattr(r, name) for r in real)
        for name in ("acknowledged", "posted", "repeats", "lost", "doubled", "kept_unpromised")
    }
    rate = cycles / max(sum(r.seconds for r in real), 1e-9)
    print(f"{cycles} kills of {len(real)} databases, {rate:.1f} a second and worker; {total}")
    print(f"answers {dict(answers)}")
    for stage, count in stages.most_common():
        print(f"  {count / max(cycles, 1):6.1%}  {count:6d}  {stage}")
    wrong = [f"seed {r.seed}: {line}" for r in real for line in r.broken]
    if not cycles or not total["acknowledged"]:
        wrong.append("nothing was killed, or nothing acknowledged")
    if stages[WRITTEN] < WRITTEN_SHARE * cycles:
        wrong.append("too few kills between write and 200")
    if total["lost"] or total["doubled"]:
        wrong.append("deliveries were lost or doubled")
    for mutant in relay_mutants.OF_KILLS:
        of_one = [r for r in results if r.mutant == mutant]
        if any(r.lost or r.doubled for r in of_one):
            print(f"  control, {mutant}: seen")
        else:
            wrong.append(f"control, {mutant}: NOT seen")
    for line in wrong[:20]:
        print(f"  {line}")
    print("BROKEN" if wrong else "kept")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
