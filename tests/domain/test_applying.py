"""What does Affirm's record say happened to the money, and does it prove an operation?"""

from dataclasses import replace

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.applying import (
    captured_cents,
    done_cents,
    evidence,
    refunded_cents,
    unexplained,
)
from telesales_desktop.domain.order import Operation, OperationKind, OperationState
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, CHECKOUT, MONEY, TOTAL, Play, accepted, entry, money, new_order

SPLIT = Policy(split_capture=True)
UPDATE = events.UpdateRequested("ann", "up", "key-up", "UPS", "1Z")


def operation(kind: OperationKind, amount: int = TOTAL, **changes) -> Operation:
    subject = CHECKOUT if kind is OperationKind.AUTHORIZE else MONEY
    made = Operation(
        "op", kind, subject, amount, "key", "{}", OperationState.UNKNOWN, "ann", AT, 1, True, AT
    )
    return replace(made, **changes)


def proof(kind: OperationKind, transaction=None, amount: int = TOTAL):
    return evidence(new_order(transaction=transaction), operation(kind, amount))


WORDS = (
    "confirmed",
    "authorized",
    "auth_expired",
    "partially_captured",
    "captured",
    "partially_refunded",
    "refunded",
    "voided",
    "disputed",
    "dispute_refunded",
    "a_new_word",
)
CAPTURE = {
    "captured": True,
    "partially_refunded": True,
    "refunded": True,
    "disputed": True,
    "dispute_refunded": True,
    "a_new_word": True,
    "voided": False,
    "auth_expired": False,
}
VOID = {
    "voided": True,
    "captured": False,
    "partially_captured": False,
    "partially_refunded": False,
    "refunded": False,
    "auth_expired": False,
}


@pytest.mark.parametrize("word", WORDS)
def test_what_a_status_proves(word):
    record = money(word, TOTAL)
    assert proof(OperationKind.CAPTURE, record) is CAPTURE.get(word)
    assert proof(OperationKind.VOID, record) is VOID.get(word)
    for kind in (OperationKind.REFUND, OperationKind.PARTIAL_CAPTURE, OperationKind.UPDATE):
        assert proof(kind, record) is None


@pytest.mark.parametrize("kind", OperationKind)
def test_our_reference_proves_any_kind(kind):
    assert proof(kind, money(events=(entry("any", 1, "key"),))) is True
    assert proof(kind) is None


def test_an_empty_reference_proves_nothing():
    record = money(events=(entry("refund", 1),))
    assert evidence(new_order(transaction=record), operation(OperationKind.REFUND, key="")) is None


def test_an_authorize_is_proved_by_its_checkout():
    assert proof(OperationKind.AUTHORIZE, money()) is True
    assert proof(OperationKind.AUTHORIZE, money(checkout_id="CHK2")) is None


def test_captured_in_parts_is_not_the_whole_capture():
    assert proof(OperationKind.CAPTURE, money("partially_refunded", TOTAL - 1, 1)) is None
    assert proof(OperationKind.CAPTURE, money("partially_refunded", TOTAL, 1)) is True


@pytest.mark.parametrize(
    ("kind", "record", "expected"),
    [
        (OperationKind.REFUND, money("captured", TOTAL, 999), False),
        (OperationKind.REFUND, money("captured", TOTAL, 1000), True),
        (OperationKind.PARTIAL_CAPTURE, money("partially_captured", 999), False),
        (OperationKind.PARTIAL_CAPTURE, money("partially_captured", 1000), True),
        (OperationKind.UPDATE, money(), False),
        (OperationKind.UPDATE, money(events=(entry("update"),)), True),
        (OperationKind.UPDATE, money(events=(entry("refund"),)), False),
        (OperationKind.VOID, money("voided"), False),
        (OperationKind.CAPTURE, money("captured", TOTAL), False),
        (OperationKind.AUTHORIZE, money(), False),
        (OperationKind.REFUND, None, False),
    ],
)
def test_what_may_be_ours(kind, record, expected):
    order = new_order(transaction=record)
    assert unexplained(order, operation(kind, 1000)) is expected


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        (OperationKind.REFUND, money("captured", TOTAL, 1500)),
        (OperationKind.PARTIAL_CAPTURE, money("partially_captured", 1500)),
        (OperationKind.UPDATE, money(events=(entry("update"),))),
    ],
)
def test_what_our_own_verdicts_explain_is_not_it(kind, record):
    done = operation(kind, 600, operation_id="d", state=OperationState.DONE)
    order = new_order(transaction=record, operations=(done,))
    assert not unexplained(order, operation(kind, 1000))
    other = replace(done, state=OperationState.REFUSED)
    assert unexplained(replace(order, operations=(other,)), operation(kind, 1000))


def test_sums():
    made = (
        operation(OperationKind.PARTIAL_CAPTURE, 1000, state=OperationState.DONE),
        operation(OperationKind.CAPTURE, 300, state=OperationState.DONE),
        operation(OperationKind.PARTIAL_CAPTURE, 70, state=OperationState.SENT),
        operation(OperationKind.REFUND, 200, state=OperationState.DONE),
        operation(OperationKind.REFUND, 5, state=OperationState.REFUSED),
    )
    order = new_order(operations=made)
    assert (captured_cents(order), refunded_cents(order)) == (1300, 200)
    assert done_cents(order, frozenset({OperationKind.REFUND})) == 200
    shown = replace(order, transaction=money("captured", 4000, 900))
    assert (captured_cents(shown), refunded_cents(shown)) == (4000, 900)
    assert (captured_cents(new_order()), refunded_cents(new_order())) == (0, 0)


# --- an answer is applied until the next read -------------------------------------------------------------


def test_parts_of_a_capture():
    play = Play(policy=SPLIT).authorized()
    for number, (part, word, sum_) in enumerate(
        [(2000, "partially_captured", 2000), (3000, "captured", 5000)]
    ):
        play.ask_capture(part, f"c{number}")
        play.start()
        play.answer(accepted("split_capture", part, number=number))
        held = play.order.transaction
        assert (held.word, held.captured_cents) == (word, sum_)
        assert held.events[-1].event_id == f"EV-split_capture-{number}"


def test_parts_of_a_refund():
    play = Play().captured()
    for number, (part, word, sum_) in enumerate(
        [(2000, "partially_refunded", 2000), (3000, "refunded", 5000)]
    ):
        play.ask_refund(part, f"r{number}")
        play.start()
        play.answer(accepted("refund", part, number=number))
        held = play.order.transaction
        assert (held.word, held.refunded_cents) == (word, sum_)


def test_an_event_that_a_read_has_shown_counts_once():
    play = Play().refunding(1000)
    shown = entry("refund", 1000, "key-ref", number=5)
    play.see(money("partially_refunded", TOTAL, 1000, events=(shown,)))
    play.answer(accepted("refund", 1000, number=5))
    assert play.order.transaction.refunded_cents == 1000


def test_sums_stay_within_the_record():
    play = Play().captured()
    play.ask_refund(4000)
    play.start()
    play.see(money("partially_refunded", TOTAL, 4000))
    play.answer(accepted("refund", 4000))
    assert play.order.transaction.refunded_cents == TOTAL
    play = Play(policy=SPLIT).authorized()
    play.ask_capture(4000)
    play.start()
    play.see(money("partially_captured", 4000))
    play.answer(accepted("split_capture", 4000))
    assert play.order.transaction.captured_cents == TOTAL


def test_an_update_moves_nothing():
    play = Play().captured()
    play.feed(UPDATE)
    play.start()
    play.answer(accepted("update"))
    held = play.order.transaction
    assert (held.word, held.captured_cents, held.refunded_cents) == ("captured", TOTAL, 0)
    assert held.events[-1].type == "update"


@pytest.mark.parametrize("word", ["disputed", "dispute_refunded", "a_new_word"])
def test_a_word_that_hides_another_leaves_a_capture_and_a_void_open(word):
    record = money(word, 0)
    assert proof(OperationKind.CAPTURE, record) is None
    order = new_order(transaction=record)
    assert unexplained(order, operation(OperationKind.VOID, TOTAL))
    assert not unexplained(order, operation(OperationKind.CAPTURE, TOTAL))


@pytest.mark.parametrize("word", ["authorized", "confirmed", "captured", "voided"])
def test_a_word_that_speaks_of_the_hold_explains_a_void(word):
    order = new_order(transaction=money(word, 0))
    assert not unexplained(order, operation(OperationKind.VOID, TOTAL))
