"""Does the relay survive kills under load, and would the campaign see one that did not?"""

import pytest

from tests.campaigns.relay_kill import IDLE, WRITTEN, Result, main, report, run
from tests.campaigns.relay_mutants import OF_KILLS


@pytest.mark.campaign
def test_nothing_acknowledged_is_lost_or_doubled():
    result = run(1, 12)
    assert result.broken == []
    assert (result.cycles, result.lost, result.doubled) == (12, 0, 0)
    assert result.acknowledged > 0
    assert sum(result.stages.values()) == 12


@pytest.mark.campaign
@pytest.mark.parametrize("mutant", OF_KILLS)
def test_a_planted_fault_is_seen(mutant):
    results = (run(seed, 12, mutant) for seed in range(1, 4))
    assert any(result.lost or result.doubled for result in results)


def figures(**changed):
    values = {"cycles": 10, "acknowledged": 50, "stages": {WRITTEN: 5, IDLE: 5}, **changed}
    seen = [Result(1, mutant, cycles=1, lost=1) for mutant in OF_KILLS]
    return [Result(1, "", **values), *seen]


def test_the_verdict_wants_kept_promises_real_kills_and_controls_that_fail(capsys):
    assert report(figures()) == 0
    assert report(figures(lost=1)) == 1
    assert report(figures(doubled=1)) == 1
    assert report(figures(acknowledged=0)) == 1
    assert report(figures(broken=["integrity: row missing"])) == 1
    assert report(figures(stages={WRITTEN: 2, IDLE: 8})) == 1
    assert report(figures()[:1]) == 1
    assert "50.0%" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--cycles", "0"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
