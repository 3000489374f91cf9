"""Do replicas on one PostgreSQL lose or repeat nothing when they are killed, and would it be seen?"""

import pytest

from tests.campaigns.relay_mutants import BIGSERIAL
from tests.campaigns.relay_replicas import Result, is_noticed, main, report, run

pytestmark = pytest.mark.postgres


@pytest.mark.campaign
def test_no_poller_skips_or_repeats_a_change():
    result = run(400, 1)
    assert (result.skipped, result.doubled, result.broken) == (0, 0, [])
    assert result.acknowledged >= 400


@pytest.mark.campaign
def test_numbers_of_a_bigserial_column_are_noticed():
    assert any(is_noticed(run(600, seed, mutant=BIGSERIAL)) for seed in (1, 2, 3))


def test_the_verdict_wants_whole_logs_real_kills_and_a_control_that_skips(capsys):
    control = Result(1, BIGSERIAL, skipped=3)
    fine = {"changes": 9, "acknowledged": 9, "kills": 1}
    assert report([Result(1, **fine), control]) == 0
    assert report([Result(1, **fine)]) == 1
    assert report([Result(1, **{**fine, "kills": 0}), control]) == 1
    assert report([Result(1, **fine), Result(1, BIGSERIAL)]) == 1
    assert report([Result(1, **fine), Result(1, BIGSERIAL, broken=["a gap"])]) == 0
    for wrong in ({"skipped": 1}, {"doubled": 1}, {"broken": ["another order"]}):
        assert report([Result(1, **fine, **wrong), control]) == 1
    assert "'changes': 9" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--changes", "0"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
