"""Do the locks cover pyproject.toml, with hashes, one version each and no address?"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "packaging" / "locks"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = {
    "development": ("desktop", "relay", "simulator", "dev"),
    "programs": ("desktop", "relay", "simulator"),
    "relay": ("relay",),
}


def entries(text):
    """Requirement and hashes of every entry of a lock file."""
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            requirement, *hashes = re.split(r"\s+--hash=", line.strip())
            yield Requirement(requirement), hashes


def versions(name):
    return {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement, _ in entries((FOLDER / f"{name}.lock").read_text("utf-8"))
    }


def gaps(wanted, locked):
    """What the project asks for and the lock does not give."""
    for line in wanted:
        requirement = Requirement(line)
        version = locked.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version):
            yield f"{requirement} but locked: {version}"


@pytest.mark.parametrize("name", EXTRAS)
def test_the_lock_gives_what_the_project_asks_for(name):
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [line for extra in EXTRAS[name] for line in extras[extra]]
    wanted += PROJECT["build-system"]["requires"]
    told = "run packaging/lock.py"
    assert list(gaps(wanted, versions(name))) == [], told


@pytest.mark.parametrize("name", EXTRAS)
def test_the_lock_is_tied_to_no_index(name):
    text = (FOLDER / f"{name}.lock").read_text("utf-8")
    assert "://" not in text
    for requirement, hashes in entries(text):
        assert requirement.url is None
        assert re.fullmatch(r"==[\w.+!-]+", str(requirement.specifier))
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes)


@pytest.mark.parametrize("name", ["programs", "relay"])
def test_what_runs_is_what_was_tested(name):
    tested = versions("development")
    assert versions(name).items() <= tested.items()


def test_a_relay_server_installs_no_window():
    assert not {"pyside6-essentials", "qasync", "keyring"} & versions("relay").keys()


def test_a_gap_is_found():
    locked = {"httpx": "0.27.0", "qasync": "0.28.0"}
    assert list(gaps(["httpx>=0.28", "QAsync>=0.28", "babel"], locked)) == [
        "httpx>=0.28 but locked: 0.27.0",
        "babel but locked: None",
    ]
