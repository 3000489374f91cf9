"""Which presses are one intent, under a hand that goes on while the window changes?"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication


class Hand:
    """One hand works at all windows of a program: what it chose last, and when it last pressed."""

    def __init__(self) -> None:
        self._since = QElapsedTimer()
        self.last = ("", "")
        self._entered = QElapsedTimer()
        self._entered_at = 0

    def press(self) -> bool:
        """Whether this press belongs to the burst of the one before."""
        is_burst = self._since.isValid() and (
            self._since.elapsed() < QApplication.doubleClickInterval()
        )
        self._since.start()
        return is_burst

    def enters(self, where: QObject) -> bool:
        """Whether Enter counts here: not as the rest of a burst that began somewhere else."""
        is_burst = self._entered.isValid() and (
            self._entered.elapsed() < QApplication.doubleClickInterval()
        )
        self._entered.start()
        if is_burst and self._entered_at != id(where):
            return False
        self._entered_at = id(where)
        return True

    def forget(self) -> None:
        """As at the start of the program."""
        self._since.invalidate()
        self._entered.invalidate()
        self.last = ("", "")


HAND = Hand()
"""The hand of whoever sits here."""


class Stillness(QObject):
    """Has the hand been still since this came up? A press before that was meant for what went."""

    came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_here = False
        self._wait = QTimer(self, singleShot=True)
        self._wait.timeout.connect(self.come)

    def begin(self) -> None:
        """It comes up now."""
        self.is_here = False
        self._wait.start(QApplication.doubleClickInterval())

    def press(self) -> bool:
        """Whether this press counts; one that comes too early puts it off."""
        if not self.is_here:
            self._wait.start(QApplication.doubleClickInterval())
        return self.is_here

    def come(self) -> None:
        """From now on presses count."""
        self._wait.stop()
        self.is_here = True
        self.came.emit()
