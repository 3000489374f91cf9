import asyncio

import pytest

from telesales_desktop.simulator.exchange import (
    CLOSE_CONNECTION,
    MOST_BODY_BYTES,
    Answer,
    BodyCutError,
    BodyTooLargeError,
    ConnectionDroppedError,
    Manner,
    json_answer,
    read_call,
    send_answer,
)


class Wire:
    """Both ends of one request: what is received, what was sent, and whether it was closed."""

    def __init__(self, *received, state=None):
        self._received = list(received)
        self.sent = []
        self.closed = asyncio.Event()
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": "/a/b",
            "query_string": b"x=1&y=%C3%A9&empty=",
            "headers": [(b"host", b"127.0.0.1:1"), (b"affirm-locale", b"fr_CA")],
        }
        if state is not None:
            self.scope["state"] = state

    async def receive(self):
        if self._received:
            return self._received.pop(0)
        await self.closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    async def answer(self, answer):
        await send_answer(answer, self.scope, self.receive, self.send)

    @property
    def body(self):
        return b"".join(message.get("body", b"") for message in self.sent)


def part(body, *, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_request_is_read_whole():
    wire = Wire(part(b"a=", more=True), part(b"1"))
    call = await read_call(wire.scope, wire.receive)
    assert (call.method, call.path, call.body) == ("POST", "/a/b", b"a=1")
    assert call.query == {"x": "1", "y": "é"}
    assert call.header("Affirm-Locale") == "fr_CA"
    assert call.header("absent") == ""
    assert call.form() == {"a": "1"}
    assert (call.base_url, call.peer) == ("http://127.0.0.1:1", "127.0.0.1")


async def test_a_body_has_a_limit():
    half = part(b"x" * (MOST_BODY_BYTES // 2), more=True)
    wire = Wire(half, half, part(b"x"))
    with pytest.raises(BodyTooLargeError):
        await read_call(wire.scope, wire.receive)
    exact = Wire(half, half, part(b""))
    assert len((await read_call(exact.scope, exact.receive)).body) == MOST_BODY_BYTES


@pytest.mark.parametrize("received", [[], [part(b"{", more=True)]])
async def test_a_request_that_is_cut_is_none(received):
    wire = Wire(*received, {"type": "http.disconnect"})
    with pytest.raises(BodyCutError):
        await read_call(wire.scope, wire.receive)


async def test_an_answer_leaves_whole():
    wire = Wire()
    await wire.answer(json_answer(201, {"b": 1, "a": 2}).with_headers(("X-One", "1")))
    start = wire.sent[0]
    assert start["status"] == 201
    assert (b"x-one", b"1") in start["headers"]
    assert (b"content-length", b"16") in start["headers"]
    assert wire.body == b'{"a": 2, "b": 1}'


@pytest.mark.parametrize(("manner", "body"), [(Manner.DROP, b""), (Manner.CUT, b"01234")])
async def test_a_connection_is_closed_before_or_within_the_answer(manner, body):
    wire = Wire(state={})
    wire.scope["state"][CLOSE_CONNECTION] = wire.closed.set
    await wire.answer(Answer(200, b"0123456789", manner=manner))
    assert wire.closed.is_set()
    assert wire.body == body


@pytest.mark.parametrize("state", [None, {}])
async def test_without_a_connection_the_caller_sees_what_a_client_would(state):
    wire = Wire(state=state)
    with pytest.raises(ConnectionDroppedError):
        await wire.answer(Answer(200, b"x", manner=Manner.DROP))


async def test_a_drip_sends_byte_by_byte_and_ends():
    wire = Wire(state={})
    await wire.answer(Answer(200, b"abc", manner=Manner.DRIP, drip_s=0.0))
    assert [message.get("body") for message in wire.sent[1:]] == [b"a", b"b", b"c", b""]


async def test_a_drip_stops_when_nobody_listens():
    wire = Wire({"type": "http.disconnect"}, state={})
    await wire.answer(Answer(200, b"abc", manner=Manner.DRIP, drip_s=60.0))
    assert wire.body == b"a"
