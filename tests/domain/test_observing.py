"""Do webhook, browser and reads have one effect, in whatever order they come?"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import (
    FindTransactions,
    ReadCheckout,
    ReadTransaction,
    Source,
    StartTransmit,
)
from telesales_desktop.domain.order import Alert, ConfirmHint, FreezeReason, SendState
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, CHECKOUT, LOST, MONEY, TOTAL, Play, entry, money, new_order

BY_HAND = new_order(auto_authorize=False)


# --- deliveries -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verified", "browser", "source", "hint"),
    [
        (True, False, Source.WEBHOOK, ConfirmHint.WEBHOOK),
        (False, False, Source.WEBHOOK_UNVERIFIED, ConfirmHint.BROWSER),
        (False, True, Source.BROWSER, ConfirmHint.BROWSER),
        (True, True, Source.BROWSER, ConfirmHint.BROWSER),
    ],
)
def test_a_confirmation_is_a_hint_and_makes_us_ask(verified, browser, source, hint):
    play = Play().linked()
    play.hear("confirmed", verified=verified, from_browser=browser)
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.checkout.hint is hint
    assert play.checkout.told_confirmed is (hint is ConfirmHint.WEBHOOK)
    assert play.last.timeline[0].source is source
    assert play.last.timeline[0].params == {"word": "confirmed", "checkout_id": CHECKOUT}
    assert play.checkout.word == ("confirmed" if hint is ConfirmHint.WEBHOOK else "unknown")
    assert play.order.operations == ()


def test_a_weaker_hint_does_not_replace_a_stronger_one():
    play = Play().linked()
    play.hear("confirmed")
    play.hear("confirmed", verified=False, from_browser=True)
    assert play.checkout.hint is ConfirmHint.WEBHOOK


def test_another_word_is_no_hint():
    play = Play().linked()
    play.hear("opened")
    assert play.checkout.hint is ConfirmHint.NONE
    assert play.checkout.word == "opened"
    assert play.checkout.word_version == play.order.version
    assert play.notices == []


def test_a_delivery_moves_the_word_forward_only():
    play = Play().linked()
    play.hear("approved")
    play.hear("opened")
    assert play.checkout.word == "approved"
    play.hear("not_approved")  # as far along as approved: a read decides
    assert play.checkout.word == "approved"
    play.hear("approved", verified=False)
    play.hear("voided", verified=True, from_browser=True)
    assert play.checkout.word == "approved"


@pytest.mark.parametrize(
    ("word", "notice"),
    [
        ("confirmed", ["confirmed"]),
        ("not_approved", ["not_approved"]),
        ("more_information_needed", ["more_information_needed"]),
        ("opened", []),
    ],
)
def test_what_is_announced(word, notice):
    play = Play(BY_HAND).linked()
    play.hear(word)
    assert play.notices == notice
    play = Play(BY_HAND).linked()
    play.read(word)
    assert play.notices == notice


@pytest.mark.parametrize("word", ["sent", ""])
def test_sent_is_no_status(word):
    play = Play().linked()
    play.read("opened")
    play.hear(word)
    assert play.checkout.word == "opened"
    assert play.order.alerts == ()


def test_a_new_word_is_for_a_supervisor_and_changes_nothing():
    play = Play().linked()
    play.hear("a_new_word")
    assert play.order.alerts == (Alert.UNRECOGNIZED,)
    assert play.checkout.word == "unknown"
    assert play.notices == ["needs_supervisor"]


def test_a_delivery_makes_the_next_reads_quick_again():
    play = Play().linked()
    for _ in range(5):
        play.read("opened")
    assert play.checkout.quiet_reads == 4
    play.hear("opened")
    assert play.checkout.quiet_reads == 0


def test_news_about_the_paid_link_reads_the_transaction():
    play = Play().authorized()
    play.hear("confirmed")
    assert play.asks == [ReadTransaction(MONEY)]
    assert play.checkout.hint is ConfirmHint.NONE


def test_news_about_another_link_reads_that_one():
    play = two_links()
    play.read("confirmed", "CHK2")
    play.read("opened")
    play.read("confirmed", "CHK2")
    play.start()
    play.answer(events.Accepted(transaction=money(checkout_id="CHK2", events_known=False)))
    play.hear("confirmed")
    assert play.asks == [ReadCheckout(CHECKOUT)]
    play.read("confirmed")
    assert Alert.SECOND_CONFIRMATION in play.order.alerts


def test_a_browser_that_names_no_link_means_the_open_one():
    play = Play().linked()
    play.hear("confirmed", "", verified=False, from_browser=True)
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.checkout.hint is ConfirmHint.BROWSER
    play.hear("confirmed")
    play.hear("confirmed", "", verified=False, from_browser=True)
    assert play.checkout.hint is ConfirmHint.WEBHOOK


def test_a_browser_that_cancels_gives_no_hint():
    play = Play().linked()
    play.read("opened")
    play.read("opened")
    play.hear("cancelled", "", verified=False, from_browser=True)
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.checkout.hint is ConfirmHint.NONE
    assert play.checkout.quiet_reads == 0


@pytest.mark.parametrize("reach", [Play, lambda: Play().send()])
def test_a_browser_without_a_link_changes_nothing(reach):
    play = reach()
    before = play.order
    play.hear("confirmed", "", verified=False, from_browser=True)
    assert play.order is before
    assert play.asks == []


# --- links that we do not know -----------------------------------------------------------------------


def lost() -> Play:
    play = Play().send()
    play.feed(events.SendAnswered(1, LOST))
    return play


def test_news_adopts_the_link_whose_answer_was_lost():
    play = lost()
    play.hear("confirmed", "CHK9")
    assert play.asks == [ReadCheckout("CHK9")]
    assert play.order.orphans == ("CHK9",)
    assert play.order.orphans_confirmed == ("CHK9",)
    play.read("confirmed", "CHK9")
    assert play.order.orphans == play.order.orphans_confirmed == ()
    assert (play.checkout.state, play.checkout.checkout_id) == (SendState.ACCEPTED, "CHK9")
    assert play.checkout.hint is ConfirmHint.WEBHOOK
    assert play.checkout.told_confirmed
    assert "adopted" in play.kinds
    assert play.asks == [StartTransmit(play.operation.operation_id)]


def test_a_verified_word_is_kept_for_reads_that_do_not_show_it():
    play = lost()
    play.hear("confirmed", "CHK9")
    play.hear("opened", "CHK9", verified=False)
    play.read("opened", "CHK9")
    assert play.operation.subject_id == "CHK9"


@pytest.mark.parametrize("how", [{"verified": False}, {"from_browser": True}])
def test_an_unverified_word_is_not_kept(how):
    play = lost()
    play.hear("confirmed", "CHK9", **how)
    assert play.order.orphans_confirmed == ()
    play.read("opened", "CHK9")
    assert play.order.operations == ()
    assert play.checkout.hint is ConfirmHint.NONE


def test_the_same_news_twice_is_kept_once():
    play = lost()
    play.hear("confirmed", "CHK9")
    play.hear("confirmed", "CHK9")
    assert play.order.orphans == ("CHK9",)
    assert play.order.orphans_confirmed == ("CHK9",)


def test_a_link_of_another_order_is_let_go():
    play = lost()
    play.hear("opened", "CHK9")
    play.read("opened", "CHK9", order_id="O2")
    assert play.order.orphans == ()
    assert play.kinds == ["not_ours"]
    assert play.checkout.state is SendState.UNKNOWN


def test_a_read_that_nobody_asked_for_changes_nothing():
    play = lost()
    before = play.order
    play.read("confirmed", "CHK9")
    assert play.order is before


def test_no_link_is_adopted_while_an_answer_is_under_way():
    play = Play().send()
    play.hear("confirmed", "CHK9")
    play.read("confirmed", "CHK9")
    assert play.order.orphans == ("CHK9",)
    assert play.checkout.state is SendState.SENT


def test_a_link_that_nobody_here_asked_for_is_never_authorized_by_itself():
    play = Play().linked()
    play.hear("confirmed", "CHK9")
    play.read("confirmed", "CHK9", total_cents=None)
    adopted = play.checkout
    assert (adopted.attempt, adopted.superseded, adopted.total_cents) == (2, True, 0)
    assert play.order.operations == ()
    assert play.order.freeze is None
    assert Alert.SUPERSEDED_CONFIRMED in play.order.alerts


def test_of_several_lost_ones_the_strictest_counts():
    play = lost()
    play.feed(events.SupersedeRequested("ann"))
    play.send()
    play.feed(events.SendAnswered(2, LOST))
    play.hear("confirmed", "CHK9")
    play.read("confirmed", "CHK9")
    assert play.order.checkouts[0].checkout_id == "CHK9"
    assert play.order.checkouts[0].superseded
    assert play.order.operations == ()
    # The id that comes second may be the closed link's: neither is authorized by itself.
    play.hear("confirmed", "CHK10")
    play.read("confirmed", "CHK10")
    assert [c.checkout_id for c in play.order.checkouts] == ["CHK9", "CHK10"]
    assert all(c.superseded for c in play.order.checkouts)
    assert play.order.operations == ()


def test_a_lost_read_of_an_unknown_link_is_asked_again():
    play = lost()
    play.hear("confirmed", "CHK9")
    play.feed(events.ReadFailed("CHK9", "", "timeout"))
    gaps = []
    for _ in range(12):
        before = play.at
        for _ in range(600):
            if play.wait(1).effects:
                break
        assert play.asks == [ReadCheckout("CHK9")]
        gaps.append((play.at - before).total_seconds())
    assert gaps[0] <= 5
    assert all(later > 0.89 * sooner for sooner, later in pairwise(gaps))
    assert 260 <= gaps[-1] <= 301
    assert play.order.orphan_reads == 12
    play.hear("opened", "CHK10")
    assert play.order.orphan_reads == 0


# --- reads ---------------------------------------------------------------------------------------------


def test_a_read_replaces_the_word():
    play = Play().linked()
    play.read("approved")
    play.read("opened")
    assert play.checkout.word == "opened"
    assert play.checkout.word_version == play.order.version
    assert play.checkout.proof_at == play.at
    assert play.order.proof_at == play.at
    assert play.kinds == ["status"]


def test_a_read_that_brings_nothing_new_is_counted():
    play = Play().linked()
    play.read("opened")
    assert play.checkout.quiet_reads == 0
    play.read("opened")
    assert play.checkout.quiet_reads == 1
    assert play.kinds == []


def test_unknown_tells_nothing():
    play = Play().linked()
    play.read("approved")
    play.read("unknown")
    assert play.checkout.word == "approved"
    play.read("")
    assert play.checkout.word == "approved"


def test_an_older_answer_moves_no_word_back():
    play = Play().linked()
    asked = play.order.version
    play.hear("approved")
    play.read("opened", asked_version=asked)
    assert play.checkout.word == "approved"
    play.read("confirmed", asked_version=asked)
    assert play.checkout.word == "confirmed"


def test_a_new_word_in_a_read():
    play = Play().linked()
    play.read("a_new_word")
    assert play.checkout.word == "a_new_word"
    assert play.order.alerts == (Alert.UNRECOGNIZED,)
    assert set(play.notices) == {"needs_supervisor", "unrecognized"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total_cents": TOTAL + 1}, FreezeReason.AMOUNT),
        ({"currency": "CAD"}, FreezeReason.CURRENCY),
        ({"order_id": "O2"}, FreezeReason.ORDER_ID),
    ],
)
def test_another_amount_freezes_before_any_money(changes, reason):
    play = Play().linked()
    play.read("confirmed", **changes)
    assert play.order.freeze.reason is reason
    assert play.order.freeze.version == play.order.version
    assert play.order.operations == ()
    assert not play.checkout.matched
    assert "frozen" in play.kinds
    first = play.order.freeze
    play.read("confirmed", total_cents=1)
    assert play.order.freeze is first


def test_a_closed_link_may_show_anything():
    play = Play().linked()
    play.feed(events.SupersedeRequested("ann"))
    play.read("confirmed", total_cents=1)
    assert play.order.freeze is None


def test_what_a_supervisor_picks_is_compared_all_the_same():
    play = Play().linked()
    play.feed(events.SupersedeRequested("ann"))
    play.feed(events.AuthorizeRequested("sue", CHECKOUT, by_supervisor=True))
    play.read("confirmed", total_cents=1)
    assert play.order.freeze is not None
    assert play.order.operations == ()


def test_once_money_is_held_another_link_freezes_nothing():
    play = two_links()
    play.feed(events.AuthorizeRequested("ann", "CHK2"))
    play.read("confirmed", "CHK2")
    play.read("opened")
    play.read("confirmed", "CHK2")
    play.start()
    play.answer(events.Accepted(transaction=money(checkout_id="CHK2", events_known=False)))
    play.read("opened", total_cents=1)
    assert play.order.freeze is None


def test_a_failed_read_concludes_nothing_and_slows_down():
    play = Play().linked()
    play.feed(events.ReadFailed(CHECKOUT, "", "timeout"))
    assert (play.checkout.quiet_reads, play.checkout.misses) == (1, 1)
    assert play.checkout.word == "unknown"
    play.feed(events.ReadFailed(CHECKOUT, "", "busy", 500.0))
    assert play.checkout.next_read_at == play.at + timedelta(seconds=500)
    play.read("opened")
    assert play.checkout.misses == 0
    play.feed(events.ReadFailed("none", "", "timeout"))


@pytest.mark.parametrize(
    ("asked", "pause"),
    [(0.0, 60), (61.0, 61), (float("inf"), 3600), (float("nan"), 3600), (-5.0, 60)],
)
def test_a_failed_read_of_money_is_asked_again(asked, pause):
    play = Play().captured()
    play.feed(events.ReadFailed("", MONEY, "timeout", asked))
    assert play.order.next_read_at == play.at + timedelta(seconds=pause)


def test_a_failed_read_of_a_link_that_ended_is_not_asked_again():
    play = Play().linked()
    play.read("voided")
    play.feed(events.ReadFailed(CHECKOUT, "", "timeout"))
    assert play.checkout.next_read_at is None


def test_a_read_proves_nothing_later_than_when_it_was_asked_for():
    """A full disk kept the answer past the link's end, and the customer had confirmed meanwhile."""
    play = Play().linked()
    asked_at = play.at
    play.wait(32 * 86_400)
    play.read("opened", asked_at=asked_at)
    assert play.checkout.proof_at == asked_at
    assert play.checkout.next_read_at is not None
    play.read("opened")
    assert play.checkout.next_read_at is None


def test_a_read_that_was_asked_for_by_a_clock_ahead_proves_nothing_of_the_future():
    play = Play().linked()
    play.read("opened", asked_at=play.at + timedelta(days=60))
    assert play.checkout.proof_at == play.at


# --- the record -----------------------------------------------------------------------------------------


def test_affirms_record_replaces_ours():
    play = Play().authorized()
    record = money("captured", TOTAL, events=(entry("capture", TOTAL),))
    play.see(record)
    assert play.order.transaction == record
    assert play.kinds == ["transaction_status"]
    play.see(record)
    assert play.kinds == []


@pytest.mark.parametrize(
    "changes", [{"captured_cents": 1}, {"refunded_cents": 1}, {"word": "disputed"}]
)
def test_every_change_of_the_record_is_noted(changes):
    play = Play().captured()
    play.at += timedelta(hours=1)
    play.see(replace(play.order.transaction, **changes))
    assert play.kinds == ["transaction_status"]


def test_another_transaction_is_not_ours():
    play = Play().authorized()
    before = play.order
    play.see(money("captured", TOTAL, transaction_id="TXN9"))
    assert play.order is before
    empty = Play().linked()
    before = empty.order
    empty.see(money())
    assert empty.order is before


def test_a_record_asked_for_before_a_verdict_is_old():
    play = Play().authorized()
    asked = play.order.version
    play.ask_capture()
    play.start()
    play.answer(LOST)
    play.see(money("captured", TOTAL))
    play.see(money("authorized"), asked_version=asked)
    assert play.order.transaction.word == "captured"


def test_a_record_without_events_keeps_those_we_have():
    play = Play(policy=Policy(split_capture=True)).authorized()
    events_held = (entry("split_capture", 2000),)
    play.see(money("partially_captured", 2000, 500, events=events_held))
    play.see(money("partially_captured", 0, 0, events_known=False))
    held = play.order.transaction
    assert (held.captured_cents, held.refunded_cents) == (2000, 500)
    assert held.events == events_held
    play.see(money("captured", TOTAL, 600, events_known=False))
    assert (play.order.transaction.captured_cents, play.order.transaction.refunded_cents) == (
        TOTAL,
        600,
    )


MISMATCHES = [
    ({"amount_cents": TOTAL + 1}, FreezeReason.AMOUNT),
    ({"currency": "CAD"}, FreezeReason.CURRENCY),
    ({"order_id": "O2"}, FreezeReason.ORDER_ID),
    ({"checkout_id": "CHK9"}, FreezeReason.CHECKOUT_ID),
]


@pytest.mark.parametrize(("changes", "reason"), MISMATCHES)
def test_a_record_that_became_another_freezes_before_more_money(changes, reason):
    """Capturing the whole names no amount: Affirm would take whatever it holds now."""
    play = Play().authorized()
    play.see(money(**changes))
    assert play.order.freeze.reason is reason
    assert play.order.transaction == money(**changes)
    assert play.notices == ["needs_supervisor"]
    assert play.refuses(events.CaptureRequested("ann", "c", "k")) == "frozen"
    play.feed(events.FreezeLifted("sue"))
    play.see(money(**changes))
    assert play.order.freeze is None  # a supervisor has let this pass


def test_a_record_that_leaves_names_out_is_the_same():
    play = Play().authorized()
    play.see(money(order_id="", checkout_id=""))
    assert play.order.freeze is None
    assert play.order.transaction == money()


def test_a_colleagues_record_does_not_lead_to_another_orders_money():
    play = Play().authorized()
    play.order = replace(play.order, transaction=money(transaction_id="TXN9"))
    play.feed(events.TakenOver("bob", released=False))
    theirs = {"transaction_id": "TXN9", "checkout_id": "CHK9", "order_id": "O9"}
    play.see(money(**theirs))
    assert play.order.freeze.reason is FreezeReason.ORDER_ID


def test_a_new_word_in_the_record_is_for_a_supervisor():
    play = Play().authorized()
    play.see(money("a_new_word"))
    assert play.order.alerts == (Alert.UNRECOGNIZED,)


@pytest.mark.parametrize(
    ("kind", "stale"),
    [
        ("capture", money("authorized")),
        ("void", money("authorized")),
        ("refund", money("captured", TOTAL)),
    ],
)
def test_a_read_that_lags_takes_no_verdict_back(kind, stale):
    play = Play().captured() if kind == "refund" else Play().authorized()
    if kind == "void":
        play.feed(events.VoidRequested("ann"))
    elif kind == "capture":
        play.ask_capture()
    else:
        play.ask_refund(1000)
    play.start()
    amount = {"capture": TOTAL, "refund": 1000, "void": 0}[kind]
    play.answer(events.Accepted(event=entry(kind, amount, number=2)))
    held = play.order.transaction
    play.see(stale)
    assert play.order.transaction == held
    assert play.order.next_read_at == play.at + timedelta(seconds=60)
    play.at += timedelta(minutes=10)
    play.see(stale)  # a replica lags no longer than that: then the record stands
    assert play.order.transaction == stale


def test_a_lagging_read_settles_nothing():
    play = Play().captured()
    play.ask_refund(1000, "one")
    play.start()
    play.answer(events.Accepted(event=entry("refund", 1000, number=3)))
    play.ask_refund(500, "two")
    play.start()
    play.answer(LOST)
    play.see(money("captured", TOTAL))
    assert play.asks == []


# --- the list --------------------------------------------------------------------------------------------


def unknown_authorize() -> Play:
    play = Play().confirmed()
    play.start()
    play.answer(LOST)
    return play


def test_a_lost_authorize_is_looked_for_and_found():
    play = unknown_authorize()
    play.read("confirmed")
    assert play.asks == [FindTransactions(CHECKOUT, play.checkout.sent_at - timedelta(hours=1))]
    play.listed(money(events_known=False))
    assert play.order.transaction.transaction_id == MONEY
    assert play.order.unproven
    assert play.asks == [ReadTransaction(MONEY)]
    assert play.order.next_read_at == play.at + timedelta(seconds=60)
    assert "authorized_elsewhere" not in play.kinds
    play.see(money())
    assert not play.order.unproven


def test_a_lost_authorize_that_is_not_in_the_list_is_sent_again():
    play = unknown_authorize()
    play.listed()
    assert play.asks == [StartTransmit(play.operation.operation_id)]


def test_a_list_asked_before_the_sending_says_nothing():
    play = unknown_authorize()
    play.feed(events.TransactionsListed((), True, play.operation.told_version - 1))
    assert play.asks == []


def test_what_another_desk_authorized_is_taken_in():
    play = Play().linked()
    play.read("authorized")
    assert play.asks == [FindTransactions(CHECKOUT, play.checkout.sent_at - timedelta(hours=1))]
    play.listed(money(events_known=False))
    assert play.order.transaction is not None
    assert "authorized_elsewhere" in play.kinds
    assert play.notices == ["authorized"]
    assert play.order.alerts == ()


def test_a_closed_link_that_was_authorized_elsewhere_is_told():
    play = Play().linked()
    play.feed(events.SupersedeRequested("ann"))
    play.read("authorized")
    assert [type(e) for e in play.asks] == [FindTransactions]
    play.listed(money(events_known=False))
    assert play.order.transaction is not None
    assert Alert.SUPERSEDED_CONFIRMED in play.order.alerts


def test_a_strangers_transaction_is_not_taken_in():
    play = Play().linked()
    play.listed(money(checkout_id="CHK9"))
    assert play.order.transaction is None


def test_the_list_does_not_replace_what_is_held():
    play = Play().captured()
    play.listed(money("authorized", events_known=False))
    assert play.order.transaction.word == "captured"
    assert not play.order.unproven


def test_a_second_transaction_is_for_a_supervisor():
    play = Play().authorized()
    play.listed(money(transaction_id="TXN2", events_known=False))
    assert play.order.transaction.transaction_id == MONEY
    assert Alert.SECOND_CONFIRMATION in play.order.alerts


@pytest.mark.parametrize(("changes", "reason"), MISMATCHES)
def test_the_authorized_transaction_is_compared_again(changes, reason):
    play = Play().authorized(**changes)
    assert play.order.freeze.reason is reason
    assert play.order.transaction is not None
    assert set(play.notices) == {"needs_supervisor"}


def two_links() -> Play:
    """A first link that has expired, and a second one."""
    play = Play(policy=Policy()).linked(expires_at=AT + timedelta(hours=1))
    play.at = AT + timedelta(hours=1)
    play.linked("CHK2")
    return play
