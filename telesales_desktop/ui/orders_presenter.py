"""How do the list and the detail follow the desk, and how does a press become a command?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from telesales_desktop.application.floor_values import Holding, SharedOrder
from telesales_desktop.application.ports import OrderFile, SearchQuery
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.order_state import CommandName
from telesales_desktop.ui.desk import Desk
from telesales_desktop.ui.error_labels import error_text
from telesales_desktop.ui.form_checks import FormChecks
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.order_commands import OrderCommands
from telesales_desktop.ui.order_detail import OrderDetail
from telesales_desktop.ui.order_row import OrderRow, row_of
from telesales_desktop.ui.order_sheet import OrderSheet, sheet_of
from telesales_desktop.ui.orders_panel import OrdersPanel
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.task_runner import Endings, TaskRunner

FRAME_MS = 16
_SEARCH_MS = 120
_AGE_MS, _AGED_AT_ONCE = 1000, 200
_READ_AT_ONCE = 100  # rows between two looks at the events: about two milliseconds


class OrdersPresenter(QObject):
    """Keeps list and detail true. All changes of one frame are painted at once."""

    correction_wanted = Signal(object)  # OrderFile: its details go into the form
    order_shown = Signal(str)
    stuck = Signal(object)  # OrderRow: a colleague's order needs a supervisor from now on
    command_failed = Signal(str, str)  # order_id, sentence: of an order that is not shown any more

    def __init__(
        self,
        desk: Desk,
        runner: TaskRunner,
        orders: OrdersPanel,
        detail: OrderDetail,
        *,
        profile: Profile,
        formats: Formats,
        checks: FormChecks,
    ) -> None:
        super().__init__(orders)
        self._desk, self._runner = desk, runner
        self._orders, self._detail = orders, detail
        self._profile, self._formats = profile, formats
        self._files: dict[str, OrderFile] = {}
        self._changed: dict[str, OrderFile] = {}
        self._shared: dict[str, SharedOrder] = {}
        self._lost_at: dict[str, datetime] = {}  # when another desk took what this one had
        self._supervises = profile.role is Role.SUPERVISOR
        self._is_loaded = False
        self._chosen = ""
        self._timeline_stale = False
        self._searched = 0
        self._age_from = 0
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(self._flush)
        self._search_pause = QTimer(self, singleShot=True, interval=_SEARCH_MS)
        self._search_pause.timeout.connect(self._search_history)
        self._search_text = ""
        self._ages = QTimer(self, interval=_AGE_MS)
        self._ages.timeout.connect(self._age)
        orders.order_chosen.connect(self._on_chosen)
        detail.command_chosen.connect(self._on_command)
        self._commands = OrderCommands(desk, runner, detail, formats=formats, checks=checks)
        self._commands.started.connect(self._on_started)
        self._commands.answered.connect(self.order_changed)
        self._commands.failed.connect(self._on_command_failed)
        self._commands.ended.connect(self._on_ended)

    # --- following ---------------------------------------------------------------------------

    def start(self) -> None:
        """Load what is open; also the answer to "Try again"."""
        self._is_loaded = False
        self._orders.show_loading()
        self._runner.start(
            "load", self._load, Endings(done=self._on_loaded, failed=self._on_failed)
        )
        self._ages.start()

    def order_changed(self, file: OrderFile) -> None:
        """Keep the newest of each order; painted with the next frame."""
        self._changed[file.order.order_id] = file
        if not self._frame.isActive():
            self._frame.start()

    def shared_changed(self, shared: SharedOrder) -> None:
        """An order has another place on the floor, or another desk has changed it."""
        order_id = shared.order_id
        before = self._shared.get(order_id)
        if shared.holding is not Holding.ELSEWHERE:
            self._lost_at.pop(order_id, None)
        elif before is not None and before.holding is Holding.HERE:
            self._lost_at[order_id] = self._desk.now()
        self._shared[order_id] = shared
        if before is not None and replace(shared, file=before.file) != before:
            self._files.pop(order_id, None)  # shown anew even where the order is the same
        self.order_changed(shared.file)

    def file(self, order_id: str) -> OrderFile | None:
        return self._changed.get(order_id) or self._files.get(order_id)

    def show_order(self, order_id: str) -> None:
        """Choose an order: the agent's own doing, so the list may move for it."""
        self._flush()
        self._orders.choose(order_id)
        self.order_shown.emit(order_id)

    def search(self, text: str) -> None:
        """Filter what is open at once, and the whole history a moment later."""
        self._search_text = text.strip()
        self._orders.show_search(self._search_text)
        self._search_pause.start()
        if not self._search_text:  # what a day of searches has found is not kept
            self._files = {
                order_id: file
                for order_id, file in self._files.items()
                if not file.order.archived or order_id == self._chosen
            }

    def sheet(self, order_id: str) -> OrderSheet | None:
        file = self.file(order_id)
        if file is None:
            return None
        return sheet_of(
            file,
            self._desk.now(),
            self._formats,
            self._profile,
            busy=self._commands.is_running(order_id),
            shared=self._shared.get(order_id),
            lost_at=self._lost_at.get(order_id),
        )

    def row(self, file: OrderFile) -> OrderRow:
        """The order's line as it is now."""
        return row_of(
            file,
            self._desk.now(),
            self._shared.get(file.order.order_id),
            me=self._profile.agent,
            me_id=self._profile.person_id,
            supervises=self._supervises,
        )

    async def _load(self) -> list[OrderRow]:
        """Every order's row, a few at a time: a long list must not hold up the window."""
        found = await self._desk.shared_orders()
        told = {o: self._shared[o] for o in self._changed if o in self._shared}  # newer than asked
        self._shared = {shared.order_id: shared for shared in found} | told
        self._files = {shared.order_id: shared.file for shared in found}
        rows = []
        for number, shared in enumerate(found):
            if number % _READ_AT_ONCE == 0:
                await asyncio.sleep(0)
            rows.append(self.row(shared.file))
        return rows

    def _on_loaded(self, rows: Sequence[OrderRow]) -> None:
        self._is_loaded = True
        self._orders.show_orders(rows)
        self._flush()

    def _on_failed(self, error: TelesalesError) -> None:
        self._orders.show_failed(error_text(error, self._formats))

    def _flush(self) -> None:
        if not self._is_loaded:
            return  # the desk tells every order once while it opens: all are shown at once then
        changed = {k: v for k, v in self._changed.items() if self._files.get(k) is not v}
        self._changed = {}
        if not changed:
            return
        self._files.update(changed)
        rows = [self.row(file) for file in changed.values() if not file.order.archived]
        self._tell_stuck(rows)
        gone = [order_id for order_id, file in changed.items() if file.order.archived]
        self._orders.show_changes(rows, gone=gone)
        if self._chosen in changed:
            self._show_chosen()
            self._load_timeline()

    def _age(self) -> None:
        """Some states end by the clock alone: look at a slice of the orders each second."""
        ids = list(self._files)
        part = ids[self._age_from : self._age_from + _AGED_AT_ONCE]
        self._age_from = (
            0 if self._age_from + _AGED_AT_ONCE >= len(ids) else self._age_from + _AGED_AT_ONCE
        )
        files = [self._files[order_id] for order_id in part]
        rows = [self.row(file) for file in files if not file.order.archived]
        moved = [row for row in rows if row != self._orders.model.row(row.order_id)]
        if moved:
            self._tell_stuck(moved)
            self._orders.show_changes(moved)
            if any(row.order_id == self._chosen for row in moved):
                self._show_chosen()

    def _tell_stuck(self, rows: Sequence[OrderRow]) -> None:
        """The desk tells of its own orders; of a colleague's, a supervisor hears from here."""
        for row in rows:
            before = self._orders.model.row(row.order_id)
            is_news = before is None or before.trouble is not row.trouble
            if row.trouble is not None and not row.here and is_news:
                self.stuck.emit(row)

    def _search_history(self) -> None:
        if not self._search_text:
            return
        self._runner.cancel(f"search:{self._searched}")
        self._searched += 1
        number, query = self._searched, SearchQuery(text=self._search_text)

        def found(files: Sequence[OrderFile]) -> None:
            if number == self._searched and query.text == self._search_text:
                for file in files:
                    self._files.setdefault(file.order.order_id, file)
                self._orders.show_found(self.row(file) for file in files)

        def failed(error: TelesalesError) -> None:
            if number == self._searched and query.text == self._search_text:
                text = self.tr("Older orders could not be searched. {reason}")
                self._orders.show_search_failed(
                    text.format(reason=error_text(error, self._formats))
                )

        self._runner.start(
            f"search:{number}",
            lambda: self._desk.search(query),
            Endings(done=found, failed=failed),
        )

    # --- the chosen order --------------------------------------------------------------------

    def _on_chosen(self, order_id: str) -> None:
        self._chosen = order_id
        self._show_chosen()
        self._load_timeline()
        self.order_shown.emit(order_id)

    def _show_chosen(self) -> None:
        sheet = self.sheet(self._chosen)
        if sheet is None:
            self._detail.show_nothing()
        else:
            self._detail.show_order(sheet)

    def _load_timeline(self) -> None:
        order_id = self._chosen
        if not order_id:
            return

        def shown(entries: Sequence[TimelineEntry]) -> None:
            if order_id == self._chosen:
                self._detail.show_timeline(entries)

        def failed(error: TelesalesError) -> None:
            if order_id == self._chosen:
                self._detail.show_no_timeline(error_text(error, self._formats))

        def ended() -> None:
            if self._timeline_stale:
                self._timeline_stale = False
                self._load_timeline()

        started = self._runner.start(
            f"timeline:{order_id}",
            lambda: self._desk.timeline(order_id),
            Endings(done=shown, failed=failed, always=ended),
        )
        self._timeline_stale = self._timeline_stale or not started

    # --- commands ----------------------------------------------------------------------------

    def _on_command(self, command: str) -> None:
        sheet = self.sheet(self._chosen)
        if sheet is None:
            return
        if command == CommandName.COPY_LINK:
            QGuiApplication.clipboard().setText(sheet.link)
            self._detail.show_outcome(self.tr("The link is copied."), tone=Tone.DONE)
        elif command in (CommandName.SEND, CommandName.SUPERSEDE):
            self.correction_wanted.emit(sheet.file)
        else:
            self._commands.give(command, sheet)

    def ask_affirm(self) -> None:
        """Read one order that Affirm knows, the chosen one first: does Affirm answer again?"""
        for order_id in (self._chosen, *self._files):
            sheet = self.sheet(order_id)
            if sheet is not None and CommandName.REFRESH in sheet.commands:
                self._commands.refresh(order_id)
                return

    def _on_started(self, order_id: str) -> None:
        if order_id == self._chosen:
            self._detail.show_outcome("")
            self._show_chosen()

    def _on_command_failed(self, order_id: str, error: TelesalesError) -> None:
        sentence = error_text(error, self._formats)
        if order_id == self._chosen:
            self._detail.show_outcome(sentence)
        else:
            self.command_failed.emit(order_id, sentence)  # the agent has gone on meanwhile

    def _on_ended(self, order_id: str) -> None:
        if order_id == self._chosen:
            self._flush()
            self._show_chosen()
