"""Does the benchmark of the journal measure what it says? (It judges nothing.)"""

import pytest

from tests.benchmarks.journal import main


@pytest.mark.benchmark
def test_it_tells_every_figure(capsys, tmp_path):
    assert main(["--orders", "20", "60", "--rounds", "2", "--folder", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    for what in ("60 orders", "newest 200 rows", "a key typed", "within a frame", "60 against 20"):
        assert what in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.benchmark
def test_wrong_use_exits_2(capsys):
    with pytest.raises(SystemExit) as refused:
        main(["--rounds", "0"])
    assert refused.value.code == 2
    assert "at least 1" in capsys.readouterr().err
