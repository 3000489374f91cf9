"""Which records does this desk believe and keep, and whose orders does it let go of for that?"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from telesales_desktop.application.believing import Belief, judge
from telesales_desktop.application.connection import Connection
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock
from telesales_desktop.application.profile import Profile
from telesales_desktop.application.sharing_journal import SeenRecord, SharingJournal
from telesales_desktop.application.sharing_ports import SharedRecord
from telesales_desktop.domain.errors import CommandRefusedError

log = logging.getLogger(__name__)


class JudgedRecords:
    """Between what the relay tells and what is kept of it. Errors: ``JournalError``."""

    def __init__(
        self,
        journal: SharingJournal,
        book: OrderBook,
        floor: Floor,
        connection: Connection,
        clock: Clock,
        profile: Profile,
    ) -> None:
        self._journal = journal
        self._book = book
        self._floor = floor
        self._connection = connection
        self._clock = clock
        self._environment = profile.environment.value
        self.taking: set[str] = set()
        """Orders that are on their way into the book: what is older takes none of them back."""

    def holds(self, order_key: str) -> bool:
        """Whether this desk acts on the order."""
        file = self._book.file_by_key(order_key)
        return file is not None and not self._book.is_lost(file.order.order_id)

    async def judged(
        self, records: Sequence[SharedRecord], asked_at: datetime | None = None
    ) -> Sequence[Belief]:
        """What is to be kept, one an order; the rest is told as an alarm."""
        me = self._floor.me
        if me is None or not records:
            return ()
        known = await self._journal.heads_of([record.order_key for record in records])
        found: dict[str, Belief] = {}
        for record in records:
            key = record.order_key
            judgement = judge(
                record,
                found[key].seen if key in found else known.get(key),
                me=me,
                own_tokens=self._floor.own_tokens,
                environment=self._environment,
                is_held_here=self.holds(key),
                at=self._clock.now(),
                asked_at=asked_at,
            )
            if judgement.alarm is not None:
                self._connection.alarmed(judgement.alarm)
            if judgement.seen is not None:
                found[key] = Belief(judgement.seen, record)
        return tuple(found.values())

    async def checked(self, record: SharedRecord, asked_at: datetime | None = None) -> SharedRecord:
        """Errors: ``CommandRefusedError`` ``record_does_not_fit`` for one that is not believed."""
        if not await self.judged((record,), asked_at) or record.content is None:
            raise CommandRefusedError("record_does_not_fit")
        return record

    async def keep(self, seen: Sequence[SeenRecord]) -> None:
        """Keep and show what is believed."""
        await self._journal.keep_records(seen)
        for record in seen:
            self._floor.put(record)

    async def settled_in(self, beliefs: Sequence[Belief]) -> Sequence[SharedRecord]:
        """What is on disk now is shown, and let go of where another desk acts.

        What a newer record has replaced since is left out.
        """
        keys = [belief.seen.order_key for belief in beliefs]
        # In this order: what is taken over in between is not among our own yet.
        own = await self._journal.order_ids(keys)
        kept = await self._journal.heads_of(keys)
        found = []
        for belief in beliefs:
            seen, key = belief.seen, belief.seen.order_key
            if (kept[key].version, kept[key].holder) != (seen.version, seen.holder):
                continue
            if key in self.taking:
                continue
            if key in own and seen.holder not in self._floor.own_tokens:
                await self._lose(own[key])
            self._floor.put(seen)
            found.append(belief.record)
        return found

    async def _lose(self, order_id: str) -> None:
        if not self._book.is_lost(order_id):
            log.info("another desk acts on an order of this one from now on")
            await self._book.lose(order_id)
