"""Does the self-test hold on a whole program, and fail for each part that is missing?"""

import json

import pytest
from PySide6.QtCore import QLibraryInfo

from telesales_desktop import self_test
from telesales_desktop.adapters import person_key, sealing
from telesales_desktop.self_test import run_self_test
from telesales_desktop.ui import palettes

pytestmark = pytest.mark.usefixtures("qapp")


def proofs(capsys):
    """What was told, by the proof's name."""
    lines = capsys.readouterr().out.splitlines()
    return {told["proof"]: told for told in map(json.loads, lines)}


def test_a_whole_program_proves_everything(capsys):
    assert run_self_test(as_json=True) == 0
    told = proofs(capsys)
    assert set(told) == set(self_test._PROOFS)
    assert all(each["ok"] for each in told.values())


def test_a_person_reads_a_line_a_proof(capsys, monkeypatch):
    def broken():
        raise self_test.SelfTestError("no icons")

    monkeypatch.setattr(self_test, "_PROOFS", {"version": self_test._version, "icons": broken})
    assert run_self_test(as_json=False) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("ok    version: ")
    assert second == "FAIL  icons: SelfTestError: no icons"


@pytest.mark.parametrize(
    ("proof", "module", "name", "broken"),
    [
        ("icons", self_test, "resource_path", lambda name: self_test.Path("/nowhere")),
        ("stylesheet", self_test, "resource_path", lambda name: self_test.Path("/nowhere")),
        ("stylesheet", palettes, "resource_path", lambda *names: self_test.Path("/nowhere")),
        ("fonts", self_test, "resource_path", lambda name: self_test.Path("/nowhere")),
        ("sound", self_test, "resource_path", lambda name: self_test.Path("/nowhere")),
        ("translations", self_test, "resource_path", lambda name: self_test.Path("/nowhere")),
        ("translations", QLibraryInfo, "path", lambda place: "/nowhere"),
        ("sharing", sealing, "open_record", lambda *_all: b"other"),
        ("sharing", person_key, "is_signed", lambda *_all: False),
        ("keyring", self_test.importlib, "import_module", None),
    ],
)
def test_what_is_missing_fails_its_proof_and_no_other(
    capsys, monkeypatch, proof, module, name, broken
):
    monkeypatch.setattr(module, name, broken)
    monkeypatch.setattr(self_test, "_PROOFS", {proof: self_test._PROOFS[proof], "a": lambda: "b"})
    assert run_self_test(as_json=True) == 1
    told = proofs(capsys)
    assert (told[proof]["ok"], told["a"]["ok"]) == (False, True)
