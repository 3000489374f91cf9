import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.webhook_parsing import read_delivery
from telesales_desktop.application.ports import DeliveryContent, StoredDelivery

EVENT = {
    "checkout_token": "HEYR6TCV4VBX6NPM",
    "event": "confirmed",
    "event_timestamp": "2020-01-24T21:42:41.110873",
    "created": "2020-01-24T21:40:00.000000",
    "order_id": "ABC-123 é",
    "webhook_session_id": "0123456789abcdef0123456789abcdef",
    "total": "124900",
    "first_name": "Zoé",
}
CONTENT = DeliveryContent(
    readable=True,
    word="confirmed",
    checkout_id="HEYR6TCV4VBX6NPM",
    order_id="ABC-123 é",
    order_key="0123456789abcdef0123456789abcdef",
    total_cents=124900,
    event_at=datetime(2020, 1, 24, 21, 42, 41, 110873, UTC),
)


def delivery(body: bytes, **changed) -> StoredDelivery:
    values = {
        "delivery_id": "d",
        "cursor": "c",
        "source": "webhook",
        "content_type": "application/x-www-form-urlencoded",
        "signatures": (),
        "body": body,
        "received_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return StoredDelivery(**{**values, **changed})


def content(**changed: str) -> DeliveryContent:
    return read_delivery(delivery(urlencode({**EVENT, **changed}).encode()))


@pytest.mark.parametrize(
    "body",
    [
        urlencode(EVENT).encode(),
        urlencode(EVENT).encode() + b"&",
        b"&" + urlencode(EVENT, encoding="latin-1").encode(),
        "&".join(f"{name}={value}" for name, value in EVENT.items()).encode("latin-1"),
        json.dumps(EVENT).encode(),
        json.dumps({**EVENT, "total": 124900}, ensure_ascii=False).encode(),
        json.dumps({**EVENT, "terms": [1], "nested": {"total": 1}}).encode(),
        urlencode([*EVENT.items(), ("total", "124900")]).encode(),
    ],
)
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "application/json", "", "text/xml"]
)
def test_one_event_in_every_form(body, content_type):
    assert read_delivery(delivery(body, content_type=content_type)) == CONTENT


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"<xml/>", b"[]", b"{", b"order_id=7", b"%"])
def test_what_is_no_event_says_so(body):
    assert read_delivery(delivery(body)).readable is False


def test_the_customers_browser_may_bring_nothing_but_its_address():
    visit = delivery(b"", source="customer", order_key="f" * 32, landing="confirmed")
    assert read_delivery(visit) == DeliveryContent(readable=False, order_key="f" * 32)
    visit = delivery(b"checkout_token=ABC", source="customer", order_key="f" * 32)
    assert read_delivery(visit) == DeliveryContent(
        readable=True, checkout_id="ABC", order_key="f" * 32
    )


def test_a_field_that_says_two_things_says_nothing():
    body = urlencode([*EVENT.items(), ("checkout_token", "OTHER"), ("total", "1")]).encode()
    read = read_delivery(delivery(body))
    assert (read.checkout_id, read.total_cents, read.word) == ("", None, "confirmed")


@pytest.mark.parametrize("token", ["a b", "../../x", "A" * 65, "A\n", "<script>", "é"])
def test_a_checkout_id_has_its_form_or_is_none(token):
    assert content(checkout_token=token).checkout_id == ("A" if token == "A\n" else "")


@pytest.mark.parametrize("total", ["12.49", "-1", "1e3", "", "1" * 13, "٣", "1 000"])
def test_cents_are_digits_or_none(total):
    assert content(total=total).total_cents is None


def test_a_word_never_seen_before_is_kept():
    assert content(event="half_confirmed").word == "half_confirmed"
    assert content(event="a b").word == ""


@pytest.mark.parametrize("order_id", ["x" * 129, "a\x00b", "a\nb"])
def test_an_order_number_that_cannot_be_ours_is_none(order_id):
    assert content(order_id=order_id).order_id == ""


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2020-01-24T21:42:41.110873", datetime(2020, 1, 24, 21, 42, 41, 110873, UTC)),
        ("2020-01-24T21:42:41Z", datetime(2020, 1, 24, 21, 42, 41, 0, UTC)),
        ("2020-01-24T23:42:41+02:00", datetime(2020, 1, 24, 21, 42, 41, 0, UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("1579902161", None),
    ],
)
def test_an_instant_is_aware_utc_or_none(text, at):
    assert content(event_timestamp=text).event_at == at


def test_the_day_it_was_made_stands_in():
    body = urlencode({k: v for k, v in EVENT.items() if k != "event_timestamp"}).encode()
    assert read_delivery(delivery(body)).event_at == datetime(2020, 1, 24, 21, 40, tzinfo=UTC)


NAMES = st.sampled_from([*EVENT, "x"])


@given(
    st.binary(max_size=300)
    | st.lists(st.tuples(NAMES, st.text(max_size=30))).map(
        lambda f: urlencode(f, errors="ignore").encode()
    )
    | st.dictionaries(NAMES, st.text() | st.integers() | st.none()).map(
        lambda f: json.dumps(f).encode()
    )
)
def test_no_body_is_too_strange(body):
    read = read_delivery(delivery(body))
    assert read.order_id.isprintable()
    (read.word + read.checkout_id + read.order_id + read.order_key).encode()
