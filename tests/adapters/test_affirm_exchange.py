"""Never sent, answered, or unknown? Against real sockets, where that is decided."""

import asyncio
import gzip
import json
import logging
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.affirm_exchange import MAX_ANSWER_BYTES, open_transport
from telesales_desktop.adapters.tls_context import shared_tls_context
from telesales_desktop.domain.errors import (
    AffirmRejectedError,
    AffirmUnreachableError,
    OutcomeUnknownError,
    SettingsError,
)
from telesales_desktop.domain.money import Environment
from telesales_desktop.domain.order import OperationKind
from tests.adapters.affirm_bench import (
    EVENT,
    HOST,
    KEYS,
    PROFILE,
    REQUEST,
    REQUEST_ID,
    WHEN,
    answer,
    client_for,
)
from tests.adapters.loopback_server import loopback_server

SNAPSHOT = json.dumps({"checkout_status": "opened"}).encode()
URL = f"{HOST}/api/v2/checkout/A"


def head(length=None, *lines, status="200 OK", kind="application/json"):
    parts = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"X-Affirm-Request-Id: {REQUEST_ID}"]
    if length is not None:
        parts.append(f"Content-Length: {length}")
    return "\r\n".join([*parts, *lines, "Connection: close", "", ""]).encode()


@asynccontextmanager
async def server(play):
    """A server that reads one request's head and then does what ``play`` says."""
    heard = []

    async def serve(reader, writer):
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        await play(reader, writer)

    async with loopback_server(serve) as port:
        yield f"http://127.0.0.1:{port}", heard


def client_at(url, timeout_s=5.0):
    return client_for(
        replace(
            PROFILE, environment=Environment.SIMULATOR, affirm_url=url, call_timeout_s=timeout_s
        )
    )


async def read_from(play, timeout_s=5.0):
    async with server(play) as (url, heard):
        client = client_at(url, timeout_s)
        try:
            return await client.read_checkout("A"), heard
        finally:
            await client.close()


def writes(*pieces):
    async def play(_reader, writer):
        for piece in pieces:
            writer.write(piece)

    return play


async def test_an_answer_is_read_whole_and_its_request_id_kept():
    read, heard = await read_from(writes(head(len(SNAPSHOT)), SNAPSHOT))
    assert (read.word, read.request_id) == ("opened", REQUEST_ID)
    assert heard[0].startswith(b"GET /api/v2/checkout/A HTTP/1.1\r\n")
    assert b"accept-encoding: identity" in heard[0].lower()


@pytest.mark.parametrize(
    "pieces",
    [
        (head(len(SNAPSHOT)), SNAPSHOT[:-3]),  # cut off
        (head(len(SNAPSHOT)),),
        (head(None, "Transfer-Encoding: chunked"), b'5\r\n{"che\r\n'),
        (head(None), SNAPSHOT[:-1]),  # cut off, and no length that tells
        (head(0),),
        (b"",),  # closed without a word
        (b"HTTP/1.1 200 ",),
        (b"SSH-2.0-nonsense\r\n",),
        (head(len(SNAPSHOT), kind="text/html"), SNAPSHOT),
        (head(22, kind="text/html"), b"<html>please log in</h"),
        (head(len(SNAPSHOT), "Content-Encoding: br"), SNAPSHOT),
        (head(len(SNAPSHOT), "Content-Encoding: gzip"), SNAPSHOT),
        (head(len(SNAPSHOT), status="502 Bad Gateway"), SNAPSHOT),
        (head(len(SNAPSHOT), status="204 No Content"),),
    ],
)
async def test_an_answer_that_cannot_be_read_is_unknown(pieces):
    with pytest.raises(OutcomeUnknownError):
        await read_from(writes(*pieces))


async def test_a_refusal_that_is_cut_off_is_unknown_too():
    with pytest.raises(OutcomeUnknownError):
        await read_from(writes(head(99, status="404 Not Found"), b"{"))


async def test_an_oversized_answer_is_left_at_the_limit():
    sent = 0

    async def flood(_reader, writer):
        nonlocal sent
        writer.write(head(None))
        for _ in range(64):
            writer.write(b" " * 262_144)
            sent += 262_144
            await writer.drain()

    with pytest.raises(OutcomeUnknownError) as unknown:
        await read_from(flood)
    assert str(unknown.value) == "oversized"
    assert unknown.value.request_id == REQUEST_ID
    assert sent < 64 * 262_144


async def test_a_compressed_answer_is_read_though_none_was_asked_for():
    packed = gzip.compress(SNAPSHOT)
    read, _ = await read_from(writes(head(len(packed), "Content-Encoding: gzip"), packed))
    assert read.word == "opened"


@pytest.mark.parametrize(
    "plain", [b" " * (MAX_ANSWER_BYTES + 1), b" " * 100_000_000], ids=["over", "bomb"]
)
async def test_a_compressed_flood_is_not_inflated(plain):
    packed = gzip.compress(plain, 1)
    with pytest.raises(OutcomeUnknownError) as unknown:
        await read_from(writes(head(len(packed), "Content-Encoding: gzip"), packed))
    assert str(unknown.value) == "truncated_or_oversized_gzip"


async def test_a_slow_drip_ends_at_the_deadline_and_is_unknown():
    async def drip(_reader, writer):
        writer.write(head(None))
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    with pytest.raises(OutcomeUnknownError) as unknown:
        await read_from(drip, timeout_s=0.3)
    assert str(unknown.value) == "deadline"


async def test_silence_after_the_request_is_unknown():
    async def silence(reader, _writer):
        await reader.read()  # until the client goes

    with pytest.raises(OutcomeUnknownError) as unknown:
        await read_from(silence, timeout_s=0.3)
    assert str(unknown.value) == "deadline"


async def test_a_connection_that_is_refused_was_never_sent(unused_tcp_port):
    client = client_at(f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(AffirmUnreachableError):
        await client.read_checkout("A")
    await client.close()


@pytest.fixture
def sandbox_on_loopback(monkeypatch):
    """Send every connection of the pool to one loopback port, so that TLS can be tried."""
    from httpcore._backends.anyio import AnyIOBackend

    real = AnyIOBackend.connect_tcp
    hosts = []

    def to(port):
        async def connect_tcp(self, host, _port, **given):
            hosts.append(host)
            return await real(self, "127.0.0.1", port, **given)

        monkeypatch.setattr(AnyIOBackend, "connect_tcp", connect_tcp)
        return hosts

    return to


async def test_a_failing_handshake_was_never_sent(sandbox_on_loopback):
    seen = bytearray()

    async def speak_plain(reader, writer):
        seen.extend(await reader.read(2000))
        writer.write(b"this is not TLS\r\n")
        await writer.drain()

    async with loopback_server(speak_plain) as port:
        hosts = sandbox_on_loopback(port)
        client = client_for()
        with pytest.raises(AffirmUnreachableError):
            await client.read_checkout("A")
        await client.close()
    assert hosts == ["sandbox.affirm.com"]
    assert b"authorization" not in bytes(seen).lower()


@pytest.mark.parametrize("timeout_s", [0.4])
async def test_a_handshake_that_hangs_was_never_sent(sandbox_on_loopback, timeout_s):
    async def hang(reader, _writer):
        await reader.read()

    async with loopback_server(hang) as port:
        sandbox_on_loopback(port)
        client = client_for(replace(PROFILE, call_timeout_s=timeout_s))
        with pytest.raises(AffirmUnreachableError):
            await client.read_checkout("A")
        await client.close()


async def test_the_deadline_before_the_first_byte_is_never_sent(monkeypatch):
    """The whole deadline passes while connecting: the connection's own report decides."""
    from httpcore._backends.anyio import AnyIOBackend

    async def hang(*_given, **_named):
        await asyncio.sleep(30)

    monkeypatch.setattr(AnyIOBackend, "connect_tcp", hang)
    client = client_at("http://127.0.0.1:9", timeout_s=0.2)
    with pytest.raises(AffirmUnreachableError) as unreachable:
        await client.read_checkout("A")
    await client.close()
    assert str(unreachable.value) == "deadline"


# --- a machine that sleeps between the call and its first byte ----------------------------------


class Line:
    """A client of a server on loopback, with a wall clock that a test puts on."""

    def __init__(self, url, monkeypatch):
        from httpcore._backends.anyio import AnyIOBackend

        self.at = WHEN
        self.sleeps = {}  # where it sleeps, once
        real = AnyIOBackend.connect_tcp

        async def connect_tcp(backend, *given, **named):
            self.sleep("connecting")
            return await real(backend, *given, **named)

        async def credentials():
            self.sleep("keyring")
            return KEYS

        monkeypatch.setattr(AnyIOBackend, "connect_tcp", connect_tcp)
        profile = replace(PROFILE, environment=Environment.SIMULATOR, affirm_url=url)
        self.client = AffirmClient(profile, credentials, wall=lambda: self.at)

    def sleep(self, where):
        self.at += self.sleeps.pop(where, timedelta())

    async def refund(self):
        return await self.client.perform(
            OperationKind.REFUND, "DVEP-FTQO", body="{}", idempotency_key="k"
        )


@asynccontextmanager
async def line_to(monkeypatch, body):
    async with server(writes(head(len(body)), body)) as (url, heard):
        line = Line(url, monkeypatch)
        try:
            yield line, heard
        finally:
            await line.client.close()


REFUND = json.dumps({**EVENT, "type": "refund"}).encode()
CALLS = {
    "operation": lambda line: line.refund(),
    "checkout": lambda line: line.client.store_checkout(REQUEST),
    "resend": lambda line: line.client.resend_checkout("A"),
}


@pytest.mark.parametrize("where", ["keyring", "connecting"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("slept", [timedelta(hours=30), timedelta(seconds=31), -timedelta(days=1)])
async def test_what_the_machine_slept_over_does_not_leave(monkeypatch, where, call, slept):
    async with line_to(monkeypatch, REFUND) as (line, heard):
        line.sleeps[where] = slept
        with pytest.raises(AffirmUnreachableError) as late:
            await CALLS[call](line)
        assert str(late.value) == "late"
        assert heard == []


async def test_after_one_that_was_late_the_next_leaves(monkeypatch):
    async with line_to(monkeypatch, REFUND) as (line, heard):
        line.sleeps["connecting"] = timedelta(hours=30)
        with pytest.raises(AffirmUnreachableError):
            await line.refund()
        line.sleeps["keyring"] = timedelta(seconds=29)  # a slow keyring is no sleep
        assert (await line.refund()).event.event_id == "EVT1"
        assert len(heard) == 1


async def test_a_read_may_be_late(monkeypatch):
    async with line_to(monkeypatch, SNAPSHOT) as (line, heard):
        line.sleeps["keyring"] = timedelta(hours=30)
        assert (await line.client.read_checkout("A")).word == "opened"
        assert len(heard) == 1


# --- the transport ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (httpx.ConnectError, AffirmUnreachableError),
        (httpx.ConnectTimeout, AffirmUnreachableError),
        (httpx.PoolTimeout, AffirmUnreachableError),
        (httpx.ReadTimeout, OutcomeUnknownError),
        (httpx.ReadError, OutcomeUnknownError),
        (httpx.WriteError, OutcomeUnknownError),
        (httpx.WriteTimeout, OutcomeUnknownError),
        (httpx.RemoteProtocolError, OutcomeUnknownError),
        (httpx.LocalProtocolError, OutcomeUnknownError),
        (httpx.DecodingError, OutcomeUnknownError),
        (httpx.CloseError, OutcomeUnknownError),
        (RuntimeError("a bug below us"), OutcomeUnknownError),
    ],
)
async def test_each_failure_of_the_transport_has_one_meaning(respx_mock, failure, error):
    route = respx_mock.get(URL).mock(side_effect=failure)
    client = client_for()
    with pytest.raises(error):
        await client.read_checkout("A")
    await client.close()
    assert route.call_count == 1


async def test_our_own_refusal_is_not_taken_for_an_outcome():
    class Refusing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            raise SettingsError("no")

    client = client_for(transport=Refusing())
    with pytest.raises(SettingsError):
        await client.read_checkout("A")
    await client.close()


async def test_cancelling_a_call_is_passed_on_and_leaves_no_connection_busy():
    arrived = asyncio.Event()

    async def silence(reader, _writer):
        arrived.set()
        await reader.read()  # until the client goes

    async with server(silence) as (url, _heard):
        client = client_at(url)
        calling = asyncio.create_task(client.read_checkout("A"))
        await arrived.wait()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        await client.close()


@pytest.mark.parametrize("value", ["a b", "x" * 65, "<b>", "ünicode", "line\tbreak"], ids=range(5))
async def test_a_request_id_that_is_none_is_not_kept(respx_mock, value):
    respx_mock.get(URL).mock(
        return_value=answer(
            json={"checkout_status": "opened"},
            headers={"X-Affirm-Request-Id": value.encode("utf-8")},
        )
    )
    client = client_for()
    assert (await client.read_checkout("A")).request_id == ""
    await client.close()


async def test_the_log_of_a_call_holds_no_key_and_no_body(respx_mock, caplog):
    caplog.set_level(logging.DEBUG)
    leak = "<Error><ArgumentValue>Basic SECRET</ArgumentValue></Error>"
    respx_mock.get(URL).mock(
        return_value=answer(404, text=leak, headers={"Content-Type": "application/xml"})
    )
    client = client_for()
    with pytest.raises(AffirmRejectedError) as refused:
        await client.read_checkout("A")
    await client.close()
    told = caplog.text + str(refused.value) + repr(vars(refused.value))
    assert "404" in told
    for secret in ("SECRET", "ArgumentValue", KEYS.private_key, "Basic "):
        assert secret not in told


async def test_one_context_of_the_systems_trust_store_is_shared():
    context = await shared_tls_context()
    assert context is await shared_tls_context()
    assert type(context).__module__.startswith("truststore")
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


async def test_the_pool_is_small_and_knows_no_proxy(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    transport = open_transport(None)
    pool = transport._pool
    assert type(pool).__name__ == "AsyncConnectionPool"
    assert pool._max_connections == 8
    assert pool._retries == 0
    await transport.aclose()


async def test_nothing_heavy_is_imported_before_the_first_call():
    source = (
        "import sys, telesales_desktop.adapters.affirm_client as m;"
        "heavy = {'httpx', 'httpcore', 'truststore', 'keyring', 'babel', 'phonenumbers'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    import sys

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", source, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


async def test_the_window_is_not_held_while_the_client_is_loaded(respx_mock):
    """The first call's imports and TLS context are made in a thread: the loop turns meanwhile."""
    respx_mock.get(URL).mock(return_value=answer(json={"checkout_status": "opened"}))
    turned = 0

    async def turn():
        nonlocal turned
        while True:
            turned += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    client = client_for()
    await client.read_checkout("A")
    turning.cancel()
    await client.close()
    assert turned > 1
