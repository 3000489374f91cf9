"""Does one code give one token, and would the campaign see a second one?"""

import pytest

from tests.campaigns.relay_enrolment import main, run
from tests.campaigns.relay_mutants import OF_ENROLMENT


@pytest.mark.campaign
def test_a_code_gives_one_token_and_a_guess_none():
    result = run(600, 100)
    assert result.broken == []
    assert result.codes == result.tokens == 3
    assert result.guesses >= 290
    assert 0 < result.most_compared <= 5


@pytest.mark.campaign
@pytest.mark.parametrize("mutant", OF_ENROLMENT)
def test_a_planted_fault_is_seen(mutant):
    assert run(200, 20, mutant=mutant).broken


@pytest.mark.parametrize("arguments", [["--requests", "1"], ["--at-once", "0"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
