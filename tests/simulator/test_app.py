import httpx
import pytest

from telesales_desktop.simulator.app import create_app
from telesales_desktop.simulator.exchange import MOST_BODY_BYTES
from telesales_desktop.simulator.faults import Fault
from tests.simulator.orders import CREDENTIALS, us_order


async def first_two_answers(**named):
    transport = httpx.ASGITransport(create_app(*CREDENTIALS, **named))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as http:
        return [await http.post("/api/v2/checkout/store", json=us_order()) for _ in range(2)]


async def test_faults_can_wait_from_the_start():
    portal, stored = await first_two_answers(faults=[Fault("html", endpoint="store")])
    assert "<h1>" in portal.text
    assert stored.json()["checkout_id"]


async def test_the_same_seed_and_calls_give_the_same_names():
    one, same, other = [await first_two_answers(seed=seed) for seed in (3, 3, 4)]
    assert [a.json() for a in one] == [a.json() for a in same] != [a.json() for a in other]


async def test_a_body_beyond_the_limit_is_too_large(client):
    answer = await client.post("/api/v2/checkout/store", content=b" " * (MOST_BODY_BYTES + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/favicon.ico", 404), ("DELETE", "/", 405), ("GET", "/elsewhere/api", 404)],
)
async def test_what_is_not_there(client, method, path, status):
    assert (await client.request(method, path)).status_code == status


async def test_its_life_begins_and_ends_with_the_server():
    app = create_app(*CREDENTIALS)
    received = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = []

    async def receive():
        return received.pop(0)

    async def send(message):
        sent.append(message["type"])

    await app({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    await app({"type": "websocket"}, receive, send)


async def test_a_request_that_is_cut_is_neither_carried_out_nor_counted():
    """A command without its body would be another command: a capture of a part, one of all."""
    app = create_app(*CREDENTIALS)
    headers = [(b"host", b"127.0.0.1:1"), (b"content-length", b"12")]
    path = "/api/v1/transactions/ABCD-1234/capture"
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": headers,
    }

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        raise AssertionError(message)

    await app(scope, receive, send)
    assert not app.api.requests
