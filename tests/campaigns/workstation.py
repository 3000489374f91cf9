"""How does a workstation drive the core? As the application does: commit, then act, then feed back.

Only what is in ``journal`` survives a crash. ``boundary`` stands wherever a process may die.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from telesales_desktop.application.answers import doubted
from telesales_desktop.application.merging import is_under_way
from telesales_desktop.application.order_book import STILL_ASKED
from telesales_desktop.application.outcomes import is_late
from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events, pace
from telesales_desktop.domain.core import step
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import OperationState, Order, SendState
from telesales_desktop.domain.order_state import order_state
from telesales_desktop.domain.policy import Policy

if TYPE_CHECKING:
    from tests.campaigns.world import World

READ_SPACING_S = 1.0
NAP_S = 15.0
DISK_RETRY_S = 5.0
ANSWERS = (
    events.SendAnswered,
    events.ResendAnswered,
    events.OperationAnswered,
    events.CheckoutRead,
    events.TransactionRead,
    events.TransactionsListed,
    events.ReadFailed,
)


class CrashedError(Exception):
    """This process has just died."""


class Workstation:
    """One desk: its journal on disk, and what it holds in memory until it dies."""

    def __init__(self, world: World, number: int, policy: Policy, wall_error_s: float) -> None:
        self.world = world
        self.number = number
        self.policy = policy
        self.policy_of_lost = replace(policy, is_ours=False)
        self.journal: dict[str, Order] = {}
        self.lost: set[str] = set()  # also on disk: orders of which it knows that another desk acts
        self.inbox: list[int] = []
        self.cursor = 0
        self.applied: set[int] = set()
        self.wall_error_s = wall_error_s
        self.is_up = True
        self.asleep_until = 0.0
        self.disk_fails_until = 0.0
        self.life = 0
        self._forget()

    def _forget(self) -> None:
        self.skew_s = 0.0
        self.is_sure = False  # of the time: a server has told it since the start or the last jump
        self.is_probing = False
        self.held_back: list[tuple[str, events.Event]] = []
        self.reads: dict[str, bool] = {}
        self.asked_at: dict[str, datetime] = {}
        self.free_at = 0.0
        self.next_tick: dict[str, float] = {}
        self.unsure: set[str] = set()  # the disk may hold more of them than the memory

    # --- clock -----------------------------------------------------------------------------

    def now(self) -> datetime:
        """The corrected clock, as the application's."""
        world = self.world
        return world.origin + timedelta(seconds=world.now + self.wall_error_s + self.skew_s)

    def server_date(self) -> None:
        """An answer has come, with the server's date (whole seconds)."""
        told = self.world.now + self.wall_error_s
        skew = int(self.world.now) + 0.5 - told
        skew = 0.0 if abs(skew) <= 2.0 else skew
        if abs(skew - self.skew_s) > 60.0:
            self.world.after(NAP_S, self, self.gap)
        self.skew_s = skew
        if not self.is_sure:
            self.is_sure = True
            held, self.held_back = self.held_back, []
            for order_id, event in held:
                self.world.soon(self, self.feed, order_id, event)

    def clock_jumped(self, seconds: float) -> None:
        """Somebody set the machine's clock: the application notices, and is not sure any more."""
        self.wall_error_s += seconds
        self.skew_s = 0.0
        self.is_sure = False
        self.world.after(NAP_S, self, self.gap)

    def gap(self) -> None:
        """The time jumped, or the relay announced a gap: news may have been missed."""
        for order_id in self._in_memory():
            self.feed(order_id, events.GapAnnounced())

    # --- whose order it is -----------------------------------------------------------------

    def lose(self, order_id: str) -> None:
        """The relay tells that another desk acts: only what was begun here is settled here."""
        if self.world.holder.get(order_id, self.number) != self.number:
            self.world.boundary(self)
            self.lost.add(order_id)

    def is_dormant(self, order_id: str) -> bool:
        """Whether another desk acts on it, and nothing that was begun here is left to settle."""
        return order_id in self.lost and not is_under_way(self.journal[order_id])

    def _in_memory(self) -> list[str]:
        return [order_id for order_id in self.journal if not self.is_dormant(order_id)]

    # --- life ------------------------------------------------------------------------------

    def crash(self) -> None:
        """The process dies: everything but the journal is gone."""
        self.is_up = False
        self.life += 1
        self._forget()

    def lose_everything(self) -> None:
        """The journal is lost, with its inbox and its place in the relay's log."""
        self.journal, self.lost = {}, set()
        self.inbox, self.cursor, self.applied = [], 0, set()
        self.world.oracles.journal_lost_at[self.number] = self.world.now

    def start(self) -> None:
        """The program starts: every order in the journal, then the inbox, then the feed."""
        self.is_up = True
        self.life += 1
        self._forget()
        for order_id in self._in_memory():
            self.feed(order_id, events.Started())
        self.fetch()

    # --- the one door ----------------------------------------------------------------------

    def feed(self, order_id: str, event: events.Event, record: Order | None = None) -> bool:
        """Step, commit, act. False if a rule refused.

        ``record``: another desk's, to go on with. It is kept in the same commit or not at all.
        """
        world = self.world
        order = record or self.journal.get(order_id)
        if order is None:
            return False
        is_lost = record is None and order_id in self.lost
        if is_lost and isinstance(event, events.Command) and not isinstance(event, STILL_ASKED):
            return False  # "held elsewhere"
        if not world.agrees(self, order, event):
            return False
        if order_id in self.unsure:
            if world.now < self.disk_fails_until:
                return self._not_written(order_id, event)
            self.unsure.remove(order_id)
            self.feed(order_id, events.Started())
            order = self.journal[order_id]
        at = self.now()
        world.count_pair(order_state(order, at), event, order)
        world.boundary(self)
        try:
            result = step(
                order, event, at=at, policy=self.policy_of_lost if is_lost else self.policy
            )
        except CommandRefusedError as refusal:
            world.refused(self, order, event, refusal)
            return False
        after = result.order
        if _has_one_link_twice(after):
            # The journal's tables refuse it: an answer is taken in as "no verdict" then.
            pending = doubted(event)
            return pending is not None and self.feed(order_id, pending)
        if after is not order:
            is_failing = world.now < self.disk_fails_until
            if is_failing and (record is not None or world.rng.random() < 0.8):
                return self._not_written(order_id, event)
            world.oracles.committed(self, order, after, event)
            self.journal[order_id] = after
            if record is not None:
                self._reopen(order_id)
            if is_failing:  # it is there after all, and nobody here knows
                self.unsure.add(order_id)
                self._not_written(order_id, event)
                return True
            world.committed(self, after, event)
        world.note(self.number, type(event).__name__, order_id, after.version)
        world.boundary(self)
        for effect in result.effects:
            self.perform(order_id, effect)
        self._watch(order_id, after, at)
        return True

    def _reopen(self, order_id: str) -> None:
        """In the write that takes it over: what was closed because another desk had it is open."""
        self.lost.discard(order_id)
        log = self.world.relay_log
        closed = [n for n in range(self.cursor) if log[n][0] == order_id and n not in self.inbox]
        self.inbox.extend(closed)

    def _not_written(self, order_id: str, event: events.Event) -> bool:
        """The disk is full or failing: nothing is done, and it is taken up when the disk is well."""
        kind = type(event)
        if kind in ANSWERS:
            self.world.after(DISK_RETRY_S, self, self.feed, order_id, event)
        elif kind is events.DeliveryObserved:
            self.world.after(DISK_RETRY_S, self, self.fetch)
        elif not isinstance(event, events.Command):
            self.world.after(DISK_RETRY_S, self, self.feed, order_id, events.Started())
        return False

    def _watch(self, order_id: str, order: Order, at: datetime) -> None:
        due = None if self.is_dormant(order_id) else pace.next_due_at(order)
        if due is None:
            return
        wait = (due - at).total_seconds()
        when = self.world.now + (wait if wait > 1.0 else 1.0)
        held = self.next_tick.get(order_id)
        if held is not None and self.world.now < held <= when:
            return
        self.next_tick[order_id] = when
        self.world.at(when, self, self.tick, order_id, when)

    def tick(self, order_id: str, when: float) -> None:
        """Feed a tick, unless another moment was chosen since."""
        if self.next_tick.get(order_id) != when:
            return
        del self.next_tick[order_id]
        if not self.is_dormant(order_id):
            self.feed(order_id, events.Ticked())

    # --- effects ---------------------------------------------------------------------------

    def perform(self, order_id: str, effect: fx.Effect) -> None:
        """Start an effect; each one begins a moment later, as a task of its own."""
        kind = type(effect)
        world = self.world
        if kind is fx.Announce:
            world.announced(self, order_id, effect.notice)
        elif kind is fx.StartSend:
            world.soon(self, self._start_write, order_id, events.SendStarted(effect.attempt))
        elif kind is fx.StartTransmit:
            started = events.TransmitStarted(effect.operation_id)
            world.soon(self, self._start_write, order_id, started)
        elif kind is fx.SendCheckout:
            world.soon(self, self._send, order_id, effect)
        elif kind is fx.Transmit:
            world.soon(self, self._transmit, order_id, effect)
        elif kind is fx.ResendLink:
            world.soon(self, self._resend, order_id, effect)
        elif kind is fx.ReadCheckout:
            self._read(order_id, "c:" + effect.checkout_id, effect)
        elif kind is fx.ReadTransaction:
            self._read(order_id, "t:" + effect.transaction_id, effect)
        else:
            self._read(order_id, "f:" + effect.checkout_id, effect)

    def _start_write(self, order_id: str, event: events.Event) -> None:
        """Nothing of weight leaves while the time is not sure: key ages depend on it."""
        if self.is_sure:
            self.feed(order_id, event)
            return
        self.held_back.append((order_id, event))
        if not self.is_probing:
            self.is_probing = True
            self.world.probe(self)

    def probed(self, answered: bool) -> None:
        """The small request that asks for the time has come back, or not."""
        self.is_probing = False
        if answered:
            self.server_date()
        elif self.held_back:
            self.is_probing = True
            self.world.after(2.0, self, self.world.probe, self)

    def _send(self, order_id: str, effect: fx.SendCheckout) -> None:
        self.world.boundary(self)
        order = self.journal[order_id]
        checkout = order.checkouts[effect.attempt - 1]
        if checkout.state is not SendState.SENT:
            return
        if is_late(checkout.sent_at, self.now()):
            self.feed(order_id, events.SendAnswered(effect.attempt, events.NotSent("late")))
            return
        self.world.send_checkout(self, order, effect.attempt)

    def _resend(self, order_id: str, effect: fx.ResendLink) -> None:
        self.world.resend_link(self, order_id, effect.checkout_id)

    def _transmit(self, order_id: str, effect: fx.Transmit) -> None:
        self.world.boundary(self)
        order = self.journal[order_id]
        operation = order.operation(effect.operation_id)
        if operation.state is not OperationState.SENT or operation.sends != effect.send:
            return  # this task woke up late: what became of it is known, or asked, by now
        if is_late(operation.last_sent_at, self.now()):
            late = events.OperationAnswered(
                effect.operation_id, effect.send, events.NotSent("late")
            )
            self.feed(order_id, late)
            return
        self.world.transmit(self, order, operation, effect.send)

    def _read(self, order_id: str, key: str, effect: fx.Effect) -> None:
        if key in self.reads:
            self.reads[key] = True
            return
        self.reads[key] = False
        self._ask_in_turn(order_id, key, effect)

    def _ask_in_turn(self, order_id: str, key: str, effect: fx.Effect) -> None:
        when = max(self.world.now + 0.001, self.free_at)
        self.free_at = when + READ_SPACING_S
        self.world.at(when, self, self._ask, order_id, key, effect)

    def _ask(self, order_id: str, key: str, effect: fx.Effect) -> None:
        order = self.journal.get(order_id)
        if order is None:
            self.reads.pop(key, None)
            return
        self.reads[key] = False
        self.asked_at[key] = self.now()
        self.world.read(self, order_id, key, effect, order.version)

    def answered(self, order_id: str, event: events.Event, with_date: bool = True) -> None:
        """An answer to a write has come back."""
        if with_date:
            self.server_date()
        self.feed(order_id, event)

    def read_answered(
        self, order_id: str, key: str, effect: fx.Effect, event: events.Event, with_date: bool
    ) -> None:
        """An answer to a read has come back; asked again if news came meanwhile."""
        if with_date:
            self.server_date()
        is_old = is_late(self.asked_at[key], self.now())
        if is_old:
            event = _unanswered(effect)
        again = self.reads.pop(key, False)
        if again or is_old:
            self.reads[key] = False
            self._ask_in_turn(order_id, key, effect)
        self.feed(order_id, event)

    # --- news ------------------------------------------------------------------------------

    def fetch(self) -> None:
        """Take in what the relay has: inbox and cursor in one commit, then apply each once."""
        log = self.world.relay_log
        self.world.boundary(self)
        if self.world.now < self.disk_fails_until:
            self.world.after(DISK_RETRY_S, self, self.fetch)
            return
        if self.cursor < len(log):
            self.inbox.extend(range(self.cursor, len(log)))
            self.cursor = len(log)
        self.world.boundary(self)
        for place in list(self.inbox):
            self._apply(place)

    def _apply(self, place: int) -> None:
        order_id, delivery = self.world.relay_log[place]
        is_open = order_id in self.journal and not self.is_dormant(order_id)
        if is_open and not self.feed(order_id, delivery):
            return  # not written: it stays, and comes again
        # Closed with the step that it caused, in the same commit.
        self.inbox.remove(place)
        self.applied.add(place)


def _has_one_link_twice(order: Order) -> bool:
    ids = [c.checkout_id for c in order.checkouts if c.checkout_id]
    return len(set(ids)) < len(ids)


def _unanswered(effect: fx.Effect) -> events.Event:
    if isinstance(effect, fx.ReadTransaction):
        return events.ReadFailed("", effect.transaction_id, "late")
    return events.ReadFailed(effect.checkout_id, "", "late")
