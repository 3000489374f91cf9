"""What can an agent or a supervisor do? The window's facade over the use cases."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from telesales_desktop.application.archiving import Archivist
from telesales_desktop.application.changing_hands import ChangingHands
from telesales_desktop.application.connection import Connection
from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.floor_values import Person, SharedOrder
from telesales_desktop.application.following import FeedFollower
from telesales_desktop.application.keeping_time import Timekeeper
from telesales_desktop.application.listeners import Listeners, tell_one
from telesales_desktop.application.looking_back import LookBack
from telesales_desktop.application.mending import JournalMender
from telesales_desktop.application.new_orders import checkout_request
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.order_commands import OrderCommands
from telesales_desktop.application.performing import Performer
from telesales_desktop.application.ports import (
    AffirmGateway,
    CheckoutRequest,
    Clock,
    DeliveryReader,
    Draft,
    JournalProblem,
    OrderFile,
    RelayFeed,
    SearchQuery,
    SignatureCheck,
)
from telesales_desktop.application.profile import Profile
from telesales_desktop.application.read_slots import ReadSlots
from telesales_desktop.application.rebuilding import Rebuilt, from_affirm, from_records
from telesales_desktop.application.sharing import Sharing
from telesales_desktop.application.sharing_journal import SharingJournal
from telesales_desktop.application.sharing_ports import SharedOrders
from telesales_desktop.application.silent_desks import SilentDesks
from telesales_desktop.application.standing_in import StandIn
from telesales_desktop.application.under_way import GRACE_S
from telesales_desktop.domain import events
from telesales_desktop.domain.effects import Notice, TimelineEntry
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from telesales_desktop.domain.policy import Policy

log = logging.getLogger(__name__)

_T = TypeVar("_T")

CLOSE_PATIENCE_S = 25.0
"""How long leaving waits for writes in flight: a little more than one call's total deadline."""


class Listener(Protocol):
    """Who is told of changes; see ``ui.desk``."""

    def order_changed(self, file: OrderFile) -> None: ...

    def noticed(self, order_id: str, notice: Notice, at: datetime) -> None: ...

    def connection_changed(self, status: ConnectionStatus) -> None: ...


class OrderDesk(OrderCommands):
    """One merchant's orders at this workstation: everything a window may ask for."""

    rebuilds = False
    """Whether a journal that is not filled is opened all the same, for ``rebuild``."""

    def __init__(
        self,
        profile: Profile,
        *,
        journal: SharingJournal,
        gateway: AffirmGateway,
        feed: RelayFeed | None,
        clock: Clock,
        make_order_key: Callable[[str], str],
        landing_urls: Callable[[str], tuple[str, str]],
        check_signature: SignatureCheck,
        read_delivery: DeliveryReader,
        read_spacing_s: float = 1.0,
        shared: SharedOrders | None = None,
        silence_s: float = 60.0,
        jitter_s: float = 10.0,
    ) -> None:
        """``shared``: the relay's part that carries orders. Units: seconds; see ``StandIn``."""
        self._profile = profile
        self._journal = journal
        self._gateway = gateway
        self._feed = feed
        self._clock = clock
        self._make_order_key = make_order_key
        self._landing_urls = landing_urls
        self._listeners: Listeners[Listener] = Listeners()
        self._connection = Connection(clock, relay_is_set=feed is not None)
        self._connection.subscribe(self._tell_connection)
        self._mender = JournalMender(journal, clock, self._connection)
        self._book = OrderBook(
            journal,
            clock,
            Policy(auto_authorize=profile.auto_authorize, split_capture=profile.split_capture),
            publish=self._tell_order,
            on_journal_error=self._mender.failed,
            on_journal_written=self._connection.journal_written,
        )
        self._performer = self._new_performer(ReadSlots(clock, spacing_s=read_spacing_s))
        self._floor = Floor(profile, self._book, clock)
        self._stand_in = StandIn(
            self._floor, self._book, clock, profile, silence_s=silence_s, jitter_s=jitter_s
        )
        self._sharing = None if shared is None else self._new_sharing(shared, read_delivery)
        self._follower = self._new_follower(check_signature, read_delivery)
        self._timekeeper = Timekeeper(self._book, clock, on_gap=self._follower.announce_gap)
        self._archivist = Archivist(self._book, clock, self._connection)
        self._watchers: Listeners[Callable[[OrderFile], None]] = Listeners()
        self._watchers.add(self._timekeeper.watch)
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closed = False

    def _new_performer(self, slots: ReadSlots) -> Performer:
        return Performer(
            self._book,
            self._gateway,
            self._connection,
            slots,
            self._clock,
            build_request=self._build_request,
            announce=self._tell_notice,
            on_interrupted=self._mender.interrupted,
        )

    def _new_follower(
        self, check_signature: SignatureCheck, read_delivery: DeliveryReader
    ) -> FeedFollower:
        return FeedFollower(
            self._feed,
            self._journal,
            self._book,
            self._connection,
            merchant=self._merchant,
            check_signature=check_signature,
            read_delivery=read_delivery,
            on_journal_error=self._mender.failed,
            floor=self._sharing,
            signature_required=self._profile.signature_required,
        )

    def _new_sharing(self, shared: SharedOrders, read_delivery: DeliveryReader) -> Sharing:
        assert self._feed is not None
        look_back = LookBack(
            self._feed,
            self._journal,
            self._floor,
            self._connection,
            merchant=self._merchant,
            read_delivery=read_delivery,
            reapply=lambda: self._follower.apply_inbox(),
            on_journal_error=self._mender.failed,
        )
        return Sharing(
            shared,
            self._journal,
            self._book,
            self._floor,
            self._connection,
            self._clock,
            self._profile,
            on_journal_error=self._mender.failed,
            heard_confirmed=self._stand_in.heard_confirmed,
            reapply=lambda: self._follower.apply_inbox(),
            look_back=look_back.run,
        )

    @property
    def _merchant(self) -> str:
        return self._profile.relay_merchant or self._profile.name

    def _silent_desks(self) -> SilentDesks:
        told, slots = self._connection, self._performer.slots
        return SilentDesks(self._floor, self._gateway, told, slots, self._clock, self._stand_in)

    # --- life ------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the journal, settle what was in flight, then follow the news.

        Errors: ``JournalError``; conclude that no money moves here until it is mended. A disk that
        fails later, while orders are taken up, is mended by the desk itself.
        """
        await self._asked(self._journal.open())
        await self._asked(self._know_whether_filled())
        await self._asked(self._book.load())
        for number, file in enumerate(self._book.files()):
            if number % 25 == 0:
                await asyncio.sleep(0)  # a long list must not hold up the window
            await self._take_up(file)
        if self._sharing is not None:
            await self._asked(self._sharing.load())
            # What colleagues did while the disk refused may have been heard and not kept.
            self._mender.on_mended = self._sharing.gap_announced
        if self._is_closed:
            return
        loops = {
            "mend-journal": self._mender.run(self._book),
            "follow-feed": self._follower.run(),
            "keep-time": self._timekeeper.run(),
            "archive": self._archivist.run(),
        }
        if self._sharing is not None:
            loops["upload"] = self._sharing.uploader.run()
            loops["stand-in"] = self._stand_in.run(self._sharing.hands)
            loops["read-for-silent"] = self._silent_desks().run()
        self._tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
        for task in self._tasks:
            task.add_done_callback(_say_crash)

    async def _know_whether_filled(self) -> None:
        """An empty list must not look true: only ``rebuild`` goes on with such a journal."""
        self._book.is_unfilled = await self._journal.is_unfilled()
        if self._book.is_unfilled and not self.rebuilds:
            raise JournalError(JournalProblem.UNFILLED, "its rebuilding was interrupted")

    async def _take_up(self, file: OrderFile) -> None:
        self._tell_order(file)
        try:
            await self._book.submit(file.order.order_id, events.Started())
        except JournalError:
            self._mender.interrupted(file.order.order_id)
        except Exception:  # a bug with one order must not cost the others
            log.exception("an order could not be taken up")

    async def close(self) -> None:
        """Cancel reads, wait for writes in flight, close everything; in bounded time."""
        if self._is_closed:
            return
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            # A loop in the middle of a write ends with it, unless the disk hangs for good.
            await asyncio.wait(self._tasks, timeout=GRACE_S)
        await self._performer.close(patience_s=CLOSE_PATIENCE_S)
        neighbours = [self._sharing, self._feed, self._gateway, self._journal]
        for neighbour in neighbours:
            if neighbour is not None:
                try:
                    await neighbour.close()
                except Exception:  # the others are closed all the same
                    log.exception("something did not close")

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` from now on; call the returned function to stop."""
        stop = self._listeners.add(listener)
        tell_one(listener, lambda one: one.connection_changed(self._connection.status))
        return stop

    def subscribe_floor(self, shared_changed: Callable[[SharedOrder], None]) -> Callable[[], None]:
        """Tell of every order whose place on the floor changes; call the result to stop."""
        return self._floor.subscribe(shared_changed)

    def now(self) -> datetime:
        """Aware UTC, corrected by servers' dates where known."""
        return self._clock.now()

    # --- what there is ---------------------------------------------------------------------

    async def open_orders(self) -> Sequence[OrderFile]:
        """Every order that is not archived, newest first."""
        files = self._book.files()
        return sorted(files, key=lambda file: file.order.created_at, reverse=True)

    async def search(self, query: SearchQuery) -> Sequence[OrderFile]:
        """Orders of the whole history, newest first."""
        return await self._asked(self._journal.search(query))

    async def timeline(self, order_id: str) -> Sequence[TimelineEntry]:
        """All that happened to the order, oldest first."""
        return await self._asked(self._journal.timeline(order_id))

    # --- the floor ---------------------------------------------------------------------------

    async def shared_orders(self) -> Sequence[SharedOrder]:
        """Every order that this person may see and that is not archived, newest first."""
        return await self._floor.all()

    async def people(self) -> Sequence[Person]:
        """Everybody of this merchant, by name. Errors: ``RelayError``; ``not_shared``."""
        me = self._floor.me
        return [
            Person(
                person_id=one.person_id,
                name=one.name,
                role=one.role.value,
                proven=one.proven,
                is_me=me is not None and one.person_id == me.person_id,
            )
            for one in await self._hands().people()
        ]

    async def take_over(self, order_id: str) -> OrderFile:
        """Act on the order from here: claim it, then read Affirm before anything else."""
        self._refuse_where_one_only_looks()
        await self._hands().take_over(order_id)
        return await self._when_quiet(order_id)

    async def hand_over(self, order_id: str, person_id: str) -> SharedOrder:
        """Give the order to a colleague; it is released if nothing of it is open here."""
        self._refuse_where_one_only_looks()
        hands, before = self._hands(), self._floor.shared(order_id)
        await hands.hand_over(order_id, person_id)
        shared = self._floor.shared(order_id)
        if shared is None:  # this person may see it no more
            assert before is not None
            shared = replace(before, owner_id=person_id, owner_name="", allowed=frozenset())
        return shared

    async def rebuild(self) -> Rebuilt:
        """Fill a new journal with what the relay or, without one, Affirm knows of its orders.

        Errors: ``RelayError``, ``AffirmError``, ``JournalError``; may be asked for again. Until it
        has come to its end no command is taken, and the next start asks for it again.
        """
        back = self._book.files() if self._book.is_unfilled else ()
        if self._sharing is not None:
            await self._sharing.catch_up()
        if self._sharing is not None and self._floor.me is not None:
            found = await from_records(
                self._sharing.shared, self._floor, self._sharing.hands, self._book
            )
        else:
            key, at = self._make_order_key, self._clock.now()
            found = await from_affirm(self._gateway, self._book, self._profile, key, at)
        for order_id in found.order_ids:
            await self._performer.until_quiet(order_id)
        await self._asked(self._journal.filled())
        self._book.is_unfilled = False
        before = tuple(file.order.order_id for file in back)
        return replace(found, order_ids=(*before, *found.order_ids))

    def _hands(self) -> ChangingHands:
        if self._sharing is None or self._floor.me is None:
            raise CommandRefusedError("not_shared")
        return self._sharing.hands

    # --- forms -------------------------------------------------------------------------------

    async def drafts(self) -> Sequence[Draft]:
        """Forms that were not sent."""
        return await self._asked(self._journal.drafts())

    async def save_draft(self, draft: Draft) -> None:
        """Keep a form as it was typed."""
        await self._asked(self._journal.save_draft(draft))

    async def delete_draft(self, draft_id: str) -> None:
        """Drop a kept form."""
        await self._asked(self._journal.delete_draft(draft_id))

    # --- inside ----------------------------------------------------------------------------

    async def _asked(self, call: Awaitable[_T]) -> _T:
        """What the journal answers; a failure is seen to, and told."""
        try:
            return await call
        except JournalError as error:
            self._mender.failed(error)
            raise

    def _build_request(self, file: OrderFile) -> CheckoutRequest:
        urls = self._landing_urls(file.order.order_key)
        return checkout_request(file, self._profile, urls, self._clock.now())

    def _tell_order(self, file: OrderFile) -> None:
        self._watchers.tell(lambda watch: watch(file))
        self._listeners.tell(lambda listener: listener.order_changed(file))
        self._floor.changed(file)

    def _tell_notice(self, order_id: str, notice: Notice) -> None:
        at = self._clock.now()
        self._listeners.tell(lambda listener: listener.noticed(order_id, notice, at))

    def _tell_connection(self, status: ConnectionStatus) -> None:
        self._listeners.tell(lambda listener: listener.connection_changed(status))


def _say_crash(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a loop of the desk crashed", exc_info=task.exception())
