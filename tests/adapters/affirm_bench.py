"""What the tests of the Affirm client start from: profiles, an order, a client, Affirm's answers."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.application.ports import CheckoutRequest, Credentials
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.details import Address, Customer, LineItem, OrderDetails
from telesales_desktop.domain.money import Country, Environment

HOST = "https://sandbox.affirm.com"
KEYS = Credentials("PUBLICKEY0123456", "private-key-of-a-test-0123456789")
WHEN = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
REQUEST_ID = "5b4ff4f3-0dd1-4f77-8c66-8a8f4c3b9a11"

PROFILE = Profile(
    name="shop",
    environment=Environment.SANDBOX,
    country=Country.US,
    affirm_url=HOST,
    merchant_name="Lamp Shop",
    store="Denver",
    entity="Lamp Shop 12",
)
CANADA = replace(
    PROFILE,
    country=Country.CA,
    affirm_url="https://api.global.sandbox.affirm.com",
    locale="fr_CA",
)
DETAILS = OrderDetails(
    order_id="4182",
    customer=Customer(
        "Jane",
        "Doe",
        "+14155552222",
        "jane@example.com",
        Address("325 Pacific Ave", "Apt 4", "San Francisco", "CA", "94112", Country.US),
    ),
    items=(LineItem("LAMP-1", "Lamp", 40_00, 2), LineItem("BULB-9", "Bulb", 5_00)),
    shipping_cents=10_00,
    tax_cents=7_00,
    discount_cents=2_00,
    total_cents=100_00,
)
REQUEST = CheckoutRequest(
    details=DETAILS,
    order_key="0f" * 16,
    confirmation_url="https://relay.example.com/customer/m/k/confirmed",
    cancel_url="https://relay.example.com/customer/m/k/cancelled",
)

CHECKOUT = {
    "checkout_id": "HEYR6TCV4VBX6NPM",
    "redirect_url": f"{HOST}/checkout/PUBLICKEY0123456/new/HEYR6TCV4VBX6NPM/",
}
TRANSACTION = {
    "id": "DVEP-FTQO",
    "checkout_id": "HEYR6TCV4VBX6NPM",
    "order_id": "4182",
    "amount": 10_000,
    "amount_refunded": 0,
    "currency": "USD",
    "status": "authorized",
    "authorization_expiration": "2026-02-01T03:04:05Z",
    "created": "2026-01-02T03:04:05Z",
    "events": [],
    "provider_id": 1,
}
EVENT = {
    "id": "EVT1",
    "type": "capture",
    "amount": 10_000,
    "currency": "USD",
    "created": "2026-01-02T03:05:00Z",
    "fee": 600,
}


async def keys():
    return KEYS


def client_for(profile=PROFILE, **given):
    return AffirmClient(profile, keys, **given)


def answer(status=200, json=None, **given):
    headers = {"X-Affirm-Request-Id": REQUEST_ID, **given.pop("headers", {})}
    return httpx.Response(status, json=json, headers=headers, **given)
