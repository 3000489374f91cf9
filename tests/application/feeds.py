"""A follower over a book, without the desk's other loops."""

import asyncio

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.following import FeedFollower
from telesales_desktop.domain.effects import ReadCheckout
from tests.application.orders import put
from tests.fakes.clock import LoopClock
from tests.fakes.relay import FakeRelay, check_signature, read_delivery


class Feed:
    """A follower over a book that has a few waiting orders."""

    def __init__(self, shelf):
        self.shelf = shelf
        self.journal = shelf.journal
        self.book = shelf.book
        self.clock = LoopClock()
        self.relay = FakeRelay(self.clock)
        self.connection = Connection(self.clock, relay_is_set=True)
        self.journal_errors = []
        self.read_delivery = read_delivery
        self.signature_required = True
        self.follower = self.build(self.relay)
        self.task = None

    def build(self, relay):
        return FeedFollower(
            relay,
            self.journal,
            self.book,
            self.connection,
            merchant="m",
            check_signature=check_signature,
            read_delivery=lambda delivery: self.read_delivery(delivery),
            on_journal_error=lambda error: self.journal_errors.append(str(error.problem)),
            signature_required=self.signature_required,
        )

    def run(self):
        self.task = asyncio.create_task(self.follower.run())

    async def have(self, *orders):
        put(self.journal.disk, *orders)
        await self.book.load()

    @property
    def reads(self):
        return [e.checkout_id for e in self.shelf.performed if isinstance(e, ReadCheckout)]

    def notes(self):
        return {i: closed.note for i, closed in self.journal.disk.closed.items()}

    def lines(self, order_id="4182"):
        return self.journal.disk.timelines.get(order_id, ())
