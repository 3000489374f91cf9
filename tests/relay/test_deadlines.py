import asyncio
import contextlib
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from telesales_desktop.relay import deadlines, http
from telesales_desktop.relay.deadlines import DeskProtocol, PunctualProtocol
from telesales_desktop.relay.listening import Listen
from telesales_desktop.relay.serve import ServeOptions, server

LONG_S = 3600


async def echo(scope, receive, send):
    async def back():
        return http.answer(await http.body_of(scope, receive, 100))

    await http.respond(back(), scope, receive, send)


async def ready(scope, receive, send):
    await http.Ready(b"{}")(scope, receive, send)


async def never(scope, receive, send):
    while (await receive())["type"] != "http.disconnect":
        pass


class Small(PunctualProtocol):
    most_connections = 3


@contextlib.asynccontextmanager
async def listening(protocol=DeskProtocol, app=echo):
    here = Listen("127.0.0.1", 0)
    options = ServeOptions(Path("relay.db"), here, here, None, (), development=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = server(app, protocol, options)
        task = asyncio.create_task(running.serve(sockets=[listener]))
        await running.listens.wait()
        try:
            yield listener.getsockname()[1]
        finally:
            running.should_exit = True
            running.force_exit = True
            await task


async def connect(port, *sent: bytes):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in sent:
        writer.write(part)
    await writer.drain()
    return reader, writer


async def closed(reader) -> bytes:
    """All that comes until the other side closes."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


async def answer(reader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head[:12] + await reader.readexactly(length)


GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


async def test_an_answer_that_is_ready_is_sent_as_any_other(monkeypatch):
    heads = []
    for app in (ready, echo):
        async with listening(app=app) as port:
            reader, writer = await connect(port, GET + GET.replace(b"GET", b"HEAD"))
            heads.append((await reader.readuntil(b"\r\n\r\n")).lower())
            await reader.readexactly(2 if app is ready else 0)
            # The next was sent before the answer; an answer to HEAD has no body.
            heads[-1] = heads[-1], (await reader.readuntil(b"\r\n\r\n")).lower()
            writer.write(GET.replace(b"host: x", b"connection: close"))
            last = await closed(reader)
            assert last.endswith(b"{}" if app is ready else b"\r\n\r\n")
            assert b"\r\nconnection: close\r\n" in last
            writer.close()
    ours, usual = ([set(head.splitlines()) for head in both] for both in heads)
    for one, other in zip(ours, usual, strict=True):
        assert {name.partition(b":")[0] for name in one} == {
            name.partition(b":")[0] for name in other
        }
        assert {line for line in one ^ other if not line.startswith(b"date")} == {
            b"content-length: 2",
            b"content-length: 0",
        }


@pytest.mark.parametrize("hindrance", ["disconnected", "write_paused"])
async def test_nothing_is_written_whole_where_it_cannot_be(hindrance):
    states = {"disconnected": False, "write_paused": False, hindrance: True}
    flow = SimpleNamespace(write_paused=states["write_paused"])
    cycle = SimpleNamespace(disconnected=states["disconnected"], flow=flow)
    sent = []

    async def send(message):
        sent.append(message["type"])

    scope = {"type": "http", "method": "GET", deadlines.CYCLE: cycle}
    await http.Ready(b"{}")(scope, None, send)
    assert sent == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize(
    "begun", [b"", b"GET / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nhost: x\r\nx: y"]
)
async def test_a_head_that_does_not_come_in_time_ends_the_connection(monkeypatch, begun):
    monkeypatch.setattr(deadlines, "HEAD_DEADLINE_S", 0.05)
    async with listening() as port:
        reader, writer = await connect(port, begun)
        assert await closed(reader) == b""
        writer.close()


async def test_a_connection_that_wants_to_close_is_closed():
    async with listening() as port:
        reader, writer = await connect(port, GET.replace(b"host: x", b"connection: close"))
        assert (await closed(reader)).startswith(b"HTTP/1.1 200")
        writer.close()


async def test_a_second_head_has_its_deadline_too(monkeypatch):
    monkeypatch.setattr(deadlines, "HEAD_DEADLINE_S", 0.05)
    async with listening() as port:
        reader, writer = await connect(port, GET)
        assert (await answer(reader)).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.1)  # between requests there is no hurry
        writer.write(GET)
        assert (await answer(reader)).startswith(b"HTTP/1.1 200")
        writer.write(b"GET / HT")
        assert await closed(reader) == b""
        writer.close()


async def test_a_body_may_take_longer_than_a_head(monkeypatch):
    monkeypatch.setattr(deadlines, "HEAD_DEADLINE_S", 0.05)
    async with listening() as port:
        reader, writer = await connect(port, b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\na")
        await asyncio.sleep(0.1)
        writer.write(b"bc")
        assert await answer(reader) == b"HTTP/1.1 200abc"
        writer.close()


async def test_a_body_that_does_not_come_in_time_is_408(monkeypatch):
    monkeypatch.setattr(http, "BODY_DEADLINE_S", 0.05)
    async with listening() as port:
        reader, writer = await connect(port, b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\na")
        assert (await closed(reader)).startswith(b"HTTP/1.1 408")
        writer.close()


@pytest.mark.parametrize(
    "sent", [b"content-length: 5\r\n\r\nhello", b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n"]
)
async def test_a_body_that_an_upgrade_hides_is_refused_and_not_taken_for_none(sent, caplog):
    """The parser leaves out what follows; it would be kept as an empty webhook and answered 200,
    or what comes in the next packet be read as a request of its own."""
    async with listening() as port:
        head = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n"
        reader, writer = await connect(port, head + sent)
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")
        await closed(reader)
        writer.close()
    assert "Invalid HTTP request" in caplog.text


@pytest.mark.parametrize("more", [b"", b"content-length: 0\r\n"])
async def test_an_upgrade_without_a_body_is_passed_over(more, caplog):
    async with listening() as port:
        head = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n"
        reader, writer = await connect(port, head + more + b"\r\n")
        assert await answer(reader) == b"HTTP/1.1 200"
        writer.close()
    assert "Unsupported upgrade" in caplog.text


async def test_a_head_has_a_size(monkeypatch):
    monkeypatch.setattr(deadlines, "MOST_HEAD_BYTES", 1000)
    long = b"GET / HTTP/1.1\r\nx: " + b"y" * 2000
    async with listening() as port:
        reader, writer = await connect(port, long)
        assert await closed(reader) == b""
        writer.close()
        reader, writer = await connect(port, GET)
        await answer(reader)
        writer.write(long)
        assert await closed(reader) == b""
        writer.close()


async def test_a_head_behind_a_request_at_work_has_a_size_too(monkeypatch):
    monkeypatch.setattr(deadlines, "MOST_HEAD_BYTES", 1000)
    async with listening(app=never) as port:
        reader, writer = await connect(port, GET)
        writer.write(b"GET / HTTP/1.1\r\nx: ")
        await asyncio.sleep(0.02)
        writer.write(b"y" * 2000)
        assert await closed(reader) == b""
        writer.close()


async def test_a_body_is_not_counted_as_a_head(monkeypatch):
    monkeypatch.setattr(deadlines, "MOST_HEAD_BYTES", 100)
    async with listening() as port:
        body = b"POST / HTTP/1.1\r\ncontent-length: 90\r\n\r\n" + b"x" * 90
        reader, writer = await connect(port, body)
        for _ in range(3):
            assert await answer(reader) == b"HTTP/1.1 200" + b"x" * 90
            writer.write(body)
        writer.close()


async def test_where_there_are_too_many_the_slowest_head_makes_room():
    async with listening(Small) as port:
        slow = [await connect(port, b"GET / HTTP/1.1\r\n") for _ in range(3)]
        reader, writer = await connect(port, GET)
        assert (await answer(reader)).startswith(b"HTTP/1.1 200")
        assert await closed(slow[0][0]) == b""
        for _, slow_writer in (*slow, (None, writer)):
            slow_writer.close()


async def test_an_idle_connection_makes_room_too():
    async with listening(Small) as port:
        idle = [await connect(port, GET) for _ in range(3)]
        for idle_reader, _ in idle:
            await answer(idle_reader)
        reader, writer = await connect(port, GET)
        assert (await answer(reader)).startswith(b"HTTP/1.1 200")
        assert await closed(idle[0][0]) == b""
        for _, idle_writer in (*idle, (None, writer)):
            idle_writer.close()


BEGUN = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n"


@pytest.mark.parametrize("sent", [BEGUN, GET + BEGUN])
async def test_a_body_that_does_not_come_makes_room_too(sent):
    """Anybody may begin a customer's visit; whoever begins many must not keep a webhook out."""
    async with listening(Small) as port:
        slow = []
        for _ in range(3):
            slow.append(await connect(port, BEGUN.replace(b"\r\n\r\n", CONTINUE)))
            await slow[-1][0].readuntil(b"\r\n\r\n")
        slow[0][1].write(b"x" + sent)
        assert await answer(slow[0][0]) == b"HTTP/1.1 200x"
        if sent != BEGUN:
            assert await answer(slow[0][0]) == b"HTTP/1.1 200"
        reader, writer = await connect(port, POST)
        assert await answer(reader) == b"HTTP/1.1 200abc"
        assert await closed(slow[1][0]) == b""
        more, more_writer = await connect(port, POST)
        assert await answer(more) == b"HTTP/1.1 200abc"
        assert await closed(slow[2][0]) == b""
        for _, each in (*slow, (None, writer), (None, more_writer)):
            each.close()


async def test_a_body_that_ends_after_its_answer_has_no_hold_on_the_connection(monkeypatch):
    monkeypatch.setattr(deadlines, "HEAD_DEADLINE_S", 0.05)
    async with listening(app=ready) as port:
        reader, writer = await connect(port, POST[:-2])
        assert await answer(reader) == b"HTTP/1.1 200{}"
        writer.write(POST[-2:])
        assert await closed(reader) == b""
        writer.close()


CONTINUE = b"\r\nexpect: 100-continue\r\n\r\n"


async def test_where_all_are_at_work_the_newest_has_to_go():
    begun, told = [], asyncio.Event()

    async def when_told(scope, receive, send):
        begun.append(scope)
        await told.wait()
        await echo(scope, receive, send)

    async with listening(Small, when_told) as port:
        busy = [await connect(port, POST) for _ in range(3)]
        while len(begun) < 3:
            await asyncio.sleep(0.01)
        reader, writer = await connect(port)
        assert await closed(reader) == b""
        told.set()
        for busy_reader, busy_writer in busy:
            assert await answer(busy_reader) == b"HTTP/1.1 200abc"
            busy_writer.close()
        writer.close()


async def large(scope, receive, send):
    await http.answer(b"x" * LARGE)(scope, receive, send)


LARGE = 32 * 1024 * 1024  # more than what a system takes for who does not read


async def test_who_does_not_read_the_answer_makes_room_too():
    async with listening(Small, large) as port:
        deaf = [await connect(port, GET) for _ in range(3)]
        for deaf_reader, _ in deaf:
            await deaf_reader.readuntil(b"\r\n\r\n")
        reader, writer = await connect(port, GET)
        assert (await answer(reader)).startswith(b"HTTP/1.1 200")
        assert len(await closed(deaf[0][0])) < LARGE
        for _, deaf_writer in (*deaf, (None, writer)):
            deaf_writer.close()


async def test_an_answer_that_is_not_read_in_time_ends_the_connection(monkeypatch):
    monkeypatch.setattr(deadlines, "ANSWER_DEADLINE_S", 0.05)
    async with listening(app=large) as port:
        reader, writer = await connect(port, GET)
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        assert len(await closed(reader)) < LARGE
        writer.close()


async def test_who_is_slow_to_read_and_at_work_again_is_left_alone(monkeypatch):
    monkeypatch.setattr(deadlines, "ANSWER_DEADLINE_S", LONG_S)
    protocols, asked, told = [], [], asyncio.Event()

    class Known(PunctualProtocol):
        most_connections = 1

        def connection_made(self, transport):
            protocols.append(self)
            super().connection_made(transport)

    async def then_wait(scope, receive, send):
        asked.append(scope)
        if len(asked) > 1:
            await told.wait()
        await (large if len(asked) == 1 else echo)(scope, receive, send)

    async with listening(Known, then_wait) as port:
        reader, writer = await connect(port, GET)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(GET)
        while len(asked) < 2:
            await asyncio.sleep(0.01)
        (slow,) = protocols
        assert slow._unread is not None
        await reader.readexactly(LARGE)
        while slow._unread is not None:
            await asyncio.sleep(0.01)
        newest, newest_writer = await connect(port)
        assert await closed(newest) == b""
        told.set()
        assert await answer(reader) == b"HTTP/1.1 200"
        for each in (writer, newest_writer):
            each.close()


class Ending:
    """A server with one connection, kept open; ``end`` returns when that knows of the end."""

    def __init__(self, running, task, connection) -> None:
        self.running = running
        self.task = task
        self.reader, self.writer = connection

    @property
    def protocol(self):
        (found,) = self.running.server_state.connections
        return found

    async def end(self):
        self.running.should_exit = True
        while not self.protocol._leaves:
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def ending(*sent: bytes):
    here = Listen("127.0.0.1", 0)
    options = ServeOptions(Path("relay.db"), here, here, None, (), development=False)
    async with asyncio.timeout(60):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            running = server(echo, DeskProtocol, options)
            task = asyncio.create_task(running.serve(sockets=[listener]))
            await running.listens.wait()
            connection = await connect(listener.getsockname()[1], *sent)
            while not running.server_state.connections:
                await asyncio.sleep(0.01)
            yield Ending(running, task, connection)
            await task
        connection[1].close()


async def test_who_has_just_come_is_heard_though_the_server_ends():
    async with ending() as last:
        await last.end()
        last.writer.write(GET)
        told = await closed(last.reader)
        assert told.startswith(b"HTTP/1.1 200")
        assert b"connection: close\r\n" in told


POST = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc"


@pytest.mark.parametrize(("second", "body"), [(GET, b""), (POST, b"abc")])
async def test_who_keeps_a_connection_is_heard_though_the_server_ends(monkeypatch, second, body):
    monkeypatch.setattr(deadlines, "LAST_WORD_S", LONG_S)
    async with ending(GET) as last:
        assert await answer(last.reader) == b"HTTP/1.1 200"
        await last.end()
        last.writer.write(second)
        told = await closed(last.reader)
        assert told.startswith(b"HTTP/1.1 200")
        assert b"connection: close\r\n" in told
        assert told.endswith(b"\r\n\r\n" + body)


async def test_who_keeps_a_connection_and_says_nothing_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(deadlines, "LAST_WORD_S", 0.05)
    async with ending(GET) as last:
        assert await answer(last.reader) == b"HTTP/1.1 200"
        await last.end()
        assert await closed(last.reader) == b""


async def test_who_has_begun_before_the_last_moment_is_answered(monkeypatch):
    monkeypatch.setattr(deadlines, "LAST_WORD_S", LONG_S)
    async with ending(GET) as last:
        assert await answer(last.reader) == b"HTTP/1.1 200"
        await last.end()
        last.writer.write(POST[:20])
        while not last.protocol._head_bytes:
            await asyncio.sleep(0.01)
        last.protocol._close_if_idle()
        last.writer.write(POST[20:-2])
        while last.protocol._reads_head:
            await asyncio.sleep(0.01)
        last.protocol._close_if_idle()
        last.writer.write(POST[-2:])
        told = await closed(last.reader)
        assert told.startswith(b"HTTP/1.1 200")
        assert told.endswith(b"abc")


async def test_what_nobody_has_read_at_the_last_moment_is_answered(monkeypatch):
    monkeypatch.setattr(deadlines, "LAST_WORD_S", LONG_S)
    async with ending(GET) as last:
        assert await answer(last.reader) == b"HTTP/1.1 200"
        await last.end()
        protocol = last.protocol
        assert not protocol._has_more()
        protocol.transport.pause_reading()  # as a loop that has much else to do
        last.writer.write(POST)
        while not protocol._has_more():
            await asyncio.sleep(0.01)
        protocol._close_if_idle()
        assert not protocol.transport.is_closing()
        protocol.transport.resume_reading()
        told = await closed(last.reader)
        assert told.startswith(b"HTTP/1.1 200")
        assert b"connection: close\r\n" in told
    assert not protocol._has_more()
    protocol._close_if_idle()  # it is gone already


async def test_who_is_being_answered_is_told_that_it_is_the_last(monkeypatch):
    async with ending(POST[:-1]) as last:
        while last.protocol.cycle is None:
            await asyncio.sleep(0.01)
        await last.end()
        last.writer.write(POST[-1:])
        told = await closed(last.reader)
        assert told.startswith(b"HTTP/1.1 200")
        assert b"connection: close\r\n" in told
