"""Is the core one pure function: the same in, the same out, and nothing else touched?"""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.core import _HANDLERS, step
from telesales_desktop.domain.effects import (
    Announce,
    Notice,
    ReadCheckout,
    ReadTransaction,
    Source,
    TimelineEntry,
)
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import Alert, FreezeReason, OperationKind
from telesales_desktop.domain.policy import DEFAULT_POLICY, Policy
from telesales_desktop.domain.work import Work
from tests.domain.play import AT, CHECKOUT, MONEY, TOTAL, Play, money, new_order
from tests.domain.test_several_links import two_links


def test_the_same_in_the_same_out():
    play = Play().linked()
    event = events.CheckoutRead(CHECKOUT, "confirmed", TOTAL, "USD", "O1", play.order.version)
    assert step(play.order, event, at=play.at) == step(play.order, event, at=play.at)


def test_version_and_clock_move_only_when_something_changed():
    play = Play().linked()
    before = play.order
    play.feed(events.RefreshRequested("ann"))
    assert play.order is before
    play.read("opened")
    assert play.order.version == before.version + 1
    assert play.order.updated_at == play.at


def test_a_refusal_leaves_no_trace():
    play = Play().linked()
    with pytest.raises(CommandRefusedError):
        step(play.order, events.SendRequested("ann"), at=play.at)
    assert play.order == play.last.order


def test_every_event_has_its_handler():
    assert set(_HANDLERS) == set(get_args(events.Event))


@pytest.mark.parametrize(
    ("reach", "asks"),
    [
        (Play, []),
        (lambda: Play().send(), []),
        (lambda: Play().linked(), [ReadCheckout(CHECKOUT)]),
        (lambda: Play().authorized(), [ReadTransaction(MONEY)]),
        (two_links, [ReadCheckout(CHECKOUT), ReadCheckout("CHK2")]),
    ],
)
def test_refreshing_reads_what_can_still_change(reach, asks):
    play = reach()
    play.feed(events.RefreshRequested("ann"))
    assert play.asks == asks


def test_refreshing_reads_other_links_and_orphans_beside_the_money():
    play = two_links()
    play.hear("opened", "CHK9")
    play.feed(events.RefreshRequested("ann"))
    assert play.asks == [ReadCheckout(CHECKOUT), ReadCheckout("CHK2"), ReadCheckout("CHK9")]
    play.read("authorized")
    play.listed(money(events_known=False))
    play.feed(events.RefreshRequested("ann"))
    assert play.asks == [ReadTransaction(MONEY), ReadCheckout("CHK2"), ReadCheckout("CHK9")]


def test_a_gap_reads_what_waits():
    play = Play().linked()
    play.feed(events.GapAnnounced())
    assert play.asks == [ReadCheckout(CHECKOUT)]
    paid = Play().authorized()
    paid.feed(events.GapAnnounced())
    assert paid.asks == []


def test_a_tick_before_anything_is_due_does_nothing():
    play = Play().linked()
    before = play.order
    play.feed(events.Ticked())
    assert play.order is before
    assert play.last.effects == ()


def test_a_tick_of_a_link_that_ended_asks_nothing():
    play = two_links()
    play.read("authorized")
    play.listed(money(events_known=False))
    play.read("confirmed", "CHK2")
    play.at += timedelta(days=2)
    play.feed(events.Ticked())
    assert ReadCheckout("CHK2") not in play.asks


# --- one step in the making ---------------------------------------------------------------------------


def work() -> Work:
    return Work(new_order(version=7), AT, DEFAULT_POLICY)


def test_the_same_effect_twice_is_one():
    made = work()
    made.do(ReadCheckout("A"), ReadCheckout("B"), ReadCheckout("A"))
    made.announce(Notice.CONFIRMED)
    made.announce(Notice.CONFIRMED)
    assert made.finish().effects == (
        ReadCheckout("A"),
        ReadCheckout("B"),
        Announce(Notice.CONFIRMED),
    )


def test_lines_of_the_timeline_are_kept_in_order():
    made = work()
    made.note(Source.AGENT, "one", actor="ann")
    made.note(Source.AFFIRM, "two")
    assert made.finish().timeline == (
        TimelineEntry(AT, Source.AGENT, "one", {"actor": "ann"}),
        TimelineEntry(AT, Source.AFFIRM, "two", {}),
    )


def test_an_alert_is_told_once():
    made = work()
    made.alert(Alert.UNRECOGNIZED)
    made.alert(Alert.UNRECOGNIZED)
    made.alert(Alert.KEY_TOO_OLD)
    done = made.finish()
    assert done.order.alerts == (Alert.UNRECOGNIZED, Alert.KEY_TOO_OLD)
    assert [line.params for line in done.timeline] == [
        {"alert": "unrecognized"},
        {"alert": "key_too_old"},
    ]
    assert {line.source for line in done.timeline} == {Source.PROGRAM}
    assert done.effects == (Announce(Notice.NEEDS_SUPERVISOR),)
    made.calm(Alert.UNRECOGNIZED)
    assert made.order.alerts == (Alert.KEY_TOO_OLD,)
    calm = made.order
    made.calm(Alert.UNRECOGNIZED)
    assert made.order is calm


def test_the_first_freeze_stays():
    made = work()
    made.freeze(FreezeReason.AMOUNT, "1", "2")
    made.freeze(FreezeReason.CURRENCY, "USD", "CAD")
    frozen = made.order.freeze
    assert (frozen.reason, frozen.ours, frozen.affirms) == (FreezeReason.AMOUNT, "1", "2")
    assert (frozen.at, frozen.version) == (AT, 8)
    done = made.finish()
    assert [line.params for line in done.timeline] == [
        {"reason": "amount", "ours": "1", "affirms": "2"}
    ]
    assert done.effects == (Announce(Notice.NEEDS_SUPERVISOR),)


def test_putting_replaces_or_appends():
    play = two_links()
    made = Work(play.order, AT, DEFAULT_POLICY)
    first, second = play.order.checkouts
    made.put_checkout(second)
    made.put_checkout(first)
    assert made.order.checkouts == (first, second)


def test_no_reason_is_no_refusal():
    work().refuse_if("")
    with pytest.raises(CommandRefusedError, match="because"):
        work().refuse_if("because")


def test_what_a_policy_takes_for_granted():
    expected = Policy(
        auto_authorize=True,
        authorize_on_webhook=True,
        split_capture=False,
        key_life_s=86_400,
        planned_life_s=600,
        supervise_after_s=600,
        horizon_s=120,
        resend_pause_s=30,
        is_ours=True,
    )
    assert expected == DEFAULT_POLICY


# --- the order ------------------------------------------------------------------------------------------


def test_the_newest_open_link_counts():
    assert new_order().checkout is None
    play = two_links()
    assert play.order.checkout.attempt == 2
    play.feed(events.SupersedeRequested("ann"))
    assert play.order.checkout.attempt == 2
    play.send()
    assert play.order.checkout.attempt == 3
    first, second, third = play.order.checkouts
    order = replace(play.order, checkouts=(replace(first, superseded=False), second))
    assert order.checkout.attempt == 1
    assert third.attempt == 3


def test_finding_things():
    play = Play().captured()
    assert play.order.open_operation is None
    assert play.order.operation("cap").kind is OperationKind.CAPTURE
    assert play.order.operation("none") is None
    assert play.order.checkout_by_id(CHECKOUT).attempt == 1
    assert play.order.checkout_by_id("none") is None
    sending = Play().send()
    assert sending.order.checkout_by_id("") is None
    play.ask_refund(1000)
    assert play.order.open_operation.operation_id == "ref"
    assert not play.operation.settled
