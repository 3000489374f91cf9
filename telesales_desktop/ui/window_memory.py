"""What did the agent arrange, and how is it so again next time?"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings


class WindowMemory:
    """Sizes and columns in a small file of their own; without a path nothing is remembered."""

    def __init__(self, path: Path | None) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat) if path else None

    def load(self, name: str) -> QByteArray:
        """What was kept under that name; empty at the first start or when it is damaged."""
        if self._settings is None:
            return QByteArray()
        value = self._settings.value(f"window/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep(self, name: str, value: QByteArray) -> None:
        if self._settings is not None:
            self._settings.setValue(f"window/{name}", value)
