"""What does the window say across its top while something outside is not as it should be?"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from telesales_desktop.ui.button import Button
from telesales_desktop.ui.icons import pixmap
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.theme import ROOM, SPACE, Theme, set_property


class Banner(QFrame):
    """One sentence and at most one next step; hidden when all is well."""

    step_chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "banner")
        self._theme = theme
        self._icon_name, self._tone, self._step = "warning", Tone.NEUTRAL, ""
        self._icon = QLabel(self)
        self.sentence = QLabel(self)
        self.sentence.setObjectName(f"{name}Sentence")
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.step = Button(self)
        self.step.setObjectName(f"{name}Step")
        self.step.clicked.connect(lambda: self.step_chosen.emit(self._step))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(ROOM, SPACE, ROOM, SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(self.step, 0, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._paint_icon)
        self.hide()

    def show_sentence(
        self, tone: Tone, icon: str, sentence: str, *, step: str = "", step_text: str = ""
    ) -> None:
        """Show one thing that is not as it should be, and what to do about it."""
        self._icon_name, self._tone, self._step = icon, tone, step
        set_property(self, "tone", tone.value)
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self.step.setText(step_text)
        self.step.setVisible(bool(step))
        self._paint_icon()
        self.show()

    def _paint_icon(self) -> None:
        colour = self._theme.palette.tone(self._tone).name()
        self._icon.setPixmap(pixmap(self._icon_name, colour, 20, self.devicePixelRatioF()))
