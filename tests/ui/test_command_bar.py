"""Does a burst of presses choose one command, whatever comes under the hand meanwhile?"""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from telesales_desktop.domain.order_state import CommandName, OrderState
from telesales_desktop.ui.command_bar import CommandBar
from telesales_desktop.ui.order_sheet import sheet_of
from tests.ui import samples

FIRST, NEXT = CommandName.AUTHORIZE, CommandName.CAPTURE


@pytest.fixture
def bar(qtbot, theme):
    made = CommandBar()
    qtbot.addWidget(made)
    made.resize(900, 60)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def show(bar, english):
    def show_state(state, *, busy=False):
        file = samples.file_in(state)
        bar.show_commands(sheet_of(file, samples.NOW, english, samples.profile(), busy=busy))
        QApplication.processEvents()

    return show_state


@pytest.fixture
def chosen(bar):
    names = []
    bar.command_chosen.connect(names.append)
    return names


def press(bar, name):
    QTest.mouseClick(bar.button(name), Qt.MouseButton.LeftButton)


def pause():
    QTest.qWait(QApplication.doubleClickInterval() + 50)


def test_the_command_that_has_come_in_its_place_is_not_chosen(bar, show, chosen):
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    show(OrderState.AUTHORIZED)
    press(bar, NEXT)
    press(bar, NEXT)
    assert chosen == [FIRST]


def test_after_a_pause_it_is(bar, show, chosen):
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    show(OrderState.AUTHORIZED)
    press(bar, NEXT)
    pause()
    press(bar, NEXT)
    assert chosen == [FIRST, NEXT]


def test_presses_while_nothing_can_be_pressed_belong_to_the_burst(bar, show, chosen):
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    show(OrderState.CONFIRMED, busy=True)
    pause()
    press(bar, FIRST)
    show(OrderState.AUTHORIZED)
    press(bar, NEXT)
    assert chosen == [FIRST]


def test_the_same_command_of_another_order_is_not_chosen_by_the_same_burst(
    bar, show, chosen, english
):
    show(OrderState.CAPTURED)
    press(bar, CommandName.REFUND)
    file = samples.file_in(OrderState.CAPTURED)
    file = replace(file, order=replace(file.order, order_id="another"))
    bar.show_commands(sheet_of(file, samples.NOW, english, samples.profile(), busy=False))
    press(bar, CommandName.REFUND)
    assert chosen == [CommandName.REFUND]
    pause()
    press(bar, CommandName.REFUND)
    assert chosen == [CommandName.REFUND] * 2


def test_presses_beside_every_button_do_too(bar, show, chosen):
    show(OrderState.AUTHORIZED)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() - 2, bar.height() - 2))
    press(bar, NEXT)
    assert chosen == []


def test_the_same_command_pressed_again_is_the_desks_to_judge(bar, show, chosen):
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    press(bar, FIRST)
    assert chosen == [FIRST, FIRST]


def test_space_on_what_got_the_focus_is_no_choice_either(bar, show, chosen):
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    show(OrderState.AUTHORIZED)
    QTest.keyClick(bar.button(NEXT), Qt.Key.Key_Space)
    assert chosen == [FIRST]


def test_keys_of_its_own_choose_a_command_at_once(bar, show, chosen):
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    show(OrderState.AUTHORIZED)
    QTest.keyClick(
        bar, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert chosen == [FIRST, NEXT]


def test_a_space_that_is_held_is_one_press(bar, show, chosen):
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    show(OrderState.AUTHORIZED)
    pause()
    button = bar.button(NEXT)
    held = [(QEvent.Type.KeyPress, False), *[(QEvent.Type.KeyPress, True)] * 4]
    for kind, repeats in [*held, (QEvent.Type.KeyRelease, False)]:
        event = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeats)
        QApplication.sendEvent(button, event)
    assert chosen == [FIRST, NEXT]


@pytest.mark.parametrize("way", [Qt.Key.Key_Tab, Qt.Key.Key_Right])
def test_the_keys_that_lead_to_a_button_are_no_press_of_another(bar, show, chosen, way):
    show(OrderState.AUTHORIZED)
    bar.button(NEXT).setFocus()
    pause()
    QTest.keyClick(bar.button(NEXT), way)
    reached = QApplication.focusWidget()
    QTest.keyClick(reached, Qt.Key.Key_Space)
    assert chosen == [CommandName.REFRESH]
    assert reached is bar.button(CommandName.REFRESH)


def test_what_is_chosen_without_a_press_follows_no_burst(bar, show, chosen):
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    show(OrderState.AUTHORIZED)
    for _ in range(3):
        QTest.keyClick(bar.button(NEXT), Qt.Key.Key_Return)  # of the same burst
    pause()
    bar.button(NEXT).click()
    assert chosen == [FIRST, NEXT]


def test_a_click_right_after_the_keys_belongs_to_their_burst(bar, show, chosen):
    show(OrderState.CONFIRMED)
    QTest.keyClick(
        bar, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    show(OrderState.AUTHORIZED)
    press(bar, NEXT)
    assert chosen == [FIRST]


def test_a_hand_that_goes_on_in_another_window_is_one_hand(bar, show, chosen, qtbot, english):
    other = CommandBar()
    qtbot.addWidget(other)
    other.resize(900, 60)
    other.show()
    qtbot.waitExposed(other)
    other.command_chosen.connect(chosen.append)
    show(OrderState.CONFIRMED)
    press(bar, FIRST)
    file = samples.file_in(OrderState.AUTHORIZED)
    other.show_commands(sheet_of(file, samples.NOW, english, samples.profile(), busy=False))
    press(other, NEXT)
    assert chosen == [FIRST]
    pause()
    press(other, NEXT)
    assert chosen == [FIRST, NEXT]


def test_whoever_walks_to_a_command_is_told_its_keys(bar, show, qtbot):
    show(OrderState.CAPTURED)
    bar.button(CommandName.REFRESH).setFocus(Qt.FocusReason.OtherFocusReason)
    qtbot.waitUntil(bar.button(CommandName.REFRESH).hasFocus)
    assert not QToolTip.isVisible()
    QTest.keyClick(bar.button(CommandName.REFRESH), Qt.Key.Key_Tab)
    assert bar.button(CommandName.UPDATE).hasFocus()
    QTest.keyClick(bar.button(CommandName.UPDATE), Qt.Key.Key_Tab)
    assert bar.button(CommandName.REFUND).hasFocus()
    assert QToolTip.text() == "Refund… (Ctrl+Shift+R)"


def test_buttons_that_fall_asleep_under_the_keys_show_no_tool_tip(bar, show, monkeypatch):
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text: told.append(text))
    show(OrderState.AUTHORIZED)
    bar.button(CommandName.CAPTURE).setFocus(Qt.FocusReason.OtherFocusReason)
    show(OrderState.AUTHORIZED, busy=True)
    assert told == []
