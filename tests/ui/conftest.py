"""What the tests of the window share: a look, a language, checks, and a quiet platform."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from telesales_desktop.adapters.input_checks import InputChecks
from telesales_desktop.domain.money import Country, Currency
from telesales_desktop.ui.formats import Formats, Language
from telesales_desktop.ui.hand import HAND
from telesales_desktop.ui.palettes import Look
from telesales_desktop.ui.theme import Theme
from telesales_desktop.ui.translation import install_language, remove_language
from tests.ui import samples
from tests.ui.floor import floor, make_floor  # noqa: F401 - fixtures

ROOT = Path(__file__).resolve().parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The offscreen platform says this of size hints, raising and grabbing; it means nothing.
    ignored = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
    for item in items:
        if "tests/ui/" in item.nodeid:
            item.add_marker(ignored)


@pytest.fixture(scope="session")
def translations():
    """The tool that keeps the catalogues."""
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        import translations as tool
    finally:
        sys.path.pop(0)
    return tool


@pytest.fixture(scope="session")
def compiled(translations, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogues as the program loads them, made from the sources of this moment."""
    folder = tmp_path_factory.mktemp("i18n")
    translations.compile_to(folder)
    return folder


@pytest.fixture(scope="session")
def _theme(qapp: QApplication) -> Theme:
    return Theme(qapp, Look.LIGHT)


@pytest.fixture
def theme(_theme: Theme) -> Iterator[Theme]:
    """One for all tests: a new one would polish every widget again."""
    yield _theme
    _theme.choose(Look.LIGHT)


@pytest.fixture(autouse=True)
def _windows_are_gone(qtbot: QtBot) -> Iterator[None]:
    """What a test has closed is deleted before the next one, as an event loop would do it."""
    HAND.forget()
    yield
    for window in QApplication.topLevelWidgets():
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def english() -> Formats:
    return Formats(Language.EN_US, Currency.USD, zone=samples.EASTERN)


@pytest.fixture
def french(qapp: QApplication, compiled: Path) -> Iterator[Formats]:
    """Canadian French, with the catalogue loaded while the test runs."""
    translators = install_language(qapp, Language.FR_CA, compiled)
    yield Formats(Language.FR_CA, Currency.CAD, zone=samples.EASTERN)
    remove_language(qapp, translators)
    for translator in install_language(qapp, Language.EN_US, compiled):
        qapp.removeTranslator(translator)


@pytest.fixture
def checks() -> InputChecks:
    return InputChecks(Country.US, "en_US")
