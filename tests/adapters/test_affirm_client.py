"""What does the client send, and what does it make of Affirm's answers?"""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from telesales_desktop import __version__
from telesales_desktop.application.profile import StorePath
from telesales_desktop.domain.errors import (
    AffirmRejectedError,
    CredentialsError,
    OutcomeUnknownError,
    SettingsError,
)
from telesales_desktop.domain.events import Accepted, CheckoutAccepted
from telesales_desktop.domain.order import OperationKind
from tests.adapters.affirm_bench import (
    CANADA,
    CHECKOUT,
    DETAILS,
    EVENT,
    HOST,
    KEYS,
    PROFILE,
    REQUEST,
    REQUEST_ID,
    TRANSACTION,
    WHEN,
    answer,
    client_for,
)

CHECKOUTS = f"{HOST}/api/v2/checkout"
TRANSACTIONS = f"{HOST}/api/v1/transactions"


@pytest.fixture
async def affirm():
    client = client_for()
    yield client
    await client.close()


async def test_store_sends_the_order_and_returns_the_link(respx_mock, affirm):
    route = respx_mock.post(f"{CHECKOUTS}/store").mock(return_value=answer(json=CHECKOUT))
    expires_at = WHEN + timedelta(days=2)
    accepted = await affirm.store_checkout(replace(REQUEST, expires_at=expires_at))
    assert accepted == CheckoutAccepted(
        checkout_id="HEYR6TCV4VBX6NPM",
        redirect_url=CHECKOUT["redirect_url"],
        expires_at=expires_at,
        request_id=REQUEST_ID,
    )
    sent = route.calls.last.request
    assert route.call_count == 1
    body = json.loads(sent.content)
    assert body["merchant"]["public_api_key"] == KEYS.public_key
    assert body["checkout_expiration"] == "2026-01-04T03:04:05Z"
    pair = base64.b64encode(f"{KEYS.public_key}:{KEYS.private_key}".encode()).decode()
    assert sent.headers["authorization"] == f"Basic {pair}"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["country-code"] == "USA"
    assert sent.headers["affirm-locale"] == "en_US"
    assert sent.headers["user-agent"] == f"telesales-desktop/{__version__}"
    assert "cookie" not in sent.headers


async def test_canada_speaks_to_the_global_host_in_its_own_language(respx_mock):
    route = respx_mock.post("https://api.global.sandbox.affirm.com/api/v2/checkout/telesales").mock(
        return_value=answer(json=CHECKOUT)
    )
    client = client_for(replace(CANADA, store_path=StorePath.TELESALES))
    await client.store_checkout(REQUEST)
    await client.close()
    assert route.calls.last.request.headers["country-code"] == "CAN"
    assert route.calls.last.request.headers["affirm-locale"] == "fr_CA"


@pytest.mark.parametrize(
    ("request_", "profile", "field"),
    [
        (replace(REQUEST, confirmation_url=" "), PROFILE, "confirmation_url"),
        (replace(REQUEST, cancel_url=""), PROFILE, "cancel_url"),
        (REQUEST, replace(PROFILE, merchant_name=""), "merchant_name"),
    ],
)
async def test_an_incomplete_profile_sends_nothing_and_asks_no_keyring(
    respx_mock, request_, profile, field
):
    async def no_keys():
        pytest.fail("the keyring was asked")

    from telesales_desktop.adapters.affirm_client import AffirmClient

    with pytest.raises(SettingsError) as refused:
        await AffirmClient(profile, no_keys).store_checkout(request_)
    assert refused.value.fields == (field,)
    assert respx_mock.calls.call_count == 0


async def test_without_keys_nothing_is_sent(respx_mock):
    from telesales_desktop.adapters.affirm_client import AffirmClient

    async def locked():
        raise CredentialsError("locked")

    client = AffirmClient(PROFILE, locked)
    with pytest.raises(CredentialsError):
        await client.read_checkout("HEYR6TCV4VBX6NPM")
    await client.close()
    assert respx_mock.calls.call_count == 0


@pytest.mark.parametrize(
    "body", [{}, {"checkout_id": ""}, {"checkout_id": 7}, {"checkout_id": "a/b"}]
)
async def test_a_stored_checkout_without_an_id_is_unknown(respx_mock, affirm, body):
    respx_mock.post(f"{CHECKOUTS}/store").mock(return_value=answer(json=body))
    with pytest.raises(OutcomeUnknownError) as unknown:
        await affirm.store_checkout(REQUEST)
    assert unknown.value.request_id == REQUEST_ID


async def test_resend(respx_mock, affirm):
    route = respx_mock.post(f"{CHECKOUTS}/resend").mock(return_value=answer(json=CHECKOUT))
    accepted = await affirm.resend_checkout("HEYR6TCV4VBX6NPM")
    assert accepted.checkout_id == "HEYR6TCV4VBX6NPM"
    assert json.loads(route.calls.last.request.content) == {"checkout_id": "HEYR6TCV4VBX6NPM"}


async def test_resend_refused_says_why(respx_mock, affirm):
    respx_mock.post(f"{CHECKOUTS}/resend").mock(
        return_value=answer(400, json={"status_code": 400, "code": "checkout-unable-to-resend"})
    )
    with pytest.raises(AffirmRejectedError) as refused:
        await affirm.resend_checkout("HEYR6TCV4VBX6NPM")
    assert refused.value.reason == "checkout-unable-to-resend"


async def test_read_checkout(respx_mock, affirm):
    body = {"checkout_status": "confirmed", "total": 10_000, "currency": "USD", "order_id": "4182"}
    route = respx_mock.get(f"{CHECKOUTS}/HEYR6TCV4VBX6NPM").mock(return_value=answer(json=body))
    read = await affirm.read_checkout("HEYR6TCV4VBX6NPM")
    assert (read.word, read.total_cents, read.currency, read.order_id) == (
        "confirmed",
        10_000,
        "USD",
        "4182",
    )
    assert (read.checkout_id, read.request_id) == ("HEYR6TCV4VBX6NPM", REQUEST_ID)
    assert route.calls.last.request.headers["affirm-locale"] == "en_US"


async def test_update_checkout_sends_only_what_is_given(respx_mock, affirm):
    route = respx_mock.post(f"{CHECKOUTS}/HEYR6TCV4VBX6NPM/update").mock(
        return_value=answer(json={})
    )
    await affirm.update_checkout("HEYR6TCV4VBX6NPM", order_id="4183", shipping_carrier="UPS")
    sent = json.loads(route.calls.last.request.content)
    assert sent == {"order_id": "4183", "shipping_carrier": "UPS"}


AUTHORIZE_BODY = '{"order_id":"4182","transaction_id":"HEYR6TCV4VBX6NPM"}'


async def test_authorize_sends_its_bytes_under_its_key(respx_mock, affirm):
    route = respx_mock.post(TRANSACTIONS).mock(return_value=answer(json=TRANSACTION))
    accepted = await affirm.perform(
        OperationKind.AUTHORIZE, "HEYR6TCV4VBX6NPM", body=AUTHORIZE_BODY, idempotency_key="k-1"
    )
    sent = route.calls.last.request
    assert sent.content == AUTHORIZE_BODY.encode()
    assert sent.headers["idempotency-key"] == "k-1"
    assert sent.headers["country-code"] == "USA"
    assert accepted.transaction.transaction_id == "DVEP-FTQO"
    assert accepted.transaction.checkout_id == "HEYR6TCV4VBX6NPM"
    assert accepted.request_id == REQUEST_ID
    assert accepted.event is None


async def test_what_authorize_leaves_out_is_empty_and_not_guessed(respx_mock, affirm):
    body = {name: TRANSACTION[name] for name in ("id", "amount", "currency")}
    respx_mock.post(TRANSACTIONS).mock(return_value=answer(json=body))
    accepted = await affirm.perform(
        OperationKind.AUTHORIZE, "HEYR6TCV4VBX6NPM", body="{}", idempotency_key="k"
    )
    held = accepted.transaction
    assert (held.checkout_id, held.order_id, held.word) == ("", "", "")


@pytest.mark.parametrize("name", ["id", "amount", "currency"])
async def test_an_authorization_that_lacks_a_part_is_unknown(respx_mock, affirm, name):
    body = {key: value for key, value in TRANSACTION.items() if key != name}
    respx_mock.post(TRANSACTIONS).mock(return_value=answer(json=body))
    with pytest.raises(OutcomeUnknownError):
        await affirm.perform(
            OperationKind.AUTHORIZE, "HEYR6TCV4VBX6NPM", body="{}", idempotency_key="k"
        )


@pytest.mark.parametrize(
    ("kind", "path", "event"),
    [
        (OperationKind.CAPTURE, "/DVEP-FTQO/capture", EVENT),
        (OperationKind.PARTIAL_CAPTURE, "/DVEP-FTQO/capture", EVENT | {"type": "split_capture"}),
        (OperationKind.REFUND, "/DVEP-FTQO/refund", EVENT | {"type": "refund"}),
        (OperationKind.VOID, "/DVEP-FTQO/void", {"id": "EVT1", "type": "void"}),
        (OperationKind.UPDATE, "/DVEP-FTQO", {"id": "EVT1", "type": "update"}),
    ],
)
async def test_money_commands_return_their_event(respx_mock, affirm, kind, path, event):
    route = respx_mock.post(TRANSACTIONS + path).mock(return_value=answer(json=event))
    accepted = await affirm.perform(
        kind, "DVEP-FTQO", body='{"amount":10000}', idempotency_key="k-2"
    )
    assert isinstance(accepted, Accepted)
    assert accepted.event.event_id == "EVT1"
    assert accepted.event.amount_cents == event.get("amount", 0)
    assert accepted.event_currency == event.get("currency", "")
    assert route.calls.last.request.content == b'{"amount":10000}'
    assert route.calls.last.request.headers["idempotency-key"] == "k-2"


@pytest.mark.parametrize(
    "event",
    [
        EVENT | {"type": "void"},
        EVENT | {"amount": None},
        EVENT | {"amount": "10000"},
        EVENT | {"amount": 100.0},
        EVENT | {"amount": True},
        EVENT | {"amount": -1},
        EVENT | {"currency": "dollars"},
        EVENT | {"id": ""},
        {},
    ],
)
async def test_a_capture_whose_event_cannot_be_read_is_unknown(respx_mock, affirm, event):
    respx_mock.post(f"{TRANSACTIONS}/DVEP-FTQO/capture").mock(return_value=answer(json=event))
    with pytest.raises(OutcomeUnknownError):
        await affirm.perform(OperationKind.CAPTURE, "DVEP-FTQO", body="{}", idempotency_key="k")


async def test_read_transaction_asks_for_its_events(respx_mock, affirm):
    auth = {"id": "EVT0", "type": "auth", "amount": 10_000, "currency": "USD"}
    body = TRANSACTION | {"status": "captured", "events": [auth, EVENT]}
    route = respx_mock.get(f"{TRANSACTIONS}/DVEP-FTQO").mock(return_value=answer(json=body))
    read = await affirm.read_transaction("DVEP-FTQO")
    assert route.calls.last.request.url.params["expand"] == "events"
    assert read.events_known
    assert read.captured_cents == 10_000
    assert read.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "subject", ["", "..", "a/../b", "a?x=1", "a#b", "é", "a b", "a%2fb", "x" * 129, "a\n"]
)
async def test_an_id_that_could_change_the_path_is_never_sent(respx_mock, affirm, subject):
    for call in (
        affirm.read_checkout(subject),
        affirm.resend_checkout(subject),
        affirm.update_checkout(subject),
        affirm.read_transaction(subject),
        affirm.perform(OperationKind.VOID, subject, body="{}", idempotency_key="k"),
    ):
        with pytest.raises(AffirmRejectedError) as refused:
            await call
        assert (refused.value.http_status, refused.value.reason) == (0, "malformed_id")
    assert respx_mock.calls.call_count == 0


@pytest.mark.parametrize("key", ["", "a\r\nX-Evil: 1", "a b", "é", "k" * 256])
async def test_a_key_that_is_no_header_is_never_sent(respx_mock, affirm, key):
    with pytest.raises(AffirmRejectedError) as refused:
        await affirm.perform(OperationKind.VOID, "DVEP-FTQO", body="{}", idempotency_key=key)
    assert refused.value.reason == "malformed_idempotency_key"
    assert respx_mock.calls.call_count == 0


async def test_try_keys_reads_one_transaction_and_returns_the_request_id(respx_mock, affirm):
    route = respx_mock.get(TRANSACTIONS).mock(return_value=answer(json={"anything": 1}))
    assert await affirm.try_keys() == REQUEST_ID
    assert route.calls.last.request.url.params["limit"] == "1"


async def test_the_servers_date_is_passed_on_unless_it_comes_from_a_cache(respx_mock):
    dates = []
    client = client_for(on_server_date=dates.append)
    fresh = {"Date": "Fri, 02 Jan 2026 03:04:05 GMT"}
    respx_mock.get(f"{CHECKOUTS}/A").mock(
        side_effect=[
            answer(json={"checkout_status": "opened"}, headers=fresh),
            answer(json={"checkout_status": "opened"}, headers=fresh | {"Age": "600"}),
        ]
    )
    await client.read_checkout("A")
    await client.read_checkout("A")
    await client.close()
    assert dates == ["Fri, 02 Jan 2026 03:04:05 GMT"]


async def test_a_client_can_be_closed_before_and_after_use(respx_mock):
    client = client_for()
    await client.close()
    respx_mock.get(f"{CHECKOUTS}/A").mock(return_value=answer(json={"checkout_status": "opened"}))
    await client.read_checkout("A")
    await client.close()
    await client.close()


async def test_no_redirect_is_followed_and_none_is_an_answer(respx_mock, affirm):
    moved = httpx.Response(307, headers={"Location": "https://evil.example/"})
    route = respx_mock.get(f"{CHECKOUTS}/A").mock(return_value=moved)
    with pytest.raises(OutcomeUnknownError):
        await affirm.read_checkout("A")
    assert route.call_count == 1
    assert respx_mock.calls.call_count == 1


def test_the_order_adds_up():
    assert DETAILS.computed_total_cents == DETAILS.total_cents
