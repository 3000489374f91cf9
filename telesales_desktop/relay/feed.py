"""What is new for a desk since the cursor that it has?"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from telesales_desktop.relay.entries import EVERYBODY
from telesales_desktop.relay.news import News
from telesales_desktop.relay.orders import reader_of
from telesales_desktop.relay.parking import Parking, Wake
from telesales_desktop.relay.store import Store
from telesales_desktop.relay.store_values import Appended, Grant, Head, LogPage, Pulse
from telesales_desktop.wire.feed import change_json, page_json

_PAGE_BYTES = 1024 * 1024
_MANY = 8
"""From so many parked polls on what they will ask is read before they are woken."""

_CURSOR = re.compile(r"([0-9a-f]{16})\.(\d{1,18})\.([0-9a-f]{16})")
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_logger = logging.getLogger(__name__)


class TokenRevokedError(Exception):
    """The token of a parked poll was revoked while it was parked."""


@dataclass(frozen=True, slots=True)
class Page:
    """``content`` is a ``ChangesPage`` in JSON. ``count``: how many changes are in it."""

    content: bytes
    count: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a merchant's log; ``gap``: something before it may have been missed."""

    seq: int
    chain: bytes
    gap: bool = False


_Question = tuple[str, _Place, int, str | None]
_Found = tuple[LogPage, Page | None]


class Feed:
    """Pages of the log; a desk that has seen everything is parked until there is more.

    A cursor names the log's epoch, a place in it, and the digest of all before that place. One that
    does not fit this log (another epoch, ahead of it, from the branch that a restored backup cut
    off, or older than what is kept) is answered with ``gap`` and all that there is.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heads: dict[str, Head] = {}
        self._news: dict[str, News] = {}
        # How often a merchant's log was found to be another one than was known.
        self._turns: Counter[str] = Counter()
        self._reads: dict[_Question, asyncio.Task[_Found]] = {}
        # What parked polls will ask when there is news, and how many of them the same.
        self._parked: Counter[_Question] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self.parking = Parking()
        store.on_commit(self.announce)

    def announce(self, appended: Sequence[Appended]) -> None:
        """The log has grown, durably: wake who waits for that."""
        ends: dict[str, list[Appended]] = {}
        for one in appended:
            ends.setdefault(one.merchant, []).append(one)
        for merchant, grown in ends.items():
            if head := self._heads.get(merchant):
                if grown[0].seq <= head.seq:  # the pulse was faster, or the log has gone back
                    self._news[merchant].doubt()
                people: set[str] = set()
                for one in grown:
                    self._news[merchant].add(one)
                    people |= one.readers
                # Another process may have written in between, for whom is not known.
                everybody = grown[-1].seq != head.seq + len(grown)
                everybody = everybody or any(not one.readers for one in grown)
                end = replace(head, seq=grown[-1].seq, chain=grown[-1].chain)
                self._learn(merchant, end, frozenset(() if everybody else people))

    def learn(self, heads: Mapping[str, Head]) -> None:
        """Where the logs end by the database: another process may have written or pruned."""
        for merchant, head in heads.items():
            self._learn(merchant, head, frozenset())

    async def look(self) -> Pulse:
        """Learn from the database. A log that ends before what was known has gone back in time: a
        provider did that, or a standby took over that had not heard of all.

        Errors: ``StoreError``.
        """
        known = dict(self._heads)
        pulse = await self._store.pulse()
        for merchant, head in pulse.heads.items():
            was = known.get(merchant, head)
            if head.seq < was.seq or (head.seq == was.seq and head.chain != was.chain):
                self._turn(merchant, head)
        self.learn(pulse.heads)
        return pulse

    def _turn(self, merchant: str, head: Head) -> None:
        """What was known of this log is void: all who wait are told of a gap."""
        _logger.error("a log has gone back in time: its desks are told that changes may be missing")
        self._heads[merchant], self._news[merchant] = head, News(head.seq)
        self._turns[merchant] += 1
        self.parking.wake(merchant)

    def _learn(self, merchant: str, head: Head, people: frozenset[str]) -> None:
        known = self._heads.setdefault(merchant, head)
        self._news.setdefault(merchant, News(head.seq))
        end = head if head.seq > known.seq else known
        start = head if head.pruned_seq > known.pruned_seq else known
        self._heads[merchant] = Head(end.seq, end.chain, start.pruned_seq, start.pruned_chain)
        if end is not known:
            self._news[merchant].reach(end.seq)
            self._wake(merchant, people)

    def _wake(self, merchant: str, people: frozenset[str]) -> None:
        """Let go on who is to hear of this; what many will ask is read for them first."""
        asked = [
            question
            for question, polls in self._parked.items()
            if polls >= _MANY and question[0] == merchant and (question[3] is None or not people)
        ]
        if not asked:
            self.parking.wake(merchant, people)
            return
        task = asyncio.create_task(self._read_and_wake(merchant, people, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read_and_wake(
        self, merchant: str, people: frozenset[str], asked: Sequence[_Question]
    ) -> None:
        head = self._heads[merchant]
        reads = {each: asyncio.create_task(self._ask(*each, head)) for each in asked}
        await asyncio.wait(reads.values())  # one that fails is asked again by who needs it
        ready = {each: read for each, read in reads.items() if read.exception() is None}
        self._reads |= ready
        self.parking.wake(merchant, people)
        await asyncio.sleep(0)  # all who were woken go on now, each to its answer
        for question in ready:
            self._reads.pop(question, None)

    async def page(self, grant: Grant, after: str | None, *, limit: int, wait_s: float) -> Page:
        """The changes after a cursor that this desk may see. Units: seconds.

        Errors: ``TokenRevokedError``; ``StoreError``.
        """
        leave_at = asyncio.get_running_loop().time() + wait_s
        merchant, reader = grant.merchant, reader_of(grant)
        turns = self._turns[merchant]
        place = await self._place(merchant, after)
        while True:
            if turns != self._turns[merchant]:
                turns, place = self._turns[merchant], self._beginning(merchant)
            if place.gap or place.seq < self._heads[merchant].seq:
                found, page = await self._read(merchant, place, limit, reader)
                if page is not None:
                    return page
                place = _Place(found.seq, found.chain, gap=found.lost)
                continue
            left_s = leave_at - asyncio.get_running_loop().time()
            wake = Wake.LEAVE if left_s <= 0 else await self._wait(grant, place, limit, left_s)
            if wake is Wake.REVOKED:
                raise TokenRevokedError
            if wake is Wake.LEAVE:
                nothing = LogPage((), place.seq, place.chain, lost=False)
                return self._page(merchant, nothing, gap=False)

    async def _wait(self, grant: Grant, place: _Place, limit: int, left_s: float) -> Wake:
        reader = reader_of(grant)
        question = (grant.merchant, place, limit, None if reader is None else EVERYBODY)
        self._parked[question] += 1
        try:
            return await self.parking.wait(grant, left_s)
        finally:
            self._parked[question] -= 1
            if not self._parked[question]:
                del self._parked[question]

    def cursor(self, merchant: str) -> str:
        """Where the merchant's log ends now."""
        head = self._heads[merchant]
        return self._cursor(head.seq, head.chain)

    async def _read(self, merchant: str, place: _Place, limit: int, reader: str | None) -> _Found:
        """What is there to be read; what many desks read at one place is read and written once."""
        news, head = self._news[merchant], self._heads[merchant]
        if reader is not None and not place.gap and news.covers(place.seq):
            for_all, for_reader = news.since(place.seq, reader)
            if not for_all and not for_reader:
                return LogPage((), head.seq, head.chain, lost=False), None
            if not for_reader:
                reader = EVERYBODY
        question = (merchant, place, limit, reader)
        task = self._reads.get(question)
        if task is None:
            task = self._reads[question] = asyncio.create_task(self._ask(*question, head))
            task.add_done_callback(lambda _: self._reads.pop(question, None))
        return task.result() if task.done() else await asyncio.shield(task)

    async def _ask(
        self, merchant: str, place: _Place, limit: int, reader: str | None, head: Head
    ) -> _Found:
        """``head``: where the log ended when it was looked at for whom there is news."""
        found = await self._store.read(merchant, place.seq, limit, _PAGE_BYTES, reader)
        if found.before != place.chain:
            return await self._without(merchant, place), None
        if reader == EVERYBODY and found.seq > head.seq:
            # Since then something for one person may have come, which is not in here.
            entries = tuple(entry for entry in found.entries if entry.seq <= head.seq)
            found = LogPage(entries, head.seq, head.chain, found.lost)
        if not (found.entries or found.lost or place.gap):
            return found, None
        return found, self._page(merchant, found, gap=place.gap or found.lost)

    async def _without(self, merchant: str, place: _Place) -> LogPage:
        """The log has no such place: it was deleted a moment ago, or is of another log."""
        await self.look()
        head = self._heads[merchant]
        if place.seq >= head.pruned_seq:
            self._turn(merchant, head)
        return LogPage((), head.pruned_seq, head.pruned_chain, lost=True)

    def _beginning(self, merchant: str) -> _Place:
        head = self._heads[merchant]
        return _Place(head.pruned_seq, head.pruned_chain, gap=True)

    async def _place(self, merchant: str, after: str | None) -> _Place:
        head = self._heads[merchant]
        if after is None:
            return _Place(head.pruned_seq, head.pruned_chain, gap=head.pruned_seq > 0)
        parts = _CURSOR.fullmatch(after)
        if parts and parts[1] == self._store.epoch:
            seq, chain = int(parts[2]), bytes.fromhex(parts[3])
            if seq > head.seq:  # another process may have given it out, and this one not know yet
                await self.look()
                head = self._heads[merchant]
            if chain == await self._chain(merchant, head, seq):
                return _Place(seq, chain)
        return self._beginning(merchant)

    async def _chain(self, merchant: str, head: Head, seq: int) -> bytes | None:
        """The log's own digest at a place; None where it has no such place (any more)."""
        if not head.pruned_seq <= seq <= head.seq:
            return None
        known = {head.pruned_seq: head.pruned_chain, head.seq: head.chain}
        return known.get(seq) or await self._store.chain_at(merchant, seq)

    def _page(self, merchant: str, found: LogPage, *, gap: bool) -> Page:
        changes = [
            change_json(
                self._cursor(entry.seq, entry.chain),
                entry.kind,
                _1970 + timedelta(microseconds=entry.received_us),
                entry.content,
            )
            for entry in found.entries
        ]
        content = page_json(
            self._store.epoch,
            self._cursor(found.seq, found.chain),
            gap=gap,
            more=found.seq < self._heads[merchant].seq,
            changes=changes,
        )
        return Page(content, len(changes))

    def _cursor(self, seq: int, chain: bytes) -> str:
        return f"{self._store.epoch}.{seq}.{chain.hex()}"
