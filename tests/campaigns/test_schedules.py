"""Does the core hold in some hundred schedules, and say the same each time? ``schedules`` is the long run."""

import json
import subprocess
import sys

import pytest

from telesales_desktop.domain.order_state import OrderState
from tests.campaigns.schedules import BATCH, MEDIANS, TWICE_EVERY, Tally, main, run, verdict
from tests.campaigns.state_event_pairs import UNREACHABLE, event_names, unexpected, unhit

pytestmark = pytest.mark.campaign

SCHEDULES = 700
FIRST_SEED = 500


@pytest.fixture(scope="module")
def tally():
    return run(SCHEDULES, FIRST_SEED)


def test_no_money_moves_twice_or_wrongly_and_nothing_is_stuck(tally):
    assert verdict(tally, pairs_too=False) == []
    assert tally.done == SCHEDULES
    assert tally.played_twice == 1


def test_a_schedule_is_worth_playing(tally):
    medians = tally.medians()
    assert all(medians[name] >= least for name, least in MEDIANS.items()), medians


def test_the_short_run_meets_most_of_what_can_meet(tally):
    hit = {tuple(name.split(" ")) for name in tally.pairs}
    assert unexpected(hit) == []
    assert {state for state, _ in hit} == {state.value for state in OrderState}
    assert {event for _, event in hit} == set(event_names())
    possible = len(OrderState) * len(event_names()) - len(UNREACHABLE)
    assert len(hit) > 0.75 * possible


def test_a_pair_that_is_not_met_fails_the_long_run(tally):
    (missing, *_) = sorted(tally.pairs)
    pairs = {name: count for name, count in tally.pairs.items() if name != missing}
    wrong = verdict(Tally(0, 0, 0, counts=tally.counts, pairs=pairs), pairs_too=True)
    state, event = missing.split(" ")
    assert f"pair {state} x {event} was never hit" in wrong
    assert (state, event) in unhit({tuple(name.split(" ")) for name in pairs})


def test_a_pair_that_cannot_be_fails_when_it_is_met():
    state, event = next(iter(UNREACHABLE))
    wrong = verdict(Tally(0, 0, 0, pairs={f"{state} {event}": 1}), pairs_too=False)
    assert f"pair {state} x {event} is said to be impossible" in wrong


def test_the_command_goes_on_where_it_stopped(tmp_path, capsys):
    kept, report = tmp_path / "kept.json", tmp_path / "report.json"
    command = ["--schedules", "60", "--seed", "1", "--resume", str(kept), "--report", str(report)]
    whole = Tally(1, 60, 1 + 60 - 20)
    whole.done = 40
    kept.write_text(json.dumps(vars(whole)), "utf-8")
    main(command)
    assert json.loads(kept.read_text("utf-8"))["next_seed"] == 61
    assert json.loads(report.read_text("utf-8"))["schedules"] == 60
    assert "60 schedules" in capsys.readouterr().err


def test_each_thousandth_seed_is_played_twice():
    assert TWICE_EVERY == 1000
    assert BATCH < TWICE_EVERY


def test_wrong_use_exits_2_with_a_clear_line():
    command = [sys.executable, "-m", "tests.campaigns.schedules", "--schedules", "many"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
