"""Does a link go out once for each time a person asks, and never by machinery?"""

from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import ReadCheckout, ResendLink, SendCheckout, StartSend
from telesales_desktop.domain.order import ConfirmHint, SendState
from tests.domain.play import AT, CHECKOUT, LOST, NO, Play, new_order

SEND = events.SendRequested("ann")
BUSY = events.Busy(2.0, in_progress=False)
UNDER_WAY = events.Busy(2.0, in_progress=True)


def test_a_first_link():
    play = Play()
    play.feed(SEND)
    assert play.asks == [StartSend(1)]
    assert (play.checkout.state, play.checkout.total_cents) == (SendState.PLANNED, 5000)
    assert play.kinds == ["send_asked"]
    play.feed(events.SendStarted(1))
    assert play.asks == [SendCheckout(1)]
    assert (play.checkout.state, play.checkout.sent_at) == (SendState.SENT, play.at)
    answer = events.CheckoutAccepted(CHECKOUT, "https://x/", AT + timedelta(days=2), "req")
    play.feed(events.SendAnswered(1, answer))
    checkout = play.checkout
    assert (checkout.state, checkout.checkout_id) == (SendState.ACCEPTED, CHECKOUT)
    assert (checkout.redirect_url, checkout.request_id) == ("https://x/", "req")
    assert checkout.expires_at == AT + timedelta(days=2)
    assert (checkout.word, checkout.word_version) == ("unknown", play.order.version)
    assert checkout.next_read_at is not None
    assert play.order.proof_at == play.at
    assert play.kinds == ["link_sent"]


def test_starting_twice_sends_once():
    play = Play().send()
    play.feed(events.SendStarted(1))
    assert play.asks == []
    play.feed(events.SendStarted(7))
    assert play.asks == []


@pytest.mark.parametrize(
    ("outcome", "state", "refusal", "kind"),
    [
        (NO, SendState.REFUSED, "invalid_request", "send_refused"),
        (BUSY, SendState.REFUSED, "busy", "send_refused"),
        (events.NotSent("unreachable"), SendState.REFUSED, "not_sent", "send_refused"),
        (LOST, SendState.UNKNOWN, "", "may_have_been_sent"),
        (UNDER_WAY, SendState.UNKNOWN, "", "may_have_been_sent"),
    ],
)
def test_other_answers(outcome, state, refusal, kind):
    play = Play().send()
    play.feed(events.SendAnswered(1, outcome))
    assert (play.checkout.state, play.checkout.refusal) == (state, refusal)
    assert play.kinds == [kind]
    assert play.asks == []
    play.wait(3600)
    assert not any(isinstance(e, StartSend | SendCheckout) for e in play.asks)


def test_a_refusal_names_the_field():
    play = Play().send()
    told = events.Rejected(400, "invalid_field", "Bad", "phone", "r9")
    play.feed(events.SendAnswered(1, told))
    assert (play.checkout.refusal_field, play.checkout.request_id) == ("phone", "r9")


def test_a_late_yes_mends_an_unknown():
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    play.feed(events.SendAnswered(1, events.CheckoutAccepted(CHECKOUT, "u")))
    assert play.checkout.state is SendState.ACCEPTED


@pytest.mark.parametrize("attempt", [1, 9])
def test_an_answer_too_many_does_nothing(attempt):
    play = Play().linked()
    before = play.order
    play.feed(events.SendAnswered(attempt, NO))
    assert play.order is before


def test_no_answer_at_all_is_a_lost_one():
    play = Play().send()
    play.wait(119)
    assert play.checkout.state is SendState.SENT
    play.wait(1)
    assert play.checkout.state is SendState.UNKNOWN
    assert play.notices == ["may_have_been_sent"]


@pytest.mark.parametrize(
    ("reached", "reason"),
    [
        (lambda: Play(new_order(is_affirm=False)), "not_affirm"),
        (lambda: Play().linked(), "link_is_live"),
        (lambda: Play().send(), "sending"),
        (lambda: Play().confirmed(), "already_authorized"),
        (lambda: Play().authorized(), "already_authorized"),
    ],
)
def test_when_no_link_may_be_sent(reached, reason):
    assert reached().refuses(SEND) == reason


def test_no_link_is_sent_while_planned():
    play = Play()
    play.feed(SEND)
    assert play.refuses(SEND) == "sending"


def test_no_link_is_sent_on_a_frozen_order():
    play = Play().linked()
    play.read("opened", total_cents=1)
    assert play.refuses(SEND) == "frozen"


@pytest.mark.parametrize("word", ["not_approved", "voided"])
def test_another_link_after_an_end(word):
    play = Play().linked()
    play.read(word)
    play.feed(SEND)
    assert play.checkout.attempt == 2


def test_another_link_after_an_expiry():
    play = Play().linked(expires_at=AT + timedelta(hours=1))
    assert play.refuses(SEND) == "link_is_live"
    play.at = AT + timedelta(hours=1)
    play.feed(SEND)
    assert play.asks == [StartSend(2)]


def test_another_link_after_a_lost_answer_and_after_superseding():
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    play.feed(SEND)
    assert play.checkout.attempt == 2
    play.feed(events.SendStarted(2))
    play.feed(events.SendAnswered(2, events.CheckoutAccepted("CHK2", "u")))
    play.feed(events.SupersedeRequested("ann"))
    assert [c.superseded for c in play.order.checkouts] == [True, True]
    play.feed(SEND)
    assert play.checkout.attempt == 3
    assert not play.checkout.superseded


def test_resending():
    play = Play().linked()
    play.at += timedelta(seconds=30)
    play.feed(events.ResendRequested("ann"))
    assert play.asks == [ResendLink(CHECKOUT)]
    assert play.checkout.resent_at == play.at
    assert play.refuses(events.ResendRequested("ann")) == "resend_too_soon"


def test_resending_waits_half_a_minute_and_says_how_long():
    play = Play().linked()
    play.at = play.checkout.sent_at + timedelta(seconds=29.5)
    with pytest.raises(Exception, match="resend_too_soon") as refusal:
        play.feed(events.ResendRequested("ann"))
    assert refusal.value.params == {"wait_s": 1}


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("not_approved", "link_is_used"),
        ("voided", "link_is_used"),
        ("confirmed", "already_authorized"),
    ],
)
def test_a_used_link_is_not_sent_again(word, reason):
    play = Play().linked()
    play.read(word)
    play.at += timedelta(minutes=5)
    assert play.refuses(events.ResendRequested("ann")) == reason


def test_a_confirmed_link_is_not_sent_again():
    play = Play(new_order(auto_authorize=False)).linked()
    play.read("confirmed")
    play.at += timedelta(minutes=5)
    assert play.refuses(events.ResendRequested("ann")) == "link_is_used"


def test_when_nothing_can_be_resent():
    resend = events.ResendRequested("ann")
    assert Play().refuses(resend) == "no_live_link"
    assert Play().send().refuses(resend) == "no_live_link"
    play = Play().linked()
    play.feed(events.SupersedeRequested("ann"))
    assert play.refuses(resend) == "no_live_link"
    frozen = Play().linked()
    frozen.read("opened", currency="CAD")
    assert frozen.refuses(resend) == "frozen"


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (events.CheckoutAccepted(CHECKOUT, "u", None, "r"), "link_resent"),
        (BUSY, "resend_not_sent"),
        (events.NotSent(), "resend_not_sent"),
        (LOST, "resend_unknown"),
    ],
)
def test_what_came_of_a_resend(outcome, kind):
    play = Play().linked()
    play.feed(events.ResendAnswered(CHECKOUT, outcome))
    assert play.kinds == [kind]
    assert play.asks == []


def test_a_refused_resend_reads():
    play = Play().linked()
    told = events.Rejected(400, "checkout-unable-to-resend", request_id="r")
    play.feed(events.ResendAnswered(CHECKOUT, told))
    assert play.kinds == ["resend_refused"]
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.last.timeline[0].params == {
        "reason": "checkout-unable-to-resend",
        "request_id": "r",
    }


def test_superseding():
    supersede = events.SupersedeRequested("ann")
    assert Play().refuses(supersede) == "no_live_link"
    assert Play().send().refuses(supersede) == "sending"
    assert Play().confirmed().refuses(supersede) == "already_authorized"
    refused = Play().send()
    refused.feed(events.SendAnswered(1, NO))
    assert refused.refuses(supersede) == "no_live_link"
    play = Play().linked()
    play.feed(supersede)
    assert play.checkout.superseded
    assert play.kinds == ["superseded"]
    assert play.refuses(supersede) == "no_live_link"


def test_news_before_the_answer_is_not_lost():
    play = Play().send()
    play.hear("confirmed", CHECKOUT)
    assert play.asks == []
    assert play.order.orphans == (CHECKOUT,)
    play.feed(events.SendAnswered(1, events.CheckoutAccepted(CHECKOUT, "u")))
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.order.orphans == ()
    assert play.order.orphans_confirmed == ()
    assert play.checkout.hint is ConfirmHint.WEBHOOK
    assert play.checkout.told_confirmed


def test_an_unsigned_news_before_the_answer_is_only_a_reason_to_read():
    play = Play().send()
    play.hear("confirmed", CHECKOUT, verified=False)
    play.feed(events.SendAnswered(1, events.CheckoutAccepted(CHECKOUT, "u")))
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.checkout.hint is ConfirmHint.NONE


def test_a_lost_answer_asks_about_what_news_named():
    play = Play().send()
    play.hear("opened", "CHK7")
    play.feed(events.SendAnswered(1, LOST))
    assert play.asks == [ReadCheckout("CHK7")]
