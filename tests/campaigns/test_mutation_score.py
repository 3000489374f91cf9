"""Is the mutation score counted as it is said to be?"""

import json

import pytest

from tests.campaigns.equivalent_mutants import EQUIVALENT
from tests.campaigns.mutation_score import LEAST, add_up, main, read

NONE = next(iter(EQUIVALENT))


def folder(tmp_path, codes):
    room = tmp_path / "mutants" / "telesales_desktop" / "domain"
    room.mkdir(parents=True)
    named = {f"telesales_desktop.domain.{name}": code for name, code in codes.items()}
    (room / "core.py.meta").write_text(json.dumps({"exit_code_by_key": named}), "utf-8")
    return tmp_path / "mutants"


def test_what_survives_counts_against_the_score_also_where_it_is_none(tmp_path):
    codes = {f"core.x_step__mutmut_{n}": 1 for n in range(96)}
    codes |= {"core.x_a__mutmut_1": 0, "core.x_b__mutmut_1": 36, NONE: 0, "core.x_c__mutmut_1": 5}
    figures = add_up(read(folder(tmp_path, codes)))
    assert (figures["run"], figures["noticed"]) == (100, 97)
    assert figures["survived"] == ["core.x_a__mutmut_1", "core.x_c__mutmut_1"]
    assert figures["equivalent"] == [NONE]
    assert figures["modules"]["core"] == [97, 99]


@pytest.mark.parametrize(("alive", "code"), [(5, 0), (6, 1)])
def test_less_than_the_least_fails(tmp_path, capsys, alive, code):
    codes = {f"core.x_step__mutmut_{n}": int(n >= alive) for n in range(100)}
    assert main(["--folder", str(folder(tmp_path, codes)), "--survivors"]) == code
    assert LEAST == 0.95
    assert "core.x_step__mutmut_0" in capsys.readouterr().out


def test_what_was_not_run_yet_fails_and_is_told(tmp_path, capsys):
    report = tmp_path / "report.json"
    made = folder(tmp_path, {"core.x_a__mutmut_1": 1, "core.x_a__mutmut_2": None})
    assert main(["--folder", str(made), "--report", str(report)]) == 1
    assert "1 were not run yet" in capsys.readouterr().err
    assert json.loads(report.read_text("utf-8"))["seeded"] == 2


def test_nothing_run_is_no_pass(tmp_path, capsys):
    assert main(["--folder", str(folder(tmp_path, {}))]) == 1
    assert "nothing was run" in capsys.readouterr().err


def test_wrong_use_exits_2(tmp_path):
    with pytest.raises(SystemExit) as left:
        main(["--folder", str(tmp_path / "none")])
    assert left.value.code == 2


def test_every_fault_that_is_none_has_its_reason():
    assert all(len(why) > 20 for why in EQUIVALENT.values())
