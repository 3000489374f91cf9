"""Do the schedules notice plausible mistakes, in short? ``mutants`` is the long run."""

import subprocess
import sys

import pytest

from tests.campaigns.core_mutants import MUTANTS, Change, Mutant
from tests.campaigns.mutants import ROOT, WITHIN, hunt_apart, main

pytestmark = pytest.mark.campaign

NAMED = (
    "a fresh key for every sending",
    "the cursor is written before the inbox",
    "a no to a repeat is taken for a refusal",
    "money in floats",
    "a timeout is taken for not sent",
    "no unique index: one operation stands twice",
    "a lost link is sent again by machinery",
)
"""Those that the requirements name."""


def test_there_are_more_than_twenty_and_the_named_ones_are_among_them():
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) == len(set(names)) >= 20
    assert set(NAMED) <= set(names)


@pytest.mark.parametrize("change", [c for m in MUTANTS for c in m.changes], ids=lambda c: c.module)
def test_every_change_fits_its_source_once(change):
    source = (ROOT / (change.module.replace(".", "/") + ".py")).read_text("utf-8")
    assert source.count(change.old) == 1
    assert change.old != change.new


@pytest.mark.parametrize("name", NAMED)
def test_a_named_mistake_is_noticed(name):
    (mutant,) = [m for m in MUTANTS if m.name == name]
    result = hunt_apart(mutant, 150, 0)
    assert result["killed_after"], result


def test_the_core_itself_is_not_killed():
    command = [
        sys.executable,
        "-c",
        "from tests.campaigns.mutants import Mutant, hunt; import json\n"
        "print(json.dumps(hunt(Mutant('nothing', ()), 40, 0)))",
    ]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert '"killed_after": 0' in told.stdout


def test_a_change_that_no_longer_fits_is_an_error_and_not_a_kill(monkeypatch, capsys):
    stale = Mutant("stale", (Change("telesales_desktop.domain.core", "no such text", "x"),))
    monkeypatch.setattr("tests.campaigns.mutants.MUTANTS", (stale,))
    result = {"name": "stale", "killed_after": 0, "by": "error"}
    monkeypatch.setattr("tests.campaigns.mutants.hunt_apart", lambda *_: result)
    assert main(["--within", "5"]) == 1
    assert "ALIVE  stale" in capsys.readouterr().out
    assert WITHIN == 5000
