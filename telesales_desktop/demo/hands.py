"""How does the headless demo use the window? With key and mouse events, like hands would."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

KEY_PAUSE_S = 0.002
REST_S = 0.05
LOOK_S = 0.02
MOST_TABS = 80
WITHOUT_FRONT = ("offscreen", "minimal")
"""Platforms on which no window lies behind another: Qt complains of each try to raise one."""

W = TypeVar("W", bound=QWidget)


class LostError(Exception):
    """The window does not show what a person would look for; the message names it."""


class Hands:
    """Two hands and two eyes in front of one window."""

    def __init__(self, window: QWidget, *, screenshots: Path | None, deadline: float) -> None:
        self._window = window
        self._screenshots = screenshots
        self._deadline = deadline
        self._pictures = 0
        self._clicked_at = 0.0

    def look(self, name: str) -> QWidget | None:
        """The visible widget of that name, in the window or a dialog in front of it."""
        tops = (QApplication.activeModalWidget(), self._window, *QApplication.topLevelWidgets())
        for top in tops:
            if top is None or not top.isVisible():
                continue
            if top.objectName() == name:
                return top
            for found in top.findChildren(QWidget, name):
                if found.isVisible():
                    return found
        return None

    async def come_forward(self) -> None:
        """Bring the window to the front, as a click on its title would."""
        if QApplication.platformName() not in WITHOUT_FRONT:
            self._window.raise_()
        self._window.activateWindow()
        await self.until(lambda: self._window if self._window.isActiveWindow() else None, "window")

    async def find(self, name: str, *, enabled: bool = True) -> QWidget:
        """Wait until a widget can be seen (and used). Errors: ``TimeoutError``."""

        def seen() -> QWidget | None:
            widget = self.look(name)
            return widget if widget is not None and (widget.isEnabled() or not enabled) else None

        return await self.until(seen, name)

    async def until(self, look: Callable[[], W | None], what: str) -> W:
        """Look again and again. Errors: ``TimeoutError`` at the demo's deadline."""
        while (found := look()) is None:
            if time.monotonic() > self._deadline:
                raise TimeoutError(what)
            await asyncio.sleep(LOOK_S)
        return found

    async def click(self, name: str) -> None:
        """Press the left button on a widget that can be seen."""
        widget = await self.find(name)
        await self.until(lambda: getattr(widget.window(), "is_awake", True) or None, name)
        await self._rest()
        spot = QPoint(min(12, widget.width() // 2), widget.height() // 2)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        await asyncio.sleep(KEY_PAUSE_S)

    async def _rest(self) -> None:
        """A second click within the time of a double click would be a part of the first."""
        free_at = self._clicked_at + QApplication.doubleClickInterval() / 1000 + REST_S
        await asyncio.sleep(max(0.0, free_at - time.monotonic()))
        self._clicked_at = time.monotonic()

    async def tab_to(self, name: str) -> None:
        """Press Tab until the named field has the focus, as an agent does."""
        for _ in range(MOST_TABS):
            focused = QApplication.focusWidget()
            if focused is not None and focused.objectName() == name:
                return
            await self.press(Qt.Key.Key_Tab)
        raise LostError(f"Tab does not lead to {name}")

    async def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        for letter in text:
            self._strike(letter)
            await asyncio.sleep(KEY_PAUSE_S)

    def _strike(self, letter: str) -> None:
        """One letter, down and up. QTest knows no key for letters beyond ASCII; a keyboard does."""
        focused = self._focused()
        if letter.isascii():
            QTest.keyClicks(focused, letter)
            return
        plain = Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(focused, QKeyEvent(kind, Qt.Key.Key_unknown, plain, letter))

    async def fill(self, name: str, text: str) -> None:
        """Tab into a field, mark what stands there, and type over it."""
        await self.tab_to(name)
        await self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        await self.type(text)

    async def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press one key, with or without a modifier; what has just come up is read first."""
        front = QApplication.activeModalWidget()
        await self.until(lambda: getattr(front, "is_awake", True) or None, "a question")
        QTest.keyClick(self._focused(), key, modifier)
        if modifier is not Qt.KeyboardModifier.NoModifier:
            self._clicked_at = time.monotonic()  # keys that stand for a click
        await asyncio.sleep(KEY_PAUSE_S)

    async def press_into(self, name: str, key: Qt.Key) -> None:
        """Press one key in a widget, wherever the focus is: a window takes its own shortcuts."""
        QTest.keyClick(await self.find(name), key)
        await asyncio.sleep(KEY_PAUSE_S)

    async def press_when_ready(self, name: str) -> None:
        """Press Ctrl+Enter as soon as the named button may be pressed."""
        await self.find(name)
        await self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    async def picture(self, name: str) -> None:
        """Save what the window shows, numbered."""
        if self._screenshots is None:
            return
        await asyncio.sleep(0.2)  # let what moves come to rest
        self._pictures += 1
        path = self._screenshots / f"{self._pictures:02d}-{name}.png"
        if not self._window.grab().save(str(path)):
            raise OSError(f"cannot save {path.name}")

    def _focused(self) -> QWidget:
        focused = QApplication.focusWidget()
        if focused is None:
            raise LostError("nothing has the keyboard's focus")
        return focused
