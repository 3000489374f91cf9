"""How is a measured program started, and how long did it take to each of its marks?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def surroundings(platform: str = "offscreen") -> dict[str, str]:
    """The environment of a measured program: compiled modules are kept, the platform is named."""
    found = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**found, "QT_QPA_PLATFORM": platform}


def run(module: str, *arguments: str, platform: str = "offscreen") -> dict[str, float]:
    """Run a measured program to its end: milliseconds from before its start to each mark.

    ``cpu_ms`` is what it had used at the first mark, ``rss_mb`` what it held at the last.
    """
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    started_ns = time.monotonic_ns()
    done = subprocess.run(
        command, cwd=ROOT, env=surroundings(platform), capture_output=True, text=True, check=False
    )
    marks = [line.split() for line in done.stdout.splitlines() if line.startswith("mark ")]
    if done.returncode != 0 or not marks:
        raise RuntimeError(f"{module} failed:\n{done.stdout}\n{done.stderr}")
    figures = {f"{name}_ms": (int(at) - started_ns) / 1e6 for _, name, at, _, _ in marks}
    return {**figures, "cpu_ms": float(marks[0][3]), "rss_mb": float(marks[-1][4])}
