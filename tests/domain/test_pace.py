"""Does the silence detector ask soon enough, ever slower, and never for nothing?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events, pace
from telesales_desktop.domain.effects import ReadCheckout, ReadTransaction
from telesales_desktop.domain.order import Checkout, SendState
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, CHECKOUT, LOST, MONEY, TOTAL, Play, money, new_order

DAY, HOUR, MINUTE = 86_400, 3600, 60
EXPIRES = AT + timedelta(hours=2)


def link(**changes) -> Checkout:
    made = Checkout(1, SendState.ACCEPTED, TOTAL, new_order().currency, AT, CHECKOUT, sent_at=AT)
    return replace(made, **changes)


def delay(checkout: Checkout, age_s: float = 0, order=None) -> float | None:
    order = new_order() if order is None else order
    at = AT + timedelta(seconds=age_s)
    due = pace.waiting_read_at(order, checkout, at)
    return None if due is None else (due - at).total_seconds()


def near(seconds: float, wanted: float) -> bool:
    return 0.9 * wanted <= seconds <= wanted


@pytest.mark.parametrize(
    ("quiet", "age_s", "wanted"),
    [
        (0, 0, 4),
        (1, 10, 5),
        (2, 10, 7),
        (3, 10, 10),
        (4, 10, 14),
        (5, 10, 20),
        (6, 10, 30),
        (7, 10, 45),
        (8, 200, MINUTE),
        (80, 2 * HOUR - 1, MINUTE),
        (8, 2 * HOUR, 5 * MINUTE),
        (8, DAY - 1, 5 * MINUTE),
        (8, DAY, 6 * HOUR),
        (0, 29 * DAY, 4),
    ],
)
def test_a_waiting_link(quiet, age_s, wanted):
    assert near(delay(link(quiet_reads=quiet), age_s), wanted)


@pytest.mark.parametrize(
    ("changes", "age_s", "wanted"),
    [
        ({"word": "not_approved"}, 0, 5 * MINUTE),
        ({"word": "not_approved", "quiet_reads": 8}, 2 * DAY, 6 * HOUR),
        ({"superseded": True}, 0, 10 * MINUTE),
        ({"superseded": True, "quiet_reads": 8}, 2 * DAY, 6 * HOUR),
    ],
)
def test_a_link_that_is_only_watched(changes, age_s, wanted):
    assert near(delay(link(**changes), age_s), wanted)


def test_another_link_is_watched_once_money_is_held():
    order = new_order(transaction=money(checkout_id="CHK2"))
    assert near(delay(link(), 0, order), 10 * MINUTE)
    assert delay(link(word="confirmed"), 0, order) is None
    assert delay(link(word="authorized"), 0, order) is None
    assert delay(link(), 0, new_order(transaction=money())) is None


@pytest.mark.parametrize(
    "changes", [{"state": SendState.UNKNOWN}, {"state": SendState.SENT}, {"word": "voided"}]
)
def test_what_is_not_read(changes):
    assert delay(link(**changes)) is None


@pytest.mark.parametrize(
    ("expires_at", "end"),
    [(EXPIRES, EXPIRES + timedelta(hours=1)), (None, AT + timedelta(days=30))],
)
def test_a_link_is_read_until_it_was_seen_after_its_end(expires_at, end):
    age_s = (end - AT).total_seconds()
    seen, unseen = end + timedelta(seconds=1), end - timedelta(seconds=1)
    held = link(expires_at=expires_at, proof_at=unseen, quiet_reads=9)
    assert delay(held, age_s + DAY) is not None
    assert delay(replace(held, proof_at=None), age_s + DAY) is not None
    assert delay(replace(held, proof_at=end), age_s + DAY) is not None
    assert delay(replace(held, proof_at=seen), age_s) is not None
    assert delay(replace(held, proof_at=seen), age_s + 2) is None


def test_a_confirmed_link_that_is_not_settled_is_read_for_thirty_days_after_its_end():
    age_s = 3 * HOUR + 30 * DAY
    end = AT + timedelta(seconds=age_s)
    held = link(expires_at=EXPIRES, word="confirmed", quiet_reads=9)
    assert delay(replace(held, proof_at=end), age_s + 1) is not None
    assert delay(replace(held, proof_at=end + timedelta(seconds=1)), age_s + 2) is None


def test_an_unsent_times_fall_back_on_the_plan():
    assert near(delay(link(sent_at=None, quiet_reads=8), DAY), 6 * HOUR)
    end = AT + timedelta(days=30)
    assert delay(link(sent_at=None, proof_at=end + timedelta(seconds=1)), 30 * DAY + 2) is None


def test_desks_do_not_ask_in_step():
    delays = {delay(link(quiet_reads=8, attempt=n), 200) for n in range(1, 30)}
    assert len(delays) > 20
    assert max(delays) - min(delays) > 3
    orders = {delay(link(quiet_reads=8), 200, new_order(order_id=f"O{n}")) for n in range(30)}
    assert len(orders) > 20
    assert delay(link(quiet_reads=8), 200) == delay(link(quiet_reads=8), 200)
    assert delay(link(quiet_reads=8), 200) != delay(link(quiet_reads=9), 200)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("authorized", 6 * HOUR),
        ("partially_captured", 6 * HOUR),
        ("confirmed", 6 * HOUR),
        ("a_new_word", 6 * HOUR),
        ("captured", DAY),
        ("partially_refunded", DAY),
        ("disputed", DAY),
        ("auth_expired", None),
        ("refunded", None),
        ("voided", None),
        ("dispute_refunded", None),
    ],
)
def test_a_transaction(word, wanted):
    due = pace.transaction_read_at(new_order(transaction=money(word)), AT)
    if wanted is None:
        assert due is None
    else:
        assert near((due - AT).total_seconds(), wanted)


def test_without_a_transaction_nothing_is_due():
    assert pace.transaction_read_at(new_order(), AT) is None


@pytest.mark.parametrize(
    ("expires", "due"),
    [
        (AT + timedelta(hours=1), AT + timedelta(hours=1, seconds=5)),
        (AT, None),
        (AT - timedelta(hours=1), None),
        (AT + timedelta(hours=6), None),
        (None, None),
    ],
)
def test_the_end_of_a_hold_is_looked_at(expires, due):
    held = money("authorized", authorization_expires_at=expires)
    found = pace.transaction_read_at(new_order(transaction=held), AT)
    if due is not None:
        assert found == due
    else:
        assert near((found - AT).total_seconds(), 6 * HOUR)


@pytest.mark.parametrize(
    ("tries", "wanted"), [(0, 2), (1, 4), (2, 8), (3, 15), (4, 30), (5, 30), (500, 30)]
)
def test_settling(tries, wanted):
    assert near((pace.settle_try_at(tries, AT, "x") - AT).total_seconds(), wanted)


def test_settling_is_spread():
    assert len({pace.settle_try_at(4, AT, f"op{n}") for n in range(30)}) > 20
    assert len({pace.settle_try_at(n, AT, "op") for n in range(4, 30)}) > 15


@pytest.mark.parametrize(
    ("reads", "wanted"), [(0, 4), (1, 5), (7, 45), (8, 5 * MINUTE), (99, 5 * MINUTE)]
)
def test_links_that_only_news_has_named(reads, wanted):
    order = new_order(orphan_reads=reads)
    assert near((pace.orphan_read_at(order, AT) - AT).total_seconds(), wanted)
    other = replace(order, order_id="O2")
    assert pace.orphan_read_at(other, AT) != pace.orphan_read_at(order, AT)


# --- when a tick would do something -------------------------------------------------------------------


def test_when_nothing_is_due():
    assert pace.next_due_at(new_order()) is None
    play = Play().linked()
    play.read("voided")
    assert pace.next_due_at(play.order) is None


def test_the_earliest_counts():
    early, late = AT + timedelta(seconds=1), AT + timedelta(seconds=9)
    order = new_order(checkouts=(link(next_read_at=late),), next_read_at=early)
    assert pace.next_due_at(order) == early
    order = replace(order, next_read_at=None)
    assert pace.next_due_at(order) == late
    order = replace(order, orphans=("CHK9",), next_orphan_read_at=early)
    assert pace.next_due_at(order) == early
    assert pace.next_due_at(replace(order, orphans=())) == late


def test_a_command_is_due_when_its_answer_is_overdue_or_its_turn_has_come():
    play = Play().captured()
    play.ask_refund(1000)
    assert pace.operation_due_at(play.operation) == play.operation.planned_at
    play.start()
    sent = play.operation
    assert pace.operation_due_at(sent) == sent.last_sent_at + timedelta(seconds=120)
    fallback = replace(sent, last_sent_at=None)
    assert pace.operation_due_at(fallback) == sent.planned_at + timedelta(seconds=120)
    play.answer(LOST)
    assert pace.operation_due_at(play.operation) == play.operation.next_try_at
    assert pace.next_due_at(play.order) == play.operation.next_try_at
    assert pace.operation_due_at(play.order.operations[0]) is None


def test_a_send_is_due_when_its_answer_is_overdue():
    play = Play().send()
    assert pace.send_overdue_at(play.checkout) == play.checkout.sent_at + timedelta(seconds=120)
    assert pace.next_due_at(play.order) == pace.send_overdue_at(play.checkout)
    fallback = replace(play.checkout, sent_at=None)
    assert pace.send_overdue_at(fallback) == play.checkout.planned_at + timedelta(seconds=120)


# --- ticks ---------------------------------------------------------------------------------------------


def test_a_tick_reads_what_is_due_and_sets_the_next():
    play = Play().linked()
    due = play.checkout.next_read_at
    play.at = due - timedelta(milliseconds=2)
    play.feed(events.Ticked())
    assert play.asks == []
    play.at = due - timedelta(milliseconds=1)
    play.feed(events.Ticked())
    assert play.asks == [ReadCheckout(CHECKOUT)]
    assert play.checkout.next_read_at > due


def test_a_desk_that_does_not_own_the_order_does_not_read_it():
    play = Play(policy=Policy(is_ours=False)).linked()
    play.wait(10)
    assert play.asks == []
    assert play.checkout.next_read_at > play.at


def test_a_link_is_not_read_beside_its_own_authorize():
    play = Play().confirmed()
    play.start()
    play.at = play.checkout.next_read_at
    play.wait(1)
    assert ReadCheckout(CHECKOUT) not in play.asks


def test_a_transaction_is_read_when_it_is_due():
    play = Play().authorized()
    due = play.order.next_read_at
    play.at = due - timedelta(milliseconds=2)
    play.feed(events.Ticked())
    assert play.asks == []
    play.at = due - timedelta(milliseconds=1)
    play.feed(events.Ticked())
    assert play.asks == [ReadTransaction(MONEY)]
    assert play.order.next_read_at > due


def test_a_confirmation_is_found_within_a_minute_for_two_hours():
    play = Play().linked()
    last = play.at
    while play.at < AT + timedelta(hours=2):
        play.wait(1)
        if play.asks:
            assert (play.at - last).total_seconds() < 62
            last = play.at
            play.read("opened")


# --- a clock that is set back -----------------------------------------------------------------------------


def test_due_times_come_back_with_the_clock():
    play = Play().linked()
    play.hear("opened", "CHK9")
    play.order = replace(play.order, next_read_at=play.at + timedelta(seconds=30))
    before = play.order
    play.at -= timedelta(days=2)
    play.feed(events.Ticked())
    back = before.updated_at - play.at
    after = play.order
    assert after.checkouts[0].next_read_at == before.checkouts[0].next_read_at - back
    assert after.next_read_at == before.next_read_at - back
    assert after.next_orphan_read_at == before.next_orphan_read_at - back
    assert after.updated_at == play.at
    assert after.version == before.version + 1


def test_a_lost_answer_is_looked_at_though_the_clock_was_two_days_ahead():
    play = Play().refunding()
    play.answer(LOST)
    wait = play.operation.next_try_at - play.order.updated_at
    play.at -= timedelta(days=2)
    play.feed(events.GapAnnounced())
    assert play.operation.next_try_at - play.order.updated_at == wait
    play.wait(3)
    assert play.asks == [ReadTransaction(MONEY)]


def test_a_clock_that_stands_still_changes_nothing():
    play = Play().authorized()
    at = play.order.updated_at
    play.at = at - timedelta(milliseconds=1)
    before = play.order
    play.feed(events.Ticked())
    assert play.order is before
