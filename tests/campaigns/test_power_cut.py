"""Is no promise of the journal broken by a power cut, and would the harness see one that was?"""

import json
import subprocess
import sys
from random import Random

import pytest

from tests.campaigns.power_cut import CONTROL_SHARE, main, run
from tests.campaigns.power_cut_image import Disk
from tests.campaigns.recorded_disk import Name, Promise, Sync, Truncate, Write

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
    results = [run(seed, CUTS, synchronous) for seed in (1, 2)]
    broken = sum(r.lost + r.corrupt for r in results)
    assert broken >= CONTROL_SHARE * sum(r.cuts for r in results)
    assert results[0].examples


@pytest.mark.campaign
def test_the_same_seed_tells_the_same():
    first, second = run(3, 50), run(3, 50)
    first.seconds, first.cpu_seconds = second.seconds, second.cpu_seconds
    assert first == second


@pytest.mark.campaign
def test_the_command_goes_on_where_it_stopped(tmp_path, capsys):
    kept = tmp_path / "results"
    command = ["--cuts", "40", "--control-cuts", "150", "--resume", str(kept)]
    assert main(command) == 0
    assert "synchronous=FULL: 40 cuts of 1 histories" in capsys.readouterr().out
    results = [json.loads(line) for line in kept.read_text().splitlines()]
    assert len(results) == 3
    assert main(command) == 0
    assert len(kept.read_text().splitlines()) == 3
    of_full = next(r for r in results if r["synchronous"] == "FULL")
    kept.write_text(
        "\n".join(json.dumps({**r, "lost": r["lost"] + (r is of_full)}) for r in results) + "\n"
    )
    assert main(command) == 1
    assert "BROKEN" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--cuts", "0"], ["--cuts", "x"], ["--other"]])
def test_wrong_use_exits_2_with_a_clear_line(arguments):
    told = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.power_cut", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert "power_cut: error:" in told.stderr
    assert "Traceback" not in told.stderr


def images(entries, count=300):
    """Every state that the disk was found in, over many cuts at the end of the entries."""
    disk, chance = Disk(), Random(5)
    for one in entries:
        disk.take(one)
    return [disk.cut(chance) for _ in range(count)]


MADE = Name("a", 1, with_folder=True)
FIRST = Write(1, 0, b"1" * 2048)


def test_what_was_synced_is_always_there():
    assert images([MADE, FIRST, Sync(1, False)]) == [{"a": b"1" * 2048}] * 300


def test_of_what_was_not_synced_any_sector_may_be_there():
    found = {i["a"] for i in images([MADE, FIRST, Sync(1, False), Write(1, 0, b"2" * 2048)])}
    assert {b"1" * 2048, b"2" * 2048} <= found
    assert len(found) == 16  # each of four sectors, old or new
    assert all(
        {content[at : at + 512] for at in (0, 512)} <= {b"1" * 512, b"2" * 512} for content in found
    )


def test_a_file_may_end_anywhere_and_holes_read_as_zeros():
    found = {i["a"] for i in images([MADE, FIRST])}
    assert {len(content) for content in found} == {0, 512, 1024, 1536, 2048}
    assert any(content.startswith(bytes(512)) for content in found if content)


def test_later_writes_may_come_before_earlier_ones():
    entries = [MADE, Write(1, 0, b"1" * 512), Write(1, 0, b"2" * 512)]
    assert {i["a"] for i in images(entries)} == {b"", b"1" * 512, b"2" * 512}


def test_a_shortening_that_was_not_synced_may_not_have_happened():
    entries = [MADE, FIRST, Sync(1, False), Truncate(1, 100)]
    assert {len(i["a"]) for i in images(entries)} == {100, 2048}


def test_a_name_is_there_for_certain_only_with_its_folder():
    entries = [Name("a", 1), Write(1, 0, b"x"), Sync(1, False)]
    assert {tuple(i) for i in images(entries)} == {(), ("a",)}
    entries = [Name("a", 1), Write(1, 0, b"x"), Sync(1, True)]
    assert {tuple(i) for i in images(entries)} == {("a",)}


def test_a_removed_file_may_come_back_and_a_new_one_may_take_its_name():
    entries = [MADE, FIRST, Sync(1, False), Name("a", 0), Name("a", 2), Write(2, 0, b"y")]
    found = {i.get("a") for i in images(entries)}
    assert found == {None, b"", b"y", b"1" * 2048}


def test_promises_are_kept_with_the_place():
    disk = Disk()
    disk.take(Promise(3, 4))
    assert (disk.promise.commits, disk.promise.begun) == (3, 4)
