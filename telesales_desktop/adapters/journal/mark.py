"""How many commits did the journal hold when we last looked? Kept beside it, to notice a loss.

SQLite takes a log whose end does not read for one that ends earlier, and a journal without its log
for a whole one: right after a power cut, wrong when commits were known to be on the disk. The mark
is written after each commit is durable and is never synced itself: it may lag behind the journal,
and can never be ahead of it unless commits were lost.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Protocol

from telesales_desktop.adapters.journal.key import JournalKey


class Mark(Protocol):
    """Where the number of commits is kept."""

    def read(self, key: JournalKey) -> int | None: ...

    def write(self, key: JournalKey, number: int) -> None: ...

    def close(self) -> None: ...


class FileMark:
    """A mark in a file of its own. Never fails: without it, only less is noticed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def read(self, key: JournalKey) -> int | None:
        """The number last written with this key, None where there is none or it is torn."""
        with contextlib.suppress(OSError):
            return key.read_mark(self._path.read_bytes())
        return None

    def write(self, key: JournalKey, number: int) -> None:
        """Note the number: 32 bytes, less than a sector, in place."""
        with contextlib.suppress(OSError):
            if self._file is None:
                flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
                self._file = os.open(self._path, flags, 0o600)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, key.seal_mark(number))

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None
