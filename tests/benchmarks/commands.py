"""How long do the commands take that a person or a script waits for?

    python -m tests.benchmarks.commands [--rounds K]

``--version`` beside an interpreter that does nothing, and the headless demo whole. Judges nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from functools import partial

from tests.benchmarks.pairs import Sample, Way, measure, report
from tests.benchmarks.programs import ROOT, surroundings


def _timed(*arguments: str) -> Sample:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=surroundings(), capture_output=True, check=True
    )
    return {"whole_ms": (time.perf_counter() - started) * 1e3}


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0; 2 for usage."""
    parser = argparse.ArgumentParser(prog="commands", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args(argv)
    if wanted.rounds < 1:
        parser.error("--rounds is at least 1")
    program = ("-m", "telesales_desktop")
    ways = [
        Way("an interpreter", partial(_timed, "-c", "pass")),
        Way("--version", partial(_timed, *program, "--version"), "an interpreter"),
        Way("demo --headless, approve", partial(_timed, *program, "demo", "--headless")),
    ]
    measure(ways, wanted.rounds)
    print("\n".join(report("commands", ways)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
