"""How does news sound? Softly, through whatever the system has for it, and never waited for."""

from __future__ import annotations

import shutil
import sys

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from telesales_desktop.resources import resource_path

_PLAYERS = ("pw-play", "paplay", "aplay") if sys.platform != "darwin" else ("afplay",)


def play_chime() -> None:
    """Play the soft sound; the system's bell where nothing can play it."""
    sound = str(resource_path("sounds", "news.wav"))
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(sound, winsound.SND_FILENAME | winsound.SND_ASYNC)
        return
    for player in _PLAYERS:
        if path := shutil.which(player):
            QProcess.startDetached(path, [sound])
            return
    QApplication.beep()
