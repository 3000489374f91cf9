"""Is every module and function small enough to be read in one go?"""

import ast

from tests.architecture.source_tree import ROOT, functions, modules, offenders

MODULE_LINES, FUNCTION_LINES = 400, 50
# A table of cases is read a case at a time: a test module may be longer than one of the program.
TEST_LINES = 700


def _length(node):
    return node.end_lineno - node.lineno + 1


def long_functions(module):
    return [(f.name, _length(f)) for f in functions(module) if _length(f) > FUNCTION_LINES]


def test_no_module_is_long():
    for limit, folders in (
        (MODULE_LINES, ("telesales_desktop", "packaging")),
        (TEST_LINES, ("tests",)),
    ):
        lengths = {
            path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
            for path in modules(*folders)
        }
        assert {name: length for name, length in lengths.items() if length > limit} == {}


def test_no_function_is_long():
    assert offenders(modules("telesales_desktop", "packaging"), long_functions) == {}


def test_a_long_function_is_found():
    body = "\n".join("        x = 1" for _ in range(FUNCTION_LINES))
    planted = f"class A:\n    def just_short(self): ...\n    async def long(self):\n{body}"
    assert long_functions(ast.parse(planted)) == [("long", FUNCTION_LINES + 1)]
