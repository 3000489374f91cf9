"""Would the schedules notice? ``python -m tests.campaigns.mutants``: seeded bugs, each must be killed.

Every mutant is one plausible mistake, written as a change of source text and loaded in a process of its
own. It is killed when a schedule breaks an oracle; it must be within ``WITHIN`` schedules.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.campaigns.core_mutants import MUTANTS, Change, Mutant

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 5000


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module with its changes; each one must fit exactly once."""

    def __init__(self, name: str, path: str, changes: Sequence[Change]) -> None:
        super().__init__(name, path)
        self.changes = changes

    def get_code(self, fullname: str) -> Any:
        source = Path(self.path).read_text("utf-8")
        for change in self.changes:
            if source.count(change.old) != 1:
                raise LookupError(f"{fullname}: {source.count(change.old)} x {change.old!r}")
            source = source.replace(change.old, change.new)
        return compile(source, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    """Puts the mutant's modules in the way of the real ones."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.loaded: set[str] = set()

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        changes = [c for c in self.mutant.changes if c.module == fullname]
        if not changes:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path)
        if found is None or found.origin is None:
            return None
        self.loaded.add(fullname)
        loader = _Loader(fullname, found.origin, changes)
        return importlib.util.spec_from_loader(fullname, loader, origin=found.origin)


def hunt(mutant: Mutant, within: int, seed: int) -> dict[str, Any]:
    """Play schedules of the mutant in this process until one breaks."""
    finder = _Finder(mutant)
    sys.meta_path.insert(0, finder)
    from tests.campaigns import fast_replace
    from tests.campaigns.one_schedule import run_schedule

    fast_replace.install()
    wanted = {change.module for change in mutant.changes}
    if finder.loaded != wanted:
        raise LookupError(f"not in the way of {wanted - finder.loaded}")
    for number in range(1, within + 1):
        broken = run_schedule(seed + number).broken
        if broken:
            return {"name": mutant.name, "killed_after": number, "by": broken[0]}
    return {"name": mutant.name, "killed_after": 0, "by": ""}


def hunt_apart(mutant: Mutant, within: int, seed: int) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "tests.campaigns.mutants", "--one", mutant.name]
    command += ["--within", str(within), "--seed", str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"name": mutant.name, "killed_after": 0, "by": f"error: {done.stderr[-300:]}"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help="hunt one mutant in this process")
    parser.add_argument("--within", type=int, default=WITHIN)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--report", type=Path, help="write the table as JSON")
    asked = parser.parse_args(arguments)
    if asked.one:
        mutant = next(m for m in MUTANTS if m.name == asked.one)
        print(json.dumps(hunt(mutant, asked.within, asked.seed)))
        return 0
    started = time.perf_counter()
    results = []
    with ThreadPoolExecutor(asked.workers) as pool:
        for result in pool.map(lambda m: hunt_apart(m, asked.within, asked.seed), MUTANTS):
            results.append(result)
            killed = result["killed_after"] or "ALIVE"
            print(f"{killed:>6}  {result['name']}  [{result['by'][:90]}]", flush=True)
            if asked.report is not None:
                asked.report.write_text(json.dumps(results, indent=1), "utf-8")
    alive = [r["name"] for r in results if not r["killed_after"]]
    took = time.perf_counter() - started
    print(f"{len(results) - len(alive)} of {len(results)} killed, {took:.0f} s")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
