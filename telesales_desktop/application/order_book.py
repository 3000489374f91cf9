"""How does an order change? One event at a time, on disk before anything leaves the machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from telesales_desktop.application.ports import (
    Clock,
    Commit,
    Journal,
    OrderFile,
    StoredDelivery,
)
from telesales_desktop.domain.core import step
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import Effect, Step
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from telesales_desktop.domain.events import Event
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.order_state import order_state
from telesales_desktop.domain.policy import Policy

Perform = Callable[[str, Sequence[Effect], Event], None]
Publish = Callable[[OrderFile], None]


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
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._policy = policy
        self._publish = publish
        self._on_journal_error = on_journal_error
        self._perform: Perform = lambda order_id, effects, event: None
        self._files: dict[str, OrderFile] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def perform_with(self, perform: Perform) -> None:
        """Set who performs effects; the performer needs the book first."""
        self._perform = perform

    async def load(self) -> None:
        """Fill the memory from the journal; the orders are told to nobody yet."""
        for file in await self._journal.load_open_orders():
            self._files[file.order.order_id] = file

    def files(self) -> tuple[OrderFile, ...]:
        """Every order in memory."""
        return tuple(self._files.values())

    def file(self, order_id: str) -> OrderFile | None:
        """The order in memory, if it is open."""
        return self._files.get(order_id)

    async def find(self, order_id: str) -> OrderFile | None:
        """The order, also from the history."""
        file = self._files.get(order_id)
        if file is None:
            file = await self._journal.load_order(order_id)
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
        an order that is not here), ``JournalError`` (nothing was written, nothing is performed).
        """
        async with self._lock(order_id):
            file = await self.find(order_id)
            if file is None:
                raise CommandRefusedError("no_such_order")
            return await self._apply(file, event, delivery=delivery, note=delivery_note)

    async def submit_with_details(
        self, order: Order, details: OrderDetails, event: Event | None, *, draft_id: str
    ) -> OrderFile:
        """Keep a new order, or new details of one that has no live link, and apply ``event``."""
        async with self._lock(order.order_id):
            old = await self.find(order.order_id)
            base = order if old is None else _amended(old.order, order)
            return await self._apply(
                OrderFile(base, details), event, details=details, draft_id=draft_id
            )

    async def _apply(
        self,
        file: OrderFile,
        event: Event | None,
        *,
        details: OrderDetails | None = None,
        draft_id: str = "",
        delivery: StoredDelivery | None = None,
        note: str = "",
    ) -> OrderFile:
        at = self._clock.now()
        if event is None:
            changed = replace(file.order, updated_at=at, version=file.order.version + 1)
            result = Step(changed)
        else:
            result = step(file.order, event, at=at, policy=self._policy)
        after = result.order
        if after is file.order and not result.timeline and delivery is None:
            self._perform_soon(result, event)
            return file
        commit = Commit(
            order=after,
            expected_version=file.order.version,
            state=order_state(after, at).value,
            timeline=result.timeline,
            details=details,
            applied_delivery=delivery.delivery_id if delivery else "",
            delivery_note=note,
            drop_draft=draft_id,
        )
        try:
            await self._journal.commit(commit)
        except JournalError as error:
            self._on_journal_error(error)
            raise
        new = OrderFile(after, details or file.details)
        self._files[after.order_id] = new
        self._publish(new)
        self._perform_soon(result, event)
        return new

    def _perform_soon(self, result: Step, event: Event | None) -> None:
        if result.effects and event is not None:
            self._perform(result.order.order_id, result.effects, event)

    def _lock(self, order_id: str) -> asyncio.Lock:
        return self._locks.setdefault(order_id, asyncio.Lock())


def _amended(old: Order, new: Order) -> Order:
    """The order as it stands, with what the agent corrected."""
    return replace(
        old,
        total_cents=new.total_cents,
        currency=new.currency,
        is_affirm=new.is_affirm,
        agent=new.agent,
    )
