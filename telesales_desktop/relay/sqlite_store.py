"""How is the relay's log kept in one SQLite file?"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from pathlib import Path
from typing import Any, TypeVar

from telesales_desktop.relay.group_commit import GroupCommit
from telesales_desktop.relay.sqlite_file import open_file
from telesales_desktop.relay.store import (
    NO_CHAIN,
    Code,
    Grant,
    Head,
    LogEntry,
    Merchant,
    NewChange,
    Pulse,
    StoreError,
)

_Answer = TypeVar("_Answer")
_PRUNED_AT_ONCE = 1000


class SqliteStore:
    """A ``Store`` in SQLite: one thread writes, one reads.

    Other processes may write to the same file (enrol, revoke, a second server during a change
    over); the sequence lives in the file, so it stays gap-free whoever writes.
    """

    def __init__(self, path: Path) -> None:
        """Use ``open``."""
        self._path = path
        self._announce: Callable[[Sequence[LogEntry]], None] = lambda entries: None
        self._writer = GroupCommit(lambda: open_file(path), self._committed)
        self._reader = ThreadPoolExecutor(1, "sqlite-read")
        self._reading: sqlite3.Connection | None = None
        self._info = ("", "")

    @classmethod
    async def open(cls, path: Path) -> SqliteStore:
        """Errors: ``NotARelayError``, ``StoreError``."""
        store = cls(path)
        try:
            (store._info,) = await store._rows("SELECT epoch, public_url FROM log_info")
        except StoreError:
            await store.close()
            raise
        return store

    @property
    def epoch(self) -> str:
        return self._info[0]

    @property
    def public_url(self) -> str:
        return self._info[1]

    def on_commit(self, announce: Callable[[Sequence[LogEntry]], None]) -> None:
        self._announce = announce

    # --- the log ---

    async def append(self, change: NewChange) -> bool:
        return await self._writer.run(lambda db: _append(db, change)) is not None

    async def read(
        self, merchant: str, after_seq: int, limit: int, most_bytes: int
    ) -> Sequence[LogEntry]:
        def collect(db: sqlite3.Connection) -> Sequence[LogEntry]:
            entries: list[LogEntry] = []
            size = 0
            for row in db.execute(
                "SELECT merchant, seq, chain, kind, received_us, content FROM changes"
                " WHERE merchant = ? AND seq > ? ORDER BY seq LIMIT ?",
                (merchant, after_seq, limit),
            ):
                entry = LogEntry(*row)
                size += len(entry.content)
                if entries and size > most_bytes:
                    break
                entries.append(entry)
            return entries

        return await self._read(collect)

    async def chain_at(self, merchant: str, seq: int) -> bytes | None:
        rows = await self._rows(
            "SELECT chain FROM changes WHERE merchant = ? AND seq = ?", merchant, seq
        )
        return rows[0][0] if rows else None

    async def pulse(self) -> Pulse:
        ((version,),) = await self._rows("SELECT access_version FROM log_info")
        heads = await self._rows(
            "SELECT merchant, seq, chain, pruned_seq, pruned_chain FROM merchants"
        )
        return Pulse(version, {merchant: Head(*head) for merchant, *head in heads})

    async def prune(self, before_us: int) -> int:
        return await self._writer.run(lambda db: _prune(db, before_us))

    # --- access ---

    async def merchants(self) -> Sequence[Merchant]:
        rows = await self._rows(
            "SELECT merchant, hook_digest, basic_digest FROM merchants ORDER BY merchant"
        )
        return [Merchant(*row) for row in rows]

    async def grants(self) -> Sequence[Grant]:
        return [Grant(*row) for row in await self._rows("SELECT * FROM grants ORDER BY created_us")]

    async def add_code(self, code: Code) -> None:
        statement = "INSERT OR REPLACE INTO codes VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL)"
        await self._writer.run(lambda db: db.execute(statement, astuple(code)))

    async def try_code(self, code_id: str, now_us: int, most_tries: int) -> Code | None:
        def count(db: sqlite3.Connection) -> Code | None:
            row = db.execute(
                "UPDATE codes SET tries = tries + 1"
                " WHERE code_id = ? AND used_us IS NULL AND expires_us > ? AND tries < ?"
                " RETURNING code_id, merchant, role, name, salt, digest, expires_us",
                (code_id, now_us, most_tries),
            ).fetchone()
            return None if row is None else Code(*row)

        return await self._writer.run(count)

    async def redeem(self, code: Code, grant: Grant, now_us: int) -> bool:
        def use_up(db: sqlite3.Connection) -> bool:
            used = db.execute(
                "UPDATE codes SET used_us = ?"
                " WHERE code_id = ? AND salt = ? AND used_us IS NULL AND expires_us > ?",
                (now_us, code.code_id, code.salt, now_us),
            )
            if used.rowcount == 0:
                return False
            db.execute("INSERT INTO grants VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(grant))
            return _access_changed(db)

        return await self._writer.run(use_up)

    async def revoke(self, token_id: str, now_us: int) -> bool:
        def strike(db: sqlite3.Connection) -> bool:
            struck = db.execute(
                "UPDATE grants SET revoked_us = ? WHERE token_id = ? AND revoked_us IS NULL",
                (now_us, token_id),
            )
            return struck.rowcount == 1 and _access_changed(db)

        return await self._writer.run(strike)

    async def note_seen(self, seen_us: Mapping[str, int]) -> None:
        rows = [(seen, token_id) for token_id, seen in seen_us.items()]
        statement = "UPDATE grants SET seen_us = ? WHERE token_id = ?"
        await self._writer.run(lambda db: db.executemany(statement, rows))

    async def check_write(self) -> None:
        statement = "UPDATE log_info SET write_checks = write_checks + 1"
        await self._writer.run(lambda db: db.execute(statement))

    async def close(self) -> None:
        await self._writer.close()
        await asyncio.get_running_loop().run_in_executor(self._reader, self._drop_reading)
        self._reader.shutdown()

    # --- inside ---

    def _committed(self, results: Sequence[object]) -> None:
        entries = [result for result in results if isinstance(result, LogEntry)]
        if entries:
            self._announce(entries)

    async def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return await self._read(lambda db: db.execute(statement, values).fetchall())

    async def _read(self, query: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        def ask() -> _Answer:
            try:
                if self._reading is None:
                    self._reading = open_file(self._path)
                return query(self._reading)
            except sqlite3.Error as broken:
                self._drop_reading()
                raise StoreError(str(broken)) from broken

        return await asyncio.get_running_loop().run_in_executor(self._reader, ask)

    def _drop_reading(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None


def _append(db: sqlite3.Connection, change: NewChange) -> LogEntry | None:
    """Keep one change; None if the log has it already."""
    seq, chain = db.execute(
        "SELECT seq + 1, chain FROM merchants WHERE merchant = ?", (change.merchant,)
    ).fetchone()
    chain = hashlib.sha256(chain + change.identity).digest()[: len(NO_CHAIN)]
    kept = db.execute(
        "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)"
        " ON CONFLICT (merchant, identity) DO NOTHING",
        (
            change.merchant,
            seq,
            chain,
            change.kind,
            change.identity,
            change.order_key,
            change.received_us,
            change.content,
        ),
    )
    if kept.rowcount == 0:
        db.execute(
            "UPDATE changes SET repeats = repeats + 1 WHERE merchant = ? AND identity = ?",
            (change.merchant, change.identity),
        )
        return None
    db.execute(
        "UPDATE merchants SET seq = ?, chain = ? WHERE merchant = ?", (seq, chain, change.merchant)
    )
    return LogEntry(change.merchant, seq, chain, change.kind, change.received_us, change.content)


def _prune(db: sqlite3.Connection, before_us: int) -> int:
    """Delete the oldest changes of every merchant, as far as all of them are too old."""
    pruned = 0
    for merchant, pruned_seq in db.execute("SELECT merchant, pruned_seq FROM merchants").fetchall():
        last = None
        for seq, chain, received_us in db.execute(
            "SELECT seq, chain, received_us FROM changes WHERE merchant = ? ORDER BY seq LIMIT ?",
            (merchant, _PRUNED_AT_ONCE),
        ):
            if received_us >= before_us:
                break
            last = (seq, chain)
        if last is not None:
            db.execute("DELETE FROM changes WHERE merchant = ? AND seq <= ?", (merchant, last[0]))
            db.execute(
                "UPDATE merchants SET pruned_seq = ?, pruned_chain = ? WHERE merchant = ?",
                (*last, merchant),
            )
            pruned += last[0] - pruned_seq
    return pruned


def _access_changed(db: sqlite3.Connection) -> bool:
    db.execute("UPDATE log_info SET access_version = access_version + 1")
    return True
