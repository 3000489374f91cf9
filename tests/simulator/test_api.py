import asyncio
import json
import uuid

import httpx
import pytest

from tests.simulator.orders import BASE_URL, CREDENTIALS, PUBLIC_KEY, canadian_order, us_order

STORE, TRANSACTIONS = "/api/v2/checkout/store", "/api/v1/transactions"


def set_up(app, **settings):
    app.affirm.account.settings = app.affirm.account.settings.changed(settings)


async def stored(client, **changes):
    answer = await client.post(STORE, json=us_order(**changes))
    assert answer.status_code == 200, answer.text
    return answer.json()["checkout_id"]


async def confirmed(client, **changes):
    checkout_id = await stored(client, **changes)
    await client.post(f"/_simulator/checkouts/{checkout_id}/confirm")
    return checkout_id


async def authorized(client):
    body = {"transaction_id": await confirmed(client)}
    return (await client.post(TRANSACTIONS, json=body)).json()["id"]


@pytest.mark.parametrize("path", [STORE, "/api/v2/checkout/telesales"])
async def test_storing_needs_no_basic_auth(browser, path):
    answer = await browser.post(path, json=us_order())
    assert answer.status_code == 200
    checkout_id = answer.json()["checkout_id"]
    assert answer.json() == {
        "checkout_id": checkout_id,
        "redirect_url": f"{BASE_URL}/checkout/{PUBLIC_KEY}/new/{checkout_id}/",
    }


async def test_every_answer_has_a_request_id(client):
    for answer in (
        await client.post(STORE, json=us_order()),
        await client.post(STORE, json={}),
        await client.get("/api/v2/checkout/NOBODY"),
        await client.get("/api/v9/nothing"),
    ):
        assert uuid.UUID(answer.headers["X-Affirm-Request-Id"])


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        (None, "api-key-pair-not-specified"),
        ((PUBLIC_KEY, "wrong"), "api-key-pair-invalid"),
        (("other", CREDENTIALS[1]), "api-key-pair-invalid"),
    ],
)
async def test_wrong_keys_are_refused_as_recorded(browser, auth, code):
    for method, path in (
        ("GET", "/api/v2/checkout/X"),
        ("POST", "/api/v2/checkout/X/update"),
        ("POST", "/api/v2/checkout/resend"),
        ("POST", TRANSACTIONS),
        ("GET", TRANSACTIONS),
        ("GET", f"{TRANSACTIONS}/events"),
        ("GET", f"{TRANSACTIONS}/AAAA-BBBB"),
        ("POST", f"{TRANSACTIONS}/AAAA-BBBB/capture"),
    ):
        answer = await browser.request(method, path, auth=auth)
        told = answer.json()
        assert (answer.status_code, told["type"], told["code"]) == (401, "unauthorized", code)


@pytest.mark.parametrize("header", ["Bearer x", "Basic %%%", "Basic", "Basic YTpi"])
async def test_other_authorizations_are_wrong_keys(browser, header):
    answer = await browser.post(STORE, json=us_order(), headers={"Authorization": header})
    assert answer.json()["code"] == "api-key-pair-invalid"


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
async def test_what_is_no_json_object_is_an_invalid_request(client, body):
    answer = await client.post(STORE, content=body)
    assert answer.json() == {
        "status_code": 400,
        "type": "invalid_request",
        "message": "Invalid Request",
    }


async def test_a_missing_checkout_answers_in_xml_and_echoes_the_credentials(client):
    answer = await client.get("/api/v2/checkout/NOBODY")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["cache-control"] == "max-age=600"
    assert answer.request.headers["authorization"] in answer.text


async def test_a_checkout_can_be_read_resent_and_updated(client):
    checkout_id = await stored(client)
    path = f"/api/v2/checkout/{checkout_id}"
    assert (await client.get(path)).json()["checkout_status"] == "unknown"
    resent = await client.post("/api/v2/checkout/resend", json={"checkout_id": checkout_id})
    assert resent.json()["checkout_id"] == checkout_id
    updated = await client.post(f"{path}/update", json={"order_id": "ORDER-2"})
    assert updated.json()["order_id"] == "ORDER-2"


async def test_the_global_transactions_want_the_country(app, client):
    set_up(app, country="CA", global_host=True)
    body = canadian_order()
    checkout = await client.post(STORE, json=body)
    checkout_id = checkout.json()["checkout_id"]
    await client.post(f"/_simulator/checkouts/{checkout_id}/confirm")
    request = {"transaction_id": checkout_id}
    refused = await client.post(TRANSACTIONS, json=request)
    assert (refused.status_code, refused.json()["field"]) == (400, "Country-Code")
    for code, status in (("CA", 400), ("USA", 401), ("GBR", 401), ("CAN", 200)):
        answer = await client.post(TRANSACTIONS, json=request, headers={"Country-Code": code})
        assert answer.status_code == status
    assert answer.json()["currency"] == "CAD"


async def test_locales_are_checked(client):
    for locale, status in (("fr_CA", 200), ("fr_FR", 400)):
        answer = await client.post(STORE, json=us_order(), headers={"affirm-locale": locale})
        assert answer.status_code == status


async def test_status_codes_may_be_text(app, client):
    set_up(app, status_code_as_text=True)
    assert (await client.post(STORE, json={})).json()["status_code"] == "400"


async def test_the_whole_life_of_a_transaction(client):
    checkout_id = await confirmed(client)
    answer = await client.post(TRANSACTIONS, json={"transaction_id": checkout_id})
    transaction_id = answer.json()["id"]
    path = f"{TRANSACTIONS}/{transaction_id}"
    assert (await client.get(path)).json()["events"] == []
    assert (await client.post(f"{path}/capture", json={})).json()["type"] == "capture"
    assert (await client.post(f"{path}/refund", json={"amount": 1})).json()["amount"] == 1
    assert (await client.post(path, json={"shipping_carrier": "USPS"})).json()["type"] == "update"
    assert (await client.post(f"{path}/update", json={})).json()["type"] == "update"
    read = (await client.get(path, params={"expand": "checkout,events"})).json()
    assert [event["type"] for event in read["events"]] == [
        "update", "update", "refund", "capture", "auth",
    ]  # fmt: skip
    assert read["checkout"]["checkout_status"] == "authorized"
    assert read["status"] == "partially_refunded"
    refused = await client.get(path, params={"expand": "everything"})
    assert refused.json()["field"] == "expand"
    void = await client.post(f"{path}/void", json={})
    assert void.json() == {
        "status_code": 403,
        "type": "void_forbidden_on_captured",
        "message": "The transaction has been captured and may no longer be voided.",
    }


@pytest.mark.parametrize(
    ("shape", "read"),
    [
        ("data", lambda told, _name: told["data"]),
        ("named", lambda told, name: told[name]),
        ("list", lambda told, _name: told),
    ],
)
async def test_the_lists_envelope_is_a_setting(app, client, shape, read):
    set_up(app, page_shape=shape)
    transaction_id = await authorized(client)
    listed = (await client.get(TRANSACTIONS)).json()
    assert read(listed, "transactions")[0]["id"] == transaction_id
    query = {"transaction_type": "charge", "transaction_event_type": "authorize"}
    events = (await client.get(f"{TRANSACTIONS}/events", params=query)).json()
    assert read(events, "events")[0]["transaction_id"] == transaction_id


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", STORE),
        ("DELETE", TRANSACTIONS),
        ("POST", f"{TRANSACTIONS}/A/steal"),
        ("GET", "/api"),
    ],
)
async def test_other_endpoints_do_not_exist(client, method, path):
    assert (await client.request(method, path)).status_code == 404


async def test_a_key_makes_the_first_answer_the_only_one(app, client):
    checkout_id = await confirmed(client)
    body, key = {"transaction_id": checkout_id}, {"Idempotency-Key": "k-1"}
    first = await client.post(TRANSACTIONS, json=body, headers=key)
    again = await client.post(TRANSACTIONS, json=body, headers=key)
    assert again.content == first.content
    assert again.headers["X-Affirm-Request-Id"] != first.headers["X-Affirm-Request-Id"]
    other = await client.post(TRANSACTIONS, json=body, headers={"Idempotency-Key": "k-2"})
    assert other.json()["type"] == "already_authorized"
    mixed = await client.post(TRANSACTIONS, json=body | {"order_id": "X"}, headers=key)
    assert mixed.status_code == 400
    assert [effect.idempotency_key for effect in app.affirm.transactions.effects] == ["k-1"]


async def test_a_refusal_is_kept_under_its_key_too(client):
    checkout_id = await stored(client)
    body, key = {"transaction_id": checkout_id}, {"Idempotency-Key": "k-1"}
    assert (await client.post(TRANSACTIONS, json=body, headers=key)).status_code == 403
    await client.post(f"/_simulator/checkouts/{checkout_id}/confirm")
    assert (await client.post(TRANSACTIONS, json=body, headers=key)).status_code == 403
    assert (await client.post(TRANSACTIONS, json=body)).status_code == 200


async def test_a_request_that_never_reached_the_rules_leaves_its_key_free(browser, client):
    body, key = {"transaction_id": await confirmed(client)}, {"Idempotency-Key": "k-1"}
    assert (await browser.post(TRANSACTIONS, json=body, headers=key)).status_code == 401
    assert (await client.post(TRANSACTIONS, content=b"{", headers=key)).status_code == 400
    assert (await client.post(TRANSACTIONS, json=body, headers=key)).status_code == 200


async def test_split_capture_makes_the_key_compulsory(app, client):
    transaction_id = await authorized(client)
    set_up(app, split_capture=True)
    path, body = f"{TRANSACTIONS}/{transaction_id}/capture", {"amount": 100}
    refused = await client.post(path, json=body)
    assert (refused.status_code, refused.json()["field"]) == (400, "Idempotency-Key")
    taken = await client.post(path, json=body, headers={"Idempotency-Key": "k-1"})
    assert taken.json()["type"] == "split_capture"


async def test_while_the_first_request_runs_its_key_is_processing(app, client):
    transaction_id = await authorized(client)
    await client.post("/_simulator/faults", json={"kind": "delay_before", "seconds": 60})
    path, key = f"{TRANSACTIONS}/{transaction_id}/capture", {"Idempotency-Key": "k-1"}
    first = asyncio.create_task(client.post(path, json={}, headers=key))
    while app.affirm.faults.queue:
        await asyncio.sleep(0)
    second = await client.post(path, json={}, headers=key)
    assert second.status_code == 409
    assert "is processing" in second.json()["message"]
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert (await client.post(path, json={}, headers=key)).status_code == 200


async def test_the_request_log_proves_what_was_sent(client):
    transaction_id = await authorized(client)
    await client.post("/_simulator/faults", json={"kind": "error_after", "status": 502})
    path, key = f"{TRANSACTIONS}/{transaction_id}/capture", {"Idempotency-Key": "k-1"}
    for _ in range(2):
        await client.post(path, json={}, headers={**key, "Country-Code": "USA"})
    log = (await client.get("/_simulator/requests", params={"endpoint": "capture"})).json()
    assert [(entry["status"], entry["fault"]) for entry in log] == [
        (502, "error_after"),
        (200, None),
    ]
    assert {entry["idempotency_key"] for entry in log} == {"k-1"}
    assert len({entry["body_sha256"] for entry in log}) == 1
    assert all(entry["has_credentials"] and entry["country_code"] == "USA" for entry in log)
    assert CREDENTIALS[1] not in json.dumps(log)


# What each fault makes of a capture: the client's view, and whether the money moved.
EARLY = ["drop_before", "error_before", "processing", "html", "rate_limited", "redirect"]
LATE = [
    "lost_reply", "error_after", "overloaded_after", "html_after", "truncated", "cut", "oversized",
    "drip", "empty", "wrong_type", "wrong_amount", "wrong_currency", "wrong_order_id", "wrong_checkout_id",
    "wrong_status", "delay_before", "delay_after",
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "moved"), [(kind, 0) for kind in EARLY] + [(kind, 1) for kind in LATE]
)
async def test_a_fault_before_the_effect_moves_nothing_and_one_after_it_does(
    app, client, kind, moved
):
    transaction_id = await authorized(client)
    fault = {"kind": kind, "endpoint": "capture", "seconds": 0, "interval_s": 0, "size_bytes": 9000}
    await client.post("/_simulator/faults", json=fault)
    path, key = f"{TRANSACTIONS}/{transaction_id}/capture", {"Idempotency-Key": "k-1"}
    dropped = False
    try:
        await client.post(path, json={}, headers=key)
    except httpx.RemoteProtocolError:
        dropped = True
    assert dropped == (kind in {"drop_before", "lost_reply", "cut"})
    captures = [e for e in app.affirm.transactions.effects if e.kind == "capture"]
    assert len(captures) == moved
    # The same request again, under the same key: now it succeeds, and moves the money once in all.
    assert (await client.post(path, json={}, headers=key)).json()["amount"] == 5000
    captures = [e for e in app.affirm.transactions.effects if e.kind == "capture"]
    assert len(captures) == 1
    assert (await client.get(f"{TRANSACTIONS}/{transaction_id}")).json()["status"] == "captured"


async def test_affirms_own_refusals_have_a_request_id_and_a_portal_has_none(client):
    for kind, has_one in (("rate_limited", True), ("html", False), ("redirect", False)):
        await client.post("/_simulator/faults", json={"kind": kind})
        answer = await client.get(TRANSACTIONS)
        assert ("X-Affirm-Request-Id" in answer.headers) is has_one
