"""Is everything that the code imports named in pyproject.toml, for the program that imports it?"""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement

from tests.architecture.source_tree import PACKAGE, ROOT, imported_names, modules, shown, tree

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
# A program may import what its own extra brings: a relay server has installed nothing else.
SERVERS = {"relay": ("relay",), "simulator": ("simulator",), "wire": ()}
DESKTOP = ("desktop",)
TESTS = ("desktop", "relay", "simulator", "dev")
OWNERS = packages_distributions()


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def undeclared(module, extras):
    """Imported packages that none of the extras names; coming along with another is not enough."""
    declared = {normal(Requirement(line).name) for extra in extras for line in EXTRAS[extra]}
    for line, name in imported_names(module):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in {"telesales_desktop", "tests", "_typeshed"}:
            continue
        if not {normal(owner) for owner in OWNERS.get(top, [])} & declared:
            yield line, top


def _extras_of(path):
    room = path.relative_to(PACKAGE).parts[0]
    return SERVERS.get(room, DESKTOP)


@pytest.mark.parametrize("path", modules("telesales_desktop"), ids=shown)
def test_a_program_imports_what_its_extra_brings(path):
    assert list(undeclared(tree(path), _extras_of(path))) == []


@pytest.mark.parametrize("path", modules("tests"), ids=shown)
def test_a_test_imports_what_the_extras_bring(path):
    own_scripts = {script.stem for script in (ROOT / "packaging").glob("*.py")}
    found = undeclared(tree(path), TESTS)
    assert [(line, top) for line, top in found if top not in own_scripts] == []


@pytest.mark.parametrize(
    ("planted", "extras"),
    [
        ("import httpcore", DESKTOP),
        ("from PySide6.QtCore import Qt", SERVERS["relay"]),
        ("import no_such_package", TESTS),
    ],
)
def test_an_undeclared_import_is_found(planted, extras):
    assert list(undeclared(ast.parse(planted), extras)) != []
