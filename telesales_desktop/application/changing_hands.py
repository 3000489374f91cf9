"""How does an order come to this desk, and go from it to a colleague?

The relay says which desk acts; a claim or hand-over that changes it is signed. A desk that takes an
order over goes on with its record, and reads Affirm before it commands anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

from telesales_desktop.application.elsewhere import notes_of
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.judged_records import JudgedRecords
from telesales_desktop.application.merging import merged
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock, OrderFile
from telesales_desktop.application.sharing_journal import SeenRecord, SharingJournal
from telesales_desktop.application.sharing_ports import (
    ClaimKind,
    NotYoursError,
    RecordConflictError,
    SharedOrders,
    SharedPerson,
    SharedRecord,
)
from telesales_desktop.application.uploading import CLAIM_S, Uploader
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import CommandRefusedError

_TRIES = 3


class ChangingHands:
    """Claims and hand-overs of this desk. Errors of every method: ``RelayError``,
    ``JournalError``, and ``CommandRefusedError`` as ``ui.desk`` says."""

    def __init__(
        self,
        shared: SharedOrders,
        journal: SharingJournal,
        book: OrderBook,
        floor: Floor,
        records: JudgedRecords,
        uploader: Uploader,
        clock: Clock,
        *,
        reapply: Callable[[], Coroutine[Any, Any, None]],
        later: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """``reapply`` applies the deliveries that were kept; ``later`` runs it beside the feed."""
        self._shared = shared
        self._journal = journal
        self._book = book
        self._floor = floor
        self._records = records
        self._uploader = uploader
        self._clock = clock
        self._reapply = reapply
        self._later = later
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def lock(self, order_key: str) -> asyncio.Lock:
        """One change of hands at a time."""
        return self._locks.setdefault(order_key, asyncio.Lock())

    # --- taking --------------------------------------------------------------------------------

    async def take_over(self, order_id: str) -> OrderFile:
        """Claim the order, then go on with its record."""
        record = self._floor.record_named(order_id)
        if record is None:
            known = await self._book.find(order_id)
            raise CommandRefusedError("no_such_order" if known is None else "not_shared")
        async with self.lock(record.order_key):
            held = self._book.file_by_key(record.order_key)
            if held is not None and not self._book.is_lost(order_id):
                return held
            return await self.claim(record.order_key, ClaimKind.TAKE_OVER)

    async def take_given(self, order_key: str) -> None:
        """Somebody gave the order to this person: whichever of their desks is first acts on it."""
        async with self.lock(order_key):
            if not self._records.holds(order_key):
                await self.claim(order_key, ClaimKind.TAKE_OVER)

    async def claim(self, order_key: str, kind: ClaimKind) -> OrderFile:
        """Become the desk that acts, and take the record on; the caller holds the lock."""
        if self._book.file_by_key(order_key) is not None:
            # Another desk acts, and what was begun here is not settled: else it were in no memory.
            raise CommandRefusedError("own_command_open")
        record = await self._newest(order_key)
        for attempt in range(1, _TRIES + 1):
            await self._check_fits(record)
            try:
                claimed = await self._shared.claim(
                    order_key, kind, version=record.version, seconds=CLAIM_S
                )
            except RecordConflictError as conflict:
                if conflict.reason != "version" or attempt == _TRIES:
                    raise CommandRefusedError("held_elsewhere") from conflict
                record = await self._records.checked(conflict.record)
            else:
                break
        content = claimed.content or record.content
        return await self._take(replace(claimed, content=content), released=not record.holder_id)

    async def _check_fits(self, record: SharedRecord) -> None:
        """A desk that claimed what its own journal contradicts would hold what it cannot act on."""
        if record.content is not None:
            theirs = record.content.file.order
            held = await self._book.find(theirs.order_id)
            merged(None if held is None else held.order, theirs)

    async def _newest(self, order_key: str) -> SharedRecord:
        for _ in range(_TRIES):
            asked_at, known = self._clock.now(), self._floor.record(order_key)
            try:
                record = await self._shared.get(order_key)
            except NotYoursError as error:
                raise CommandRefusedError("no_such_order") from error
            newer = self._floor.record(order_key)
            if known == newer or newer is None or record.version >= newer.version:
                break  # else the feed has overtaken this answer
        return await self._records.checked(record, asked_at)

    async def take_on(self, record: SharedRecord, *, released: bool) -> None:
        """Go on with a record that this desk has claimed before, unless it does already."""
        async with self.lock(record.order_key):
            if not self._records.holds(record.order_key):
                await self._take(record, released=released)

    async def _take(self, record: SharedRecord, *, released: bool) -> OrderFile:
        me = self._floor.me
        assert me is not None
        assert record.content is not None
        taken = events.TakenOver(me.name, released=released)
        seen = SeenRecord(
            order_key=record.order_key,
            version=record.version,
            owner=record.owner_id,
            holder=me.token_id,
            seen_at=self._clock.now(),
            holder_name=me.name,
            workstation=me.workstation,
        )
        self._records.taking.add(record.order_key)
        try:
            file = await self._book.take_over(record.content.file, taken)
            await self._records.keep((seen,))
        finally:
            self._records.taking.discard(record.order_key)
        # Once more: one may have been closed between the look and the write.
        await self._journal.reopen_deliveries(notes_of(record.order_key))
        self._later(self._reapply())
        return file

    # --- giving --------------------------------------------------------------------------------

    async def hand_over(self, order_id: str, person_id: str) -> None:
        """Give the order to a person. This desk gives up what it holds: nothing of it is open.

        What another desk holds stays with it until a desk of the new owner's takes it over.
        """
        record = self._floor.record_named(order_id)
        if record is None:
            raise CommandRefusedError("not_shared")
        if all(person.person_id != person_id for person in await self.people()):
            raise CommandRefusedError("no_such_person")
        async with self.lock(record.order_key):
            try:
                if self._records.holds(record.order_key):
                    await self._give_up(order_id, record.order_key, person_id)
                else:
                    await self._give(record.order_key, person_id, released=False)
            except RecordConflictError as conflict:
                raise CommandRefusedError("order_moved") from conflict
            except NotYoursError as error:
                raise CommandRefusedError("not_yours") from error

    async def _give_up(self, order_id: str, order_key: str, person_id: str) -> None:
        async with self._book.at_rest(order_id) as rest:
            if not rest.is_settled:
                raise CommandRefusedError("own_command_open")
            await self._uploader.flush(order_id)
            await self._give(order_key, person_id, released=True)
            await rest.give_up()

    async def _give(self, order_key: str, person_id: str, *, released: bool) -> None:
        known = (await self._journal.heads_of([order_key]))[order_key]
        given = await self._shared.hand_over(
            order_key, person_id, version=known.version, released=released
        )
        await self._records.keep([belief.seen for belief in await self._records.judged((given,))])

    async def people(self) -> Sequence[SharedPerson]:
        """Everybody of this merchant."""
        people = await self._shared.people()
        self._floor.staff(people)
        return people
