"""How are the sentences beside an order's state shown? One line each, with the tone's shape."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from telesales_desktop.ui.order_notes import Note
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.shapes import paint_shape
from telesales_desktop.ui.theme import GAP, ROOM, SPACE, Theme

_SHAPE_PX = 10


class NoteLine(QFrame):
    """One sentence; screen readers read it as it stands."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = Tone.NEUTRAL
        self.text = QLabel(self)
        self.text.setObjectName("orderNote")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ROOM + _SHAPE_PX + SPACE + 4, 0, 0, 0)
        layout.addWidget(self.text)

    def show_note(self, note: Note) -> None:
        self._tone = note.tone
        self.text.setText(note.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        top = (self.text.fontMetrics().height() - _SHAPE_PX) / 2 + 1
        box = QRectF(ROOM + 2, top, _SHAPE_PX, _SHAPE_PX)
        paint_shape(painter, box, self._tone, self._theme.palette)
        painter.end()


class NoteLines(QWidget):
    """As many lines as there are notes; takes no room without any."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self._theme = theme
        self._lines: list[NoteLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self.hide()

    def show_notes(self, notes: Sequence[Note]) -> None:
        while len(self._lines) < len(notes):
            line = NoteLine(self._theme, self)
            self._column.addWidget(line)
            self._lines.append(line)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(notes))
            if number < len(notes):
                line.show_note(notes[number])
        self.setVisible(bool(notes))
