"""How is the relay's log kept in one SQLite file?"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from telesales_desktop.relay.sql_store import SqlStore
from telesales_desktop.relay.sqlite_file import open_file
from telesales_desktop.relay.store import StoreError


class SqliteStore(SqlStore):
    """A ``Store`` in SQLite. Commands may write to the same file while a server runs."""

    broken = (sqlite3.Error,)

    @classmethod
    async def open(cls, path: Path) -> SqliteStore:
        """Errors: ``NotARelayError``, ``StoreError``."""
        store = cls(lambda: open_file(path))
        try:
            await store.learn_itself()
        except StoreError:
            await store.close()
            raise
        return store
