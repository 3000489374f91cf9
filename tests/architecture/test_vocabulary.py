"""Does the code use the project's words, and none that say nothing?"""

import ast
import re
from collections import Counter

import pytest

from tests.architecture.source_tree import PACKAGE, modules, offenders, tree

# Names that promise nothing: whatever is in them has a better one.
EMPTY_WORDS = {"manager", "helper", "helpers", "util", "utils", "utility", "utilities", "common"}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(name):
    """The words of a name, in either spelling: orderBook, OrderBook, order_book."""
    return {word.lower() for word in _WORD.findall(name)}


def empty_names(module):
    named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    names = [node.name for node in ast.walk(module) if isinstance(node, named)]
    return [name for name in names if words(name) & EMPTY_WORDS]


def misnamed_errors(module):
    """Classes that are raised but do not say so."""
    return [
        node.name
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith(("Error", "Exception")) for base in node.bases)
        and not node.name.endswith("Error")
    ]


CODE = modules("telesales_desktop", "packaging")


def test_modules_and_rooms_have_names_that_say_something():
    empty = [path for path in CODE if words(f"{path.parent.name}_{path.stem}") & EMPTY_WORDS]
    assert empty == []


def test_classes_and_functions_have_names_that_say_something():
    assert offenders(CODE, empty_names) == {}


def test_errors_are_called_errors():
    assert offenders(CODE, misnamed_errors) == {}


def error_codes(path):
    return [
        ast.literal_eval(line.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
        for line in node.body
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None
        for target in (line.targets if isinstance(line, ast.Assign) else [line.target])
        if isinstance(target, ast.Name) and target.id == "code"
    ]


def test_no_two_errors_of_the_desktop_share_a_code():
    # Each server is a program of its own, with codes of its own.
    rooms = ["domain", "application", "adapters", "ui"]
    counts = Counter(
        code for room in rooms for p in (PACKAGE / room).rglob("*.py") for code in error_codes(p)
    )
    assert counts, "the errors carry codes"
    assert [code for code, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    "name", ["OrderManager", "order_helpers", "HTTPUtils", "common_parts", "_util"]
)
def test_an_empty_name_is_found(name):
    assert empty_names(ast.parse(f"class {name}: ...")) == [name]


@pytest.mark.parametrize("name", ["CommonwealthError", "is_uncommon", "utilization"])
def test_a_name_that_only_contains_one_is_left_alone(name):
    assert empty_names(ast.parse(f"class {name}: ...")) == []


def test_a_misnamed_error_is_found():
    planted = "class A(ValueError): ...\nclass BError(a.CError): ...\nclass D(Exception): ...\nclass E(B): ..."
    assert misnamed_errors(ast.parse(planted)) == ["A", "D"]
