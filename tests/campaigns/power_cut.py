"""Does the journal keep every promise when the power is cut at any moment?

    python -m tests.campaigns.power_cut --cuts N [--seed S] [--workers W] [--resume FILE]

A life of the journal is recorded write by write; the power is then cut at thousands of places in
it, each time with another part of what was not synced on the disk: nothing, all, in order up to
some sector, or any sectors in any order. What is found is opened by the real store and must hold
every commit that was acknowledged, at most the one that was under way, and each of them whole.

The controls record the same with weaker syncing (NORMAL, OFF) and must lose in at least 30 % of
their cuts: a harness that cannot see a loss proves nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from tests.campaigns.power_cut_history import BrokenError, compare, record
from tests.campaigns.power_cut_image import Disk

CUTS_A_HISTORY = 2_000
CONTROLS = ("NORMAL", "OFF")
CONTROL_SHARE = 0.30
"""The share of a control's cuts that must lose."""


@dataclass
class Result:
    """What the cuts of one recorded history showed."""

    synchronous: str
    seed: int
    cuts: int = 0
    lost: int = 0
    corrupt: int = 0
    kept_unpromised: int = 0
    entries: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    examples: list[str] = field(default_factory=list)


def run(seed: int, cuts: int, synchronous: str = "FULL") -> Result:
    """Record one history and cut it so many times."""
    started, worked = time.monotonic(), time.process_time()
    chance = Random(f"{seed} {synchronous}")
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        folder = Path(name)
        history = record(folder, seed, synchronous)
        entries = history.log.entries
        result = Result(synchronous, seed, entries=len(entries))
        places = Counter(chance.randint(0, len(entries)) for _ in range(cuts))
        disk = Disk()
        for place in range(len(entries) + 1):
            for _ in range(places[place]):
                _lay_out(folder, disk.cut(chance))
                result.cuts += 1
                try:
                    commits = compare(folder, history, disk.promise)
                    result.kept_unpromised += commits > disk.promise.commits
                except BrokenError as broken:
                    setattr(result, broken.kind, getattr(result, broken.kind) + 1)
                    if len(result.examples) < 3:
                        result.examples.append(f"place {place}: {broken}")
            if place < len(entries):
                disk.take(entries[place])
    result.seconds = time.monotonic() - started
    result.cpu_seconds = time.process_time() - worked
    return result


def _lay_out(folder: Path, image: dict[str, bytes]) -> None:
    """Make the folder hold the image. Reading back is cheaper than writing anew."""
    for part in os.scandir(folder):
        if part.name not in image:
            os.unlink(part.path)
    for name, content in image.items():
        handle = os.open(folder / name, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0))
        try:
            if os.read(handle, len(content) + 1) != content:
                os.lseek(handle, 0, os.SEEK_SET)
                os.write(handle, content)
                os.truncate(handle, len(content))
        finally:
            os.close(handle)


def _memory() -> str | None:
    """A folder in memory, where there is one: the cuts are on paper anyway."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _run(task: tuple[int, int, str]) -> Result:
    return run(*task)


def _tasks(cuts: int, seed: int, control_cuts: int) -> Iterator[tuple[int, int, str]]:
    for synchronous, total in (
        *((control, control_cuts) for control in CONTROLS),
        ("FULL", cuts),
    ):
        for number, start in enumerate(range(0, total, CUTS_A_HISTORY)):
            yield seed + number, min(CUTS_A_HISTORY, total - start), synchronous


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if every promise was kept and the controls lost; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="power_cut", description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, required=True)
    parser.add_argument("--control-cuts", type=int, help="for each control; default: 1 in 100")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    wanted = parser.parse_args(argv)
    control_cuts = wanted.control_cuts
    if control_cuts is None:
        control_cuts = max(400, wanted.cuts // 100)
    if wanted.cuts < 1 or wanted.workers < 1 or control_cuts < 1:
        parser.error("--cuts, --control-cuts and --workers are at least 1")
    results = _read(wanted.resume)
    known = {(r.seed, r.cuts, r.synchronous) for r in results}
    tasks = [t for t in _tasks(wanted.cuts, wanted.seed, control_cuts) if t not in known]
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(wanted.workers) as pool:
        for result in pool.imap_unordered(_run, tasks):
            results.append(result)
            _keep(wanted.resume, result)
            _tell(results, wanted.cuts)
    return report(results, time.monotonic() - started)


def report(results: list[Result], seconds: float) -> int:
    """Print the figures; 0 if they show what they must."""
    good = True
    for synchronous in ("FULL", *CONTROLS):
        of_one = [r for r in results if r.synchronous == synchronous]
        cuts = sum(r.cuts for r in of_one)
        lost, corrupt = sum(r.lost for r in of_one), sum(r.corrupt for r in of_one)
        timed = [r for r in of_one if r.cpu_seconds]
        rate_of_cpu = sum(r.cuts for r in timed) / max(sum(r.cpu_seconds for r in timed), 1e-9)
        rate = cuts / max(sum(r.seconds for r in of_one), 1e-9)
        print(
            f"synchronous={synchronous}: {cuts} cuts of {len(of_one)} histories"
            f" ({sum(r.entries for r in of_one)} disk calls), lost {lost}, corrupt {corrupt},"
            f" unacknowledged kept {sum(r.kept_unpromised for r in of_one)},"
            f" {rate:.0f} cuts/s a worker, {rate_of_cpu:.0f} a second of CPU"
        )
        if synchronous == "FULL":
            good = good and cuts > 0 and lost == corrupt == 0
            for result in of_one:
                for example in result.examples:
                    print(f"  seed {result.seed}, {example}")
        else:
            share = (lost + corrupt) / max(cuts, 1)
            print(f"  control: {share:.0%} broken, at least {CONTROL_SHARE:.0%} wanted")
            good = good and share >= CONTROL_SHARE
    print(f"{'kept' if good else 'BROKEN'}; this run took {seconds:.0f} s")
    return 0 if good else 1


def _read(file: Path | None) -> list[Result]:
    if file is None or not file.exists():
        return []
    return [Result(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def _keep(file: Path | None, result: Result) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(result)) + "\n")


def _tell(results: list[Result], cuts: int) -> None:
    done = sum(r.cuts for r in results if r.synchronous == "FULL")
    broken = sum(r.lost + r.corrupt for r in results if r.synchronous == "FULL")
    if sys.stderr.isatty():
        print(f"\r{done}/{cuts} cuts, {broken} broken ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
