"""What can an agent or a supervisor do? The window's facade over the use cases."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import uuid4

from telesales_desktop.application.archiving import Archivist
from telesales_desktop.application.connection import Connection
from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.following import FeedFollower
from telesales_desktop.application.keeping_time import Timekeeper
from telesales_desktop.application.listeners import Listeners
from telesales_desktop.application.mending import JournalMender
from telesales_desktop.application.new_orders import checkout_request, new_order
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.order_checks import check_for_keeping, check_for_sending
from telesales_desktop.application.performing import Performer
from telesales_desktop.application.ports import (
    AffirmGateway,
    CheckoutRequest,
    Clock,
    DeliveryReader,
    Draft,
    Journal,
    OrderFile,
    RelayFeed,
    SearchQuery,
    SignatureCheck,
)
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.application.read_slots import ReadSlots
from telesales_desktop.application.under_way import GRACE_S
from telesales_desktop.domain import events
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import Notice, TimelineEntry
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from telesales_desktop.domain.order import Order
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


class OrderDesk:
    """One merchant's orders at this workstation: everything a window may ask for."""

    def __init__(
        self,
        profile: Profile,
        *,
        journal: Journal,
        gateway: AffirmGateway,
        feed: RelayFeed | None,
        clock: Clock,
        make_order_key: Callable[[str], str],
        landing_urls: Callable[[str], tuple[str, str]],
        check_signature: SignatureCheck,
        read_delivery: DeliveryReader,
        read_spacing_s: float = 1.0,
    ) -> None:
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
            merchant=self._profile.relay_merchant or self._profile.name,
            check_signature=check_signature,
            read_delivery=read_delivery,
            on_journal_error=self._mender.failed,
        )

    # --- life ------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the journal, settle what was in flight, then follow the news.

        Errors: ``JournalError``; conclude that no money moves here until it is mended. A disk that
        fails later, while orders are taken up, is mended by the desk itself.
        """
        await self._asked(self._journal.open())
        await self._asked(self._book.load())
        for number, file in enumerate(self._book.files()):
            if number % 25 == 0:
                await asyncio.sleep(0)  # a long list must not hold up the window
            await self._take_up(file)
        if self._is_closed:
            return
        loops = {
            "mend-journal": self._mender.run(self._book),
            "follow-feed": self._follower.run(),
            "keep-time": self._timekeeper.run(),
            "archive": self._archivist.run(),
        }
        self._tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
        for task in self._tasks:
            task.add_done_callback(_say_crash)

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
        neighbours = [self._feed, self._gateway, self._journal]
        for neighbour in neighbours:
            if neighbour is not None:
                try:
                    await neighbour.close()
                except Exception:  # the others are closed all the same
                    log.exception("something did not close")

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` from now on; call the returned function to stop."""
        stop = self._listeners.add(listener)
        listener.connection_changed(self._connection.status)
        return stop

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

    async def drafts(self) -> Sequence[Draft]:
        """Forms that were not sent."""
        return await self._asked(self._journal.drafts())

    async def save_draft(self, draft: Draft) -> None:
        """Keep a form as it was typed."""
        await self._asked(self._journal.save_draft(draft))

    async def delete_draft(self, draft_id: str) -> None:
        """Drop a kept form."""
        await self._asked(self._journal.delete_draft(draft_id))

    # --- one order -------------------------------------------------------------------------

    async def send(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Keep the order, then ask Affirm to send the link."""
        return await self._send(details, (self._send_requested(),), draft_id=draft_id)

    async def correct(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Supersede the order's open link, then send a new one for these details: both or none."""
        superseded = events.SupersedeRequested(self._profile.agent)
        given = (superseded, self._send_requested())
        return await self._send(details, given, draft_id=draft_id)

    async def send_again(self, order_id: str) -> OrderFile:
        """A new link for the same details, after a lost answer, a refusal or an ended link."""
        return await self._do(order_id, self._send_requested())

    async def keep(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Keep an order that is paid another way; nothing is ever sent."""
        check_for_keeping(details)
        order = self._new_order(details)
        return await self._book.submit_with_details(order, details, (), draft_id=draft_id)

    async def resend(self, order_id: str) -> OrderFile:
        """Ask Affirm to send the same link again."""
        return await self._do(order_id, events.ResendRequested(self._profile.agent))

    async def refresh(self, order_id: str) -> OrderFile:
        """Read Affirm now."""
        return await self._do(order_id, events.RefreshRequested(self._profile.agent))

    async def authorize(self, order_id: str) -> OrderFile:
        """The customer says it is done: authorize with the saved checkout id."""
        event = events.AuthorizeRequested(
            self._profile.agent, by_supervisor=self._profile.role is Role.SUPERVISOR
        )
        return await self._do(order_id, event)

    async def capture(self, order_id: str, *, amount_cents: int | None) -> OrderFile:
        """Take the held money; None takes all of it."""
        event = events.CaptureRequested(
            self._profile.agent, uuid4().hex, str(uuid4()), amount_cents
        )
        return await self._do(order_id, event)

    async def refund(self, order_id: str, *, amount_cents: int | None) -> OrderFile:
        """Give money back; None gives back all that is left."""
        event = events.RefundRequested(self._profile.agent, uuid4().hex, str(uuid4()), amount_cents)
        return await self._do(order_id, event)

    async def void(self, order_id: str) -> OrderFile:
        """Release the hold."""
        event = events.VoidRequested(
            self._profile.agent, by_supervisor=self._profile.role is Role.SUPERVISOR
        )
        return await self._do(order_id, event)

    async def update_shipping(self, order_id: str, *, carrier: str, confirmation: str) -> OrderFile:
        """Tell Affirm the carrier and the shipment's number."""
        event = events.UpdateRequested(
            self._profile.agent, uuid4().hex, str(uuid4()), carrier, confirmation
        )
        return await self._do(order_id, event)

    async def supersede(self, order_id: str) -> OrderFile:
        """Never accept the links sent so far."""
        return await self._do(order_id, events.SupersedeRequested(self._profile.agent))

    async def cancel_planned(self, order_id: str, operation_id: str = "") -> OrderFile:
        """Drop a command that has never left this machine; the open one if none is named."""
        chosen = operation_id or await self._open_operation(order_id)
        return await self._do(order_id, events.CancelPlannedRequested(self._profile.agent, chosen))

    async def lift_freeze(self, order_id: str) -> OrderFile:
        """A supervisor decides that the order may go on."""
        self._supervisors_only()
        return await self._do(order_id, events.FreezeLifted(self._profile.agent))

    async def raise_generation(self, order_id: str) -> OrderFile:
        """A supervisor allows a new key after a definitive refusal."""
        self._supervisors_only()
        return await self._do(order_id, events.GenerationRaised(self._profile.agent))

    async def give_verdict(
        self, order_id: str, operation_id: str = "", *, took_effect: bool
    ) -> OrderFile:
        """A supervisor who looked at Affirm's portal closes an unknown outcome.

        It is the open command's if none is named.
        """
        self._supervisors_only()
        chosen = operation_id or await self._open_operation(order_id)
        event = events.VerdictGiven(self._profile.agent, chosen, took_effect)
        return await self._do(order_id, event)

    # --- inside ----------------------------------------------------------------------------

    async def _do(self, order_id: str, event: events.Command) -> OrderFile:
        await self._book.submit(order_id, event)
        return await self._when_quiet(order_id)

    async def _when_quiet(self, order_id: str) -> OrderFile:
        await self._performer.until_quiet(order_id)
        file = await self._book.find(order_id)
        assert file is not None
        return file

    async def _send(
        self, details: OrderDetails, given: Sequence[events.Command], *, draft_id: str
    ) -> OrderFile:
        check_for_sending(details, self._profile)
        order = self._new_order(details)
        await self._book.submit_with_details(order, details, given, draft_id=draft_id)
        return await self._when_quiet(details.order_id)

    def _send_requested(self) -> events.SendRequested:
        return events.SendRequested(self._profile.agent)

    async def _open_operation(self, order_id: str) -> str:
        file = await self._book.find(order_id)
        operation = file.order.open_operation if file is not None else None
        return operation.operation_id if operation is not None else ""

    async def _asked(self, call: Awaitable[_T]) -> _T:
        """What the journal answers; a failure is seen to, and told."""
        try:
            return await call
        except JournalError as error:
            self._mender.failed(error)
            raise

    def _supervisors_only(self) -> None:
        if self._profile.role is not Role.SUPERVISOR:
            raise CommandRefusedError("supervisors_only")

    def _new_order(self, details: OrderDetails) -> Order:
        key = self._make_order_key(details.order_id)
        return new_order(details, self._profile, order_key=key, at=self._clock.now())

    def _build_request(self, file: OrderFile) -> CheckoutRequest:
        urls = self._landing_urls(file.order.order_key)
        return checkout_request(file, self._profile, urls, self._clock.now())

    def _tell_order(self, file: OrderFile) -> None:
        self._watchers.tell(lambda watch: watch(file))
        self._listeners.tell(lambda listener: listener.order_changed(file))

    def _tell_notice(self, order_id: str, notice: Notice) -> None:
        at = self._clock.now()
        self._listeners.tell(lambda listener: listener.noticed(order_id, notice, at))

    def _tell_connection(self, status: ConnectionStatus) -> None:
        self._listeners.tell(lambda listener: listener.connection_changed(status))


def _say_crash(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a loop of the desk crashed", exc_info=task.exception())
