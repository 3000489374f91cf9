"""Does the window open its desk once, however fast the person presses, and load what it then has?"""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from telesales_desktop import window as window_module
from telesales_desktop.application.desk_values import ConnectionStatus, RelayContact
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.application.rebuilding import Rebuilt
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.domain.relay_errors import RelayUnreachableError
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

    rebuild_fails = None

    async def rebuild(self) -> Rebuilt:
        await asyncio.sleep(0)
        if self.rebuild_fails is not None:
            raise self.rebuild_fails
        return Rebuilt(("4170", "4171"), from_relay=True)


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


async def test_nothing_is_left_of_a_window_that_another_persons_follows(session):
    shown = len(QApplication.allWidgets())
    await session.close()
    await until(lambda: len(QApplication.allWidgets()) < shown / 10)


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


@pytest.fixture
async def damaged(qapp, theme, monkeypatch, tmp_path, caplog):
    """A window that is to rebuild its journal first. ``damaged.asides``: what moving it away gives."""

    async def build(self):
        self.built.append(BuiltDesk([samples.file_in(OrderState.LINK_SENT, 0)]))
        return self.built[-1]

    async def set_journal_aside(profile, data_dir, secrets):
        found = WindowSession.asides.pop()
        if isinstance(found, Exception):
            raise found
        return found

    from telesales_desktop import set_aside

    monkeypatch.setattr(set_aside, "set_journal_aside", set_journal_aside)
    monkeypatch.setattr(WindowSession, "_build_desk", build)
    monkeypatch.setattr(WindowSession, "built", [], raising=False)
    monkeypatch.setattr(WindowSession, "asides", [], raising=False)
    shell = Shell(qapp, theme, tmp_path)
    made = WindowSession(shell, samples.profile(), chime=lambda: None, rebuilds=True)
    yield made
    await made.close()
    assert [r.exc_info for r in caplog.records if r.levelname == "ERROR"] == []


async def dialog_named(name):
    await until(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert dialog.objectName() == name
    await until(lambda: getattr(dialog, "is_awake", True))
    return dialog


async def test_a_damaged_journal_is_asked_about_and_rebuilt_by_the_next_window(session):
    window = session.presenter.window
    damage = ConnectionStatus(journal_problem=JournalProblem.DAMAGED)
    session.presenter.connection_changed(damage)
    typist.click(window.banner.step)
    dialog = await dialog_named("confirmDialog")
    assert "moved aside, not deleted" in dialog.sentence.text()
    assert "cannot know forms that were not sent" in dialog.effect.text()
    assert not session.wants_rebuild
    typist.click(dialog.confirm_button)
    await session.until_closed()
    assert session.wants_rebuild
    assert session.next_profile is session.profile


async def test_what_came_back_is_reported(damaged):
    damaged.asides.append(True)
    damaged.show()
    dialog = await dialog_named("rebuildReport")
    lines = [label.text() for label in dialog.findChildren(QLabel, "rebuildLine")]
    assert lines[0] == "Orders that are back: 2."
    assert "Not known any more" in lines[-1]
    dialog.accept()
    await until(lambda: damaged.presenter.window.orders.model.rowCount() == 1)
    assert not damaged.presenter.window.banner.isVisible()


async def test_a_rebuild_that_breaks_off_can_be_gone_on_with(damaged, monkeypatch):
    monkeypatch.setattr(BuiltDesk, "rebuild_fails", RelayUnreachableError())
    damaged.asides.append(True)
    damaged.show()
    banner = damaged.presenter.window.banner
    await until(lambda: "was not rebuilt to its end" in banner.sentence.text())
    await until(lambda: not damaged._tasks)
    assert "relay does not answer" in banner.sentence.text()
    monkeypatch.setattr(BuiltDesk, "rebuild_fails", None)
    typist.click(banner.step)
    dialog = await dialog_named("rebuildReport")
    dialog.accept()


async def test_a_bug_in_a_rebuild_does_not_look_like_one_that_goes_on(damaged, monkeypatch, caplog):
    monkeypatch.setattr(BuiltDesk, "rebuild_fails", ZeroDivisionError())
    damaged.asides.append(True)
    damaged.show()
    banner = damaged.presenter.window.banner
    await until(lambda: "was not rebuilt to its end" in banner.sentence.text())
    await until(lambda: not damaged._tasks)
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == ["window crashed"]
    caplog.clear()
    monkeypatch.setattr(BuiltDesk, "rebuild_fails", None)
    typist.click(banner.step)
    dialog = await dialog_named("rebuildReport")
    dialog.accept()


async def test_missing_orders_are_said_before_what_is_wrong_outside(damaged, monkeypatch):
    monkeypatch.setattr(BuiltDesk, "rebuild_fails", RelayUnreachableError())
    damaged.asides.append(True)
    damaged.show()
    banner = damaged.presenter.window.banner
    await until(lambda: "was not rebuilt to its end" in banner.sentence.text())
    await until(lambda: not damaged._tasks)
    damaged.presenter.connection_changed(ConnectionStatus(relay=RelayContact.UNREACHABLE))
    assert "was not rebuilt to its end" in banner.sentence.text()


async def test_what_could_not_be_moved_is_moved_when_it_is_asked_for_again(damaged, monkeypatch):
    async def fails():
        raise JournalError("damaged")

    built = damaged.desk._build
    monkeypatch.setattr(damaged.desk, "_build", fails)
    damaged.asides += [True, JournalError("read_only")]
    damaged.show()
    banner = damaged.presenter.window.banner
    await until(lambda: "folder is read-only" in banner.sentence.text())
    await until(lambda: not damaged._tasks)
    monkeypatch.setattr(damaged.desk, "_build", built)
    typist.click(banner.step)
    dialog = await dialog_named("rebuildReport")
    dialog.accept()
    assert damaged.asides == []


async def test_an_interrupted_rebuild_is_gone_on_with_from_the_banner(session):
    window = session.presenter.window
    session.presenter.connection_changed(ConnectionStatus(journal_problem=JournalProblem.UNFILLED))
    assert "orders are missing" in window.banner.sentence.text()
    typist.click(window.banner.step)
    dialog = await dialog_named("confirmDialog")
    assert "nothing is moved" in dialog.sentence.text()
    typist.click(dialog.confirm_button)
    await session.until_closed()
    assert session.wants_rebuild


async def test_a_journal_that_is_whole_after_all_stays(damaged):
    damaged.asides.append(False)
    damaged.show()
    banner = damaged.presenter.window.banner
    await until(lambda: "whole after all" in banner.sentence.text())
    await until(lambda: damaged.presenter.window.orders.model.rowCount() == 1)
    await until(lambda: not damaged._tasks)
    typist.click(banner.step)
    assert not banner.isVisible()


async def test_a_journal_that_cannot_be_moved_says_why(damaged):
    damaged.asides.append(JournalError("read_only"))
    damaged.show()
    banner = damaged.presenter.window.banner
    await until(lambda: "folder is read-only" in banner.sentence.text())
    await until(lambda: not damaged._tasks)


async def test_a_window_that_still_waits_says_so_and_takes_nothing_more(session):
    window = session.presenter.window
    typist.click(window.banner.step)
    await until(lambda: window.orders.model.rowCount() == 1)
    answered = asyncio.Event()
    session.runner.start("capture", answered.wait, writes=True)
    closing = asyncio.create_task(session.close())
    await asyncio.sleep(0.05)
    assert window.isVisible()
    assert window.banner.isVisible()
    assert "what was begun is finished first" in window.banner.sentence.text()
    assert not window.form.isEnabled()
    answered.set()
    await closing


async def test_a_set_up_that_is_open_comes_forward_when_it_is_asked_for_again(session, monkeypatch):
    left = asyncio.Event()
    assistant = QWidget()
    assistant.setObjectName("setupAssistant")

    async def set_up(shell, name):
        assistant.show()
        await left.wait()
        assistant.close()

    monkeypatch.setattr(window_module, "_set_up", set_up)
    session.presenter.step_chosen.emit("open_setup")
    await until(assistant.isVisible)
    session.presenter.window.activateWindow()
    await until(session.presenter.window.isActiveWindow)
    session.presenter.step_chosen.emit("open_setup")
    await until(assistant.isActiveWindow)
    left.set()
