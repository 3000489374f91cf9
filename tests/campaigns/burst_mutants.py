"""Would the bursts show it? Windows without the guards that make one press one operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer

from telesales_desktop.domain import operations
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.statuses import TransactionStatus
from telesales_desktop.ui.confirm_dialogs import ConfirmDialog
from telesales_desktop.ui.read_back import ReadBack
from telesales_desktop.ui.task_runner import TaskRunner


def plant(mutant: str) -> Callable[[], None]:
    """Change the window and the core; call the result to mend them."""
    undo: list[tuple[object, str, Any]] = []

    def put(where: Any, name: str, planted: Any) -> None:
        undo.append((where, name, getattr(where, name)))
        setattr(where, name, planted)

    if mutant == "no_guards":
        put(ConfirmDialog, "_on_confirm", _confirms_each_press)
        put(TaskRunner, "start", _starts_always(TaskRunner.start))
        put(operations, "_refusal", _ignores_what_is_open(operations._refusal))
    elif mutant == "wakes_at_once":
        put(ReadBack, "show_details", _wakes_at_once(ReadBack.show_details))

    def mend() -> None:
        for where, name, kept in reversed(undo):
            setattr(where, name, kept)

    return mend


MUTANTS = {"no_guards": "refund_part", "wakes_at_once": "send"}
"""Each fault, and the kind of command that must show it."""


def _confirms_each_press(self: ConfirmDialog) -> None:
    self.confirmed.emit()
    QTimer.singleShot(400, self, self.accept)


def _starts_always(start: Callable[..., bool]) -> Callable[..., bool]:
    numbers = iter(range(10**9))

    def always(self: TaskRunner, name: str, *given: Any, **named: Any) -> bool:
        return start(self, f"{name}#{next(numbers)}", *given, **named)

    return always


def _ignores_what_is_open(refusal: Callable[..., str]) -> Callable[..., str]:
    def ignore(
        order: Order, refusals: Mapping[TransactionStatus, str], *, frozen_allowed: bool = False
    ) -> str:
        settled = tuple(o for o in order.operations if o.settled)
        return refusal(replace(order, operations=settled), refusals, frozen_allowed=frozen_allowed)

    return ignore


def _wakes_at_once(show: Callable[..., None]) -> Callable[..., None]:
    def shown(self: ReadBack, *given: Any) -> None:
        show(self, *given)
        self.stillness.come()
        self.send_button.setFocus()

    return shown
