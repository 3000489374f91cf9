"""How does a typed order become a sent one, exactly once, and how is nothing typed ever lost?"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from telesales_desktop.application.ports import Draft, OrderFile
from telesales_desktop.domain.details import OrderDetails, PaymentChoice
from telesales_desktop.domain.errors import (
    AffirmRejectedError,
    CommandRefusedError,
    InputError,
    TelesalesError,
)
from telesales_desktop.domain.money import Country
from telesales_desktop.domain.order import SendState
from telesales_desktop.domain.order_state import CommandName, OrderState, allowed_commands
from telesales_desktop.ui.affirm_field import form_field
from telesales_desktop.ui.desk import Desk
from telesales_desktop.ui.drafts_list import DraftsList
from telesales_desktop.ui.error_labels import CRASHED, affirm_reason, error_text
from telesales_desktop.ui.form_checks import FormChecks
from telesales_desktop.ui.form_content import FormContent, content_from, content_of
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import STATE_SENTENCES, word
from telesales_desktop.ui.order_form import OrderForm
from telesales_desktop.ui.orders_presenter import OrdersPresenter
from telesales_desktop.ui.task_runner import Endings, TaskRunner

_SAVE_MS = 800
_NUMBER_TAKEN = frozenset({"number_taken", "number_taken_elsewhere"})
_STORE_AGAIN_MS = 5000


@dataclass(slots=True)
class _Sending:
    """The order that the form's last press sent. ``left``: the agent went on meanwhile."""

    content: FormContent
    correcting: str
    draft_id: str
    left: bool = False
    answered: bool = False


class FormPresenter(QObject):
    """Sends, keeps and corrects orders; keeps what is typed as a draft."""

    order_sent = Signal(str)  # order_id: Affirm has it, or the answer is lost, and it is shown
    send_failed = Signal(str, str)  # order_id, sentence: of one that was left to itself

    def __init__(
        self,
        desk: Desk,
        runner: TaskRunner,
        form: OrderForm,
        drafts: DraftsList,
        orders: OrdersPresenter,
        *,
        formats: Formats,
        checks: FormChecks,
    ) -> None:
        super().__init__(form)
        self._desk, self._runner = desk, runner
        self._form, self._list, self._orders = form, drafts, orders
        self._formats, self._checks = formats, checks
        self._drafts: list[Draft] = []
        self._draft_id = ""
        self._sending: _Sending | None = None
        self._unsaved: dict[str, Draft] = {}  # the disk has refused them
        self._undeleted: set[str] = set()
        self._store_pause = QTimer(self, singleShot=True, interval=_STORE_AGAIN_MS)
        self._store_pause.timeout.connect(self._store_again)
        self._save_pause = QTimer(self, singleShot=True, interval=_SAVE_MS)
        self._save_pause.timeout.connect(self._save)
        form.content_changed.connect(self._save_pause.start)
        form.order_confirmed.connect(self._on_confirmed)
        form.park_requested.connect(self.park)
        form.left_sending.connect(self.new_order)
        form.cleared.connect(self._on_cleared)
        drafts.chosen.connect(self._take_up)
        drafts.deleted.connect(self._delete)
        orders.correction_wanted.connect(self.correct)

    def start(self) -> None:
        """Load the parked forms and the choices of the form."""
        self._runner.start("drafts", self._desk.drafts, Endings(done=self._on_drafts))
        # States come from a library: loaded in a thread while the form is typed into.
        self._runner.start(
            "regions",
            lambda: asyncio.to_thread(self._checks.regions),
            Endings(done=self._form.show_regions),
        )

    # --- what the agent asks for -------------------------------------------------------------

    def new_order(self) -> None:
        """F2: back to the form; one that is being sent is left to itself."""
        self._leave_sending()
        self._form.show_typing()
        self._form.focus_first()

    def _leave_sending(self) -> None:
        """The form is for another order now: what it sent is neither parked nor waited for."""
        if self._sending is not None and not self._sending.left:
            self._sending.left = True
            self._begin(FormContent())

    def park(self) -> None:
        """Keep the form for later and start another."""
        self._leave_sending()
        if not self._form.is_blank:
            self._save()
            self._begin(FormContent())
        self._show_list()
        self._form.focus_first()

    def keep_typed(self) -> None:
        """Write down what was typed a moment ago: the window closes, or another person comes."""
        if self._save_pause.isActive():
            self._save_pause.stop()
            self._save()
        self._store_again()

    def correct(self, file: OrderFile) -> None:
        """Put an order's details into the form, to be sent in the old one's place."""
        self._leave_sending()
        if not self._form.is_blank:
            self.park()
        content = content_of(file.details, self._checks)
        self._draft_id = ""
        self._form.show_content(content, correcting=file.order.order_id)
        self._form.focus_first()

    # --- sending -----------------------------------------------------------------------------

    def _on_confirmed(self, details: OrderDetails) -> None:
        sending = _Sending(self._form.content(), self._form.correcting, self._draft_id)
        draft_id = self._draft_id
        if details.payment is not PaymentChoice.AFFIRM:
            act = self._desk.keep
        elif self._has_open_link(sending.correcting):
            act = self._desk.correct
        else:
            act = self._desk.send

        name = f"order:{details.order_id}"
        started = self._runner.start(
            name,
            lambda: act(details, draft_id=draft_id),
            Endings(
                done=lambda file: self._on_sent(sending, file),
                failed=lambda error: self._on_failed(sending, error),
                always=lambda: self._on_ended(sending),
            ),
            writes=True,
        )
        if started:
            self._save_pause.stop()
            self._unsaved.pop(draft_id, None)  # written again it would outlive its order
            self._sending = sending
            self._form.show_sending()
        else:
            why = "in_flight" if self._runner.is_running(name) else "closed"
            sentence = error_text(CommandRefusedError(why), self._formats)
            self._form.show_refusal(InputError("", ""), sentence)

    def _has_open_link(self, order_id: str) -> bool:
        file = self._orders.file(order_id) if order_id else None
        if file is None:
            return False
        return CommandName.SUPERSEDE in allowed_commands(file.order, self._desk.now())

    def _on_sent(self, sending: _Sending, file: OrderFile) -> None:
        sending.answered = True
        self._orders.order_changed(file)
        checkout = file.order.checkout
        if checkout is not None and checkout.state is SendState.REFUSED:
            canadian = file.order.country is Country.CA
            reason = affirm_reason(checkout.refusal, checkout.refusal_field, canadian=canadian)
            problem = InputError(form_field(checkout.refusal_field), "refused", reason=reason)
            self._bring_back(sending, problem, _not_sent(reason))
            return
        self._drop(sending.draft_id)
        is_waited_for = not sending.left and self._has_keys()
        if not sending.left:
            self._begin(FormContent())
        self._end(sending)
        if is_waited_for:
            self._orders.show_order(file.order.order_id)
            self._form.focus_first()
            self.order_sent.emit(file.order.order_id)

    def _has_keys(self) -> bool:
        """Whether the agent waits here, and does not read or type somewhere else meanwhile."""
        focused: QWidget | None = self._form.window().focusWidget()
        return focused is None or focused is self._form or self._form.isAncestorOf(focused)

    def _on_ended(self, sending: _Sending) -> None:
        """After an answer there is nothing to do; a bug of ours gives none."""
        if not sending.answered:
            self._bring_back(sending, InputError("", ""), word(CRASHED))

    def _on_failed(self, sending: _Sending, error: TelesalesError) -> None:
        sending.answered = True
        sentence = error_text(error, self._formats)
        problem = InputError("", "")
        if isinstance(error, InputError):
            problem = error
        elif isinstance(error, CommandRefusedError) and error.reason in _NUMBER_TAKEN:
            problem = InputError("order_id", "refused", reason=sentence)
        elif isinstance(error, AffirmRejectedError):
            problem = InputError(form_field(error.field), "refused", reason=sentence)
        self._bring_back(sending, problem, sentence)
        if sending.left:  # what Affirm refuses is told by the desk, what never left by nobody
            parked = self.tr("{sentence} The form is parked.").format(sentence=sentence)
            self.send_failed.emit(sending.content.order_id.strip(), parked)

    def _bring_back(self, sending: _Sending, problem: InputError, sentence: str) -> None:
        """Nothing was sent: the form as it was, or a parked form if another is being typed."""
        self._end(sending)
        if sending.left:
            self._store(Draft(sending.draft_id or _new_id(), _plain(sending), self._desk.now()))
            return
        self._save_pause.start()
        self._form.show_refusal(problem, sentence)

    def _end(self, sending: _Sending) -> None:
        if self._sending is sending:
            self._sending = None

    # --- drafts ------------------------------------------------------------------------------

    def _begin(self, content: FormContent, draft_id: str = "", correcting: str = "") -> None:
        self._save_pause.stop()
        self._draft_id = draft_id
        self._form.show_content(content, correcting=correcting)

    def _on_cleared(self) -> None:
        if self._draft_id:
            self._delete(self._draft_id)
            self._draft_id = ""
        self._form.focus_first()

    def _save(self) -> None:
        """Write the form down as it is; an emptied one leaves no draft."""
        if self._form.is_blank:
            if self._draft_id:
                self._delete(self._draft_id)
                self._draft_id = ""
            return
        self._draft_id = self._draft_id or _new_id()
        content = self._form.content().as_mapping() | {"correcting": self._form.correcting}
        self._store(Draft(self._draft_id, content, self._desk.now()))

    def _store(self, draft: Draft) -> None:
        self._drafts = [d for d in self._drafts if d.draft_id != draft.draft_id]
        self._drafts.insert(0, draft)
        self._show_list()
        self._write(draft)

    def _write(self, draft: Draft) -> None:
        def failed(_: TelesalesError) -> None:
            if self._sending is None or self._sending.draft_id != draft.draft_id:
                self._unsaved.setdefault(draft.draft_id, draft)  # a newer one may wait already
                self._store_pause.start()

        self._unsaved.pop(draft.draft_id, None)
        started = self._runner.start(
            f"draft:{draft.draft_id}",
            lambda: self._desk.save_draft(draft),
            Endings(failed=failed),
            writes=True,
        )
        if not started:  # the one before is still being written: again in a moment
            self._unsaved[draft.draft_id] = draft
            self._store_pause.start()
            self._save_pause.start()

    def _store_again(self) -> None:
        for draft in tuple(self._unsaved.values()):
            self._write(draft)
        undeleted, self._undeleted = self._undeleted, set()
        for draft_id in undeleted:
            self._delete(draft_id)

    def _take_up(self, draft_id: str) -> None:
        draft = next((d for d in self._drafts if d.draft_id == draft_id), None)
        if draft is None:
            return
        self._leave_sending()
        if not self._form.is_blank:
            self._save()
        correcting = draft.content.get("correcting")
        self._begin(
            content_from(draft.content), draft_id, correcting if isinstance(correcting, str) else ""
        )
        self._show_list()
        self._form.focus_first()

    def _delete(self, draft_id: str) -> None:
        def failed(_: TelesalesError | None = None) -> None:
            self._undeleted.add(draft_id)
            self._store_pause.start()

        self._drop(draft_id)
        started = self._runner.start(
            f"draft:{draft_id}",
            lambda: self._desk.delete_draft(draft_id),
            Endings(failed=failed),
            writes=True,
        )
        if not started:  # it is being written down: it goes after that
            failed()

    def _drop(self, draft_id: str) -> None:
        self._unsaved.pop(draft_id, None)
        self._drafts = [d for d in self._drafts if d.draft_id != draft_id]
        self._show_list()

    def _on_drafts(self, drafts: Sequence[Draft]) -> None:
        known = {draft.draft_id for draft in self._drafts}
        self._drafts += [draft for draft in drafts if draft.draft_id not in known]
        self._drafts.sort(key=lambda draft: draft.saved_at, reverse=True)
        self._show_list()

    def _show_list(self) -> None:
        sent = "" if self._sending is None else self._sending.draft_id
        self._list.show_drafts(
            [d for d in self._drafts if d.draft_id not in (self._draft_id, sent)]
        )


def _new_id() -> str:
    return uuid.uuid4().hex


def _plain(sending: _Sending) -> dict[str, object]:
    return sending.content.as_mapping() | {"correcting": sending.correcting}


def _not_sent(reason: str) -> str:
    return word(STATE_SENTENCES[OrderState.SEND_REFUSED]).format(reason=reason)
