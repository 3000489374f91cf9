from datetime import timedelta

import pytest

from telesales_desktop.simulator.checkout import (
    UNFINISHED,
    CheckoutStatus,
    CustomerAction,
    CustomerActionError,
)
from telesales_desktop.simulator.settings import Settings
from tests.simulator.orders import BASE_URL, NOON, stand_in, us_order

A = CustomerAction
LATER = NOON + timedelta(seconds=1)
# For each status: which actions a customer can take, and by which steps.
PATHS = {
    "unknown": {
        A.OPEN: [A.OPEN],
        A.APPROVE: [A.OPEN, A.APPROVE],
        A.DECLINE: [A.OPEN, A.DECLINE],
        A.MORE_INFORMATION: [A.OPEN, A.MORE_INFORMATION],
        A.CONFIRM: [A.OPEN, A.APPROVE, A.CONFIRM],
        A.ABANDON: [A.OPEN],
    },
    "opened": {
        A.APPROVE: [A.APPROVE],
        A.DECLINE: [A.DECLINE],
        A.MORE_INFORMATION: [A.MORE_INFORMATION],
        A.CONFIRM: [A.APPROVE, A.CONFIRM],
        A.ABANDON: [],
    },
    "approved": {A.CONFIRM: [A.CONFIRM], A.ABANDON: []},
    "more_information_needed": {
        A.APPROVE: [A.APPROVE],
        A.DECLINE: [A.DECLINE],
        A.CONFIRM: [A.APPROVE, A.CONFIRM],
        A.ABANDON: [],
    },
    "not_approved": {A.ABANDON: []},
    "confirmed": {A.ABANDON: []},
    "authorized": {A.ABANDON: []},
    "voided": {A.ABANDON: []},
}


@pytest.fixture
def checkout():
    return stand_in().checkouts.store(us_order(), base_url=BASE_URL)


@pytest.mark.parametrize("status", CheckoutStatus)
@pytest.mark.parametrize("action", CustomerAction)
def test_every_action_from_every_status(checkout, status, action):
    checkout.status = status
    expected = PATHS[status.value].get(action)
    if expected is None:
        with pytest.raises(CustomerActionError, match="cannot"):
            checkout.path_to(action, LATER)
    else:
        assert checkout.path_to(action, LATER) == expected


@pytest.mark.parametrize("status", CheckoutStatus)
def test_only_an_unfinished_application_expires(checkout, status):
    checkout.status = status
    assert not checkout.is_expired(checkout.expires_at - timedelta(microseconds=1))
    assert checkout.is_expired(checkout.expires_at) is (status in UNFINISHED)


def test_nothing_can_be_done_with_an_expired_one(checkout):
    for action in CustomerAction:
        with pytest.raises(CustomerActionError, match="expired"):
            checkout.path_to(action, checkout.expires_at)


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, ["unknown", "opened", "approved", "confirmed", "authorized"]),
        (
            {"reads_show_confirmed": False},
            ["unknown", "opened", "approved", "approved", "authorized"],
        ),
        (
            {"reads_show_progress": False},
            ["unknown", "unknown", "unknown", "confirmed", "authorized"],
        ),
        (
            {"reads_show_progress": False, "reads_show_confirmed": False},
            ["unknown", "unknown", "unknown", "unknown", "authorized"],
        ),
    ],
)
def test_what_reads_show_can_be_hidden(checkout, settings, shown):
    told = []
    for status in ("unknown", "opened", "approved", "confirmed", "authorized"):
        checkout.status = CheckoutStatus(status)
        told.append(checkout.shown_status(Settings().changed(settings)))
    assert told == shown


def test_the_control_view_shows_the_truth(checkout):
    view = checkout.as_json()
    assert view["status"] == "unknown"
    assert [link["channel"] for link in view["links"]] == ["text", "email"]
    assert view["redirect_url"].endswith(f"/new/{checkout.checkout_id}/")
