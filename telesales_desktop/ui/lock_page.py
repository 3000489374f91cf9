"""What covers the window while the session is locked, and who goes on afterwards?"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.icons import pixmap
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.theme import LARGE, ROOM, SPACE, Theme, set_property

_ICON_PX, _BUTTON_PX = 40, 280


class LockPage(QFrame):
    """Shows nothing of any customer. ``person_chosen``: a person's id, "" for whoever was here."""

    person_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lockPage")
        self._theme = theme
        self._buttons: list[QPushButton] = []
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = QLabel(self.tr("Locked with this computer"), self)
        self.title.setProperty("face", "title")
        self.sentence = QLabel(self)
        self.sentence.setObjectName("lockSentence")
        self.message = QLabel(self)
        self.message.setObjectName("lockMessage")
        for label in (self.title, self.sentence, self.message):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self._people = QVBoxLayout()
        self._people.setSpacing(SPACE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        layout.setSpacing(ROOM)
        layout.addStretch(2)
        for label in (self._icon, self.title, self.sentence):
            layout.addWidget(label)
        layout.addLayout(self._people)
        layout.addWidget(self.message)
        layout.addStretch(3)
        theme.changed.connect(self._paint_icon)
        self.hide()

    def show_people(self, people: Sequence[WorkstationPerson]) -> None:
        """Ask who works here now; with nobody to choose between, whoever was here goes on."""
        for button in self._buttons:
            self._people.removeWidget(button)
            button.hide()
            button.deleteLater()
        shared = len(people) > 1
        self.sentence.setText(
            self.tr("Who works here now? What was typed is kept.")
            if shared
            else self.tr("What was typed is kept.")
        )
        named = [(p.person_id if not p.is_current else "", p.name, p.is_current) for p in people]
        self._buttons = [
            self._button(number, *person)
            for number, person in enumerate(named if shared else [("", self.tr("Go on"), True)])
        ]
        self.show_message("")
        self._paint_icon()

    def show_message(self, sentence: str) -> None:
        """Why nobody else could take the seat."""
        self.message.setText(sentence)
        set_property(self.message, "tone", Tone.DANGER.value)
        self.message.setVisible(bool(sentence))
        self.wake()

    def wake(self) -> None:
        """Whoever was chosen could not take the seat, or not yet: choose again."""
        for button in self._buttons:
            button.setEnabled(True)

    def ask(self) -> None:
        """Give the keys to whoever was here."""
        first = next((b for b in self._buttons if b.property("kind") == "primary"), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _button(self, number: int, person_id: str, name: str, is_current: bool) -> QPushButton:
        button = Button(name.replace("&", "&&"), self)
        button.setObjectName(f"lockPerson_{number}")
        button.setProperty("kind", "primary" if is_current else "")
        button.setFixedWidth(_BUTTON_PX)
        button.clicked.connect(lambda: self._choose(person_id))
        self._people.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        button.show()  # at once: it is given the focus
        return button

    def _choose(self, person_id: str) -> None:
        for button in self._buttons:
            button.setEnabled(False)
        self.person_chosen.emit(person_id)

    def _paint_icon(self) -> None:
        colour = self._theme.palette.tone(Tone.NEUTRAL).name()
        self._icon.setPixmap(pixmap("lock", colour, _ICON_PX, self.devicePixelRatioF()))
