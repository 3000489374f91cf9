"""Do desks that race for one order's money move it once, in short? ``authorize_races`` is the long run."""

import pytest

from tests.campaigns.authorize_races import add_up, run, verdict
from tests.campaigns.race_batch import ORDERS, fork_is_here
from tests.campaigns.race_mutants import MUTANTS
from tests.campaigns.stand_in import Servers, StandIn

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.skipif(not fork_is_here(), reason="fork is of other systems"),
]


@pytest.fixture(scope="module")
def affirm():
    with Servers(1, seed=8) as (url,):
        stand_in = StandIn(url)
        yield stand_in
        stand_in.close()


def test_money_moves_once_and_every_desk_says_what_is_true(affirm):
    figures = add_up([run((seed, 8, ""), affirm) for seed in (201, 202)], 0.0)
    assert verdict(figures, controls=()) == []


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_planted_fault_is_caught(affirm, mutant, capfd):
    assert run((1, ORDERS, mutant), affirm).broken
