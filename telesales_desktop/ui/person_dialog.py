"""To whom does an order go? A supervisor, or its owner, chooses a colleague."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from telesales_desktop.application.floor_values import Person
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.confirm_dialogs import ConfirmDialog, Question
from telesales_desktop.ui.field import Field
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.order_notes import SOMEBODY
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.theme import set_property

ROLES = {
    "agent": QT_TRANSLATE_NOOP("labels", "agent"),
    "supervisor": QT_TRANSLATE_NOOP("labels", "supervisor"),
}


def person_text(person: Person) -> str:
    """A name with what the person may do."""
    role = word(ROLES[person.role]) if person.role in ROLES else person.role
    return f"{person.name} ({role})"


class PersonDialog(ConfirmDialog):
    """A question with a person to choose, none beforehand. ``person_chosen``: a person's id.

    It comes up at once, while people are being looked up, and says so. Until they are there the
    keys are the dialog's own: a second press of what opened it does not close it again.
    """

    person_chosen = Signal(str)
    retry_chosen = Signal()

    def __init__(self, question: Question, parent: QWidget) -> None:
        super().__init__(question, parent)
        self._question = question
        self._people: list[Person] = []
        self.is_open = True
        self._choice = QComboBox()
        self.person = Field("person", self.tr("Colleague"), self._choice, self)
        self.person.edited.connect(self._check)
        self.confirmed.connect(lambda: self.person_chosen.emit(self._choice.currentData()))
        self.take_typing(self.person)
        self.problem = QLabel(self)
        self.problem.setObjectName("personProblem")
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setProperty("tone", Tone.DANGER.value)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)  # the question keeps its height when the problem stands in it
        self.retry_button = Button(self.tr("Try again"), self)
        self.retry_button.setObjectName("personRetry")
        self.retry_button.setProperty("kind", "primary")
        self.retry_button.setAutoDefault(False)
        self._answer_by(self.retry_button, self.retry_chosen.emit)
        self.foot.addWidget(self.retry_button)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.show_looking()

    def show_looking(self) -> None:
        """Nobody can be chosen yet."""
        self._fill([], self.tr("Looking up colleagues…"))
        self._show_problem("", may_retry=False)
        self.setFocus()

    def show_people(self, people: Sequence[Person]) -> None:
        """Who there is to choose from."""
        waited = self.focusWidget() in (None, self)
        self._fill(people, self.tr("Choose a colleague"))
        self._show_problem("", may_retry=False)
        if waited:
            self._choice.setFocus()

    def show_problem(self, sentence: str, *, may_retry: bool) -> None:
        """Why nobody can be chosen, in the place of the choice; whether asking anew may help."""
        waited = self.focusWidget() in (None, self)
        self._show_problem(sentence, may_retry=may_retry)
        if waited:
            (self.retry_button if may_retry else self.cancel_button).setFocus()

    def done(self, result: int) -> None:
        """What comes after this comes too late."""
        self.is_open = False
        super().done(result)

    def _fill(self, people: Sequence[Person], first: str) -> None:
        self._people = list(people)
        self._choice.clear()
        self._choice.addItem(first, "")
        for person in self._people:
            self._choice.addItem(person_text(person), person.person_id)
        self._choice.setEnabled(bool(people))
        set_property(self._choice, "waits", not people)  # news to be read, though grey
        self._check()

    def _show_problem(self, sentence: str, *, may_retry: bool) -> None:
        self._stillness.begin()  # what is pressed just now was meant for what stood here before
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        for part in (self.person, self.effect, self.confirm_button):
            part.setVisible(not sentence)
        self.retry_button.setVisible(may_retry)

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
