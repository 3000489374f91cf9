"""How does an agent type an order, see that it is right, and have it sent once?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.field_labels import input_problem, short_problem
from telesales_desktop.ui.form_checks import FormChecks
from telesales_desktop.ui.form_content import Demands, FormContent, Reading, read_content
from telesales_desktop.ui.form_head import FormHead
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.order_fields import AMOUNTS, OrderFields
from telesales_desktop.ui.read_back import ReadBack
from telesales_desktop.ui.state_notice import StateNotice
from telesales_desktop.ui.theme import LARGE, ROOM, SPACE, Theme, set_property


class FormPage(IntEnum):
    """What the form's place shows."""

    TYPING = 0
    READING_BACK = 1
    SENDING = 2


class OrderForm(QFrame):
    """The form. Signals carry what a person wants; nothing is sent from here."""

    order_confirmed = Signal(object)  # OrderDetails: read back, and to be sent or kept
    content_changed = Signal()
    park_requested = Signal()
    cleared = Signal()
    left_sending = Signal()  # the agent goes on with a new order while this one is being sent

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        checks: FormChecks,
        profile: Profile,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orderForm")
        self.setProperty("role", "panel")
        self._formats = formats
        self._checks = checks
        self._profile = profile
        live = profile.environment is Environment.LIVE
        needs_email = not live or profile.country is Country.CA
        self._demands = Demands(profile.country, email_required=needs_email)
        self._blank = FormContent(store=profile.store, entity=profile.entity)
        self._touched: set[str] = set()
        self._tried = False
        self._refused: dict[str, InputError] = {}
        self._correcting = ""
        self._cleared: tuple[FormContent, str] | None = None  # in memory only
        self._reading: Reading | None = None
        self.fields = OrderFields(theme, profile.country, self)
        self.read_back = ReadBack(formats, self)
        self.sending = StateNotice(theme, self)
        self._build()
        self._connect()
        self.clear()

    # --- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.head = FormHead(self)
        self._build_scroller()
        self.message = QLabel(self)
        self.message.setObjectName("formMessage")
        self.message.setWordWrap(True)
        self.message.setProperty("face", "small")
        self.message.setProperty("problem", True)
        self.review_button = Button(self.tr("Read back and send (Ctrl+Enter)"), self)
        self.review_button.setObjectName("readBackAndSend")
        self.review_button.setProperty("kind", "primary")
        foot = QVBoxLayout()
        foot.setContentsMargins(LARGE, SPACE, LARGE, ROOM)
        foot.setSpacing(SPACE)
        foot.addWidget(self.message)
        foot.addWidget(self.review_button)
        typing = self._typing = QWidget(self)
        typing.setProperty("role", "clear")
        column = QVBoxLayout(typing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.scroller, 1000)
        column.addLayout(foot)
        column.addStretch(1)  # in a tall window the button stays with the fields
        self.stack = QStackedWidget(self)
        for page in (typing, self.read_back, self.sending):
            self.stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(self.stack)
        self._order_tabs()

    def _order_tabs(self) -> None:
        last = self.fields.last_editor
        for widget in (self.review_button, *self.head.buttons):
            QWidget.setTabOrder(last, widget)
            last = widget

    def _build_scroller(self) -> None:
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("formScroll")
        self.scroller.setWidgetResizable(True)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidget(self.fields)

    def _connect(self) -> None:
        self.fields.edited.connect(self._on_edited)
        self.fields.left.connect(self._on_left)
        self.fields.resized.connect(self._fit_scroller)
        self.review_button.clicked.connect(self.review)
        self.head.park_requested.connect(self.park_requested)
        self.head.clear_requested.connect(self._on_clear)
        self.head.bring_back_requested.connect(self.bring_back)
        self.read_back.confirmed.connect(self.order_confirmed)
        self.read_back.went_back.connect(self.show_typing)
        self.sending.step_chosen.connect(lambda _: self.left_sending.emit())
        for keys, slot in (
            ("Ctrl+Return", self.review_button.click),
            ("Ctrl+Enter", self.review_button.click),
            ("Ctrl+D", self.head.park_button.click),
            ("Ctrl+B", self.bring_back),
        ):
            shortcut = QShortcut(QKeySequence(keys), self._typing)
            shortcut.setAutoRepeat(False)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def _show_contact_note(self) -> None:
        notes = [self._contact_note()]
        if self._correcting:
            notes.insert(
                0,
                self.tr(
                    "Sending makes a new link. The old one still opens; we will not accept it."
                ),
            )
        text = "\n".join(note for note in notes if note)
        self.fields.contact_note.setText(text)
        self.fields.contact_note.setVisible(bool(text))

    def _contact_note(self) -> str:
        if self._profile.environment is not Environment.LIVE:
            return self.tr(
                "No text is sent here: an e-mail is needed, and you can copy the link afterwards."
            )
        if self._profile.country is Country.CA:
            return self.tr("Texts are not certain in Canada: an e-mail is needed too.")
        return ""

    def _channel(self, payment: PaymentChoice) -> str:
        if payment is not PaymentChoice.AFFIRM:
            return self.tr("Nothing goes to Affirm: the order is kept as a record.")
        if self._profile.environment is not Environment.LIVE:
            return self.tr(
                "Affirm sends the link by e-mail. No text is sent here; you can copy the link."
            )
        if self._profile.country is Country.CA:
            return self.tr("Affirm sends the link by e-mail, and perhaps by text.")
        return self.tr("Affirm sends the link by text and, if there is an address, by e-mail.")

    # --- what is shown -----------------------------------------------------------------------

    @property
    def page(self) -> FormPage:
        return FormPage(self.stack.currentIndex())

    @property
    def correcting(self) -> str:
        """The order being corrected, "" for a new one."""
        return self._correcting

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to lose."""
        return self.fields.content() == self._blank

    def content(self) -> FormContent:
        return self.fields.content()

    def clear(self) -> None:
        """An empty form, with this profile's store and entity."""
        self.show_content(self._blank)

    def show_content(self, content: FormContent, *, correcting: str = "") -> None:
        """Fill the form: a draft, or an order to correct (whose number stays)."""
        self._correcting = correcting
        self._touched.clear()
        self._refused.clear()
        self._tried = False
        self._forget_cleared()
        store, entity = content.store or self._blank.store, content.entity or self._blank.entity
        self.fields.show_content(replace(content, store=store, entity=entity))
        self.fields.lock("order_id", bool(correcting))
        self._show_contact_note()
        self.head.title.setText(
            self.tr("Correcting order {number}").format(number=correcting)
            if correcting
            else self.tr("New order (F2)")
        )
        self._check()
        self.show_typing()
        self.scroller.verticalScrollBar().setValue(0)

    def bring_back(self) -> None:
        """Fill the form with what "Clear" took out of it, until something else is typed."""
        if self._cleared is not None:
            content, correcting = self._cleared
            self.show_content(content, correcting=correcting)
            self.content_changed.emit()
            self.focus_first()

    def show_regions(self, regions: Sequence[tuple[str, str]]) -> None:
        self.fields.show_regions(regions)

    def show_typing(self) -> None:
        self.stack.setCurrentIndex(FormPage.TYPING)

    def show_sending(self) -> None:
        """The order is on its way; the agent may wait or go on."""
        self.sending.show_notice(
            "wait",
            self.tr("Asking Affirm to send the link. You can go on with another order."),
            step="new_order",
            step_text=self.tr("New order meanwhile (F2)"),
        )
        self.stack.setCurrentIndex(FormPage.SENDING)

    def show_refusal(self, problem: InputError, sentence: str) -> None:
        """What Affirm or a rule of ours refused, at the field it named if it named one."""
        self.show_typing()
        if problem.field:
            self._refused[problem.field] = problem
        self._check()
        self.message.setText(sentence)
        self.message.show()
        if problem.field:
            self.fields.focus(problem.field)

    def focus_first(self) -> None:
        """The cursor where typing starts."""
        name = "phone" if self._correcting else "first_name"
        self.fields.focus(name)

    def review(self) -> None:
        """Go on to the read-back, or to the first field that has a problem."""
        self._tried = True
        self._refused.clear()
        self._check()
        reading = self._reading
        if reading is None:
            return
        if reading.details is None:
            first = next(iter(reading.problems.values()))
            self.message.setText(input_problem(first, self._formats))
            self.message.show()
            self.fields.focus(first.field)
            return
        channel = self._channel(reading.details.payment)
        self.read_back.show_details(reading.details, channel)
        self.stack.setCurrentIndex(FormPage.READING_BACK)
        self.read_back.back_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- inside ------------------------------------------------------------------------------

    def _fit_scroller(self) -> None:
        self.scroller.setMaximumHeight(self.fields.height_for(self.scroller.viewport().width()) + 2)

    def _on_clear(self) -> None:
        if not self.is_blank:  # the second click of two takes nothing more away
            lost = (self.content(), self._correcting)
            self.clear()
            self._cleared = lost
            self.head.offer_to_bring_back(True)
        self.cleared.emit()

    def _forget_cleared(self) -> None:
        self._cleared = None
        self.head.offer_to_bring_back(False)

    def _on_edited(self, name: str) -> None:
        self._forget_cleared()
        self._refused = {
            field: problem
            for field, problem in self._refused.items()
            if field != name and not (name == "items" and field.startswith("items"))
        }
        self._check()
        self.content_changed.emit()

    def _on_left(self, name: str) -> None:
        if self.page is not FormPage.TYPING:
            return
        self._touched.add(name)
        self._write_in_full(name)
        self._check()

    def _write_in_full(self, name: str) -> None:
        """An amount or number that can be read is written as people write it."""
        content = self.fields.content()
        try:
            if name == "phone":
                self.fields.show_value(
                    name, self._checks.phone_as_typed(self._checks.phone(content.phone))
                )
            elif name in AMOUNTS and getattr(content, name).strip():
                self._show_amount(name, getattr(content, name))
            elif name.endswith(".unit_price"):
                number = int(name.split(".")[1])
                if number < len(content.items):
                    self._show_amount(name, content.items[number].unit_price)
        except InputError:
            return  # shown at the field by the check that follows

    def _show_amount(self, name: str, text: str) -> None:
        self.fields.show_value(name, self._checks.money_text(self._checks.money_cents(text)))

    def _check(self) -> None:
        reading = read_content(self.fields.content(), self._checks, self._demands)
        self._reading = reading
        shown = {n: p for n, p in reading.problems.items() if self._is_due(n)} | self._refused
        items = {
            name: short_problem(problem, self._formats)
            for name, problem in shown.items()
            if name.startswith("items")
        }
        self.fields.show_problems(
            lambda name: short_problem(shown[name], self._formats) if name in shown else "",
            lambda name: input_problem(shown[name], self._formats) if name in shown else "",
            items,
        )
        self._show_proof(reading)
        if not shown:
            self.message.hide()

    def _is_due(self, name: str) -> bool:
        """A problem is shown once the field was left, or sending was tried.

        An empty field is no problem before that: the agent is not there yet.
        """
        problem = self._reading.problems[name] if self._reading else None
        if name == "total" and problem is not None and problem.problem == "not_the_sum":
            return False  # the proof under the total says it
        if problem is not None and problem.problem == "missing":
            return self._tried
        return self._tried or name in self._touched

    def _show_proof(self, reading: Reading) -> None:
        computed, total = reading.computed_cents, reading.total_cents
        text, tone = self.tr("Type the total: it is compared with the sum of its parts."), ""
        if computed is not None and total is None:
            text = self.tr("the parts make {computed}").format(
                computed=self._formats.money(computed)
            )
        elif computed is not None and total == computed and total > 0:
            text, tone = self.tr("= ok, to the cent"), "done"
        elif computed is not None and total is not None:
            tone = "danger"
            text = self.tr("the parts make {computed}: {difference} apart").format(
                computed=self._formats.money(computed),
                difference=self._formats.money(abs(total - computed)),
            )
        self.fields.proof.setText(text)
        set_property(self.fields.proof, "tone", tone)
