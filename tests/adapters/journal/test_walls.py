"""Do the tables refuse by themselves what the core must never ask for?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.order import OperationKind, OperationState, SendState
from tests.adapters.journal.samples import (
    DAY,
    checkout,
    created,
    done,
    new_order,
    operation,
    sent,
    step,
    transaction,
)

AUTHORIZE, CAPTURE, PARTIAL, REFUND, VOID, UPDATE = (
    OperationKind.AUTHORIZE,
    OperationKind.CAPTURE,
    OperationKind.PARTIAL_CAPTURE,
    OperationKind.REFUND,
    OperationKind.VOID,
    OperationKind.UPDATE,
)


def op(count, kind, **changes):
    return operation(1, count, kind, **changes)


def refused(made):
    return replace(sent(made), state=OperationState.REFUSED, verdict="no", settled_at=DAY)


def unknown(made):
    return replace(sent(made), state=OperationState.UNKNOWN)


@pytest.mark.parametrize("kind", [AUTHORIZE, CAPTURE, VOID])
@pytest.mark.parametrize("first", [op, lambda *a: sent(op(*a)), lambda *a: unknown(op(*a))])
def test_a_second_one_needs_the_first_refused(store, kind, first):
    before = new_order(1, operations=(first(1, kind),))
    store.commit(created(1, order=before))
    second = op(2, kind)
    _refuses(store, step(before, operations=(*before.operations, second)), "operations.order_row")
    answered = step(before, operations=(refused(op(1, kind)),))
    store.commit(answered)
    store.commit(step(answered.order, operations=(*answered.order.operations, second)))


@pytest.mark.parametrize("kind", [AUTHORIZE, CAPTURE, VOID])
def test_there_is_none_after_one_that_is_done(store, kind):
    before = new_order(1, operations=(done(op(1, kind)),))
    store.commit(created(1, order=before))
    _refuses(store, step(before, operations=(*before.operations, op(2, kind))), "order_row")


def test_a_key_belongs_to_one_intent_of_all_orders(store):
    store.commit(created(1, order=new_order(1, operations=(op(1, REFUND, key="k"),))))
    other = operation(2, 1, REFUND, key="k")
    _refuses(store, created(2, order=new_order(2, operations=(other,))), "operations.key")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": VOID},
        {"subject_id": "CHKother"},
        {"amount_cents": 92_401},
        {"key": "another"},
        {"body": "{}"},
    ],
)
def test_an_intent_does_not_change(store, change):
    before = new_order(1, operations=(op(1, AUTHORIZE),))
    store.commit(created(1, order=before))
    changed = replace(before.operations[0], **change)
    _refuses(store, step(before, operations=(changed,)), "an intent does not change")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (done(op(1, REFUND)), sent(op(1, REFUND))),
        (done(op(1, REFUND)), refused(op(1, REFUND))),
        (sent(sent(op(1, REFUND))), sent(op(1, REFUND))),
        (unknown(op(1, REFUND)), op(1, REFUND, sends=1)),
        (refused(op(1, REFUND)), op(1, REFUND, sends=1)),
    ],
)
def test_an_operation_does_not_go_back(store, first, then):
    before = new_order(1, operations=(first,))
    store.commit(created(1, order=before))
    _refuses(store, step(before, operations=(then,)), "does not go back")


def test_what_never_left_is_planned_again(store):
    before = new_order(1, operations=(sent(op(1, REFUND)),))
    store.commit(created(1, order=before))
    again = replace(before.operations[0], state=OperationState.PLANNED)
    store.commit(step(before, operations=(again,)))


def test_a_late_success_may_follow_a_refusal(store):
    before = new_order(1, operations=(refused(op(1, AUTHORIZE)),))
    store.commit(created(1, order=before))
    store.commit(step(before, operations=(done(op(1, AUTHORIZE)),)))


@pytest.mark.parametrize(
    ("operations", "words"),
    [
        ((op(1, PARTIAL, amount_cents=92_401),), "captures exceed"),
        (
            (done(op(1, PARTIAL, amount_cents=50_000)), op(2, PARTIAL, amount_cents=42_401)),
            "captures exceed",
        ),
        ((unknown(op(1, PARTIAL, amount_cents=1)), op(2, CAPTURE)), "captures exceed"),
        ((op(1, REFUND, amount_cents=92_401),), "refunds exceed"),
        (
            (unknown(op(1, REFUND, amount_cents=92_399)), op(2, REFUND, amount_cents=2)),
            "refunds exceed",
        ),
    ],
)
def test_amounts_in_flight_count_as_done(store, operations, words):
    _refuses(store, created(1, order=new_order(1, operations=operations)), words)


def test_amounts_count_when_they_come_back_too(store):
    first, second = op(1, REFUND, amount_cents=60_000), op(2, REFUND, amount_cents=60_000)
    before = new_order(1, operations=(refused(first), second))
    store.commit(created(1, order=before))
    _refuses(store, step(before, operations=(done(first), second)), "refunds exceed")


def test_refused_amounts_do_not_count(store):
    operations = (refused(op(1, PARTIAL)), op(2, PARTIAL))
    store.commit(created(1, order=new_order(1, operations=operations)))


def test_the_limit_is_what_affirm_holds_if_that_is_more(store):
    # A supervisor may let an order go on whose amount at Affirm is another one.
    operations = (op(1, CAPTURE, amount_cents=92_500),)
    held = transaction(1, amount_cents=92_500)
    store.commit(created(1, order=new_order(1, operations=operations, transaction=held)))


def test_updates_move_no_money_and_may_repeat(store):
    operations = tuple(op(n, UPDATE, amount_cents=0) for n in (1, 2))
    store.commit(created(1, order=new_order(1, operations=operations)))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (op(1, REFUND, amount_cents=0), "CHECK"),
        (op(1, REFUND, amount_cents=-1), "CHECK"),
        (op(1, REFUND, key=""), "CHECK"),
        (op(1, REFUND, subject_id=""), "CHECK"),
        (op(1, REFUND, operation_id=""), "CHECK"),
        (op(1, REFUND, sends=-1), "CHECK"),
        (op(1, REFUND, state=OperationState.SENT), "CHECK"),
        (op(1, REFUND, state=OperationState.UNKNOWN, sends=1), "CHECK"),
    ],
)
def test_an_operation_makes_sense(store, made, words):
    _refuses(store, created(1, order=new_order(1, operations=(made,))), words)


@pytest.mark.parametrize(
    ("checkouts", "words"),
    [
        ((checkout(1, checkout_id=""),), "CHECK"),
        ((checkout(1, attempt=0),), "CHECK"),
        ((checkout(1, total_cents=-1),), "CHECK"),
        (
            (
                checkout(1, state=SendState.SENT, checkout_id=""),
                checkout(1, attempt=2, state=SendState.PLANNED, checkout_id=""),
            ),
            "checkouts.order_row",
        ),
        ((checkout(1), checkout(1, attempt=2)), "checkouts.checkout_id"),
    ],
)
def test_a_checkout_makes_sense(store, checkouts, words):
    _refuses(store, created(1, order=new_order(1, checkouts=checkouts)), words)


def test_a_checkout_has_one_order(store):
    store.commit(created(1, order=new_order(1, checkouts=(checkout(1),))))
    _refuses(store, created(2, order=new_order(2, checkouts=(checkout(1),))), "checkout_id")


def test_a_checkout_keeps_its_id(store):
    lost = checkout(1, state=SendState.UNKNOWN, checkout_id="")
    before = new_order(1, checkouts=(lost,))
    store.commit(created(1, order=before))
    adopted = step(before, checkouts=(checkout(1),))
    store.commit(adopted)
    other = step(adopted.order, checkouts=(checkout(1, checkout_id="CHKother"),))
    _refuses(store, other, "keeps its id")


@pytest.mark.parametrize(
    "change",
    [
        {"environment": Environment.LIVE},
        {"country": Country.US},
        {"currency": Currency.USD},
        {"created_at": DAY - timedelta(days=3)},
        {"order_key": "f" * 32},
    ],
)
def test_an_order_does_not_become_another(store, change):
    store.commit(created(1))
    _refuses(store, step(new_order(1), **change), "does not become another")


def test_an_order_key_may_come_late(store):
    before = new_order(1, order_key="")
    store.commit(created(1, order=before))
    store.commit(step(before, order_key="f" * 32))


def test_an_order_does_not_go_back(store):
    store.commit(created(1, order=new_order(1, version=5)))
    back = replace(step(new_order(1, version=3)), expected_version=5)
    _refuses(store, back, "does not go back")


@pytest.mark.parametrize(
    "change",
    [
        {"total_cents": -1},
        {"total_cents": 10**10},
        {"version": -1},
        {"order_id": "x" * 129},
        {"order_id": ""},
    ],
)
def test_an_order_makes_sense(store, change):
    order = new_order(1, **change)
    named = replace(created(1).details, order_id=order.order_id)
    _refuses(store, created(1, order=order, details=named), "CHECK")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "DELETE FROM operations",
        "INSERT INTO timeline VALUES (NULL, 1, 1, 's', 'k', '{}')",
        "INSERT INTO orders (id) VALUES ('text')",
        "UPDATE checkouts SET state = 'other'",
        "UPDATE operations SET state = 'other'",
    ],
)
def test_a_statement_by_hand_is_refused_too(store, sql):
    order = new_order(1, checkouts=(checkout(1),), operations=(op(1, AUTHORIZE),))
    store.commit(created(1, order=order))
    with pytest.raises(JournalError) as refusal, store._writing() as connection:
        connection.execute(sql)
    assert refusal.value.problem == "rule"
    assert store.examine() == ()


@pytest.mark.parametrize(
    ("commit", "words"),
    [
        (created(1, order=new_order(1, total_cents=2**70)), "OverflowError"),
        (created(1, state="\ud800"), "UnicodeEncodeError"),
    ],
)
def test_what_sqlite_cannot_hold_is_refused(store, commit, words):
    _refuses(store, commit, words)


def _refuses(store, commit, words):
    with pytest.raises(JournalError, match=words) as refusal:
        store.commit(commit)
    assert refusal.value.problem == "rule"
    store.commit(created(77))  # the journal itself is well
