"""Whatever several people do at several desks, and whatever dies: one effect, and one truth for all.

A schedule is drawn: commands, take-overs, hand-overs, kills, a relay or a desk that is cut off. Then
peace comes, and every desk must come to show the same.
"""

import asyncio
import logging
import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from telesales_desktop.application.floor_values import FloorCommand, Holding
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.order import Alert, OperationKind
from tests.fakes.affirm import Fault
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.virtual_loop import VirtualLoop
from tests.fakes.workstation import details_of, until

TOTAL = 124_900
ORDER = "4182"
desks = st.integers(0, 2)
seconds = st.sampled_from([0.0, 0.3, 2.0, 20.0, 90.0])
faults = st.sampled_from(
    [Fault.LOST_ANSWER, Fault.LOST_REQUEST, Fault.UNREACHABLE, Fault.PROCESSING]
)
FOR_A_PERSON = {
    Alert.AUTHORIZE_REFUSED,
    Alert.CONTESTED,
    Alert.KEY_TOO_OLD,
    Alert.SECOND_CONFIRMATION,
    Alert.SUPERSEDED_CONFIRMED,
    Alert.UNKNOWN_TOO_LONG,
}


class SeveralDesks(RuleBasedStateMachine):
    """Dana at two desks and a supervisor who watches."""

    def __init__(self):
        super().__init__()
        logging.disable(logging.CRITICAL)
        self.loop = VirtualLoop()
        self.errors = []
        self.loop.set_exception_handler(lambda loop, context: self.errors.append(context))
        self.run(self._open())

    def run(self, work):
        return self.loop.run_until_complete(work)

    async def _open(self):
        self.floor = SharedFloor()
        self.stations = [
            await self.floor.desk("Dana"),
            await self.floor.desk("Sam", Role.SUPERVISOR),
            await self.floor.desk("Dana", workstation="home"),
        ]
        self.doing = set()
        await self.floor.sent(self.stations[0])

    # --- what people do ----------------------------------------------------------------------

    def act(self, number, call, then_s):
        """Somebody asks a desk for something, and does not wait for it longer than that."""
        self.run(self._act(self.stations[number], call, then_s))

    async def _act(self, station, call, then_s):
        if station.desk is None:
            return
        task = asyncio.create_task(station.do(call(station.desk)))
        self.doing.add(task)
        task.add_done_callback(self._done)
        await asyncio.sleep(then_s)

    def _done(self, task):
        self.doing.discard(task)
        if not task.cancelled():
            error = task.exception()
            if error is not None and not isinstance(error, TelesalesError):
                self.errors.append(error)

    @rule(number=desks, then_s=seconds)
    def take_over(self, number, then_s):
        self.act(number, lambda desk: desk.take_over(ORDER), then_s)

    @rule(number=desks, to=st.sampled_from(["p-Dana", "p-Sam"]), then_s=seconds)
    def hand_over(self, number, to, then_s):
        self.act(number, lambda desk: desk.hand_over(ORDER, to), then_s)

    @rule(number=desks, then_s=seconds)
    def capture(self, number, then_s):
        self.act(number, lambda desk: desk.capture(ORDER, amount_cents=None), then_s)

    @rule(number=desks, then_s=seconds)
    def authorize(self, number, then_s):
        self.act(number, lambda desk: desk.authorize(ORDER), then_s)

    @rule(number=desks, then_s=seconds)
    def void(self, number, then_s):
        self.act(number, lambda desk: desk.void(ORDER), then_s)

    @rule(number=desks, then_s=seconds)
    def correct(self, number, then_s):
        self.act(number, lambda desk: desk.correct(details_of(ORDER), draft_id=""), then_s)

    @precondition(lambda self: len(self.floor.affirm.checkouts) > 0)
    @rule(which=st.integers(0, 3), signed=st.booleans(), then_s=seconds)
    def customer_confirms(self, which, signed, then_s):
        links = list(self.floor.affirm.checkouts)
        self.run(self._confirm(links[which % len(links)], signed, then_s))

    async def _confirm(self, link, signed, then_s):
        self.floor.affirm.confirm(link)
        self.floor.relay.deliver("confirmed", link, order_key=f"key-{ORDER}", signed=signed)
        await asyncio.sleep(then_s)

    # --- what goes wrong ---------------------------------------------------------------------

    @rule(number=desks, then_s=seconds)
    def kill(self, number, then_s):
        self.run(self._kill(self.stations[number], then_s))

    async def _kill(self, station, then_s):
        if station.desk is not None:
            await station.kill()
        else:
            await station.start()
        await asyncio.sleep(then_s)

    @rule(number=desks, then_s=seconds)
    def cut_off(self, number, then_s):
        client = self.stations[number].client
        client.is_offline = not client.is_offline
        self.run(asyncio.sleep(then_s))

    @rule(number=desks)
    def lose_an_answer(self, number):
        self.stations[number].client.loses_answers += 1

    @rule(name=st.sampled_from(["authorize", "capture", "store", "void"]), fault=faults)
    def affirm_fails(self, name, fault):
        self.floor.affirm.plan(name, fault)

    @rule(then_s=st.sampled_from([5.0, 40.0, 70.0, 400.0]))
    def time_passes(self, then_s):
        self.run(asyncio.sleep(then_s))

    # --- what must hold ----------------------------------------------------------------------

    @invariant()
    def money_moves_once(self):
        by_kind = {kind: self.floor.affirm.moved(kind) for kind in OperationKind}
        assert by_kind[OperationKind.AUTHORIZE] in ([], [TOTAL])
        assert by_kind[OperationKind.CAPTURE] in ([], [TOTAL])
        assert len(by_kind[OperationKind.VOID]) <= 1

    @invariant()
    def nothing_crashed(self):
        assert not self.errors, self.errors

    def teardown(self):
        try:
            self.run(self._peace())
            self.money_moves_once()
            self.nothing_crashed()
        finally:
            self.run(self._close())
            self.loop.close()
            logging.disable(logging.NOTSET)

    async def _peace(self):
        floor = self.floor
        for name in ("authorize", "capture", "store", "void", "read", "list"):
            floor.affirm._faults[name].clear()
        for station in self.stations:
            station.client.is_offline = False
            station.client.loses_answers = 0
            if station.desk is None:
                await station.start()
        await asyncio.sleep(1500)
        assert not self.doing
        try:
            await until(self._all_show_the_same)
        except TimeoutError:
            raise AssertionError(self._told()) from None
        self._check_confirmed()

    def _told(self):
        head = self.floor.relay.heads[f"key-{ORDER}"]
        lines = [f"relay: version {head.version}, {head.owner_id}, {head.holder_id}, {head.claim}"]
        for station in self.stations:
            place, disk = station.place(ORDER), station.journal.disk
            lines.append(
                f"{station.me.workstation}: {place and (place.holding, place.version, place.owner_id)}"
                f" outbox {disk.outbox} lost {list(disk.lost)} {station.told.status.alarms}"
            )
        return "\n".join(lines)

    def _all_show_the_same(self):
        places = [station.place(ORDER) for station in self.stations]
        visible = [p for p in places if p is not None and FloorCommand.HAND_OVER in p.allowed]
        here = [p for p in places if p is not None and p.holding is Holding.HERE]
        versions = {p.version for p in visible}
        return len(here) <= 1 and len(versions) == 1 and not any(p.waits_to_upload for p in visible)

    def _check_confirmed(self):
        """A link that is accepted and confirmed ends authorized, or a person is told."""
        head = self.floor.relay.heads[f"key-{ORDER}"]
        order = head.content.file.order
        live = order.checkout
        if live is None or live.superseded or live.checkout_id not in self.floor.affirm.checkouts:
            return
        if not self.floor.affirm.checkouts[live.checkout_id].is_confirmed:
            return
        if not head.holder_id:
            return  # it was given up: whoever it was given to takes it when they want to
        told = FOR_A_PERSON & set(order.alerts) or order.freeze is not None
        assert order.transaction is not None or told, f"{self._told()}\n{order}"

    async def _close(self):
        for task in list(self.doing):
            task.cancel()
        await self.floor.close()


SeveralDesks.TestCase.settings = settings(
    max_examples=int(os.environ.get("TELESALES_SHARING_EXAMPLES", "12")),
    stateful_step_count=20,
    deadline=None,
    # A schedule takes half a second: making a failing one smaller would take minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestSeveralDesks = SeveralDesks.TestCase
