"""How does a database with SQL do what the relay needs? One thread writes, others read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, TypeVar

from prometheus_client import Histogram

from telesales_desktop.relay import access_rows, log_rows, order_rows
from telesales_desktop.relay.append_process import AppendProcess
from telesales_desktop.relay.group_commit import GroupCommit, Writer
from telesales_desktop.relay.orders import Decide, Order, OrderRows, Refused
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import (
    Appended,
    AuditEntry,
    Code,
    FoundRow,
    Grant,
    Hook,
    LogPage,
    Merchant,
    NewDelivery,
    PersonKeyRow,
    PersonRow,
    Pulse,
    WrapRow,
)
from telesales_desktop.relay.transaction import Connection, Transaction

_Answer = TypeVar("_Answer")


class SqlStore:
    """A ``Store`` over connections that take the statements of ``*_rows``.

    Other processes may write to the same database; the numbers of changes live in it, so they stay
    gap-free whoever writes.
    """

    broken: ClassVar[tuple[type[Exception], ...]]
    """What the engine raises when it refuses."""

    begin_read: ClassVar[str] = "BEGIN"
    """Begins a transaction whose reads are all of one snapshot."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        writer: Writer,
        appender: AppendProcess | None = None,
        *,
        readers: int = 1,
    ) -> None:
        """Use ``open`` of the engine's own class. ``connect`` is called in the thread that uses the
        connection. ``appender``: many deliveries at once are written by this process."""
        self._connect = connect
        self._announce: Callable[[Sequence[Appended]], None] = lambda appended: None
        self._writer = GroupCommit(writer, self._committed, appender)
        self._readers = ThreadPoolExecutor(readers, "read")
        # What ends access must not wait behind the pages that somebody asks for.
        self._lookout = ThreadPoolExecutor(1, "look")
        self._local = threading.local()
        self._reading: set[Connection] = set()
        self._info = ("", "")

    async def learn_itself(self) -> None:
        """Read what never changes. Errors: ``NotARelayError``, ``StoreError``."""
        self._info = await self._read(
            lambda db: tuple(db.execute("SELECT epoch, public_url FROM log_info").fetchone())
        )

    @property
    def epoch(self) -> str:
        return self._info[0]

    @property
    def public_url(self) -> str:
        return self._info[1]

    @property
    def commit_times(self) -> Histogram:
        return self._writer.times

    def on_commit(self, announce: Callable[[Sequence[Appended]], None]) -> None:
        self._announce = announce

    def on_news(self, look: Callable[[], None]) -> None:
        """This engine does not tell."""

    # --- the log

    def append(self, delivery: NewDelivery) -> asyncio.Future[bool]:
        return self._writer.append(delivery)

    async def read(
        self, merchant: str, after_seq: int, limit: int, most_bytes: int, reader: str | None
    ) -> LogPage:
        return await self._read(
            lambda db: log_rows.read(db, merchant, after_seq, limit, most_bytes, reader)
        )

    async def chain_at(self, merchant: str, seq: int) -> bytes | None:
        return await self._read(lambda db: log_rows.chain_at(db, merchant, seq))

    async def pulse(self) -> Pulse:
        def ask(db: Connection) -> Pulse:
            (version,) = db.execute("SELECT access_version FROM log_info").fetchone()
            return Pulse(version, log_rows.heads(db))

        return await self._read_first(ask)

    async def prune(self, before_us: int, orders_before_us: int) -> int:
        return await self._write(lambda tx: log_rows.prune(tx, before_us, orders_before_us))

    # --- orders

    async def change_order(
        self, merchant: str, order_key: str, decide: Decide, audit: AuditEntry
    ) -> Order | Refused:
        return await self._write(
            lambda tx: order_rows.change(tx, merchant, order_key, decide, audit)
        )

    async def order(self, merchant: str, order_key: str) -> Order | None:
        return await self._read(lambda db: order_rows.read_one(db, merchant, order_key))

    async def orders(
        self, merchant: str, after: str, limit: int, most_bytes: int, reader: str | None
    ) -> OrderRows:
        return await self._read(
            lambda db: order_rows.read_some(db, merchant, after, limit, most_bytes, reader)
        )

    async def look_up(self, merchant: str, tags: Sequence[str], limit: int) -> Sequence[FoundRow]:
        return await self._read(lambda db: order_rows.look_up(db, merchant, tags, limit))

    # --- merchants

    async def merchants(self) -> Sequence[Merchant]:
        return await self._read_first(access_rows.merchants)

    async def hooks(self) -> Sequence[Hook]:
        return await self._read_first(access_rows.hooks)

    async def add_merchant(
        self,
        merchant: Merchant,
        hook_digest: bytes,
        wrap: WrapRow | None,
        audit: Sequence[AuditEntry] = (),
    ) -> bool:
        return await self._write(
            lambda tx: access_rows.add_merchant(tx.db, merchant, hook_digest, wrap, audit)
        )

    async def add_hook(
        self,
        merchant: str,
        digest: bytes,
        others_until_us: int,
        audit: Sequence[AuditEntry] = (),
    ) -> None:
        await self._write(
            lambda tx: access_rows.add_hook(tx.db, merchant, digest, others_until_us, audit)
        )

    async def set_basic(
        self, merchant: str, digest: bytes | None, audit: Sequence[AuditEntry] = ()
    ) -> None:
        await self._write(lambda tx: access_rows.set_basic(tx.db, merchant, digest, audit))

    async def seal(
        self,
        merchant: str,
        sealing_key: bytes,
        wrap: WrapRow,
        audit: Sequence[AuditEntry] = (),
    ) -> bool:
        return await self._write(
            lambda tx: access_rows.seal(tx.db, merchant, sealing_key, wrap, audit)
        )

    async def wraps(self, merchant: str) -> Sequence[WrapRow]:
        return await self._read(lambda db: access_rows.wraps(db, merchant))

    async def add_wrap(self, merchant: str, wrap: WrapRow, most: int, audit: AuditEntry) -> bool:
        return await self._write(
            lambda tx: access_rows.add_wrap(tx.db, merchant, wrap, most, audit)
        )

    async def drop_wrap(self, merchant: str, wrap_id: str, audit: AuditEntry) -> bool:
        return await self._write(lambda tx: access_rows.drop_wrap(tx.db, merchant, wrap_id, audit))

    # --- people

    async def grants(self) -> Sequence[Grant]:
        return await self._read_first(access_rows.grants)

    async def grants_of(self, merchant: str) -> Sequence[Grant]:
        return await self._read(lambda db: access_rows.grants_of(db, merchant))

    async def people(self, merchant: str) -> Sequence[PersonRow]:
        return await self._read(lambda db: access_rows.people(db, merchant))

    async def person_keys(self, merchant: str) -> Sequence[PersonKeyRow]:
        return await self._read(lambda db: access_rows.person_keys(db, merchant))

    async def put_person_key(self, merchant: str, key: PersonKeyRow, audit: AuditEntry) -> bool:
        return await self._write(lambda tx: access_rows.put_person_key(tx.db, merchant, key, audit))

    async def add_code(
        self, code: Code, audit: Sequence[AuditEntry] = (), *, now_us: int = 0
    ) -> bool:
        return await self._write(lambda tx: access_rows.add_code(tx.db, code, now_us, audit))

    async def try_code(self, code_id: str, now_us: int, most_tries: int) -> Code | None:
        return await self._write(
            lambda tx: access_rows.try_code(tx.db, code_id, now_us, most_tries)
        )

    async def redeem(self, code: Code, grant: Grant, now_us: int) -> str | None:
        return await self._write(lambda tx: access_rows.redeem(tx.db, code, grant, now_us))

    async def revoke(self, token_id: str, now_us: int, by: str) -> bool:
        return await self._write(lambda tx: access_rows.revoke(tx.db, token_id, now_us, by))

    async def note_seen(self, seen_us: Mapping[str, int], audit: Sequence[AuditEntry] = ()) -> None:
        def keep(tx: Transaction) -> None:
            access_rows.note_seen(tx.db, seen_us.items())
            access_rows.note(tx.db, audit)

        await self._write(keep)

    async def audited(self, merchant: str | None, limit: int) -> Sequence[AuditEntry]:
        return await self._read(lambda db: access_rows.audited(db, merchant, limit))

    async def check_write(self) -> None:
        statement = (  # one that was moved away has a log_info, and no merchants
            "UPDATE log_info SET write_checks = write_checks + 1"
            " WHERE EXISTS (SELECT 1 FROM merchants)"
        )
        await self._write(lambda tx: tx.db.execute(statement))

    async def close(self) -> None:
        await self._writer.close()
        for readers in (self._readers, self._lookout):
            await asyncio.to_thread(readers.shutdown)
        for connection in self._reading:
            connection.close()

    # --- inside

    def _committed(self, appended: Sequence[Appended]) -> None:
        if appended:
            self._announce(appended)

    async def _write(self, job: Callable[[Transaction], _Answer]) -> _Answer:
        return await self._writer.run(job)

    async def _read(self, query: Callable[[Connection], _Answer]) -> _Answer:
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, self._read_here, query
        )

    async def _read_first(self, query: Callable[[Connection], _Answer]) -> _Answer:
        """As ``_read``, but ahead of all who read pages."""
        return await asyncio.get_running_loop().run_in_executor(
            self._lookout, self._read_here, query
        )

    def _read_here(self, query: Callable[[Connection], Any]) -> Any:
        """In a reader's thread, over its own connection; one that failed is not used again."""
        db: Connection | None = getattr(self._local, "db", None)
        try:
            if db is None:
                db = self._local.db = self._connect()
                self._reading.add(db)
            db.execute(self.begin_read)
            answer = query(db)
            db.execute("COMMIT")
        except self.broken as refused:
            self._drop(db)
            raise StoreError(str(refused)) from refused
        except BaseException:
            self._drop(db)
            raise
        return answer

    def _drop(self, db: Connection | None) -> None:
        if db is not None:
            self._local.db = None
            self._reading.discard(db)
            db.close()
