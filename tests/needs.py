"""Which tests can run on this machine, and how is it told which could not?"""

import os
import shutil
from collections import Counter

import pytest

from tests.frozen.program import built_program
from tests.relay import postgres_cluster

# Set by packaging/test_session.py around a display, a session bus and a keyring of the tests' own.
SESSION = "TELESALES_TEST_SESSION"

_NOT_RUN = pytest.StashKey[list[tuple[str, str, str]]]()


def _why_no_journey() -> str | None:
    if os.environ.get(SESSION):
        return None
    return (
        "needs a display, a session bus and a keyring of its own: "
        "run `python3 packaging/set_up.py test` on Linux"
    )


def _why_no_browser() -> str | None:
    return None if shutil.which("chromium") else "needs chromium"


def _why_no_frozen() -> str | None:
    if built_program("telesales-desktop").exists():
        return None
    return "needs the built program: run `python3 packaging/set_up.py build`"


def _why_no_postgres() -> str | None:
    return None if postgres_cluster.binary("initdb") else "needs a PostgreSQL server"


_WHY_NOT = {
    "journey": _why_no_journey,
    "browser": _why_no_browser,
    "frozen": _why_no_frozen,
    "postgres": _why_no_postgres,
}


def skip_what_cannot_run(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip tests whose surroundings are missing; an error where ``--must-run`` names their mark."""
    reasons = {mark: why() for mark, why in _WHY_NOT.items()}
    not_run: list[tuple[str, str, str]] = []
    for item in items:
        for mark, reason in reasons.items():
            if reason and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))
                not_run.append((mark, item.nodeid, reason))
                break
    config.stash[_NOT_RUN] = not_run
    required = set(config.getoption("--must-run"))
    unknown = required - set(_WHY_NOT)
    if unknown:
        raise pytest.UsageError(f"--must-run knows {', '.join(_WHY_NOT)}, not {', '.join(unknown)}")
    broken = sorted({(mark, reason) for mark, _, reason in not_run if mark in required})
    if broken:
        raise pytest.UsageError("; ".join(f"{mark} tests must run: {why}" for mark, why in broken))


def report_not_run(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List every test that this machine could not run, with the count and the reason."""
    not_run = config.stash.get(_NOT_RUN, [])
    if not not_run:
        return
    reporter.section(f"not run here: {len(not_run)}")
    for (mark, reason), count in sorted(Counter((m, r) for m, _, r in not_run).items()):
        reporter.line(f"{count} {mark}: {reason}")
        for owner, nodeid, _ in not_run:
            if owner == mark:
                reporter.line(f"    {nodeid}")
