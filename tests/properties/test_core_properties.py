"""What holds of the core for every order that any events can lead to?"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events
from telesales_desktop.domain.operations import capturable_cents, refundable_cents
from telesales_desktop.domain.order import (
    Checkout,
    Operation,
    OperationKind,
    OperationState,
    Order,
    SendState,
)
from telesales_desktop.domain.order_state import (
    CommandName,
    allowed_commands,
    order_state,
    since,
    who_acts_next,
)
from telesales_desktop.domain.pace import next_due_at
from tests.domain.play import TOTAL
from tests.properties.walks import Walk, house, walks

flags = st.booleans()
ONCE = (OperationKind.AUTHORIZE, OperationKind.CAPTURE, OperationKind.VOID)
CAPTURES = (OperationKind.CAPTURE, OperationKind.PARTIAL_CAPTURE)


@house
@given(walks, flags, flags)
def test_no_event_ever_fails(draws, split, auto):
    walk = Walk(split=split, auto=auto)
    for draw in draws:
        event = walk.go(draw)  # raises whatever is not a refusal
        assert not walk.refused or isinstance(event, events.Command)
        order_state(walk.order, walk.at)
        who_acts_next(walk.order, walk.at)
        since(walk.order)
        next_due_at(walk.order)
        allowed_commands(walk.order, walk.at, is_supervisor=True, split_capture=split)


@house
@given(walks, flags)
def test_versions_grow_one_by_one_and_only_with_a_change(draws, split):
    walk = Walk(split=split)
    for draw in draws:
        before = walk.order
        walk.go(draw)
        if walk.order is before:
            continue
        assert walk.order.version == before.version + 1
        assert walk.order.updated_at == walk.at


@house
@given(walks, flags)
def test_intents_stay_what_they_are(draws, split):
    walk = Walk(split=split)
    for draw in draws:
        before = {o.operation_id: o for o in walk.order.operations}
        walk.go(draw)
        after = {o.operation_id: o for o in walk.order.operations}
        assert len(after) == len(walk.order.operations)
        for name, old in before.items():
            new = after[name]
            assert intent(new) == intent(old)
            assert new.sends >= old.sends
            if old.state is OperationState.DONE:
                assert new.state is OperationState.DONE
            if new.state is OperationState.PLANNED:
                assert old.state in (OperationState.PLANNED, OperationState.SENT)
                assert not new.ever_left


def intent(operation: Operation) -> tuple[object, ...]:
    return (
        operation.kind,
        operation.subject_id,
        operation.amount_cents,
        operation.key,
        operation.body,
    )


@house
@given(walks, flags)
def test_one_command_at_a_time_and_one_of_each_kind(draws, split):
    walk = Walk(split=split)
    for draw in draws:
        walk.go(draw)
        standing = [o for o in walk.order.operations if o.state is not OperationState.REFUSED]
        for kind in ONCE:
            assert sum(o.kind is kind for o in standing) <= 1
        keys = [o.key for o in standing]
        assert len(set(keys)) == len(keys)
        sending = [
            c for c in walk.order.checkouts if c.state in (SendState.PLANNED, SendState.SENT)
        ]
        assert len(sending) <= 1
        for operation in standing:
            if operation.state in (OperationState.SENT, OperationState.UNKNOWN):
                assert operation.sends > 0
                assert operation.first_sent_at is not None


@house
@given(walks, flags)
def test_no_sequence_moves_more_than_there_is(draws, split):
    walk = Walk(split=split)
    for draw in draws:
        left = (capturable_cents(walk.order), refundable_cents(walk.order))
        known = len(walk.order.operations)
        walk.go(draw)
        for operation in walk.order.operations[known:]:
            if operation.kind in CAPTURES:
                assert 0 < operation.amount_cents <= left[0]
            if operation.kind is OperationKind.REFUND:
                assert 0 < operation.amount_cents <= left[1]
        assert moved(walk.order, CAPTURES) <= TOTAL + 1
        assert moved(walk.order, (OperationKind.REFUND,)) <= TOTAL + 1


def moved(order: Order, kinds: tuple[OperationKind, ...]) -> int:
    return sum(
        o.amount_cents
        for o in order.operations
        if o.kind in kinds and o.state is not OperationState.REFUSED
    )


@house
@given(walks, flags, flags)
def test_only_a_person_sends_a_link(draws, split, auto):
    walk = Walk(split=split, auto=auto)
    for draw in draws:
        before = walk.order
        event = walk.go(draw)
        for effect in walk.effects:
            if isinstance(effect, fx.StartSend):
                assert isinstance(event, events.SendRequested)
            if isinstance(effect, fx.SendCheckout):
                assert event == events.SendStarted(effect.attempt)
                assert before.checkouts[effect.attempt - 1].state is SendState.PLANNED
                assert walk.order.checkouts[effect.attempt - 1].state is SendState.SENT
            if isinstance(effect, fx.ResendLink):
                assert isinstance(event, events.ResendRequested)


@house
@given(walks, flags)
def test_nothing_leaves_that_is_not_on_disk_as_sent(draws, split):
    walk = Walk(split=split)
    for draw in draws:
        before = walk.order
        event = walk.go(draw)
        for effect in walk.effects:
            if not isinstance(effect, fx.Transmit):
                continue
            assert event == events.TransmitStarted(effect.operation_id)
            sent = walk.order.operation(effect.operation_id)
            assert (sent.state, sent.sends) == (OperationState.SENT, effect.send)
            old = before.operation(effect.operation_id)
            if before.freeze is not None:
                assert old.kind is OperationKind.VOID
                assert old.planned_version > before.freeze.version
            if old.state is OperationState.UNKNOWN:
                assert (walk.at - old.first_sent_at).total_seconds() < 24 * 3600


@house
@given(walks, flags, flags)
def test_money_is_asked_for_only_where_everything_is_proved(draws, split, auto):
    walk = Walk(split=split, auto=auto)
    for draw in draws:
        known = len(walk.order.operations)
        event = walk.go(draw)
        for operation in walk.order.operations[known:]:
            assert walk.order.freeze is None or operation.kind is OperationKind.VOID
            if operation.kind is not OperationKind.AUTHORIZE:
                continue
            assert isinstance(event, events.CheckoutRead)
            assert (event.total_cents, event.currency, event.order_id) == (TOTAL, "USD", "O1")
            link = walk.order.checkout_by_id(event.checkout_id)
            assert operation.subject_id == event.checkout_id
            assert link.picked or not (link.superseded or link.contested)
            assert auto or link.hint.value == "agent"


# --- once is enough -----------------------------------------------------------------------------------


def truth(order: Order) -> Order:
    """What the order says, without its counters and clocks."""
    return replace(
        order,
        version=0,
        updated_at=order.created_at,
        proof_at=None,
        next_read_at=None,
        orphan_reads=0,
        next_orphan_read_at=None,
        listed_version=0,
        checkouts=tuple(map(link_truth, order.checkouts)),
    )


def link_truth(checkout: Checkout) -> Checkout:
    return replace(
        checkout,
        quiet_reads=0,
        misses=0,
        looks=0,
        proof_at=None,
        proof_version=0,
        next_read_at=None,
    )


NEWS = (
    events.DeliveryObserved,
    events.CheckoutRead,
    events.TransactionRead,
    events.TransactionsListed,
    events.ReadFailed,
)


@house
@given(walks, flags, flags)
def test_the_same_news_twice_is_the_same_as_once(draws, split, auto):
    walk = Walk(split=split, auto=auto)
    for draw in draws:
        event = walk.go(draw)
        if isinstance(event, NEWS):
            again = walk.apply(walk.order, event)
            assert truth(again.order) == truth(walk.order)
            assert not any(isinstance(e, fx.StartSend | fx.SendCheckout) for e in again.effects)


@house
@given(walks)
def test_a_tick_settles_nothing_by_itself(draws):
    walk = Walk()
    for draw in draws:
        walk.go(draw)
        states = [o.settled for o in walk.order.operations]
        ticked = walk.apply(walk.order, events.Ticked())
        assert [o.settled for o in ticked.order.operations] == states


@house
@given(walks, flags)
def test_a_restart_takes_nothing_back_and_repeats_nothing(draws, split):
    walk = Walk(split=split)
    for draw in draws:
        walk.go(draw)
    started = walk.apply(walk.order, events.Started())
    for old, new in zip(walk.order.operations, started.order.operations, strict=True):
        if old.state is OperationState.SENT:
            assert new.state is OperationState.UNKNOWN
        elif old.state is OperationState.PLANNED:
            assert new.state in (OperationState.PLANNED, OperationState.REFUSED)
        else:
            assert new.state is old.state
    for effect in started.effects:
        assert not isinstance(effect, fx.StartSend | fx.SendCheckout | fx.Transmit)
        if isinstance(effect, fx.StartTransmit):
            operation = started.order.operation(effect.operation_id)
            assert operation.kind is OperationKind.AUTHORIZE
            assert operation.state is OperationState.PLANNED


@house
@given(walks, flags, flags)
def test_what_a_view_offers_is_taken(draws, split, is_supervisor):
    walk = Walk(split=split)
    for draw in draws:
        walk.go(draw)
    shown = allowed_commands(walk.order, walk.at, is_supervisor=is_supervisor, split_capture=split)
    asked = ("ann", "new", "key-new")
    for name, event in {
        CommandName.SEND: events.SendRequested("ann"),
        CommandName.SEND_AGAIN: events.SendRequested("ann"),
        CommandName.SUPERSEDE: events.SupersedeRequested("ann"),
        CommandName.AUTHORIZE: events.AuthorizeRequested("ann", by_supervisor=is_supervisor),
        CommandName.CAPTURE: events.CaptureRequested(*asked),
        CommandName.PARTIAL_CAPTURE: events.CaptureRequested(*asked, 1),
        CommandName.REFUND: events.RefundRequested(*asked),
        CommandName.PARTIAL_REFUND: events.RefundRequested(*asked, 1),
        CommandName.VOID: events.VoidRequested("ann", by_supervisor=is_supervisor),
        CommandName.UPDATE: events.UpdateRequested(*asked, "UPS", "1Z"),
        CommandName.LIFT_FREEZE: events.FreezeLifted("sue"),
        CommandName.RAISE_GENERATION: events.GenerationRaised("sue"),
    }.items():
        if name in shown:
            walk.apply(walk.order, event)  # refused would be an error
