"""Is everything that the code imports named in pyproject.toml, for the program that imports it?"""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement

from tests.architecture.source_tree import PACKAGE, ROOT, imported_names, modules, offenders

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


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_imports_what_its_extra_brings(server):
    paths = modules(f"telesales_desktop/{server}")
    assert offenders(paths, lambda module: undeclared(module, SERVERS[server])) == {}


def test_the_desktop_imports_what_its_extra_brings():
    paths = [
        path
        for path in modules("telesales_desktop")
        if path.relative_to(PACKAGE).parts[0] not in SERVERS
    ]
    assert offenders(paths, lambda module: undeclared(module, DESKTOP)) == {}


def test_a_test_imports_what_the_extras_bring():
    own_scripts = {script.stem for script in (ROOT / "packaging").glob("*.py")}

    def strange(module):
        return [found for found in undeclared(module, TESTS) if found[1] not in own_scripts]

    assert offenders(modules("tests"), strange) == {}


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
