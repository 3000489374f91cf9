"""How many small faults in the money core do its tests notice? ``mutmut run``, then this.

    mutmut run --max-children 1         seeds each fault and runs tests/domain; stopped, it goes on later
    python -m tests.campaigns.mutation_score [--folder mutants] [--survivors] [--report FILE]

The score is what was noticed of all that was seeded, the equivalent ones included. Those are listed in
``tests/campaigns/equivalent_mutants.py`` with their reasons; whatever else survives is named.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.campaigns.equivalent_mutants import EQUIVALENT

LEAST = 0.95
ROOM = "telesales_desktop/domain"
PREFIX = "telesales_desktop.domain."
KILLED = frozenset({1, 3, 36, 37, 24, -24, 152, 255})
"""mutmut's exit codes of a test that failed, or of one that did not end in time."""

NOT_RUN = None


def read(folder: Path) -> dict[str, int | None]:
    """Each seeded fault with the exit code of the tests; ``None`` where they did not run yet."""
    found: dict[str, int | None] = {}
    for file in sorted((folder / ROOM).glob("*.meta")):
        kept = json.loads(file.read_text("utf-8"))
        found |= {
            name.removeprefix(PREFIX): code for name, code in kept["exit_code_by_key"].items()
        }
    return found


def reason_of(name: str) -> str:
    """Why this fault is none, if it is listed."""
    return EQUIVALENT.get(name, "")


def add_up(found: Mapping[str, int | None]) -> dict[str, Any]:
    """The figures of all faults together."""
    run = {name: code for name, code in found.items() if code is not NOT_RUN}
    survived = sorted(name for name, code in run.items() if code not in KILLED)
    rooms = Counter(name.split(".")[0] for name in run)
    alive = Counter(name.split(".")[0] for name in survived)
    return {
        "seeded": len(found),
        "run": len(run),
        "noticed": len(run) - len(survived),
        "score": (len(run) - len(survived)) / max(len(run), 1),
        "equivalent": [name for name in survived if reason_of(name)],
        "survived": [name for name in survived if not reason_of(name)],
        "modules": {room: [rooms[room] - alive[room], rooms[room]] for room in sorted(rooms)},
    }


def verdict(figures: Mapping[str, Any]) -> list[str]:
    """What is wrong, in words; empty for a pass."""
    wrong = []
    if not figures["run"]:
        wrong.append("nothing was run: mutmut run")
    elif figures["run"] < figures["seeded"]:
        wrong.append(f"{figures['seeded'] - figures['run']} were not run yet: mutmut run goes on")
    if figures["score"] < LEAST:
        wrong.append(f"{figures['score']:.2%} noticed, at least {LEAST:.0%} wanted")
    return wrong


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if enough was noticed; 1 if not; 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="mutation_score", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("mutants"), help="mutmut's folder")
    parser.add_argument("--survivors", action="store_true", help="name what survived")
    parser.add_argument("--report", type=Path, help="write the figures as JSON")
    asked = parser.parse_args(argv)
    if not asked.folder.is_dir():
        parser.error(f"no folder {asked.folder}: mutmut run makes it")
    figures = add_up(read(asked.folder))
    wrong = verdict(figures)
    if asked.report is not None:
        asked.report.write_text(json.dumps(figures | {"wrong": wrong}, indent=1), "utf-8")
    for module, (noticed, of) in figures["modules"].items():
        print(f"{module:<16}{noticed:>5} of {of}")
    print(
        f"{figures['noticed']} of {figures['run']} noticed ({figures['score']:.2%});"
        f" of the others {len(figures['equivalent'])} are equivalent"
    )
    if asked.survivors:
        for name in (*figures["survived"], *figures["equivalent"]):
            print(f"  {name}  {reason_of(name)}")
    for line in wrong:
        print(f"mutation-score: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
