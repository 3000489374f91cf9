"""Does the killed program keep its promises, in short? ``kill_desktop`` is the long run."""

import sys

import pytest

from tests.campaigns.kill_desktop import CONTROL_CYCLES, add_up, run, verdict
from tests.campaigns.kill_mutants import MUTANTS
from tests.campaigns.stand_in import Servers, StandIn

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and fork are of other systems"),
]


@pytest.fixture(scope="module")
def affirm():
    with Servers(1, seed=7) as (url,):
        stand_in = StandIn(url)
        yield stand_in
        stand_in.close()


def test_a_killed_program_moves_nothing_twice_and_loses_nothing(affirm):
    figures = add_up([run((seed, 30, ""), affirm) for seed in (101, 102)], 0.0)
    figures["controls_expected"] = 0
    assert verdict(figures) == []
    assert figures["cycles"] == 60


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_planted_fault_is_caught(affirm, mutant, capfd):
    assert run((1, CONTROL_CYCLES, mutant), affirm).broken
