"""Is every room that the tests once covered whole still covered whole?

    python packaging/coverage_rooms.py build/coverage.json

Reads the report of `coverage json`. The rooms at 100 % of lines and branches stand in
pyproject.toml under [tool.telesales.coverage] and must stay there; a room that becomes whole and
does not stand there yet is named, so that it is listed. A part of a room is listed by its path:
`adapters/journal`, `relay/access.py`.
"""

import json
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        print("coverage-rooms: usage: python packaging/coverage_rooms.py REPORT", file=sys.stderr)
        return 2
    try:
        report = json.loads(Path(argv[0]).read_text("utf-8"))
    except (OSError, ValueError) as error:
        print(f"coverage-rooms: no report to judge: {error}", file=sys.stderr)
        return 1
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["telesales"]
    full = set(settings["coverage"]["full"])
    rooms = by_room(report) | parts_of(report, full)
    for room, gaps in sorted(rooms.items()):
        print(f"coverage: {room}: {'whole' if not gaps else f'{sum(gaps.values())} gaps'}")
    complaints = judge(rooms, full)
    for room in newly_whole(rooms, full):
        print(f"coverage-rooms: {room} is whole now: list it in [tool.telesales.coverage]")
    for complaint in complaints:
        print(f"coverage-rooms: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


def by_room(report: dict[str, Any]) -> dict[str, dict[str, int]]:
    """For each room, its files with the number of lines and branches that no test ran."""
    rooms: dict[str, dict[str, int]] = defaultdict(dict)
    for name, file in report["files"].items():
        parts = Path(name).parts
        room = parts[1] if len(parts) > 2 else "programs"
        rooms[room] |= _gaps(name, file)
    return dict(rooms)


def parts_of(report: dict[str, Any], full: set[str]) -> dict[str, dict[str, int]]:
    """The same for each listed path that is only a part of a room: a folder or one module."""
    parts: dict[str, dict[str, int]] = {}
    for part in (path for path in full if "/" in path):
        for name, file in report["files"].items():
            within = Path(*Path(name).parts[1:])
            if within.is_relative_to(part):
                parts.setdefault(part, {}).update(_gaps(name, file))
    return parts


def _gaps(name: str, file: dict[str, Any]) -> dict[str, int]:
    totals = file["summary"]
    gaps = totals["missing_lines"] + totals.get("missing_branches", 0)
    return {name: gaps} if gaps else {}


def judge(rooms: dict[str, dict[str, int]], full: set[str]) -> list[str]:
    """One sentence for everything that is less than the list of whole rooms says."""
    complaints = [f"{room} is listed and has no code" for room in sorted(full - set(rooms))]
    for room, gaps in sorted(rooms.items()):
        if room in full:
            complaints += [f"{name} has {gap} gaps" for name, gap in sorted(gaps.items())]
    return complaints


def newly_whole(rooms: dict[str, dict[str, int]], full: set[str]) -> list[str]:
    """The rooms that the list could take up. Said and not judged: one run may be luckier."""
    return [room for room, gaps in sorted(rooms.items()) if not gaps and room not in full]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
