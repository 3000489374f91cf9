from datetime import timedelta

import pytest

from telesales_desktop.simulator.checkout import CustomerAction, CustomerActionError
from telesales_desktop.simulator.refusals import RefusalError
from tests.simulator.orders import BASE_URL, NOON, PUBLIC_KEY, stand_in, us_order


def events(affirm):
    return [message.event for message in affirm.messages]


def stored(affirm, **changes):
    return affirm.checkouts.store(us_order(**changes), base_url=BASE_URL)


def test_storing_sends_the_link_and_names_the_page():
    affirm = stand_in()
    checkout = stored(affirm)
    assert checkout.redirect_url == f"{BASE_URL}/checkout/{PUBLIC_KEY}/new/{checkout.checkout_id}/"
    assert [(link.channel, link.to) for link in checkout.links] == [
        ("text", "+1-415-555-2222"),
        ("email", "john@example.com"),
    ]
    assert events(affirm) == ["sent"]


def test_the_same_order_twice_is_two_checkouts():
    affirm = stand_in()
    assert stored(affirm).checkout_id != stored(affirm).checkout_id
    assert len(list(affirm.checkouts)) == 2


def test_without_a_place_to_send_it_no_link_goes_out():
    affirm = stand_in()
    assert stored(affirm, billing=None).links == []
    assert events(affirm) == []


def test_the_earliest_end_counts():
    affirm = stand_in(link_life_s=3600)
    assert stored(affirm).expires_at == NOON + timedelta(hours=1)
    sooner = stored(affirm, checkout_expiration="2026-03-02T12:10:00Z")
    assert sooner.expires_at.minute == 10
    soonest = stored(
        affirm, checkout_expiration="2026-03-02T12:10:00Z", expiration_time="2026-03-02T12:05:00Z"
    )
    assert soonest.expires_at.minute == 5


def test_a_customer_walks_to_the_end_and_every_step_is_announced():
    affirm = stand_in()
    checkout = stored(affirm)
    affirm.checkouts.act(checkout, CustomerAction.MORE_INFORMATION)
    affirm.checkouts.act(checkout, CustomerAction.CONFIRM, months=6)
    assert events(affirm) == [
        "sent", "opened", "more_information_needed", "approved", "confirmed",
    ]  # fmt: skip
    assert checkout.plan.months == 6
    assert checkout.confirmed_at == NOON


def test_an_abandoned_application_stays_where_it_was():
    affirm = stand_in()
    checkout = stored(affirm)
    assert affirm.checkouts.act(checkout, CustomerAction.ABANDON) == "opened"
    assert affirm.checkouts.act(checkout, CustomerAction.ABANDON) == "opened"
    assert events(affirm) == ["sent", "opened"]


def test_a_plan_that_is_not_offered_changes_nothing():
    affirm = stand_in()
    checkout = stored(affirm)
    with pytest.raises(CustomerActionError, match="7 months"):
        affirm.checkouts.act(checkout, CustomerAction.CONFIRM, months=7)
    assert checkout.status == "unknown"


def test_a_confirmation_after_the_end_is_rejected():
    affirm = stand_in(link_life_s=60)
    checkout = stored(affirm)
    affirm.checkouts.act(checkout, CustomerAction.APPROVE)
    affirm.account.clock.advance(60)
    with pytest.raises(CustomerActionError, match="expired"):
        affirm.checkouts.act(checkout, CustomerAction.CONFIRM)
    assert checkout.status == "approved"


def test_without_data_sharing_only_confirmed_is_announced():
    affirm = stand_in(data_sharing=False)
    affirm.checkouts.act(stored(affirm), CustomerAction.CONFIRM)
    assert events(affirm) == ["confirmed"]


@pytest.mark.parametrize(("setting", "status"), [(True, "opened"), (False, "unknown")])
def test_a_visit_alone_can_count_as_opened(setting, status):
    affirm = stand_in(open_on_visit=setting)
    checkout = stored(affirm)
    affirm.checkouts.visit(checkout)
    affirm.checkouts.visit(checkout)
    assert (checkout.status, checkout.visits) == (status, 2)


def test_a_visit_of_an_expired_link_opens_nothing():
    affirm = stand_in(open_on_visit=True, link_life_s=1)
    checkout = stored(affirm)
    affirm.account.clock.advance(1)
    affirm.checkouts.visit(checkout)
    assert checkout.status == "unknown"


def test_resending_sends_again():
    affirm = stand_in()
    checkout = stored(affirm)
    assert affirm.checkouts.resend({"checkout_id": checkout.checkout_id}) is checkout
    assert len(checkout.links) == 4
    assert events(affirm) == ["sent", "sent"]


@pytest.mark.parametrize("action", ["decline", "confirm"])
def test_a_finished_checkout_cannot_be_resent(action):
    affirm = stand_in()
    checkout = stored(affirm)
    affirm.checkouts.act(checkout, CustomerAction(action))
    with pytest.raises(RefusalError) as caught:
        affirm.checkouts.resend({"checkout_id": checkout.checkout_id})
    assert (caught.value.status_code, caught.value.affirm_code) == (
        403,
        "checkout-unable-to-resend",
    )
    assert len(checkout.links) == 2


def test_an_expired_or_unknown_checkout_cannot_be_resent():
    affirm = stand_in(link_life_s=5, unrecorded_refusal_status=400)
    checkout = stored(affirm)
    affirm.account.clock.advance(5)
    with pytest.raises(RefusalError) as expired:
        affirm.checkouts.resend({"checkout_id": checkout.checkout_id})
    assert expired.value.status_code == 400
    with pytest.raises(RefusalError) as unknown:
        affirm.checkouts.resend({"checkout_id": "X"})
    assert unknown.value.status_code == 404
    with pytest.raises(RefusalError) as unnamed:
        affirm.checkouts.resend({"checkout_id": "X" * 129})
    assert unnamed.value.field == "checkout_id"


def test_an_update_changes_the_number_and_the_shipping_and_nothing_else():
    affirm = stand_in()
    checkout = stored(affirm)
    shipping = us_order()["billing"]
    affirm.checkouts.update(
        checkout,
        {"order_id": "ORDER-2", "shipping": shipping, "shipping_carrier": "USPS", "total": 1},
    )
    assert (checkout.order_id, checkout.total_cents) == ("ORDER-2", 5000)
    assert checkout.order["shipping"]["name"]["last"] == "Doe"
    assert checkout.order["shipping_carrier"] == "USPS"
    affirm.checkouts.update(checkout, {})
    assert checkout.order_id == "ORDER-2"
