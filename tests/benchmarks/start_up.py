"""How long from the start of the process to a window that takes letters, and to the newest rows?

    python -m tests.benchmarks.start_up [--rounds K] [--platform offscreen|xcb] [--orders N ...]
                                        [--first]

By turns: a bare PySide6 window (ten fields, a table), the same with the newest rows of a plain
database, and the program itself on journals of every size. Judges nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks import programs
from tests.benchmarks.floor_data import plain_path, prepare
from tests.benchmarks.pairs import Way, go_first, measure, report

OPEN_ORDERS = 200


def ways(folder: Path, sizes: list[int], platform: str) -> list[Way]:
    """The floor, and the program on each journal beside the floor that reads as many rows."""
    bare = partial(programs.run, "bare_window", platform=platform)
    found = [Way("bare window", bare)]
    for size in sizes:
        data = folder / str(size)
        data.mkdir()
        prepare(data, size, min(size, OPEN_ORDERS))
        floor = f"bare window, {size} plain rows"
        run = partial(programs.run, "whole_window", "--data-dir", str(data), platform=platform)
        read = partial(
            programs.run, "bare_window", "--journal", str(plain_path(data)), platform=platform
        )
        found.append(Way(floor, read, "bare window"))
        found.append(Way(f"program, {size} orders", run, floor))
    return found


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0; 2 for usage."""
    parser = argparse.ArgumentParser(prog="start_up", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--platform", default="offscreen", choices=["offscreen", "xcb"])
    parser.add_argument("--orders", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--first", action="store_true", help="run before all else (superuser)")
    wanted = parser.parse_args(argv)
    if wanted.rounds < 1 or min(wanted.orders) < 0:
        parser.error("--rounds is at least 1, --orders at least 0")
    with tempfile.TemporaryDirectory() as folder:
        subjects = ways(Path(folder), wanted.orders, wanted.platform)
        if wanted.first and not go_first():
            parser.error("--first needs Linux and the superuser")
        measure(subjects, wanted.rounds)
    print("\n".join(report("from the start of the process", subjects)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
