"""Does each import contract break, alone, when the import it forbids is planted?"""

import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.source_tree import PACKAGE, ROOT

OURS = "telesales_desktop"

# What may not import what, written down from the design and not from the contracts.
LAYERS = "rooms stack one way"
QT = "Qt lives in ui"
RELAY = "the relay knows only the wire"
SIMULATOR = "the simulator shares nothing"
SERVERS = "the desktop does not know the servers"
OUTSIDE = "the outside is met in adapters"
WIRE = "the wire is a contract, not a room"


def _pairs(importers, imported):
    return {(a, b) for a in importers.split() for b in imported.split()}


FORBIDDEN = {
    LAYERS: _pairs("domain", "application adapters ui bootstrap")
    | _pairs("application", "adapters ui bootstrap")
    | _pairs("adapters", "ui bootstrap")
    | _pairs("ui", "adapters bootstrap"),
    QT: _pairs("domain application adapters wire relay simulator", "PySide6 qasync"),
    RELAY: _pairs("relay", "ui application adapters domain simulator demo bootstrap cli"),
    SIMULATOR: _pairs("simulator", "ui application adapters domain wire relay demo bootstrap cli"),
    SERVERS: _pairs(
        "domain application adapters ui wire bootstrap", "relay simulator starlette uvicorn"
    ),
    OUTSIDE: _pairs(
        "domain application ui wire", "httpx keyring apsw sqlite3 asyncpg cryptography"
    ),
    WIRE: _pairs("wire", "ui application adapters domain relay simulator"),
}


def _broken_by(pair):
    return frozenset(name for name, pairs in FORBIDDEN.items() if pair in pairs)


# Pairs that break the same contracts are planted together; the report names every one of them.
BATCHES = {}
for _pair in sorted({pair for pairs in FORBIDDEN.values() for pair in pairs}):
    BATCHES.setdefault(_broken_by(_pair), []).append(_pair)


@pytest.fixture
def copy(tmp_path):
    """The package and its contracts, copied, with every room of the design in place.

    The composition roots are emptied: they know every room, so that whoever imports them reaches
    everything through them, and more contracts would break than the one that is being proved.
    """
    skip = shutil.ignore_patterns("__pycache__")
    package = shutil.copytree(PACKAGE, tmp_path / OURS, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for program in ("bootstrap", "cli"):
        (package / f"{program}.py").write_text("")
    return package


def _full_name(name):
    is_room = (PACKAGE / name).is_dir() or name in {"bootstrap", "cli"}
    return f"{OURS}.{name}" if is_room else name


def _plant(package, importer, imported):
    """Write the forbidden import as a person would; returns the planted module's name."""
    line = f"import {_full_name(imported)}\n"
    if importer == "bootstrap":
        with (package / "bootstrap.py").open("a") as file:
            file.write(line)
        return f"{OURS}.bootstrap"
    name = f"planted_{imported.lower()}"
    (package / importer / f"{name}.py").write_text(line)
    return f"{OURS}.{importer}.{name}"


def _lint(folder):
    """Run the contracts over ``folder``; returns the broken ones and the whole report."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "300"},  # the report wraps its lines otherwise
        capture_output=True,
        text=True,
        check=False,
    )
    report = done.stdout + done.stderr
    broken = frozenset(re.findall(r"^(.+) BROKEN$", report, re.MULTILINE))
    assert (done.returncode != 0) == bool(broken), report
    return broken, report


def test_the_copy_is_clean_before_anything_is_planted(copy):
    broken, report = _lint(copy.parent)
    assert not broken, report
    assert f"Contracts: {len(FORBIDDEN)} kept, 0 broken." in report


@pytest.mark.parametrize("broken", BATCHES, ids=lambda names: " + ".join(sorted(names)))
def test_a_forbidden_import_breaks_its_contract_and_no_other(copy, broken):
    planted = {_plant(copy, *pair): pair for pair in BATCHES[broken]}
    found, report = _lint(copy.parent)
    assert found == broken, report
    for module, (_, imported) in planted.items():
        assert f"{module} -> {_full_name(imported)}" in report


def test_every_contract_of_the_project_is_proved_here():
    """A contract or a pair that is added to the settings must be added here too."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {c["name"]: c for c in settings["tool"]["importlinter"]["contracts"]}
    assert contracts.keys() == FORBIDDEN.keys()
    for name, contract in contracts.items():
        if contract["type"] == "forbidden":
            short = [
                {module.removeprefix(f"{OURS}.") for module in contract[key]}
                for key in ("source_modules", "forbidden_modules")
            ]
            assert {(a, b) for a in short[0] for b in short[1]} == FORBIDDEN[name]
