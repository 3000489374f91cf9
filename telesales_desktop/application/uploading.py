"""How do this desk's orders reach the relay, whatever it takes? The newest of each, once it can.

What waits is in the journal, marked with the step that changed it: it survives a crash and days
without a network. A burst of steps is one upload.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.merging import is_under_way
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock, OrderFile
from telesales_desktop.application.sharing_journal import (
    OutboxEntry,
    SeenRecord,
    SharingJournal,
)
from telesales_desktop.application.sharing_ports import (
    ClaimKind,
    DataKeyMissingError,
    Identity,
    NotYoursError,
    RecordConflictError,
    RelayFingerprintError,
    SharedOrders,
    SharedRecord,
)
from telesales_desktop.domain.errors import CredentialsError, JournalError, TelesalesError
from telesales_desktop.domain.relay_errors import (
    RelayBusyError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)

log = logging.getLogger(__name__)

COALESCE_S = 0.2
PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
HELD_BACK_S = 60.0
CLAIM_S = 30
LAST_S = 1.0
_MOST_TRIES = 5
_MOST_IN_A_ROW = 3
_OF_ALL = (
    RelayUnreachableError,
    RelayBusyError,
    RelayTokenRefusedError,
    RelayFingerprintError,
    DataKeyMissingError,
    CredentialsError,
)
"""What is wrong with the line or with this desk, whichever order is uploaded."""

Contested = Callable[[OrderFile, SharedRecord], Awaitable[bool]]


class Uploader:
    """Puts what the outbox holds. ``contested`` decides about an order that another desk has."""

    def __init__(
        self,
        shared: SharedOrders,
        journal: SharingJournal,
        book: OrderBook,
        floor: Floor,
        connection: Connection,
        clock: Clock,
        *,
        contested: Contested,
        on_journal_error: Callable[[JournalError], None],
    ) -> None:
        self._shared = shared
        self._journal = journal
        self._book = book
        self._floor = floor
        self._connection = connection
        self._clock = clock
        self._contested = contested
        self._on_journal_error = on_journal_error
        self._wanted = asyncio.Event()
        self._held_back: dict[str, float] = {}
        self._tries: dict[str, int] = {}  # that failed, of orders that wait
        self._failures = 0

    def wanted(self) -> None:
        """Something was marked."""
        self._wanted.set()

    async def run(self) -> None:
        """Upload until cancelled."""
        held_s: float | None = None
        while True:
            await self._something_to_do(held_s)
            await asyncio.sleep(COALESCE_S)
            self._wanted.clear()
            held_s, pause_s = None, 0.0
            try:
                held_s = await self._round()
                self._failures = 0
            except JournalError as error:
                self._on_journal_error(error)
                pause_s = PAUSES_S[2]
            except TelesalesError as error:
                pause_s = self._no_answer(error)
            except Exception:  # the orders stay marked
                log.exception("an upload crashed")
                pause_s = PAUSES_S[-1]
            await self._say_what_waits()
            if pause_s:
                await asyncio.sleep(pause_s)
                self._wanted.set()

    async def last(self) -> None:
        """One more round before the program is left, in bounded time: what did not go stays marked.

        Without it a colleague would see, until the next start, what the last instant has made old.
        """
        if self._failures:
            return
        try:
            async with asyncio.timeout(LAST_S):
                await self._round()
        except (TelesalesError, TimeoutError) as error:
            log.info("left without the last upload: %s", type(error).__name__)

    async def _something_to_do(self, held_s: float | None) -> None:
        """Wait for a mark, or until what is held back is due: it delays no other order."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(held_s):
                await self._wanted.wait()

    def _no_answer(self, error: TelesalesError) -> float:
        log.info("nothing was uploaded: %s", error.code)
        pause_s = PAUSES_S[min(self._failures, len(PAUSES_S) - 1)]
        self._failures += 1
        if isinstance(error, RelayBusyError):  # whoever answers does not stop this desk for hours
            return min(max(pause_s, error.retry_after_s), PAUSES_S[-1])
        return pause_s

    async def _say_what_waits(self) -> None:
        try:
            entries = await self._journal.outbox()
        except JournalError:
            return
        self._floor.waiting(frozenset(entry.order_id for entry in entries))
        since = min((entry.since for entry in entries), default=None)
        self._connection.uploads_wait(len(entries), since)

    async def _round(self) -> float | None:
        """Upload what waits; in how many seconds there is more to do, None where nothing waits.

        What does not go for a reason of its own is held back, and the others go. Those that failed
        least go first, then the oldest: one that the relay chokes on ends no round for the others.
        """
        entries = await self._journal.outbox()
        ids = {entry.order_id for entry in entries}
        now_s = self._clock.monotonic_s()
        self._held_back = {i: s for i, s in self._held_back.items() if s > now_s and i in ids}
        self._tries = {i: tries for i, tries in self._tries.items() if i in ids}
        failed_in_a_row = 0
        for entry in sorted(entries, key=lambda each: self._tries.get(each.order_id, 0)):
            if entry.order_id in self._held_back:
                continue
            failed_in_a_row = 0 if await self._is_done(entry) else failed_in_a_row + 1
            if failed_in_a_row == _MOST_IN_A_ROW:  # it may be the relay, or the disk: not at once
                return PAUSES_S[2]
        now_s = self._clock.monotonic_s()
        return min((max(s - now_s, 0.0) for s in self._held_back.values()), default=None)

    async def _is_done(self, entry: OutboxEntry) -> bool:
        """Upload one; false where it failed for a reason of its own, and is held back.

        Errors: ``_OF_ALL``, which are no better for the next order.
        """
        try:
            await self._upload(entry)
        except _OF_ALL:
            self._tries[entry.order_id] = self._tries.get(entry.order_id, 0) + 1
            raise
        except JournalError as error:
            self._on_journal_error(error)
        except TelesalesError as error:
            log.warning("an order was not uploaded: %s, %s", error.code, error)
        except Exception:  # the order stays marked
            log.exception("an upload crashed")
        else:
            return True
        tries = self._tries.get(entry.order_id, 0)
        self._tries[entry.order_id] = tries + 1
        self._hold_back(entry, PAUSES_S[min(tries, len(PAUSES_S) - 1)])
        return False

    async def _upload(self, entry: OutboxEntry) -> None:
        file = await self._book.find(entry.order_id)
        assert file is not None
        try:
            record = await self.put(file)
        except RecordConflictError as conflict:
            if not await self._contested(file, conflict.record):
                self._hold_back(entry, HELD_BACK_S)
        except NotYoursError:
            log.info("the relay does not know an order of this desk's as its own")
            self._hold_back(entry, HELD_BACK_S)
        else:
            await self._uploaded(entry.order_id, entry.marks, record)
            self._tries.pop(entry.order_id, None)

    def _hold_back(self, entry: OutboxEntry, pause_s: float) -> None:
        self._held_back[entry.order_id] = self._clock.monotonic_s() + pause_s

    async def flush(self, order_id: str) -> None:
        """Upload one order now. Errors: ``RelayError``, ``JournalError``."""
        entries = {entry.order_id: entry for entry in await self._journal.outbox()}
        file = await self._book.find(order_id)
        if order_id in entries and file is not None:
            record = await self.put(file)
            await self._uploaded(order_id, entries[order_id].marks, record)

    async def _uploaded(self, order_id: str, marks: int, record: SeenRecord) -> None:
        """Keep what was put; the feed may have shown it, and who took it over, before that."""
        await self._journal.uploaded(order_id, marks, record)
        shown = self._floor.record(record.order_key)
        if shown is None or shown.version < record.version:
            self._floor.put(record)

    async def put(self, file: OrderFile) -> SeenRecord:
        """Put an order as the newest version, whatever became of our own puts before.

        Errors: ``RecordConflictError`` another desk has it; ``NotYoursError``; ``RelayError``.
        """
        me = await self._shared.identity()
        key = file.order.order_key
        known = (await self._journal.heads_of([key])).get(key)
        newest = 0 if known is None else known.version
        owner = me.person_id if known is None else known.owner
        version = await self._put(file, newest, me)
        return SeenRecord(
            order_key=key,
            version=version,
            owner=owner,
            holder=me.token_id,
            seen_at=self._clock.now(),
            holder_name=me.name,
            workstation=me.workstation,
        )

    async def _put(self, file: OrderFile, seen: int, me: Identity) -> int:
        for _ in range(_MOST_TRIES - 1):
            try:
                return await self._put_once(file, seen)
            except RecordConflictError as conflict:
                seen = await self._after(conflict, seen, me)
        return await self._put_once(file, seen)

    async def _put_once(self, file: OrderFile, seen: int) -> int:
        """An order of which nothing is begun or to be proved any more is anybody's to claim."""
        is_done = not is_under_way(file.order) and not file.order.unproven
        return await self._shared.put(file, seen_version=seen, ends_claim=is_done)

    async def _after(self, conflict: RecordConflictError, seen: int, me: Identity) -> int:
        """The version to go on from: of a put of ours whose answer was lost, say."""
        record = conflict.record
        if record.version < seen:
            self._connection.alarmed(SharingAlarm.OLDER_RECORD)
        # Desks refuse what is older than they have seen, also from a relay that was restored.
        newest = max(seen, record.version)
        if record.holder_id == me.token_id:
            return newest
        is_ours = record.holder_id in self._floor.own_tokens and record.owner_id == me.person_id
        if not is_ours:
            raise conflict
        # This workstation was enrolled anew since: nobody else has acted on the order.
        await self._shared.claim(
            record.order_key, ClaimKind.TAKE_OVER, version=record.version, seconds=CLAIM_S
        )
        return newest
