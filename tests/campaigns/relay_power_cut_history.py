"""What did a relay's database live through, and does one that was found after a cut hold it?"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest import mock

from telesales_desktop.relay import orders, sqlite_file
from telesales_desktop.relay.access import digest
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import NotARelayError
from telesales_desktop.relay.store_values import (
    AuditEntry,
    Code,
    Grant,
    Merchant,
    NewDelivery,
    WrapRow,
)
from telesales_desktop.wire.orders import RecordPut
from tests.campaigns.power_cut_history import BrokenError
from tests.campaigns.recorded_disk import Log, Promise
from tests.campaigns.recorded_sqlite import RecordedSqlite, rows_of

NAME = "relay.db"
STEPS = 30


@dataclass(frozen=True)
class History:
    """A recorded life: what went to the disk, and what the database held after each commit."""

    log: Log
    held: list[bytes]


def record(folder: Path, seed: int, synchronous: str) -> History:
    """Live through a life with the relay's own store, and remember what the disk was asked."""
    recorded = RecordedSqlite(Log(), synchronous)
    with mock.patch.object(sqlite_file, "sqlite3", recorded):
        made = Merchant("main", None, bytes(32))
        wrap = WrapRow("0" * 16, bytes(60))
        hook = digest(f"secret {seed}")
        sqlite_file.create(folder / NAME, "https://relay.example", made, hook, wrap)
        asyncio.run(_live(folder / NAME, Random(f"relay {seed}")))
    return History(recorded.log, recorded.held)


async def _live(path: Path, chance: Random) -> None:
    store = await SqliteStore.open(path)
    try:
        life = _Life(store, chance)
        for _ in range(STEPS):
            await chance.choices(life.deeds, life.weights)[0]()
    finally:
        await store.close()


class _Life:
    """What a relay does to its database; each deed ends when its last write is acknowledged."""

    def __init__(self, store: SqliteStore, chance: Random) -> None:
        self._store = store
        self._chance = chance
        self._numbers = 0
        self._tokens: list[str] = []
        self._grants: list[Grant] = []
        self._orders: dict[str, int] = {}
        self.deeds: tuple[Callable[[], Awaitable[None]], ...] = (
            self._deliveries,
            self._enrol,
            self._put,
            self._revoke,
            self._prune,
            self._look,
        )
        self.weights = (12, 2, 6, 1, 1, 1)

    async def _deliveries(self) -> None:
        """Some at once; some of them again."""
        await asyncio.gather(*(self._append() for _ in range(self._chance.choice((1, 1, 3, 12)))))

    async def _append(self) -> None:
        if self._numbers == 0 or self._chance.random() < 0.8:
            self._numbers += 1
        number = self._numbers
        content = b"\x01" + self._chance.randbytes(self._chance.choice((60, 600, 5000)))
        order_key = self._chance.choice((None, *self._orders))
        delivery = NewDelivery(
            "main", number.to_bytes(32), "webhook", order_key, None, False, number, content
        )
        await self._store.append(delivery)

    async def _enrol(self) -> None:
        number = len(self._tokens)
        code = Code(f"c{number}", "main", "agent", "Dana", b"salt", bytes(32), 2**50)
        await self._store.add_code(code)
        await self._store.try_code(code.code_id, 1, 5)
        token_id = f"token{number}"
        person_id = f"p{number:015d}"
        grant = Grant(token_id, "main", person_id, "agent", "Dana", "desk", bytes(32), number)
        assert await self._store.redeem(code, grant, 1)
        self._tokens.append(token_id)
        self._grants.append(grant)

    async def _put(self) -> None:
        """An order's record, new or the next one; what it gains is announced again."""
        if not self._grants:
            await self._enrol()
        grant = self._chance.choice(self._grants)
        key = self._chance.choice((*self._orders, f"{len(self._orders):032x}"))
        seen = self._orders.get(key, 0)
        what = RecordPut(seen + 1, "sandbox", ("c" * 64,), ("d" * 64,), b"\1" * 300)
        decide = orders.put(key, grant, seen, what, 5)
        audit = AuditEntry(5, "main", grant.token_id, "put", key)
        if isinstance(await self._store.change_order("main", key, decide, audit), orders.Order):
            self._orders[key] = seen + 1

    async def _revoke(self) -> None:
        if self._tokens:
            await self._store.revoke(self._chance.choice(self._tokens), 5, "")
            await self._store.note_seen({token_id: 7 for token_id in self._tokens})

    async def _prune(self) -> None:
        await self._store.prune(self._numbers // 2, 0)

    async def _look(self) -> None:
        await self._store.check_write()
        await self._store.read("main", 0, 100, 1 << 20, None)


def compare(folder: Path, history: History, promise: Promise) -> int:
    """Which commit the database ends with. Errors: ``BrokenError``."""
    try:
        with contextlib.closing(sqlite_file.open_file(folder / NAME)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
            rows = rows_of(database)
    except NotARelayError as missing:
        if promise.commits == 0:
            return 0  # it was just being made, and nobody was told that it is there
        raise BrokenError("lost", str(missing)) from None
    except sqlite3.Error as broken:
        raise BrokenError("corrupt", str(broken)) from None
    if verdict != "ok":
        raise BrokenError("corrupt", verdict)
    for commit in range(promise.begun, promise.commits - 1, -1):
        if history.held[commit] == rows:
            return commit
    if rows in history.held:
        told = f"it ends with commit {history.held.index(rows)} of {promise.commits}"
        raise BrokenError("lost", told)
    raise BrokenError("corrupt", "it never looked like that")
