import json

import httpx
import pytest

from tests.simulator.orders import BASE_URL, CREDENTIALS, us_order

CONTROL = "/_simulator"


@pytest.fixture
async def checkout_id(client):
    stored = await client.post("/api/v2/checkout/store", json=us_order())
    return stored.json()["checkout_id"]


@pytest.fixture
async def transaction_id(client, checkout_id):
    await client.post(f"{CONTROL}/checkouts/{checkout_id}/confirm")
    answer = await client.post("/api/v1/transactions", json={"transaction_id": checkout_id})
    return answer.json()["id"]


async def error(client, method, path, status, **sent):
    answer = await client.request(method, f"{CONTROL}/{path}", **sent)
    assert answer.status_code == status, answer.text
    return answer.json()["error"]


async def test_it_serves_this_machine_only(app):
    async def ask(**named):
        transport = httpx.ASGITransport(app, client=(named.get("peer", "127.0.0.1"), 1))
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
            headers = {"Origin": named["origin"]} if "origin" in named else {}
            return (await http.get(f"{CONTROL}/state", headers=headers)).status_code

    assert await ask() == 200
    assert await ask(origin=BASE_URL) == 200
    assert await ask(peer="10.0.0.7") == 403
    assert await ask(origin="https://evil.example") == 403


async def test_the_state_counts(client, transaction_id):
    state = (await client.get(f"{CONTROL}/state")).json()
    assert state["now"] == "2026-03-02T12:00:00Z"
    assert (state["checkouts"], state["transactions"], state["effects"]) == (1, 1, 1)
    assert state["settings"]["country"] == "US"
    assert CREDENTIALS[1] not in json.dumps(state)


async def test_checkouts_are_listed_filtered_and_read(client, checkout_id):
    await client.post("/api/v2/checkout/store", json=us_order(order_id="ORDER-2"))
    assert len((await client.get(f"{CONTROL}/checkouts")).json()) == 2
    found = (await client.get(f"{CONTROL}/checkouts", params={"order_id": "ORDER-1"})).json()
    assert [entry["checkout_id"] for entry in found] == [checkout_id]
    assert (await client.get(f"{CONTROL}/checkouts/{checkout_id}")).json() == found[0]


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("open", "opened"),
        ("approve", "approved"),
        ("decline", "not_approved"),
        ("more-information", "more_information_needed"),
        ("confirm", "confirmed"),
        ("abandon", "opened"),
    ],
)
async def test_the_customer_acts(client, checkout_id, action, status):
    answer = await client.post(f"{CONTROL}/checkouts/{checkout_id}/{action}")
    assert (answer.status_code, answer.json()["status"]) == (200, status)
    read = await client.get(f"/api/v2/checkout/{checkout_id}")
    assert read.json()["checkout_status"] == status


async def test_what_a_customer_cannot_do_is_a_conflict(client, checkout_id):
    path = f"checkouts/{checkout_id}"
    await client.post(f"{CONTROL}/{path}/decline")
    assert "not_approved" in await error(client, "POST", f"{path}/confirm", 409)
    assert await error(client, "POST", f"{path}/confirm", 400, json={"months": "3"})


async def test_a_link_can_end_now(client, checkout_id):
    await client.post(f"{CONTROL}/checkouts/{checkout_id}/expire")
    assert "expired" in await error(client, "POST", f"checkouts/{checkout_id}/open", 409)


async def test_only_a_merchants_page_on_this_machine_is_visited(client):
    merchant = us_order()["merchant"] | {"user_confirmation_url": "https://shop.example/done"}
    stored = await client.post("/api/v2/checkout/store", json=us_order(merchant=merchant))
    path = f"checkouts/{stored.json()['checkout_id']}/confirm"
    assert "this machine" in await error(client, "POST", path, 400, json={"visit": True})


async def test_transactions_can_be_forced_into_any_state(client, transaction_id):
    path = f"{CONTROL}/transactions/{transaction_id}/status"
    for word in ("disputed", "dispute_refunded", "auth_expired", "refunded", "never_heard"):
        assert (await client.post(path, json={"status": word})).json()["status"] == word
        read = await client.get(f"/api/v1/transactions/{transaction_id}")
        assert read.json()["status"] == word
    forced = await client.post(path, json={"status": "partially_refunded", "amount_cents": 700})
    assert forced.json()["amount_refunded"] == 700
    listed = (await client.get(f"{CONTROL}/transactions", params={"order_id": "ORDER-1"})).json()
    assert [entry["status"] for entry in listed] == ["partially_refunded"]


async def test_effects_are_filtered(client, transaction_id):
    await client.post(f"/api/v1/transactions/{transaction_id}/capture", json={})
    effects = (await client.get(f"{CONTROL}/effects")).json()
    assert [effect["kind"] for effect in effects] == ["authorize", "capture"]
    filtered = await client.get(f"{CONTROL}/effects", params={"kind": "capture", "order_id": "X"})
    assert filtered.json() == []


async def test_faults_are_added_replaced_and_cleared(client):
    path = f"{CONTROL}/faults"

    async def kinds(method, sent=None):
        answer = await client.request(method, path, json=sent)
        return [fault["kind"] for fault in answer.json()]

    assert await kinds("POST", {"kind": "html"}) == ["html"]
    assert await kinds("POST", [{"kind": "drip"}, {"kind": "lost"}]) == ["html", "drip", "lost"]
    assert "no fault" in await error(client, "PUT", "faults", 400, json=[{"kind": "fire"}])
    assert await kinds("GET") == ["html", "drip", "lost"]
    assert await kinds("PUT", [{"kind": "cut"}]) == ["cut"]
    assert await kinds("DELETE") == []


async def test_settings_change_while_it_runs(client, checkout_id):
    path = f"{CONTROL}/settings"
    changed = await client.patch(path, json={"reads_show_confirmed": False})
    assert changed.json()["reads_show_confirmed"] is False
    await client.post(f"{CONTROL}/checkouts/{checkout_id}/confirm")
    read = await client.get(f"/api/v2/checkout/{checkout_id}")
    assert read.json()["checkout_status"] == "approved"
    assert "no setting" in await error(client, "PATCH", "settings", 400, json={"x": 1})
    near = await error(client, "PATCH", "settings", 400, json={"hook_url": "http://example.com"})
    assert "this machine" in near
    assert (await client.get(path)).json()["hook_url"].startswith("http://127.0.0.1")


async def test_time_passes_on_demand(client, transaction_id):
    answer = await client.post(f"{CONTROL}/clock", json={"advance_s": 30 * 86_400})
    assert answer.json()["now"] == "2026-04-01T12:00:00Z"
    read = await client.get(f"/api/v1/transactions/{transaction_id}")
    assert read.json()["status"] == "auth_expired"


@pytest.mark.parametrize("seconds", ["1", -1, None, True, 1e12])
async def test_time_passes_forward_and_not_for_ever(client, seconds):
    assert await error(client, "POST", "clock", 400, json={"advance_s": seconds})


async def test_a_reset_forgets_all_but_settings_and_clock(app, client, transaction_id, hook):
    await client.post(f"{CONTROL}/faults", json={"kind": "lost", "times": None})
    await client.post(f"{CONTROL}/clock", json={"advance_s": 60})
    await app.webhooks.drain()
    state = (await client.post(f"{CONTROL}/reset")).json()
    assert state["now"] == "2026-03-02T12:01:00Z"
    counted = ("checkouts", "transactions", "effects", "requests", "webhooks", "faults")
    assert {state[name] for name in counted} == {0}
    stored = await client.post("/api/v2/checkout/store", json=us_order())
    await client.post(f"{CONTROL}/checkouts/{stored.json()['checkout_id']}/open")
    await app.webhooks.drain()
    assert "event=opened" in hook.bodies[-1]


async def test_a_followed_redirect_is_counted(client):
    await client.post(f"{CONTROL}/faults", json={"kind": "redirect", "times": 2})
    refused = await client.get("/api/v1/transactions")
    assert refused.status_code == 307
    followed = await client.get("/api/v1/transactions", follow_redirects=True)
    assert followed.status_code == 404
    assert (await client.get(f"{CONTROL}/state")).json()["redirects_followed"] == 1


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "nothing", None, 404),
        ("POST", "state", None, 404),
        ("GET", "checkouts/NOBODY", None, 404),
        ("POST", "checkouts", None, 404),
        ("DELETE", "transactions", None, 404),
        ("POST", "transactions/AAAA-BBBB/status", {"status": "x"}, 404),
        ("POST", "transactions/AAAA-BBBB/status", {}, 400),
        ("POST", "transactions/AAAA-BBBB/status", {"status": "x", "amount_cents": "1"}, 400),
        ("PATCH", "faults", None, 404),
        ("DELETE", "settings", None, 404),
        ("POST", "webhooks/x/replay", None, 404),
        ("DELETE", "webhooks", None, 404),
        ("POST", "faults", "{", 400),
        ("PATCH", "settings", [], 400),
    ],
)
async def test_wrong_calls_say_what_is_wrong(client, method, path, sent, status):
    body = sent if isinstance(sent, str) else json.dumps(sent)
    assert await error(client, method, path, status, content=body if sent is not None else b"")


async def test_wrong_calls_on_a_checkout(client, checkout_id):
    path = f"checkouts/{checkout_id}"
    assert await error(client, "POST", f"{path}/steal", 404)
    assert await error(client, "DELETE", path, 404)
    assert await error(client, "POST", f"{path}/webhooks", 400, json={})
