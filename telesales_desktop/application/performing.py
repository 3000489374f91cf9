"""How are the core's effects performed? One request an effect, the answer fed back as an event."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar

from telesales_desktop.application.answers import Answers
from telesales_desktop.application.connection import Connection
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.outcomes import Failure, failure_of, is_late
from telesales_desktop.application.ports import AffirmGateway, CheckoutRequest, Clock, OrderFile
from telesales_desktop.application.read_slots import Rank, ReadSlots
from telesales_desktop.application.reading import Reader
from telesales_desktop.application.time_check import TimeCheck
from telesales_desktop.application.under_way import UnderWay
from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmUnreachableError,
    CommandRefusedError,
    JournalError,
    TelesalesError,
)
from telesales_desktop.domain.order import Order

log = logging.getLogger(__name__)

Announce = Callable[[str, fx.Notice], None]
BuildRequest = Callable[[OrderFile], CheckoutRequest]
_T = TypeVar("_T")


class Performer:
    """Runs effects as tasks; knows when an order has none left under way."""

    def __init__(
        self,
        book: OrderBook,
        gateway: AffirmGateway,
        connection: Connection,
        slots: ReadSlots,
        clock: Clock,
        *,
        build_request: BuildRequest,
        announce: Announce,
        on_interrupted: Callable[[str], None],
    ) -> None:
        self._book = book
        self._gateway = gateway
        self._connection = connection
        self.slots = slots
        self._clock = clock
        self._build_request = build_request
        self._announce = announce
        self._on_interrupted = on_interrupted
        self.time = TimeCheck(gateway, connection, slots, clock)
        self._under_way = UnderWay()
        self._answers = Answers(book, self._under_way)
        self._reader = Reader(
            book, gateway, connection, slots, clock, self._under_way, self._answers
        )
        book.perform_with(self.perform)

    def perform(self, file: OrderFile, effects: Sequence[fx.Effect], event: events.Event) -> None:
        """Start every effect; returns at once."""
        order_id = file.order.order_id
        for effect in effects:
            match effect:
                case fx.Announce(notice):
                    self._announce(order_id, notice)
                case fx.StartSend(attempt):
                    self._begin(order_id, events.SendStarted(attempt))
                case fx.StartTransmit(operation_id):
                    self._begin(order_id, events.TransmitStarted(operation_id))
                case fx.SendCheckout():
                    self._write(order_id, self._send(file, effect))
                case fx.ResendLink():
                    self._write(order_id, self._resend(order_id, effect))
                case fx.Transmit():
                    self._write(order_id, self._transmit(file.order, effect))
                case _:
                    if not self._under_way.is_leaving:
                        self._reader.read(file.order, effect, _rank(event, file.order))

    async def until_quiet(self, order_id: str) -> None:
        """Wait until what can be known now of this order is known; see ``UnderWay``."""
        await self._under_way.until_quiet(order_id)

    async def close(self, *, patience_s: float) -> None:
        """Cancel reads, wait for writes in flight at most ``patience_s`` seconds, then leave.

        A write that is still out then is ``sent`` in the journal: the next start settles it.
        """
        await self._under_way.leave(patience_s=patience_s)
        self.slots.close()

    # --- writes ----------------------------------------------------------------------------

    def _write(self, order_id: str, work: Coroutine[Any, Any, None]) -> None:
        self._under_way.start(order_id, work, name=f"write for {order_id}", is_write=True)

    def _begin(self, order_id: str, event: events.SendStarted | events.TransmitStarted) -> None:
        if not self._under_way.is_leaving:  # else it stays planned: the next start sees to it
            self._write(order_id, self._committed(order_id, event))

    async def _committed(
        self, order_id: str, event: events.SendStarted | events.TransmitStarted
    ) -> None:
        """Nothing has left, and nothing leaves before the time is known and the disk agrees."""
        if not await self.time.is_told() and isinstance(event, events.TransmitStarted):
            return  # it stays planned, or unknown, and its clock takes it up again
        if self._under_way.is_leaving:
            return
        try:
            await self._book.submit(order_id, event)
        except CommandRefusedError as error:
            log.warning("%s was refused: %s", type(event).__name__, error.reason)
        except JournalError:
            # A planned operation is taken up again by the clock, a planned checkout by nobody.
            if isinstance(event, events.SendStarted):
                self._on_interrupted(order_id)

    async def _send(self, file: OrderFile, effect: fx.SendCheckout) -> None:
        order_id = file.order.order_id
        outcome: events.SendOutcome
        marked_at = file.order.checkouts[effect.attempt - 1].sent_at
        try:
            if not await self.time.is_told():  # as of a moment ago: nobody would send it later
                raise AffirmUnreachableError
            request = self._build_request(file)
        except TelesalesError as error:
            outcome = events.NotSent(error.code)
        except Exception:  # a bug before the first byte: nothing has left
            log.exception("a checkout could not be put together")
            outcome = events.NotSent("crashed")
        else:
            outcome = await self._outcome(lambda: self._gateway.store_checkout(request), marked_at)
        await self._answers.take(order_id, events.SendAnswered(effect.attempt, outcome))

    async def _resend(self, order_id: str, effect: fx.ResendLink) -> None:
        outcome = await self._outcome(lambda: self._gateway.resend_checkout(effect.checkout_id))
        await self._answers.take(order_id, events.ResendAnswered(effect.checkout_id, outcome))

    async def _transmit(self, order: Order, effect: fx.Transmit) -> None:
        operation = order.operation(effect.operation_id)
        assert operation is not None
        outcome = await self._outcome(
            lambda: self._gateway.perform(
                operation.kind,
                operation.subject_id,
                body=operation.body,
                idempotency_key=operation.key,
            ),
            operation.last_sent_at,
        )
        answer = events.OperationAnswered(effect.operation_id, effect.send, outcome)
        await self._answers.take(order.order_id, answer)

    async def _outcome(
        self, call: Callable[[], Coroutine[Any, Any, _T]], marked_at: datetime | None = None
    ) -> _T | Failure:
        """What came of one request; whatever is not certain is no verdict."""
        if is_late(marked_at, self._clock.now()):
            log.warning("a request did not leave: the machine slept before its first byte")
            return events.NotSent("late")
        try:
            answer = await call()
        except TelesalesError as error:
            self._connection.affirm_failed(error)
            if isinstance(error, AffirmBusyError) and error.is_for_all:
                self.slots.hold_back(error.retry_after_s)
            return failure_of(error)
        except Exception:  # a bug of ours: it may have left all the same
            log.exception("a call to Affirm crashed")
            return events.NoVerdict("crashed")
        self._connection.affirm_answered()
        return answer


def _rank(event: events.Event, order: Order) -> Rank:
    """How long the reads that an event asks for may wait behind others."""
    match event:
        case events.Ticked() | events.Started() | events.GapAnnounced():
            if order.open_operation is not None:
                return Rank.SETTLING
            return Rank.ROUTINE if order.transaction is None else Rank.CALM
        case _:
            return Rank.NEWS
