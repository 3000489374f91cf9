"""How does the program look, and does it follow the system when that changes?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from telesales_desktop.resources import resource_path
from telesales_desktop.ui.palettes import Look, Palette, load_palettes

# Tokens, in device-independent pixels.
GAP, SPACE, ROOM, LARGE, HUGE = 4, 8, 12, 16, 24
BODY_PX, SMALL_PX, TITLE_PX = 13, 12, 18
MOTION_MS = 120


class Theme(QObject):
    """Font, palette and stylesheet of the application; follows the system unless told not to."""

    changed = Signal()

    def __init__(self, application: QApplication, look: Look | None = None) -> None:
        super().__init__(application)
        self._application = application
        self._palettes = load_palettes()
        self._chosen = look
        self._stylesheet = resource_path("styles", "telesales.qss").read_text(encoding="utf-8")
        self.palette: Palette = self._palettes[self._wanted()]
        application.setStyle("Fusion")
        self.font = body_font()
        application.setFont(self.font)
        self._apply()
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self.follow)
        hints.accessibility().contrastPreferenceChanged.connect(self.follow)

    @property
    def motion(self) -> bool:
        """Whether the system welcomes motion."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self._application.style().styleHint(hint) > 0

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Build many widgets without the stylesheet, then dress all of them once.

        With it, every widget that finds its place in a layout is polished again with all its
        children: that doubles the time to a window.
        """
        self._application.setStyleSheet("")
        try:
            yield
        finally:
            self._application.setStyleSheet(self.palette.fill(self._stylesheet))

    def choose(self, look: Look | None) -> None:
        """Keep to one look, or follow the system again (None)."""
        self._chosen = look
        self.follow()

    def follow(self) -> None:
        """Take the look that is wanted now, if it is another."""
        palette = self._palettes[self._wanted()]
        if palette is not self.palette:
            self.palette = palette
            self._apply()
            self.changed.emit()

    def _wanted(self) -> Look:
        if self._chosen is not None:
            return self._chosen
        hints = self._application.styleHints()
        dark = hints.colorScheme() is Qt.ColorScheme.Dark
        if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
            return Look.HIGH_CONTRAST_DARK if dark else Look.HIGH_CONTRAST_LIGHT
        return Look.DARK if dark else Look.LIGHT

    def _apply(self) -> None:
        self._application.setPalette(self.palette.qt())
        self._application.setStyleSheet(self.palette.fill(self._stylesheet))


def body_font() -> QFont:
    """The platform's own face where it has a good one, Inter elsewhere; figures of one width."""
    if sys.platform in ("win32", "darwin"):
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    else:
        for file in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
            QFontDatabase.addApplicationFont(str(resource_path("fonts", file)))
        font = QFont("Inter")
    font.setPixelSize(BODY_PX)
    # Money and clocks must not dance: Inter's and San Francisco's figures differ in width.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet looks at, and let the look follow if it changed."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
