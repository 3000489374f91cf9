"""How does a press become a command, asked about where it cannot be undone, and given once?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from telesales_desktop.application.floor_values import FloorCommand
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain.order import OperationKind
from telesales_desktop.domain.order_state import CommandName
from telesales_desktop.ui.command_bar import CLOSE_LINK
from telesales_desktop.ui.confirm_dialogs import (
    AmountDialog,
    ConfirmDialog,
    ShipmentDialog,
    VerdictDialog,
)
from telesales_desktop.ui.desk import Desk
from telesales_desktop.ui.form_checks import FormChecks
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.handing_over import HandingOver
from telesales_desktop.ui.order_sheet import OrderSheet
from telesales_desktop.ui.questions import ASKS_FIRST, WITH_AMOUNT, question_for, whole_cents
from telesales_desktop.ui.task_runner import Endings, TaskRunner

Work = Callable[[], Coroutine[Any, Any, OrderFile]]


class OrderCommands(QObject):
    """Gives the commands of one order to the desk; a second one of the same order is refused."""

    started = Signal(str)  # order_id: its buttons sleep
    answered = Signal(object)  # OrderFile
    failed = Signal(str, object)  # order_id, TelesalesError
    ended = Signal(str)  # order_id, after any of the two

    def __init__(
        self,
        desk: Desk,
        runner: TaskRunner,
        window: QWidget,
        *,
        formats: Formats,
        checks: FormChecks,
    ) -> None:
        super().__init__(window)
        self._desk, self._runner, self._window = desk, runner, window
        self._formats, self._checks = formats, checks
        self._handing_over = HandingOver(desk, runner, window, formats, self._perform)

    def is_running(self, order_id: str) -> bool:
        """Whether a command of this order has no answer yet."""
        return self._runner.is_running(f"order:{order_id}")

    def give(self, command: str, sheet: OrderSheet) -> None:
        """Ask first where it cannot be undone, else do it."""
        if command == FloorCommand.HAND_OVER:
            self._handing_over.ask(sheet)
        elif command in ASKS_FIRST:
            self._ask(command, sheet)
        else:
            self._run(command, sheet.row.order_id, whole_cents(command, sheet))

    def refresh(self, order_id: str) -> None:
        """Read Affirm now."""
        self._perform(order_id, lambda: self._desk.refresh(order_id), reads=True)

    def _ask(self, command: str, sheet: OrderSheet) -> None:
        question = question_for(command, sheet, self._formats)
        order_id = sheet.row.order_id
        window = self._window
        dialog: ConfirmDialog
        if command in WITH_AMOUNT:
            amounts = AmountDialog(question, self._checks, self._formats, window)
            amounts.amount_chosen.connect(lambda cents: self._run(command, order_id, cents))
            dialog = amounts
        elif command == CommandName.UPDATE:
            shipment = ShipmentDialog(question, window)
            shipment.shipment_chosen.connect(
                lambda carrier, number: self._perform(
                    order_id,
                    lambda: self._desk.update_shipping(
                        order_id, carrier=carrier, confirmation=number
                    ),
                )
            )
            dialog = shipment
        elif command == CommandName.GIVE_VERDICT:
            # While the portal is looked at, this command may be settled and another be open.
            asked = sheet.file.order.open_operation
            named = "" if asked is None else asked.operation_id
            is_money = asked is None or asked.kind is not OperationKind.AUTHORIZE
            verdict = VerdictDialog(question, window, may_have_happened=is_money)
            verdict.verdict_given.connect(
                lambda happened: self._perform(
                    order_id, lambda: self._desk.give_verdict(order_id, named, took_effect=happened)
                )
            )
            dialog = verdict
        else:
            dialog = ConfirmDialog(question, window)
            cents = whole_cents(command, sheet)
            dialog.confirmed.connect(lambda: self._run(command, order_id, cents))
        dialog.open()

    # --- performing --------------------------------------------------------------------------

    def _run(self, command: str, order_id: str, cents: int) -> None:
        desk = self._desk
        works: dict[str, Work] = {
            CommandName.SEND_AGAIN: lambda: desk.send_again(order_id),
            CommandName.RESEND: lambda: desk.resend(order_id),
            CommandName.AUTHORIZE: lambda: desk.authorize(order_id),
            CommandName.CAPTURE: lambda: desk.capture(order_id, amount_cents=cents),
            CommandName.PARTIAL_CAPTURE: lambda: desk.capture(order_id, amount_cents=cents),
            CommandName.REFUND: lambda: desk.refund(order_id, amount_cents=cents),
            CommandName.PARTIAL_REFUND: lambda: desk.refund(order_id, amount_cents=cents),
            CommandName.VOID: lambda: desk.void(order_id),
            CommandName.CANCEL_PLANNED: lambda: desk.cancel_planned(order_id),
            CommandName.LIFT_FREEZE: lambda: desk.lift_freeze(order_id),
            CommandName.RAISE_GENERATION: lambda: desk.raise_generation(order_id),
            CLOSE_LINK: lambda: desk.supersede(order_id),
            FloorCommand.TAKE_OVER: lambda: desk.take_over(order_id),
        }
        if command == CommandName.REFRESH:
            self.refresh(order_id)
        else:
            self._perform(order_id, works[command])

    def _perform(self, order_id: str, work: Work, *, reads: bool = False) -> None:
        """Start a command, unless one runs for this order; the buttons sleep meanwhile."""

        name = f"refresh:{order_id}" if reads else f"order:{order_id}"
        started = self._runner.start(
            name,
            work,
            Endings(
                done=self.answered.emit,
                failed=lambda error: self.failed.emit(order_id, error),
                always=lambda: self.ended.emit(order_id),
            ),
            writes=not reads,
        )
        if started:
            self.started.emit(order_id)
