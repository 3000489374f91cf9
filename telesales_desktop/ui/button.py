"""What does Enter do at a button? What Space does, in the window as in a question."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton

from telesales_desktop.ui.hand import HAND

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Button(QPushButton):
    """Enter presses the button that has the focus, once a key and once a burst.

    Qt lets it press the default button of a dialog only, whichever has the focus, and none of a
    window. A key that is held is one press, and the rest of a burst that began at another button
    was meant for that one.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pad = Qt.KeyboardModifier.KeypadModifier
        if event.key() not in _ENTER or event.modifiers() & ~pad:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat() and HAND.enters(self):
            self.click()
