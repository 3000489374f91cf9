"""Servers and a keyring for the commands' tests."""

import logging
import os

import pytest

from telesales_desktop.adapters import keyring_backends
from telesales_desktop.adapters.keyring_backends import BackendName
from tests.commands import bench
from tests.fakes.keyring_backend import Keyring


@pytest.fixture(scope="session")
def affirm():
    """A stand-in for Affirm that knows the tests' keys: its address."""
    with bench.simulator() as address:
        yield address


@pytest.fixture(scope="module")
def relay(tmp_path_factory):
    """One for each module: a relay lets twenty workstations of one address enrol in an hour."""
    with bench.relay(tmp_path_factory.mktemp("relay")) as relay:
        yield relay


@pytest.fixture(autouse=True)
def logging_as_it_was():
    """A command that keeps a log sets logging up for its whole process."""
    kept, level = logging.raiseExceptions, logging.getLogger("telesales_desktop").level
    yield
    logging.raiseExceptions = kept
    logging.getLogger("telesales_desktop").setLevel(level)


@pytest.fixture
def keyring(monkeypatch):
    """What is kept, by service; empty at first."""
    name = BackendName("Memory", "tests.fakes.keyring_backend", "Keyring")
    platforms = dict.fromkeys(keyring_backends.ALLOWED, (name,))
    monkeypatch.setattr(keyring_backends, "ALLOWED", platforms)
    Keyring.kept.clear()
    Keyring.refuses.clear()
    yield Keyring.kept
    Keyring.kept.clear()
    Keyring.refuses.clear()


@pytest.fixture
def command(capsys, monkeypatch, tmp_path, keyring):
    # `demo --headless` sets it for its own process, which is this one.
    monkeypatch.setenv("QT_QPA_PLATFORM", os.environ.get("QT_QPA_PLATFORM", "offscreen"))
    return bench.Command(capsys, monkeypatch, tmp_path / "desk")
