"""What is really loaded when a program starts, whatever the imports on paper say?"""

import subprocess
import sys

import pytest

from tests.architecture.source_tree import ROOT, modules

QT = {"PySide6", "shiboken6", "qasync"}
HEAVY = QT | {"httpx", "keyring", "apsw", "babel", "phonenumbers", "cryptography", "starlette"}


def loaded_by(program):
    """Top-level names of every module in a fresh interpreter after it ran ``program``."""
    told = "\nimport sys\nprint(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program + told],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def _all_of(room):
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in modules(f"telesales_desktop/{room}")
        if path.stem not in {"__main__"}
    ]
    return "".join(f"import {name.removesuffix('.__init__')}\n" for name in names)


@pytest.mark.parametrize(
    "room", ["relay", "simulator", "wire", "domain", "application", "adapters"]
)
def test_the_room_loads_no_qt(room):
    assert not loaded_by(_all_of(room)) & QT


def test_the_command_line_loads_nothing_heavy_before_it_is_understood():
    program = "from telesales_desktop.cli import build_parser\nbuild_parser().parse_args([])"
    assert not loaded_by(program) & HEAVY


def test_a_loaded_module_is_seen():
    assert "PySide6" in loaded_by("import PySide6.QtCore")
