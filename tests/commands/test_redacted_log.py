"""Does any command let out what a log record holds, whoever gives it?"""

import argparse
import contextlib
import logging

import pytest

from telesales_desktop import cli
from telesales_desktop.adapters.data_paths import data_root
from telesales_desktop.adapters.logging_setup import LOG_NAME

SECRET, NAME = "private-key-9f8e7d", "marie.tremblay@example.com"
CONFIGURE = ("configure", "--profile", "p", "--environment", "sandbox", "--country", "US")

# The command, something that it runs, and whether the warnings of its work are read by somebody.
COMMANDS = [
    ((), "telesales_desktop.window.run_in", "file"),
    (CONFIGURE, "telesales_desktop.configure.configure", "nowhere"),
    (
        ("sealing-key", "--private-key-stdin"),
        "telesales_desktop.sealing_key.sealing_key",
        "nowhere",
    ),
    (("people", "list"), "telesales_desktop.people.people", "nowhere"),
    (("watch",), "telesales_desktop.watch._usable", "file and stderr"),
    (("rebuild",), "telesales_desktop.rebuild.ProfileFiles", "file"),
    (("demo", "--headless"), "telesales_desktop.demo.headless.run_headless", "stderr"),
    (("self-test",), "telesales_desktop.self_test.run_self_test", "nowhere"),
]


def speak(*_arguments, **_options):
    logging.getLogger("asyncio").error("Task exception was never retrieved: %s", SECRET)
    logging.getLogger("telesales_desktop.somewhere").warning("it was %s", NAME)
    written_in = f"it was {NAME}"  # against the rules, and taken out all the same
    logging.getLogger("telesales_desktop.somewhere").warning(written_in)
    raise SystemExit(0)


@contextlib.contextmanager
def as_started(monkeypatch):
    """Logging as it is in a process of its own: the tests' own handlers hide what has none."""
    ours = logging.getLogger("telesales_desktop")
    with monkeypatch.context() as changed:
        changed.setattr(logging.getLogger(), "handlers", [])
        changed.setattr(logging, "raiseExceptions", True)
        changed.setattr(ours, "handlers", [])
        yield


def test_every_command_is_tried():
    parser = cli.build_parser()
    (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    assert {words[0] for words, *_ in COMMANDS if words} == set(commands.choices)


@pytest.mark.parametrize(("words", "place", "heard"), COMMANDS)
def test_a_record_is_redacted_or_goes_nowhere(command, monkeypatch, words, place, heard):
    monkeypatch.setattr(cli, "_load_qt", lambda: None)
    monkeypatch.setattr(cli, "has_display", lambda: True)
    monkeypatch.setattr("telesales_desktop.window.open_shell", lambda **_: None)
    monkeypatch.setattr(place, speak)
    with as_started(monkeypatch):
        done = command(*words)
    assert done.status == 0
    log = data_root(command.data_dir) / "logs" / LOG_NAME
    written = log.read_text("utf-8") if log.exists() else ""
    for told in (done.out, done.err, written):
        assert SECRET not in told
        assert NAME not in told
    assert ("asyncio: spoke at line" in written) is ("file" in heard)
    assert ("asyncio: spoke at line" in done.err) is ("stderr" in heard)
    assert bool(done.err) is ("stderr" in heard)
