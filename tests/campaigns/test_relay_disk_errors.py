"""Is no webhook acknowledged falsely on a failing disk, and would the campaign see it?"""

import pytest

from tests.campaigns.relay_disk_errors import main, run
from tests.campaigns.relay_mutants import EARLY_200


@pytest.mark.campaign
def test_no_answer_is_false_on_a_disk_that_fails():
    result = run(every=11)
    assert result.broken == []
    assert result.runs > 20
    assert result.spooled_runs > 0
    assert result.answers[503] > 0


@pytest.mark.campaign
def test_an_early_200_is_seen():
    assert run(every=25, mutant=EARLY_200).false_200 > 0


@pytest.mark.parametrize("arguments", [["--every", "0"], ["--every", "x"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
