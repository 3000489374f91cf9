import asyncio
import json
from datetime import UTC, datetime

import httpx
import jsonschema
import pytest

from telesales_desktop import __version__
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.application.ports import Cursor
from telesales_desktop.domain.relay_errors import (
    RelayEnrolmentRefusedError,
    RelayTokenRefusedError,
)
from telesales_desktop.relay.access import digest, now_us
from telesales_desktop.relay.allowance import Allowance
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import Merchant
from telesales_desktop.wire.feed import ChangesPage
from telesales_desktop.wire.openapi import document
from telesales_desktop.wire.refusal import Refusal
from tests.relay import parts
from tests.relay.parts import HOOK, bearer, code_of, until

DOCUMENT = document()


def conforms(answer: httpx.Response, path: str, method="get") -> None:
    """The answer is one that the contract's document names, with a body of that schema."""
    responses = DOCUMENT["paths"][path][method]["responses"]
    schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema.validate(answer.json(), whole, cls=jsonschema.Draft202012Validator)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


# --- changes ---


async def test_what_affirm_posts_is_what_a_desk_reads(relay):
    token = (await relay.enrol()).token
    await relay.hooks.post(HOOK, content="event=opened&checkout_token=A")
    await relay.hooks.post(HOOK, content="event=confirmed&checkout_token=A")
    answer = await relay.desks.get("/v1/changes", headers=bearer(token), params={"limit": 1})
    conforms(answer, "/v1/changes")
    first = ChangesPage.from_json(answer.content)
    assert [parts.opened(change).body for change in first.changes] == [
        b"event=opened&checkout_token=A"
    ]
    second = await relay.changes(token, after=first.next)
    assert [parts.opened(change).body for change in second.changes] == [
        b"event=confirmed&checkout_token=A"
    ]
    assert (await relay.changes(token, after=second.next)).changes == ()
    assert abs((first.changes[0].received_at - datetime.now(UTC)).total_seconds()) < 3600


async def test_a_poll_waits_for_the_commit(relay):
    token = (await relay.enrol()).token
    poll = asyncio.create_task(relay.changes(token, wait=30))
    await until(lambda: len(relay.relay.feed.parking))
    await relay.hooks.post(HOOK, content="event=confirmed")
    assert len((await poll).changes) == 1


async def test_a_token_revoked_while_its_poll_is_parked(relay):
    enrolment = await relay.enrol()
    poll = asyncio.create_task(
        relay.desks.get("/v1/changes", params={"wait": 30}, headers=bearer(enrolment.token))
    )
    await until(lambda: len(relay.relay.feed.parking))
    await relay.store.revoke(enrolment.token_id, now_us(), "")
    answer = await poll
    assert answer.status_code == 401
    conforms(answer, "/v1/changes")


NO_TOKEN = [
    [],
    [("authorization", "")],
    [("authorization", "Bearer")],
    [("authorization", "Bearer nonsense")],
    [("authorization", "Basic {token}")],
    [("authorization", "{token}")],
    [("authorization", "Bearer {token}"), ("authorization", "Bearer {token}")],
    [("authorization", "Bearer {token}x")],
]


async def test_without_the_right_token_there_is_one_answer(relay):
    token = (await relay.enrol()).token
    for pairs in NO_TOKEN:
        headers = [(name, value.format(token=token)) for name, value in pairs]
        answer = await relay.desks.get("/v1/changes", headers=headers)
        assert answer.status_code == 401
        conforms(answer, "/v1/changes")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json() == {
            "error": {"code": "token_refused", "message": "this token is not valid"}
        }


async def test_the_scheme_may_be_written_in_any_case(relay):
    token = (await relay.enrol()).token
    answer = await relay.desks.get("/v1/changes", headers={"authorization": f"bearer  {token}"})
    assert answer.status_code == 200


WRONG_PARAMETERS = [
    ("wait=31", "wait"),
    ("wait=-1", "wait"),
    ("wait=1.5", "wait"),
    ("wait=", "wait"),
    ("wait=٣", "wait"),
    ("wait=9999999", "wait"),
    ("limit=0", "limit"),
    ("limit=501", "limit"),
    ("limit=x", "limit"),
    ("after=a%20b", "after"),
    ("after=" + "a" * 129, "after"),
    ("wait=1&wait=1", "twice"),
    ("since=1", "since"),
]


async def test_a_wrong_parameter_is_named(relay):
    token = (await relay.enrol()).token
    for query, named in WRONG_PARAMETERS:
        answer = await relay.desks.get(f"/v1/changes?{query}", headers=bearer(token))
        assert answer.status_code == 400, query
        conforms(answer, "/v1/changes")
        assert named in answer.json()["error"]["message"]


async def test_an_empty_cursor_is_none(relay):
    token = (await relay.enrol()).token
    assert (await relay.changes(token, after="")).gap is False


async def test_an_unknown_cursor_is_a_gap(relay):
    token = (await relay.enrol()).token
    assert (await relay.changes(token, after="somewhere")).gap is True


async def test_a_desk_that_hammers_is_told_when_to_come_again(relay, monkeypatch):
    token = (await relay.enrol()).token
    # On a slow machine the calls come no faster than they are allowed again.
    monkeypatch.setattr(relay.relay.desks._polls, "_clock", lambda: 0.0)
    statuses = []
    for _ in range(201):
        answer = await relay.desks.get("/v1/changes", headers=bearer(token))
        statuses.append(answer.status_code)
    assert statuses == [*[200] * 200, 429]
    conforms(answer, "/v1/changes")
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_desk_that_would_wait_anyway_is_slowed_and_not_refused(relay, monkeypatch):
    token = (await relay.enrol()).token
    await relay.hooks.post(HOOK, content="event=x")
    monkeypatch.setattr(relay.relay.desks, "_polls", Allowance(2, 0.02))
    for _ in range(10):
        answer = await relay.desks.get("/v1/changes?wait=1", headers=bearer(token))
        assert answer.status_code == 200


async def test_a_database_that_is_down_is_503(relay, monkeypatch, caplog):
    token = (await relay.enrol()).token
    await relay.hooks.post(HOOK, content="event=x")

    async def broken(*_):
        raise StoreError("disk I/O error")

    monkeypatch.setattr(relay.store, "read", broken)
    answer = await relay.desks.get("/v1/changes", headers=bearer(token))
    assert answer.status_code == 503
    conforms(answer, "/v1/changes")
    assert "I/O" not in answer.text


async def test_a_fault_of_our_own_is_500_without_a_word_of_it(relay, monkeypatch, caplog):
    token = (await relay.enrol()).token
    monkeypatch.setattr(relay.relay.feed, "page", lambda *_, **__: 1 / 0)
    answer = await relay.desks.get("/v1/changes", headers=bearer(token))
    assert answer.status_code == 500
    assert Refusal.from_json(answer.content).code == "internal"
    assert "division" not in answer.text
    assert "division" in caplog.text


# --- enrolment ---


async def test_a_code_becomes_a_token(relay):
    body = {"code": await code_of(relay.store), "workstation": "desk 1"}
    answer = await relay.desks.post("/v1/enrolments", json=body)
    assert answer.status_code == 201
    conforms(answer, "/v1/enrolments", "post")
    assert (await relay.changes(answer.json()["token"])).changes == ()
    again = await relay.desks.post("/v1/enrolments", json=body)
    assert again.status_code == 403
    conforms(again, "/v1/enrolments", "post")


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"code":"K7Q4MPX9TB"}', b'{"code":"!","workstation":"d"}', b"\xff"],
)
async def test_a_request_that_is_not_as_agreed_is_400(relay, body):
    answer = await relay.desks.post("/v1/enrolments", content=body)
    assert answer.status_code == 400
    conforms(answer, "/v1/enrolments", "post")


async def test_a_request_that_is_too_long_is_413(relay):
    answer = await relay.desks.post("/v1/enrolments", content=b" " * 5000)
    assert answer.status_code == 413
    conforms(answer, "/v1/enrolments", "post")


async def test_guessing_is_slow(relay):
    body = {"code": "ABCDEFGH12", "workstation": "desk 1"}
    statuses = [
        (await relay.desks.post("/v1/enrolments", json=body)).status_code for _ in range(25)
    ]
    assert statuses == [403] * 20 + [429] * 5


async def test_a_request_that_hangs_up_gets_no_answer(relay):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/enrolments",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8700")],
        "client": ("10.0.0.1", 5),
    }
    await relay.relay.desks(scope, receive, send)
    assert sent == []


# --- what anyone may ask ---


async def test_meta(relay):
    answer = await relay.desks.get("/v1/meta")
    conforms(answer, "/v1/meta")
    told = answer.json()
    assert (told["contract"], told["version"], told["public_url"]) == (
        1,
        __version__,
        parts.PUBLIC_URL,
    )
    assert told["sealing_fingerprint"] == parts.DATA_KEY.fingerprint


async def test_the_public_address_can_be_another(database):
    async with parts.in_process(database, public_url="https://other.example") as relay:
        answer = await relay.desks.get("/v1/meta", headers={"host": "other.example"})
        assert answer.json()["public_url"] == "https://other.example"


async def test_health_and_readiness(relay, monkeypatch, caplog):
    conforms(await relay.desks.get("/healthz"), "/healthz")
    ready = await relay.desks.get("/readyz")
    conforms(ready, "/readyz")
    assert ready.json() == {"ready": True, "keeps": True, "spool_waits": False, "sealed": True}


async def test_figures_for_this_machine_only(relay):
    await relay.hooks.post(HOOK, content="event=x")
    text = (await relay.desks.get("/metrics")).text
    assert 'telesales_relay_deliveries_total{outcome="kept"} 1.0\n' in text
    assert 'telesales_relay_ingress_total{what="webhook"} 1.0\n' in text
    far = httpx.AsyncClient(
        transport=httpx.ASGITransport(relay.relay.desks, client=("10.0.0.9", 1)),
        base_url="http://relay.example",
    )
    assert (await far.get("/metrics")).status_code == 404
    await far.aclose()


async def test_the_contract_is_served_in_development_only(relay, database):
    assert (await relay.desks.get("/openapi.json")).status_code == 404
    async with parts.in_process(database, development=True) as developing:
        assert (await developing.desks.get("/openapi.json")).json() == json.loads(
            json.dumps(DOCUMENT)
        )


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/changes/", "/V1/meta", HOOK, "/docs"])
async def test_there_is_nothing_else(relay, path):
    answer = await relay.desks.get(path)
    assert answer.status_code == 404
    assert Refusal.from_json(answer.content).code == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/changes", "GET"),
        ("DELETE", "/v1/meta", "GET"),
        ("GET", "/v1/enrolments", "POST"),
        ("TRACE", "/healthz", "GET"),
        ("OPTIONS", "/v1/changes", "GET"),
    ],
)
async def test_each_thing_in_its_way(relay, method, path, allowed):
    answer = await relay.desks.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_a_head_is_a_get(relay):
    assert (await relay.desks.head("/healthz")).status_code == 200


async def test_merchants_are_strictly_apart(database):
    async with parts.in_process(database) as relay:
        ca = Merchant("ca", None, parts.DATA_KEY.public_key)
        await relay.store.add_merchant(ca, digest("other-secret"), None)
        await relay.relay.access.refresh()
        ours = (await relay.enrol(merchant="main")).token
        theirs = (await relay.enrol(merchant="ca")).token
        await relay.hooks.post(HOOK, content="event=ours")
        await relay.hooks.post("/hooks/affirm/other-secret", content="event=theirs")
        await relay.hooks.get(f"/customer/ca/{parts.ORDER_KEY}/confirmed")
        first = await relay.changes(ours)
        second = await relay.changes(theirs)
        assert [each.delivery.merchant for each in first.changes] == ["main"]
        assert [each.delivery.merchant for each in second.changes] == ["ca", "ca"]
        crossed = await relay.changes(ours, after=second.next)
        assert crossed.gap is True, "another merchant's place is no place of ours"
        assert crossed.changes == first.changes


# --- with the desk's own client ---


async def test_the_desks_client_and_the_relay_understand_each_other(relay):
    tokens = []

    async def token():
        return tokens[0] if tokens else None

    client = RelayClient(
        "https://relay.example", token, transport=httpx.ASGITransport(relay.relay.desks)
    )
    assert (await client.meta()).public_url == parts.PUBLIC_URL
    with pytest.raises(RelayTokenRefusedError):
        await client.changes(None, wait_s=0, limit=10)
    with pytest.raises(RelayEnrolmentRefusedError):
        await client.enrol("ABCDEFGH12", "desk 1")
    enrolment = await client.enrol(await code_of(relay.store), "desk 1")
    tokens.append(enrolment.token)
    for number in range(3):
        await relay.hooks.post(HOOK, content=f"event=x&n={number}")
    first = await client.changes(None, wait_s=0, limit=2)
    assert (len(first.deliveries), first.more, first.gap) == (2, True, False)
    second = await client.changes(first.cursor, wait_s=1, limit=2)
    assert (len(second.deliveries), second.more) == (1, False)
    assert second.deliveries[0].cursor == second.cursor.position
    lost = await client.changes(Cursor("elsewhere", "x"), wait_s=0, limit=500)
    assert (lost.gap, len(lost.deliveries)) == (True, 3)
    await relay.store.revoke(enrolment.token_id, now_us(), "")
    await relay.relay.access.refresh()
    with pytest.raises(RelayTokenRefusedError):
        await client.changes(second.cursor, wait_s=0, limit=2)
    await client.close()
