"""How is the program for this system built?

`python3 packaging/set_up.py build` comes here and puts it into dist/telesales.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "dist" / "telesales"
# Stands in for the commit's time where there is no git: any constant gives equal builds.
NO_COMMIT_TIME = "315532800"


def main(argv: list[str]) -> int:
    if argv:
        print("build: usage: python3 packaging/set_up.py build", file=sys.stderr)
        return 2
    started_at = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--clean",
        "--log-level",
        "ERROR",
    ]
    command += ["--distpath", str(TARGET.parent), "--workpath", str(ROOT / "build" / "pyinstaller")]
    command += [str(ROOT / "packaging" / "telesales.spec")]
    # The same sources give the same bytes: no clock and no chance in what is written.
    fixed = {"SOURCE_DATE_EPOCH": _commit_time(), "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **fixed}, check=False)
    if done.returncode != 0:
        print("build: PyInstaller failed; its reasons are above", file=sys.stderr)
        return 1
    files = [path for path in TARGET.rglob("*") if path.is_file() and not path.is_symlink()]
    size_mb = sum(path.stat().st_size for path in files) / 1e6
    took_s = time.monotonic() - started_at
    print(f"build: {TARGET.relative_to(ROOT)}, {size_mb:.0f} MB, {took_s:.0f} s")
    return 0


def _commit_time() -> str:
    try:
        asked = subprocess.run(
            ["git", "log", "-1", "--format=%ct"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return NO_COMMIT_TIME
    return asked.stdout.strip() or NO_COMMIT_TIME


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
