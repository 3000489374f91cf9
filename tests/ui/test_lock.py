"""Is nothing of a customer seen while the session is locked, and who goes on afterwards?"""

import asyncio
import os
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.confirm_dialogs import ConfirmDialog
from telesales_desktop.ui.session_lock import SessionLock, session_path
from tests.ui import typist
from tests.ui.fake_people import DANA, SAM, FakePeople
from tests.ui.floor import until
from tests.ui.gallery import ENTERED


@pytest.fixture
async def locked(make_floor):
    """Two people share this computer; its session was locked while a form was typed."""
    floor = await make_floor(people=FakePeople(DANA, SAM))
    floor.chosen = []
    floor.presenter.settings.profile_chosen.connect(floor.chosen.append)
    floor.form.show_content(ENTERED)
    await floor.choose(OrderState.AUTHORIZED)
    floor.presenter.settings.lock()
    await until(lambda: button(floor, "Sam K."))
    return floor


def button(floor, text):
    found = floor.window.lock.findChildren(QPushButton)
    return next((b for b in found if b.text() == text and not b.isHidden()), None)


@pytest.mark.qt_loop
async def test_nothing_is_seen_of_a_customer(locked):
    assert not locked.window.body.isVisible()
    for part in (locked.form, locked.orders, locked.detail, locked.window.header):
        assert not part.isVisible()
    assert locked.window.lock.sentence.text() == "Who works here now? What was typed is kept."


@pytest.mark.qt_loop
async def test_keys_reach_nothing_behind_it(locked):
    control = Qt.KeyboardModifier.ControlModifier
    shift = Qt.KeyboardModifier.ShiftModifier
    for key, held in (
        (Qt.Key.Key_C, control | shift), (Qt.Key.Key_Return, control), (Qt.Key.Key_F2, None),
        (Qt.Key.Key_I, control), (Qt.Key.Key_K, control), (Qt.Key.Key_Comma, control),
    ):  # fmt: skip
        typist.press(key, held) if held else typist.press(key)
    assert locked.called("capture", "send") == []
    assert not locked.window.body.isVisible()
    assert locked.window.is_locked


@pytest.mark.qt_loop
async def test_whoever_was_here_goes_on_with_one_key_and_finds_the_form_as_it_was(locked):
    locked.presenter.settings.unlock()
    assert locked.window.is_locked  # who shares a computer says first who they are
    assert typist.focused() is button(locked, "Dana R.")
    typist.press(Qt.Key.Key_Space)
    assert not locked.window.is_locked
    assert locked.form.content() == ENTERED
    assert locked.chosen == []


@pytest.mark.qt_loop
async def test_another_person_takes_the_seat(locked):
    locked.presenter.settings.unlock()
    typist.double_click(button(locked, "Sam K."))
    await until(lambda: locked.chosen)
    assert [profile.agent for profile in locked.chosen] == ["Sam K."]
    assert locked.window.is_locked  # until their own window opens


@pytest.mark.qt_loop
async def test_why_nobody_else_could_take_the_seat_is_told(locked):
    locked.presenter.settings._people.fail_next = CredentialsError("locked")
    typist.click(button(locked, "Sam K."))
    await until(lambda: locked.window.lock.message.isVisible())
    assert "keyring is locked" in locked.window.lock.message.text()
    assert button(locked, "Dana R.").isEnabled()


@pytest.mark.qt_loop
async def test_an_open_question_is_left_undone(make_floor):
    floor = await make_floor(people=FakePeople(DANA, SAM))
    await floor.choose(OrderState.AUTHORIZED)
    typist.click(floor.button("void"))
    await floor.dialog(ConfirmDialog)
    floor.presenter.settings.lock()
    assert QApplication.activeModalWidget() is None
    assert floor.called("void") == []


@pytest.mark.qt_loop
@pytest.mark.parametrize("people", [None, FakePeople(DANA)])
async def test_one_persons_computer_opens_with_the_session(make_floor, people):
    floor = await make_floor(people=people)
    floor.presenter.settings.lock()
    assert floor.window.is_locked
    assert button(floor, "Go on")
    await until(lambda: not floor.presenter.settings._runner.is_running("settings"))
    floor.presenter.settings.unlock()
    assert not floor.window.is_locked
    assert floor.form.isVisible()


def test_the_same_news_twice_is_told_once(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    lock, heard = SessionLock(window), []
    lock.locked.connect(lambda: heard.append("locked"))
    lock.unlocked.connect(lambda: heard.append("unlocked"))
    for slot in (lock.on_unlock, lock.on_lock, lock.on_lock, lock.on_unlock):
        slot()
    lock.on_active(True)
    assert heard == ["locked", "unlocked", "locked"]


@pytest.mark.skipif(sys.platform != "linux", reason="screen savers speak over D-Bus on Linux only")
@pytest.mark.skipif("DBUS_SESSION_BUS_ADDRESS" not in os.environ, reason="needs a session bus")
@pytest.mark.parametrize("name", ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"])
def test_a_screen_savers_signal_locks_and_opens(qtbot, name):
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    window = QWidget()
    qtbot.addWidget(window)
    lock = SessionLock(window)
    path = "/" + name.replace(".", "/")
    for active, signal in ((True, lock.locked), (False, lock.unlocked)):
        message = QDBusMessage.createSignal(path, name, "ActiveChanged")
        message.setArguments([active])
        with qtbot.waitSignal(signal, timeout=30_000):
            QDBusConnection.sessionBus().send(message)


@pytest.mark.parametrize(
    ("name", "path"), [("2", "_32"), ("c1", "c1"), ("s-é", "s_2d_c3_a9"), ("12", "_312")]
)
def test_logind_names_a_session_in_its_own_letters(name, path):
    assert session_path(name) == f"/org/freedesktop/login1/session/{path}"


@pytest.mark.qt_loop
async def test_a_choice_that_cannot_be_taken_yet_can_be_made_again(locked):
    people = locked.presenter.settings._people
    people.gate = asyncio.Event()
    locked.presenter.settings.lock()  # the keyring is asked again, and does not answer
    typist.click(button(locked, "Sam K."))
    assert locked.chosen == []
    assert button(locked, "Sam K.").isEnabled()
    assert button(locked, "Dana R.").isEnabled()
    people.gate.set()


@pytest.mark.qt_loop
async def test_a_bug_locks_nobody_out(locked):
    async def bug(person_id):
        raise ZeroDivisionError

    locked.presenter.settings._people.switch = bug
    typist.click(button(locked, "Sam K."))
    await until(lambda: locked.crashes)
    assert locked.crashes.pop()[0] == "settings"
    await until(lambda: button(locked, "Dana R.").isEnabled())
