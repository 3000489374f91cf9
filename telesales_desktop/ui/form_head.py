"""What stands over the form: which order it is, and how to park, clear or bring it back."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from telesales_desktop.ui.button import Button
from telesales_desktop.ui.field import ElidedLabel
from telesales_desktop.ui.theme import GAP, LARGE, SPACE


class FormHead(QWidget):
    """The title and the quiet buttons.

    "Bring back" stands where "Park" does: an empty form has nothing to park, and a double click
    on "Clear" meets "Clear" both times.
    """

    park_requested = Signal()
    clear_requested = Signal()
    bring_back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self.title = ElidedLabel(self)
        self.title.setObjectName("formTitle")
        self.title.setProperty("face", "heading")
        self.park_button = self._button("parkForm", self.tr("Park"), self.park_requested)
        self.park_button.setToolTip(self.tr("Keep this form for later and start another (Ctrl+D)"))
        self.bring_back_button = self._button(
            "bringBackForm", self.tr("Bring back"), self.bring_back_requested
        )
        self.bring_back_button.setToolTip(self.tr("Fill the form with what was cleared (Ctrl+B)"))
        self.clear_button = self._button("clearForm", self.tr("Clear"), self.clear_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(LARGE, SPACE, SPACE, 0)
        row.setSpacing(GAP)
        row.addWidget(self.title, 1)
        for button in self.buttons:
            row.addWidget(button)
        self.offer_to_bring_back(False)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """In the order of Tab."""
        return (self.park_button, self.bring_back_button, self.clear_button)

    def offer_to_bring_back(self, is_offered: bool) -> None:
        """Whether a cleared form can still be had back."""
        self.bring_back_button.setVisible(is_offered)
        self.park_button.setVisible(not is_offered)

    def _button(self, name: str, text: str, asked: SignalInstance) -> QPushButton:
        button = Button(text, self)
        button.setObjectName(name)
        button.setProperty("kind", "quiet")
        button.clicked.connect(asked)
        return button
