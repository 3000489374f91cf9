"""Does the window open its desk once, however fast the person presses, and load what it then has?"""

import asyncio
from dataclasses import replace

import pytest

from telesales_desktop import window as window_module
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.window import Shell, WindowSession
from tests.ui import samples, typist
from tests.ui.fake_desk import FakeDesk
from tests.ui.floor import until

pytestmark = pytest.mark.qt_loop


class BuiltDesk(FakeDesk):
    """A desk with a life, as the program opens and closes it."""

    async def start(self) -> None:
        await asyncio.sleep(0)

    async def close(self) -> None:
        await asyncio.sleep(0)


@pytest.fixture
async def session(qapp, theme, monkeypatch, tmp_path, caplog):
    """A window whose journal another copy has open at first. ``session.builds`` counts."""

    async def build(self):
        self.builds.append(1)
        await asyncio.sleep(0.02)
        if len(self.builds) == 1:
            raise JournalError("locked")
        self.built.append(BuiltDesk([samples.file_in(OrderState.LINK_SENT, 0)]))
        return self.built[-1]

    monkeypatch.setattr(WindowSession, "_build_desk", build)
    monkeypatch.setattr(WindowSession, "builds", [], raising=False)
    monkeypatch.setattr(WindowSession, "built", [], raising=False)
    made = WindowSession(Shell(qapp, theme, tmp_path), samples.profile(), chime=lambda: None)
    made.show()
    await until(lambda: made.presenter.window.banner.isVisible() and not made._tasks)
    yield made
    await made.close()
    crashed = [r.exc_info for r in caplog.records if r.levelname == "ERROR"]
    assert crashed == []


async def test_two_fast_clicks_open_the_desk_once_and_its_orders_are_loaded(session):
    window = session.presenter.window
    assert "Another copy" in window.banner.sentence.text()
    typist.click(window.banner.step)
    typist.click(window.banner.step)
    await until(lambda: window.orders.model.rowCount() == 1)
    assert len(session.builds) == 2
    assert session.desk.failure is None
    assert not window.banner.isVisible(), window.banner.sentence.text()


async def test_the_lists_own_button_opens_the_desk_too(session):
    window = session.presenter.window
    await until(lambda: window.orders.notice.step.isVisible())
    typist.click(window.orders.notice.step)
    await until(lambda: window.orders.model.rowCount() == 1)
    assert len(session.builds) == 2


async def test_two_fast_clicks_open_one_set_up(session, monkeypatch):
    opened = []

    async def set_up(shell, name):
        opened.append(name)
        await asyncio.sleep(0.02)
        return

    monkeypatch.setattr(window_module, "_set_up", set_up)
    session.presenter.step_chosen.emit("open_setup")
    session.presenter.step_chosen.emit("open_setup")
    await asyncio.sleep(0.05)
    assert opened == ["main"]
    session.presenter.step_chosen.emit("open_setup")
    await asyncio.sleep(0.05)
    assert opened == ["main", "main"]


async def test_another_person_takes_the_seat_with_the_form_kept(session, monkeypatch):
    window = session.presenter.window
    typist.click(window.banner.step)
    await until(lambda: window.orders.model.rowCount() == 1)
    window.form.focus_first()
    typist.write("Marie")
    sam = replace(session.profile, agent="Sam K.", person_id="p-sam")
    session.presenter.settings.profile_chosen.emit(sam)
    await session.until_closed()
    assert session.next_profile is sam
    (draft,) = session.built[-1].stored_drafts.values()
    assert draft.content["first_name"] == "Marie"
