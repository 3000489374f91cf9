"""Does the built program keep what it uses, and drop what only dropped files needed?"""

import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def slimming(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import slimming

    return slimming


@pytest.mark.parametrize(
    ("target", "used"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/plugins/imageformats/libqtiff.so", False),
        ("PySide6/Qt/plugins/egldeviceintegrations/libqeglfs-x11-integration.so", False),
        ("PySide6/Qt/plugins/styles/libqmacstyle.dylib", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", True),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("PySide6/Qt/translations/qt_help_fr.qm", False),
        ("babel/locale-data/root.dat", True),
        ("babel/locale-data/fr_CA.dat", True),
        ("babel/locale-data/es_US.dat", True),
        ("babel/locale-data/fro.dat", False),
        ("babel/locale-data/de.dat", False),
        ("babel/global.dat", True),
        ("resources/icons/app.svg", True),
    ],
)
def test_what_is_used(slimming, target, used):
    assert slimming.is_used(target) is used


LINKS = {
    "/gtk": {"libgtk.so.3", "libshared.so.1"},
    "/libgtk": {"libcairo.so.2"},
    "/xcb": {"libshared.so.1", "libc.so.6"},
}


def test_only_what_a_dropped_file_brought_along_goes_with_it(slimming, monkeypatch):
    bindepend = ModuleType("bindepend")
    bindepend.get_imports = lambda source: {(name, None) for name in LINKS.get(source, ())}
    monkeypatch.setitem(sys.modules, "PyInstaller.depend.bindepend", bindepend)
    kept = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/xcb", "BINARY"),
        ("libshared.so.1", "/libshared", "BINARY"),
        ("libpython3.11.so.1.0", "/libpython", "BINARY"),
        ("resources/a.svg", "/a.svg", "DATA"),
    ]
    dropped = [
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/gtk", "BINARY"),
        ("libgtk.so.3", "/libgtk", "BINARY"),
        ("libcairo.so.2", "/libcairo", "BINARY"),
    ]
    assert slimming.without_unused([*dropped, *kept]) == kept
