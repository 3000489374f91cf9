"""What is new for a desk since the cursor that it has?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from telesales_desktop.relay.parking import Parking, Wake
from telesales_desktop.relay.store import Grant, Head, LogEntry, Store
from telesales_desktop.wire.feed import change_json, page_json

_PAGE_BYTES = 1024 * 1024
_CURSOR = re.compile(r"([0-9a-f]{16})\.(\d{1,18})\.([0-9a-f]{16})")
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


class TokenRevokedError(Exception):
    """The token of a parked poll was revoked while it was parked."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a merchant's log; ``gap``: something before it may have been missed."""

    seq: int
    chain: bytes
    gap: bool = False


class Feed:
    """Pages of the log; a desk that has seen everything is parked until there is more.

    A cursor names the log's epoch, a place in it, and the digest of all before that place. One that
    does not fit this log (another epoch, ahead of it, from the branch that a restored backup cut
    off, or older than what is kept) is answered with ``gap`` and all that there is.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heads: dict[str, Head] = {}
        self._reads: dict[tuple[str, _Place, int], asyncio.Task[bytes]] = {}
        self.parking = Parking()
        store.on_commit(self.announce)

    def announce(self, entries: Sequence[LogEntry]) -> None:
        """New entries are durable: wake who waits for them."""
        ends = {entry.merchant: entry for entry in entries}
        for merchant, end in ends.items():
            if head := self._heads.get(merchant):
                self._learn(merchant, replace(head, seq=end.seq, chain=end.chain))

    def learn(self, heads: Mapping[str, Head]) -> None:
        """Where the logs end by the database: another process may have written or pruned."""
        for merchant, head in heads.items():
            self._learn(merchant, head)

    def _learn(self, merchant: str, head: Head) -> None:
        known = self._heads.setdefault(merchant, head)
        end = head if head.seq > known.seq else known
        start = head if head.pruned_seq > known.pruned_seq else known
        self._heads[merchant] = Head(end.seq, end.chain, start.pruned_seq, start.pruned_chain)
        if end is not known:
            self.parking.wake(merchant)

    async def page(self, grant: Grant, after: str | None, *, limit: int, wait_s: float) -> bytes:
        """The changes after a cursor, as a ``ChangesPage`` in JSON. Units: seconds.

        Errors: ``TokenRevokedError``; ``StoreError``.
        """
        leave_at = asyncio.get_running_loop().time() + wait_s
        place = await self._place(grant.merchant, after)
        while place.seq == self._heads[grant.merchant].seq and not place.gap:
            left_s = leave_at - asyncio.get_running_loop().time()
            wake = Wake.LEAVE if left_s <= 0 else await self.parking.wait(grant, left_s)
            if wake is Wake.REVOKED:
                raise TokenRevokedError
            if wake is Wake.LEAVE:
                return self._page(grant.merchant, place, [])
        # Many desks stand at one place, and one change wakes them all: it is read once.
        key = (grant.merchant, place, limit)
        if key not in self._reads:
            self._reads[key] = asyncio.create_task(self._read(*key))
            self._reads[key].add_done_callback(lambda _: self._reads.pop(key))
        return await asyncio.shield(self._reads[key])

    async def _place(self, merchant: str, after: str | None) -> _Place:
        head = self._heads[merchant]
        if after is None:
            return _Place(head.pruned_seq, head.pruned_chain, gap=head.pruned_seq > 0)
        parts = _CURSOR.fullmatch(after)
        if parts and parts[1] == self._store.epoch:
            seq, chain = int(parts[2]), bytes.fromhex(parts[3])
            if chain == await self._chain(merchant, head, seq):
                return _Place(seq, chain)
        return _Place(head.pruned_seq, head.pruned_chain, gap=True)

    async def _chain(self, merchant: str, head: Head, seq: int) -> bytes | None:
        """The log's own digest at a place; None where it has no such place (any more)."""
        if not head.pruned_seq <= seq <= head.seq:
            return None
        known = {head.pruned_seq: head.pruned_chain, head.seq: head.chain}
        return known.get(seq) or await self._store.chain_at(merchant, seq)

    async def _read(self, merchant: str, place: _Place, limit: int) -> bytes:
        entries = await self._store.read(merchant, place.seq, limit, _PAGE_BYTES)
        return self._page(merchant, place, entries)

    def _page(self, merchant: str, place: _Place, entries: Sequence[LogEntry]) -> bytes:
        last = entries[-1] if entries else place
        changes = [
            change_json(
                self._cursor(entry.seq, entry.chain),
                entry.kind,
                _1970 + timedelta(microseconds=entry.received_us),
                entry.content,
            )
            for entry in entries
        ]
        return page_json(
            self._store.epoch,
            self._cursor(last.seq, last.chain),
            gap=place.gap,
            more=last.seq < self._heads[merchant].seq,
            changes=changes,
        )

    def _cursor(self, seq: int, chain: bytes) -> str:
        return f"{self._store.epoch}.{seq}.{chain.hex()}"
