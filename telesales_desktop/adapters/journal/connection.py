"""How is the journal's file opened: sealed, locked for us alone, and synced before we go on?"""

from __future__ import annotations

import apsw

from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError

_SETTINGS = (
    # Held from the first read until the file is closed: a second program is told at once, and no
    # shared memory file is needed.
    ("locking_mode", "EXCLUSIVE", "exclusive"),
    # Each page is authenticated with its own tag (ChaCha20-Poly1305): a flipped bit is noticed by
    # whoever reads the page, before anything in it is believed.
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    # On macOS a plain fsync leaves the data in the drive's own cache.
    ("fullfsync", 1, 1),
    ("checkpoint_fullfsync", 1, 1),
    ("foreign_keys", 1, 1),
    ("secure_delete", 1, 1),
    ("cell_size_check", 1, 1),
    ("trusted_schema", 0, 0),
    ("temp_store", 2, 2),
    ("mmap_size", 0, 0),
    ("cache_size", -16_000, -16_000),
    ("journal_size_limit", 16_000_000, 16_000_000),
)


def connect(path: str, key: JournalKey, *, vfs: str | None = None) -> apsw.Connection:
    """An open, keyed, exclusively locked connection.

    Nothing is checkpointed but by ``JournalStore.checkpoint``: a failing sync inside somebody
    else's commit, or on closing a handle that failed, would go unnoticed.
    Errors: SQLite's own (``failures.journal_error``); ``READ_ONLY`` for a file that is so.
    """
    connection = apsw.Connection(path, vfs=vfs)
    try:
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
        connection.pragma("cipher", "chacha20")
        connection.pragma("key", key.pragma)
        if connection.readonly("main"):
            raise JournalError(JournalProblem.READ_ONLY, "the file may not be written")
        for name, value, expected in _SETTINGS:
            became = connection.pragma(name, value)
            if became is None:
                became = connection.pragma(name)
            if became != expected:
                raise JournalError(JournalProblem.IO, f"{name} is {became}")
        connection.wal_autocheckpoint(0)
    except BaseException:
        connection.close(True)
        raise
    return connection
