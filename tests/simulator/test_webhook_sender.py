import asyncio
from urllib.parse import parse_qsl

import httpx
import pytest

from telesales_desktop.simulator.webhook_message import sign
from tests.simulator.orders import NOON, PRIVATE_KEY, us_order

SIGNED_AT = int(NOON.timestamp())


def events(hook):
    return [dict(parse_qsl(body)).get("event") for body in hook.bodies]


async def play(client, app, *actions, **settings):
    app.affirm.account.settings = app.affirm.account.settings.changed(settings)
    stored = await client.post("/api/v2/checkout/store", json=us_order())
    checkout_id = stored.json()["checkout_id"]
    for action in actions:
        await client.post(f"/_simulator/checkouts/{checkout_id}/{action}")
    return checkout_id


async def fate(client):
    records = (await client.post("/_simulator/webhooks/drain")).json()
    return [(record["event"], record["fate"]) for record in records]


async def test_webhooks_are_affirms_and_in_order(app, client, hook):
    await play(client, app, "confirm")
    await app.webhooks.drain()
    assert events(hook) == ["sent", "opened", "approved", "confirmed"]
    request, body = hook.requests[-1]
    assert request.method == "POST"
    assert request.headers["User-Agent"] == "Affirm-Webhook"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["X-Affirm-Signature"] == sign(body, PRIVATE_KEY, SIGNED_AT)


async def test_signatures_use_the_real_time_even_when_the_clock_was_advanced(app, client, hook):
    app.affirm.account.clock.advance(86_400)
    await play(client, app)
    await app.webhooks.drain()
    request, body = hook.requests[0]
    assert request.headers["X-Affirm-Signature"] == sign(body, PRIVATE_KEY, SIGNED_AT)
    assert "2026-03-03T12" in body.decode()


async def test_credentials_in_the_address_become_basic_auth(app, client, hook):
    await play(client, app, hook_url="http://user:pa%20ss@127.0.0.1:9/hooks")
    await app.webhooks.drain()
    expected = httpx.BasicAuth("user", "pa ss")
    wanted = next(expected.auth_flow(httpx.Request("GET", "http://a"))).headers["Authorization"]
    assert hook.requests[0][0].headers["Authorization"] == wanted


async def test_without_an_address_nothing_is_sent(app, client, hook):
    await play(client, app, "confirm", hook_url="")
    await app.webhooks.drain()
    assert hook.requests == []


async def test_a_refused_webhook_is_not_sent_again(app, client, hook):
    hook.status = 500
    await play(client, app)
    records = (await client.post("/_simulator/webhooks/drain")).json()
    assert [(record["fate"], record["http_status"]) for record in records] == [("sent", 500)]
    assert len(hook.requests) == 1


async def test_an_unreachable_endpoint_is_recorded(app, client, hook, monkeypatch):
    async def refuse(request):
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(hook, "handle_async_request", refuse)
    await play(client, app)
    records = (await client.post("/_simulator/webhooks/drain")).json()
    assert [(record["fate"], record["error"]) for record in records] == [("failed", "ConnectError")]


async def test_formats_and_signatures_are_settings(app, client, hook):
    await play(client, app, webhook_format="json", webhook_signed=False)
    await app.webhooks.drain()
    request, body = hook.requests[0]
    assert request.headers["Content-Type"] == "application/json"
    assert body.startswith(b"{")
    assert "X-Affirm-Signature" not in request.headers


async def test_a_stray_ampersand_is_signed_too(app, client, hook):
    await play(client, app, webhook_stray_ampersand=True, webhook_signature_style="spaced")
    await app.webhooks.drain()
    request, body = hook.requests[0]
    assert body.endswith(b"&")
    expected = sign(body, PRIVATE_KEY, SIGNED_AT, style="spaced")
    assert request.headers["X-Affirm-Signature"] == expected


async def test_copies_and_disorder_are_settings(app, client, hook):
    await play(client, app, "confirm", webhook_copies=2)
    await app.webhooks.drain()
    assert events(hook) == [
        name for name in ("sent", "opened", "approved", "confirmed") for _ in range(2)
    ]
    hook.requests.clear()
    await play(client, app, "confirm", webhook_copies=1, webhook_out_of_order=True)
    await app.webhooks.drain()
    assert events(hook) == ["opened", "sent", "confirmed", "approved"]


@pytest.mark.parametrize("times", [1, 2, None])
async def test_webhooks_can_be_lost(app, client, hook, times):
    await client.post("/_simulator/faults", json={"kind": "lost", "times": times})
    await play(client, app, "confirm")
    lost = 4 if times is None else times
    assert [told for _, told in await fate(client)] == ["lost"] * lost + ["sent"] * (4 - lost)
    assert len(hook.requests) == 4 - lost


async def test_one_event_alone_can_be_lost(app, client, hook):
    await client.post("/_simulator/faults", json={"kind": "lost", "event": "confirmed"})
    await play(client, app, "confirm")
    await app.webhooks.drain()
    assert events(hook) == ["sent", "opened", "approved"]


async def test_a_delayed_webhook_is_overtaken(app, client, hook):
    fault = {"kind": "delayed", "event": "opened", "seconds": 0.05}
    await client.post("/_simulator/faults", json=fault)
    await play(client, app, "confirm")
    await app.webhooks.drain()
    assert events(hook) == ["sent", "approved", "confirmed", "opened"]


async def test_a_held_webhook_follows_the_next_one(app, client, hook):
    await client.post("/_simulator/faults", json={"kind": "held", "event": "opened"})
    await play(client, app, "confirm")
    await app.webhooks.drain()
    assert events(hook) == ["sent", "approved", "opened", "confirmed"]


async def test_a_held_webhook_without_a_next_one_waits_for_the_drain(app, client, hook):
    await client.post("/_simulator/faults", json={"kind": "held", "event": "sent"})
    await play(client, app)
    records = (await client.get("/_simulator/webhooks")).json()
    assert [record["fate"] for record in records] == ["held"]
    assert await fate(client) == [("sent", "sent")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("unsigned", lambda body: None),
        ("bad_signature", lambda body: sign(body, PRIVATE_KEY + "-of-somebody-else", SIGNED_AT)),
        ("stale_signature", lambda body: sign(body, PRIVATE_KEY, SIGNED_AT - 600)),
    ],
)
async def test_signatures_can_be_missing_wrong_or_old(app, client, hook, kind, expected):
    await client.post("/_simulator/faults", json={"kind": kind})
    await play(client, app, "open")
    await app.webhooks.drain()
    (spoilt, body), (sound, sound_body) = hook.requests
    assert spoilt.headers.get("X-Affirm-Signature") == expected(body)
    assert sound.headers["X-Affirm-Signature"] == sign(sound_body, PRIVATE_KEY, SIGNED_AT)


async def test_duplicates_and_stray_ampersands_once(app, client, hook):
    await client.post("/_simulator/faults", json={"kind": "duplicated", "copies": 3})
    await client.post("/_simulator/faults", json={"kind": "stray_ampersand"})
    await play(client, app, "open")
    await app.webhooks.drain()
    assert events(hook) == ["sent", "sent", "sent", "opened"]
    assert [body.endswith("&") for body in hook.bodies] == [False, False, False, True]


async def test_a_kept_webhook_is_replayed_byte_for_byte(app, client, hook):
    await play(client, app)
    await app.webhooks.drain()
    assert (await client.post("/_simulator/webhooks/1/replay")).status_code == 200
    await app.webhooks.drain()
    (first, body), (again, same) = hook.requests
    assert same == body
    assert again.headers["X-Affirm-Signature"] == first.headers["X-Affirm-Signature"]
    assert (await client.post("/_simulator/webhooks/99/replay")).status_code == 404


async def test_any_event_can_be_sent_out_of_turn(app, client, hook):
    checkout_id = await play(client, app, "confirm")
    path = f"/_simulator/checkouts/{checkout_id}/webhooks"
    assert (await client.post(path, json={"event": "a_new_word"})).json()["status"] == "confirmed"
    await app.webhooks.drain()
    assert events(hook)[-1] == "a_new_word"


@pytest.mark.parametrize("action", ["POST", "GET"])
async def test_the_customers_browser_can_come_along(app, client, hook, action):
    order = us_order()
    order["merchant"] |= {
        "user_confirmation_url": "http://127.0.0.1:9/done?order=1",
        "user_confirmation_url_action": action,
    }
    checkout_id = (await client.post("/api/v2/checkout/store", json=order)).json()["checkout_id"]
    await client.post(f"/_simulator/checkouts/{checkout_id}/confirm", json={"visit": True})
    await app.webhooks.drain()
    ((request, body),) = [kept for kept in hook.requests if kept[0].url.path == "/done"]
    assert request.method == action
    assert request.headers["User-Agent"].startswith("Mozilla")
    assert request.url.params["order"] == "1"
    token = request.url.params if action == "GET" else dict(parse_qsl(body.decode()))
    assert token["checkout_token"] == checkout_id


async def test_a_browser_that_does_not_arrive_tells_nobody(app, hook, monkeypatch):
    async def refuse(request):
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(hook, "handle_async_request", refuse)
    app.webhooks.visit("GET", "http://127.0.0.1:9/", "X")
    await app.webhooks.drain()


async def test_closing_drops_what_is_on_its_way(app, client, hook):
    await client.post("/_simulator/faults", json={"kind": "delayed", "seconds": 3600})
    await play(client, app)
    await asyncio.sleep(0)
    await app.aclose()
    assert hook.requests == []
