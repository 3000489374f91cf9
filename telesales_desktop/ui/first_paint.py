"""When has a window come onto the screen for the first time?"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget


class FirstPaint(QObject):
    """Watches one window. ``painted``: all of it was painted, and the loop is free again."""

    painted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The window's own paint is the first of many within one event: the timer is behind it.
            QTimer.singleShot(0, self, self.painted.emit)
        return False
