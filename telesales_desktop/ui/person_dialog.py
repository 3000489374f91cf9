"""To whom does an order go? A supervisor, or its owner, chooses a colleague."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from telesales_desktop.application.floor_values import Person
from telesales_desktop.ui.confirm_dialogs import ConfirmDialog, Question
from telesales_desktop.ui.field import Field
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.order_notes import SOMEBODY

ROLES = {
    "agent": QT_TRANSLATE_NOOP("labels", "agent"),
    "supervisor": QT_TRANSLATE_NOOP("labels", "supervisor"),
}


def person_text(person: Person) -> str:
    """A name with what the person may do."""
    role = word(ROLES[person.role]) if person.role in ROLES else person.role
    return f"{person.name} ({role})"


class PersonDialog(ConfirmDialog):
    """A question with a person to choose, none beforehand. ``person_chosen``: a person's id."""

    person_chosen = Signal(str)

    def __init__(self, question: Question, people: Sequence[Person], parent: QWidget) -> None:
        super().__init__(question, parent)
        self._question = question
        self._people = list(people)
        choice = QComboBox()
        choice.addItem(self.tr("Choose a colleague"), "")
        for person in self._people:
            choice.addItem(person_text(person), person.person_id)
        self.person = Field("person", self.tr("Colleague"), choice, self)
        self.person.edited.connect(self._check)
        self.confirmed.connect(lambda: self.person_chosen.emit(choice.currentData()))
        self._choice = choice
        self.take_typing(self.person)
        self._check()

    def _check(self) -> None:
        chosen = self._choice.currentIndex()
        name = self._people[chosen - 1].name if chosen > 0 else word(SOMEBODY)
        self.confirm_button.setEnabled(chosen > 0)
        # A name may hold braces: nothing is formatted, the one mark is replaced.
        for label, text in (
            (self.sentence, self._question.sentence),
            (self.effect, self._question.effect),
        ):
            label.setText(text.replace("{person}", name))
        self.confirm_button.setText(
            self._question.confirm.replace("{person}", name).replace("&", "&&")
        )
