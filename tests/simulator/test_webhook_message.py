import json
from urllib.parse import parse_qsl

from telesales_desktop.simulator.checkout import CustomerAction
from telesales_desktop.simulator.webhook_message import sign
from tests.simulator.orders import BASE_URL, stand_in, us_order


def message(event="confirmed", **changes):
    affirm = stand_in()
    checkout = affirm.checkouts.store(us_order(**changes), base_url=BASE_URL)
    affirm.checkouts.act(checkout, CustomerAction.CONFIRM)
    return checkout, next(found for found in affirm.messages if found.event == event)


def test_a_confirmation_carries_the_documented_fields():
    checkout, confirmed = message()
    assert confirmed.fields == {
        "checkout_token": checkout.checkout_id,
        "event": "confirmed",
        "event_timestamp": "2026-03-02T12:00:00.123456",
        "created": "2026-03-02T12:00:00.123456",
        "order_id": "ORDER-1",
        "webhook_session_id": "session-1",
        "total": "5000",
        "email_address": "john@example.com",
        "first_name": "John",
        "last_name": "Doe",
        "amount_financed": "5000",
        "apr": "0.0000",
        "downpayment_amount": "0",
        "has_downpayment": "False",
        "finance_charge": "0",
        "number_of_payments": "3",
        "first_payment_date": "2026-04-02",
    }


def test_what_the_merchant_did_not_supply_is_absent():
    _, opened = message("opened", order_id=None, metadata=None, billing=None)
    assert set(opened.fields) == {
        "checkout_token", "event", "event_timestamp", "created", "total",
    }  # fmt: skip


def test_bodies_are_form_encoded_or_json():
    _, confirmed = message(order_id="Ä & 1")
    body, content_type = confirmed.encoded("form")
    assert content_type == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(body.decode())) == confirmed.fields
    stray, _ = confirmed.encoded("form", stray_ampersand=True)
    assert stray == body + b"&"
    body, content_type = confirmed.encoded("json")
    assert content_type == "application/json"
    assert json.loads(body) == confirmed.fields


# printf '1600000000.a=1&b=2' | openssl dgst -sha512 -hmac key
VECTOR = (
    "9772aa657a52145a93a4d15fb141fd34c276135ea3c5432590f7db0bc91b9f97"
    "cd10ba6d4aefc5d4219b4d2a9baedd5bd36395bc5a47460933f381e3a7f89678"
)


def test_the_signature_is_affirms():
    assert sign(b"a=1&b=2", "key", 1_600_000_000) == f"t=1600000000,v0={VECTOR}"


def test_a_signature_may_be_spaced_or_one_of_several():
    plain = sign(b"body", "key", 1)
    value = plain.removeprefix("t=1,v0=")
    assert sign(b"body", "key", 1, style="spaced") == f"t=1, v0={value}"
    assert sign(b"body", "key", 1, style="several") == f"t=1,v0={'0' * 128},v0={value}"
