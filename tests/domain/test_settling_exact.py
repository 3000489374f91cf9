"""Are the exact bounds, times and names of settling what they are said to be?"""

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events, pace
from telesales_desktop.domain.effects import StartTransmit
from telesales_desktop.domain.order import (
    Alert,
    ConfirmHint,
    Operation,
    OperationKind,
    OperationState,
)
from tests.domain.play import AT, LOST, MONEY, NO, TOTAL, Play, accepted, entry, money

BUSY = events.Busy(7.0, in_progress=False)
DAY = timedelta(days=1)


def sent_again() -> Play:
    """A capture whose first answer was lost, on its second sending."""
    play = Play().authorized()
    play.ask_capture()
    play.start()
    play.answer(LOST)
    play.start()
    return play


@pytest.mark.parametrize("outcome", [BUSY, events.NotSent(), events.Busy(7.0, in_progress=True)])
def test_what_has_left_once_stays_so_and_its_key_keeps_its_age(outcome):
    play = sent_again()
    first = play.operation.first_sent_at
    play.answer(outcome)
    assert play.operation.state is OperationState.UNKNOWN
    assert play.operation.ever_left is True
    assert play.operation.first_sent_at == first


def test_a_key_that_never_arrived_does_not_age():
    play = Play().authorized()
    play.ask_capture()
    play.start()
    play.answer(events.NotSent())
    assert (play.operation.ever_left, play.operation.first_sent_at) == (False, None)


def test_each_operation_waits_at_a_pace_of_its_own():
    play = Play().authorized()
    play.ask_capture()
    play.start()
    play.answer(events.NotSent())
    waiting = play.operation
    assert waiting.next_try_at == pace.settle_try_at(0, play.at, waiting.operation_id)
    assert waiting.tries == 1
    play.start()
    play.answer(LOST)
    lost = play.operation
    assert lost.next_try_at == pace.settle_try_at(1, play.at, lost.operation_id)
    assert lost.tries == 2


def test_the_same_request_goes_again_at_once_and_then_ever_later():
    operation = Operation(
        "o", OperationKind.REFUND, MONEY, 5, "k", "{}", OperationState.UNKNOWN, "ann", AT, sends=1
    )
    assert pace.may_go_again(replace(operation, last_sent_at=AT), AT)
    twice = replace(operation, sends=2, last_sent_at=AT)
    due = pace.settle_try_at(0, AT, "o")
    assert not pace.may_go_again(twice, due - timedelta(microseconds=1))
    assert pace.may_go_again(twice, due)


def test_done_says_by_which_entry_and_which_request():
    play = Play().authorized()
    play.ask_capture()
    play.start()
    yes = replace(accepted("capture", TOTAL), request_id="req9")
    play.answer(yes)
    assert (play.operation.verdict, play.operation.request_id) == ("EV-capture-1", "req9")
    assert play.notices == ["operation_done"]


def test_done_keeps_the_request_that_was_known():
    play = sent_again()
    play.answer(replace(LOST, request_id="req5"))
    play.see(money("captured", TOTAL))
    assert (play.operation.state, play.operation.request_id) == (OperationState.DONE, "req5")


def test_an_outcome_takes_both_alerts_back():
    play = sent_again()
    play.answer(LOST)
    play.order = replace(play.order, alerts=(Alert.UNKNOWN_TOO_LONG, Alert.KEY_TOO_OLD))
    play.see(money("captured", TOTAL))
    assert play.order.alerts == ()


def test_an_alert_stays_while_another_operation_is_open():
    play = sent_again()
    play.answer(LOST)
    other = replace(play.operation, operation_id="other", kind=OperationKind.UPDATE, key="k2")
    play.order = replace(
        play.order,
        operations=(*play.order.operations, other),
        alerts=(Alert.UNKNOWN_TOO_LONG, Alert.KEY_TOO_OLD),
    )
    play.see(money("captured", TOTAL))
    assert play.order.alerts == (Alert.UNKNOWN_TOO_LONG, Alert.KEY_TOO_OLD)


def doubted_at_second_sending() -> Play:
    play = Play().captured()
    play.ask_refund(1000)
    play.start()
    play.answer(LOST)
    play.see(money("captured", TOTAL))
    play.start()
    play.answer(NO)
    return play


def test_a_doubt_is_settled_from_the_end_of_the_horizon_on():
    early = doubted_at_second_sending()
    last = early.operation.last_sent_at
    early.at = last + timedelta(seconds=120) - timedelta(milliseconds=2)
    early.see(money("captured", TOTAL))
    assert early.operation.state is OperationState.UNKNOWN
    early.see(money("captured", TOTAL))
    assert early.at == last + timedelta(seconds=120)
    assert early.operation.state is OperationState.REFUSED


@pytest.mark.parametrize(
    ("age", "goes"),
    [
        (DAY - timedelta(microseconds=1), True),
        (DAY, False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, microseconds=-1), False),
    ],
)
def test_a_key_is_sent_again_for_a_day_and_not_from_the_future(age, goes):
    play = Play().captured()
    play.ask_refund(1000)
    play.start()
    play.answer(LOST)
    now = play.at + timedelta(milliseconds=1)
    aged = replace(play.operation, first_sent_at=now - age)
    play.order = replace(play.order, operations=(*play.order.operations[:-1], aged))
    play.see(money("captured", TOTAL))
    assert (StartTransmit("ref") in play.asks) is goes
    assert (Alert.KEY_TOO_OLD in play.order.alerts) is not goes


def test_only_the_agents_word_is_used_up_by_a_no():
    play = Play().linked()
    play.hear("confirmed", verified=False, from_browser=True)
    play.read("confirmed")
    play.start()
    play.answer(NO)
    assert play.checkout.hint is ConfirmHint.BROWSER
    asked = Play().linked()
    asked.feed(events.AuthorizeRequested("ann"))
    asked.read("opened")
    asked.start()
    asked.answer(NO)
    assert asked.checkout.hint is ConfirmHint.NONE


# --- reads that lag -------------------------------------------------------------------------------------------


def settled_long_ago_and_just_now() -> Play:
    """A capture that is done for long, and an update that is done now."""
    play = Play().authorized()
    play.see(money())
    play.ask_capture()
    play.start()
    play.answer(accepted("capture", TOTAL))
    play.at += timedelta(seconds=601)
    play.see(money("captured", TOTAL))
    play.feed(events.UpdateRequested("ann", "upd", "key-upd", "UPS", "1Z"))
    play.start()
    play.answer(accepted("update"))
    return play


def test_after_ten_minutes_the_record_stands_whatever_we_thought():
    play = settled_long_ago_and_just_now()
    play.see(money("authorized", 0, events=(entry("update"),)))
    assert play.order.transaction.word == "authorized"


@pytest.mark.parametrize(("seconds", "word"), [(600 - 1e-6, "captured"), (600, "authorized")])
def test_a_replica_may_lag_for_ten_minutes(seconds, word):
    play = Play().authorized()
    play.see(money())
    play.ask_capture()
    play.start()
    play.answer(accepted("capture", TOTAL))
    play.at = play.operation.settled_at + timedelta(seconds=seconds) - timedelta(milliseconds=1)
    play.see(money("authorized"))
    assert play.order.transaction.word == word


# --- ticks ----------------------------------------------------------------------------------------------------


def test_a_tick_takes_up_everything_that_is_due():
    """Two desks' commands may be open in one order that was taken over."""
    play = Play().authorized()
    play.ask_capture()
    play.start()
    sent = play.operation
    lost = replace(
        sent,
        operation_id="other",
        kind=OperationKind.UPDATE,
        key="k2",
        state=OperationState.UNKNOWN,
        ever_left=True,
        next_try_at=play.at,
        tries=3,
    )
    play.order = replace(play.order, operations=(sent, lost))
    play.wait(pace.ANSWER_S)
    first, second = play.order.operations
    assert first.state is OperationState.UNKNOWN
    assert second.tries == 4
    assert second.next_try_at == pace.settle_try_at(3, play.at, "other")


def test_an_authorize_marks_its_link_as_authorized_now():
    play = Play().authorized()
    assert play.checkout.word == "authorized"
    assert play.checkout.word_at == play.at
    assert play.checkout.word_version == play.order.version


def test_ten_minutes_are_up_at_ten_minutes():
    play = sent_again()
    play.answer(LOST)
    first = play.operation.first_sent_at
    play.order = replace(
        play.order, operations=(replace(play.operation, next_try_at=play.at),), alerts=()
    )
    play.at = first + timedelta(seconds=600) - timedelta(milliseconds=1)
    play.feed(events.Ticked())
    assert play.order.alerts == (Alert.UNKNOWN_TOO_LONG,)


def test_desks_are_spread_by_thousandths():
    share = zlib.crc32(b"seed|0") % 1000 / 1000
    assert pace.settle_try_at(0, AT, "seed") == AT + timedelta(seconds=2 * (0.9 + 0.1 * share))
