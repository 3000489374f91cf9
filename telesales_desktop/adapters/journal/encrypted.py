"""How is the journal of one profile reached from the program: ``ports.Journal`` over its thread."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from telesales_desktop.adapters.journal import place
from telesales_desktop.adapters.journal.audit import AuditBreak
from telesales_desktop.adapters.journal.key import SALT_BYTES, JournalKey
from telesales_desktop.adapters.journal.mark import FileMark
from telesales_desktop.adapters.journal.store import JournalStore
from telesales_desktop.adapters.journal.thread import JournalThread
from telesales_desktop.application.ports import (
    Commit,
    Cursor,
    Draft,
    JournalProblem,
    OrderFile,
    SearchQuery,
    StoredDelivery,
)
from telesales_desktop.application.sharing_journal import OutboxEntry, SeenRecord
from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.domain.errors import JournalError

CLOSE_TIMEOUT_S = 5.0

_log = logging.getLogger(__name__)


class EncryptedJournal:
    """The workstation's durable record, sealed with a key from the keyring.

    ``key`` is 64 hexadecimal digits (256 random bits), made once a profile. Errors of every
    method: ``JournalError``; after a problem other than ``CONFLICT``, ``RULE`` and ``FULL`` every
    call raises until ``open`` was called again.
    """

    def __init__(self, path: Path, key: str, *, of: tuple[str, str] | None = None) -> None:
        """``of``: environment and country whose orders it may hold; None for any."""
        self._path = path
        self._key = JournalKey(key)
        mark = FileMark(path.with_name(path.name + place.MARK_SUFFIX))
        self._store = JournalStore(str(path), self._key, mark, read_start=self._read_start, of=of)
        self._thread = JournalThread(self._store)

    async def open(self) -> None:
        """Make or open the file; a second program is refused at once (``LOCKED``)."""
        self._thread.start()
        await self._thread.call(self._open)

    async def close(self, *, timeout_s: float = CLOSE_TIMEOUT_S) -> None:
        """Carry out what was asked for and let go, in bounded time; never raises."""
        try:
            if not await self._thread.stop(self._store.close, timeout_s=timeout_s):
                _log.warning("the journal did not close within %s s", timeout_s)
        except JournalError as error:
            # All that was promised is on the disk already: the log is merely not moved.
            _log.warning("the journal did not close cleanly: %s", error)

    async def set_aside(self) -> Path:
        """Let go of a journal that cannot be used and move it away, if it is there.

        ``open`` makes a new one, which is unfilled until ``filled``.
        """
        self._thread.start()
        return await self._thread.call(self._set_aside)

    async def is_unfilled(self) -> bool:
        """Whether it took the place of a lost one whose orders are not all back yet."""
        return await self._thread.call(partial(place.is_unfilled, self._path), is_read=True)

    async def filled(self) -> None:
        """What could be had of the lost one's orders is here; durable on return."""
        await self._thread.call(partial(place.mark_filled, self._path))

    async def load_open_orders(self) -> Sequence[OrderFile]:
        """Every order that is not archived, newest first."""
        return await self._thread.call(self._store.load_open_orders, is_read=True)

    async def load_order(self, order_id: str) -> OrderFile | None:
        """One order, archived or not."""
        return await self._thread.call(partial(self._store.load_order, order_id), is_read=True)

    async def commit(self, commit: Commit) -> None:
        """Write a step whole; durable on return. ``CONFLICT``: reload and step again."""
        await self._thread.call(partial(self._store.commit, commit))

    async def timeline(self, order_id: str) -> Sequence[TimelineEntry]:
        """An order's timeline, oldest first."""
        return await self._thread.call(partial(self._store.timeline, order_id), is_read=True)

    async def search(self, query: SearchQuery) -> Sequence[OrderFile]:
        """A page of orders, newest first; cancel it when another letter is typed."""
        return await self._thread.call(partial(self._store.search, query), is_read=True)

    async def save_draft(self, draft: Draft) -> None:
        """Keep a form as typed; durable on return."""
        await self._thread.call(partial(self._store.save_draft, draft))

    async def delete_draft(self, draft_id: str) -> None:
        """Forget a form."""
        await self._thread.call(partial(self._store.delete_draft, draft_id))

    async def drafts(self) -> Sequence[Draft]:
        """Every form that was not sent, newest first."""
        return await self._thread.call(self._store.drafts, is_read=True)

    async def take_in(
        self,
        deliveries: Sequence[StoredDelivery],
        *,
        merchant: str,
        cursor: Cursor,
        records: Sequence[SeenRecord] = (),
    ) -> None:
        """Keep deliveries, each once, records and the cursor, in one transaction."""
        await self._thread.call(
            partial(
                self._store.take_in, deliveries, merchant=merchant, cursor=cursor, records=records
            )
        )

    async def cursor(self, merchant: str) -> Cursor | None:
        """Our place in the relay's log."""
        return await self._thread.call(partial(self._store.cursor, merchant), is_read=True)

    async def unapplied_deliveries(self) -> Sequence[StoredDelivery]:
        """Deliveries that are still to be taken in, in the order in which they came."""
        return await self._thread.call(self._store.unapplied_deliveries, is_read=True)

    async def mark_delivery(self, delivery_id: str, *, verdict: str, note: str) -> None:
        """Close a delivery that changed no order."""
        await self._thread.call(
            partial(self._store.mark_delivery, delivery_id, verdict=verdict, note=note)
        )

    async def last_delivery_at(self) -> datetime | None:
        """When the newest webhook was received, None before the first."""
        return await self._thread.call(self._store.last_delivery_at, is_read=True)

    async def reopen_deliveries(self, notes: Sequence[str]) -> None:
        """Deliveries that went elsewhere, closed with one of these notes, are applied again."""
        await self._thread.call(partial(self._store.reopen_deliveries, notes))

    async def outbox(self) -> Sequence[OutboxEntry]:
        """What waits to be uploaded, the oldest first."""
        return await self._thread.call(self._store.outbox, is_read=True)

    async def uploaded(self, order_id: str, marks: int, record: SeenRecord) -> None:
        """The relay has the record; the outbox forgets it unless more was marked since."""
        await self._thread.call(partial(self._store.uploaded, order_id, marks, record))

    async def lost_orders(self) -> Sequence[str]:
        """Orders of this journal on which another desk acts now."""
        return await self._thread.call(self._store.lost_orders, is_read=True)

    async def mark_lost(self, order_id: str, at: datetime) -> None:
        """Another desk acts on the order from now on; durable on return."""
        await self._thread.call(partial(self._store.mark_lost, order_id, at))

    async def keep_records(self, records: Sequence[SeenRecord]) -> None:
        """Keep what was seen at the relay; a lower version changes nothing."""
        await self._thread.call(partial(self._store.keep_records, records))

    async def open_records(self) -> Sequence[SeenRecord]:
        """Records with content whose order is not archived, newest first."""
        return await self._thread.call(self._store.open_records, is_read=True)

    async def heads_of(self, order_keys: Sequence[str]) -> Mapping[str, SeenRecord]:
        """The newest records of these orders, by order key, without their content."""
        return await self._thread.call(partial(self._store.heads_of, order_keys), is_read=True)

    async def order_ids(self, order_keys: Sequence[str]) -> Mapping[str, str]:
        """The ids of those that are this desk's own, archived or not, by order key."""
        return await self._thread.call(partial(self._store.order_ids, order_keys), is_read=True)

    async def load_by_order_key(self, order_key: str) -> OrderFile | None:
        """One order, archived or not, by the name under which the relay knows it."""
        call = partial(self._store.load_by_order_key, order_key)
        return await self._thread.call(call, is_read=True)

    async def get_meta(self, name: str) -> str:
        """A small fact, empty if never set."""
        return await self._thread.call(partial(self._store.get_meta, name), is_read=True)

    async def set_meta(self, name: str, value: str) -> None:
        """Keep a small fact; durable on return."""
        await self._thread.call(partial(self._store.set_meta, name, value))

    async def verify_audit(self) -> Sequence[AuditBreak]:
        """Where the audit record was cut or edited; empty if it holds."""
        return await self._thread.call(self._store.verify_audit, is_read=True)

    async def examine(self) -> Sequence[str]:
        """Read and compare everything; what does not hold, for IT. Takes its time."""
        return await self._thread.call(self._store.examine, is_read=True)

    def _open(self) -> None:
        place.prepare(self._path)
        self._store.open()

    def _set_aside(self) -> Path:
        try:
            if self._path.exists():
                self._store.open()
        except JournalError as error:
            if error.problem is JournalProblem.LOCKED:
                raise  # another program writes to it right now
        self._store.let_go()
        return place.set_aside(self._path)

    def _read_start(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                return file.read(SALT_BYTES)
        except OSError:
            return b""
