"""Does every test that the auditor's page names exist?"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
COMMANDS = sorted(set(re.findall(r"python -m (tests\.[\w.]+)", PAGE)))


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_exists(file, test):
    assert test.startswith("test_")
    assert test in functions_of(file)


def test_every_line_names_a_test():
    page = PAGE.partition("## What can happen to an operation")[2]
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    lines = [line for line in lines if not line.startswith("| what happens ")]
    assert len(lines) > 30
    assert [line for line in lines if "::test_" not in line] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_named_command_exists(command):
    assert (ROOT / (command.replace(".", "/") + ".py")).is_file()
