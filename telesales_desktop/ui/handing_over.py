"""How is a colleague found to hand an order to? Asked at once; the relay tells meanwhile who is."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QWidget

from telesales_desktop.application.floor_values import FloorCommand, Person
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain.errors import CommandRefusedError, TelesalesError
from telesales_desktop.domain.relay_errors import (
    RelayEnrolmentRefusedError,
    RelayError,
    RelayTokenRefusedError,
)
from telesales_desktop.ui.desk import Desk
from telesales_desktop.ui.error_labels import error_text
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.order_sheet import OrderSheet
from telesales_desktop.ui.person_dialog import PersonDialog
from telesales_desktop.ui.questions import question_for
from telesales_desktop.ui.task_runner import Endings, TaskRunner

SILENT = QT_TRANSLATE_NOOP(
    "labels",
    "The relay does not answer, so no colleague can be looked up. The order stays where it is. "
    "Try again in a moment; if it stays so, tell IT.",
)

Perform = Callable[[str, Callable[[], Coroutine[Any, Any, OrderFile]]], None]


class HandingOver:
    """Asks to whom an order goes, and has it handed over. ``perform`` starts an order's command."""

    def __init__(
        self, desk: Desk, runner: TaskRunner, window: QWidget, formats: Formats, perform: Perform
    ) -> None:
        self._desk, self._runner, self._window = desk, runner, window
        self._formats = formats
        self._perform = perform
        self._asked = 0

    def ask(self, sheet: OrderSheet) -> None:
        """Open the question now; who closes it calls the look-up off."""
        question = question_for(FloorCommand.HAND_OVER, sheet, self._formats)
        order_id = sheet.row.order_id

        async def hand_over(person_id: str) -> OrderFile:
            return (await self._desk.hand_over(order_id, person_id)).file

        dialog = PersonDialog(question, self._window)
        dialog.person_chosen.connect(
            lambda person_id: self._perform(order_id, lambda: hand_over(person_id))
        )
        # One name a question: the next one need not wait until this one's task has ended.
        self._asked += 1
        name, owner = f"people:{self._asked}", sheet.shared.owner_id if sheet.shared else ""
        dialog.retry_chosen.connect(lambda: self._look(name, dialog, owner))
        dialog.finished.connect(lambda _: self._runner.cancel(name))
        dialog.open()
        self._look(name, dialog, owner)

    def _look(self, name: str, dialog: PersonDialog, owner_id: str) -> None:
        """Look up who there is beside the order's owner."""

        def found(people: Sequence[Person]) -> None:
            others = [person for person in people if person.person_id != owner_id]
            if not dialog.is_open:
                return
            if others:
                dialog.show_people(others)
            else:
                nobody = error_text(CommandRefusedError("nobody_else"), self._formats)
                dialog.show_problem(nobody, may_retry=False)

        def failed(error: TelesalesError) -> None:
            if dialog.is_open:
                dialog.show_problem(self._why(error), may_retry=True)

        dialog.show_looking()
        self._runner.start(name, self._desk.people, Endings(done=found, failed=failed))

    def _why(self, error: TelesalesError) -> str:
        for_it = (RelayTokenRefusedError, RelayEnrolmentRefusedError)
        if isinstance(error, RelayError) and not isinstance(error, for_it):
            return word(SILENT)
        return error_text(error, self._formats)
