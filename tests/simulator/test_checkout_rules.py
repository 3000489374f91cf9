import pytest

from telesales_desktop.simulator.checkout_rules import MOST_CENTS, MOST_ITEMS, check_store
from telesales_desktop.simulator.refusals import RefusalError
from telesales_desktop.simulator.settings import Settings
from tests.simulator.orders import PUBLIC_KEY, canadian_order, us_order

US = Settings()
ITEM = {"display_name": "Desk", "sku": "D", "unit_price": 1, "qty": 1}


def merchant(**changes):
    return {"merchant": us_order()["merchant"] | changes}


def refusal(body, settings=US):
    with pytest.raises(RefusalError) as caught:
        check_store(body, settings, PUBLIC_KEY)
    return caught.value


def test_the_telesales_pages_own_example_is_taken():
    body = us_order()
    del body["items"]
    order = check_store(body, US, PUBLIC_KEY)
    assert order["currency"] == "USD"
    assert order["merchant"]["user_confirmation_url_action"] == "POST"
    assert order["channels"] == ("text", "email")


def test_equal_skus_collapse():
    body = us_order(items=[ITEM, ITEM | {"qty": 2}])
    assert check_store(body, US, PUBLIC_KEY)["items"]["D"]["qty"] == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"merchant": None}, "merchant"),
        (merchant(user_confirmation_url=""), "merchant.user_confirmation_url"),
        (merchant(user_cancel_url="x"), "merchant.user_cancel_url"),
        (merchant(user_confirmation_url_action="PUT"), "merchant.user_confirmation_url_action"),
        (merchant(use_vcn="no"), "merchant.use_vcn"),
        ({"total": 0}, "total"),
        ({"total": True}, "total"),
        ({"total": "5000"}, "total"),
        ({"total": None}, "total"),
        ({"total": MOST_CENTS + 1}, "total"),
        ({"currency": "CAD"}, "currency"),
        ({"order_id": ""}, "order_id"),
        ({"order_id": "x" * 129}, "order_id"),
        ({"items": {}}, "items"),
        ({"items": [ITEM] * (MOST_ITEMS + 1)}, "items"),
        ({"items": ["desk"]}, "items.0"),
        ({"items": [ITEM, ITEM | {"qty": 0}]}, "items.1.qty"),
        ({"items": [ITEM | {"unit_price": -1}]}, "items.0.unit_price"),
        ({"items": [ITEM | {"sku": ""}]}, "items.0.sku"),
        ({"discounts": {"X": {"discount_amount": 0}}}, "discounts.X.discount_amount"),
        ({"discounts": {"X": 5}}, "discounts.X.discount_amount"),
        ({"shipping_amount": -1}, "shipping_amount"),
        ({"metadata": []}, "metadata"),
        ({"checkout_expiration": "soon"}, "checkout_expiration"),
        ({"shipping": {}}, "shipping.name"),
    ],
)
def test_what_affirm_refuses_names_the_field(changes, field):
    assert refusal(us_order(**changes)).field == field


@pytest.mark.parametrize(
    ("key", "code"),
    [("", "public-api-key-not-specified"), ("OTHER", "public-api-key-invalid")],
)
def test_the_public_key_in_the_body_is_checked(key, code):
    found = refusal(us_order(**merchant(public_api_key=key)))
    assert (found.status_code, found.affirm_code) == (401, code)


def test_shipping_can_be_compulsory():
    settings = US.changed({"shipping_required": True})
    assert refusal(us_order(), settings).field == "shipping"
    body = us_order(shipping=us_order()["billing"])
    assert check_store(body, settings, PUBLIC_KEY)["shipping"]


def test_a_canadian_account_takes_canadian_dollars():
    settings = Settings.for_country("CA")
    assert check_store(canadian_order(), settings, PUBLIC_KEY)["currency"] == "CAD"
    assert refusal(us_order(currency="USD"), settings).field == "currency"


@pytest.mark.parametrize(
    ("settings", "changes", "channels"),
    [
        ({"sends_texts": False}, {}, ("email",)),
        ({"sends_emails": False}, {}, ("text",)),
        ({}, {"send_link": {"sms": False}}, ("text", "email")),
        ({"honours_send_link": True}, {"send_link": {"sms": False}}, ("email",)),
        ({"honours_send_link": True}, {}, ("text", "email")),
        ({}, {"billing": None}, ()),
    ],
)
def test_how_the_link_travels(settings, changes, channels):
    order = check_store(us_order(**changes), US.changed(settings), PUBLIC_KEY)
    assert order["channels"] == channels
