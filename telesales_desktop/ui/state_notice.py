"""What stands where there is nothing to show: a sentence, and one next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from telesales_desktop.ui.button import Button
from telesales_desktop.ui.icons import pixmap
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.theme import ROOM, SPACE, Theme

_ICON_PX, _SENTENCE_PX = 40, 420


class StateNotice(QWidget):
    """An empty, loading, offline or failed place, told plainly."""

    step_chosen = Signal(str)  # the step's name, as given to show_notice

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name, self._tone = "orders", Tone.NEUTRAL
        self._step = ""
        self.setProperty("role", "clear")
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = QLabel(self)
        self.sentence.setObjectName("noticeSentence")
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.step = Button(self)
        self.step.setObjectName("noticeStep")
        self.step.clicked.connect(lambda: self.step_chosen.emit(self._step))
        layout = QVBoxLayout(self)
        layout.setSpacing(ROOM)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.addStretch(2)
        for widget in (self._icon, self.sentence, self.step):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        theme.changed.connect(self._paint_icon)

    def show_notice(
        self,
        icon: str,
        sentence: str,
        *,
        step: str = "",
        step_text: str = "",
        tone: Tone = Tone.NEUTRAL,
    ) -> None:
        """Say what is so; ``step`` names what the button asks for, "" for no button."""
        self._icon_name, self._tone, self._step = icon, tone, step
        self.sentence.setText(sentence)
        self.step.setText(step_text)
        self.step.setVisible(bool(step))
        self._fit()
        self._paint_icon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A centred label does not grow with its lines by itself."""
        width = max(160, min(_SENTENCE_PX, self.width() - 4 * SPACE))
        self.sentence.setFixedWidth(width)
        self.sentence.setFixedHeight(max(0, self.sentence.heightForWidth(width)))

    def _paint_icon(self) -> None:
        colour = self._theme.palette.tone(self._tone).name()
        self._icon.setPixmap(pixmap(self._icon_name, colour, _ICON_PX, self.devicePixelRatioF()))
