"""A workstation with a desk on it: it can be started, killed and started again."""

import asyncio

from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.details import (
    Address,
    Customer,
    LineItem,
    OrderDetails,
    PaymentChoice,
)
from telesales_desktop.domain.money import Country, Environment
from tests.fakes.affirm import FakeAffirm
from tests.fakes.clock import LoopClock
from tests.fakes.journal import Disk, MemoryJournal
from tests.fakes.relay import FakeRelay, check_signature, read_delivery

CUSTOMER = Customer("Marie", "Tremblay", "+14155552222", "marie@example.com", Address())


def details_of(order_id="4182", total_cents=124_900, payment=PaymentChoice.AFFIRM, **changes):
    """An order as it was typed."""
    given = {
        "order_id": order_id,
        "customer": CUSTOMER,
        "items": (LineItem("sofa", "Sofa", total_cents),),
        "total_cents": total_cents,
        "payment": payment,
    }
    return OrderDetails(**(given | changes))


class Told:
    """A listener that remembers."""

    def __init__(self):
        self.files = []
        self.notices = []
        self.statuses = []

    def order_changed(self, file):
        self.files.append(file)

    def noticed(self, order_id, notice, at):
        self.notices.append((order_id, notice))

    def connection_changed(self, status):
        self.statuses.append(status)

    @property
    def status(self):
        return self.statuses[-1]


class Workstation:
    """Disk, clock, Affirm and relay outlive the program; the desk and its journal do not."""

    def __init__(self, *, role=Role.AGENT, relay=True, **profile):
        given = {
            "name": "desk",
            "environment": Environment.SANDBOX,
            "country": Country.US,
            "affirm_url": "https://sandbox.affirm.com",
            "agent": "Dana R.",
            "role": role,
        }
        self.profile = Profile(**(given | profile))
        self.clock = LoopClock()
        self.affirm = FakeAffirm(self.clock)
        self.relay = FakeRelay(self.clock) if relay else None
        self.disk = Disk()
        self.journal = MemoryJournal(self.disk)
        self.told = Told()
        self.urls = ("https://shop/confirmed", "https://shop/cancelled")
        self.desk = None
        self.dies_again_after = 0
        self.on_new_journal = lambda journal: None

    def build(self):
        """A desk that is not started yet."""
        self.desk = OrderDesk(
            self.profile,
            journal=self.journal,
            gateway=self.affirm,
            feed=self.relay,
            clock=self.clock,
            make_order_key=lambda order_id: f"key-{order_id}",
            landing_urls=lambda key: self.urls,
            check_signature=check_signature,
            read_delivery=read_delivery,
        )
        self.desk.subscribe(self.told)
        return self.desk

    async def start(self):
        """The program starts."""
        desk = self.build()
        await desk.start()
        return desk

    async def kill(self, disk=None):
        """kill -9: every task is gone at once, and only the disk is left."""
        self.disk = (disk or self.disk).snapshot()
        self.journal.break_down("killed")
        mine = asyncio.all_tasks() - {asyncio.current_task()}
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        self.journal = MemoryJournal(self.disk)
        self.on_new_journal(self.journal)
        if self.dies_again_after:
            self.journal.die(after_writes=self.dies_again_after, written=True)
            self.dies_again_after = 0
        if self.relay is not None:
            self.relay.is_closed = False
        self.affirm.is_closed = False

    async def restart(self, disk=None):
        """Killed, and started again."""
        await self.kill(disk)
        return await self.start()

    def order(self, order_id="4182"):
        """The order as the disk holds it."""
        return self.journal.order(order_id)

    def state(self, order_id="4182"):
        """The word that lists go by; "" for what was never written by this program."""
        return self.journal.disk.states.get(order_id, "")


async def until(holds, *, within_s=600.0):
    """Let time pass until it holds; virtual seconds."""
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.05)
