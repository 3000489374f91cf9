"""A whole window over a desk that behaves, on the loop that the window lives on."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from telesales_desktop.adapters.input_checks import InputChecks
from telesales_desktop.domain.money import Country
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.formats import Language
from telesales_desktop.ui.open_window import build_window
from telesales_desktop.ui.task_runner import TaskRunner
from tests.ui import samples, typist
from tests.ui.fake_desk import FakeDesk
from tests.ui.gallery import ENTERED

STATES = (
    OrderState.LINK_SENT, OrderState.AUTHORIZED, OrderState.CAPTURED, OrderState.SEND_REFUSED,
    OrderState.OUTCOME_UNKNOWN, OrderState.FROZEN, OrderState.MAY_HAVE_BEEN_SENT,
)  # fmt: skip
NUMBER = {state: str(4170 + n) for n, state in enumerate(STATES)}


async def until(condition):
    """Let the window work until something is so."""
    for _ in range(12_000):  # a minute at least: a slow machine is not a wrong program
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come about")


class Floor:
    """A window over a desk that behaves."""

    def __init__(self, presenter, desk, crashes, chimes):
        self.presenter, self.desk = presenter, desk
        self.window = presenter.window
        self.form, self.orders, self.detail = (
            self.window.form, self.window.orders, self.window.detail,
        )  # fmt: skip
        self.crashes, self.chimes = crashes, chimes

    async def choose(self, state):
        self.orders.choose(NUMBER[state])
        await until(lambda: self.detail.title.text().startswith(f"Order {NUMBER[state]}"))

    def button(self, name):
        return self.detail.commands.button(name)

    def called(self, *names):
        return [call for call in self.desk.calls if call[0] in names]

    async def dialog(self, kind):
        await until(lambda: isinstance(QApplication.activeModalWidget(), kind))
        dialog = QApplication.activeModalWidget()
        dialog.activateWindow()
        await until(dialog.isActiveWindow)
        await until(lambda: getattr(dialog, "is_awake", True))
        return dialog

    async def confirm_order(self, content=ENTERED):
        self.form.show_content(content, correcting=self.form.correcting)
        self.form.review()
        await until(self.form.read_back.send_button.isEnabled)
        typist.click(self.form.read_back.send_button)


@pytest.fixture
async def make_floor(qapp, theme):
    made = []

    async def make(profile=None, files=None, desk=None, people=None):
        crashes, chimes = [], []
        if files is None:
            files = [samples.file_in(state, n) for n, state in enumerate(STATES)]
        desk = desk or FakeDesk(files)
        runner = TaskRunner(
            asyncio.get_running_loop(), lambda name, error: crashes.append((name, error))
        )
        presenter = build_window(
            profile or samples.profile(), desk, InputChecks(Country.US, "en_US"), runner,
            theme=theme, language=Language.EN_US, people=people,
            chime=lambda: chimes.append(1),
        )  # fmt: skip
        presenter.window.show()
        presenter.window.activateWindow()
        presenter.start()
        floor = Floor(presenter, desk, crashes, chimes)
        made.append((floor, runner))
        await until(lambda: not any(map(runner.is_running, ("load", "drafts", "regions"))))
        return floor

    yield make
    for floor, runner in made:
        floor.presenter.stop()
        if floor.desk.gate:
            floor.desk.gate.set()
        await runner.close(timeout_s=5)
        floor.window.finish_closing()
        assert floor.crashes == []


@pytest.fixture
async def floor(make_floor):
    return await make_floor()
