"""How does a benchmark get the real window with many orders in it, inside its own process?"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from telesales_desktop.adapters.input_checks import InputChecks
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.cli import YOUNG_OBJECTS
from telesales_desktop.ui.formats import Language
from telesales_desktop.ui.open_window import build_window
from telesales_desktop.ui.task_runner import TaskRunner
from telesales_desktop.ui.window_presenter import WindowPresenter
from telesales_desktop.window import Shell
from tests.benchmarks.floor_data import measured_profile
from tests.ui.fake_desk import FakeDesk


class Painted(QObject):
    """Waits until a widget was painted after it was asked for."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._seen = asyncio.Event()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._seen.set()
        return False

    async def again(self) -> None:
        """Until the next paint is over."""
        self._seen.clear()
        self._widget.update()
        await self._seen.wait()
        await asyncio.sleep(0)


@asynccontextmanager
async def open_window(shell: Shell, files: Sequence[OrderFile]) -> AsyncIterator[WindowPresenter]:
    """The window on a desk that keeps these orders in memory, loaded and painted."""
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])  # as the program does
    profile = measured_profile()
    runner = TaskRunner(asyncio.get_running_loop(), _say)
    desk = FakeDesk(files, now=datetime.now(UTC))
    presenter = build_window(
        profile,
        desk,
        InputChecks(profile.country, profile.locale),
        runner,
        theme=shell.theme,
        language=Language.EN_CA,
        chime=lambda: None,
    )
    presenter.window.show()
    presenter.start()
    while runner.is_running("load") or runner.is_running("drafts"):
        await asyncio.sleep(0.01)
    await Painted(presenter.window.orders).again()
    try:
        yield presenter
    finally:
        presenter.stop()
        await runner.close(timeout_s=5.0)
        presenter.window.finish_closing()
        presenter.window.deleteLater()


def _say(name: str, error: BaseException) -> None:
    raise RuntimeError(f"{name} crashed") from error
