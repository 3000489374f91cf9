"""How does an order change? One event at a time, on disk before anything leaves the machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar
from weakref import WeakValueDictionary

from telesales_desktop.application.book_values import AtRest, SharingRules, to_its_end
from telesales_desktop.application.elsewhere import notes_of
from telesales_desktop.application.merging import is_under_way, merged
from telesales_desktop.application.open_orders import OpenOrders
from telesales_desktop.application.ports import (
    ONE_WRITE,
    Clock,
    Commit,
    JournalProblem,
    OrderFile,
    SearchQuery,
    StoredDelivery,
)
from telesales_desktop.application.sharing_journal import SharingJournal
from telesales_desktop.domain.core import step
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import Announce, Effect, TimelineEntry
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from telesales_desktop.domain.events import (
    CancelPlannedRequested,
    Command,
    Event,
    RefreshRequested,
    SendRequested,
    Started,
    SupersedeRequested,
    TakenOver,
    VerdictGiven,
)
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.order_state import order_state
from telesales_desktop.domain.policy import Policy

Perform = Callable[[OrderFile, Sequence[Effect], Event], None]
Publish = Callable[[OrderFile], None]
Asked = tuple[Sequence[Effect], Event]
"""What one event asks of the outside."""
_T = TypeVar("_T")

STILL_ASKED = (RefreshRequested, VerdictGiven, CancelPlannedRequested)
"""Commands that settle what this desk had begun: given also for an order that another one has."""

_AGREED = (SendRequested, SupersedeRequested)
"""Two desks that are cut off from each other must not have different links for one order."""


class OrderBook:
    """Every open order of one profile: memory in front of the journal.

    ``submit`` is the only door: it steps the core, commits, and only then hands the effects on.
    """

    def __init__(
        self,
        journal: SharingJournal,
        clock: Clock,
        policy: Policy,
        *,
        publish: Publish,
        on_journal_error: Callable[[JournalError], None],
        on_journal_written: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._policy = policy
        self._publish = publish
        self._on_journal_error = on_journal_error
        self._on_journal_written = on_journal_written
        self._perform: Perform = lambda file, effects, event: None
        self._orders = OpenOrders()
        # A lock lives as long as somebody holds it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # Orders whose last writes failed in a way that may have left them on the disk.
        self._unsure: dict[str, list[tuple[Order, Sequence[Asked]]]] = {}
        self._sharing: SharingRules | None = None
        # Orders on which another desk acts; here only what this desk had begun is settled.
        self._lost: set[str] = set()
        self.is_unfilled = False
        """Whether orders are still missing after a journal was lost: no command is taken then."""
        self._policy_of_lost = replace(policy, is_ours=False)

    def perform_with(self, perform: Perform) -> None:
        """Set who performs effects; the performer needs the book first."""
        self._perform = perform

    def share_with(self, sharing: SharingRules) -> None:
        """Every change is to be uploaded from now on."""
        self._sharing = sharing

    async def load(self) -> None:
        """Fill the memory from the journal; the orders are told to nobody yet."""
        self._lost = set(await self._journal.lost_orders())
        for file in await self._journal.load_open_orders():
            if file.order.order_id not in self._lost or is_under_way(file.order):
                self._orders.put(file)

    def is_lost(self, order_id: str) -> bool:
        """Whether another desk acts on this order of ours."""
        return order_id in self._lost

    def is_dormant(self, order_id: str) -> bool:
        """Whether another desk acts on it and nothing that was begun here is left to settle."""
        return order_id in self._lost and self._orders.get(order_id) is None

    def is_busy(self, order_id: str) -> bool:
        """Whether something happens to it: with a relay that is slow, for as long as that takes."""
        return order_id in self._locks and self._lock(order_id).locked()

    def files(self) -> tuple[OrderFile, ...]:
        """Every order in memory."""
        return self._orders.all()

    def file(self, order_id: str) -> OrderFile | None:
        """The order in memory, if it is open."""
        return self._orders.get(order_id)

    def file_by_key(self, order_key: str) -> OrderFile | None:
        """The order in memory that the relay knows by that name."""
        return self._orders.by_key(order_key)

    async def find(self, order_id: str) -> OrderFile | None:
        """The order, also from the history. Errors: ``JournalError``."""
        file = self._orders.get(order_id)
        if file is None:
            file = await self._asked(self._journal.load_order(order_id))
        return file

    async def owner_of(
        self, *, checkout_id: str, order_keys: Iterable[str], order_id: str
    ) -> OrderFile | None:
        """Whose news it is: by checkout, else order key, else order number; then the history.

        Errors: ``JournalError``.
        """
        order_keys = tuple(order_keys)
        file = self._orders.owner_of(checkout_id, order_keys)
        for key in order_keys if file is None else ():
            file = file or await self._asked(self._journal.load_by_order_key(key))
        if file is None and order_id:
            file = await self.find(order_id)
        if file is None and checkout_id:
            query = SearchQuery(text=checkout_id)
            found = await self._asked(self._journal.search(query))
            file = next((f for f in found if f.order.checkout_by_id(checkout_id)), None)
        return file

    async def submit(
        self, order_id: str, event: Event, *, delivery: StoredDelivery | None = None
    ) -> OrderFile:
        """Apply one event to an order; ``delivery``, with its verdict, is closed with the step.

        Errors: ``CommandRefusedError`` (nothing changed, nothing was sent; ``no_such_order`` for
        an order that is not here, ``held_elsewhere`` for a delivery whose order has changed hands
        meanwhile), ``JournalError`` (nothing is performed).
        """
        async with self._lock(order_id):
            file = await self._current(order_id)
            if file is None:
                raise CommandRefusedError("no_such_order")
            if delivery is not None and self.is_dormant(order_id):
                raise CommandRefusedError("held_elsewhere")
            return await self._apply(file, (event,), delivery=delivery)

    async def submit_with_details(
        self, order: Order, details: OrderDetails, given: Sequence[Event], *, draft_id: str
    ) -> OrderFile:
        """Keep a new order, or new details of one, and apply all of ``given`` in one write.

        Errors: as ``submit``; without any event ``link_is_live`` for an order that was ever sent.
        """
        async with self._lock(order.order_id):
            old = await self._current(order.order_id)
            if old is not None and old.order.checkouts and not given:
                raise CommandRefusedError("link_is_live")
            self._check_may_command(order.order_id in self._lost)
            base = order if old is None else _amended(old.order, order)
            file = OrderFile(base, details)
            return await self._apply(file, given, details=details, draft_id=draft_id)

    async def archive(self, order_id: str, is_over: Callable[[Order], bool]) -> None:
        """Take an order out of memory if it is over; whatever happens to it brings it back."""
        async with self._lock(order_id):
            file = await self._current(order_id)
            if file is None or file.order.archived or not is_over(file.order):
                return
            version = file.order.version
            order = replace(file.order, archived=True, version=version + 1)
            state = order_state(order, self._clock.now()).value
            share = self._sharing is not None and order_id not in self._lost
            commit = Commit(order=order, expected_version=version, state=state, share=share)
            await to_its_end(self._write(commit, replace(file, order=order), ()))

    # --- several desks -----------------------------------------------------------------------

    async def take_over(self, record: OrderFile, event: TakenOver) -> OrderFile:
        """Go on with another desk's record, in place of what is held here of the order.

        Errors: ``CommandRefusedError`` ``own_command_open``, ``record_does_not_fit``;
        ``JournalError``.
        """
        order_id = record.order.order_id
        async with self._lock(order_id):
            held = await self._current(order_id)
            own = None if held is None else held.order
            base = OrderFile(merged(own, record.order), record.details)
            version = 0 if own is None else own.version
            try:
                return await self._apply(base, (event,), details=record.details, replaced=version)
            except JournalError as error:
                if error.problem != JournalProblem.RULE:
                    raise
                raise CommandRefusedError("record_does_not_fit") from error

    async def lose(self, order_id: str) -> OrderFile | None:
        """Another desk acts on it now; None if it is not here. Errors: ``JournalError``."""
        async with self._lock(order_id):
            file = await self._current(order_id)
            if file is not None and order_id not in self._lost:
                await self._mark_lost(file)
            return file

    @asynccontextmanager
    async def at_rest(self, order_id: str) -> AsyncIterator[AtRest]:
        """Let nothing happen to an order meanwhile. Errors: ``CommandRefusedError``."""
        async with self._lock(order_id):
            file = await self._current(order_id)
            if file is None:
                raise CommandRefusedError("no_such_order")
            yield AtRest(not is_under_way(file.order), lambda: self._mark_lost(file))

    async def _mark_lost(self, file: OrderFile) -> None:
        order_id = file.order.order_id
        await self._asked(self._journal.mark_lost(order_id, self._clock.now()))
        self._lost.add(order_id)
        self._believe(file)

    # --- after a failing disk --------------------------------------------------------------

    def unsure(self) -> tuple[str, ...]:
        """Orders of which the journal may hold more than the memory."""
        return tuple(self._unsure)

    async def make_sure(self, order_id: str) -> None:
        """Read again what the journal holds of an order. Errors: ``JournalError``."""
        async with self._lock(order_id):
            await self._current(order_id)

    async def _current(self, order_id: str) -> OrderFile | None:
        if order_id not in self._unsure:
            return await self.find(order_id)
        held = self._orders.get(order_id)
        file = await self._asked(self._journal.load_order(order_id))
        if file is None or (held is not None and file.order.version == held.order.version):
            del self._unsure[order_id]
            return None if file is None else held
        # It is there, and what it asked for was never done. Not believed before that is written
        # down: what was planned by it would leave all the same.
        started = await self._apply(file, (Started(),))
        doubted = self._unsure.pop(order_id)
        if started.order is file.order:
            self._believe(started)
        for order, asked in doubted:
            if order == file.order or order.version < file.order.version:  # it is there
                self._hand_on(started, _announced(asked))
        return started

    # --- one step --------------------------------------------------------------------------

    async def _apply(
        self,
        file: OrderFile,
        given: Sequence[Event],
        *,
        details: OrderDetails | None = None,
        draft_id: str = "",
        delivery: StoredDelivery | None = None,
        replaced: int | None = None,
    ) -> OrderFile:
        """``replaced``: the version here of what another desk's record takes the place of."""
        at = self._clock.now()
        before = order = file.order
        is_lost = order.order_id in self._lost and replaced is None
        timeline: list[TimelineEntry] = []
        asked: list[Asked] = []
        for event in given:
            if isinstance(event, Command) and not isinstance(event, STILL_ASKED):
                self._check_may_command(is_lost)
            policy = self._policy_of_lost if is_lost else self._policy
            result = step(order, event, at=at, policy=policy)
            order = result.order
            timeline += result.timeline
            asked.append((result.effects, event))
        if details is not None and order is before:
            order = replace(order, updated_at=at, version=order.version + 1)
        if order is not before and order.archived:
            order = replace(order, archived=False)
        new = replace(file, order=order)
        if order is before and not timeline and delivery is None:
            self._hand_on(new, asked)
            return new
        if self._sharing is not None and any(_wants_agreement(before, e) for e in given):
            await self._sharing.agree(new)
        commit = Commit(
            order=order,
            expected_version=before.version if replaced is None else replaced,
            state=order_state(order, at).value,
            timeline=tuple(timeline),
            details=details,
            applied_delivery=delivery.delivery_id if delivery else "",
            delivery_note=delivery.note if delivery else "",
            delivery_verdict=delivery.verdict if delivery else "",
            drop_draft=draft_id,
            share=self._sharing is not None and not is_lost,
            taken_over=replaced is not None,
            reopens=() if replaced is None else notes_of(order.order_key),
        )
        await to_its_end(self._write(commit, new, asked))
        return new

    def _check_may_command(self, is_lost: bool) -> None:
        if is_lost:
            raise CommandRefusedError("held_elsewhere")
        if self.is_unfilled:
            raise CommandRefusedError("unfilled")

    async def _write(self, commit: Commit, new: OrderFile, asked: Sequence[Asked]) -> None:
        try:
            await self._asked(self._journal.commit(commit))
        except BaseException as error:
            problem = error.problem if isinstance(error, JournalError) else ""
            if problem not in ONE_WRITE or problem == JournalProblem.CONFLICT:
                doubted = self._unsure.setdefault(new.order.order_id, [])
                if problem != JournalProblem.CONFLICT:  # that one is not there
                    doubted.append((new.order, asked))
            raise
        self._on_journal_written()
        if commit.taken_over:
            self._lost.discard(new.order.order_id)
        self._believe(new)
        self._hand_on(new, asked)
        if commit.share and self._sharing is not None:
            self._sharing.marked()

    def _believe(self, file: OrderFile) -> None:
        """Take over what the disk holds, and tell it."""
        order = file.order
        is_done_with = order.order_id in self._lost and not is_under_way(order)
        if order.archived or is_done_with:
            self._orders.drop(order.order_id)
        else:
            self._orders.put(file)
        self._publish(file)

    def _hand_on(self, file: OrderFile, asked: Sequence[Asked]) -> None:
        for effects, event in asked:
            if effects:
                self._perform(file, effects, event)

    async def _asked(self, call: Awaitable[_T]) -> _T:
        """What the journal answers; whoever watches over it hears of a failure."""
        try:
            return await call
        except JournalError as error:
            self._on_journal_error(error)
            raise

    def _lock(self, order_id: str) -> asyncio.Lock:
        return self._locks.setdefault(order_id, asyncio.Lock())


def _wants_agreement(before: Order, event: Event) -> bool:
    """Whether the relay must know of it first: a second link, or links that are closed."""
    return isinstance(event, _AGREED) and bool(before.checkouts)


def _announced(asked: Sequence[Asked]) -> Sequence[Asked]:
    """What is only told, of what was asked for."""
    return [([e for e in effects if isinstance(e, Announce)], event) for effects, event in asked]


def _amended(old: Order, new: Order) -> Order:
    """The order as it stands, with what the agent corrected."""
    return replace(
        old,
        total_cents=new.total_cents,
        currency=new.currency,
        is_affirm=new.is_affirm,
        agent=new.agent,
    )
