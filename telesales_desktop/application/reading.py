"""How are the core's reads performed? One question at a time, each in its turn."""

from __future__ import annotations

import logging
from asyncio import Task
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telesales_desktop.application.answers import Answers
from telesales_desktop.application.connection import Connection
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.outcomes import is_late
from telesales_desktop.application.ports import AffirmGateway, Clock
from telesales_desktop.application.read_slots import Rank, ReadSlots
from telesales_desktop.application.under_way import UnderWay
from telesales_desktop.domain import events
from telesales_desktop.domain.effects import FindTransactions, ReadCheckout, ReadTransaction
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    TelesalesError,
)
from telesales_desktop.domain.order import Order, Transaction

log = logging.getLogger(__name__)

Question = ReadCheckout | ReadTransaction | FindTransactions


@dataclass(slots=True)
class _Reading:
    """A question under way: waiting for its turn, or asked."""

    question: Question
    rank: Rank
    version: int  # the order's, when the question was put
    task: Task[None] | None = None
    is_asked: bool = False
    again: bool = False  # it was put again after it was asked: the answer may be too old


class Reader:
    """Asks Affirm. The same question twice is one, unless news came after it was asked."""

    def __init__(
        self,
        book: OrderBook,
        gateway: AffirmGateway,
        connection: Connection,
        slots: ReadSlots,
        clock: Clock,
        under_way: UnderWay,
        answers: Answers,
    ) -> None:
        self._book = book
        self._gateway = gateway
        self._connection = connection
        self._slots = slots
        self._clock = clock
        self._under_way = under_way
        self._answers = answers
        self._readings: dict[str, _Reading] = {}

    def read(self, order: Order, question: Question, rank: Rank) -> None:
        """Ask when it is this question's turn, and feed the answer back; returns at once."""
        order_id = order.order_id
        name = f"{type(question).__name__} {_subject(question)} for {order_id}"
        reading = self._readings.get(name)
        if reading is None:
            reading = self._readings[name] = _Reading(question, rank, order.version)
            work = self._run(order_id, name, reading)
            task = self._under_way.start(order_id, work, name=name, is_write=False)
            # A task that is cancelled before it begins never reaches its own end.
            task.add_done_callback(lambda _: self._forget(name, reading))
            reading.task = task
            return
        reading.question, reading.version = question, order.version
        if reading.is_asked:
            reading.rank = min(rank, reading.rank) if reading.again else rank
            reading.again = True
        elif rank < reading.rank:
            reading.rank = rank
            self._promote(name, reading)

    def _promote(self, name: str, reading: _Reading) -> None:
        self._slots.promote(name, reading.rank)
        assert reading.task is not None
        self._under_way.wait_for_again(reading.task)

    async def _run(self, order_id: str, name: str, reading: _Reading) -> None:
        while True:
            reading.is_asked = reading.again = False
            await self._turn(order_id, name, reading)
            reading.is_asked = True
            await self._answers.take(order_id, await self._ask(order_id, reading))
            if not reading.again:
                self._forget(name, reading)
                return

    async def _turn(self, order_id: str, name: str, reading: _Reading) -> None:
        if reading.rank < Rank.ROUTINE:
            await self._slots.turn(name, reading.rank)
            return
        with self._under_way.apart(order_id):  # it may take minutes: nobody asked for it
            await self._slots.turn(name, reading.rank)

    def _forget(self, name: str, reading: _Reading) -> None:
        if self._readings.get(name) is reading:
            del self._readings[name]

    # --- one question ----------------------------------------------------------------------

    async def _ask(self, order_id: str, reading: _Reading) -> events.Event:
        question = reading.question
        file = self._book.file(order_id)
        asked_version = file.order.version if file is not None else reading.version
        asked_at, began_s = self._clock.now(), self._clock.monotonic_s()
        try:
            answer = await self._answer_to(order_id, question, asked_version, asked_at)
            # A slow answer is an answer; timers stand still while the machine sleeps.
            waited = timedelta(seconds=self._clock.monotonic_s() - began_s)
            if is_late(asked_at + waited, self._clock.now()):
                reading.again = True
                return _unanswered(question, "late", 0.0)
            return answer
        except TelesalesError as error:
            self._connection.affirm_failed(error)
            return self._failed(question, error, asked_version)
        except Exception:  # a bug in one question must not end the asking
            log.exception("a read crashed")
            return _unanswered(question, "crashed", 0.0)

    async def _answer_to(
        self, order_id: str, question: Question, asked_version: int, asked_at: datetime
    ) -> events.Event:
        match question:
            case ReadCheckout(checkout_id):
                seen = await self._gateway.read_checkout(checkout_id)
                self._connection.affirm_answered()
                return events.CheckoutRead(
                    checkout_id=checkout_id,
                    word=seen.word,
                    total_cents=seen.total_cents,
                    currency=seen.currency,
                    order_id=seen.order_id,
                    asked_version=asked_version,
                    asked_at=asked_at,
                )
            case ReadTransaction(transaction_id):
                transaction = await self._gateway.read_transaction(transaction_id)
                self._connection.affirm_answered()
                return events.TransactionRead(transaction, asked_version, asked_at)
            case _:
                listed, complete = await self._gateway.list_transactions(since=question.since)
                self._connection.affirm_answered()
                of_it = [t for t in listed if t.checkout_id == question.checkout_id]
                of_it += [t for t in listed if t.order_id == order_id and t not in of_it]
                ours = tuple(_whole(transaction) for transaction in of_it)
                return events.TransactionsListed(ours, complete, asked_version, asked_at)

    def _failed(
        self, question: Question, error: TelesalesError, asked_version: int
    ) -> events.Event:
        retry_after_s = 0.0
        if isinstance(error, AffirmBusyError):
            retry_after_s = error.retry_after_s
            self._slots.hold_back(retry_after_s)
        is_locked_out = isinstance(error, AffirmCredentialsError)
        is_refused = isinstance(error, AffirmRejectedError) and not is_locked_out
        if isinstance(question, FindTransactions) and is_refused:
            # The listing itself is refused (a key without that right): it can prove nothing.
            return events.TransactionsListed((), complete=False, asked_version=asked_version)
        failed = _unanswered(question, error.code, retry_after_s)
        return replace(failed, refused=is_refused)


def _subject(question: Question) -> str:
    return (
        question.transaction_id if isinstance(question, ReadTransaction) else question.checkout_id
    )


def _unanswered(question: Question, reason: str, retry_after_s: float) -> events.ReadFailed:
    if isinstance(question, ReadTransaction):
        return events.ReadFailed("", question.transaction_id, reason, retry_after_s)
    return events.ReadFailed(question.checkout_id, "", reason, retry_after_s)


def _whole(transaction: Transaction) -> Transaction:
    """A listed transaction carries no events: say so, whatever the list showed."""
    return replace(transaction, events_known=False)
