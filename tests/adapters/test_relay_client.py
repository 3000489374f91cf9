import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from telesales_desktop.adapters import relay_client
from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.adapters.relay_link import MOST_ANSWER_BYTES
from telesales_desktop.application.ports import Cursor, FeedPage, StoredDelivery
from telesales_desktop.domain.errors import CredentialsError, SettingsError
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayBusyError,
    RelayEnrolmentRefusedError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)
from telesales_desktop.wire.enrolment import Enrolment, Role
from telesales_desktop.wire.feed import Delivery, Landing, Source, change_json, page_json
from telesales_desktop.wire.meta import CONTRACT, RelayMeta
from telesales_desktop.wire.refusal import Refusal

URL = "https://relay.example"
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
META = RelayMeta(CONTRACT, "0.1.0", "0.1.0", "https://hooks.example", None, AT)
SEALING_KEY = DataKey(bytes(range(32))).sealing_key("private").text()
ENROLMENT = Enrolment(
    token=f"atr1_{'a' * 10}_{'x' * 43}_{'0' * 8}",
    token_id="a" * 10,
    merchant="main",
    role=Role.SUPERVISOR,
    name="Dana",
    person_id="p" + "a" * 15,
    sealing_key=SEALING_KEY,
)
WEBHOOK = Delivery(
    "ab" * 32, "main", Source.WEBHOOK, "text/plain", ("t=1,v0=a",), b"x=1", "k" * 32, None, False
)
VISIT = Delivery("cd" * 32, "main", Source.CUSTOMER, "", (), b"", None, Landing.CANCELLED, False)


def page(*deliveries: Delivery, gap=False, more=False) -> bytes:
    changes = [
        change_json(f"c{n}", "delivery", AT, each.to_json()) for n, each in enumerate(deliveries)
    ]
    return page_json("e1", "next", gap=gap, more=more, changes=changes)


class Answering:
    """A transport that answers as told and remembers what it was asked."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Once(httpx.AsyncByteStream):
    def __init__(self, chunk: bytes) -> None:
        self.chunk = chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.chunk


async def token() -> str:
    return "tok-1"


def client(answering: Answering, read_token=token, **options) -> RelayClient:
    return RelayClient(URL, read_token, transport=httpx.MockTransport(answering), **options)


def refused(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, content=Refusal(code, "no").to_json())


async def test_changes_become_deliveries_and_a_cursor():
    relay = Answering(httpx.Response(200, content=page(WEBHOOK, VISIT, gap=True, more=True)))
    desk = client(relay)
    assert await desk.changes(None, wait_s=25.9, limit=200) == FeedPage(
        deliveries=(
            StoredDelivery(
                "ab" * 32, "c0", "webhook", "text/plain", ("t=1,v0=a",), b"x=1", AT, "k" * 32
            ),
            StoredDelivery("cd" * 32, "c1", "customer", "", (), b"", AT, "", "cancelled"),
        ),
        cursor=Cursor("e1", "next"),
        gap=True,
        more=True,
    )
    (request,) = relay.requests
    assert request.method == "GET"
    assert str(request.url) == f"{URL}/v1/changes?wait=25&limit=200"
    assert request.headers["authorization"] == "Bearer tok-1"
    assert request.headers["accept-encoding"] == "identity"
    await desk.close()


@pytest.mark.parametrize(
    ("wait_s", "limit", "asked"),
    [(99, 9999, "wait=30&limit=500"), (-1, 0, "wait=0&limit=1"), (0.5, 1, "wait=0&limit=1")],
)
async def test_what_is_asked_stays_within_the_contract(wait_s, limit, asked):
    relay = Answering(httpx.Response(200, content=page()))
    await client(relay).changes(Cursor("e", "a.b"), wait_s=wait_s, limit=limit)
    assert sorted(relay.requests[0].url.query.decode().split("&")) == [
        "after=a.b",
        *sorted(asked.split("&")),
    ]


async def test_a_kind_of_a_newer_relay_is_passed_over():
    changes = [change_json("c0", "strange", AT, b"{}")]
    raw = page_json("e1", "c0", gap=False, more=False, changes=changes)
    got = await client(Answering(httpx.Response(200, content=raw))).changes(None, wait_s=0, limit=9)
    assert got == FeedPage((), Cursor("e1", "c0"), gap=False, more=False)


async def test_a_big_page_is_read_too():
    big = Delivery("ab" * 32, "main", Source.WEBHOOK, "", (), bytes(60_000), None, None, True)
    relay = Answering(httpx.Response(200, content=page(big, big)))
    got = await client(relay).changes(None, wait_s=0, limit=9)
    assert [len(delivery.body) for delivery in got.deliveries] == [60_000, 60_000]


async def test_meta_is_asked_without_a_token():
    relay = Answering(httpx.Response(200, content=META.to_json()))
    assert await client(relay).meta() == META
    assert "authorization" not in relay.requests[0].headers


async def test_an_enrolment_sends_the_code_once():
    relay = Answering(httpx.Response(201, content=ENROLMENT.to_json()))
    assert await client(relay).enrol("K7Q4MPX9TB", "desk 1") == ENROLMENT
    (request,) = relay.requests
    assert json.loads(request.content) == {"code": "K7Q4MPX9TB", "workstation": "desk 1"}
    assert "authorization" not in request.headers


async def test_a_lost_answer_to_an_enrolment_is_not_asked_again():
    relay = Answering(httpx.ReadTimeout("lost"))
    with pytest.raises(RelayUnreachableError):
        await client(relay).enrol("K7Q4MPX9TB", "desk 1")
    assert len(relay.requests) == 1


async def test_a_refused_code_says_so():
    with pytest.raises(RelayEnrolmentRefusedError):
        await client(Answering(refused(403, "enrolment_refused"))).enrol("K7Q4MPX9TB", "d")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(401, "token_refused"), RelayTokenRefusedError),
        (refused(401, "something_else"), RelayAnswerError),
        (httpx.Response(401, text="<html>sign in to the hotel"), RelayAnswerError),
        (refused(404, "not_found"), RelayAnswerError),
        (httpx.Response(200, text="<html>welcome"), RelayAnswerError),
        (httpx.Response(200, content=page()[:-1]), RelayAnswerError),
        (httpx.Response(201, content=page()), RelayAnswerError),
        (httpx.Response(302, headers={"location": "https://evil.example/"}), RelayAnswerError),
        (httpx.Response(200, content=bytes(MOST_ANSWER_BYTES + 1)), RelayAnswerError),
        (
            httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Once(b"\x1f\x8b")),
            RelayAnswerError,
        ),
        (refused(503, "unavailable"), RelayBusyError),
        (httpx.Response(503, text="<html>"), RelayBusyError),
        (refused(429, "too_many_requests"), RelayBusyError),
        (httpx.ConnectError("no route"), RelayUnreachableError),
        (httpx.ReadError("reset"), RelayUnreachableError),
        (httpx.RemoteProtocolError("garbage"), RelayUnreachableError),
        (OSError("no network"), RelayUnreachableError),
    ],
)
async def test_every_failure_has_its_name(answer, error, caplog):
    relay = Answering(answer)
    with pytest.raises(error) as raised:
        await client(relay).changes(None, wait_s=0, limit=1)
    assert type(raised.value) is error
    assert raised.value.code.startswith("relay.")
    assert len(relay.requests) == 1


@pytest.mark.parametrize(
    ("headers", "pause_s"),
    [({}, 5.0), ({"retry-after": "7"}, 7.0), ({"retry-after": "Wed, 1 Jan"}, 5.0),
     ({"retry-after": "99999"}, 5.0)],
)  # fmt: skip
async def test_it_waits_as_long_as_it_is_asked(headers, pause_s):
    with pytest.raises(RelayBusyError) as raised:
        await client(Answering(httpx.Response(429, headers=headers))).meta()
    assert raised.value.retry_after_s == pause_s


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, RelayAnswerError), (409, RelayAnswerError), (503, RelayBusyError)],
)
async def test_a_no_of_many_megabytes_is_not_looked_through_on_the_windows_loop(status, error):
    body = b'{"error":{"code":"token_refused","message":"-"},"x":[%b]}' % b",".join([b"{}"] * 10**6)
    desk = client(Answering(httpx.Response(status, content=body), refused(401, "token_refused")))
    before_s = time.perf_counter()
    with pytest.raises(error) as raised:
        await desk.order("k" * 32)
    assert type(raised.value) is error  # an unread word is nobody's
    assert time.perf_counter() - before_s < 0.2
    with pytest.raises(RelayTokenRefusedError):
        await desk.order("k" * 32)


class Dripping(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)


async def test_a_dripping_answer_ends_at_the_deadline():
    desk = client(Answering(httpx.Response(200, stream=Dripping())), timeout_s=0.1)
    with pytest.raises(RelayUnreachableError, match="in time"):
        await desk.meta()


async def test_a_long_poll_has_its_waiting_time_on_top(monkeypatch):
    deadlines = []
    real = asyncio.timeout
    monkeypatch.setattr(asyncio, "timeout", lambda s: deadlines.append(s) or real(s))
    relay = Answering(
        httpx.Response(200, content=page()), httpx.Response(200, content=META.to_json())
    )
    desk = client(relay, timeout_s=3)
    await desk.changes(None, wait_s=25, limit=1)
    await desk.meta()
    assert deadlines == [28, 3]


@pytest.mark.parametrize("kept", [None, "", "atr1_é"])
async def test_without_a_token_nothing_is_asked(kept):
    async def none():
        return kept

    relay = Answering()
    with pytest.raises(RelayTokenRefusedError):
        await client(relay, none).changes(None, wait_s=0, limit=1)
    assert not relay.requests


async def test_a_locked_keyring_is_for_now_only():
    async def locked():
        raise CredentialsError("locked")

    with pytest.raises(RelayUnreachableError):
        await client(Answering(), locked).changes(None, wait_s=0, limit=1)


@pytest.mark.parametrize(
    "url",
    [
        "http://relay.example",
        "https://a@relay.example",
        "relay",
        "",
        "https://192.168.1.300",  # mistyped: httpx refuses it only when it is asked for
        "https://[v1.a]",
        "https://xn--",
    ],
)
def test_only_an_allowed_address(url):
    with pytest.raises(SettingsError) as raised:
        RelayClient(url, token)
    assert raised.value.fields == ("relay_url",)


async def test_a_path_of_a_proxy_stays():
    relay = Answering(httpx.Response(200, content=META.to_json()))
    desk = RelayClient(
        "https://proxy.example/telesales/", token, transport=httpx.MockTransport(relay)
    )
    await desk.meta()
    assert str(relay.requests[0].url) == "https://proxy.example/telesales/v1/meta"


async def test_it_can_be_closed_at_any_time():
    desk = client(Answering(httpx.Response(200, content=META.to_json())))
    await desk.close()
    await desk.meta()
    await desk.close()
    await desk.close()


async def test_the_real_transport_reads_no_proxy_of_the_environment(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    async def greet(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        body = META.to_json()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        desk = RelayClient(f"http://127.0.0.1:{port}", token)
        assert await desk.meta() == META
        await desk.close()


async def test_calls_that_come_together_share_one_pool_which_is_closed(monkeypatch):
    made, closed = [], []

    class Pool(httpx.MockTransport):
        def __init__(self, **_options):
            super().__init__(lambda _request: httpx.Response(200, content=META.to_json()))
            made.append(self)

        async def aclose(self):
            closed.append(self)

    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Pool)
    desk = RelayClient(URL, token)
    assert await asyncio.gather(desk.meta(), desk.meta()) == [META, META]
    await desk.close()
    assert len(made) == 1
    assert closed == made


async def test_nobody_there_is_unreachable():
    desk = RelayClient("http://127.0.0.1:1", token, timeout_s=relay_client.CALL_TIMEOUT_S)
    with pytest.raises(RelayUnreachableError):
        await desk.meta()
    await desk.close()


async def test_after_a_page_that_is_too_large_a_shorter_one_is_asked_for_and_then_longer_ones():
    pages = [httpx.Response(200, content=page()) for _ in range(5)]
    relay = Answering(httpx.Response(200, content=bytes(MOST_ANSWER_BYTES + 1)), *pages)
    desk = client(relay)
    with pytest.raises(RelayAnswerError, match="too_large"):
        await desk.changes(None, wait_s=0, limit=200)
    for _ in range(4):
        await desk.changes(None, wait_s=0, limit=200)
    await desk.changes(None, wait_s=0, limit=500)
    asked = [request.url.params["limit"] for request in relay.requests]
    assert asked == ["200", "50", "100", "200", "200", "500"]


async def test_one_change_that_is_too_large_is_asked_for_alone_and_never_none():
    relay = Answering(*[httpx.Response(200, content=bytes(MOST_ANSWER_BYTES + 1))] * 6)
    desk = client(relay)
    for _ in range(6):
        with pytest.raises(RelayAnswerError):
            await desk.changes(None, wait_s=0, limit=200)
    asked = [request.url.params["limit"] for request in relay.requests]
    assert asked == ["200", "50", "12", "3", "1", "1"]
