"""What did the agent arrange, and how is it so again next time?"""

from __future__ import annotations

import binascii
import zlib
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings


class WindowMemory:
    """Sizes and columns in a small file of their own; without a path nothing is remembered.

    Each value carries a checksum: Qt does not survive every damaged state that it is given back.
    """

    def __init__(self, path: Path | None) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat) if path else None

    def load(self, name: str) -> QByteArray:
        """What was kept under that name; empty at the first start or when it is damaged."""
        if self._settings is None:
            return QByteArray()
        stored = self._settings.value(f"window/{name}")
        if not isinstance(stored, str):
            return QByteArray()
        checksum, _, text = stored.partition("-")
        try:
            kept = binascii.a2b_base64(text, strict_mode=True)
        except ValueError:
            return QByteArray()
        return QByteArray(kept) if checksum == _checksum(kept) else QByteArray()

    def keep(self, name: str, value: QByteArray) -> None:
        if self._settings is not None:
            kept = bytes(value.data())
            text = binascii.b2a_base64(kept, newline=False).decode("ascii")
            self._settings.setValue(f"window/{name}", f"{_checksum(kept)}-{text}")


def _checksum(kept: bytes) -> str:
    return f"{zlib.crc32(kept):08x}"
