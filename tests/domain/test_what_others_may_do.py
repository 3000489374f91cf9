"""Does a desk stay within what it knows, where others act, name links, or kept an answer waiting?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import ReadCheckout
from telesales_desktop.domain.observing import MOST_UNPROVED
from telesales_desktop.domain.order import Alert, OperationState
from telesales_desktop.domain.order_state import OrderState, order_state
from telesales_desktop.domain.policy import Policy
from tests.domain.play import CHECKOUT, LOST, NO, TOTAL, Play, money

DONE = events.AuthorizeRequested("ann", CHECKOUT)
PICK = events.AuthorizeRequested("sue", CHECKOUT, by_supervisor=True)
HORIZON_S = Policy().horizon_s


@pytest.mark.parametrize("is_ours", [True, False])
def test_the_customer_is_done_asks_for_no_money_once_another_desk_acts(is_ours):
    play = Play().linked()
    play.feed(DONE)
    play.policy = replace(play.policy, is_ours=is_ours)
    play.read("confirmed")
    assert bool(play.order.operations) is is_ours


def test_what_was_begun_here_is_settled_though_another_desk_acts():
    play = Play().confirmed()
    play.start()
    play.answer(LOST)
    play.policy = replace(play.policy, is_ours=False)
    play.wait(40)
    play.read("confirmed")
    play.listed()
    assert play.started


# --- an answer that waited ---


def doubted_refund() -> Play:
    play = Play().refunding()
    play.answer(LOST)
    play.wait(40)
    play.see(money("captured", TOTAL))
    assert play.started
    play.start()
    play.answer(NO)
    assert play.operation.doubted
    return play


@pytest.mark.parametrize("kept_s", [0, 10, HORIZON_S])
def test_a_read_that_was_asked_within_the_horizon_closes_no_doubt_however_late_it_is_taken_in(
    kept_s,
):
    play = doubted_refund()
    asked_at, version = play.at + timedelta(seconds=HORIZON_S - 1), play.order.version
    play.at = asked_at + timedelta(seconds=kept_s)
    play.feed(events.TransactionRead(money("captured", TOTAL), version, asked_at))
    assert play.operation.state is OperationState.UNKNOWN
    later = play.at + timedelta(seconds=5)
    play.at = later
    play.feed(events.TransactionRead(money("captured", TOTAL), play.order.version, later))
    assert play.operation.state is OperationState.REFUSED


def test_a_list_that_was_asked_within_the_horizon_closes_no_doubt():
    play = Play().confirmed()
    play.start()
    play.answer(LOST)
    play.wait(40)
    play.read("confirmed")
    play.listed()
    play.start()
    play.answer(NO)
    asked_at, version = play.at, play.order.version
    play.at += timedelta(seconds=2 * HORIZON_S)
    play.feed(events.TransactionsListed((), True, version, asked_at))
    assert play.operation.state is OperationState.UNKNOWN
    play.feed(events.TransactionsListed((), True, play.order.version, play.at))
    assert play.operation.state is OperationState.REFUSED


# --- what the agent is told ---


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("authorized", "authorized"),
        ("captured", "authorized"),
        ("partially_captured", "authorized"),
        ("voided", "needs_supervisor"),
        ("auth_expired", "needs_supervisor"),
        ("confirmed", "needs_supervisor"),
        ("declined", "needs_supervisor"),
    ],
)
@pytest.mark.parametrize("by", ["answer", "list"])
def test_the_sale_may_be_closed_only_where_it_stands(word, told, by):
    play = Play().confirmed()
    play.start()
    if by == "answer":
        play.answer(events.Accepted(transaction=money(word, events_known=False)))
    else:
        play.answer(LOST)
        play.wait(40)
        play.listed(money(word))
    assert play.notices == [told]


def test_one_that_was_authorized_elsewhere_for_another_amount_is_not_told_as_a_sale():
    play = Play().linked()
    play.listed(money(amount_cents=TOTAL + 1))
    assert play.notices == ["needs_supervisor"]
    assert "authorized_elsewhere" in play.kinds


def test_a_refusal_that_was_told_is_taken_back_by_the_authorization():
    play = Play().confirmed()
    play.start()
    play.answer(NO)
    play.read("confirmed")
    assert Alert.AUTHORIZE_REFUSED in play.order.alerts
    play.feed(DONE)
    play.read("confirmed")
    play.start()
    play.answer(events.Accepted(transaction=money(events_known=False)))
    assert Alert.AUTHORIZE_REFUSED not in play.order.alerts


def test_an_authorize_that_was_done_is_no_refusal():
    play = Play().confirmed()
    play.start()
    play.answer(NO)
    assert order_state(play.order, play.at) is OrderState.AUTHORIZE_REFUSED
    done = replace(play.operation, state=OperationState.DONE)
    play.order = replace(play.order, operations=(done,))
    assert order_state(play.order, play.at) is not OrderState.AUTHORIZE_REFUSED


# --- links that others name ---


def named(play: Play, *names: str, **how) -> None:
    for name in names:
        play.hear("", name, **{"verified": False, "from_browser": True} | how)


def test_so_many_links_are_looked_at_on_the_word_of_somebody_unknown():
    play = Play().linked()
    names = [f"X{n}" for n in range(MOST_UNPROVED + 5)]
    named(play, *names)
    assert play.order.orphans == tuple(names[:MOST_UNPROVED])
    assert not [ask for ask in play.asks if ask == ReadCheckout("X0")]
    play.hear("confirmed", "PROVED")
    assert play.order.orphans[-1] == "PROVED"
    assert play.order.orphans_confirmed == ("PROVED",)


def test_what_nobody_proves_begins_no_new_patience():
    play = Play().linked()
    play.order = replace(play.order, orphans=("OLD",), orphan_reads=4)
    named(play, "NEW")
    assert play.order.orphan_reads == 4
    play.hear("opened", "PROVED")
    assert play.order.orphan_reads == 0


# --- a supervisor's pick ---


def test_a_pick_looks_at_the_other_link_again():
    """Another desk may have authorized it since it was looked at."""
    play = Play().linked()
    play.feed(events.SupersedeRequested("ann"))
    play.linked("CHK2")
    first = play.order.checkouts[0]
    play.order = replace(
        play.order,
        checkouts=(
            replace(first, superseded=False, wanted_version=1),
            replace(play.order.checkouts[1], proof_version=play.order.version),
        ),
    )
    play.feed(PICK)
    play.read("confirmed")
    assert not play.order.operations
    assert ReadCheckout("CHK2") in play.asks
    play.read("opened", "CHK2")
    play.read("confirmed")
    assert play.operation.subject_id == CHECKOUT
