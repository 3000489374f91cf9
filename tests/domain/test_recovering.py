"""Is nothing that may have left taken for undone, after a stop or a take-over?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import (
    ReadCheckout,
    ReadTransaction,
    SendCheckout,
    StartSend,
    StartTransmit,
    Transmit,
)
from telesales_desktop.domain.order import Alert, OperationState, SendState
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, CHECKOUT, LOST, MONEY, NO, TOTAL, Play, accepted, entry, money

STARTED = events.Started()


def is_write(effect) -> bool:
    return isinstance(effect, StartSend | SendCheckout | StartTransmit | Transmit)


# --- the program starts -----------------------------------------------------------------------------


def test_a_planned_link_never_left():
    play = Play()
    play.feed(events.SendRequested("ann"))
    play.feed(STARTED)
    assert (play.checkout.state, play.checkout.refusal) == (SendState.REFUSED, "not_sent")
    assert play.kinds == ["send_refused"]
    assert play.last.timeline[0].params == {"reason": "not_sent"}


def test_a_link_that_was_out_may_have_arrived():
    play = Play().send()
    play.feed(STARTED)
    assert play.checkout.state is SendState.UNKNOWN
    assert play.kinds == ["may_have_been_sent"]
    assert play.last.timeline[0].params == {"reason": "program_stopped", "attempt": 1}
    assert not any(map(is_write, play.asks))


def test_a_command_that_was_out_is_read_back():
    play = Play().refunding()
    play.feed(STARTED)
    assert play.operation.state is OperationState.UNKNOWN
    assert play.operation.ever_left
    assert play.asks == [ReadTransaction(MONEY)]
    assert play.kinds == ["refund_unknown"]
    assert play.last.timeline[0].params == {"reason": "program_stopped"}
    play.feed(STARTED)
    assert play.operation.state is OperationState.UNKNOWN
    assert play.asks == [ReadTransaction(MONEY)]


def test_a_planned_refund_never_left():
    play = Play().captured()
    play.ask_refund(1000)
    play.feed(STARTED)
    assert (play.operation.state, play.operation.verdict) == (OperationState.REFUSED, "not_sent")
    assert play.asks == []


def test_a_planned_authorize_goes_on():
    play = Play().confirmed()
    play.feed(STARTED)
    assert StartTransmit(play.operation.operation_id) in play.asks
    assert play.operation.state is OperationState.PLANNED


def test_what_is_settled_stays():
    play = Play().captured()
    before = play.order
    play.feed(STARTED)
    assert play.order is before
    assert play.asks == []


def test_waiting_links_are_read():
    play = Play().linked()
    play.feed(STARTED)
    assert play.asks == [ReadCheckout(CHECKOUT)]
    play.read("voided")
    play.feed(STARTED)
    assert play.asks == []


@pytest.mark.parametrize("event", [STARTED, events.GapAnnounced()])
def test_only_the_owners_desk_reads_what_waits(event):
    play = Play(policy=Policy(is_ours=False)).linked()
    play.feed(event)
    assert play.asks == []
    play.hear("opened", "CHK9")
    play.feed(event)
    assert play.asks == [ReadCheckout("CHK9")]


# --- another desk's order is taken over ------------------------------------------------------------------


def taken(play: Play, *, released: bool = False) -> Play:
    play.feed(events.TakenOver("bob", released=released))
    return play


@pytest.mark.parametrize("is_out", [False, True])
def test_a_link_that_was_begun_elsewhere_may_have_left(is_out):
    play = Play()
    play.feed(events.SendRequested("ann"))
    if is_out:
        play.feed(events.SendStarted(1))
    taken(play)
    assert play.checkout.state is SendState.UNKNOWN
    assert play.kinds == ["may_have_been_sent", "taken_over"]
    assert play.last.timeline[0].params["reason"] == "taken_over"
    assert play.last.timeline[1].params == {"actor": "bob"}
    assert not play.order.unproven
    assert play.order.taken_over


@pytest.mark.parametrize("stage", ["planned", "sent", "unknown"])
def test_a_command_that_was_begun_elsewhere_is_read_back_and_never_sent_from_here(stage):
    play = Play().captured()
    play.ask_refund(1000)
    planned = play.operation
    if stage != "planned":
        play.start()
    if stage == "unknown":
        play.answer(LOST)
    sent = play.operation
    taken(play)
    operation = play.operation
    assert (operation.state, operation.foreign, operation.ever_left) == (
        OperationState.UNKNOWN,
        True,
        True,
    )
    assert operation.sends == max(1, sent.sends)
    assert operation.first_sent_at == (sent.first_sent_at or planned.planned_at)
    assert operation.told_version == play.order.version
    assert operation.next_try_at == play.at
    assert play.asks == [ReadTransaction(MONEY)]
    play.see(money("captured", TOTAL))
    assert play.asks == []
    assert Alert.UNKNOWN_TOO_LONG in play.order.alerts
    shown = (entry("refund", 1000, "key-ref"),)
    play.see(money("partially_refunded", TOTAL, 1000, events=shown))
    assert play.operation.state is OperationState.DONE


def test_after_a_hand_over_it_may_be_sent_from_here():
    play = Play().refunding()
    taken(play, released=True)
    assert not play.operation.foreign
    assert not play.order.taken_over
    play.see(money("captured", TOTAL))
    assert play.asks == [StartTransmit("ref")]


def test_a_hand_over_does_not_undo_a_take_over():
    play = Play().refunding()
    taken(taken(play), released=True)
    assert play.order.taken_over
    assert play.operation.foreign


def test_nothing_is_commanded_before_affirm_was_read():
    play = taken(Play().captured())
    assert play.order.unproven
    assert play.asks == [ReadTransaction(MONEY)]
    assert play.order.next_read_at == play.order.updated_at
    refund = events.RefundRequested("bob", "r", "k", 100)
    assert play.refuses(refund) == "reading_first"
    play.see(money("captured", TOTAL), asked_version=play.order.version - 1)
    assert play.refuses(refund) == "reading_first"
    play.see(money("captured", TOTAL))
    play.feed(refund)
    assert play.operation.operation_id == "r"


def test_a_proof_that_died_with_the_program_is_asked_for_again():
    play = taken(Play().captured())
    play.feed(STARTED)
    assert play.asks == [ReadTransaction(MONEY)]


def test_no_link_is_sent_before_the_links_were_read():
    play = Play().linked()
    play.read("not_approved")
    taken(play)
    assert play.order.unproven
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.order.next_read_at is None
    assert play.refuses(events.SendRequested("bob")) == "reading_first"
    play.read("not_approved")
    play.feed(events.SendRequested("bob"))
    assert play.asks == [StartSend(2)]


@pytest.mark.parametrize("word", ["voided", "not_approved"])
def test_a_link_that_ended_is_read_until_the_order_is_proved(word):
    """One lost answer left the order at "try again in a moment" for as long as nobody refreshed it."""
    play = Play().linked(expires_at=AT + timedelta(hours=1))
    play.at += timedelta(days=1)
    play.read(word)
    assert play.checkout.next_read_at is None
    taken(play)
    is_read_each_minute(play)
    play.read(word)
    assert play.checkout.next_read_at is None
    play.feed(events.SendRequested("bob"))
    assert play.asks == [StartSend(2)]


def test_an_old_link_is_read_each_minute_until_the_order_is_proved():
    play = Play().linked()
    play.at += timedelta(days=2)
    for _ in range(10):
        play.read("opened")
    is_read_each_minute(taken(play))
    play.read("opened")
    assert play.checkout.next_read_at - play.at > timedelta(hours=5)


def is_read_each_minute(play: Play) -> None:
    for _ in range(10):
        play.feed(events.ReadFailed(CHECKOUT, "", "timeout"))
        assert timedelta(0) < play.checkout.next_read_at - play.at <= timedelta(minutes=1)
        play.wait(60)
        assert play.asks == [ReadCheckout(CHECKOUT)]


def test_a_link_that_affirm_does_not_show_holds_no_new_link_up():
    play = Play().linked()
    play.read("not_approved")
    taken(play)
    play.feed(events.ReadFailed(CHECKOUT, "", "timeout"))
    assert play.refuses(events.SendRequested("bob")) == "reading_first"
    play.feed(events.ReadFailed(CHECKOUT, "", "affirm.rejected", refused=True))
    play.feed(events.SendRequested("bob"))
    assert play.asks == [StartSend(2)]


def test_money_that_affirm_does_not_show_is_not_proved():
    play = taken(Play().captured())
    play.feed(events.ReadFailed("", MONEY, "affirm.rejected", refused=True))
    play.feed(events.ReadFailed(CHECKOUT, "", "affirm.rejected", refused=True))
    assert play.refuses(events.RefundRequested("bob", "r", "k", 100)) == "reading_first"


def test_reads_from_before_the_take_over_are_old():
    play = Play().captured()
    play.ask_refund(1000)
    play.start()
    play.answer(accepted("refund", 1000))
    asked = play.order.version
    taken(play)
    assert play.operation.settled_version == play.order.version
    play.see(money("captured", TOTAL), asked_version=asked)
    assert play.order.transaction.refunded_cents == 1000


# --- a freeze is lifted --------------------------------------------------------------------------------------


def test_lifting_reads_before_anything_is_commanded():
    play = Play().authorized(amount_cents=TOTAL + 1)
    play.feed(events.FreezeLifted("sue"))
    assert play.order.freeze is None
    assert play.order.unproven
    assert play.kinds == ["freeze_lifted"]
    assert play.asks == [ReadTransaction(MONEY)]
    assert play.refuses(events.CaptureRequested("ann", "c", "k")) == "reading_first"
    play.see(money())
    play.ask_capture()
    assert play.operation.amount_cents == TOTAL


def test_lifting_goes_on_with_the_link():
    play = Play().linked()
    play.read("confirmed", total_cents=1)
    play.feed(events.FreezeLifted("sue"))
    assert not play.order.unproven
    assert play.asks == [ReadCheckout(CHECKOUT)]
    play.read("confirmed")
    assert play.order.operations


def test_only_what_is_frozen_is_lifted():
    assert Play().linked().refuses(events.FreezeLifted("sue")) == "not_frozen"


def test_a_refused_command_of_a_taken_order_stays_refused():
    play = Play().refunding()
    play.answer(NO)
    before = play.operation
    taken(play)
    assert play.operation == replace(before, settled_version=play.order.version)
