"""Is every field named, and every problem with what was typed explained?"""

import ast
from pathlib import Path

import pytest

from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Currency
from telesales_desktop.ui import field_labels
from telesales_desktop.ui.field_labels import field_word, input_problem, short_problem
from telesales_desktop.ui.form_content import TEXT_FIELDS
from telesales_desktop.ui.formats import Formats, Language
from telesales_desktop.ui.items_editor import COLUMNS

PACKAGE = Path(__file__).resolve().parents[2] / "telesales_desktop"


def problems_in(*files):
    """The second argument of every ``InputError(field, problem)``."""
    for file in files:
        for node in ast.walk(ast.parse((PACKAGE / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InputError":
                for part in ast.walk(node.args[1]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def test_every_field_of_the_form_has_a_name(qapp):
    for name in (*TEXT_FIELDS, *COLUMNS, "items"):
        assert field_word(name) != name


def test_canadians_read_province_and_postal_code(qapp):
    assert field_word("region", canadian=True) == "Province"
    assert field_word("postal_code", canadian=True) == "Postal code"
    assert field_word("items.3.unit_price") == "Unit price"


@pytest.mark.parametrize(
    ("home", "name", "short", "whole"),
    [
        (Currency.USD, "ZIP code", "not of this state", "not of the state chosen"),
        (Currency.CAD, "Postal code", "not of this province", "not of the province chosen"),
    ],
)
def test_a_code_of_another_region_names_what_the_country_has(qapp, home, name, short, whole):
    formats, problem = Formats(Language.EN_CA, home), InputError("postal_code", "wrong_region")
    assert short_problem(problem, formats) == short
    assert input_problem(problem, formats) == f"{name}: this code is {whole}."


def test_every_problem_has_its_words():
    raised = set(
        problems_in("domain/details.py", "adapters/input_checks.py", "adapters/money_text.py")
    )
    assert len(raised) > 8
    assert raised - {".", " "} - set(field_labels.PROBLEMS) == set()


@pytest.mark.parametrize("problem", sorted(field_labels.PROBLEMS))
def test_every_problem_is_short_at_the_field_and_whole_below(problem, english):
    error = InputError("email", problem, limit=3, total=12_00, computed=11_00)
    assert "{" not in short_problem(error, english)
    sentence = input_problem(error, english)
    assert sentence.strip().endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize("problem", sorted(field_labels.PROBLEMS))
def test_every_problem_is_translated(problem, french):
    source = field_labels.PROBLEMS[problem]
    assert field_labels.word(source) != source


def test_both_totals_of_a_mismatch_are_named(english):
    error = InputError("total", "not_the_sum", total=1_249_00, computed=1_239_00)
    assert "$1,239.00, not $1,249.00" in input_problem(error, english)


def test_a_problem_never_heard_of_is_shown_as_it_is(english):
    assert short_problem(InputError("email", "odd"), english) == "odd"
