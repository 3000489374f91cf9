"""Is what is stuck told with its reason, and what ends with its time?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain.order import (
    Alert,
    OperationKind,
    OperationState,
    SendState,
    TransactionEvent,
)
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.watch import (
    AT_ONCE,
    HELD,
    REFUND_WINDOW,
    TOO_LONG,
    Ending,
    Ends,
    Trouble,
    ending,
    has_old_link,
    hold_ended_at,
    trouble,
)
from tests.ui import samples, shared_samples

NOW = samples.NOW


def an_order(state, age=timedelta(minutes=8), **changes):
    return replace(samples.file_in(state, 1, age=age).order, **changes)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (OrderState.CONFIRMED, Trouble.CONFIRMED),
        (OrderState.FROZEN, Trouble.FROZEN),
        (OrderState.AUTHORIZE_REFUSED, Trouble.REFUSED),
        (OrderState.DISPUTED, Trouble.DISPUTED),
        (OrderState.UNRECOGNIZED, Trouble.UNRECOGNIZED),
    ],
)
def test_a_state_that_waits_for_a_decision_is_stuck(state, why):
    assert trouble(an_order(state), NOW) is why


def test_every_other_state_moves_by_itself_or_waits_for_customer_and_agent():
    moment = timedelta(seconds=50)
    stuck = {state for state in OrderState if trouble(an_order(state, moment), NOW) is not None}
    assert stuck == {
        OrderState.CONFIRMED, OrderState.FROZEN, OrderState.AUTHORIZE_REFUSED,
        OrderState.DISPUTED, OrderState.UNRECOGNIZED,
    }  # fmt: skip


@pytest.mark.parametrize(
    "state", [OrderState.SENDING, OrderState.AUTHORIZING, OrderState.OPERATION_RUNNING]
)
def test_what_the_program_does_by_itself_is_stuck_after_a_minute(state):
    assert trouble(an_order(state, timedelta(seconds=60)), NOW) is None
    assert trouble(an_order(state, timedelta(seconds=61)), NOW) is Trouble.OTHER


def test_a_confirmation_has_a_moment_to_be_authorized_in():
    just = AT_ONCE - timedelta(seconds=1)
    assert trouble(an_order(OrderState.CONFIRMED, just), NOW) is None
    assert trouble(an_order(OrderState.CONFIRMED, AT_ONCE), NOW) is Trouble.CONFIRMED


def test_an_unknown_outcome_is_a_supervisors_after_ten_minutes_or_when_machinery_is_at_its_end():
    fresh = an_order(OrderState.OUTCOME_UNKNOWN, TOO_LONG - timedelta(seconds=1))
    assert trouble(fresh, NOW) is None
    assert trouble(an_order(OrderState.OUTCOME_UNKNOWN, TOO_LONG), NOW) is Trouble.UNKNOWN
    assert trouble(replace(fresh, alerts=(Alert.KEY_TOO_OLD,)), NOW) is Trouble.UNKNOWN


@pytest.mark.parametrize(
    ("alert", "why"),
    [
        (Alert.SECOND_CONFIRMATION, Trouble.SECOND),
        (Alert.SUPERSEDED_CONFIRMED, Trouble.SUPERSEDED),
        (Alert.CONTESTED, Trouble.CONTESTED),
    ],
)
def test_an_alert_makes_an_order_stuck_whatever_its_state(alert, why):
    assert trouble(an_order(OrderState.AUTHORIZED, alerts=(alert,)), NOW) is why


def test_a_hold_ends_when_affirm_says_so():
    order = an_order(OrderState.AUTHORIZED)
    assert ending(order, NOW) == Ending(Ends.HOLD, order.transaction.authorization_expires_at)
    dateless = replace(order.transaction, authorization_expires_at=None)
    assert ending(replace(order, transaction=dateless), NOW) is None
    assert ending(an_order(OrderState.VOIDED), NOW) is None


def test_a_link_ends_only_where_we_sent_an_expiry():
    order = an_order(OrderState.OPENED)
    assert ending(order, NOW) is None
    until = NOW + timedelta(hours=3)
    known = replace(order, checkouts=(replace(order.checkouts[0], expires_at=until),))
    assert ending(known, NOW) == Ending(Ends.LINK, until)
    assert ending(an_order(OrderState.DRAFT), NOW) is None
    assert ending(an_order(OrderState.NOT_APPROVED), NOW) is None


def test_the_time_to_refund_counts_from_the_first_money_taken():
    order = an_order(OrderState.CAPTURED)
    first, second = NOW - timedelta(days=3), NOW - timedelta(days=2)
    assert ending(order, NOW) == Ending(Ends.REFUND, order.transaction.created_at + REFUND_WINDOW)
    done = replace(
        samples.operation(order, OperationKind.CAPTURE, OperationState.DONE), settled_at=second
    )
    assert ending(replace(order, operations=(done,)), NOW).at == second + REFUND_WINDOW
    events = (TransactionEvent("e", "capture", 1, first), TransactionEvent("f", "refund", 1, None))
    both = replace(order.transaction, events=events)
    assert ending(replace(order, operations=(done,), transaction=both), NOW).at == (
        first + REFUND_WINDOW
    )


def test_an_old_link_is_told_until_money_or_affirm_ends_it():
    order = shared_samples.corrected().order
    assert has_old_link(order)
    old, new = order.checkouts
    for ended in (replace(old, word="voided"), replace(old, state=SendState.REFUSED)):
        assert not has_old_link(replace(order, checkouts=(ended, new)))
    assert has_old_link(replace(order, checkouts=(replace(old, state=SendState.UNKNOWN), new)))
    held = an_order(OrderState.AUTHORIZED).transaction
    assert not has_old_link(replace(order, transaction=held))
    assert not has_old_link(an_order(OrderState.LINK_SENT))


def held_until(state, ends):
    order = an_order(state)
    return replace(order, transaction=replace(order.transaction, authorization_expires_at=ends))


@pytest.mark.parametrize("state", [OrderState.AUTHORIZED, OrderState.PARTIALLY_CAPTURED])
def test_a_hold_lasts_to_its_very_moment_and_is_then_over(state):
    order = held_until(state, NOW)
    before = NOW - timedelta(microseconds=1)
    assert hold_ended_at(order, before) is None
    assert ending(order, before) == Ending(Ends.HOLD, NOW)
    assert hold_ended_at(order, NOW) == NOW
    after = ending(order, NOW)
    assert after is None or after.what is Ends.REFUND


@pytest.mark.parametrize("state", set(OrderState) - HELD)
def test_only_what_is_held_ends_as_a_hold(state):
    order = an_order(state)
    assert hold_ended_at(order, NOW + timedelta(days=365)) is None
