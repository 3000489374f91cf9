"""What holds for every test: where it may reach, what it may log, which loop runs it, what it needs.

A test that expects a warning in the log takes pytest's ``caplog`` fixture; in every other test a warning
is a failure. A coroutine marked ``qt_loop`` runs on the window's loop (qasync), every other one on asyncio's.
"""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from tests import needs, outside

ROOT = Path(__file__).resolve().parent.parent
FAILURES = Path(os.environ.get("TELESALES_FAILED_TESTS", ROOT / "build" / "failed-tests"))

# No window of a test may appear on somebody's screen. The test session brings a display of its own.
if sys.platform == "linux" and needs.SESSION not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A slow machine is not a wrong program: no wall-clock limit per example. A merge is judged by the
# same examples each time; everybody else draws new ones.
settings.register_profile(
    "house", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("house")

outside.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--must-run",
        action="append",
        default=[],
        metavar="MARK",
        help="fail if a collected test with this mark cannot run here (may be repeated)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needs.skip_what_cannot_run(config, items)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    needs.report_not_run(terminalreporter, config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    left = outside.processes_left_behind()
    if left and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    for line in left:
        print(f"\nleft behind by the tests, which end what they start: {line}", file=sys.stderr)


def _qt_loop() -> asyncio.AbstractEventLoop:
    import qasync
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    _KEPT_ALIVE.append(application)
    # The last window closing must not stop the loop under a test that still runs.
    application.setQuitOnLastWindowClosed(False)
    return qasync.QEventLoop(application)


_KEPT_ALIVE: list[object] = []

# Fixtures and marks that put Qt objects into play.
_OF_QT = frozenset({"qtbot", "qapp", "qtmodeltester"})


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    # What is here now stays to the end: collecting after every window's test need not look at it.
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let no other thread collect what a test of Qt left behind.

    A timer that is destroyed in another thread than its own stays in Qt's list of timers, and the next
    turn of the event loop, in whichever test that is, crashes the process.
    """
    if not (_OF_QT & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("qt_loop")):
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.enable()


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.get_closest_marker("qt_loop"):
        return {"qt": _qt_loop}
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture
def hang_up_ends() -> Iterator[None]:
    """A program that is started now ends when its terminal is closed, also where whoever runs the
    tests has told them to outlive theirs: a program inherits that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(autouse=True)
def _nothing_outside() -> Iterator[None]:
    """Reaching past loopback fails the test even where the code under test swallowed the error."""
    outside.attempts.clear()
    yield
    if outside.attempts:
        pytest.fail("reached past loopback: " + ", ".join(outside.attempts), pytrace=False)


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.levelname}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning that nobody expected is a fault, in the program or in the test."""
    if "caplog" in request.fixturenames:
        yield
        return
    heard = _Warnings()
    logging.getLogger().addHandler(heard)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(heard)
    if heard.lines:
        told = "\n".join(heard.lines)
        pytest.fail(f"unexpected warnings (a test that expects one takes caplog):\n{told}", False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call" and report.failed:
        saved = _photograph(item.nodeid)
        if saved:
            report.sections.append(("Windows when it failed", "\n".join(saved)))
    return report


def _photograph(nodeid: str) -> list[str]:
    """Save a picture of every visible window; an empty answer where no Qt is in play."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    name = "".join(c if c.isalnum() else "-" for c in nodeid.removeprefix("tests/"))[-120:]
    saved = []
    for number, window in enumerate(widgets.QApplication.topLevelWidgets()):
        if window.isVisible():
            FAILURES.mkdir(parents=True, exist_ok=True)
            picture = FAILURES / f"{name}-{number}.png"
            window.grab().save(str(picture))
            saved.append(str(picture))
    return saved
