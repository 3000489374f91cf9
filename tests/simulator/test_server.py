import asyncio
import contextlib
import signal
import socket

import httpx
import pytest

from telesales_desktop.simulator.app import create_app
from telesales_desktop.simulator.server import base_url, bind, server_for
from tests.simulator.orders import CREDENTIALS, us_order

STORE = "/api/v2/checkout/store"


@contextlib.asynccontextmanager
async def serving(app, host="127.0.0.1"):
    """The application on a real socket, in this loop."""
    with bind(host, 0) as listener:
        server = server_for(app)
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.005)
        try:
            async with httpx.AsyncClient(
                base_url=base_url(listener), auth=CREDENTIALS, trust_env=False
            ) as http:
                yield http
        finally:
            server.should_exit = True
            await running


@pytest.fixture
async def app():
    return create_app(*CREDENTIALS)


@pytest.fixture
async def http(app):
    async with serving(app) as http:
        yield http


async def break_next(http, **fault):
    assert (await http.post("/_simulator/faults", json=fault)).status_code == 200


async def test_it_says_where_it_listens(app, capsys):
    async with serving(app) as http:
        assert capsys.readouterr().out == f"listening {str(http.base_url).rstrip('/')}\n"
        stored = await http.post(STORE, json=us_order())
        assert stored.json()["redirect_url"].startswith(str(http.base_url))
        assert "server" not in stored.headers


@pytest.mark.parametrize(("kind", "checkouts"), [("drop_before", 0), ("lost_reply", 1), ("cut", 1)])
async def test_a_closed_connection_is_seen_as_such(app, http, kind, checkouts):
    await break_next(http, kind=kind)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await http.post(STORE, json=us_order())
    assert len(list(app.affirm.checkouts)) == checkouts
    assert (await http.post(STORE, json=us_order())).status_code == 200


async def test_other_connections_live_on_when_one_is_closed(app, http):
    await break_next(http, kind="delay_after", seconds=0.2)
    slow = asyncio.create_task(http.post(STORE, json=us_order()))
    while not list(app.affirm.checkouts):
        await asyncio.sleep(0.005)
    await break_next(http, kind="lost_reply")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await http.post(STORE, json=us_order())
    assert (await slow).status_code == 200


async def test_a_drip_arrives_in_pieces_and_ends_when_the_client_goes(http):
    await break_next(http, kind="drip", interval_s=0.001)
    async with http.stream("POST", STORE, json=us_order()) as answer:
        pieces = [piece async for piece in answer.aiter_raw()]
    assert len(pieces) > 10
    await break_next(http, kind="drip", interval_s=3600)
    async with http.stream("POST", STORE, json=us_order()) as answer:
        assert await anext(answer.aiter_raw()) == b"{"


async def test_an_oversized_answer_is_as_large_as_it_was_asked_to_be(http):
    await break_next(http, kind="oversized", size_bytes=2_000_000)
    assert len((await http.post(STORE, json=us_order())).content) == 2_000_000


async def test_signals_end_it_and_their_handlers_are_given_back(app):
    before = signal.getsignal(signal.SIGTERM)
    with bind("127.0.0.1", 0) as listener:
        server = server_for(app)
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.005)
        signal.raise_signal(signal.SIGTERM)
        await running
    assert signal.getsignal(signal.SIGTERM) is before


def test_addresses_are_spelled_for_a_browser():
    with bind("127.0.0.1", 0) as listener:
        assert base_url(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_an_ipv6_address_has_brackets():
    with bind("::1", 0) as listener:
        assert base_url(listener).startswith("http://[::1]:")
