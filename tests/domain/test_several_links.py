"""Which of an order's links is authorized, and who chooses where that cannot be told?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import (
    FindTransactions,
    ReadCheckout,
    Transmit,
)
from telesales_desktop.domain.order import Alert, OperationState
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, CHECKOUT, LOST, NO, Play, money

AUTHORIZE = events.AuthorizeRequested("ann")
PICK = events.AuthorizeRequested("sue", CHECKOUT, by_supervisor=True)


def two_links(policy: Policy | None = None) -> Play:
    """A first link that has expired, and a second one."""
    play = Play(policy=policy or Policy()).linked(expires_at=AT + timedelta(hours=1))
    play.at = AT + timedelta(hours=1)
    play.linked("CHK2")
    return play


def test_the_other_link_is_looked_at_first():
    play = two_links()
    play.read("confirmed", "CHK2")
    assert play.order.operations == ()
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.checkout.wanted_version == play.order.version
    play.read("opened")
    assert play.asks == [ReadCheckout("CHK2")]
    play.read("confirmed", "CHK2")
    assert play.started
    assert play.operation.subject_id == "CHK2"
    assert play.checkout.wanted_version == 0


def test_a_read_from_before_it_was_wanted_does_not_count():
    play = two_links()
    asked = play.order.version
    play.read("confirmed", "CHK2")
    play.read("opened", asked_version=asked)
    assert play.asks == []
    play.read("confirmed", "CHK2")
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.order.operations == ()


def test_another_link_that_is_authorized_already():
    play = two_links()
    play.read("confirmed", "CHK2")
    play.read("authorized")
    play.read("confirmed", "CHK2")
    assert play.order.operations == ()
    assert Alert.SECOND_CONFIRMATION in play.order.alerts


def test_a_link_that_cannot_be_read_holds_up_nothing_for_ever():
    play = two_links()
    play.feed(events.ReadFailed(CHECKOUT, "", "gone"))
    play.read("confirmed", "CHK2")
    for _ in range(4):
        play.feed(events.ReadFailed(CHECKOUT, "", "gone"))
        play.read("confirmed", "CHK2")
        assert play.order.operations == ()
    play.feed(events.ReadFailed(CHECKOUT, "", "gone"))
    play.read("confirmed", "CHK2")
    assert play.started


def test_of_two_confirmed_links_the_first_counts():
    play = two_links()
    play.read("confirmed", "CHK2")
    play.read("confirmed")
    assert play.operation.subject_id == CHECKOUT if play.order.operations else True
    play.read("confirmed", "CHK2")
    if not play.order.operations:
        play.read("confirmed")
    assert play.operation.subject_id == CHECKOUT
    assert len(play.order.operations) == 1
    play.read("confirmed", "CHK2")
    assert Alert.SECOND_CONFIRMATION in play.order.alerts
    assert len(play.order.operations) == 1


def test_a_second_confirmation_is_told_when_the_first_is_authorized():
    play = two_links()
    play.read("confirmed")
    play.read("confirmed", "CHK2")
    assert play.order.alerts == ()
    play.read("confirmed")
    assert play.operation.subject_id == CHECKOUT
    assert play.order.alerts == (Alert.SECOND_CONFIRMATION,)


def test_a_second_confirmation_is_told_while_the_first_is_under_way():
    play = two_links()
    play.read("confirmed")
    play.read("opened", "CHK2")
    play.read("confirmed")
    assert play.operation.subject_id == CHECKOUT
    play.read("confirmed", "CHK2")
    assert play.order.alerts == (Alert.SECOND_CONFIRMATION,)


def test_a_second_confirmation_is_told_when_the_first_turns_out_authorized_elsewhere():
    play = two_links()
    play.read("confirmed")
    play.read("confirmed", "CHK2")
    assert play.order.alerts == ()
    play.listed(money("authorized"))
    assert play.order.transaction.checkout_id == CHECKOUT
    assert play.order.alerts == (Alert.SECOND_CONFIRMATION,)


def test_a_closed_link_that_shows_confirmed_is_told_as_such_when_the_other_is_authorized_elsewhere():
    play = Play().linked("CHK2")
    play.feed(events.SupersedeRequested("ann"))
    play.linked()
    play.read("confirmed", "CHK2")
    play.listed(money("authorized"))
    assert play.order.alerts == (Alert.SUPERSEDED_CONFIRMED,)


def test_a_second_confirmation_that_was_seen_to_is_not_told_by_the_same_list_again():
    play = two_links()
    play.read("confirmed", "CHK2")
    play.listed(money("authorized"))
    play.order = replace(play.order, alerts=())
    play.listed(money("authorized"))
    assert play.order.alerts == ()


def test_when_the_first_of_two_is_refused_a_person_chooses():
    # Another desk may hear a yes to the first one: to go on here would authorize both.
    play = two_links()
    play.read("confirmed")
    play.read("opened", "CHK2")
    play.read("confirmed")
    play.start()
    play.answer(NO)
    for _ in range(2):
        play.read("confirmed", "CHK2")
        play.read("confirmed")
    assert [o.subject_id for o in play.order.operations] == [CHECKOUT]
    assert {Alert.SECOND_CONFIRMATION, Alert.AUTHORIZE_REFUSED} <= set(play.order.alerts)
    play.feed(replace(PICK, checkout_id="CHK2"))
    for _ in range(2):
        play.read("confirmed", "CHK2")
        play.read("confirmed")
    assert play.operation.subject_id == "CHK2"


def test_the_second_is_authorized_when_the_first_has_ended():
    play = two_links()
    play.read("confirmed")
    play.read("opened", "CHK2")
    play.read("confirmed")
    play.start()
    play.answer(NO)
    play.read("not_approved")
    play.read("confirmed", "CHK2")
    play.read("not_approved")
    play.read("confirmed", "CHK2")
    assert play.operation.subject_id == "CHK2"


def test_a_closed_link_does_not_come_first():
    play = Play().linked()
    play.feed(events.SupersedeRequested("ann"))
    play.linked("CHK2")
    play.read("confirmed", "CHK2")
    play.read("confirmed")
    assert play.asks == [ReadCheckout("CHK2")]
    play.read("confirmed", "CHK2")
    assert play.operation.subject_id == "CHK2"
    assert Alert.SUPERSEDED_CONFIRMED in play.order.alerts


def test_a_link_that_ended_does_not_come_first():
    play = Play().linked()
    play.hear("confirmed")
    play.read("not_approved")
    play.linked("CHK2")
    play.read("confirmed", "CHK2")
    play.read("not_approved")
    play.read("confirmed", "CHK2")
    assert play.operation.subject_id == "CHK2"


def test_a_link_that_was_never_sent_does_not_come_first():
    play = Play().send()
    play.feed(events.SendAnswered(1, NO))
    play.linked("CHK2")
    taken_over(play)
    play.read("confirmed", "CHK2")
    assert play.operation.subject_id == "CHK2"


def test_a_supervisor_may_pick_the_second():
    play = two_links(Policy(auto_authorize=False))
    play.read("confirmed")
    play.feed(events.AuthorizeRequested("sue", "CHK2", by_supervisor=True))
    play.read("confirmed", "CHK2")
    play.read("confirmed")
    play.read("confirmed", "CHK2")
    assert play.operation.subject_id == "CHK2"


# --- links without an id ------------------------------------------------------------------------------


def lost_and_found() -> Play:
    """A first link whose answer was lost, and a second one."""
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    return play.linked("CHK2")


def test_beside_a_lost_link_affirms_list_is_looked_at():
    play = lost_and_found()
    play.read("confirmed", "CHK2")
    since = play.order.checkouts[0].sent_at - timedelta(hours=1)
    assert play.asks == [FindTransactions("CHK2", since)]
    assert play.order.operations == ()
    play.listed()
    assert play.asks == [ReadCheckout("CHK2")]
    assert play.order.listed_version == play.order.version - 1
    play.read("confirmed", "CHK2")
    assert play.started
    assert play.checkout.wanted_version == 0


def test_a_list_from_before_it_was_wanted_does_not_count():
    play = lost_and_found()
    asked = play.order.version
    play.read("confirmed", "CHK2")
    play.feed(events.TransactionsListed((), True, asked))
    assert play.asks == []
    play.read("confirmed", "CHK2")
    assert play.order.operations == ()


def test_a_list_that_does_not_end_holds_up_nothing_for_ever():
    play = lost_and_found()
    for _ in range(5):
        play.read("confirmed", "CHK2")
        play.listed(complete=False)
        assert play.order.operations == ()
    play.read("confirmed", "CHK2")
    assert play.started


def test_a_lost_link_that_another_desk_authorized_is_found_in_the_list():
    play = lost_and_found()
    play.read("confirmed", "CHK2")
    play.listed(money(checkout_id="CHK1", events_known=False))
    assert play.order.orphans == ("CHK1",)
    assert play.order.transaction is None
    assert play.asks == [ReadCheckout("CHK1"), ReadCheckout("CHK2")]
    play.read("authorized", "CHK1")
    play.read("confirmed", "CHK2")
    assert play.order.operations == ()
    assert Alert.SECOND_CONFIRMATION in play.order.alerts


@pytest.mark.parametrize("changes", [{"order_id": "O2"}, {"checkout_id": ""}])
def test_another_orders_transaction_is_no_link_of_ours(changes):
    play = lost_and_found()
    play.read("confirmed", "CHK2")
    play.listed(money(**({"checkout_id": "CHK1", "events_known": False} | changes)))
    assert play.order.orphans == ()


def test_a_link_that_news_has_named_is_read_first():
    play = Play().linked()
    play.hear("opened", "CHK9")
    play.read("confirmed")
    assert play.asks == [ReadCheckout("CHK9")]
    assert play.order.operations == ()
    play.read("opened", "CHK9", order_id="O2")
    assert play.asks == [ReadCheckout(CHECKOUT)]
    play.read("confirmed")
    assert play.started


def test_a_link_that_news_has_named_and_that_cannot_be_read_holds_up_nothing_for_ever():
    play = Play().linked()
    play.hear("opened", "CHK9")
    play.read("confirmed")
    while play.order.orphan_reads < 5:
        assert play.order.operations == ()
        play.wait(1)
    play.read("confirmed")
    assert play.started


# --- after a take-over -------------------------------------------------------------------------------------------


def taken_over(play: Play, *, released: bool = False) -> Play:
    play.feed(events.TakenOver("bob", released=released))
    return play


def test_the_one_link_of_an_order_that_was_taken_over_is_authorized():
    play = taken_over(Play().linked())
    play.read("confirmed")
    assert play.started


def sent_after(*, released: bool) -> Play:
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    taken_over(play, released=released)
    play.linked("CHK2")
    return play


def test_a_link_sent_after_a_take_over_is_for_a_supervisor():
    play = sent_after(released=False)
    assert play.checkout.contested
    play.read("confirmed", "CHK2")
    assert play.order.operations == ()
    assert play.order.alerts == (Alert.CONTESTED,)
    assert play.refuses(replace(AUTHORIZE, checkout_id="CHK2")) == "contested"
    play.feed(replace(PICK, checkout_id="CHK2"))
    play.read("confirmed", "CHK2")
    play.listed()
    play.read("confirmed", "CHK2")
    assert play.operation.subject_id == "CHK2"


def test_a_link_sent_after_a_hand_over_is_like_any_other():
    play = sent_after(released=True)
    assert not play.checkout.contested
    play.read("confirmed", "CHK2")
    play.listed()
    play.read("confirmed", "CHK2")
    assert play.started


@pytest.mark.parametrize("word", ["opened", "confirmed"])
def test_after_a_take_over_a_choice_between_links_is_a_persons(word):
    play = taken_over(two_links())
    play.read("confirmed", "CHK2")
    play.read(word)
    play.read("confirmed", "CHK2")
    assert play.order.operations == ()
    assert Alert.CONTESTED in play.order.alerts


def test_after_a_take_over_a_later_link_that_waits_is_no_rival():
    play = taken_over(two_links())
    play.read("confirmed")
    play.read("opened", "CHK2")
    play.read("confirmed")
    assert play.operation.subject_id == CHECKOUT


def test_after_a_take_over_a_later_link_that_is_confirmed_is_one():
    play = taken_over(two_links())
    play.read("confirmed")
    play.read("confirmed", "CHK2")
    play.read("confirmed")
    assert play.order.operations == ()
    assert Alert.CONTESTED in play.order.alerts


def test_after_a_take_over_a_lost_first_link_is_a_rival():
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    play.linked("CHK2")
    taken_over(play)
    play.read("confirmed", "CHK2")
    play.listed()
    play.read("confirmed", "CHK2")
    assert play.order.operations == ()
    assert Alert.CONTESTED in play.order.alerts


def test_an_unknown_authorize_of_another_desk_is_sent_again_under_its_key():
    play = Play().confirmed()
    play.start()
    key = play.operation.key
    taken_over(play)
    play.read("confirmed")
    play.listed()
    assert play.started
    play.start()
    assert play.operation.key == key
    play.answer(events.Accepted(transaction=money(events_known=False)))
    assert play.operation.state is OperationState.DONE


def test_a_lost_link_that_is_found_beside_one_sent_after_a_take_over_is_a_persons_choice():
    # The former desk may take the second link for its own lost one, and authorize that.
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    play.feed(events.TakenOver("bob"))
    play.linked("CHK2")
    assert [c.contested for c in play.order.checkouts] == [False, True]
    play.hear("confirmed", CHECKOUT)
    play.read("confirmed", CHECKOUT)
    assert play.order.checkouts[0].checkout_id == CHECKOUT
    for _ in range(3):
        play.read("opened", "CHK2")
        play.read("confirmed", CHECKOUT)
        play.listed()
    assert play.order.operations == ()
    assert Alert.CONTESTED in play.order.alerts


def test_a_lost_link_that_is_found_at_its_own_desk_is_authorized():
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    play.hear("confirmed", CHECKOUT)
    play.read("confirmed", CHECKOUT)
    assert play.operation.subject_id == CHECKOUT


# --- an authorize that could not leave for long -----------------------------------------------------


def waiting_since_yesterday() -> Play:
    """The first link is to be authorized; for a day nothing could leave."""
    play = Play().linked(expires_at=AT + timedelta(hours=1))
    play.at = AT + timedelta(hours=1)
    play.linked("CHK2")
    play.read("confirmed")
    play.read("opened", "CHK2")
    play.read("confirmed")
    play.start()
    play.answer(events.NotSent("unreachable"))
    play.at += timedelta(days=1)
    return play


def test_what_waited_long_leaves_only_after_a_look_at_the_other_links():
    """Meanwhile another desk may have authorized one of them: money would be held twice."""
    play = waiting_since_yesterday()
    play.start()
    assert play.asks == [ReadCheckout("CHK2")]
    play.read("authorized", "CHK2")
    play.start()
    assert play.operation.verdict == "overtaken"


@pytest.mark.parametrize("misses", [0, 5])
def test_what_waited_long_leaves_all_the_same(misses):
    play = waiting_since_yesterday()
    for _ in range(misses):
        play.feed(events.ReadFailed("CHK2", "", "timeout"))
    if not misses:
        play.read("opened", "CHK2")
    play.start()
    assert play.asks == [Transmit(play.operation.operation_id, 2)]


def test_what_waited_long_never_leaves_where_another_desk_acts():
    play = waiting_since_yesterday()
    play.policy = Policy(is_ours=False)
    play.start()
    assert (play.operation.state.value, play.operation.verdict) == ("refused", "not_sent")


def test_a_link_that_was_never_read_is_looked_at_too():
    play = waiting_since_yesterday()
    first, second = play.order.checkouts
    play.order = replace(play.order, checkouts=(first, replace(second, proof_at=None)))
    play.start()
    assert play.asks == [ReadCheckout("CHK2")]
