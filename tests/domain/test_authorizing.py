"""Is money asked for when the customer is done, once, and for the right link?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import (
    ReadCheckout,
    Source,
)
from telesales_desktop.domain.order import Alert, ConfirmHint, OperationState
from telesales_desktop.domain.policy import Policy
from tests.domain.play import CHECKOUT, LOST, NO, TOTAL, Play, new_order
from tests.domain.test_operations import derived

AUTHORIZE = events.AuthorizeRequested("ann")
PICK = events.AuthorizeRequested("sue", CHECKOUT, by_supervisor=True)


def test_confirmed_is_authorized_by_the_program():
    play = Play().linked()
    play.read("confirmed")
    assert play.started
    assert (play.operation.actor, play.operation.amount_cents) == ("program", TOTAL)


@pytest.mark.parametrize(
    ("order", "policy"),
    [
        (new_order(auto_authorize=False), Policy()),
        (new_order(), Policy(auto_authorize=False)),
    ],
)
def test_by_hand_where_the_merchant_wants_it(order, policy):
    play = Play(order, policy).linked()
    play.read("confirmed")
    assert play.order.operations == ()
    play.feed(AUTHORIZE)
    play.read("confirmed")
    assert play.operation.actor == "ann"


@pytest.mark.parametrize("word", ["unknown", "opened", "approved", "more_information_needed"])
def test_nothing_else_is_a_confirmation(word):
    play = Play().linked()
    play.read(word)
    assert play.order.operations == ()


@pytest.mark.parametrize("word", ["unknown", "opened"])
def test_a_verified_webhook_is_enough_where_reads_do_not_show_it(word):
    play = Play().linked()
    play.hear("confirmed")
    play.read(word)
    assert play.started
    strict = Play(policy=Policy(authorize_on_webhook=False)).linked()
    strict.hear("confirmed")
    strict.read("opened")
    assert strict.order.operations == ()


@pytest.mark.parametrize("word", ["not_approved", "voided"])
def test_a_webhook_does_not_outlive_an_end(word):
    play = Play().linked()
    play.hear("confirmed")
    play.read(word)
    assert play.order.operations == ()


def test_a_browser_is_not_enough():
    play = Play().linked()
    play.hear("confirmed", verified=False, from_browser=True)
    play.read("opened")
    assert play.order.operations == ()


def test_a_confirmation_is_authorized_once():
    play = Play().confirmed()
    for _ in range(3):
        play.read("confirmed")
        assert not play.started
    play.start()
    play.read("confirmed")
    assert not play.started
    assert len(play.order.operations) == 1


# --- the agent says so ------------------------------------------------------------------------------


def test_the_customer_says_it_is_done():
    play = Play().linked()
    play.feed(AUTHORIZE)
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.checkout.hint is ConfirmHint.AGENT
    assert not play.checkout.picked
    assert play.kinds == ["customer_says_done"]
    assert play.last.timeline[0].source is Source.AGENT
    play.read("opened")
    assert play.started
    assert play.operation.actor == "ann"


def test_a_read_proves_it_before_it_is_asked():
    play = Play().linked()
    play.feed(AUTHORIZE)
    play.read("opened", total_cents=1)
    assert play.order.operations == ()


@pytest.mark.parametrize(
    ("reach", "event", "reason"),
    [
        (Play, AUTHORIZE, "no_live_link"),
        (lambda: Play().send(), AUTHORIZE, "no_live_link"),
        (lambda: Play().linked(), replace(AUTHORIZE, checkout_id="none"), "no_live_link"),
        (lambda: Play().confirmed(), AUTHORIZE, "already_authorized"),
        (lambda: Play().authorized(), AUTHORIZE, "already_authorized"),
    ],
)
def test_when_it_cannot_be_asked(reach, event, reason):
    assert reach().refuses(event) == reason


def test_a_frozen_order_is_not_authorized():
    play = Play().linked()
    play.read("opened", total_cents=1)
    assert play.refuses(AUTHORIZE) == "frozen"
    assert play.refuses(PICK) == "frozen"


# --- a no -------------------------------------------------------------------------------------------------


def refused(word: str = "confirmed") -> Play:
    play = Play().linked()
    play.read(word)
    play.start()
    play.answer(NO)
    return play


def test_a_no_to_a_confirmation_is_for_a_supervisor():
    play = refused()
    assert play.asks == [ReadCheckout(CHECKOUT)]
    play.read("confirmed")
    assert play.order.alerts == (Alert.AUTHORIZE_REFUSED,)
    assert len(play.order.operations) == 1


def test_a_read_from_before_the_no_says_nothing():
    play = Play().confirmed()
    asked = play.order.version
    play.start()
    play.answer(NO)
    play.read("confirmed", asked_version=asked)
    assert play.order.alerts == ()
    assert len(play.order.operations) == 1


def test_a_no_to_a_webhook_that_reads_do_not_show_is_told_too():
    play = Play().linked()
    play.hear("confirmed")
    play.read("opened")
    play.start()
    play.answer(NO)
    play.read("opened")
    assert Alert.AUTHORIZE_REFUSED in play.order.alerts


def test_a_new_word_after_a_no_is_tried_again_under_a_key_of_its_own():
    play = Play().linked()
    play.feed(AUTHORIZE)
    play.read("opened")
    assert play.operation.key == derived("authorize")
    play.start()
    play.answer(NO)
    play.read("opened")
    assert len(play.order.operations) == 1
    play.read("confirmed")
    assert play.operation.key == derived("authorize", 1)
    assert play.operation.actor == "program"


def test_whoever_asks_again_gets_an_answer_of_its_own():
    play = refused()
    play.feed(AUTHORIZE)
    play.read("confirmed")
    assert play.operation.key == derived("authorize", 1)
    play.start()
    play.answer(NO)
    play.feed(AUTHORIZE)
    play.read("confirmed")
    assert play.operation.key == derived("authorize", 2)


def test_a_doubted_no_keeps_the_key():
    play = Play().confirmed()
    play.start()
    play.answer(LOST)
    play.start()
    play.answer(NO)
    play.at += timedelta(seconds=121)
    play.listed()
    assert play.operation.state is OperationState.REFUSED
    play.feed(AUTHORIZE)
    play.read("confirmed")
    assert play.operation.key == derived("authorize")


def test_what_never_left_keeps_the_key_and_is_tried_again():
    play = Play().confirmed()
    play.feed(events.CancelPlannedRequested("ann", play.operation.operation_id))
    play.read("confirmed")
    assert play.operation.key == derived("authorize")
    assert play.operation.state is OperationState.PLANNED


@pytest.mark.parametrize("generation", [0, 5])
def test_the_order_brings_its_generation(generation):
    play = Play(new_order(generation=generation)).confirmed()
    assert play.operation.key == derived("authorize", generation)


# --- closed links ---------------------------------------------------------------------------------------------


def closed(word: str = "opened") -> Play:
    play = Play().linked()
    play.feed(events.SupersedeRequested("ann"))
    play.read(word)
    return play


@pytest.mark.parametrize("word", ["confirmed", "authorized"])
def test_a_closed_link_is_never_authorized_by_itself(word):
    play = closed(word)
    assert play.order.operations == ()
    assert Alert.SUPERSEDED_CONFIRMED in play.order.alerts


def test_a_closed_link_that_a_webhook_calls_confirmed_is_told():
    play = Play(policy=Policy(authorize_on_webhook=False)).linked()
    play.feed(events.SupersedeRequested("ann"))
    play.hear("confirmed")
    play.read("opened")
    assert Alert.SUPERSEDED_CONFIRMED in play.order.alerts
    assert closed().order.alerts == ()


def test_only_a_supervisor_accepts_a_closed_link_and_only_once():
    play = closed("confirmed")
    assert play.refuses(AUTHORIZE) == "superseded"
    play.feed(PICK)
    assert play.checkout.picked
    assert play.checkout.superseded
    assert play.last.timeline[0].source is Source.SUPERVISOR
    play.read("confirmed")
    assert play.started
    play.start()
    play.answer(NO)
    assert not play.checkout.picked
    play.read("confirmed")
    assert len(play.order.operations) == 1


def test_closing_takes_a_pick_back():
    play = Play().linked()
    play.feed(PICK)
    play.feed(events.SupersedeRequested("ann"))
    play.read("confirmed")
    assert play.order.operations == ()
