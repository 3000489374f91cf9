"""Does the list of wholly covered rooms only grow?"""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def coverage_rooms(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import coverage_rooms

    return coverage_rooms


def report(**missing):
    files = {
        name.replace("__", "/") + ".py": {
            "summary": {"missing_lines": lines, "missing_branches": branches}
        }
        for name, (lines, branches) in missing.items()
    }
    return {"files": files}


REPORT = report(
    telesales_desktop__domain__money=(0, 0),
    telesales_desktop__domain__order=(0, 1),
    telesales_desktop__wire__feed=(0, 0),
    telesales_desktop__cli=(3, 2),
)


def test_gaps_are_counted_by_room(coverage_rooms):
    assert coverage_rooms.by_room(REPORT) == {
        "domain": {"telesales_desktop/domain/order.py": 1},
        "wire": {},
        "programs": {"telesales_desktop/cli.py": 5},
    }


def test_a_part_of_a_room_is_listed_by_its_path(coverage_rooms):
    listed = {"domain/money.py", "domain/order.py", "domain/attic", "wire"}
    parts = coverage_rooms.parts_of(REPORT, listed)
    order = "telesales_desktop/domain/order.py"
    assert parts == {"domain/money.py": {}, "domain/order.py": {order: 1}}
    rooms = coverage_rooms.by_room(REPORT) | parts
    assert coverage_rooms.judge(rooms, listed) == [
        "domain/attic is listed and has no code",
        f"{order} has 1 gaps",
    ]
    folder = report(telesales_desktop__adapters__journal__rows=(0, 0))
    assert coverage_rooms.parts_of(folder, {"adapters/journal"}) == {"adapters/journal": {}}
    assert coverage_rooms.parts_of(folder, {"adapters/jour"}) == {}


@pytest.mark.parametrize(
    ("full", "complaints"),
    [
        ({"wire"}, []),
        ({"wire", "domain"}, ["telesales_desktop/domain/order.py has 1 gaps"]),
        (set(), []),
        ({"wire", "attic"}, ["attic is listed and has no code"]),
    ],
)
def test_the_list_is_held_to(coverage_rooms, full, complaints):
    assert coverage_rooms.judge(coverage_rooms.by_room(REPORT), full) == complaints


def test_a_complaint_fails_the_run(coverage_rooms, tmp_path, capsys):
    written = tmp_path / "coverage.json"
    written.write_text(json.dumps(report(telesales_desktop__attic__a=(0, 0))))
    assert coverage_rooms.main([str(written)]) == 1
    told = capsys.readouterr()
    assert "attic is whole now" in told.out
    assert "wire is listed and has no code" in told.err
    assert coverage_rooms.main([]) == 2


def test_a_missing_report_is_no_success(coverage_rooms, tmp_path, capsys):
    assert coverage_rooms.main([str(tmp_path / "none.json")]) == 1
    assert "no report to judge" in capsys.readouterr().err


def test_a_room_that_became_whole_is_named_and_fails_nothing(coverage_rooms):
    rooms = coverage_rooms.by_room(REPORT)
    assert coverage_rooms.newly_whole(rooms, set()) == ["wire"]
    assert coverage_rooms.newly_whole(rooms, {"wire"}) == []
