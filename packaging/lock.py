"""How are the lock files made from pyproject.toml?

    .venv/bin/python packaging/lock.py              lock what is new, keep every other version
    .venv/bin/python packaging/lock.py --upgrade    move everything to its newest version

Needs uv (`.venv/bin/python -m pip install uv`). The locks hold names, versions, markers and
hashes and no address, so that they install from whatever index or mirror pip is set up with.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Largest first: the others take its versions, so that what is tested is what runs.
LOCKS = {
    "development": ("desktop", "relay", "simulator", "dev"),
    "programs": ("desktop", "relay", "simulator"),
    "relay": ("relay",),
}
HEADER = """\
# Made by packaging/lock.py from pyproject.toml; do not edit.
# Extras: {extras}. Install with: pip install --require-hashes -r packaging/locks/{name}.lock
"""


def main(argv: list[str]) -> int:
    if argv not in ([], ["--upgrade"]):
        print("lock: usage: python packaging/lock.py [--upgrade]", file=sys.stderr)
        return 2
    folder = ROOT / "packaging" / "locks"
    folder.mkdir(exist_ok=True)
    for name, extras in LOCKS.items():
        others = [] if name == "development" else ["--constraint", str(folder / "development.lock")]
        _lock(folder / f"{name}.lock", extras, [*others, *argv])
        print(f"lock: packaging/locks/{name}.lock")
    return 0


def _lock(target: Path, extras: tuple[str, ...], options: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    command = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    # pip takes "name[extra]" for another thing than "name": without its own pin it would look for
    # the newest one, and refuse that for having no hash, as soon as there is a newer one.
    command += ["--no-strip-extras"]
    for extra in extras:
        command += ["--extra", extra]
    command += ["pyproject.toml", "-", "--output-file", str(target), *options]
    # The project installs itself without build isolation, so its backend is locked as well.
    backend = "\n".join(project["build-system"]["requires"])
    subprocess.run(command, cwd=ROOT, input=backend, text=True, check=True)
    locked = target.read_text("utf-8")
    body = "".join(line for line in locked.splitlines(True) if not line.startswith("#"))
    header = HEADER.format(extras=", ".join(extras), name=target.stem)
    target.write_text(header + body, "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
