"""How are the core's effects performed? One request an effect, the answer fed back as an event."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.outcomes import failure_of
from telesales_desktop.application.ports import AffirmGateway, CheckoutRequest, Clock, OrderFile
from telesales_desktop.application.read_slots import ReadSlots
from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmRejectedError,
    CommandRefusedError,
    JournalError,
    TelesalesError,
)
from telesales_desktop.domain.order import Transaction

log = logging.getLogger(__name__)

JOURNAL_RETRY_S = 5.0

Announce = Callable[[str, fx.Notice], None]
BuildRequest = Callable[[OrderFile], CheckoutRequest]


class Performer:
    """Runs effects as tasks; knows when an order has none left under way."""

    def __init__(
        self,
        book: OrderBook,
        gateway: AffirmGateway,
        clock: Clock,
        connection: Connection,
        slots: ReadSlots,
        *,
        build_request: BuildRequest,
        announce: Announce,
    ) -> None:
        self._book = book
        self._gateway = gateway
        self._clock = clock
        self._connection = connection
        self._slots = slots
        self._build_request = build_request
        self._announce = announce
        self._running: dict[str, set[asyncio.Task[None]]] = {}
        self._writes: set[asyncio.Task[None]] = set()
        self._reads: dict[str, bool] = {}  # key -> asked for again meanwhile
        book.perform_with(self.perform)

    def perform(self, order_id: str, effects: Sequence[fx.Effect], event: events.Event) -> None:
        """Start every effect; returns at once."""
        urgent = not isinstance(event, events.Ticked)
        for effect in effects:
            match effect:
                case fx.Announce():
                    self._announce(order_id, effect.notice)
                case fx.StartSend():
                    self._write(
                        order_id, self._submit(order_id, events.SendStarted(effect.attempt))
                    )
                case fx.SendCheckout():
                    self._write(order_id, self._send(order_id, effect))
                case fx.ResendLink():
                    self._write(order_id, self._resend(order_id, effect))
                case fx.StartTransmit():
                    started = events.TransmitStarted(effect.operation_id)
                    self._write(order_id, self._submit(order_id, started))
                case fx.Transmit():
                    self._write(order_id, self._transmit(order_id, effect))
                case fx.ReadCheckout():
                    self._read(order_id, f"c:{effect.checkout_id}", urgent, effect)
                case fx.ReadTransaction():
                    self._read(order_id, f"t:{effect.transaction_id}", urgent, effect)
                case fx.FindTransactions():
                    self._read(order_id, f"f:{effect.checkout_id}", urgent, effect)

    async def until_quiet(self, order_id: str) -> None:
        """Wait until nothing of this order is under way: what can be known now is known."""
        while tasks := self._running.get(order_id):
            await asyncio.wait(tasks)

    async def close(self, *, patience_s: float) -> None:
        """Cancel reads, wait for writes in flight at most ``patience_s`` seconds, then leave.

        A write that is still out then is ``sent`` in the journal: the next start settles it.
        """
        everything = {task for tasks in self._running.values() for task in tasks}
        for task in everything - self._writes:
            task.cancel()
        if self._writes:
            await asyncio.wait(self._writes, timeout=patience_s)
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)
        self._slots.close()

    # --- tasks -----------------------------------------------------------------------------

    def _start(
        self, order_id: str, work: Coroutine[Any, Any, None], name: str
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._running.setdefault(order_id, set()).add(task)
        task.add_done_callback(lambda done: self._ended(order_id, done))
        return task

    def _write(self, order_id: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._start(order_id, work, f"write:{order_id}")
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)

    def _read(self, order_id: str, key: str, urgent: bool, effect: fx.Effect) -> None:
        if key in self._reads:
            self._reads[key] = True  # one is under way, asked before this news: ask once more
            return
        self._reads[key] = False
        self._start(order_id, self._read_in_turn(order_id, key, urgent, effect), f"read:{key}")

    def _ended(self, order_id: str, task: asyncio.Task[None]) -> None:
        tasks = self._running.get(order_id)
        if tasks is not None:
            tasks.discard(task)
            if not tasks:
                del self._running[order_id]
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not isinstance(error, JournalError):
            # A bug of ours: said in the log, and to whoever watches the loop; nothing is lost,
            # because the operation is still open in the journal.
            log.error("an effect crashed: %s", type(error).__name__, exc_info=error)

    async def _submit(self, order_id: str, event: events.Event) -> None:
        """Feed an event back. An answer that cannot be written is kept until it can be."""
        while True:
            try:
                await self._book.submit(order_id, event)
            except CommandRefusedError:
                log.info("an internal event was refused: %s", type(event).__name__)
            except JournalError:
                if isinstance(event, events.SendStarted | events.TransmitStarted):
                    raise  # nothing has left: nothing leaves before the disk agrees
                await asyncio.sleep(JOURNAL_RETRY_S)
                continue
            return

    # --- writes ----------------------------------------------------------------------------

    async def _send(self, order_id: str, effect: fx.SendCheckout) -> None:
        file = self._book.file(order_id)
        assert file is not None
        outcome: events.SendOutcome
        try:
            outcome = await self._gateway.store_checkout(self._build_request(file))
            self._connection.affirm_answered()
        except TelesalesError as error:
            self._connection.affirm_failed(error)
            outcome = failure_of(error)
        await self._submit(order_id, events.SendAnswered(effect.attempt, outcome))

    async def _resend(self, order_id: str, effect: fx.ResendLink) -> None:
        outcome: events.SendOutcome
        try:
            outcome = await self._gateway.resend_checkout(effect.checkout_id)
            self._connection.affirm_answered()
        except TelesalesError as error:
            self._connection.affirm_failed(error)
            outcome = failure_of(error)
        await self._submit(order_id, events.ResendAnswered(effect.checkout_id, outcome))

    async def _transmit(self, order_id: str, effect: fx.Transmit) -> None:
        file = self._book.file(order_id)
        assert file is not None
        operation = file.order.operation(effect.operation_id)
        assert operation is not None
        outcome: events.OperationOutcome
        try:
            outcome = await self._gateway.perform(
                operation.kind,
                operation.subject_id,
                body=operation.body,
                idempotency_key=operation.key,
            )
            self._connection.affirm_answered()
        except TelesalesError as error:
            self._connection.affirm_failed(error)
            outcome = failure_of(error)
        await self._submit(
            order_id, events.OperationAnswered(effect.operation_id, effect.send, outcome)
        )

    # --- reads -----------------------------------------------------------------------------

    async def _read_in_turn(self, order_id: str, key: str, urgent: bool, effect: fx.Effect) -> None:
        try:
            again = True
            while again:
                await self._slots.turn(urgent=urgent)
                self._reads[key] = False
                event = await self._ask(order_id, effect)
                await self._submit(order_id, event)
                again = self._reads[key]
        finally:
            del self._reads[key]

    async def _ask(self, order_id: str, effect: fx.Effect) -> events.Event:
        file = self._book.file(order_id)
        asked_version = file.order.version if file is not None else 0
        try:
            event = await self._answer_to(effect, asked_version)
            self._connection.affirm_answered()
        except TelesalesError as error:
            self._connection.affirm_failed(error)
            return self._failed(effect, error, asked_version)
        return event

    async def _answer_to(self, effect: fx.Effect, asked_version: int) -> events.Event:
        if isinstance(effect, fx.ReadCheckout):
            seen = await self._gateway.read_checkout(effect.checkout_id)
            return events.CheckoutRead(
                checkout_id=effect.checkout_id,
                word=seen.word,
                total_cents=seen.total_cents,
                currency=seen.currency,
                order_id=seen.order_id,
                asked_version=asked_version,
            )
        if isinstance(effect, fx.ReadTransaction):
            transaction = await self._gateway.read_transaction(effect.transaction_id)
            return events.TransactionRead(transaction, asked_version)
        assert isinstance(effect, fx.FindTransactions)
        listed, complete = await self._gateway.list_transactions(since=effect.since)
        ours = tuple(t for t in listed if t.checkout_id == effect.checkout_id)
        return events.TransactionsListed(tuple(_whole(t) for t in ours), complete, asked_version)

    def _failed(self, effect: fx.Effect, error: TelesalesError, asked_version: int) -> events.Event:
        retry_after_s = 0.0
        if isinstance(error, AffirmBusyError):
            retry_after_s = error.retry_after_s
            self._slots.hold_back(retry_after_s)
        if isinstance(effect, fx.FindTransactions) and isinstance(error, AffirmRejectedError):
            # The listing itself is refused (a key without that right): it can prove nothing.
            return events.TransactionsListed((), complete=False, asked_version=asked_version)
        checkout_id = ""
        transaction_id = ""
        if isinstance(effect, fx.ReadTransaction):
            transaction_id = effect.transaction_id
        elif isinstance(effect, fx.ReadCheckout | fx.FindTransactions):
            checkout_id = effect.checkout_id
        return events.ReadFailed(checkout_id, transaction_id, error.code, retry_after_s)


def _whole(transaction: Transaction) -> Transaction:
    """A listed transaction carries no events: say so, whatever the list showed."""
    return replace(transaction, events_known=False)
