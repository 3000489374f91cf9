"""How is the relay's log kept in one SQLite file?"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from telesales_desktop.relay import ended
from telesales_desktop.relay.append_process import AppendProcess
from telesales_desktop.relay.committers import committer
from telesales_desktop.relay.sql_store import SqlStore
from telesales_desktop.relay.sqlite_file import open_file
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import AuditEntry


class SqliteStore(SqlStore):
    """A ``Store`` in SQLite. Commands may write to the same file while a server runs.

    What access ends is noted beside the file first: a crash in between leaves more there, never
    less. A disk that does not take the note keeps nobody from ending access; it is told.
    """

    broken = (sqlite3.Error,)

    def __init__(self, path: Path, *, apart: bool = False) -> None:
        """Use ``open``."""
        appender = AppendProcess(path) if apart else None
        super().__init__(lambda: open_file(path), committer(path), appender)
        self._ended = ended.ended_file(path)

    @classmethod
    async def open(cls, path: Path, *, apart: bool = False) -> SqliteStore:
        """``apart``: many deliveries are written by an ``AppendProcess``.

        Errors: ``NotARelayError``, ``StoreError``.
        """
        store = cls(path, apart=apart)
        try:
            await store.learn_itself()
        except StoreError:
            await store.close()
            raise
        return store

    async def revoke(self, token_id: str, now_us: int, by: str) -> bool:
        async with self._noted({ended.of_token(token_id): now_us}):
            return await super().revoke(token_id, now_us, by)

    async def add_hook(
        self,
        merchant: str,
        digest: bytes,
        others_until_us: int,
        audit: Sequence[AuditEntry] = (),
    ) -> None:
        others = {
            ended.of_hook(hook.digest): others_until_us
            for hook in await self.hooks()
            if hook.merchant == merchant
        }
        async with self._noted(others):
            await super().add_hook(merchant, digest, others_until_us, audit)

    @asynccontextmanager
    async def _noted(self, until_us: Mapping[str, int]) -> AsyncIterator[None]:
        refused = None
        known: dict[str, int] = {}
        if not self._ended.exists():  # it was moved here, or the list was taken away
            known = ended.so_far(await self.grants(), await self.hooks())
        ended.merge(known, until_us)
        try:
            await asyncio.to_thread(ended.note, self._ended, known)
        except OSError as error:
            refused = error
        yield
        if refused is not None:
            told = f"it is done, but {self._ended} does not keep it: a restore would undo it"
            raise StoreError(f"{told} ({refused.strerror or refused})") from refused
