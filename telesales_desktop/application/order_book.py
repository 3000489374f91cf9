"""How does an order change? One event at a time, on disk before anything leaves the machine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from telesales_desktop.application.open_orders import OpenOrders
from telesales_desktop.application.ports import (
    ONE_WRITE,
    Clock,
    Commit,
    Journal,
    JournalProblem,
    OrderFile,
    SearchQuery,
    StoredDelivery,
)
from telesales_desktop.domain.core import step
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import Effect, TimelineEntry
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from telesales_desktop.domain.events import Event, Started
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.order_state import order_state
from telesales_desktop.domain.policy import Policy

Perform = Callable[[OrderFile, Sequence[Effect], Event], None]
Publish = Callable[[OrderFile], None]
Asked = tuple[Sequence[Effect], Event]
"""What one event asks of the outside."""
_T = TypeVar("_T")


class OrderBook:
    """Every open order of one profile: memory in front of the journal.

    ``submit`` is the only door: it steps the core, commits, and only then hands the effects on.
    """

    def __init__(
        self,
        journal: Journal,
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
        # Orders whose last write failed in a way that may have left it on the disk.
        self._unsure: set[str] = set()

    def perform_with(self, perform: Perform) -> None:
        """Set who performs effects; the performer needs the book first."""
        self._perform = perform

    async def load(self) -> None:
        """Fill the memory from the journal; the orders are told to nobody yet."""
        for file in await self._journal.load_open_orders():
            self._orders.put(file)

    def files(self) -> tuple[OrderFile, ...]:
        """Every order in memory."""
        return self._orders.all()

    def file(self, order_id: str) -> OrderFile | None:
        """The order in memory, if it is open."""
        return self._orders.get(order_id)

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

        An archived order is found by its number or its checkout, not by its order key.
        Errors: ``JournalError``.
        """
        file = self._orders.owner_of(checkout_id, order_keys)
        if file is None and order_id:
            file = await self.find(order_id)
        if file is None and checkout_id:
            query = SearchQuery(text=checkout_id)
            found = await self._asked(self._journal.search(query))
            file = next((f for f in found if f.order.checkout_by_id(checkout_id)), None)
        return file

    async def submit(
        self,
        order_id: str,
        event: Event,
        *,
        delivery: StoredDelivery | None = None,
        delivery_note: str = "",
    ) -> OrderFile:
        """Apply one event to an order.

        Errors: ``CommandRefusedError`` (nothing changed, nothing was sent; ``no_such_order`` for
        an order that is not here), ``JournalError`` (nothing is performed).
        """
        async with self._lock(order_id):
            file = await self._current(order_id)
            if file is None:
                raise CommandRefusedError("no_such_order")
            return await self._apply(file, (event,), delivery=delivery, note=delivery_note)

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
            commit = Commit(order=order, expected_version=version, state=state)
            await _to_its_end(self._write(commit, replace(file, order=order), ()))

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
        self._unsure.discard(order_id)
        if file is None:
            return None
        if held is not None and file.order.version == held.order.version:
            return held
        # The write that seemed to fail is there, and what it asked for was never done.
        self._take_over(file)
        return await self._apply(file, (Started(),))

    # --- one step --------------------------------------------------------------------------

    async def _apply(
        self,
        file: OrderFile,
        given: Sequence[Event],
        *,
        details: OrderDetails | None = None,
        draft_id: str = "",
        delivery: StoredDelivery | None = None,
        note: str = "",
    ) -> OrderFile:
        at = self._clock.now()
        before = order = file.order
        timeline: list[TimelineEntry] = []
        asked: list[Asked] = []
        for event in given:
            result = step(order, event, at=at, policy=self._policy)
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
        commit = Commit(
            order=order,
            expected_version=before.version,
            state=order_state(order, at).value,
            timeline=tuple(timeline),
            details=details,
            applied_delivery=delivery.delivery_id if delivery else "",
            delivery_note=note,
            drop_draft=draft_id,
        )
        await _to_its_end(self._write(commit, new, asked))
        return new

    async def _write(self, commit: Commit, new: OrderFile, asked: Sequence[Asked]) -> None:
        try:
            await self._asked(self._journal.commit(commit))
        except BaseException as error:
            problem = error.problem if isinstance(error, JournalError) else ""
            if problem not in ONE_WRITE or problem == JournalProblem.CONFLICT:
                self._unsure.add(new.order.order_id)
            raise
        self._on_journal_written()
        self._take_over(new)
        self._hand_on(new, asked)

    def _take_over(self, file: OrderFile) -> None:
        """Believe what the disk holds, and tell it."""
        if file.order.archived:
            self._orders.drop(file.order.order_id)
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


async def _to_its_end(writing: Coroutine[Any, Any, None]) -> None:
    """Wait for a write whatever happens to whoever asked for it.

    Left in the middle, the disk would hold what the memory does not know and nobody performs.
    """
    task = asyncio.create_task(writing)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # heard: the caller is gone
        raise cancelled
    task.result()


def _amended(old: Order, new: Order) -> Order:
    """The order as it stands, with what the agent corrected."""
    return replace(
        old,
        total_cents=new.total_cents,
        currency=new.currency,
        is_affirm=new.is_affirm,
        agent=new.agent,
    )
