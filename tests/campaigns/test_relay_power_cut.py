"""Is no promise of the relay broken by a power cut, and would the harness see one that was?"""

import pytest

from tests.campaigns.power_cut import CONTROL_SHARE
from tests.campaigns.relay_power_cut import main, run

CUTS = 300


@pytest.mark.campaign
@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_acknowledged_survives(seed):
    result = run(seed, CUTS)
    assert (result.cuts, result.lost, result.corrupt) == (CUTS, 0, 0), result.examples
    assert result.kept_unpromised > 0  # cuts fall between a write and its promise, too


@pytest.mark.campaign
@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_weaker_syncing_loses_and_is_seen(synchronous):
    result = run(1, CUTS, synchronous)
    assert result.lost + result.corrupt >= CONTROL_SHARE * result.cuts


@pytest.mark.campaign
def test_the_command_tells_its_figures_and_goes_on_where_it_stopped(tmp_path, capsys):
    kept = tmp_path / "results"
    command = ["--cuts", "40", "--control-cuts", "100", "--resume", str(kept)]
    assert main(command) == 0
    assert "synchronous=FULL: 40 cuts of 1 histories" in capsys.readouterr().out
    results = kept.read_text()
    assert main(command) == 0
    assert kept.read_text() == results


@pytest.mark.parametrize("arguments", [[], ["--cuts", "0"], ["--cuts", "x"], ["--other"]])
def test_wrong_use_exits_2(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "relay_power_cut" in capsys.readouterr().err
