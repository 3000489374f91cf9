"""Are resources found in each of the three ways the program can stand?"""

import sys
import sysconfig
from pathlib import Path

from telesales_desktop import resources
from telesales_desktop.resources import resource_path


def test_from_source_they_stand_beside_the_package():
    root = Path(__file__).resolve().parent.parent
    assert resource_path("i18n") == root / "resources" / "i18n"


def test_frozen_they_are_in_the_bundle(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("icons", "app.svg") == tmp_path / "resources" / "icons" / "app.svg"


def test_installed_they_are_in_the_shared_data(monkeypatch, tmp_path):
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "lib" / "p" / "resources.py"))
    shared = Path(sysconfig.get_path("data")) / "share" / "telesales-desktop"
    assert resource_path("styles", "a.qss") == shared / "resources" / "styles" / "a.qss"
