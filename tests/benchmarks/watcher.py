"""When is a window painted, when does it take a letter, and when does it show the newest rows?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tests.benchmarks.telling import tell

LETTER = "j"


class Watcher(QObject):
    """Tells ``painted``, ``usable`` (a typed letter is painted) and ``rows``, in that order."""

    def __init__(
        self,
        window: QWidget,
        *,
        focused: Callable[[], QWidget | None],
        rows_shown: Callable[[], bool],
        views: Sequence[QWidget],
        then: Callable[[], None],
        until: str = "rows",
    ) -> None:
        super().__init__(window)
        self._window, self._views = window, views
        self._focused, self._rows_shown, self._then = focused, rows_shown, then
        self._until = until
        self._field: QWidget | None = None
        self._has_rows = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            if watched is self._window:
                self._window.removeEventFilter(self)
                QTimer.singleShot(0, self, self._painted)
            elif watched is self._field and self._letter_is_there():
                watched.removeEventFilter(self)
                self._field = None
                QTimer.singleShot(0, self, self._usable)
            elif watched in self._views and not self._has_rows and self._rows_shown():
                self._has_rows = True
                QTimer.singleShot(0, self, self._rows)
        return False

    def _painted(self) -> None:
        self._reach("painted")
        self._field = self._focused()
        assert self._field is not None, "no field has the focus"
        self._field.installEventFilter(self)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_J, Qt.KeyboardModifier.NoModifier, LETTER)
            QCoreApplication.postEvent(self._field, key)

    def _letter_is_there(self) -> bool:
        assert self._field is not None
        return bool(self._field.property("text") == LETTER)

    def _usable(self) -> None:
        self._reach("usable")
        for view in self._views:
            view.installEventFilter(self)
            view.update()

    def _rows(self) -> None:
        self._reach("rows")

    def _reach(self, mark: str) -> None:
        tell(mark)
        if mark == self._until:
            self._then()
