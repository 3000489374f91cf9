"""Is every money command that a rule forbids refused before anything is sent?"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import Source, StartTransmit
from telesales_desktop.domain.keys import derived_key
from telesales_desktop.domain.operations import (
    capturable_cents,
    in_flight_cents,
    refundable_cents,
)
from telesales_desktop.domain.order import OperationKind, OperationState
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, CHECKOUT, LOST, MONEY, NO, TOTAL, Play, accepted, money, new_order

CAPTURE = events.CaptureRequested("ann", "op", "minted")
REFUND = events.RefundRequested("ann", "op", "minted")
VOID = events.VoidRequested("ann")
UPDATE = events.UpdateRequested("ann", "op", "minted", "UPS", "1Z")
SPLIT = Policy(split_capture=True)

# status: what capture, refund and void are refused with ("" where they are allowed)
REFUSALS = {
    "confirmed": ("not_authorized", "not_authorized", "not_authorized"),
    "authorized": ("", "not_captured", ""),
    "auth_expired": ("authorization_expired", "not_captured", "authorization_expired"),
    "partially_captured": ("no_partial_capture", "", "void_after_capture"),
    "captured": ("already_captured", "", "void_after_capture"),
    "partially_refunded": ("already_captured", "", "void_after_capture"),
    "refunded": ("already_refunded", "already_refunded", "already_refunded"),
    "voided": ("voided", "voided", "voided"),
    "disputed": ("disputed", "disputed", "disputed"),
    "dispute_refunded": ("disputed", "disputed", "disputed"),
    "a_new_word": ("unrecognized", "unrecognized", "unrecognized"),
}
CAPTURED = {"partially_captured": 2000, "captured": TOTAL, "partially_refunded": TOTAL}


def derived(kind: str, generation: int = 0, amount: int = TOTAL) -> str:
    return derived_key(
        environment="sandbox",
        country="US",
        checkout_id=CHECKOUT,
        kind=kind,
        amount_cents=amount,
        generation=generation,
    )


def under(word: str) -> Play:
    captured = CAPTURED.get(word, 0)
    refunded = 1000 if word == "partially_refunded" else 0
    play = Play().authorized()
    play.see(money(word, captured, refunded))
    return play


@pytest.mark.parametrize("word", list(REFUSALS))
@pytest.mark.parametrize(("place", "event"), list(enumerate((CAPTURE, REFUND, VOID))))
def test_what_each_status_forbids(word, place, event):
    play = under(word)
    reason = REFUSALS[word][place]
    if reason:
        assert play.refuses(event) == reason
    else:
        play.feed(event)
        assert play.operation.state is OperationState.PLANNED


@pytest.mark.parametrize("event", [CAPTURE, REFUND, VOID, UPDATE])
def test_nothing_is_commanded_without_a_transaction(event):
    assert Play().refuses(event) == "not_authorized"


@pytest.mark.parametrize("event", [CAPTURE, REFUND, VOID, UPDATE])
def test_one_command_at_a_time(event):
    play = Play().authorized()
    play.feed(CAPTURE)
    assert (
        play.refuses(replace(event, **({} if event is VOID else {"operation_id": "b"})))
        == "in_flight"
    )


@pytest.mark.parametrize("event", [CAPTURE, REFUND, VOID, UPDATE])
def test_a_frozen_order_takes_no_command(event):
    play = Play().authorized(amount_cents=TOTAL + 1)
    assert play.refuses(event) == "frozen"


@pytest.mark.parametrize("event", [CAPTURE, REFUND, VOID, UPDATE])
def test_nothing_is_commanded_before_affirm_was_read(event):
    play = Play().authorized()
    play.feed(events.TakenOver("bob"))
    assert play.refuses(event) == "reading_first"


def test_a_supervisor_voids_a_frozen_order():
    play = Play().authorized(amount_cents=TOTAL + 1)
    play.feed(events.VoidRequested("sue", by_supervisor=True))
    assert play.operation.kind is OperationKind.VOID
    assert play.operation.amount_cents == TOTAL + 1


@pytest.mark.parametrize(
    ("event", "kind", "key", "body", "amount"),
    [
        (CAPTURE, "capture", derived("capture"), {"order_id": "O1"}, TOTAL),
        (VOID, "void", derived("void"), {}, TOTAL),
    ],
)
def test_derived_commands(event, kind, key, body, amount):
    play = Play().authorized()
    play.feed(event)
    operation = play.operation
    assert (operation.kind.value, operation.key, operation.amount_cents) == (kind, key, amount)
    assert json.loads(operation.body) == body | {"reference_id": key}
    assert (operation.subject_id, operation.actor) == (MONEY, "ann")
    assert play.asks == [StartTransmit(operation.operation_id)]
    assert play.last.timeline[0].kind == f"{kind}_asked"
    assert play.last.timeline[0].params == {"actor": "ann", "amount": amount}
    assert play.last.timeline[0].source is Source.AGENT


def test_the_authorize():
    operation = Play().confirmed().operation
    key = derived("authorize")
    assert (operation.key, operation.subject_id, operation.actor) == (key, CHECKOUT, "program")
    assert json.loads(operation.body) == {
        "transaction_id": CHECKOUT,
        "order_id": "O1",
        "reference_id": key,
    }


def test_the_program_is_not_an_agent():
    play = Play().confirmed()
    assert play.last.timeline[-1].source is Source.PROGRAM


def test_a_transaction_without_its_checkout_id_names_itself_in_keys():
    play = Play().authorized()
    play.order = replace(play.order, transaction=replace(play.order.transaction, checkout_id=""))
    play.feed(VOID)
    assert play.operation.key == derived_key(
        environment="sandbox",
        country="US",
        checkout_id=MONEY,
        kind="void",
        amount_cents=TOTAL,
        generation=0,
    )


def test_minted_commands():
    play = Play(policy=SPLIT).authorized()
    play.feed(replace(CAPTURE, amount_cents=2000))
    operation = play.operation
    assert (operation.kind, operation.key) == (OperationKind.PARTIAL_CAPTURE, "minted")
    assert json.loads(operation.body) == {
        "amount": 2000,
        "order_id": "O1",
        "reference_id": "minted",
    }
    assert operation.operation_id == "op"
    play = under("captured")
    play.feed(replace(REFUND, amount_cents=1))
    assert (play.operation.kind, play.operation.key) == (OperationKind.REFUND, "minted")
    assert json.loads(play.operation.body) == {"amount": 1, "reference_id": "minted"}
    assert (play.operation.subject_id, play.operation.operation_id) == (MONEY, "op")
    play = under("captured")
    play.feed(UPDATE)
    assert (play.operation.kind, play.operation.amount_cents) == (OperationKind.UPDATE, 0)
    assert json.loads(play.operation.body) == {
        "order_id": "O1",
        "shipping_carrier": "UPS",
        "shipping_confirmation": "1Z",
    }
    assert (play.operation.key, play.operation.operation_id) == ("minted", "op")


@pytest.mark.parametrize("event", [CAPTURE, REFUND, UPDATE])
def test_the_same_intent_twice_is_refused(event):
    play = under("authorized" if event is CAPTURE else "captured")
    play.feed(event)
    play.start()
    play.answer(NO)
    assert play.refuses(event) == "already_asked"


@pytest.mark.parametrize(
    ("event", "word", "reason"),
    [
        (replace(CAPTURE, amount_cents=0), "authorized", "amount_not_positive"),
        (replace(CAPTURE, amount_cents=-1), "authorized", "amount_not_positive"),
        (replace(CAPTURE, amount_cents=TOTAL + 1), "authorized", "more_than_left"),
        (replace(CAPTURE, amount_cents=TOTAL - 1), "authorized", "no_partial_capture"),
        (replace(REFUND, amount_cents=0), "captured", "amount_not_positive"),
        (replace(REFUND, amount_cents=-1), "captured", "amount_not_positive"),
        (replace(REFUND, amount_cents=TOTAL + 1), "captured", "more_than_left"),
        (replace(REFUND, amount_cents=4001), "partially_refunded", "more_than_left"),
        (replace(REFUND, amount_cents=2001), "partially_captured", "more_than_left"),
    ],
)
def test_amounts(event, word, reason):
    assert under(word).refuses(event) == reason


def test_more_than_left_says_how_much_is_left():
    with pytest.raises(Exception, match="more_than_left") as refusal:
        under("partially_refunded").feed(replace(REFUND, amount_cents=4001))
    assert refusal.value.params == {"asked": 4001, "left": 4000}


def test_all_that_is_left():
    play = under("partially_refunded")
    play.feed(REFUND)
    assert play.operation.amount_cents == 4000
    play = Play(policy=SPLIT).authorized()
    play.see(money("partially_captured", 2000))
    play.feed(CAPTURE)
    assert (play.operation.kind, play.operation.amount_cents) == (
        OperationKind.PARTIAL_CAPTURE,
        3000,
    )


def test_the_whole_amount_named_is_a_full_capture():
    play = Play().authorized()
    play.feed(replace(CAPTURE, amount_cents=TOTAL))
    assert play.operation.kind is OperationKind.CAPTURE


def test_an_expired_hold_is_not_captured():
    play = Play().authorized()
    expires = play.order.transaction.authorization_expires_at
    play.at = expires
    assert play.refuses(CAPTURE) == "authorization_expired"
    play.at = expires - timedelta(seconds=1)
    play.feed(CAPTURE)
    forever = Play().authorized(authorization_expires_at=None)
    forever.feed(CAPTURE)


# --- limits ---------------------------------------------------------------------------------------


def test_in_flight_counts_as_done():
    play = Play(policy=SPLIT).authorized()
    assert (capturable_cents(play.order), refundable_cents(play.order)) == (TOTAL, 0)
    play.feed(replace(CAPTURE, amount_cents=2000))
    assert capturable_cents(play.order) == 3000
    play.start()
    assert capturable_cents(play.order) == 3000
    play.answer(LOST)
    assert capturable_cents(play.order) == 3000
    assert in_flight_cents(play.order, frozenset({OperationKind.PARTIAL_CAPTURE})) == 2000
    play.answer(accepted("split_capture", 2000))
    assert (capturable_cents(play.order), refundable_cents(play.order)) == (3000, 2000)
    assert in_flight_cents(play.order, frozenset({OperationKind.PARTIAL_CAPTURE})) == 0
    play.ask_refund(500)
    assert refundable_cents(play.order) == 1500
    play.start()
    play.answer(NO)
    assert refundable_cents(play.order) == 2000


def test_a_verdict_counts_before_the_record_shows_it():
    play = Play(policy=SPLIT).authorized()
    play.feed(replace(CAPTURE, amount_cents=2000))
    play.start()
    play.answer(accepted("split_capture", 2000))
    play.order = replace(play.order, transaction=money("partially_captured"))
    assert (capturable_cents(play.order), refundable_cents(play.order)) == (3000, 2000)
    play.ask_refund(1500)
    play.start()
    play.answer(accepted("refund", 1500))
    play.order = replace(play.order, transaction=money("partially_captured", 2000))
    assert refundable_cents(play.order) == 500
    assert play.refuses(replace(REFUND, amount_cents=501)) == "more_than_left"


def test_a_full_capture_is_not_asked_after_a_part_that_the_record_does_not_show():
    play = Play(policy=SPLIT).authorized()
    play.feed(replace(CAPTURE, amount_cents=2000))
    play.start()
    play.answer(accepted("split_capture", 2000))
    play.order = replace(play.order, transaction=money("authorized"))
    assert play.refuses(replace(CAPTURE, operation_id="b", amount_cents=TOTAL)) == "more_than_left"


def test_limits_without_a_transaction():
    assert capturable_cents(new_order()) == 0
    assert refundable_cents(new_order()) == 0


def test_a_record_beyond_its_limit_leaves_nothing():
    order = replace(new_order(), transaction=money("captured", TOTAL + 1, TOTAL + 2))
    assert (capturable_cents(order), refundable_cents(order)) == (0, 0)


# --- dropping, and trying again --------------------------------------------------------------------


def test_a_planned_command_can_be_dropped():
    play = Play().captured()
    play.ask_refund(1000)
    play.feed(events.CancelPlannedRequested("ann", "ref"))
    assert (play.operation.state, play.operation.verdict) == (OperationState.REFUSED, "cancelled")
    play.start()
    assert play.asks == []
    assert play.refuses(events.CancelPlannedRequested("ann", "ref")) == "already_sent"
    assert play.refuses(events.CancelPlannedRequested("ann", "none")) == "already_sent"


def test_what_has_left_cannot_be_dropped():
    play = Play().refunding()
    drop = events.CancelPlannedRequested("ann", "ref")
    assert play.refuses(drop) == "already_sent"
    play.answer(LOST)
    assert play.refuses(drop) == "already_sent"


def test_a_supervisor_allows_a_new_key():
    play = Play().authorized()
    assert play.refuses(events.GenerationRaised("sue")) == "nothing_refused"
    play.ask_capture()
    assert play.refuses(events.GenerationRaised("sue")) == "in_flight"
    play.start()
    play.answer(NO)
    play.ask_capture(name="again")
    assert play.operation.key == derived("capture")
    play.feed(events.CancelPlannedRequested("ann", "again"))
    play.feed(events.GenerationRaised("sue"))
    assert play.order.generation == 1
    assert play.kinds == ["generation_raised"]
    assert play.last.timeline[0].source is Source.SUPERVISOR
    play.ask_capture(name="third")
    assert play.operation.key == derived("capture", 1)


def test_what_never_left_was_not_refused():
    play = Play().captured()
    play.ask_refund(1000)
    play.feed(events.CancelPlannedRequested("ann", "ref"))
    assert play.refuses(events.GenerationRaised("sue")) == "nothing_refused"


def test_two_desks_derive_the_same_command():
    mine, theirs = Play().authorized(), Play(new_order(agent="bob", created_at=AT)).authorized()
    for desk in (mine, theirs):
        desk.feed(replace(VOID, actor=desk.order.agent))
    assert mine.operation.key == theirs.operation.key
    assert mine.operation.body == theirs.operation.body
