"""Which refusals, links and words count when a link is authorized, to the letter?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events, pace
from telesales_desktop.domain.effects import ReadCheckout
from telesales_desktop.domain.keys import derived_key
from telesales_desktop.domain.money import Currency
from telesales_desktop.domain.order import (
    Alert,
    OperationKind,
    OperationState,
    Order,
    SendState,
)
from telesales_desktop.domain.order_state import CommandName, allowed_commands
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, CHECKOUT, LOST, NO, TOTAL, Play, money, new_order

SECOND = "CHK2"


def key(generation: int, checkout_id: str = CHECKOUT) -> str:
    return derived_key(
        environment="sandbox",
        country="US",
        checkout_id=checkout_id,
        kind="authorize",
        amount_cents=TOTAL,
        generation=generation,
    )


def refused(verdict: str, *, sends: int) -> Play:
    """An authorize that ended so."""
    play = Play().confirmed()
    closed = replace(
        play.operation,
        state=OperationState.REFUSED,
        verdict=verdict,
        sends=sends,
        settled_at=play.at,
        settled_version=play.order.version,
    )
    play.order = replace(play.order, operations=(closed,))
    return play


@pytest.mark.parametrize("verdict", ["not_sent", "cancelled", "frozen"])
@pytest.mark.parametrize("sends", [0, 1])
def test_what_we_dropped_ourselves_is_no_refusal_and_uses_up_no_key(verdict, sends):
    play = refused(verdict, sends=sends)
    play.read("confirmed")
    assert play.operation.state is OperationState.PLANNED
    assert play.operation.key == key(0)
    assert play.operation.operation_id == f"{key(0)}/2"


def test_affirms_no_is_one_and_uses_up_the_key():
    play = refused("invalid_request", sends=1)
    play.read("confirmed")
    assert len(play.order.operations) == 1
    assert Alert.AUTHORIZE_REFUSED in play.order.alerts
    play.feed(events.AuthorizeRequested("ann"))
    play.read("confirmed")
    assert play.operation.key == key(1)
    assert play.operation.operation_id == f"{key(1)}/2"


def test_what_was_never_sent_uses_up_no_key():
    play = refused("by_hand", sends=0)
    play.feed(events.AuthorizeRequested("ann"))
    play.read("confirmed")
    assert play.operation.key == key(0)


def test_the_first_operation_is_called_by_its_key():
    assert Play().confirmed().operation.operation_id == f"{key(0)}/1"


def test_a_frozen_order_is_not_authorized_by_a_read_that_matches():
    play = Play().linked()
    play.read("confirmed", total_cents=1)
    play.read("confirmed")
    assert play.checkout.matched
    assert play.order.operations == ()


def test_what_does_not_match_is_not_authorized():
    play = Play().linked()
    play.read("confirmed", total_cents=1)
    play.order = replace(play.order, freeze=None)
    play.read("confirmed", total_cents=1)
    assert play.order.operations == ()


# --- two links ------------------------------------------------------------------------------------------------


def two_links(policy: Policy | None = None) -> Play:
    """The first link's end is over, so a second one was sent; both may be confirmed."""
    play = Play(policy=policy or Policy()).linked(expires_at=AT + timedelta(hours=1))
    play.at = AT + timedelta(hours=1)
    play.linked(SECOND)
    return play


def look_at_all(play: Play, first: str, second: str) -> None:
    """Both links are read, as often as the core asks for it."""
    words = {CHECKOUT: first, SECOND: second}
    asked = [SECOND]
    for _ in range(6):
        for checkout_id in asked:
            play.read(words[checkout_id], checkout_id)
        asked = [e.checkout_id for e in play.asks if isinstance(e, ReadCheckout)]


def test_of_two_confirmed_links_the_first_is_read_and_taken():
    play = two_links()
    play.read("confirmed", SECOND)
    assert play.asks == [ReadCheckout(CHECKOUT)]
    look_at_all(play, "confirmed", "confirmed")
    assert [o.subject_id for o in play.order.operations] == [CHECKOUT]
    assert Alert.SECOND_CONFIRMATION in play.order.alerts


def test_a_first_link_that_only_a_webhook_calls_confirmed_comes_first_too():
    play = two_links()
    play.hear("confirmed")
    look_at_all(play, "opened", "confirmed")
    assert [o.subject_id for o in play.order.operations] == [CHECKOUT]


def test_a_no_to_the_second_link_does_not_take_the_first_ones_turn():
    play = two_links()
    look_at_all(play, "opened", "confirmed")
    assert play.operation.subject_id == SECOND
    play.start()
    play.answer(NO)
    play.feed(events.AuthorizeRequested("ann", SECOND))
    look_at_all(play, "confirmed", "confirmed")
    assert play.operation.subject_id == CHECKOUT


def test_a_link_that_is_wanted_anew_is_looked_for_anew():
    play = Play().linked(expires_at=AT + timedelta(hours=1))
    play.at = AT + timedelta(hours=1)
    play.send()
    play.feed(events.SendAnswered(2, LOST))
    tired = replace(play.order.checkouts[0], looks=5, wanted_version=0)
    play.order = replace(play.order, checkouts=(tired, *play.order.checkouts[1:]))
    play.read("confirmed")
    assert play.order.checkouts[0].looks == 1
    assert play.order.operations == ()


# --- links that only Affirm names -------------------------------------------------------------------------------


def test_a_transaction_of_an_unknown_link_is_asked_for_from_the_start_of_its_pace():
    play = Play().linked()
    play.order = replace(play.order, orphans=("OLD",), orphan_reads=4)
    play.listed(money(checkout_id="CHK9"))
    assert play.order.orphans == ("OLD", "CHK9")
    assert play.order.orphan_reads == 0
    assert play.order.next_orphan_read_at == pace.orphan_read_at(play.order, play.at)


def test_a_link_that_nobody_here_asked_for_is_closed_and_of_the_orders_currency():
    play = Play().linked()
    play.hear("confirmed", "CHK9")
    play.read("confirmed", "CHK9")
    found = play.order.checkout_by_id("CHK9")
    assert (found.state, found.superseded, found.attempt) == (SendState.ACCEPTED, True, 2)
    assert found.currency is Currency.USD
    assert play.order.operations == ()


@pytest.mark.parametrize("mark", ["superseded", "contested"])
def test_of_two_lost_links_a_mark_on_one_is_on_both(mark):
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    play.send()
    play.feed(events.SendAnswered(2, LOST))
    first, second = play.order.checkouts
    play.order = replace(play.order, checkouts=(first, replace(second, **{mark: True})))
    play.hear("opened", "CHK9")
    play.read("opened", "CHK9")
    assert play.order.checkout_by_id("CHK9").attempt == 1
    assert [getattr(c, mark) for c in play.order.checkouts] == [True, True]
    other = {"superseded": "contested", "contested": "superseded"}[mark]
    assert [getattr(c, other) for c in play.order.checkouts] == [False, False]


# --- whose keys, and who may ------------------------------------------------------------------------------------


def test_a_void_without_a_link_is_keyed_by_its_transaction():
    play = Play().authorized()
    play.order = replace(play.order, transaction=money(checkout_id=""))
    play.feed(events.VoidRequested("ann"))
    assert play.operation.key == derived_key(
        environment="sandbox",
        country="US",
        checkout_id="TXN1",
        kind=OperationKind.VOID.value,
        amount_cents=TOTAL,
        generation=0,
    )


def test_an_update_is_about_its_transaction_and_names_who_asked():
    play = Play().authorized()
    play.feed(events.UpdateRequested("bob", "upd", "key-upd", "UPS", "1Z"))
    told = play.operation
    assert (told.subject_id, told.actor, told.key, told.amount_cents) == (
        "TXN1",
        "bob",
        "key-upd",
        0,
    )


def test_nobody_is_a_supervisor_by_default():
    play = Play().linked()
    play.read("confirmed", total_cents=1)
    assert CommandName.LIFT_FREEZE not in allowed_commands(play.order, play.at)
    assert CommandName.LIFT_FREEZE in allowed_commands(play.order, play.at, is_supervisor=True)


def test_a_hold_that_ends_when_it_is_read_anyway_is_read_then():
    order: Order = Play().authorized().order
    due = pace.transaction_read_at(order, AT)
    at_the_end = replace(
        order, transaction=replace(order.transaction, authorization_expires_at=due)
    )
    assert pace.transaction_read_at(at_the_end, AT) == due
    sooner = due - timedelta(seconds=10)
    before = replace(order, transaction=replace(order.transaction, authorization_expires_at=sooner))
    assert pace.transaction_read_at(before, AT) == sooner + timedelta(seconds=5)


@pytest.mark.parametrize("word", ["voided", "not_approved"])
def test_a_link_that_has_ended_is_not_asked_for(word):
    play = Play(new_order(auto_authorize=False)).linked()
    play.read(word)
    assert play.refuses(events.AuthorizeRequested("ann")) == "no_live_link"


@pytest.mark.parametrize("word", ["opened", "approved", "unknown"])
def test_another_link_that_is_only_looked_at_is_no_second_confirmation(word):
    play = two_links()
    look_at_all(play, "opened", "confirmed")
    play.start()
    held = money(checkout_id=SECOND, events_known=False)
    play.answer(events.Accepted(transaction=held))
    play.read(word)
    assert play.order.alerts == ()


def test_the_paid_link_itself_is_no_second_confirmation():
    play = Play().authorized()
    play.read("confirmed")
    assert play.order.alerts == ()


def test_a_lost_answer_keeps_the_request_that_it_names():
    play = Play().send()
    play.feed(events.SendAnswered(1, events.NoVerdict("timeout", "req7")))
    assert play.checkout.request_id == "req7"


def test_a_link_is_read_again_after_its_authorize_was_refused():
    play = Play().confirmed()
    play.start()
    play.answer(NO)
    play.wait(600)
    assert ReadCheckout(CHECKOUT) in play.asks


def test_a_webhooks_word_says_when_it_came():
    play = Play().linked()
    play.hear("opened")
    assert (play.checkout.word_at, play.checkout.word_version) == (play.at, play.order.version)


def test_a_link_under_way_is_in_doubt_for_a_reason_and_by_its_request():
    play = Play().send()
    play.feed(events.SendAnswered(1, events.Busy(2.0, in_progress=True, request_id="req8")))
    assert play.checkout.request_id == "req8"
    assert play.last.timeline[-1].params == {"reason": "busy", "attempt": 1}


def test_a_refused_link_names_reason_field_and_request():
    play = Play().send()
    no = events.Rejected(400, "invalid_field", "No.", "shipping.phone", "req9")
    play.feed(events.SendAnswered(1, no))
    assert play.last.timeline[-1].params == {
        "reason": "invalid_field",
        "field": "shipping.phone",
        "request_id": "req9",
    }


def test_the_same_link_may_be_sent_again_after_exactly_half_a_minute():
    play = Play().linked()
    sent_at = play.checkout.sent_at
    play.at = sent_at + timedelta(seconds=30) - timedelta(milliseconds=1)
    assert play.refuses(events.ResendRequested("ann")) == "resend_too_soon"
    play.feed(events.ResendRequested("ann"))
    assert play.at == sent_at + timedelta(seconds=30)
