"""Does every money command get its verdict, whatever happens to the answer?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import (
    FindTransactions,
    ReadCheckout,
    ReadTransaction,
    StartTransmit,
    Transmit,
)
from telesales_desktop.domain.order import Alert, FreezeReason, OperationState
from tests.domain.play import (
    CHECKOUT,
    LOST,
    MONEY,
    NO,
    TOTAL,
    Play,
    accepted,
    entry,
    money,
)

HOUR = 3600
ALREADY = ["already_authorized", "already_captured", "duplicate-capture"]


def test_an_authorize_from_plan_to_done():
    play = Play().confirmed()
    planned = play.operation
    assert (planned.state, planned.amount_cents) == (OperationState.PLANNED, TOTAL)
    assert play.asks == [StartTransmit(planned.operation_id)]
    play.start()
    assert play.asks == [Transmit(planned.operation_id, 1)]
    sent = play.operation
    assert (sent.state, sent.sends, sent.first_sent_at) == (OperationState.SENT, 1, play.at)
    assert sent.told_version == play.order.version
    play.answer(events.Accepted(transaction=money(events_known=False), request_id="r"))
    done = play.operation
    assert (done.state, done.verdict, done.request_id) == (OperationState.DONE, MONEY, "r")
    assert done.settled_version == play.order.version
    assert play.checkout.word == "authorized"
    assert play.checkout.next_read_at is None
    assert play.notices == ["authorized"]
    assert play.order.transaction.word == "authorized"


def test_starting_twice_sends_once():
    play = Play().confirmed()
    play.start()
    play.start()
    assert play.asks == []
    play.feed(events.TransmitStarted("none"))
    assert play.asks == []


@pytest.mark.parametrize("outcome", [NO, LOST, events.NotSent(), events.Busy(1, True)])
def test_an_answer_to_nothing_changes_nothing(outcome):
    play = Play().captured()
    before = play.order
    play.feed(events.OperationAnswered("none", 1, outcome))
    assert play.order is before
    play.answer(outcome)  # to what is done
    assert play.order is before


def test_a_first_no_is_a_no():
    play = Play().captured()
    play.ask_refund(1000)
    play.start()
    play.answer(replace(NO, request_id="r"))
    refused = play.operation
    assert (refused.state, refused.verdict) == (OperationState.REFUSED, "invalid_request")
    assert (refused.message, refused.request_id) == ("No.", "r")
    assert play.kinds == ["refund_refused"]
    assert play.notices == ["operation_refused"]
    assert play.asks == [ReadTransaction(MONEY)]


@pytest.mark.parametrize("reason", ALREADY)
def test_already_is_read_back_and_not_believed(reason):
    play = Play().authorized()
    play.ask_capture()
    play.start()
    play.answer(events.Rejected(400, reason))
    assert play.operation.state is OperationState.UNKNOWN
    assert play.operation.doubted
    assert play.asks == [ReadTransaction(MONEY)]
    play.see(money("captured", TOTAL))
    assert play.operation.state is OperationState.DONE


def test_already_authorized_is_found_in_the_list():
    play = Play().confirmed()
    play.start()
    play.answer(events.Rejected(403, "already_authorized"))
    assert play.asks == [ReadCheckout(CHECKOUT)]
    play.read("authorized")
    assert [type(e) for e in play.asks] == [FindTransactions]
    play.listed(money(events_known=False))
    assert play.operation.state is OperationState.DONE
    assert play.operation.verdict == "read_back"


@pytest.mark.parametrize(
    ("outcome", "state", "pause"),
    [
        (events.Busy(7.0, in_progress=False), OperationState.PLANNED, 7.0),
        (events.Busy(7.0, in_progress=True), OperationState.UNKNOWN, 7.0),
        (events.NotSent("unreachable"), OperationState.PLANNED, 1.8),
    ],
)
def test_waiting_sends_the_same_request_again(outcome, state, pause):
    play = Play().captured()
    play.ask_refund(1000)
    play.start()
    before = play.operation
    play.answer(outcome)
    waiting = play.operation
    assert (waiting.state, waiting.tries) == (state, 1)
    assert waiting.next_try_at >= play.at + timedelta(seconds=pause)
    assert play.asks == []
    play.wait(pause - 0.1)
    assert play.asks == []
    play.wait(1)
    if state is OperationState.UNKNOWN:
        assert play.asks == [ReadTransaction(MONEY)]
        play.see(money("captured", TOTAL))
    assert play.asks == [StartTransmit("ref")]
    play.start()
    again = play.operation
    assert (again.key, again.body, again.sends) == (before.key, before.body, 2)


def test_a_key_that_never_arrived_does_not_age():
    play = Play().captured()
    play.ask_refund(1000)
    play.start()
    play.answer(events.NotSent())
    assert play.operation.first_sent_at is None
    play.wait(30)
    play.start()
    assert play.operation.state is OperationState.SENT
    assert play.operation.first_sent_at == play.at


@pytest.mark.parametrize("wait_s", [float("inf"), float("nan"), 1e300, -5.0])
def test_an_absurd_wait_is_bounded(wait_s):
    play = Play().refunding()
    play.answer(events.Busy(wait_s, in_progress=True))
    wait = play.operation.next_try_at - play.at
    assert timedelta(seconds=1) < wait <= timedelta(hours=1)


def test_no_verdict_is_unknown_and_read_back_at_once():
    play = Play().refunding()
    play.answer(events.NoVerdict("http_500", "r5"))
    lost = play.operation
    assert (lost.state, lost.ever_left, lost.request_id) == (OperationState.UNKNOWN, True, "r5")
    assert play.kinds == ["refund_unknown"]
    assert play.notices == ["outcome_unknown"]
    assert play.asks == [ReadTransaction(MONEY)]
    assert timedelta(seconds=1.8) <= lost.next_try_at - play.at <= timedelta(seconds=2)


def test_an_unchanged_read_back_proves_nothing():
    play = Play().refunding()
    key, body = play.operation.key, play.operation.body
    play.answer(LOST)
    play.see(money("captured", TOTAL))
    assert play.operation.state is OperationState.UNKNOWN
    assert play.asks == [StartTransmit("ref")]
    play.start()
    assert (play.operation.key, play.operation.body) == (key, body)
    assert play.asks == [Transmit("ref", 2)]


def test_equal_amounts_prove_nothing():
    play = Play().refunding(1000)
    play.answer(LOST)
    play.see(money("partially_refunded", TOTAL, 1000, events=(entry("refund", 1000),)))
    assert play.operation.state is OperationState.UNKNOWN


def test_our_reference_proves_it():
    play = Play().refunding(1000)
    play.answer(LOST)
    shown = (entry("refund", 1000, "key-ref"),)
    play.see(money("partially_refunded", TOTAL, 1000, events=shown))
    assert (play.operation.state, play.operation.verdict) == (OperationState.DONE, "read_back")
    assert play.kinds == ["transaction_status", "refund_done"]


@pytest.mark.parametrize(
    ("command", "record", "verdict"),
    [
        (events.CaptureRequested("ann", "c", "k"), money("voided"), "overtaken"),
        (events.VoidRequested("ann"), money("captured", TOTAL), "overtaken"),
    ],
)
def test_what_another_command_has_overtaken_is_refused(command, record, verdict):
    play = Play().authorized()
    play.feed(command)
    play.start()
    play.answer(LOST)
    asked = play.operation.told_version
    play.see(record, asked_version=asked - 1)
    assert play.operation.state is OperationState.UNKNOWN
    play.see(record)
    assert (play.operation.state, play.operation.verdict) == (OperationState.REFUSED, verdict)


def test_what_was_overtaken_after_a_no_keeps_affirms_reason():
    play = Play().authorized()
    play.ask_capture()
    play.start()
    doubted(play)
    play.see(money("voided"))
    assert play.operation.verdict == "invalid_request"


def test_a_read_asked_before_the_sending_says_nothing():
    play = Play().refunding()
    asked = play.order.version - 1
    play.answer(LOST)
    play.see(money("captured", TOTAL), asked_version=asked)
    assert play.asks == []
    play.see(money("captured", TOTAL), asked_version=play.operation.told_version)
    assert play.asks == [StartTransmit("ref")]


def test_an_old_key_is_never_sent_again():
    play = Play().refunding()
    play.answer(LOST)
    sent = play.operation.first_sent_at
    play.at = sent + timedelta(hours=24) - timedelta(milliseconds=2)
    play.see(money("captured", TOTAL))
    assert play.asks == [StartTransmit("ref")]
    play.at = sent + timedelta(hours=24)
    play.see(money("captured", TOTAL))
    assert play.asks == []
    assert Alert.KEY_TOO_OLD in play.order.alerts
    play.start()
    assert play.asks == []
    assert play.operation.state is OperationState.UNKNOWN


def test_a_key_from_the_future_is_not_young():
    play = Play().refunding()
    play.answer(LOST)
    play.at -= timedelta(minutes=4)
    play.see(money("captured", TOTAL))
    assert play.asks == [StartTransmit("ref")]
    play.at -= timedelta(minutes=2)
    play.see(money("captured", TOTAL))
    assert play.asks == []
    assert Alert.KEY_TOO_OLD in play.order.alerts


# --- a no to a repeat ---------------------------------------------------------------------------


def doubted(play: Play | None = None, reason: str = "invalid_request") -> Play:
    play = Play().refunding() if play is None else play
    play.answer(LOST)
    play.start()
    play.answer(events.Rejected(400, reason))
    return play


def test_a_no_to_a_repeat_is_read_back():
    play = doubted()
    assert play.operation.state is OperationState.UNKNOWN
    assert play.operation.doubted
    assert play.kinds == ["refund_doubted"]
    assert play.operation.told_version == play.order.version
    play.see(money("captured", TOTAL))
    assert play.operation.state is OperationState.UNKNOWN
    assert play.asks == []


def test_it_is_refused_once_nothing_can_be_under_way():
    play = doubted()
    sent = play.operation.last_sent_at
    play.at = sent + timedelta(seconds=120) - timedelta(milliseconds=2)
    play.see(money("captured", TOTAL))
    assert play.operation.state is OperationState.UNKNOWN
    play.at = sent + timedelta(seconds=120)
    play.see(money("captured", TOTAL))
    assert (play.operation.state, play.operation.verdict) == (
        OperationState.REFUSED,
        "invalid_request",
    )


def test_it_is_done_if_the_record_shows_it():
    play = doubted()
    shown = (entry("refund", 1000, "key-ref"),)
    play.see(money("partially_refunded", TOTAL, 1000, events=shown))
    assert play.operation.state is OperationState.DONE
    assert not play.operation.doubted


@pytest.mark.parametrize("refunded", [1000, 1500])
def test_what_may_be_our_own_repeat_is_for_a_person(refunded):
    play = doubted()
    play.at += timedelta(seconds=121)
    play.see(money("partially_refunded", TOTAL, refunded))
    assert play.operation.state is OperationState.UNKNOWN
    assert Alert.UNKNOWN_TOO_LONG in play.order.alerts


def test_less_than_the_amount_is_not_ours():
    play = doubted()
    play.at += timedelta(seconds=121)
    play.see(money("partially_refunded", TOTAL, 999))
    assert play.operation.state is OperationState.REFUSED


def test_a_read_without_events_does_not_refuse():
    play = doubted()
    play.at += timedelta(seconds=121)
    play.see(money("captured", TOTAL, events_known=False))
    assert play.operation.state is OperationState.UNKNOWN
    assert Alert.UNKNOWN_TOO_LONG in play.order.alerts


def test_already_on_a_repeat_is_never_refused_by_machinery():
    play = doubted(reason="already_captured")
    play.at += timedelta(seconds=121)
    play.see(money("captured", TOTAL))
    assert play.operation.state is OperationState.UNKNOWN
    assert Alert.UNKNOWN_TOO_LONG in play.order.alerts


def test_a_doubted_authorize_is_not_refused_while_affirm_says_authorized():
    play = Play().confirmed()
    play.start()
    doubted(play, "invalid_request")
    play.read("authorized")
    play.at += timedelta(seconds=121)
    play.listed()
    assert play.operation.state is OperationState.UNKNOWN


def test_a_doubted_authorize_is_refused_by_a_complete_list():
    play = Play().confirmed()
    play.start()
    doubted(play)
    play.at += timedelta(seconds=121)
    play.listed(complete=False)
    assert play.operation.state is OperationState.UNKNOWN
    play.listed()
    assert play.operation.state is OperationState.REFUSED
    # The customer may be done all the same: a read goes on with it, or says so.
    assert ReadCheckout(CHECKOUT) in play.asks
    play.read("confirmed")
    assert play.order.alerts == (Alert.AUTHORIZE_REFUSED,)


# --- answers that come late, or show something else -----------------------------------------------


def test_a_late_yes_settles_an_unknown():
    play = Play().refunding()
    play.answer(LOST)
    play.start()
    play.answer(accepted("refund", 1000), send=1)
    assert play.operation.state is OperationState.DONE


@pytest.mark.parametrize("outcome", [NO, LOST, events.Busy(1, False), events.NotSent()])
def test_another_late_answer_says_nothing(outcome):
    play = Play().refunding()
    play.answer(LOST)
    play.start()
    before = play.order
    play.answer(outcome, send=1)
    assert play.order is before


def test_a_yes_after_a_no_is_believed():
    play = Play().refunding()
    play.answer(NO)
    play.answer(accepted("refund", 1000))
    assert play.operation.state is OperationState.DONE


def test_a_yes_after_a_no_that_was_followed_is_for_a_supervisor():
    play = Play().refunding()
    play.answer(NO)
    first = play.operation
    play.ask_refund(1000, "again")
    play.feed(events.OperationAnswered("ref", 1, accepted("refund", 1000)))
    assert play.order.operation("ref") == first
    assert Alert.SECOND_CONFIRMATION in play.order.alerts
    assert play.asks == [ReadTransaction(MONEY)]


def test_a_later_command_of_another_kind_follows_nothing():
    play = Play().refunding()
    play.answer(NO)
    play.feed(events.UpdateRequested("ann", "up", "key-up", "UPS", "1Z"))
    play.feed(events.OperationAnswered("ref", 1, accepted("refund", 1000)))
    assert play.order.operation("ref").state is OperationState.DONE


@pytest.mark.parametrize("answer", [events.Accepted(), events.Accepted(event=entry("auth"))])
def test_a_yes_without_a_transaction_is_unknown(answer):
    play = Play().confirmed()
    play.start()
    play.answer(answer)
    assert play.operation.state is OperationState.UNKNOWN
    assert play.asks == [ReadCheckout(CHECKOUT)]


def test_a_yes_without_an_event_is_unknown():
    play = Play().refunding()
    play.answer(events.Accepted(transaction=money()))
    assert play.operation.state is OperationState.UNKNOWN


@pytest.mark.parametrize(
    ("answer", "reason", "ours", "affirms"),
    [
        (accepted("refund", 1001), FreezeReason.AMOUNT, "1000", "1001"),
        (accepted("refund", 1000, currency="CAD"), FreezeReason.CURRENCY, "USD", "CAD"),
    ],
)
def test_another_amount_in_the_answer_freezes(answer, reason, ours, affirms):
    play = Play().refunding()
    play.answer(answer)
    assert play.operation.state is OperationState.DONE
    freeze = play.order.freeze
    assert (freeze.reason, freeze.ours, freeze.affirms) == (reason, ours, affirms)
    assert freeze.version == play.order.version


def test_no_currency_in_the_answer_is_no_mismatch():
    play = Play().refunding()
    play.answer(accepted("refund", 1000, currency=""))
    assert play.order.freeze is None


def test_a_void_shows_no_amount():
    play = Play().authorized()
    play.feed(events.VoidRequested("ann"))
    play.start()
    play.answer(accepted("void", 0))
    assert play.order.freeze is None
    assert play.order.transaction.word == "voided"
    assert play.asks == [ReadTransaction(MONEY)]


# --- frozen ---------------------------------------------------------------------------------------


def test_a_frozen_order_sends_nothing_that_was_planned():
    play = Play().confirmed()
    play.read("confirmed", total_cents=1)
    assert play.order.freeze is not None
    play.start()
    assert (play.operation.state, play.operation.verdict) == (OperationState.REFUSED, "frozen")
    assert play.asks == []


def test_a_frozen_order_repeats_nothing():
    play = Play().confirmed()
    play.start()
    play.answer(LOST)
    play.read("confirmed", total_cents=1)
    play.listed()
    assert play.asks == []
    play.start()
    assert play.asks == []
    assert play.operation.state is OperationState.UNKNOWN


def frozen_with_money() -> Play:
    play = Play().authorized(amount_cents=TOTAL + 1)
    assert play.order.freeze is not None
    return play


def test_a_supervisors_void_of_a_frozen_order_leaves():
    play = frozen_with_money()
    play.feed(events.VoidRequested("sue", by_supervisor=True))
    play.start()
    assert play.asks == [Transmit(play.operation.operation_id, 1)]


def test_a_void_from_before_the_freeze_does_not_leave():
    play = Play().refunding()
    play.answer(NO)
    play = Play().authorized()
    play.feed(events.VoidRequested("ann"))
    play.order = replace(play.order, freeze=frozen_with_money().order.freeze)
    play.order = replace(play.order, freeze=replace(play.order.freeze, version=play.order.version))
    play.start()
    assert play.operation.verdict == "frozen"


def test_a_transaction_tells_nothing_of_an_authorization_of_another_checkout():
    """Schedule 15604: a colleague's transaction closed our own authorization as refused."""
    play = Play().confirmed()
    play.start()
    play.answer(events.NoVerdict("timeout"))
    play.answer(events.NoVerdict("timeout"))
    ours = replace(play.operation, doubted=True, verdict="forbidden")
    theirs = money("authorized", checkout_id="CHK9")
    play.order = replace(play.order, operations=(ours,), transaction=theirs)
    play.wait(3600)
    play.see(theirs)
    assert play.operation.state is OperationState.UNKNOWN
    play.see(replace(theirs, checkout_id=CHECKOUT))
    assert play.operation.state is OperationState.DONE
