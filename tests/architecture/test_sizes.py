"""Is every module and function small enough to be read in one go?"""

import ast

import pytest

from tests.architecture.source_tree import functions, modules, shown, tree

MODULE_LINES, FUNCTION_LINES = 400, 50


def _length(node):
    return node.end_lineno - node.lineno + 1


def long_functions(module):
    return [(f.name, _length(f)) for f in functions(module) if _length(f) > FUNCTION_LINES]


@pytest.mark.parametrize("path", modules("telesales_desktop", "packaging", "tests"), ids=shown)
def test_no_module_is_long(path):
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", modules("telesales_desktop", "packaging"), ids=shown)
def test_no_function_is_long(path):
    assert long_functions(tree(path)) == []


def test_a_long_function_is_found():
    body = "\n".join("        x = 1" for _ in range(FUNCTION_LINES))
    planted = f"class A:\n    def just_short(self): ...\n    async def long(self):\n{body}"
    assert long_functions(ast.parse(planted)) == [("long", FUNCTION_LINES + 1)]
