"""Is a nervous hand's burst one operation, in short? ``double_input`` is the long run."""

import json
import subprocess
import sys
from random import Random

import pytest

from tests.campaigns.burst_cases import KINDS
from tests.campaigns.burst_hands import LONGEST_S, MOST_EVENTS, Burst, Target, draw
from tests.campaigns.burst_mutants import MUTANTS
from tests.campaigns.x_input import Point

pytestmark = pytest.mark.campaign

COMMAND = [sys.executable, "-m", "tests.campaigns.double_input"]


@pytest.mark.journey
def test_a_burst_is_one_operation_and_windows_without_guards_are_caught(tmp_path):
    report = tmp_path / "report.json"
    told = subprocess.run(
        [*COMMAND, "--bursts", "20", "--seed", "3", "--report", str(report)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), told.stderr
    figures = json.loads(report.read_text("utf-8"))
    assert (figures["wrong"], told.returncode) == ([], 0), told.stderr
    assert figures["bursts_with_an_operation"] >= len(KINDS)
    assert set(figures["controls"]) == set(MUTANTS)


def test_without_a_display_of_its_own_it_moves_no_pointer(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    told = subprocess.run([*COMMAND, "--bursts", "1"], capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "test_session.py" in told.stderr


def test_a_burst_is_short_and_drawn_from_its_seed():
    target = Target((Point(1, 1),), ("Control", "Return"), has_focus=True)
    drawn = [draw(Random(seed), target) for seed in range(300)]
    assert drawn == [draw(Random(seed), target) for seed in range(300)]
    assert all(2 <= b.events <= MOST_EVENTS for b in drawn)
    assert all(b.events * b.pause_s <= LONGEST_S for b in drawn)
    assert len({b.shape for b in drawn}) == 7


@pytest.mark.parametrize(
    ("keys", "may_miss"),
    [((), False), (("Return",), True), (("space",), False), (("Control", "Return"), False)],
)
def test_only_enter_may_miss_a_button(keys, may_miss):
    assert Burst("struck", 2, 0.1, keys).may_miss is may_miss
