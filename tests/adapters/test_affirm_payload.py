"""Does a checkout look on the wire as Affirm documents it?"""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from telesales_desktop import __version__
from telesales_desktop.adapters.affirm_payload import affirm_locale, checkout_body, wire_time
from telesales_desktop.application.profile import SendLink, UrlAction
from telesales_desktop.domain.details import Address, Customer
from telesales_desktop.domain.money import Country
from tests.adapters.affirm_bench import CANADA, DETAILS, PROFILE, REQUEST, WHEN


def body(profile=PROFILE, request=REQUEST):
    return checkout_body(request, profile, public_key="PUB")


def with_customer(**changes):
    customer = replace(DETAILS.customer, **changes)
    return replace(REQUEST, details=replace(DETAILS, customer=customer))


def test_a_checkout_of_the_united_states():
    contact = {
        "name": {"first": "Jane", "last": "Doe"},
        "address": {
            "line1": "325 Pacific Ave",
            "line2": "Apt 4",
            "city": "San Francisco",
            "state": "CA",
            "zipcode": "94112",
            "country": "USA",
        },
        "phone_number": "4155552222",
        "email": "jane@example.com",
    }
    assert body() == {
        "merchant": {
            "public_api_key": "PUB",
            "user_confirmation_url": REQUEST.confirmation_url,
            "user_cancel_url": REQUEST.cancel_url,
            "user_confirmation_url_action": "POST",
            "name": "Lamp Shop",
        },
        "billing": contact,
        "shipping": contact,
        "metadata": {
            "entity_name": "Lamp Shop 12",
            "store_location": "Denver",
            "webhook_session_id": REQUEST.order_key,
            "platform_type": "Telesales Desktop",
            "platform_version": __version__,
            "mode": "telesales",
        },
        "order_id": "4182",
        "currency": "USD",
        "total": 10_000,
        "tax_amount": 700,
        "shipping_amount": 1_000,
        "items": [
            {"display_name": "Lamp", "sku": "LAMP-1", "unit_price": 4_000, "qty": 2},
            {"display_name": "Bulb", "sku": "BULB-9", "unit_price": 500, "qty": 1},
        ],
        "discounts": {"discount": {"discount_amount": 200, "discount_display_name": "Discount"}},
    }


def test_a_checkout_of_canada():
    address = Address("1 rue Peel", "", "Montréal", "QC", "H2X 1Y4", Country.CA)
    sent = body(CANADA, with_customer(address=address, phone="+15145550123"))
    assert sent["billing"]["address"] == {
        "street1": "1 rue Peel",
        "city": "Montréal",
        "region1_code": "QC",
        "postal_code": "H2X 1Y4",
        "country": "CAN",
    }
    assert sent["currency"] == "CAD"
    assert sent["discounts"]["discount"]["discount_display_name"] == "Rabais"


@pytest.mark.parametrize(
    ("profile", "locale"),
    [
        (PROFILE, "en_US"),
        (replace(PROFILE, locale="fr_CA"), "en_US"),
        (CANADA, "fr_CA"),
        (replace(CANADA, locale="en_CA"), "en_CA"),
        (replace(CANADA, locale=""), "en_CA"),
    ],
)
def test_the_customers_language(profile, locale):
    assert affirm_locale(profile) == locale


@pytest.mark.parametrize(
    ("send_link", "sent"),
    [
        (SendLink.OMIT, None),
        (SendLink.SMS, {"sms": True, "email": False}),
        (SendLink.EMAIL, {"sms": False, "email": True}),
        (SendLink.BOTH, {"sms": True, "email": True}),
    ],
)
def test_send_link_is_a_setting(send_link, sent):
    assert body(replace(PROFILE, send_link=send_link)).get("send_link") == sent


def test_what_is_not_known_is_not_sent():
    customer = Customer("Cher", "", "", "cher@example.com")
    bare = replace(DETAILS, customer=customer, discount_cents=0, store="", entity="")
    sent = body(
        replace(PROFILE, store="", entity="", send_items=False), replace(REQUEST, details=bare)
    )
    assert sent["billing"] == {
        "name": {"full": "Cher"},
        "address": {"country": "USA"},
        "email": "cher@example.com",
    }
    assert set(sent["metadata"]) == {
        "webhook_session_id",
        "platform_type",
        "platform_version",
        "mode",
    }
    for name in ("items", "discounts", "checkout_expiration", "send_link"):
        assert name not in sent


def test_the_orders_own_store_comes_before_the_profiles():
    details = replace(DETAILS, store="Boulder", entity="Lamp Shop 3")
    metadata = body(request=replace(REQUEST, details=details))["metadata"]
    assert (metadata["store_location"], metadata["entity_name"]) == ("Boulder", "Lamp Shop 3")


def test_a_number_of_another_form_is_left_as_it_is():
    assert body(request=with_customer(phone="+442079460000"))["billing"]["phone_number"] == (
        "+442079460000"
    )


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("jean@québec.ca", "jean@xn--qubec-csa.ca"),
        ("jean@straße.ca", "jean@xn--strae-oqa.ca"),  # not strasse.ca: that is another's
        ("éric@québec.ca", "éric@xn--qubec-csa.ca"),
        ("jane@example.com", "jane@example.com"),
        ("jane@" + "é" * 70 + ".ca", "jane@" + "é" * 70 + ".ca"),
        ("not an address", "not an address"),
    ],
)
def test_an_address_travels_in_ascii_where_it_can(typed, sent):
    assert body(request=with_customer(email=typed))["billing"]["email"] == sent


def test_the_browser_comes_back_as_the_profile_says():
    sent = body(replace(PROFILE, confirmation_action=UrlAction.GET))
    assert sent["merchant"]["user_confirmation_url_action"] == "GET"


def test_times_have_no_fraction_and_are_utc():
    assert wire_time(WHEN) == "2026-01-02T03:04:05Z"
    east = timezone(timedelta(hours=2))
    assert wire_time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=east)) == "2026-01-02T01:04:05Z"
