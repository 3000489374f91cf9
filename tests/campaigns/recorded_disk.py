"""A disk that remembers every write and every sync, so that the power can be cut at any of them.

The files are real ones; what is remembered is what the program asked of the disk, in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import apsw

from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.adapters.journal.mark import FileMark

_NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes into a file; on the disk only once the file is synced."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file made shorter; on the disk only once the file is synced."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Everything written to a file so far is on the disk.

    ``with_folder``: so are the names that were made and removed. SQLite does that with each
    connection's first sync of a log or rollback journal.
    """

    file: int
    with_folder: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A name that now means a file, or no file (0)."""

    name: str
    file: int
    with_folder: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """The store said that so many commits are durable; ``begun`` may be one more."""

    commits: int
    begun: int


Entry = Write | Truncate | Sync | Name | Promise


@dataclass
class Log:
    """What was asked of the disk. File numbers are identities: a name may come to mean another."""

    entries: list[Entry] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def make(self, name: str) -> int:
        """A new, empty file of that name."""
        number = self.files[name] = next(self.numbers)
        self.entries.append(Name(name, number))
        return number


class RecordedDisk(apsw.VFS):
    """Records what goes through it; ``cipher_name`` opens an encrypted file on it."""

    def __init__(self, log: Log) -> None:
        self.name = f"recorded-{next(_NUMBERS)}"
        super().__init__(self.name, "unix")
        self.log = log

    @property
    def cipher_name(self) -> str:
        return f"multipleciphers-{self.name}"

    def xOpen(self, name, flags):
        return RecordedFile(self.log, name, flags)

    def xDelete(self, name, sync):
        super().xDelete(name, sync)
        short = Path(name).name
        if self.log.files.pop(short, None) is not None:
            self.log.entries.append(Name(short, 0, with_folder=sync))


class RecordedFile(apsw.VFSFile):
    def __init__(self, log, name, flags):
        full = name.filename() if isinstance(name, apsw.URIFilename) else name
        super().__init__("unix", name, flags)
        self._log = log
        short = Path(full).name
        # Of these SQLite's own VFS syncs the folder, with the first sync of everybody who would
        # have made them, whoever was first (seen with strace: two connections sync it each).
        is_side_file = flags[0] & (apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL)
        self._syncs_folder = bool(is_side_file and flags[0] & apsw.SQLITE_OPEN_CREATE)
        self._number = log.files.get(short) or log.make(short)

    def xWrite(self, data, offset):
        super().xWrite(data, offset)
        self._log.entries.append(Write(self._number, offset, bytes(data)))

    def xTruncate(self, size):
        super().xTruncate(size)
        self._log.entries.append(Truncate(self._number, size))

    def xSync(self, flags):
        # The real sync is left out: the power is cut on paper.
        self._log.entries.append(Sync(self._number, self._syncs_folder))
        self._syncs_folder = False


class RecordedMark(FileMark):
    """The mark beside the journal: written after each commit, synced never."""

    def __init__(self, path: Path, log: Log) -> None:
        super().__init__(path)
        self._name = path.name
        self._log = log

    def write(self, key: JournalKey, number: int) -> None:
        super().write(key, number)
        file = self._log.files.get(self._name) or self._log.make(self._name)
        self._log.entries.append(Write(file, 0, key.seal_mark(number)))
