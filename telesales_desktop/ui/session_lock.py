"""Is the computer's session locked, and is it open again?

Linux: the screen savers' own signal on the session bus, and logind's for this session. Windows:
the session's notification to the window. macOS tells programs without its own libraries nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QByteArray, QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

_SCREEN_SAVERS = (
    ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
    ("/ScreenSaver", "org.freedesktop.ScreenSaver"),
    ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"),
    ("/org/cinnamon/ScreenSaver", "org.cinnamon.ScreenSaver"),
    ("/org/mate/ScreenSaver", "org.mate.ScreenSaver"),
    ("/org/xfce/ScreenSaver", "org.xfce.ScreenSaver"),
)
_LOGIND = ("org.freedesktop.login1", "org.freedesktop.login1.Session")
_WM_WTSSESSION_CHANGE, _WTS_LOCK, _WTS_UNLOCK = 0x02B1, 7, 8


class SessionLock(QObject):
    """Tells when the session is locked and when it is open again, each once."""

    locked = Signal()
    unlocked = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._is_locked = False
        if sys.platform == "win32":  # pragma: no cover - needs Windows
            self._filter = _WindowsFilter(self, window)
        elif sys.platform == "linux":
            self._follow_buses(os.environ)

    def tell(self, *, locked: bool) -> None:
        """The session was locked or opened; the same again is no news."""
        if locked is self._is_locked:
            return
        self._is_locked = locked
        (self.locked if locked else self.unlocked).emit()

    @Slot(bool)
    def on_active(self, active: bool) -> None:
        self.tell(locked=active)

    @Slot()
    def on_lock(self) -> None:
        self.tell(locked=True)

    @Slot()
    def on_unlock(self) -> None:
        self.tell(locked=False)

    def _follow_buses(self, environment: Mapping[str, str]) -> None:
        from PySide6.QtDBus import QDBusConnection

        session = QDBusConnection.sessionBus()
        # Typed as bytes, taken as text only: a fault of the binding's stubs.
        active, lock, unlock = (
            cast(bytes, SLOT(name)) for name in ("on_active(bool)", "on_lock()", "on_unlock()")
        )
        for path, interface in _SCREEN_SAVERS if session.isConnected() else ():
            session.connect("", path, interface, "ActiveChanged", self, active)
        name = environment.get("XDG_SESSION_ID", "")
        if name:
            service, interface = _LOGIND
            place = session_path(name)
            system = QDBusConnection.systemBus()
            if system.isConnected():
                system.connect(service, place, interface, "Lock", self, lock)
                system.connect(service, place, interface, "Unlock", self, unlock)


def session_path(session_id: str) -> str:
    """Where logind keeps a session: its id, escaped as systemd escapes a bus label."""
    marks = []
    for place, mark in enumerate(session_id.encode()):
        is_plain = chr(mark).isalpha() or (place > 0 and chr(mark).isdigit())
        marks.append(chr(mark) if mark < 128 and is_plain else f"_{mark:02x}")
    return "/org/freedesktop/login1/session/" + "".join(marks)


if sys.platform == "win32":  # pragma: no cover - needs Windows
    import ctypes
    from ctypes import wintypes

    class _WindowsFilter(QAbstractNativeEventFilter):
        """Asks Windows to tell the window of its session, and hears it."""

        def __init__(self, lock: SessionLock, window: QWidget) -> None:
            super().__init__()
            self._lock = lock
            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(int(window.winId()), 0)
            application = QApplication.instance()
            assert application is not None
            application.installNativeEventFilter(self)

        def nativeEventFilter(
            self, kind: QByteArray | bytes | bytearray | memoryview, message: int
        ) -> object:
            told = wintypes.MSG.from_address(int(message))
            if told.message == _WM_WTSSESSION_CHANGE and told.wParam in (_WTS_LOCK, _WTS_UNLOCK):
                self._lock.tell(locked=told.wParam == _WTS_LOCK)
            return False, 0
