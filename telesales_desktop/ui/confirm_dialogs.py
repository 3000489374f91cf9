"""What does an agent read before something that cannot be undone?

Each names the amount, the customer and the effect, opens without blocking and is answered by a
signal. The safe answer has the focus. It comes up under a hand that may still be clicking: a press
is an answer only once the hand has been still for the length of a double click.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.domain.errors import InputError
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.field import Field, line_edit
from telesales_desktop.ui.field_labels import short_problem
from telesales_desktop.ui.form_checks import FormChecks
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.hand import HAND, Stillness
from telesales_desktop.ui.theme import HUGE, LARGE, SPACE


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to confirm. ``limit_cents``: ask for an amount up to it; None asks for none."""

    title: str
    sentence: str
    effect: str
    confirm: str
    danger: bool = True
    limit_cents: int | None = None


class ConfirmDialog(QDialog):
    """A question with one dangerous and one safe answer. ``confirmed`` is sent at most once."""

    confirmed = Signal()

    def __init__(self, question: Question, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("confirmDialog")
        self.setWindowTitle(question.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._answered = False
        self._press_counts = False
        self._stillness = Stillness(self)
        title = QLabel(question.title, self)
        title.setProperty("face", "title")
        self.sentence = QLabel(question.sentence, self)
        self.sentence.setObjectName("confirmSentence")
        self.effect = QLabel(question.effect, self)
        self.effect.setObjectName("confirmEffect")
        self.effect.setProperty("face", "muted")
        for label in (title, self.sentence, self.effect):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.confirm_button = Button(question.confirm, self)
        self.confirm_button.setObjectName("confirmYes")
        self.confirm_button.setProperty("kind", "danger" if question.danger else "primary")
        self.confirm_button.setAutoDefault(False)
        self._answer_by(self.confirm_button, lambda: self._on_confirm())
        self.cancel_button = Button(self.tr("Do nothing (Esc)"), self)
        self.cancel_button.setObjectName("confirmNo")
        self.cancel_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.body = QVBoxLayout()
        self.body.setSpacing(LARGE)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(SPACE)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel_button)
        self.foot.addWidget(self.confirm_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(HUGE, HUGE, HUGE, LARGE)
        layout.setSpacing(LARGE)
        layout.addWidget(title)
        layout.addWidget(self.sentence)
        layout.addLayout(self.body)
        layout.addWidget(self.effect)
        layout.addLayout(self.foot)
        self.setMinimumWidth(440)
        self.setMaximumWidth(560)
        self.cancel_button.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        self._stillness.begin()
        super().showEvent(event)

    @property
    def is_awake(self) -> bool:
        """Whether a press is an answer by now."""
        return self._stillness.is_here

    def _answer_by(self, button: QPushButton, answer: Callable[[], None]) -> None:
        """Let a button answer, but for a press that was not meant for this question."""
        button.pressed.connect(self._on_press)
        button.clicked.connect(lambda: answer() if self._press_counts else None)

    def _on_press(self) -> None:
        self._press_counts = self._stillness.press()

    def done(self, result: int) -> None:
        """What is pressed next may be the same press, under which the window has come back."""
        HAND.press()
        super().done(result)

    def take_typing(self, *fields: Field) -> None:
        """Put fields into the question. Enter goes on to the next one, at last to the answer.

        It neither answers nor throws away what was typed.
        """
        self.cancel_button.setDefault(False)
        self.cancel_button.setAutoDefault(False)
        for field, after in zip(fields, [*fields[1:], None], strict=True):
            self.body.addWidget(field)
            if isinstance(field.editor, QLineEdit):
                field.editor.returnPressed.connect(lambda after=after: self._go_on(after))
        fields[0].editor.setFocus()

    def _go_on(self, after: Field | None) -> None:
        (self.confirm_button if after is None else after.editor).setFocus()
        self._stillness.begin()  # the next Enter of the same burst is no answer

    def _on_confirm(self) -> None:
        if self._answered:
            return
        self._answered = True
        self.confirmed.emit()
        self.accept()


class AmountDialog(ConfirmDialog):
    """A question with an amount to type, at most what is left. ``amount_chosen``: cents."""

    amount_chosen = Signal(int)

    def __init__(
        self, question: Question, checks: FormChecks, formats: Formats, parent: QWidget
    ) -> None:
        super().__init__(question, parent)
        self._checks = checks
        self._formats = formats
        self._limit_cents = question.limit_cents or 0
        self._cents = 0
        self.amount = Field("amount", self.tr("Amount"), line_edit(amount=True, limit=20), self)
        self.amount.edited.connect(self._check)
        self._question = question
        self.confirm_button.setEnabled(False)
        self.confirmed.connect(lambda: self.amount_chosen.emit(self._cents))
        self.take_typing(self.amount)
        self._check(quiet=True)

    def _check(self, *, quiet: bool = False) -> None:
        problem: InputError | None = None
        self._cents = 0
        try:
            cents = self._checks.money_cents(self.amount.value())
            if cents <= 0:
                problem = InputError("amount", "not_positive")
            elif cents > self._limit_cents:
                problem = InputError("amount", "too_large")
            else:
                self._cents = cents
        except InputError as found:
            problem = found
        shown = problem is not None and not quiet
        self.amount.show_problem(
            short_problem(problem, self._formats) if problem and shown else "",
        )
        self.confirm_button.setEnabled(problem is None)
        named = self._formats.money(self._cents) if self._cents else "…"
        # A customer's name may hold braces: nothing is formatted, the one mark is replaced.
        self.confirm_button.setText(self._question.confirm.replace("{amount}", named))
        self.sentence.setText(self._question.sentence.replace("{amount}", named))


class ShipmentDialog(ConfirmDialog):
    """Carrier and shipment number, told to Affirm; no money moves."""

    shipment_chosen = Signal(str, str)

    def __init__(self, question: Question, parent: QWidget) -> None:
        super().__init__(question, parent)
        self.carrier = Field("carrier", self.tr("Carrier"), line_edit(), self)
        self.number = Field("shipment", self.tr("Shipment number"), line_edit(), self)
        for field in (self.carrier, self.number):
            field.edited.connect(self._check)
        self.confirmed.connect(
            lambda: self.shipment_chosen.emit(
                self.carrier.value().strip(), self.number.value().strip()
            )
        )
        self._check()
        self.take_typing(self.carrier, self.number)

    def _check(self) -> None:
        whole = bool(self.carrier.value().strip() and self.number.value().strip())
        self.confirm_button.setEnabled(whole)


class VerdictDialog(ConfirmDialog):
    """A supervisor says what Affirm's portal shows: it happened, or it did not."""

    verdict_given = Signal(bool)

    def __init__(
        self, question: Question, parent: QWidget, *, may_have_happened: bool = True
    ) -> None:
        """``may_have_happened``: whether "it happened" is for a hand to say; never of a hold."""
        super().__init__(question, parent)
        self.not_done_button = Button(self.tr("It did not happen"), self)
        self.not_done_button.setObjectName("verdictNotDone")
        self.not_done_button.setAutoDefault(False)
        self._answer_by(self.not_done_button, lambda: self._say(False))
        self.foot.insertWidget(self.foot.count() - 1, self.not_done_button)
        self.confirm_button.setVisible(may_have_happened)
        if not may_have_happened:
            shows = self.tr("If it happened, Affirm's record shows it here by itself.")
            self.effect.setText(f"{question.effect} {shows}")

    def _on_confirm(self) -> None:
        self._say(True)

    def _say(self, took_effect: bool) -> None:
        if not self._answered:
            self._answered = True
            self.verdict_given.emit(took_effect)
            self.accept()
