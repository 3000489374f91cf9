"""How does an agent see how many orders wait for what, and show only those?"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from telesales_desktop.ui import labels
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.flow_layout import FlowLayout
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.shapes import paint_shape
from telesales_desktop.ui.theme import Theme

_SHAPE_PX = 10
ORDER = (Tone.AGENT, Tone.DANGER, Tone.PROGRAM, Tone.NEUTRAL, Tone.DONE, Tone.STOPPED)


class Chip(Button):
    """A filter with its count; a tone's chip wears the tone's shape."""

    def __init__(self, theme: Theme, tone: Tone | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = tone
        self.setCheckable(True)
        self.setProperty("kind", "chip")
        self.setObjectName(f"chip_{tone.value if tone else 'all'}")

    def show_count(self, name: str, count: int) -> None:
        # The shape is painted into the room that leading spaces keep.
        lead = "     " if self._tone else ""
        self.setText(f"{lead}{name} {count}")
        self.setAccessibleName(f"{name}, {count}")

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width() + 2, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._tone is None:
            return
        painter = QPainter(self)
        top = (self.height() - _SHAPE_PX) / 2
        paint_shape(painter, QRectF(12, top, _SHAPE_PX, _SHAPE_PX), self._tone, self._theme.palette)
        painter.end()


class ChipRow(QWidget):
    """All, and one chip a tone; one of them is always down."""

    chosen = Signal(object)  # a Tone, or None for all

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self._chips: dict[Tone | None, Chip] = {}
        layout = FlowLayout(self, spacing=6)
        for tone in (None, *ORDER):
            chip = Chip(theme, tone, self)
            chip.setAutoExclusive(True)
            chip.clicked.connect(lambda _=False, tone=tone: self.chosen.emit(tone))
            layout.addWidget(chip)
            self._chips[tone] = chip
        self._chips[None].setChecked(True)
        self.show_counts({})

    def show_counts(self, counts: Mapping[Tone, int]) -> None:
        self._chips[None].show_count(self.tr("All"), sum(counts.values()))
        for tone in ORDER:
            self._chips[tone].show_count(labels.word(labels.TONES[tone]), counts.get(tone, 0))
        self.updateGeometry()

    def choose(self, tone: Tone | None) -> None:
        self._chips[tone].setChecked(True)
