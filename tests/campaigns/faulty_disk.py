"""A disk whose n-th call fails: what the relay's database and spool ask of it, counted and refused."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import apsw

from telesales_desktop.relay import spool, sqlite_file
from tests.campaigns import recorded_sqlite

FULL, IO = "disk full", "I/O error"
ONCE, FOR_GOOD, DATABASE = "once", "for good", "the database for good"
_TO_SQLITE = {FULL: apsw.FullError, IO: apsw.IOError}
_TO_ERRNO = {FULL: errno.ENOSPC, IO: errno.EIO}


class Faults:
    """Which calls fail. ``at`` 0: none, only counted.

    ``way``: this call alone; all from there on; or all of the database's, while the spool's work
    but for one, the ``spool_at``-th.
    """

    def __init__(self, kind: str, at: int, way: str = ONCE, spool_at: int = 0) -> None:
        self.kind = kind
        self.at = at
        self.way = way
        self.spool_at = spool_at
        self.calls = self.spool_calls = 0
        self.told: list[str] = []

    def next(self, name: str) -> bool:
        """Count a call; whether it fails."""
        of_spool = name.startswith("spool")
        self.spool_calls += of_spool
        self.calls += 1
        if self.at == 0:
            return False
        if self.way == ONCE:
            fails = self.calls == self.at
        elif self.way == DATABASE and of_spool:
            fails = self.spool_calls == self.spool_at
        else:
            fails = self.calls >= self.at
        if fails and len(self.told) < 3:
            self.told.append(name)
        return fails

    def os_call(self, name: str) -> None:
        if self.next(name):
            raise OSError(_TO_ERRNO[self.kind], os.strerror(_TO_ERRNO[self.kind]))


class FaultyVfs(apsw.VFS):
    def __init__(self, name: str, faults: Faults) -> None:
        super().__init__(name, "unix")
        self.faults = faults
        self.name = name

    def xOpen(self, name, flags):
        self._maybe("open")
        return FaultyFile(name, flags, self._maybe)

    def xDelete(self, name, sync):
        self._maybe("delete")
        super().xDelete(name, sync)

    def _maybe(self, what: str) -> None:
        if self.faults.next(f"sqlite {what}"):
            raise _TO_SQLITE[self.faults.kind](self.faults.kind)


class FaultyFile(apsw.VFSFile):
    def __init__(self, name, flags, maybe):
        super().__init__("unix", name, flags)
        self._maybe = maybe

    def xRead(self, amount, offset):
        self._maybe("read")
        return super().xRead(amount, offset)

    def xWrite(self, data, offset):
        self._maybe("write")
        super().xWrite(data, offset)

    def xTruncate(self, size):
        self._maybe("truncate")
        super().xTruncate(size)

    def xSync(self, flags):
        # The real sync is left out: nothing but the fault is looked at.
        self._maybe("sync")


class FaultySqlite(recorded_sqlite.RecordedSqlite):
    """Stands in for the module ``sqlite3``, over a disk with faults."""

    def __init__(self, vfs: FaultyVfs) -> None:
        self.disk = vfs  # type: ignore[assignment]

    def connect(self, path: Path, *_words: object, **_options: object) -> Any:
        try:
            return _Connection(str(path), self.disk.name)
        except apsw.Error as broken:
            raise recorded_sqlite.as_sqlite3(broken) from broken


class _Connection(recorded_sqlite.Connection):
    def __init__(self, path: str, vfs: str) -> None:
        self._apsw = apsw.Connection(path, vfs=vfs)
        self._apsw.set_busy_timeout(100)

    def execute(self, statement: str, values: Any = ()) -> recorded_sqlite.Cursor:
        return recorded_sqlite.Cursor(self._rows(statement, values), self._apsw)

    def executescript(self, script: str) -> None:
        self._rows(script, ())

    def close(self) -> None:
        with contextlib.suppress(apsw.Error):
            self._apsw.close()


class FaultyOs:
    """Stands in for the module ``os`` in the spool: what writes, syncs and renames can fail."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, *words: Any) -> int:
        self._faults.os_call("spool open")
        return os.open(*words)

    def write(self, file: int, content: bytes) -> int:
        if self._faults.next("spool write"):
            os.write(file, content[: len(content) // 2])  # a full disk takes a part
            raise OSError(_TO_ERRNO[self._faults.kind], "it took a part")
        return os.write(file, content)

    def fsync(self, file: int) -> None:
        self._faults.os_call("spool sync")


@contextlib.contextmanager
def planted(faults: Faults) -> Iterator[None]:
    """The relay's store and spool on such a disk."""
    vfs = FaultyVfs(f"faulty-{id(faults)}", faults)
    with (
        mock.patch.object(sqlite_file, "sqlite3", FaultySqlite(vfs)),
        mock.patch.object(spool, "os", FaultyOs(faults)),
    ):
        yield
    vfs.unregister()
