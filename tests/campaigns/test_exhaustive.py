"""Does a crash at every place leave one effect and the truth, in short? ``exhaustive`` is the long run."""

import pytest

from tests.campaigns.exhaustive import FAULTS, KINDS, cases_of, main, parts, play, run_part
from tests.campaigns.weather import WRITE_FAULTS

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_at_every_place_once(kind):
    for part in parts(1, (kind,)):
        result = run_part(part)
        assert result["broken"] == []
        assert result["counts"][0] == 1
        assert result["counts"][1] >= 5


def test_two_crashes_deep_where_a_reply_is_lost():
    result = run_part(("capture", "reply_lost", 2, 2))
    assert result["broken"] == []
    assert result["counts"][2] > result["counts"][1]


def test_every_kind_meets_every_fault():
    assert set(FAULTS) == {"", *WRITE_FAULTS}
    assert len(parts(2)) == len(KINDS) * (1 + 2 * len(WRITE_FAULTS))


def test_a_crash_is_where_it_was_wanted():
    depths = [crashes for crashes, case in cases_of("void", "reset", 1, 1) if case.crashes]
    assert depths == [(n,) for n in range(1, len(depths) + 1)]


def test_a_broken_case_is_told(monkeypatch):
    case = play("capture", "", 0, ())
    case.oracles.fail("planted")
    monkeypatch.setattr("tests.campaigns.exhaustive.play", lambda *_: case)
    assert run_part(("capture", "", 1, 0))["broken"] == [
        f"capture no fault x1 crashes (): {case.oracles.broken[0]}"
    ]


def test_the_command_counts(capsys):
    assert main(["--deep", "0", "--kind", "update"]) == 0
    assert f'"cases": {1 + 2 * len(WRITE_FAULTS)}' in capsys.readouterr().out
