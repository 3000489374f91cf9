"""How is the whole window kept true: connection, news, search, and what belongs to no part?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.ports import JournalProblem, OrderFile
from telesales_desktop.application.profile import Profile
from telesales_desktop.application.rebuilding import Rebuilt
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.ui import labels, rebuild_dialog
from telesales_desktop.ui.affirm_request import RequestDialog
from telesales_desktop.ui.confirm_dialogs import ConfirmDialog
from telesales_desktop.ui.connection_labels import (
    TRY_AGAIN,
    Saying,
    affirm_saying,
    webhook_saying,
)
from telesales_desktop.ui.connection_report import header_saying, report, top_saying
from telesales_desktop.ui.desk import Desk
from telesales_desktop.ui.error_labels import CRASHED, error_text
from telesales_desktop.ui.form_presenter import FormPresenter
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.inbox import InboxItem
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.main_window import MainWindow
from telesales_desktop.ui.order_row import OrderRow, row_of
from telesales_desktop.ui.orders_presenter import OrdersPresenter
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.settings_presenter import SettingsPresenter
from telesales_desktop.ui.watch_labels import STUCK_NEWS, row_word

_TICK_MS = 1000
_SOUNDS = frozenset(Notice) - {Notice.CONFIRMED, Notice.OPERATION_DONE}


class WindowPresenter(QObject):
    """The desk's listener. ``step_chosen``: a banner's next step that the window cannot take."""

    step_chosen = Signal(str)  # retry_journal, retry_keyring, rebuild_journal, open_setup

    def __init__(
        self,
        desk: Desk,
        window: MainWindow,
        orders: OrdersPresenter,
        form: FormPresenter,
        settings: SettingsPresenter,
        *,
        profile: Profile,
        formats: Formats,
        chime: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._desk, self.window = desk, window
        self._orders, self._form = orders, form
        self.settings = settings
        settings.setup_requested.connect(lambda: self.step_chosen.emit("open_setup"))
        self._profile, self._formats, self._chime = profile, formats, chime
        self._status = ConnectionStatus()
        self._told: Saying | None = None  # said until it is read
        self._rebuilding: Saying | None = None  # orders are missing: nothing else matters as much
        self._stops: list[Callable[[], None]] = []
        window.header.searched.connect(orders.search)
        window.header.webhook_help_requested.connect(self._show_request)
        window.new_order_requested.connect(form.new_order)
        window.orders.step_chosen.connect(self._on_list_step)
        window.inbox.order_chosen.connect(self._on_news_chosen)
        window.inbox.inbox.dataChanged.connect(lambda *_: self._show_unread())
        window.banner.step_chosen.connect(self._on_banner_step)
        orders.order_shown.connect(window.inbox.inbox.mark_read)
        orders.command_failed.connect(self._on_command_failed)
        orders.stuck.connect(self._on_stuck)
        form.order_sent.connect(lambda _: window.open_sheet())
        form.send_failed.connect(self._on_command_failed)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._show_connection)

    def start(self) -> None:
        """Subscribe and load; call once the loop runs."""
        self._stops.append(self._desk.subscribe(self))
        self._stops.append(self._desk.subscribe_floor(self._orders.shared_changed))
        self.load()
        self._clock.start()
        self._form.new_order()

    def load(self) -> None:
        """Ask the desk for its orders and drafts; again when it has been opened anew."""
        self._orders.start()
        self._form.start()

    def stop(self) -> None:
        """Keep what is typed; hear no more of the desk."""
        self._form.keep_typed()
        while self._stops:
            self._stops.pop()()
        self._clock.stop()

    def show_closing(self) -> None:
        """What was begun is waited for; what was typed meanwhile would be lost with the window."""
        self.window.close_panels()
        for part in (self.window.header, self.window.split, self.window.sheet):
            part.setEnabled(False)
        text = self.tr("Closing: what was begun is finished first. Nothing needs to be done.")
        self._rebuilding = Saying(Tone.PROGRAM, "", text, "wait")
        self._show_connection()

    # --- what the desk tells -----------------------------------------------------------------

    def order_changed(self, file: OrderFile) -> None:
        self._orders.order_changed(file)

    def noticed(self, order_id: str, notice: Notice, at: datetime) -> None:
        file = self._orders.file(order_id)
        customer, state = order_id, ""
        amount = ""
        if file is not None:
            row = row_of(file, self._desk.now())
            customer = f"{row.customer} ({order_id})"
            amount = self._formats.money(row.amount_cents, row.currency)
            state = labels.state_word(row.state, row.raw_word)
        text = word(labels.NOTICES[notice]).format(customer=customer, amount=amount, state=state)
        self.window.inbox.inbox.add(InboxItem(order_id, text, at))
        self._show_unread()
        if notice in _SOUNDS:
            self._chime()

    def connection_changed(self, status: ConnectionStatus) -> None:
        self._status = status
        self._show_connection()

    def show_crash(self) -> None:
        """A bug of ours: said, not hidden."""
        self._tell(Tone.DANGER, word(CRASHED))

    # --- rebuilding --------------------------------------------------------------------------

    def show_rebuilding(self) -> None:
        """A new journal is being filled."""
        self._rebuilding = Saying(Tone.PROGRAM, "", word(rebuild_dialog.RUNNING), "wait")
        self._show_connection()

    def show_rebuilt(self, found: Rebuilt | None) -> None:
        """What came back; None where the journal was whole after all."""
        self._rebuilding = None
        if found is None:
            self._tell(Tone.DONE, word(rebuild_dialog.WHOLE))
            return
        self._show_connection()
        self.load()
        rebuild_dialog.RebuildReport(found, self.window).open()

    def show_not_rebuilt(self, error: TelesalesError) -> None:
        """The filling broke off; what is wrong outside is said with it."""
        reason = error_text(error, self._formats)
        text = word(rebuild_dialog.FAILED).format(reason=reason)
        again = word(TRY_AGAIN)
        self._rebuilding = Saying(Tone.DANGER, "", text, "journal", "rebuild_again", again)
        self._show_connection()

    def _tell(self, tone: Tone, sentence: str) -> None:
        read = self.tr("I have read it")
        self._told = Saying(tone, "", sentence, step="seen", step_text=read)
        self._show_connection()

    def _ask_to_rebuild(self) -> None:
        goes_on = self._status.journal_problem is JournalProblem.UNFILLED
        dialog = ConfirmDialog(rebuild_dialog.rebuild_question(goes_on=goes_on), self.window)
        dialog.confirmed.connect(lambda: self.step_chosen.emit("rebuild_journal"))
        dialog.open()

    # --- inside ------------------------------------------------------------------------------

    def _show_connection(self) -> None:
        now = self._desk.now()
        webhook = webhook_saying(self._status)
        self.window.header.show_connection(
            header_saying(self._status, now, self._formats), affirm_saying(self._status), webhook
        )
        self.window.connection.show_report(report(self._status, now, self._formats, webhook))
        saying = self._rebuilding or top_saying(self._status) or self._told
        if saying is None:
            self.window.banner.hide()
        else:
            self.window.banner.show_sentence(
                saying.tone,
                saying.icon,
                saying.whole,
                step=saying.step,
                step_text=saying.step_text,
            )

    def _show_unread(self) -> None:
        self.window.header.show_unread(self.window.inbox.inbox.unread)

    def _on_list_step(self, step: str) -> None:
        if step == "new_order":
            self._form.new_order()
        elif step == "clear_search":
            self.window.header.search.clear()
        elif step == "retry":
            self._on_banner_step("retry_journal")

    def _on_banner_step(self, step: str) -> None:
        if step == "seen":
            self._told = None
            self._show_connection()
        elif step == "rebuild_journal":
            self._ask_to_rebuild()
        elif step == "open_settings":
            self.window.toggle_settings()
        elif step == "show_connection":
            self.window.toggle_connection()
        elif step == "retry_affirm":
            self._orders.ask_affirm()
        else:
            self.step_chosen.emit(step)

    def _on_stuck(self, row: OrderRow) -> None:
        customer = f"{row.customer} ({row.order_id})"
        text = word(STUCK_NEWS).format(customer=customer, state=row_word(row), agent=row.agent)
        self.window.inbox.inbox.add(InboxItem(row.order_id, text, self._desk.now()))
        self._show_unread()
        self._chime()

    def _on_command_failed(self, order_id: str, sentence: str) -> None:
        """A refusal that the agent no longer looks at must not be lost."""
        file = self._orders.file(order_id)
        customer = row_of(file, self._desk.now()).customer if file is not None else ""
        text = f"{customer} ({order_id}): {sentence}" if customer else f"{order_id}: {sentence}"
        self.window.inbox.inbox.add(InboxItem(order_id, text, self._desk.now()))
        self._show_unread()
        self._chime()

    def _on_news_chosen(self, order_id: str) -> None:
        self.window.close_panels()
        self._orders.show_order(order_id)
        if self._orders.file(order_id) is None:
            return  # never sent: its form is parked
        self.window.open_sheet()
        self.window.orders.view.setFocus()

    def _show_request(self) -> None:
        saying = webhook_saying(self._status)
        explanation = saying.whole if saying else ""
        RequestDialog(self._profile, explanation, self.window).open()
