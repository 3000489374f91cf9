"""How does the window come to speak the agent's language?"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from telesales_desktop.resources import resource_path
from telesales_desktop.ui.formats import Language


def install_language(
    application: QApplication, language: Language, folder: Path | None = None
) -> tuple[QTranslator, ...]:
    """Load our own texts and Qt's; the caller keeps what is returned to take it away again."""
    QLocale.setDefault(QLocale(language.value))
    installed = []
    ours = "fr_CA" if language.french else "en"
    qts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for file in (
        f"{qts}/qtbase_{'fr' if language.french else 'en'}.qm",
        str((folder or resource_path("i18n")) / f"telesales_{ours}.qm"),
    ):
        translator = QTranslator(application)
        if translator.load(file):
            application.installTranslator(translator)
            installed.append(translator)
    return tuple(installed)


def remove_language(application: QApplication, translators: tuple[QTranslator, ...]) -> None:
    for translator in translators:
        application.removeTranslator(translator)
