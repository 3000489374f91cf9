"""Is nobody told what is not theirs, and would the matrix see it?"""

import pytest

from tests.campaigns.relay_mutants import OF_ROLES
from tests.campaigns.relay_roles import Result, main, report, run


@pytest.mark.campaign
def test_nothing_leaks():
    result = run(1, 400)
    assert result.leaks == []
    assert {"200", "401", "404", "409"} <= set(result.statuses)


@pytest.mark.campaign
@pytest.mark.parametrize("mutant", OF_ROLES)
def test_a_check_that_is_taken_out_is_seen(mutant):
    assert run(1, 400, mutant).leaks


def test_the_verdict_wants_no_leak_and_controls_that_leak(capsys):
    statuses = {"200": 1, "404": 1, "409": 1}
    seen = [Result(1, mutant, leaks=["a leak"]) for mutant in OF_ROLES]
    assert report([Result(1, "", 5, statuses=statuses), *seen]) == 0
    assert report([Result(1, "", 5, ["a leak"], statuses), *seen]) == 1
    assert report([Result(1, "", 5, statuses={"200": 1}), *seen]) == 1
    assert report([Result(1, "", 5, statuses=statuses)]) == 1
    assert "5 requests" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--requests", "0"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
