"""Is an authorize without a verdict left alone once another link of its order is authorized?"""

from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import FindTransactions, ReadCheckout, Transmit
from telesales_desktop.domain.order import Alert, OperationState
from telesales_desktop.domain.overtaking import ENOUGH_MISSES
from tests.domain.play import CHECKOUT, LOST, Play, money

HORIZON_S = 121
DONE = events.AuthorizeRequested("ann", "CHK2")


def second_link_asked_for(**sending) -> Play:
    """Of two links the second one is authorized on the agent's word; its answer is lost."""
    play = Play().linked()
    play.feed(events.SupersedeRequested("ann"))
    play.linked("CHK2")
    play.feed(DONE)
    play.read("opened", "CHK2")
    if not play.started:  # the other link was looked at first
        play.read("opened")
        play.read("opened", "CHK2")
    assert play.operation.subject_id == "CHK2"
    if not sending.get("waits"):
        play.start()
        play.answer(LOST)
    return play


def sent(play: Play) -> bool:
    return play.started or any(isinstance(ask, Transmit) for ask in play.asks)


def settle(play: Play, word: str, *transactions) -> None:
    """The link is read back, and then Affirm's list."""
    play.wait(30)
    play.read(word, "CHK2")
    play.listed(*transactions)


def test_it_is_not_sent_again_when_affirms_list_shows_the_other_link():
    play = second_link_asked_for()
    play.read("opened")
    settle(play, "confirmed", money())
    assert play.order.transaction.checkout_id == CHECKOUT
    assert not sent(play)
    assert (play.operation.state, play.operation.doubted) == (OperationState.UNKNOWN, True)


@pytest.mark.parametrize("is_read", [True, False])
def test_one_that_was_about_to_be_sent_again_is_not(is_read):
    play = second_link_asked_for()
    play.read("opened")
    settle(play, "confirmed")
    assert play.started
    if is_read:
        play.read("authorized")
    else:
        play.listed(money())
    play.start()
    assert not sent(play)
    assert play.operation.sends == 1
    assert play.operation.doubted


def test_one_that_never_left_is_closed():
    play = second_link_asked_for(waits=True)
    play.read("authorized")
    play.start()
    assert not sent(play)
    assert (play.operation.state, play.operation.verdict) == (OperationState.REFUSED, "overtaken")


def test_it_is_closed_once_nothing_can_be_under_way_and_the_list_does_not_show_it():
    play = second_link_asked_for()
    play.read("authorized")
    settle(play, "confirmed", money())
    assert play.operation.doubted
    settle(play, "confirmed", money())
    assert play.operation.state is OperationState.UNKNOWN
    play.wait(HORIZON_S)
    settle(play, "confirmed", money())
    assert (play.operation.state, play.operation.verdict) == (OperationState.REFUSED, "overtaken")
    assert not sent(play)
    assert play.asks == [ReadCheckout("CHK2")]
    play.read("confirmed", "CHK2")
    assert Alert.SECOND_CONFIRMATION in play.order.alerts
    assert len(play.order.operations) == 1


def test_one_that_did_take_effect_is_for_a_person():
    play = second_link_asked_for()
    play.read("authorized")
    play.wait(HORIZON_S)
    for _ in range(3):
        settle(play, "authorized", money())
        assert not sent(play)
    assert play.operation.state is OperationState.UNKNOWN
    assert Alert.UNKNOWN_TOO_LONG in play.order.alerts


def test_what_affirm_said_to_a_repeat_is_not_forgotten():
    play = second_link_asked_for()
    play.read("opened")
    settle(play, "confirmed")
    play.start()
    play.answer(events.Rejected(400, "already_authorized", "Already."))
    assert play.operation.doubted
    play.read("authorized")
    play.start()
    assert not sent(play)
    assert play.operation.verdict == "already_authorized"
    play.wait(HORIZON_S)
    settle(play, "confirmed", money())
    assert play.operation.state is OperationState.UNKNOWN
    assert Alert.UNKNOWN_TOO_LONG in play.order.alerts


def test_its_own_link_in_the_list_is_its_yes_whatever_the_other_shows():
    play = second_link_asked_for()
    play.read("authorized")
    settle(play, "authorized", money(transaction_id="TXN2", checkout_id="CHK2"))
    assert play.operation.state is OperationState.DONE


def test_the_other_links_are_looked_at_before_it_is_sent_again():
    play = second_link_asked_for()
    settle(play, "opened")
    assert play.asks == [ReadCheckout(CHECKOUT)]
    play.read("opened")
    settle(play, "opened")
    assert play.started


def test_a_look_from_before_the_last_sending_does_not_count():
    play = second_link_asked_for()
    play.read("opened")
    settle(play, "opened")
    play.start()
    play.answer(LOST)
    assert play.operation.sends == 2
    play.at += timedelta(minutes=1)
    settle(play, "opened")
    assert play.asks == [ReadCheckout(CHECKOUT)]


def test_a_link_that_cannot_be_read_holds_it_up_for_a_few_tries_only():
    play = second_link_asked_for()
    for _ in range(ENOUGH_MISSES):
        settle(play, "opened")
        assert not play.started
        play.feed(events.ReadFailed(CHECKOUT, "", "gone"))
    settle(play, "opened")
    assert play.started


def test_a_link_without_an_id_is_not_read():
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    play.linked("CHK2")
    play.feed(DONE)
    play.read("opened", "CHK2")
    assert play.asks == [FindTransactions("CHK2", play.asks[0].since)]
    play.listed()
    play.read("opened", "CHK2")
    assert play.started
    play.start()
    play.answer(LOST)
    settle(play, "opened")
    assert play.started
