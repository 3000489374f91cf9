"""Is a webhook ever acknowledged that is not kept, when the disk is full or fails?

    python -m tests.campaigns.relay_disk_errors [--every N]

A relay takes some webhooks, and the disk fails at one call of SQLite or of the spool: the first,
the second, and so on to the last; once, or from there on for good, or for good under the database
alone while the spool fails once, at each of its calls in turn; as a full disk and as an I/O error. Then the relay is started again on a disk that works. Whatever was answered 200 must be in
its log, exactly once; what was not answered 200 must have been answered 503.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.campaigns import relay_load, relay_mutants
from tests.campaigns.faulty_disk import DATABASE, FOR_GOOD, FULL, IO, Faults, planted
from tests.campaigns.relay_in_process import HOOK, bodies_of, new_database, post, relay
from tests.campaigns.relay_sealing import Sealing

GROUPS = (1, 3, 1, 4, 1)


@dataclass
class Result:
    """What was seen over all faults."""

    runs: int = 0
    false_200: int = 0
    doubled: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    spooled_runs: int = 0
    broken: list[str] = field(default_factory=list)


async def take_webhooks(database: Path, answers: dict[int, int]) -> bool:
    """Take some webhooks, in groups; ``answers`` are filled in. Whether a spool was used."""
    try:
        async with relay(database) as running:
            number = 0
            for width in GROUPS:
                numbers = range(number, number + width)
                number += width
                told = await asyncio.gather(
                    *(post(running, HOOK, relay_load.body(1, each)) for each in numbers)
                )
                answers.update(zip(numbers, told, strict=True))
            return running.intake.spooled > 0
    except Exception as closed:
        if not answers:  # it did not even start, and said so
            return False
        raise closed


def one(template: Path, sealing: Sealing, faults: Faults, result: Result) -> None:
    """One run with one fault."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        folder = Path(name)
        for file in template.iterdir():
            shutil.copy(file, folder)
        database = folder / "relay.db"
        answers: dict[int, int] = {}
        with planted(faults):
            result.spooled_runs += asyncio.run(take_webhooks(database, answers))
        if faults.at == 0:
            return
        result.runs += 1
        result.answers.update(answers.values())
        found = Counter(
            relay_load.number_of(body) for body in asyncio.run(bodies_of(database, sealing))
        )
        told = f"{faults.kind} at {faults.at} {faults.way} ({', '.join(faults.told)})"
        lost = [number for number, status in answers.items() if status == 200 and not found[number]]
        if lost:
            result.false_200 += len(lost)
            result.broken.append(f"{told}: false 200 for {lost}")
        doubled = [number for number, count in found.items() if count > 1]
        if doubled:
            result.doubled += len(doubled)
            result.broken.append(f"{told}: doubled {doubled}")
        if set(answers.values()) - {200, 503}:
            result.broken.append(f"{told}: answers {Counter(answers.values())}")


def run(every: int = 1, mutant: str = "") -> Result:
    """Every ``every``-th call fails in turn, in every way."""
    result = Result()
    logging.disable(logging.CRITICAL)
    try:
        with tempfile.TemporaryDirectory() as name, relay_mutants.planted(mutant):
            template = Path(name)
            sealing = new_database(template)
            for faults in _plan(template, sealing, every, result):
                one(template, sealing, faults, result)
    finally:
        logging.disable(logging.NOTSET)
    return result


def _plan(template: Path, sealing: Sealing, every: int, result: Result) -> Iterator[Faults]:
    counting = Faults(IO, 0)
    one(template, sealing, counting, result)
    for at in range(1, counting.calls + 1, every):
        for kind in (FULL, IO):
            yield Faults(kind, at)
            yield Faults(kind, at, FOR_GOOD)
            yield Faults(kind, at, DATABASE)
    with_spool = Faults(IO, counting.calls // 3, DATABASE)
    one(template, sealing, with_spool, result)
    for spool_at in range(1, with_spool.spool_calls + 1, every):
        for kind in (FULL, IO):
            yield Faults(kind, counting.calls // 3, DATABASE, spool_at)


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if no answer was false and the control failed; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_disk_errors", description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="only every n-th call")
    wanted = parser.parse_args(argv)
    if wanted.every < 1:
        parser.error("--every is at least 1")
    result = run(wanted.every)
    control = run(max(wanted.every, 3), relay_mutants.EARLY_200)
    print(
        f"{result.runs} runs: false 200 {result.false_200}, doubled {result.doubled}, answers"
        f" {dict(result.answers)}, {result.spooled_runs} runs used the spool"
    )
    print(f"control, {relay_mutants.EARLY_200}: {control.false_200} false 200")
    for line in result.broken[:20]:
        print(f"  {line}")
    good = result.runs > 0 and not result.broken and control.false_200 > 0
    print("kept" if good else "BROKEN")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
