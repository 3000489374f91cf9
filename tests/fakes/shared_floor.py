"""Several workstations, one Affirm, one relay: each desk can be killed by itself."""

import asyncio
import contextvars
from weakref import WeakKeyDictionary

from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.money import Country, Environment
from tests.fakes.affirm import FakeAffirm
from tests.fakes.clock import LoopClock
from tests.fakes.journal import Disk, MemoryJournal
from tests.fakes.relay import check_signature, read_delivery
from tests.fakes.shared_relay import SharedRelay
from tests.fakes.workstation import Told, details_of, until

_whose = contextvars.ContextVar("whose", default=None)


class OwnTasks:
    """Knows which desk's doing each task is, whoever started it."""

    def __init__(self):
        self.tasks = WeakKeyDictionary()
        asyncio.get_running_loop().set_task_factory(self._make)

    def _make(self, loop, work, **options):
        task = asyncio.Task(work, loop=loop, **options)
        self.tasks[task] = _whose.get()
        return task

    def of(self, station):
        return {t for t, whose in self.tasks.items() if whose is station and not t.done()}


class _Line:
    """A desk's own line to Affirm: closing it does not close Affirm."""

    def __init__(self, affirm):
        self._affirm = affirm

    def __getattr__(self, name):
        return getattr(self._affirm, name)

    async def close(self):
        pass


class Station:
    """One workstation of the floor."""

    def __init__(self, floor, me, **profile):
        given = {
            "name": me.workstation,
            "environment": Environment.SANDBOX,
            "country": Country.US,
            "affirm_url": "https://sandbox.affirm.com",
            "agent": me.name,
            "role": me.role,
            "person_id": me.person_id,
            "relay_merchant": "m",
        }
        self.floor = floor
        self.me = me
        self.profile = Profile(**(given | profile))
        self.client = floor.relay.client(me)
        self.journal = MemoryJournal(Disk())
        self.told = Told()
        self.shared = []
        self.desk = None
        self.rebuilds = False

    def build(self):
        """A desk that is not started yet."""
        self.client.is_closed = False
        self.desk = OrderDesk(
            self.profile,
            journal=self.journal,
            gateway=_Line(self.floor.affirm),
            feed=self.client,
            clock=self.floor.clock,
            make_order_key=lambda order_id: f"key-{order_id}",
            landing_urls=lambda key: ("https://shop/confirmed", "https://shop/cancelled"),
            check_signature=check_signature,
            read_delivery=read_delivery,
            shared=self.client,
            silence_s=self.floor.silence_s,
            jitter_s=self.floor.jitter_s,
        )
        self.desk.rebuilds = self.rebuilds
        self.desk.subscribe(self.told)
        self.desk.subscribe_floor(self.shared.append)
        return self.desk

    async def start(self):
        token = _whose.set(self)
        try:
            await self.build().start()
        finally:
            _whose.reset(token)
        return self.desk

    async def do(self, work):
        """Await ``work`` as this desk's own doing: it dies with the desk."""
        token = _whose.set(self)
        try:
            return await asyncio.create_task(work)
        finally:
            _whose.reset(token)

    async def kill(self):
        """kill -9: what is on the disk is left."""
        disk = self.journal.disk.snapshot()
        self.journal.break_down("killed")
        mine = self.floor.own.of(self) - {asyncio.current_task()}
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        self.journal = MemoryJournal(disk)
        self.desk = None

    async def stop(self):
        if self.desk is not None:
            await self.desk.close()
            self.desk = None

    def order(self, order_id="4182"):
        return self.journal.order(order_id)

    def state(self, order_id="4182"):
        return self.journal.disk.states.get(order_id, "")

    def place(self, order_id="4182"):
        """The order as this desk sees it on the floor."""
        return self.desk._floor.shared(order_id)


class SharedFloor:
    """The whole of it."""

    def __init__(self, *, silence_s=60.0, jitter_s=10.0):
        self.clock = LoopClock()
        self.affirm = FakeAffirm(self.clock)
        self.relay = SharedRelay(self.clock)
        self.own = OwnTasks()
        self.stations = []
        self.silence_s = silence_s
        self.jitter_s = jitter_s

    def station(self, name, role=Role.AGENT, workstation="", **profile):
        """A workstation that is not started yet."""
        me = self.relay.enrol(name, role, workstation)
        station = Station(self, me, **profile)
        self.stations.append(station)
        return station

    async def desk(self, name, role=Role.AGENT, workstation="", **profile):
        """A workstation whose desk is open and has caught up."""
        station = self.station(name, role, workstation, **profile)
        await station.start()
        await until(lambda: station.told.status.is_shared)
        return station

    async def sent(self, station, order_id="4182", total_cents=124_900):
        """An order with an open link, uploaded; returns the checkout's id."""
        await station.do(station.desk.send(details_of(order_id, total_cents), draft_id=""))
        checkout_id = self.affirm.newest
        await until(lambda: self.is_uploaded(station, order_id))
        return checkout_id

    def is_uploaded(self, station, order_id="4182"):
        head = self.relay.heads.get(f"key-{order_id}")
        is_there = head is not None and head.content.file.order == station.order(order_id)
        return is_there and order_id not in station.journal.disk.outbox

    def confirm(self, checkout_id, order_id="4182"):
        """The customer is done, and Affirm says so once."""
        self.affirm.confirm(checkout_id)
        self.relay.deliver("confirmed", checkout_id, order_id=order_id, order_key=f"key-{order_id}")

    async def close(self):
        for station in self.stations:
            await station.stop()
