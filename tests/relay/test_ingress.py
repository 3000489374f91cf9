import asyncio
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telesales_desktop.relay import http, sqlite_file
from telesales_desktop.relay import ingress as ingress_module
from telesales_desktop.wire.feed import MOST_BODY, Change, Delivery, Landing, Source
from telesales_desktop.wire.refusal import Refusal
from telesales_desktop.wire.strict_json import decode
from tests.relay import parts
from tests.relay.parts import HOOK, ORDER_KEY, until

FORM = {"content-type": "application/x-www-form-urlencoded"}
EVENT = urlencode({"checkout_token": "ABC", "event": "confirmed", "webhook_session_id": ORDER_KEY})
CONFIRMED = f"/customer/main/{ORDER_KEY}/confirmed"
CANCELLED = f"/customer/main/{ORDER_KEY}/cancelled"


async def deliveries(relay):
    """Each that was kept, with what a desk finds in it."""
    entries = (await relay.store.read("main", 0, 999, 10**9, None)).entries
    kept = []
    for entry in entries:
        sealed = Delivery.from_members(decode(entry.content))
        assert (sealed.body, sealed.content_type, sealed.signatures) == (b"", "", ())
        content = parts.opened(Change("c", entry.kind, http.instant(entry.received_us), sealed))
        opened = {name: getattr(content, name) for name in ("content_type", "signatures", "body")}
        landing = Landing(content.landing) if content.landing else None
        kept.append(replace(sealed, sealed=None, landing=landing, **opened))
    return kept


# --- webhooks ---


async def test_a_webhook_is_kept_as_it_came(relay):
    headers = [
        *FORM.items(),
        ("X-Affirm-Signature", "t=1,v0=aa"),
        ("Affirm-Signature", "t=2,v0=bb"),
        ("x-affirm-signature", "t=3,v0=cc"),
    ]
    answer = await relay.hooks.post(HOOK, content=EVENT + "&", headers=headers)
    assert (answer.status_code, answer.text) == (200, "kept\n")
    (kept,) = await deliveries(relay)
    assert kept.source is Source.WEBHOOK
    assert kept.content_type == FORM["content-type"]
    assert kept.signatures == ("t=1,v0=aa", "t=2,v0=bb", "t=3,v0=cc")
    assert kept.body == EVENT.encode() + b"&"
    assert (kept.order_key, kept.landing, kept.poison) == (ORDER_KEY, None, False)


@pytest.mark.parametrize(
    ("body", "content_type", "poison"),
    [
        (b"", "", True),
        (b"\xff\xfe\x00", "application/octet-stream", True),
        (b"<xml/>", "text/xml", True),
        (b"{", "application/json", True),
        (b"order_id=7", "application/x-www-form-urlencoded", True),
        (b'{"event": "prequal_decision"}', "application/json", False),
        (b"&&event=x&", "text/plain", False),
        (b"x" * MOST_BODY, "text/plain", True),
    ],
)
async def test_whatever_is_in_it_it_is_kept_and_answered_200(relay, body, content_type, poison):
    answer = await relay.hooks.post(HOOK, content=body, headers={"content-type": content_type})
    assert answer.status_code == 200
    (kept,) = await deliveries(relay)
    assert (kept.body, kept.content_type, kept.poison) == (body, content_type, poison)
    assert relay.relay.hooks.counts["poison"] == poison


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=300), st.text(max_size=20), st.lists(st.binary(max_size=30), max_size=3))
async def test_no_webhook_is_too_strange(relay, body, content_type, signatures):
    headers = [(b"content-type", content_type.encode())]
    headers += [(b"x-affirm-signature", signature) for signature in signatures]
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": HOOK,
        "query_string": b"",
        "headers": headers,
        "client": None,
    }
    await relay.relay.hooks(scope, receive, send)
    assert sent[0]["status"] == 200


async def test_what_comes_again_is_kept_once(relay):
    signed = {"x-affirm-signature": "t=1,v0=aa"}
    for _ in range(3):
        assert (await relay.hooks.post(HOOK, content=EVENT, headers=signed)).status_code == 200
    assert len(await deliveries(relay)) == 1
    assert (relay.relay.intake.kept, relay.relay.intake.repeated) == (1, 2)
    await relay.hooks.post(HOOK, content=EVENT, headers={"x-affirm-signature": "t=2,v0=aa"})
    await relay.hooks.post(HOOK, content=EVENT + "&")
    assert len(await deliveries(relay)) == 3


async def test_parts_that_only_look_alike_together_are_not_the_same(relay):
    await relay.hooks.post(HOOK, content="a", headers={"x-affirm-signature": "b"})
    await relay.hooks.post(HOOK, content="ab", headers={"x-affirm-signature": ""})
    assert len(await deliveries(relay)) == 2


@pytest.mark.parametrize("named", ["short", "a" * 65, "../../etc/passwd-0123", ""])
async def test_a_name_that_is_no_order_key_routes_nowhere(relay, named):
    await relay.hooks.post(HOOK, content=urlencode({"event": "x", "webhook_session_id": named}))
    assert [kept.order_key for kept in await deliveries(relay)] == [None]


@pytest.mark.parametrize("size", [MOST_BODY + 1, 2_000_000])
async def test_a_body_over_the_limit_is_413_and_not_kept(relay, size):
    answer = await relay.hooks.post(HOOK, content=b"x" * size)
    assert answer.status_code == 413
    assert Refusal.from_json(answer.content).code == "too_large"
    assert await deliveries(relay) == []


METHODS = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"]
NOTHING = ["/", "/hooks", "/hooks/affirm/", "/hooks/affirm/wrong", HOOK + "/", HOOK + "x",
           "/hooks/affirm/%00", "/v1/changes", "/healthz", "/customer/", "/customer/main"]  # fmt: skip


async def test_everything_else_is_one_and_the_same_404(relay):
    bodies = set()
    for path in NOTHING:
        for method in [*METHODS, "POST"]:
            answer = await relay.hooks.request(method, path, content=EVENT)
            assert answer.status_code == 404, (method, path)
            if method != "HEAD":
                bodies.add(answer.content)
    assert len(bodies) == 1
    assert Refusal.from_json(bodies.pop()).code == "not_found"
    assert await deliveries(relay) == []


async def test_a_hook_takes_posts_only(relay):
    for method in METHODS:
        answer = await relay.hooks.request(method, HOOK)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_basic_authentication_where_it_is_asked(tmp_path):
    path = parts.new_database(tmp_path, basic="affirm:secret")
    async with parts.in_process(path) as relay:
        answer = await relay.hooks.post(HOOK, content=EVENT)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert await deliveries(relay) == []
        answer = await relay.hooks.post(HOOK, content=EVENT, auth=("affirm", "secret"))
        assert answer.status_code == 200


async def test_nothing_is_kept_before_there_is_a_sealing_key(tmp_path):
    path = parts.new_database(tmp_path, sealed=False)
    async with parts.in_process(path) as relay:
        answer = await relay.hooks.post(HOOK, content=EVENT)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
        assert "your call" in (await relay.hooks.get(CONFIRMED)).text
        ready = await relay.desks.get("/readyz")
        assert ready.status_code == 503
        assert ready.json() == {
            "ready": False,
            "keeps": True,
            "spool_waits": False,
            "sealed": False,
        }
        assert await deliveries(relay) == []
        key = parts.sealing_key()
        assert await relay.store.seal("main", key.public_key, parts.wrap_row(key))
        await relay.relay.access.refresh()
        assert (await relay.hooks.post(HOOK, content=EVENT)).status_code == 200
        assert (await relay.desks.get("/readyz")).status_code == 200
        assert [kept.body for kept in await deliveries(relay)] == [EVENT.encode()]


async def test_what_could_not_be_kept_is_never_a_200(relay, monkeypatch):
    async def refuse(change):
        return False

    monkeypatch.setattr(relay.relay.intake, "keep", refuse)
    answer = await relay.hooks.post(HOOK, content=EVENT)
    assert answer.status_code == 503
    assert Refusal.from_json(answer.content).code == "unavailable"


async def test_a_fault_of_our_own_is_never_a_200(relay, monkeypatch, caplog):
    monkeypatch.setattr(ingress_module, "read_fields", lambda body: 1 / 0)
    answer = await relay.hooks.post(HOOK, content=EVENT)
    assert answer.status_code == 500
    assert "a fault of the relay's own" in caplog.text
    assert "ABC" not in answer.text


async def test_a_full_disk_costs_no_webhook(relay, database, caplog):
    def full():
        connection = sqlite_file.open_file(database)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    writer = relay.store._writer._writer
    await relay.store.check_write()  # what the start has to write is done: the thread waits
    writer._connect = full
    writer.drop()
    big = "event=confirmed&x=" + "y" * 8000
    assert (await relay.hooks.post(HOOK, content=big)).status_code == 200
    assert relay.relay.intake.spooled == 1
    assert await deliveries(relay) == []
    writer._connect = lambda: sqlite_file.open_file(database)
    await until(lambda: relay.relay.intake.kept == 1)
    assert [kept.body for kept in await deliveries(relay)] == [big.encode()]


async def test_a_sender_that_hangs_up_gets_no_answer(relay):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": HOOK, "query_string": b"", "headers": []}
    await relay.relay.hooks(scope, receive, send)
    assert sent == []
    assert await deliveries(relay) == []


async def test_webhooks_are_never_limited_in_rate(relay):
    answers = await asyncio.gather(
        *(relay.hooks.post(HOOK, content=f"{EVENT}&n={n}") for n in range(500))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(await deliveries(relay)) == 500


# --- customers ---


@pytest.mark.parametrize(("path", "landing"), [(CONFIRMED, "confirmed"), (CANCELLED, "cancelled")])
async def test_a_customer_who_comes_back_is_a_hint(relay, path, landing):
    got = await relay.hooks.get(path, params={"checkout_token": "ABC"})
    posted = await relay.hooks.post(path, data={"checkout_token": "DEF"})
    for answer in (got, posted):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "your call" in answer.text
        assert "script" not in answer.headers["content-security-policy"]
    kept = await deliveries(relay)
    assert [each.body for each in kept] == [b"checkout_token=ABC", b"checkout_token=DEF"]
    for each in kept:
        assert (each.source, each.landing, each.order_key) == (
            Source.CUSTOMER,
            Landing(landing),
            ORDER_KEY,
        )
        assert (each.signatures, each.poison) == ((), False)


async def test_a_customer_who_brings_nothing_is_a_hint_too(relay):
    await relay.hooks.get(CANCELLED)
    await relay.hooks.get(CANCELLED)
    (kept,) = await deliveries(relay)
    assert (kept.body, kept.poison, kept.landing) == (b"", False, Landing.CANCELLED)


async def test_the_address_names_the_order_whatever_the_form_says(relay):
    await relay.hooks.post(CONFIRMED, data={"webhook_session_id": "f" * 32})
    (kept,) = await deliveries(relay)
    assert (kept.order_key, kept.poison) == (ORDER_KEY, True)


async def test_looking_is_no_visit(relay):
    answer = await relay.hooks.head(CONFIRMED)
    assert answer.status_code == 200
    assert await deliveries(relay) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_a_page_is_read_or_posted_to(relay, method):
    answer = await relay.hooks.request(method, CONFIRMED)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    "path",
    [
        f"/customer/other/{ORDER_KEY}/confirmed",
        "/customer/main/short/confirmed",
        f"/customer/main/{ORDER_KEY}/approved",
        f"/customer/main/{ORDER_KEY}/confirmed/x",
        f"/customer/main/{ORDER_KEY}",
    ],
)
async def test_an_address_that_no_desk_gave_out_is_nothing(relay, path):
    assert (await relay.hooks.get(path)).status_code == 404
    assert await deliveries(relay) == []


async def test_a_customer_reads_french(relay):
    answer = await relay.hooks.get(CONFIRMED, headers={"accept-language": "fr-CA"})
    assert "votre appel" in answer.text


async def test_a_form_over_the_limit_is_413(relay):
    assert (await relay.hooks.post(CONFIRMED, content=b"x" * (MOST_BODY + 1))).status_code == 413


async def test_visits_are_limited_and_the_page_is_shown_all_the_same(relay):
    for number in range(70):
        path = f"/customer/main/{number:032d}/confirmed"
        assert (await relay.hooks.get(path)).status_code == 200
    assert len(await deliveries(relay)) == 60
    other = httpx.AsyncClient(
        transport=httpx.ASGITransport(relay.relay.hooks, client=("10.0.0.9", 1)),
        base_url="http://relay.example",
    )
    await other.get(CONFIRMED)
    assert len(await deliveries(relay)) == 61
    assert relay.relay.hooks.counts["visits_passed_over"] == 10
    await other.aclose()


async def test_a_hint_that_cannot_be_kept_costs_no_page(relay, monkeypatch):
    async def refuse(change):
        return False

    monkeypatch.setattr(relay.relay.intake, "keep", refuse)
    assert "your call" in (await relay.hooks.get(CONFIRMED)).text


async def test_a_body_survives_the_wire(relay):
    token = (await relay.enrol()).token
    body = bytes(range(256))
    await relay.hooks.post(HOOK, content=body)
    page = await relay.changes(token)
    assert parts.opened(page.changes[0]).body == body


async def test_a_machine_with_many_addresses_is_one_visitor(relay):
    """Its provider gives it a whole network of IPv6; each visit may leave 64 KiB."""

    async def visits(addresses):
        for number, address in enumerate(addresses):
            transport = httpx.ASGITransport(relay.relay.hooks, client=(address, 5000))
            async with httpx.AsyncClient(transport=transport, base_url="http://relay") as browser:
                assert (await browser.get(f"{CONFIRMED}?n={number}")).status_code == 200
        return relay.relay.hooks.counts["visits_passed_over"]

    assert await visits(f"2001:db8:1:2:{n:x}::1" for n in range(65)) == 5
    assert await visits(["2001:db8:1:3::1", "::ffff:192.0.2.1", "192.0.2.2", "elsewhere"]) == 5
    assert await visits(f"::ffff:192.0.2.{n}" for n in range(2)) == 5
