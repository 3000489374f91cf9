"""Do the benchmarks measure what they say? (They judge nothing, and neither does this.)"""

import subprocess
import sys

import pytest

from tests.benchmarks import commands, keystrokes, latency, memory, newest_rows, start_up
from tests.benchmarks.pairs import Way, measure, ratio, report
from tests.benchmarks.programs import ROOT, surroundings

pytestmark = pytest.mark.benchmark


def tell(module, *arguments):
    """What a benchmark prints when it is run as its command, as small as it can be."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_ratio_is_of_the_rounds_and_not_of_the_medians():
    mine, theirs = iter((0.0, 2.0, 40.0, 9.0)), iter((0.0, 1.0, 10.0, 3.0))
    floor = Way("floor", lambda: {"took_ms": next(theirs)})
    way = Way("way", lambda: {"took_ms": next(mine)}, "floor")
    measure([floor, way], 3)
    assert [sample["took_ms"] for sample in way.samples] == [2.0, 40.0, 9.0]
    assert ratio(way, floor, "took_ms") == 3.0
    assert report("title", [floor, way])[-1].endswith("3.00 x floor")


def test_the_start_reaches_every_mark():
    told = tell("start_up", "--rounds", "1", "--orders", "3")
    for what in ("bare window", "program, 3 orders", "painted_ms", "usable_ms", "rows_ms"):
        assert what in told


def test_the_newest_rows_of_both_ways_are_painted():
    told = tell("newest_rows", "--rounds", "1", "--orders", "3", "6")
    assert "sealed journal, 6 against sealed journal, 3" in told


def test_letters_and_gaps_are_told_for_every_size():
    told = tell("keystrokes", "--rounds", "1", "--open", "5", "--seconds", "0.2")
    for what in ("5 open orders", "a letter, floor", "gaps, idle", "gaps, changes"):
        assert what in told


def test_a_webhook_becomes_a_row_and_a_confirmation_an_authorization():
    told = tell("latency", "--rounds", "1")
    for what in ("raw POST, sync, wake, paint", "webhook -> row", "confirmed -> authorized"):
        assert what in told


def test_memory_is_told_of_every_program():
    told = tell("memory", "--rounds", "1", "--orders", "3", "--stay", "0.2")
    for what in ("bare", "relay", "rss_mb"):
        assert what in told


@pytest.mark.parametrize("module", [start_up, newest_rows, keystrokes, latency, memory, commands])
def test_wrong_use_exits_2(module, capsys):
    with pytest.raises(SystemExit) as refused:
        module.main(["--rounds", "0"])
    assert refused.value.code == 2
    assert "at least 1" in capsys.readouterr().err
