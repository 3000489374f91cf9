"""Which failures does a merge's run try once more, and which never?"""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FLAKY = "tests/commands/test_configure.py::test_a_desk[ab c - \\n]"

HUNG = "Timeout (0:05:00)!\nThread 0x00007f (most recent call first):"


@pytest.fixture
def second_try(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import second_try

    return second_try


def log(
    *failed, end="=========== 1 failed, 1244 passed, 3 skipped in 61.23s (0:01:01) ==========="
):
    lines = ["collecting ... collected 1245 items", ""]
    lines += ["tests/ui/test_form.py::test_one PASSED                       [ 11%]"]
    lines += [f"{name} FAILED [ 12%]" for name in failed]
    return "\n".join([*lines, "", end, ""])


def test_the_test_that_failed_is_run_again_by_its_whole_name(second_try):
    assert second_try.worth_another(log(FLAKY)) == [FLAKY]


def test_a_test_whose_fixture_failed_too_is_named_once(second_try):
    told = log(FLAKY).replace("FAILED", "ERROR") + f"{FLAKY} FAILED [ 13%]\n"
    assert second_try.worth_another(told) == [FLAKY]


def test_many_at_once_are_no_accident(second_try):
    names = [f"tests/ui/test_form.py::test_{number}" for number in range(4)]
    assert second_try.worth_another(log(*names[:3])) == names[:3]
    assert second_try.worth_another(log(*names)) == []


@pytest.mark.parametrize(
    "name",
    [
        "tests/domain/test_settling.py::test_a",
        "tests/adapters/journal/test_walls.py::test_a",
        "tests/properties/test_money.py::test_a",
        "tests/campaigns/test_schedules.py::test_a",
    ],
)
def test_what_moves_money_is_never_excused(second_try, name):
    assert second_try.worth_another(log(FLAKY, name)) == []
    assert second_try.worth_another(log(end=f"{name} {HUNG}")) == []


def test_a_run_that_a_hung_test_ended_is_run_again_whole(second_try):
    for begun in ("", f"{FLAKY} "):
        assert second_try.worth_another(log(end=begun + HUNG)) == [second_try.ALL]


@pytest.mark.parametrize(
    "told",
    ["", "ERROR: file not found", log(end="Killed"), log(end="==== 1245 passed in 3.2s ====")],
)
def test_what_is_not_understood_is_not_tried_again(second_try, told):
    assert second_try.worth_another(told) == []


def test_it_prints_a_line_a_test_and_says_by_its_status_whether_there_is_one(
    second_try, tmp_path, capsys
):
    path = tmp_path / "tests-screens.log"
    path.write_text(log(FLAKY), "utf-8")
    assert second_try.main([str(path)]) == 0
    assert capsys.readouterr().out.splitlines() == [FLAKY]
    path.write_text("", "utf-8")
    assert second_try.main([str(path)]) == 1
    assert second_try.main([]) == 2
