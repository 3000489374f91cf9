"""Does Enter press the button that has the focus, and that one only, however it is struck?"""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget

from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.confirm_dialogs import AmountDialog, ConfirmDialog
from telesales_desktop.ui.order_sheet import sheet_of
from telesales_desktop.ui.questions import question_for
from tests.ui import samples, typist
from tests.ui.conftest import ROOT


@pytest.fixture
def pair(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    heard = []
    buttons = {name: Button(name, window) for name in ("first", "second")}
    for name, button in buttons.items():
        button.clicked.connect(lambda _=False, name=name: heard.append(name))
        row.addWidget(button)
    window.show()
    qtbot.waitExposed(window)
    yield *buttons.values(), heard
    window.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_presses_the_button_that_has_the_focus(pair, key):
    _, second, heard = pair
    second.setFocus()
    pad = Qt.KeyboardModifier.KeypadModifier
    held = pad if key is Qt.Key.Key_Enter else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(second, key, held)
    assert heard == ["second"]


def test_an_enter_that_is_held_is_one_press(pair):
    first, _, heard = pair
    held = [(QEvent.Type.KeyPress, False), *[(QEvent.Type.KeyPress, True)] * 4]
    for kind, repeats in [*held, (QEvent.Type.KeyRelease, False)]:
        plain = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(first, QKeyEvent(kind, Qt.Key.Key_Return, plain, "\r", repeats))
    assert heard == ["first"]


def test_the_rest_of_a_burst_presses_no_other_button(pair):
    first, second, heard = pair
    QTest.keyClick(first, Qt.Key.Key_Return)
    for _ in range(3):  # the focus has gone on under the hand
        QTest.keyClick(second, Qt.Key.Key_Return)
    assert heard == ["first"]
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert heard == ["first", "second"]


def test_enter_with_another_key_is_somebody_elses(pair):
    first, _, heard = pair
    for held in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
        QTest.keyClick(first, Qt.Key.Key_Return, held)
    assert heard == []


@pytest.fixture
def ask(qtbot, theme, english):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    sheet = sheet_of(
        samples.file_in(OrderState.CAPTURED), samples.NOW, english, samples.profile(), busy=False
    )

    def asked(kind, command, *more):
        dialog = kind(question_for(command, sheet, english), *more, parent)
        dialog.open()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        qtbot.waitUntil(lambda: dialog.is_awake)
        return dialog

    return asked


def test_enter_at_the_answer_of_a_question_is_that_answer_and_not_the_safe_one(ask):
    dialog = ask(ConfirmDialog, "void")
    heard = []
    dialog.confirmed.connect(lambda: heard.append(1))
    typist.press(Qt.Key.Key_Tab)
    assert typist.focused() is dialog.confirm_button
    typist.press(Qt.Key.Key_Return)
    assert heard == [1]


def test_a_double_enter_after_an_amount_moves_no_money(ask, checks, english, qtbot):
    dialog = ask(AmountDialog, "partial_refund", checks, english)
    chosen = []
    dialog.amount_chosen.connect(chosen.append)
    typist.write("12.50")
    typist.press(Qt.Key.Key_Return)
    typist.press(Qt.Key.Key_Return)
    assert (chosen, dialog.isVisible()) == ([], True)
    qtbot.waitUntil(lambda: dialog.is_awake)
    typist.press(Qt.Key.Key_Return)
    assert chosen == [12_50]


def test_every_button_of_the_window_is_one_of_these():
    for path in (ROOT / "telesales_desktop" / "ui").glob("*.py"):
        if path.name != "button.py":
            assert f"{QPushButton.__name__}(" not in path.read_text(encoding="utf-8"), path.name
