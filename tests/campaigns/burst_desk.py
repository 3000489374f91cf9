"""What is the nervous hand in front of? Two real windows on one desk, with a stand-in for Affirm behind it."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QWidget

from telesales_desktop.adapters.input_checks import InputChecks
from telesales_desktop.adapters.secret_stores import MemorySecretStore, write_credentials
from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.order import Order
from telesales_desktop.ui.desk import Desk
from telesales_desktop.ui.form_content import content_of
from telesales_desktop.ui.open_window import build_window
from telesales_desktop.ui.task_runner import TaskRunner
from telesales_desktop.ui.window_presenter import WindowPresenter
from telesales_desktop.window import Shell, WindowSession
from tests.campaigns.kill_child import details
from tests.campaigns.stand_in import KEYS, StandIn
from tests.campaigns.x_input import Point

LONGEST_S = 120.0
"""Only a window that hangs takes so long."""

_WINDOW_SIZE = (1900, 520)
_MONEY = ("store", "resend", "authorize", "capture", "refund", "void", "update_transaction")


MOST_REST_S = 15.0


class LostError(Exception):
    """The window does not come to show what a person would wait for."""


class _Session(WindowSession):
    """The program's own, but for reads: a campaign has no second between two of them."""

    async def _build_desk(self) -> OrderDesk:
        bootstrap = await asyncio.to_thread(importlib.import_module, "telesales_desktop.bootstrap")
        built: OrderDesk = await bootstrap.build_desk(
            self.profile,
            data_dir=self._shell.data_dir,
            secrets=self._secrets,
            read_spacing_s=0.01,
        )
        return built


def profile_for(affirm_url: str) -> Profile:
    """Nothing is authorized by itself: every operation is one that a hand asked for."""
    return Profile(
        name="bursts",
        environment=Environment.SIMULATOR,
        country=Country.US,
        affirm_url=affirm_url,
        merchant_name="Northwind Outfitters",
        confirmation_url="http://127.0.0.1:9/confirmed/{order_key}",
        cancel_url="http://127.0.0.1:9/cancelled/{order_key}",
        agent="Dana R.",
        locale="en_US",
        auto_authorize=False,
        call_timeout_s=110.0,  # a machine that is busy with other things is no slow network
        practice=True,
    )


@dataclass
class BurstDesk:
    """Windows, desk and Affirm's side."""

    session: WindowSession
    presenters: tuple[WindowPresenter, ...]
    runners: tuple[TaskRunner, ...]
    affirm: StandIn

    # --- orders ----------------------------------------------------------------------------

    async def order_in(self, order_id: str, cents: int, state: str) -> None:
        """An order in that state, brought there without the window."""
        desk = cast(OrderDesk, self.session.desk)
        self.affirm.break_with([])
        file = await desk.send(details(order_id, cents), draft_id="")
        assert file.order.checkout is not None
        if not file.order.checkout.checkout_id:
            raise LostError(f"a link: {file.order.checkout}")
        checkout_id = file.order.checkout.checkout_id
        self.affirm.ask("POST", f"checkouts/{checkout_id}/confirm", {})
        if state == "link_sent":
            return
        file = await desk.authorize(order_id)
        if state == "captured":
            file = await desk.capture(order_id, amount_cents=None)
        assert file.order.transaction is not None
        assert file.order.transaction.word == state, file.order.transaction.word

    async def orders(self) -> list[Order]:
        """Every order, as the desk has it."""
        desk = cast(OrderDesk, self.session.desk)
        return [file.order for file in await desk.open_orders()]

    async def counts(self) -> Counter[str]:
        """Everything that a hand can have caused, here and at Affirm."""
        counted: Counter[str] = Counter()
        for order in await self.orders():
            counted["links here"] += len(order.checkouts)
            counted.update(f"{operation.kind.value} here" for operation in order.operations)
        counted.update(f"{e['kind']} effect" for e in self.affirm.effects())
        requests = (r["endpoint"] for r in self.affirm.requests())
        counted.update(f"{endpoint} request" for endpoint in requests if endpoint in _MONEY)
        return counted

    async def versions(self) -> dict[str, int]:
        """How often each order has changed."""
        return {order.order_id: order.version for order in await self.orders()}

    async def changed_since(self, before: dict[str, int]) -> list[str]:
        """The orders that have changed, in a few words each."""
        return [
            f"{o.order_id}: links {[(c.state.value, c.superseded) for c in o.checkouts]},"
            f" {[(p.kind.value, p.amount_cents, p.state.value) for p in o.operations]}"
            for o in await self.orders()
            if before.get(o.order_id) != o.version
        ]

    async def at_rest(self) -> None:
        """Wait until nothing is under way in any window, nor at the desk.

        What a window without guards has begun twice may be in doubt for minutes: it is counted as
        it stands then.
        """
        await asyncio.sleep(0.15)  # the server's last events have come in by then
        until_s = asyncio.get_running_loop().time() + MOST_REST_S
        while asyncio.get_running_loop().time() < until_s:
            busy = any(runner._tasks.keys() for runner in self.runners)
            if not busy and all(o.open_operation is None for o in await self.orders()):
                return
            await asyncio.sleep(0.01)

    # --- windows ---------------------------------------------------------------------------

    async def show(self, order_id: str, windows: int) -> None:
        """Choose the order in so many windows."""
        for presenter in self.presenters[:windows]:
            await until(partial(_knows, presenter, order_id), order_id)
            presenter._orders.show_order(order_id)

    def fill(self, order_id: str, cents: int, windows: int) -> None:
        """Type an order into the form of so many windows."""
        checks = InputChecks(Country.US, "en_US")
        for presenter in self.presenters[:windows]:
            presenter.window.form.show_content(content_of(details(order_id, cents), checks))

    async def button(self, name: str, window: int = 0) -> QAbstractButton:
        """A button of that window that can be pressed."""
        found = await self._widget(self.presenters[window].window, name)
        await _at_its_place(found)
        return cast(QAbstractButton, found)

    async def dialog_part(self, name: str) -> QWidget:
        """A part of the dialog in front that can be used."""
        dialog = await self._dialog()
        await until(lambda: getattr(dialog, "is_awake", True), "a dialog that takes an answer")
        return await self._widget(dialog, name)

    async def type_amount(self, text: str) -> None:
        """Into the dialog in front."""
        editor = (await self._dialog()).findChild(QLineEdit)
        assert editor is not None
        editor.setText(text)
        editor.textEdited.emit(text)

    async def _dialog(self) -> QWidget:
        await until(lambda: QApplication.activeModalWidget() is not None, "a dialog")
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        return dialog

    def close_dialogs(self) -> int:
        """Answer what a burst has left open with "do nothing"; how many there were."""
        closed = 0
        while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            dialog.reject()
            closed += 1
        return closed

    def close_strangers(self, order_id: str) -> None:
        """Answer questions about other orders with "do nothing": an earlier burst's last echo."""
        while (dialog := QApplication.activeModalWidget()) is not None:
            sentence = dialog.findChild(QLabel, "confirmSentence")
            if sentence is None or order_id in sentence.text():
                return
            cast(QDialog, dialog).reject()

    async def to_front(self, widget: QWidget) -> None:
        """Where the keys go."""
        window = widget.window()
        window.raise_()
        window.activateWindow()
        await until(window.isActiveWindow, "the window in front")

    async def _widget(self, top: QWidget, name: str) -> QWidget:
        def seen() -> bool:
            widget = top.findChild(QWidget, name)
            return widget is not None and widget.isVisible() and widget.isEnabled()

        await until(seen, name)
        found = top.findChild(QWidget, name)
        assert found is not None
        return found


def _knows(presenter: WindowPresenter, order_id: str) -> bool:
    return presenter._orders.file(order_id) is not None


def _has_loaded(presenter: WindowPresenter) -> bool:
    return presenter._orders._is_loaded


def place_of(widget: QWidget) -> Point:
    """The widget's middle on the screen."""
    middle = widget.mapToGlobal(QPoint(widget.width() // 2, widget.height() // 2))
    return Point(middle.x(), middle.y())


async def _at_its_place(widget: QWidget) -> None:
    """A hand aims at what it sees: what was shown just now is still being laid out."""
    place, seen = None, 0
    while seen < 3:
        seen = seen + 1 if place == place_of(widget) else 0
        place = place_of(widget)
        await asyncio.sleep(0.02)


async def until(holds: Callable[[], bool], what: str) -> None:
    """Look again and again. Errors: ``LostError``."""
    end = time.monotonic() + LONGEST_S
    while not holds():
        if time.monotonic() > end:
            raise LostError(what)
        await asyncio.sleep(0.01)


@asynccontextmanager
async def open_desk(shell: Shell, affirm: StandIn) -> AsyncIterator[BurstDesk]:
    """Two windows on one desk, one above the other on the screen."""
    folder = Path(tempfile.mkdtemp(prefix="bursts-"))
    shell.data_dir = folder
    profile = profile_for(affirm.url)
    secrets = MemorySecretStore(profile)
    await write_credentials(secrets, profile, KEYS)
    crashed: list[str] = []
    session = _Session(shell, profile, secrets=secrets, chime=_silent)
    runner = TaskRunner(
        asyncio.get_running_loop(), lambda name, error: crashed.append(f"{name}: {error!r}")
    )
    second = build_window(
        profile,
        cast(Desk, session.desk),
        InputChecks(profile.country, session.language.value),
        runner,
        theme=shell.theme,
        language=session.language,
        chime=_silent,
    )
    presenters = (session.presenter, second)
    try:
        for number, presenter in enumerate(presenters):
            presenter.window.setWindowState(Qt.WindowState.WindowNoState)
            presenter.window.setGeometry(0, number * (_WINDOW_SIZE[1] + 10), *_WINDOW_SIZE)
        session.show()
        second.window.show()
        second.start()
        await session.desk.opened()
        for presenter in presenters:
            await until(partial(_has_loaded, presenter), "the orders")
        yield BurstDesk(session, presenters, (session.runner, runner), affirm)
        if crashed:
            raise LostError(f"the window crashed: {crashed}")
    finally:
        second.stop()
        await runner.close(timeout_s=30)
        await session.close()
        second.window.finish_closing()
        second.window.deleteLater()
        shutil.rmtree(folder, ignore_errors=True)


def _silent() -> None:
    """No sound where nobody listens."""
