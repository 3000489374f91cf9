"""What is one schedule? Three workstations, two orders, everything else drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from telesales_desktop.application.merging import is_under_way, merged
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.policy import Policy
from tests.campaigns import endings, strays
from tests.campaigns.people import Customers, People
from tests.campaigns.workstation import CrashedError, Workstation
from tests.campaigns.world import World

QUIET_S = 300.0
STAND_IN_S = 60.0
LAST_LOOK_S = 30.0


@dataclass(slots=True)
class Outcome:
    """What one schedule showed."""

    seed: int
    broken: list[str] = field(default_factory=list)
    operations: int = 0
    crashes: int = 0
    faults: int = 0
    desks: int = 0
    steps: int = 0
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)
    trace: int | None = None


class Schedule(World):
    """The world with its people and its accidents."""

    def __init__(self, rng: Random, *, is_traced: bool = False, dense: bool = False) -> None:
        super().__init__(rng, is_traced=is_traced, dense=dense)
        self.customers = Customers(self)
        self.people = People(self)
        self.wrong_total = rng.random() < 0.04
        self.link_life_s = rng.choice((None, None, None, None, 40.0, 200.0))
        self.hiding = rng.random() < 0.2
        affirm = self.affirm
        self.owners = (0, 0)
        self.asked_at: dict[int, list[float]] = {1: [], 2: []}
        affirm.split_capture = rng.random() < 0.5
        affirm.echoes_reference = rng.random() < 0.7
        affirm.caches_refusals = rng.random() < 0.3
        if rng.random() < 0.1:
            affirm.hold_s = 60.0 + rng.random() * 500.0
        self.length = rng.choice((60.0, 120.0, 120.0, 240.0))
        policy = Policy(split_capture=affirm.split_capture, authorize_on_webhook=rng.random() < 0.9)
        for _ in range(3):
            wrong = rng.choice((0.0, 0.0, 1.5, -40.0, 3600.0, -172_800.0, 172_800.0))
            self.add_desk(policy, wrong)
        self._plan()

    # --- what the world asks ---------------------------------------------------------------

    def link_expiry(self, order: Order) -> float | None:
        return None if self.link_life_s is None else self.now + self.link_life_s

    def affirm_total(self, order: Order) -> int:
        return order.total_cents + (100 if self.wrong_total else 0)

    def link_arrived(self, checkout) -> None:
        checkout.hides_confirmed = self.hiding and self.rng.random() < 0.7
        self.customers.link_arrived(checkout)

    # --- the plan --------------------------------------------------------------------------

    def _plan(self) -> None:
        rng = self.rng
        self.owners = owners = rng.choice(((0, 1), (0, 1), (1, 0), (0, 0)))
        for number, owner in enumerate(owners, 1):
            self._open_order(number, owner)
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            self.crash_points.add(1 + int(rng.random() * 350))
        for _ in range(rng.choice((0, 0, 1, 2))):
            jump = rng.choice((-172_800.0, -3600.0, -30.0, 30.0, 3600.0, 90_000.0, 172_800.0))
            desk = self.desks[int(rng.random() * 3)]
            self.at(rng.random() * self.length, desk, desk.clock_jumped, jump)
        for _ in range(3 if self.dense else 1):
            if rng.random() >= (0.6 if self.dense else 0.3):
                continue
            desk = self.desks[int(rng.random() * 3)]
            self.at(rng.random() * self.length, None, self._sleep, desk, 5 + rng.random() * 120)
        if rng.random() < (0.3 if self.dense else 0.15):
            desk = self.desks[int(rng.random() * 3)]
            self.at(rng.random() * self.length, None, self._disk_fails, desk, 3 + rng.random() * 60)
        if rng.random() < (0.12 if self.dense else 0.06):
            desk = self.desks[int(rng.random() * 3)]
            self.at(rng.random() * self.length, None, self._journal_lost, desk)
        if rng.random() < 0.12:
            night = rng.choice((1.0, 9.0, 23.9, 24.1, 30.0)) * 3600.0
            self.at(rng.random() * self.length, None, self._night, night)
        for _ in range(3 if self.dense else 1):
            if rng.random() < 0.6:
                self._plan_take_over(owners)
        if rng.random() < 0.15:
            self.at(rng.random() * self.length, None, self._another_hand)
        strays.plan(self, self.length + QUIET_S)

    def _open_order(self, number: int, owner: int) -> None:
        rng = self.rng
        total = rng.choice((1000, 5000, 49_900))
        desk = self.desks[owner]
        order_id = f"O{number}"
        self.oracles.totals[order_id] = total
        auto = rng.random() < 0.92
        opens = rng.random() * 4.0
        is_affirm = rng.random() >= 0.02
        self.at(opens, desk, self._open, desk, number, total, auto, is_affirm)
        when = opens
        for _ in range(6 + int(rng.random() * 10)):
            when += rng.random() * rng.choice((4.0, 12.0, 40.0))
            if when < self.length:
                self.at(when, None, self.people.act, order_id, owner)
                self.asked_at[number].append(when)

    def _open(
        self, desk: Workstation, number: int, total: int, auto: bool, is_affirm: bool
    ) -> None:
        order = self.new_order(
            number, total, f"p{desk.number}", desk.now(), auto=auto, is_affirm=is_affirm
        )
        desk.journal[order.order_id] = order
        self.records[order.order_id] = order
        if self.rng.random() < 0.97:
            desk.feed(order.order_id, events.SendRequested(order.agent))

    # --- accidents -------------------------------------------------------------------------

    def _sleep(self, desk: Workstation, seconds: float) -> None:
        """The lid is closed; after waking, the application notices that time is missing."""
        desk.asleep_until = max(desk.asleep_until, self.now + seconds)
        self.at(desk.asleep_until, desk, desk.clock_jumped, 0.0)

    def _disk_fails(self, desk: Workstation, seconds: float) -> None:
        """No write succeeds for a while, though some are there all the same."""
        desk.disk_fails_until = self.now + seconds

    def _journal_lost(self, desk: Workstation) -> None:
        """The file is gone: a person has it filled again from the relay's records."""
        if desk.number in self.gone:
            return
        if desk.is_up:
            desk.crash()
        desk.lose_everything()
        for number in (1, 2):
            self.people.forget(f"O{number}")
        self.at(self.now + 5.0 + self.rng.random() * 60.0, None, self._rebuild, desk)

    def _rebuild(self, desk: Workstation) -> None:
        self.restart(desk)
        for number in (1, 2):
            order_id, owner = f"O{number}", self.owners[number - 1]
            if desk.is_up and self.holder.get(order_id, owner) == desk.number:
                self.soon(desk, self._fill, desk, order_id)

    def _fill(self, desk: Workstation, order_id: str) -> None:
        record = None if order_id in desk.journal else self._record_for(desk, order_id)
        if record is not None:
            self._go_on(desk, order_id, record, released=False)

    def _night(self, seconds: float) -> None:
        for desk in self.desks:
            if desk.is_up and self.rng.random() < 0.4:
                desk.crash()
                self.at(self.now + seconds, None, self.restart, desk)
            else:
                self._sleep(desk, seconds)
        self.length += seconds
        for number in (1, 2):
            when = self.now + seconds
            for _ in range(4):
                when += self.rng.random() * 15.0
                self.at(when, None, self.people.act, f"O{number}", 0)

    def _another_hand(self) -> None:
        """The portal, a dispute, or a word that nobody has seen before."""
        if self.affirm.money:
            transaction_id = self.rng.choice(list(self.affirm.money))
            word = self.rng.choice(("disputed", "dispute_refunded", "a_new_status", "captured"))
            self.affirm.outside(transaction_id, word, self.now)

    def _plan_take_over(self, owners: tuple[int, int]) -> None:
        rng = self.rng
        number = 1 + int(rng.random() * 2)
        others = [d for d in self.desks if d.number != owners[number - 1]]
        desk = rng.choice(others)
        when = 3.0 + rng.random() * self.length * rng.choice((0.1, 0.9))
        if self.asked_at[number] and rng.random() < 0.5:  # in the midst of what a person has asked
            when = rng.choice(self.asked_at[number]) + rng.random() * 2.0
        self.at(when, None, self._take_over, desk, f"O{number}", owners[number - 1])
        if rng.random() < 0.3:  # and back again, or on to a third desk
            when += rng.random() * rng.choice((5.0, 60.0))
            other = rng.choice([d for d in self.desks if d is not desk])
            self.at(when, None, self._take_over, other, f"O{number}", owners[number - 1])

    def _take_over(self, desk: Workstation, order_id: str, owner: int) -> None:
        """A colleague goes on with the record that the relay has: perhaps an older one."""
        former = self.desks[self.holder.get(order_id, owner)]
        if former is desk or not desk.is_up or desk.asleep_until > self.now:
            return
        if self.now < max(desk.disk_fails_until, former.disk_fails_until):
            return
        record = self._record_for(desk, order_id)
        if record is None:
            return
        released = self._hand_over(former, order_id)
        self.holder[order_id] = desk.number
        for other in self.desks:  # the relay tells who acts now: soon, or when it is heard again
            late = self.rng.random() * self.rng.choice((1.0, 60.0, 600.0, 600.0))
            self.after(late, other, other.lose, order_id)
        try:
            self._go_on(desk, order_id, record, released=released)
        except CrashedError:
            self._crashed(desk)
        if not released and self.rng.random() < 0.3:
            self.gone.add(former.number)
            former.crash()

    def _stand_in(self, number: int) -> None:
        """Confirmed, and the desk that acts is off for good: another one goes on."""
        order_id, owner = f"O{number}", self.owners[number - 1]
        waiting = any(
            c.confirmed and not c.transaction_id and c.order_id == order_id
            for c in self.affirm.checkouts.values()
        )
        if waiting and self.holder.get(order_id, owner) in self.gone:
            self._take_over(next(d for d in self.desks if d.is_up), order_id, owner)

    def restart(self, desk: Workstation) -> None:
        """Also goes on with what it had claimed and not written down."""
        super().restart(desk)
        self.after(0.5 + self.rng.random(), desk, self._take_on, desk)

    def _take_on(self, desk: Workstation) -> None:
        for order_id, number in self.holder.items():
            if number == desk.number and (order_id not in desk.journal or order_id in desk.lost):
                record = self._record_for(desk, order_id)
                if record is not None:
                    self._go_on(desk, order_id, record, released=False)

    def _go_on(self, desk: Workstation, order_id: str, record: Order, *, released: bool) -> None:
        desk.feed(order_id, events.TakenOver(f"p{desk.number}", released=released), record)
        self.after(0.02 + self.rng.random(), desk, desk.fetch)

    def _record_for(self, desk: Workstation, order_id: str) -> Order | None:
        """What the desk goes on from, by the application's own rules."""
        record, own = self.records.get(order_id), desk.journal.get(order_id)
        if record is None or (own is not None and order_id not in desk.lost):
            return None
        try:
            return merged(own, record)
        except CommandRefusedError:
            return None

    def _hand_over(self, former: Workstation, order_id: str) -> bool:
        """The owner's desk gives the order up, if nothing of it is under way there."""
        held = former.journal.get(order_id)
        if held is None or not former.is_up or former.asleep_until > self.now:
            return False
        if held is not self.records[order_id] or is_under_way(held) or order_id in former.lost:
            return False
        if self.rng.random() < 0.5:
            return False
        former.lost.add(order_id)
        return True

    # --- the whole -------------------------------------------------------------------------

    def play(self) -> None:
        """Trouble, then five minutes of peace, then a last look at Affirm."""
        self.run(self.length)
        while self.now < self.length:  # a night makes it longer
            self.run(self.length)
        self.is_quiet = True
        self.weather.stop()
        for desk in self.desks:
            desk.asleep_until = desk.disk_fails_until = 0.0
            self.restart(desk)
            if desk.is_up:
                for order_id in desk.journal:
                    self.soon(desk, desk.lose, order_id)
                self.soon(desk, desk.gap)
        for number in (1, 2):
            self.after(STAND_IN_S + self.rng.random() * 15.0, None, self._stand_in, number)
        self.run(self.now + QUIET_S)
        endings.check_settled(self)
        endings.check_heard(self)
        for desk in self.desks:
            for order_id in desk.journal:
                self.soon(desk, desk.feed, order_id, events.RefreshRequested("p"))
        self.run(self.now + LAST_LOOK_S)
        endings.check_truth(self)
        endings.check_confirmed(self)


def run_schedule(seed: int, *, is_traced: bool = False, dense: bool = False) -> Outcome:
    """Play the schedule of that seed, from nothing."""
    schedule = Schedule(Random(seed), is_traced=is_traced, dense=dense)
    outcome = Outcome(seed)
    try:
        schedule.play()
    except Exception as error:
        schedule.oracles.fail("the core never raises", repr(error))
        if is_traced:
            raise
    outcome.broken = schedule.oracles.broken
    outcome.operations = schedule.oracles.operations
    outcome.crashes = schedule.crashes
    outcome.faults = schedule.weather.hits
    outcome.desks = len(schedule.oracles.acting)
    outcome.steps = schedule.steps
    outcome.pairs = schedule.pairs
    outcome.trace = schedule.trace
    return outcome
