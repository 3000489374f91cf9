"""What does a press on the header's connection show: every neighbour, and what to do?"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from telesales_desktop.ui.connection_labels import Saying
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.panel import Panel
from telesales_desktop.ui.shapes import paint_shape
from telesales_desktop.ui.theme import GAP, LARGE, ROOM, SPACE, Theme

_SHAPE_PX = 12


class ConnectionLine(QFrame):
    """A few words, and under them the sentence that says what to do."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = Tone.NEUTRAL
        self.title, self.sentence = QLabel(self), QLabel(self)
        self.title.setObjectName("connectionTitle")
        self.title.setProperty("face", "heading")
        self.sentence.setObjectName("connectionSentence")
        for label in (self.title, self.sentence):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_SHAPE_PX + SPACE + 2, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.sentence)

    def show_saying(self, saying: Saying) -> None:
        self._tone = saying.tone
        self.title.setText(saying.short)
        self.sentence.setText(saying.whole)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        top = (self.title.fontMetrics().height() - _SHAPE_PX) / 2
        box = QRectF(0, top, _SHAPE_PX, _SHAPE_PX)
        paint_shape(painter, box, self._tone, self._theme.palette)
        painter.end()


class ConnectionPanel(Panel):
    """One line a neighbour."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__("connection", self.tr("Connection"), parent)
        self._theme = theme
        self._lines: list[ConnectionLine] = []
        self._column = QVBoxLayout(self.inner)
        self._column.setContentsMargins(LARGE, GAP, LARGE, ROOM)
        self._column.setSpacing(ROOM)
        self._column.addStretch(1)

    def show_report(self, sayings: Sequence[Saying]) -> None:
        while len(self._lines) < len(sayings):
            line = ConnectionLine(self._theme, self)
            self._column.insertWidget(self._column.count() - 1, line)
            self._lines.append(line)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(sayings))
            if number < len(sayings):
                line.show_saying(sayings[number])

    def texts(self) -> list[tuple[str, str]]:
        """What is shown: title and sentence of every line."""
        shown = [line for line in self._lines if not line.isHidden()]
        return [(line.title.text(), line.sentence.text()) for line in shown]
