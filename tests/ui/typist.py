"""How a person uses the window: key and mouse events, nothing else."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from telesales_desktop.ui.form_content import FormContent


def come_forward() -> None:
    """Ask for the keyboard: without a window manager a display may leave a new window without it."""
    for window in reversed(QApplication.topLevelWidgets()):
        if window.isVisible():
            assert asyncio._get_running_loop() is None, "wait for the window with await instead"
            window.activateWindow()
            QTest.qWaitForWindowActive(window)
            return


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    if widget is None and asyncio._get_running_loop() is not None:
        widget = _next_focus()
    elif widget is None:
        come_forward()
        widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def _next_focus() -> QWidget | None:
    """What has the focus once its window has the keyboard.

    In a coroutine nobody may wait for that with a loop of Qt's inside the loop: qasync gives up a
    timer by its number, which the inner loop may have given to another one, and that one never
    fires: a task that slept on it sleeps for ever.
    """
    for window in reversed(QApplication.topLevelWidgets()):
        if window.isVisible() and window.focusWidget() is not None:
            window.activateWindow()
            return window.focusWidget()
    return None


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key, pressed and let go in whatever has the focus."""
    QTest.keyClick(focused(), key, modifiers)


def write(text: str) -> None:
    """Letters, one key after the other. QTest knows the keys of ASCII only."""
    for letter in text:
        if letter.isascii():
            QTest.keyClicks(focused(), letter)
            continue
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            plain = Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(focused(), QKeyEvent(kind, 0, plain, letter))


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def double_click(widget: QWidget) -> None:
    """As a hand does it: press, let go, press, let go."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(widget, Qt.MouseButton.LeftButton)


def type_order(content: FormContent) -> None:
    """A whole order from the first name on, by keyboard alone, Tab by Tab.

    The focus must be in the first name; it ends in the note.
    """
    for name in ("first_name", "last_name", "phone", "email", "line1", "line2", "city", "region",
                 "postal_code", "order_id"):  # fmt: skip
        assert focused().objectName() == f"field_{name}"
        write(getattr(content, name))
        press(Qt.Key.Key_Tab)
    for name in ("store", "entity"):
        assert focused().objectName() == f"field_{name}"
        press(Qt.Key.Key_Tab)
    for number, item in enumerate(content.items):
        for name in ("sku", "name", "quantity", "unit_price"):
            assert focused().objectName() == f"item_{number}_{name}"
            press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            write(getattr(item, name))
            last = name == "unit_price"
            more = number < len(content.items) - 1
            press(Qt.Key.Key_Return if last and more else Qt.Key.Key_Tab)
    assert focused().objectName() == f"item_{len(content.items) - 1}_remove"
    press(Qt.Key.Key_Tab)
    assert focused().objectName() == "addItem"
    press(Qt.Key.Key_Tab)
    for name in ("shipping", "tax", "discount", "total", "note"):
        assert focused().objectName() == f"field_{name}"
        write(getattr(content, name))
        if name != "note":
            press(Qt.Key.Key_Tab)
