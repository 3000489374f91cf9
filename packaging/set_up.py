"""How does a bare machine come to run the program, its tests or its build?

    python3 packaging/set_up.py demo [ARGS]     set up, then run `telesales-desktop demo ARGS`
    python3 packaging/set_up.py test [ARGS]     set up, then run the test suite (`pytest ARGS`)
    python3 packaging/set_up.py build           set up, then build the program for this system
    python3 packaging/set_up.py install         set up for development, run nothing

Needs Python 3.11 or newer and nothing else. The environment is `.venv` in the project's root; a
second run finds it ready. On Debian and its relatives missing system packages are installed by
apt-get when this account may do that, and named otherwise.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# The oldest Python that the code is written for, and the first that PySide6 6.11 has no wheel for.
OLDEST, TOO_NEW = (3, 11), (3, 15)
ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ("demo", "test", "build", "install")
USAGE = f"usage: python3 packaging/set_up.py {'|'.join(COMMANDS)} [ARGS]"


def main(argv: list[str]) -> int:
    if argv[:1] in (["-h"], ["--help"]):
        print(__doc__.strip() if __doc__ else USAGE)
        return 0
    if not argv or argv[0] not in COMMANDS:
        wrong = "no command given" if not argv else f"no command {argv[0]!r}"
        print(f"set-up: {wrong}; {USAGE}", file=sys.stderr)
        return 2
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        # Kept readable by much older Pythons, which must be able to print it.
        print(
            f"set-up: Python 3.11 to 3.14 is needed and this is {sys.version.split()[0]}; "
            "run this script with one of those.",
            file=sys.stderr,
        )
        return 1
    return _set_up_and_run(argv[0], argv[1:])


def _set_up_and_run(command: str, arguments: list[str]) -> int:
    # Imported here: these modules may use what the version check above has just made sure of.
    import debian_packages
    import environment

    try:
        debian_packages.ensure(debian_packages.needed_for(command))
        python = environment.ensure(ROOT, "programs" if command == "demo" else "development")
        environment.compile_catalogues(ROOT, python)
    except (debian_packages.PackagesMissingError, environment.EnvironmentFailedError) as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except OSError as error:  # such as a .venv of another account
        print(f"set-up: {error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: interrupted; the same command goes on", file=sys.stderr)
        return 130
    if command == "install":
        print(f"set-up: ready; the environment's Python is {python}")
        return 0
    return _hand_over(_program(command, python, arguments))


def _program(command: str, python: Path, arguments: list[str]) -> list[str]:
    here = Path(__file__).resolve().parent
    if command == "demo":
        return [str(python), "-m", "telesales_desktop", "demo", *arguments]
    if command == "build":
        return [str(python), str(here / "build.py"), *arguments]
    if sys.platform != "linux":
        return [str(python), "-m", "pytest", *arguments]
    # On Linux every part that a journey needs can be had, so "not run" is a failure there.
    whole = ["--must-run", "journey", "--must-run", "browser", "--must-run", "postgres"]
    session = [str(python), str(here / "test_session.py")]
    return [*session, str(python), "-m", "pytest", *whole, *arguments]


def _hand_over(command: list[str]) -> int:
    """Become the program where the system can, so that signals and the terminal are its own."""
    sys.stdout.flush()
    os.chdir(ROOT)
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
