"""When is a money command that has no verdict asked for again, dropped, or a supervisor's?"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import (
    FindTransactions,
    ReadCheckout,
    ReadTransaction,
    StartTransmit,
)
from telesales_desktop.domain.order import Alert, ConfirmHint, OperationState
from tests.domain.play import (
    CHECKOUT,
    LOST,
    MONEY,
    NO,
    TOTAL,
    Play,
    entry,
    money,
)

HOUR = 3600
ALREADY = ["already_authorized", "already_captured", "duplicate-capture"]


def test_an_answer_that_never_comes_is_a_lost_one():
    play = Play().refunding()
    play.wait(119.9)
    assert play.operation.state is OperationState.SENT
    play.wait(0.2)
    assert play.operation.state is OperationState.UNKNOWN
    assert play.kinds == ["refund_unknown"]
    assert play.last.timeline[0].params == {"reason": "no_answer"}


def test_unknown_is_read_back_ever_slower_and_told_after_ten_minutes():
    play = Play().refunding()
    play.answer(LOST)
    asked = 0
    while play.at < play.operation.first_sent_at + timedelta(minutes=9, seconds=59):
        play.wait(1)
        asked += play.asks == [ReadTransaction(MONEY)]
    assert 20 <= asked <= 26
    assert play.order.alerts == ()
    play.wait(35)
    assert play.order.alerts == (Alert.UNKNOWN_TOO_LONG,)
    assert play.notices == ["needs_supervisor"]
    play.see(money("partially_refunded", TOTAL, 1000, events=(entry("refund", 1000, "key-ref"),)))
    assert play.order.alerts == ()


def test_ten_minutes_are_told_on_a_clock_that_was_set_back_too():
    play = Play().refunding()
    play.answer(LOST)
    play.at -= timedelta(minutes=20)
    play.wait(60)  # the due times move back with the clock
    play.wait(3)
    assert Alert.UNKNOWN_TOO_LONG in play.order.alerts


def test_a_planned_command_is_taken_up_again():
    play = Play().captured()
    play.ask_refund(1000)
    play.wait(1)
    assert play.asks == [StartTransmit("ref")]
    play.wait(0.5)
    assert play.asks == []
    play.wait(2)
    assert play.asks == [StartTransmit("ref")]


def test_what_waited_too_long_is_dropped():
    play = Play().captured()
    play.ask_refund(1000)
    planned = play.operation.planned_at
    play.at = planned + timedelta(seconds=601)
    play.start()
    assert (play.operation.state, play.operation.verdict) == (OperationState.REFUSED, "not_sent")
    assert play.asks == []
    for seconds in (600, -600):
        play = Play().captured()
        play.ask_refund(1000)
        play.at = play.operation.planned_at + timedelta(seconds=seconds, milliseconds=-1)
        play.start()
        assert play.operation.state is OperationState.SENT
    early = Play().captured()
    early.ask_refund(1000)
    early.at -= timedelta(seconds=601)  # a clock that was ahead tells nothing of how long it was
    early.start()
    assert early.operation.verdict == "not_sent"


def test_an_authorize_never_waits_too_long():
    play = Play().confirmed()
    play.at += timedelta(days=3)
    play.start()
    assert play.operation.state is OperationState.SENT


def stuck() -> Play:
    play = Play().refunding()
    play.answer(LOST)
    play.wait(601)
    assert Alert.UNKNOWN_TOO_LONG in play.order.alerts
    return play


VOID = events.VoidRequested("ann", by_supervisor=False)


def verdict(took_effect: bool, name: str = "ref") -> events.VerdictGiven:
    return events.VerdictGiven("sue", name, took_effect)


def test_a_supervisors_verdict():
    play = stuck()
    play.feed(verdict(took_effect=False))
    assert (play.operation.state, play.operation.verdict) == (OperationState.REFUSED, "by_hand")
    assert play.order.alerts == ()
    assert play.kinds == ["verdict_given", "refund_refused"]
    play = stuck()
    play.feed(verdict(took_effect=True))
    assert (play.operation.state, play.operation.verdict) == (OperationState.DONE, "by_hand")
    assert play.asks == [ReadTransaction(MONEY)]


def test_a_verdict_closes_only_what_machinery_cannot():
    play = Play().refunding()
    assert play.refuses(verdict(took_effect=True)) == "already_settled"
    assert play.refuses(verdict(took_effect=True, name="none")) == "already_settled"
    play.answer(LOST)
    assert play.refuses(verdict(took_effect=True)) == "still_checking"
    done = Play().captured()
    assert done.refuses(verdict(took_effect=True, name="cap")) == "already_settled"


def test_a_no_by_hand_waits_until_nothing_can_arrive_any_more():
    play = stuck()
    play.start()
    play.answer(LOST)
    sent = play.operation.last_sent_at
    play.at = sent + timedelta(seconds=119)
    assert play.refuses(verdict(took_effect=False)) == "still_checking"
    play.at = sent + timedelta(seconds=120)
    play.feed(verdict(took_effect=False))
    assert play.operation.state is OperationState.REFUSED


def test_a_yes_by_hand_waits_for_nothing():
    play = stuck()
    play.start()
    play.answer(LOST)
    play.feed(verdict(took_effect=True))
    assert play.operation.state is OperationState.DONE


def test_another_desks_command_is_not_called_undone_while_that_desk_may_send_it():
    play = Play().refunding()
    sent = play.operation.first_sent_at
    play.feed(events.TakenOver("bob"))
    play.see(money("captured", TOTAL))
    play.at = sent + timedelta(hours=24) - timedelta(seconds=1)
    assert play.refuses(verdict(took_effect=False)) == "other_desk"
    play.at = sent + timedelta(hours=24)
    play.feed(verdict(took_effect=False))
    assert play.operation.state is OperationState.REFUSED


def test_that_an_authorize_happened_is_for_affirms_record_to_say():
    """By a hand that was wrong the order could be neither captured nor authorized again."""
    play = Play().confirmed()
    play.start()
    play.answer(LOST)
    play.wait(601)
    named = play.operation.operation_id
    assert play.refuses(verdict(took_effect=True, name=named)) == "affirm_shows_it"
    play.read("authorized")
    assert play.asks == [FindTransactions(CHECKOUT, play.checkout.sent_at - timedelta(hours=1))]
    play.listed(money(events_known=False))
    assert play.order.transaction is not None
    assert play.operation.state is OperationState.DONE


def voiding() -> Play:
    play = Play().authorized()
    play.feed(VOID)
    play.start()
    play.answer(LOST)
    play.wait(601)
    return play


def test_nothing_is_commanded_on_a_record_that_lacks_what_was_closed_by_hand():
    play = voiding()
    play.feed(verdict(took_effect=True, name=play.operation.operation_id))
    assert play.asks == [ReadTransaction(MONEY)]
    assert play.refuses(VOID) == "reading_first"
    play.feed(events.ReadFailed("", MONEY, "timeout"))
    assert play.refuses(VOID) == "reading_first"
    play.wait(62)
    assert play.asks == [ReadTransaction(MONEY)]


def test_what_is_done_is_not_done_again_though_affirms_record_does_not_show_it():
    play = voiding()
    play.feed(verdict(took_effect=True, name=play.operation.operation_id))
    play.see(money("authorized"))
    assert play.refuses(VOID) == "reading_first"  # a replica may lag
    play.wait(601)
    play.see(money("authorized"))
    assert play.refuses(VOID) == "already_asked"
    play.see(money("voided"))
    assert play.refuses(VOID) == "voided"


def test_a_refund_closed_by_hand_is_looked_for_within_a_minute():
    play = stuck()
    play.feed(verdict(took_effect=True))
    assert play.order.unproven
    assert play.order.next_read_at == play.at + timedelta(minutes=1)


def test_an_authorize_that_was_called_undone_by_hand_goes_on_if_the_customer_is_done():
    play = Play().confirmed()
    play.start()
    play.answer(LOST)
    play.wait(601)
    play.feed(verdict(took_effect=False, name=play.operation.operation_id))
    assert play.asks == [ReadCheckout(CHECKOUT)]


def test_a_refund_that_was_called_undone_by_hand_is_left_at_that():
    play = stuck()
    play.feed(verdict(took_effect=False))
    assert play.asks == []
    assert not play.order.unproven


def test_an_agents_hint_ends_with_a_no():
    play = Play().linked()
    play.feed(events.AuthorizeRequested("ann"))
    play.read("opened")
    play.start()
    play.answer(NO)
    assert play.checkout.hint is ConfirmHint.NONE
    assert play.asks == [ReadCheckout(CHECKOUT)]


def test_a_webhooks_word_outlives_the_agents_hint():
    play = Play().linked()
    play.feed(events.AuthorizeRequested("ann"))
    play.hear("confirmed")
    assert play.checkout.hint is ConfirmHint.AGENT
    play.read("opened")
    play.start()
    play.answer(NO)
    assert play.checkout.hint is ConfirmHint.WEBHOOK


def test_another_alert_stays_when_an_outcome_is_known():
    play = stuck()
    play.order = replace(play.order, alerts=(*play.order.alerts, Alert.UNRECOGNIZED))
    play.feed(verdict(took_effect=True))
    assert play.order.alerts == (Alert.UNRECOGNIZED,)


def test_an_answer_that_can_never_be_read_is_not_asked_for_in_a_loop():
    play = Play().refunding()
    gone = []
    for _ in range(240):  # two minutes in which every read comes back at once, and unchanged
        if play.operation.state is OperationState.SENT:
            gone.append(play.at)
            play.answer(LOST)
        play.see(money("captured", TOTAL))
        if play.asks == [StartTransmit("ref")]:
            play.start()
        play.at += timedelta(milliseconds=499)
    assert play.operation.state in (OperationState.SENT, OperationState.UNKNOWN)
    pauses = [b - a for a, b in pairwise(gone)]
    assert pauses[0] < timedelta(seconds=1)
    assert pauses[1:] == sorted(pauses[1:])
    assert 5 <= len(gone) <= 10
