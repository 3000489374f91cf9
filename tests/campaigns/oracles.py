"""What must hold, whatever happens? Judged by Affirm's ledger and the journals, never by the core."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from telesales_desktop.domain import events
from telesales_desktop.domain.order import (
    Alert,
    Operation,
    OperationKind,
    OperationState,
    Order,
    SendState,
)
from tests.campaigns.affirm_model import Effect

if TYPE_CHECKING:
    from tests.campaigns.workstation import Workstation
    from tests.campaigns.world import World

KEY_LIFE_S = 24 * 3600.0 + 1.0
MINTED = (OperationKind.REFUND, OperationKind.PARTIAL_CAPTURE)
CAPTURES = (OperationKind.CAPTURE, OperationKind.PARTIAL_CAPTURE)
ONCE = (OperationKind.AUTHORIZE, OperationKind.CAPTURE, OperationKind.VOID)
DONE_BEFORE = ("already_authorized", "already_captured", "duplicate-capture")
IN_FRONT = frozenset({Alert.UNKNOWN_TOO_LONG, Alert.KEY_TOO_OLD})


def derived_key_of(order: Order, operation: Operation) -> str:
    """The key that every desk must derive, spelled once more from the rules."""
    generation = order.generation
    subject = operation.subject_id
    if operation.kind is OperationKind.AUTHORIZE:
        clean = {
            o.key
            for o in order.operations
            if (o.kind, o.subject_id) == (operation.kind, subject)
            and o.state is OperationState.REFUSED
            and o.sends
            and not o.ever_left
            and o.verdict not in ("not_sent", "cancelled", "frozen")
        }
        generation = max(generation, len(clean))
    else:
        subject = order.transaction.checkout_id
    name = f"sandbox|US|{subject}|{operation.kind.value}|{operation.amount_cents}|{generation}"
    return str(uuid.uuid5(NAMESPACE, name))


NAMESPACE = uuid.UUID("6f1f0a0e-5d0e-5c36-9c5b-7f7d2a7c1e11")


def _is_twice(standing: list[Operation]) -> bool:
    kinds = [o.kind for o in standing]
    return any(kinds.count(kind) > 1 for kind in ONCE)


def _is_beyond(order: Order, standing: list[Operation]) -> bool:
    limit = order.transaction.amount_cents if order.transaction else 0
    limit = max(limit, order.total_cents)
    captures = sum(o.amount_cents for o in standing if o.kind in CAPTURES)
    refunds = sum(o.amount_cents for o in standing if o.kind is OperationKind.REFUND)
    return captures > limit or refunds > limit


def stands(world: World, kind: OperationKind, subject_id: str) -> bool:
    """Whether the world is as if the command had been ours: another hand did the same."""
    if kind is OperationKind.AUTHORIZE:
        return bool(world.affirm.checkouts[subject_id].transaction_id)
    if kind is OperationKind.VOID:  # a dispute's word may stand in its place since
        return any(e.kind == "void" and e.subject == subject_id for e in world.affirm.effects)
    if kind is OperationKind.CAPTURE:
        return world.affirm.money[subject_id].captured == world.affirm.money[subject_id].amount
    return False


class Oracles:
    """Collects what is broken: an empty list is a pass."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.broken: list[str] = []
        self.totals: dict[str, int] = {}
        self.intents: dict[str, tuple[str, int]] = {}  # minted key -> intent, amount
        self.intent_effects: dict[str, int] = {}
        self.picks: set[tuple[str, str]] = set()
        self.auto_authorized: dict[str, str] = {}
        self.stores: set[tuple[int, str, int]] = set()
        self.made: set[tuple[int, str, int]] = set()  # links that Affirm made for a desk's asking
        self.first_sent: dict[tuple[int, str], float] = {}
        self.journal_lost_at: dict[int, float] = {}
        self.bytes_of: dict[tuple[int, str], tuple[str, str]] = {}
        self.effective: set[tuple[int, str]] = set()  # which desk's sending of what had an effect
        self.planned_at: dict[tuple[int, str], float] = {}
        self.operations = 0
        self.acting: set[int] = set()

    def fail(self, rule: str, detail: object = "") -> None:
        self.broken.append(f"{rule}: {detail} at {self.world.now:.3f}")

    # --- at every commit -------------------------------------------------------------------

    def committed(self, desk: Workstation, before: Order, after: Order, event: Any) -> None:
        """The rules that the journal itself would refuse to break."""
        if after.version != before.version + 1:
            self.fail("version grows by one", (before.version, after.version))
        if type(event) is events.AuthorizeRequested and event.by_supervisor:
            checkout = before.checkout_by_id(event.checkout_id) or before.checkout
            self.picks.add((before.order_id, checkout.checkout_id))
        if type(event) is events.GenerationRaised and before.open_operation is not None:
            self.fail("no new key while one is in doubt", before.order_id)
        if after.operations is not before.operations:
            self._operations(desk, before, after)
        if after.checkouts is not before.checkouts:
            under_way = 0
            for checkout in after.checkouts:
                if checkout.state in (SendState.PLANNED, SendState.SENT):
                    under_way += 1
            if under_way > 1:
                self.fail("one send at a time", after.order_id)

    def _operations(self, desk: Workstation, before: Order, after: Order) -> None:
        held = {o.operation_id: o for o in before.operations}
        for operation in after.operations:
            old = held.pop(operation.operation_id, None)
            if old is None:
                self._planned(desk, after, operation)
            elif old is not operation:
                self._moved(old, operation)
                if operation.state is OperationState.PLANNED:
                    self.first_sent.pop((desk.number, operation.operation_id), None)
        if held:
            self.fail("operations are kept", after.order_id)
        standing = [o for o in after.operations if o.state is not OperationState.REFUSED]
        if len({o.key for o in standing}) < len(standing):
            self.fail("one intent a key", after.order_id)
        if len({o.operation_id for o in after.operations}) < len(after.operations):
            self.fail("one id, one operation", after.order_id)
        if _is_twice(standing):
            self.fail("one authorize, capture, void an order", after.order_id)
        if _is_beyond(after, standing):
            self.fail("commands within the limit", after.order_id)

    def _planned(self, desk: Workstation, order: Order, operation: Operation) -> None:
        self.operations += 1
        self.planned_at[desk.number, operation.operation_id] = self.world.now
        if operation.state is not OperationState.PLANNED:
            self.fail("an intent is planned first", operation.operation_id)
        if order.freeze is not None and operation.kind is not OperationKind.VOID:
            self.fail("nothing is planned on a frozen order", operation.kind)
        known = [o for o in order.operations if o.state is OperationState.DONE]
        done = {o.kind for o in known if o.verdict != "by_hand"}  # a person may be wrong
        if (operation.kind in CAPTURES and OperationKind.VOID in done) or (
            operation.kind is OperationKind.VOID and done.intersection(CAPTURES)
        ):
            self.fail("nothing is planned against a verdict", (order.order_id, operation.kind))
        if operation.kind is OperationKind.AUTHORIZE:
            checkout = order.checkout_by_id(operation.subject_id)
            picked = (order.order_id, operation.subject_id) in self.picks
            if checkout is None or (checkout.superseded and not picked):
                self.fail("a superseded checkout is never authorized", operation.subject_id)
            elif checkout.contested and not picked:
                self.fail("between two desks' links a person picks", operation.subject_id)
        if operation.kind in ONCE:
            if operation.key != derived_key_of(order, operation):
                self.fail("the key follows from the command", operation.kind)
        elif operation.kind in MINTED and operation.key not in self.intents:
            self.fail("a minted key is the asker's", operation.key)

    def _moved(self, old: Operation, new: Operation) -> None:
        same = ("kind", "subject_id", "amount_cents", "key", "body")
        if any(getattr(old, name) != getattr(new, name) for name in same):
            self.fail("an intent does not change", old.operation_id)
        if new.sends < old.sends:
            self.fail("sends do not go back", old.operation_id)
        if old.state is OperationState.DONE and new.state is not OperationState.DONE:
            self.fail("done stays done", old.operation_id)
        back = new.state is OperationState.PLANNED
        if back and old.state not in (OperationState.PLANNED, OperationState.SENT):
            self.fail("what may have left is not planned again", old.operation_id)
        is_no = new.state is OperationState.REFUSED and old.state is not OperationState.REFUSED
        if is_no and new.verdict in DONE_BEFORE and stands(self.world, new.kind, new.subject_id):
            self.fail("done before is no refusal", (old.operation_id, new.verdict))
        unsure = new.state in (OperationState.SENT, OperationState.UNKNOWN)
        if unsure and (new.sends < 1 or new.first_sent_at is None):
            self.fail("what may have left says when", old.operation_id)

    # --- at every request ------------------------------------------------------------------

    def sends_checkout(self, desk: Workstation, order: Order, attempt: int) -> None:
        self.acting.add(desk.number)
        name = (desk.number, order.order_id, attempt)
        if name in self.stores:
            self.fail("a link is sent once for each time a person asks", name)
        self.stores.add(name)
        checkout = order.checkouts[attempt - 1]
        if desk.journal[order.order_id].checkouts[attempt - 1].state is not SendState.SENT:
            self.fail("on disk before the first byte", (name, checkout.state))

    def transmits(self, desk: Workstation, order: Order, operation: Operation, send: int) -> None:
        self.acting.add(desk.number)
        world = self.world
        on_disk = desk.journal[order.order_id].operation(operation.operation_id)
        if on_disk is None or on_disk.state is not OperationState.SENT or on_disk.sends != send:
            self.fail("on disk before the first byte", operation.operation_id)
        freeze = order.freeze  # one that comes after the mark on disk comes too late
        was_frozen = freeze is not None and freeze.version < operation.told_version
        if was_frozen and operation.kind is not OperationKind.VOID:
            self.fail("nothing is sent on a frozen order", operation.operation_id)
        name = (desk.number, operation.operation_id)
        if name not in self.planned_at and operation.kind is not OperationKind.AUTHORIZE:
            self.fail("what another desk asked for is only read here", name)
        first = self.first_sent.setdefault(name, world.now)
        if send == 1 and first < self.journal_lost_at.get(desk.number, first):
            first = self.first_sent[name] = world.now  # the relay's record is older: it cannot know
        if world.now - first > KEY_LIFE_S:
            self.fail("an old key is never sent again", (operation.kind, world.now - first))
        spelled = self.bytes_of.setdefault(name, (operation.key, operation.body))
        if spelled != (operation.key, operation.body):
            self.fail("a resend is byte-identical", operation.operation_id)

    def took_effect(self, effect: Effect, desk: Workstation, operation: Operation) -> None:
        self.effective.add((desk.number, operation.operation_id))
        if effect.kind == "authorize":
            if effect.amount != self.totals[effect.order_id]:
                self.fail("never the wrong amount", ("authorize", effect.amount))
            if (effect.order_id, effect.checkout_id) not in self.picks:
                other = self.auto_authorized.setdefault(effect.order_id, effect.checkout_id)
                if other != effect.checkout_id:
                    self.fail("one authorize an order", (other, effect.checkout_id))
        elif effect.kind in ("refund", "partial_capture"):
            intent, amount = self.intents[effect.key]
            self.intent_effects[intent] = self.intent_effects.get(intent, 0) + 1
            if self.intent_effects[intent] > 1:
                self.fail("one effect an intent", (effect.kind, intent, effect.amount))
            if effect.amount != amount:
                self.fail("never the wrong amount", (effect.kind, effect.amount, amount))

    def refused(self, desk: Workstation, order: Order, event: Any, refusal: Any) -> None:
        if not isinstance(event, events.Command):
            self.fail("news and answers are never refused", (type(event), refusal.reason))
