"""How does this desk work together with others? What it sees of them, and what it lets them see.

One desk acts on an order at a time. What a desk had begun it settles itself, whoever acts now.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

from telesales_desktop.application.believing import Belief, is_claimed_by, is_given_to
from telesales_desktop.application.changing_hands import ChangingHands
from telesales_desktop.application.connection import Connection
from telesales_desktop.application.elsewhere import note_of
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.judged_records import JudgedRecords
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock, Cursor, OrderFile
from telesales_desktop.application.profile import Profile
from telesales_desktop.application.sharing_journal import SharingJournal
from telesales_desktop.application.sharing_ports import (
    DataKeyMissingError,
    Found,
    Identity,
    NotYoursError,
    RecordConflictError,
    RelayFingerprintError,
    SharedOrders,
    SharedPage,
    SharedRecord,
    SnapshotPage,
    Wanted,
)
from telesales_desktop.application.uploading import PAUSES_S, Uploader
from telesales_desktop.domain.errors import CommandRefusedError, JournalError, TelesalesError
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)

log = logging.getLogger(__name__)

SNAPSHOT_LIMIT = 500
LOOK_UP_S = 2.0
_OWN_TOKENS = "own_tokens"
_CAUGHT_UP = "caught_up"


class Sharing:
    """The part of a desk that works with others: ``FloorNews`` for the feed, rules for the book."""

    def __init__(
        self,
        shared: SharedOrders,
        journal: SharingJournal,
        book: OrderBook,
        floor: Floor,
        connection: Connection,
        clock: Clock,
        profile: Profile,
        *,
        on_journal_error: Callable[[JournalError], None],
        heard_confirmed: Callable[[str, str, datetime], None],
        reapply: Callable[[], Coroutine[Any, Any, None]],
        look_back: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        """``heard_confirmed`` is told of confirmed orders that another desk has; ``look_back``
        looks once, for a token, through what came before this desk knew of any order."""
        self._look_back = look_back
        self.shared = shared
        self._journal = journal
        self._book = book
        self._floor = floor
        self._connection = connection
        self._on_journal_error = on_journal_error
        self._merchant = profile.relay_merchant or profile.name
        self._looks_only = profile.looks_only
        self._heard_confirmed = heard_confirmed
        self._reapply = reapply
        self._is_caught_up = False
        self._gaps = 0
        self._catching_up = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._records = JudgedRecords(journal, book, floor, connection, clock, profile)
        self.uploader = self._new_uploader(clock)
        self.hands = ChangingHands(
            shared,
            journal,
            book,
            floor,
            self._records,
            self.uploader,
            clock,
            reapply=reapply,
            later=self._later,
        )
        book.share_with(self)

    def _new_uploader(self, clock: Clock) -> Uploader:
        return Uploader(
            self.shared,
            self._journal,
            self._book,
            self._floor,
            self._connection,
            clock,
            contested=self._is_lost_to,
            on_journal_error=self._on_journal_error,
        )

    # --- life --------------------------------------------------------------------------------

    async def load(self) -> None:
        """Show what was seen before, before the relay answers. Errors: ``JournalError``."""
        for record in await self._journal.open_records():
            self._floor.put(record)
        keys = (file.order.order_key for file in self._book.files())
        own = [key for key in keys if self._floor.record(key) is None]
        for record in (await self._journal.heads_of(own)).values():
            self._floor.put(record)
        await self._let_go_of_lost()
        self.uploader.wanted()

    async def _let_go_of_lost(self) -> None:
        """The program may have died after it heard who acts, and before it let go: the relay may
        not tell that again, and what is begun from now on would be begun by two desks."""
        own_tokens = await self._known_tokens()
        heads = {
            f.order.order_id: self._floor.record(f.order.order_key) for f in self._book.files()
        }
        holders = {order_id: head.holder for order_id, head in heads.items() if head is not None}
        if own_tokens.issuperset(holders.values()):
            return
        try:  # it may have been enrolled anew, and have died before that was kept
            own_tokens |= {(await self.shared.identity()).token_id}
        except TelesalesError as error:
            log.info("who works here cannot be told: %s", error.code)
            return
        for order_id, holder in holders.items():
            if holder not in own_tokens:
                await self._book.lose(order_id)

    async def close(self) -> None:
        """End what is under way with other desks; the journal has what must not be forgotten."""
        await self.uploader.last()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.shared.close()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the feed; what goes wrong with it is told in the log."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, JournalError):
            self._on_journal_error(error)
        if isinstance(error, TelesalesError):
            log.info("left for later: %s", error)
        elif error is not None:
            log.error("work with other desks crashed", exc_info=error)

    # --- the feed ----------------------------------------------------------------------------

    def failed(self, error: TelesalesError) -> None:
        """A poll or a call failed: what it says of the relay is told."""
        if isinstance(error, RelayFingerprintError):
            self._connection.alarmed(SharingAlarm.FINGERPRINT)
        elif isinstance(error, DataKeyMissingError):
            self._connection.alarmed(SharingAlarm.NO_DATA_KEY)

    def gap_announced(self) -> None:
        """News may have been missed: every record is read again."""
        self._gaps += 1
        self._is_caught_up = False

    async def catch_up(self) -> None:
        """Know who works here and what all desks have. Errors: ``RelayError``, ``JournalError``."""
        async with self._catching_up:
            if not self._is_caught_up:
                gaps = self._gaps
                await self._catch_up()
                self._is_caught_up = gaps == self._gaps  # else one was announced meanwhile

    async def _catch_up(self) -> None:
        state = await self.shared.sealing()
        if not state.relays:
            return  # it carries no records: this desk works by itself
        if not state.agrees:
            raise RelayFingerprintError
        is_again = self._floor.me is not None
        me = self._floor.me = await self.shared.identity()
        await self._know_own_token(me)
        await self.shared.put_person_key()
        self._floor.staff(await self.shared.people())
        self._connection.shared()
        cursor = await self._journal.cursor(self._merchant)
        is_known = await self._journal.get_meta(_CAUGHT_UP) == me.token_id
        if cursor is None or is_again or not is_known:
            await self._read_snapshot(cursor)
            await self._journal.set_meta(_CAUGHT_UP, me.token_id)
        self.uploader.wanted()
        await self._take_up_claims(me)
        await self._look_for_confirmed()
        self._later(self._look_back(me.token_id))

    async def _look_for_confirmed(self) -> None:
        """What was confirmed, and by nobody authorized, when this desk last ran."""
        waiting = [
            note_of(record.order_key, confirmed=True)
            for record in self._floor.records()
            if record.file is not None and record.file.order.transaction is None
        ]
        if waiting:
            await self._journal.reopen_deliveries(waiting)
            self._later(self._reapply())

    async def _read_snapshot(self, cursor: Cursor | None) -> None:
        first: SnapshotPage | None = None
        after = ""
        while first is None or after:
            asked_at = self._connection.now()
            page = await self.shared.snapshot(after, limit=SNAPSHOT_LIMIT)
            first = first or page
            self._connection.alarmed(*page.alarms)
            await self._keep(await self._records.judged(page.records, asked_at))
            after = page.next
        if cursor is None:
            await self._journal.take_in((), merchant=self._merchant, cursor=first.cursor)

    async def _know_own_token(self, me: Identity) -> None:
        known = await self._known_tokens()
        self._floor.own_tokens = known | {me.token_id}
        if me.token_id not in known:
            told = " ".join(sorted(self._floor.own_tokens))
            await self._journal.set_meta(_OWN_TOKENS, told)

    async def _known_tokens(self) -> frozenset[str]:
        return frozenset((await self._journal.get_meta(_OWN_TOKENS)).split())

    async def _take_up_claims(self, me: Identity) -> None:
        """An order that this desk claimed, or was just given, before it died is taken on."""
        for record in self._floor.records():
            is_given = not record.holder and record.owner == me.person_id
            if record.file is not None and (is_given or record.holder == me.token_id):
                try:
                    newest = await self.shared.get(record.order_key)
                except (NotYoursError, RelayAnswerError) as error:
                    # It went to somebody else since, say: the others, and the feed, go on.
                    log.info("an order that was to be taken on here is not: %s", error)
                    continue
                await self._keep(await self._records.judged((newest,)))

    async def _keep(self, beliefs: Sequence[Belief]) -> None:
        await self._journal.keep_records([belief.seen for belief in beliefs])
        await self.kept(beliefs)

    async def believed(self, page: SharedPage, asked_at: datetime) -> Sequence[Belief]:
        """What of a page is to be kept; the rest is told as an alarm."""
        self._connection.alarmed(*page.alarms)
        return await self._records.judged(page.records, asked_at)

    async def kept(self, beliefs: Sequence[Belief]) -> None:
        """What was believed is on disk: show it, and take on what is this desk's by a signature."""
        me = self._floor.me
        if not all(self._floor.knows(belief.seen.owner) for belief in beliefs):
            self._later(self._meet())
        for record in await self._records.settled_in(beliefs):
            assert me is not None
            if is_claimed_by(record, me) and not self._records.holds(record.order_key):
                self._later(self.hands.take_on(record, released=False))
            elif is_given_to(record, me) and not self._looks_only:
                self._later(self._take_given(record.order_key))

    async def _take_given(self, order_key: str) -> None:
        """Nobody may act on it until a desk of theirs has it: a slow relay is asked again."""
        given, pauses_s = self._floor.record(order_key), [*PAUSES_S]
        while self._floor.record(order_key) == given:
            try:
                await self.hands.take_given(order_key)
            except RelayTokenRefusedError:
                raise
            except RelayError as error:
                log.info("an order that was given to this person is not taken yet: %s", error)
                await asyncio.sleep(pauses_s.pop(0) if len(pauses_s) > 1 else pauses_s[0])
            else:
                return

    async def _meet(self) -> None:
        await self.hands.people()

    async def heard(
        self, order_keys: Sequence[str], checkout_id: str, word: str, *, at: datetime
    ) -> str:
        """A delivery for an order that is not here; see ``FloorNews``."""
        key = self._floor.key_of(order_keys, checkout_id)
        if key and word == "confirmed":
            self._floor.confirmed(key, at)
            self._heard_confirmed(key, checkout_id, at)
        return key

    async def somebody_has(self, order_id: str) -> Found | None:
        """The order of that number which the relay knows; None where it knows none.

        An agent waits for it on the phone: no answer in time is no answer. Errors: ``RelayError``.
        """
        if self._is_caught_up and self._floor.me is None:
            return None  # it carries no records: this desk works by itself
        try:
            async with asyncio.timeout(LOOK_UP_S):
                found = await self.shared.look_up(Wanted(order_id=order_id))
        except TimeoutError as error:
            raise RelayUnreachableError from error
        return next(iter(found), None)

    # --- the book ----------------------------------------------------------------------------

    def marked(self) -> None:
        """Something waits to be uploaded."""
        self.uploader.wanted()

    async def agree(self, file: OrderFile) -> None:
        """Have the relay take the order as it will be, if another desk can know of it at all.

        Errors: ``CommandRefusedError`` ``relay_must_agree``, ``held_elsewhere``; ``JournalError``.
        """
        try:
            await self._agree(file)
        except JournalError as error:
            self._on_journal_error(error)
            raise

    async def _agree(self, file: OrderFile) -> None:
        key = file.order.order_key
        if key not in await self._journal.heads_of([key]):
            return
        try:
            record = await self.uploader.put(file)
        except RecordConflictError as conflict:
            self._later(self._hear_of_loss(file, conflict.record))
            raise CommandRefusedError("held_elsewhere") from conflict
        except NotYoursError as error:
            raise CommandRefusedError("held_elsewhere") from error
        except RelayError as error:
            raise CommandRefusedError("relay_must_agree") from error
        await self._journal.uploaded(file.order.order_id, 0, record)  # the next step is put as well

    async def _hear_of_loss(self, file: OrderFile, record: SharedRecord) -> None:
        await self._is_lost_to(file, record)

    async def _is_lost_to(self, file: OrderFile, record: SharedRecord) -> bool:
        """Whether another desk acts on an order of ours: if so, this one does not any more."""
        await self._keep(await self._records.judged((record,)))
        return self._book.is_lost(file.order.order_id)
