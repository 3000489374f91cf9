import asyncio
from types import SimpleNamespace

import pytest
from starlette.requests import ClientDisconnect, Request

from telesales_desktop.relay import http
from telesales_desktop.relay.deadlines import CYCLE, WHOLE
from telesales_desktop.relay.store import StoreError
from telesales_desktop.wire.refusal import Refusal, RefusalCode


def request(*messages, headers=(), query=b"", client=("10.1.2.3", 5)) -> Request:
    left = list(messages)

    async def receive():
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/x",
        "query_string": query,
        "headers": list(headers),
        "client": client,
    }
    return Request(scope, receive)


def part(body: bytes, more=False) -> dict:
    return {"type": "http.request", "body": body, "more_body": more}


async def refusal_of(awaitable) -> http.RefusedError:
    with pytest.raises(http.RefusedError) as raised:
        await awaitable
    return raised.value


async def test_a_body_comes_in_parts():
    assert (
        await http.whole_body(request(part(b"ab", True), part(b"", True), part(b"c")), 3) == b"abc"
    )
    assert await http.whole_body(request({"type": "http.request"}), 3) == b""


@pytest.mark.parametrize(
    "messages",
    [
        [part(b"abcd")],
        [part(b"ab", True), part(b"cd")],
        [part(b"x" * 2_000_000, True)],
    ],
)
async def test_a_longer_body_is_refused_after_its_end(messages):
    refused = await refusal_of(http.whole_body(request(*messages), 3))
    assert (refused.answer.status_code, refused.code) == (413, RefusalCode.TOO_LARGE)
    assert refused.answer.headers["connection"] == "close"


@pytest.mark.parametrize("announced", [b"99999999", b"9" * 5000])
async def test_a_body_that_is_announced_as_endless_is_not_read(announced):
    refused = await refusal_of(
        http.whole_body(request(headers=[(b"content-length", announced)]), 3)
    )
    assert refused.answer.status_code == 413


@pytest.mark.parametrize("announced", [b"many", b"", b"-5", "²".encode("latin-1")])
async def test_an_announcement_that_is_no_number_is_passed_over(announced):
    given = request(part(b"abc"), headers=[(b"content-length", announced)])
    assert await http.whole_body(given, 3) == b"abc"


async def test_a_slow_body_ends_at_the_deadline(monkeypatch):
    monkeypatch.setattr(http, "BODY_DEADLINE_S", 0.01)
    refused = await refusal_of(http.whole_body(request(part(b"a", True)), 3))
    assert (refused.answer.status_code, refused.code) == (408, RefusalCode.TOO_SLOW)


async def test_who_hangs_up_is_not_answered():
    with pytest.raises(ClientDisconnect):
        await http.whole_body(request(part(b"a", True), {"type": "http.disconnect"}), 3)


def come_whole(body: bytes, **states) -> Request:
    """A request of which the server has read everything."""
    asked = request()
    cycle = {"body": bytearray(body), "disconnected": False, "response_complete": False, **states}
    asked.scope.update({WHOLE: True, CYCLE: SimpleNamespace(**cycle)})
    return asked


async def test_a_body_that_has_come_whole_is_there_at_once():
    asked = come_whole(b"abc")
    assert await http.whole_body(asked, 3) == b"abc"
    assert not asked.scope[CYCLE].body  # it is held once
    refused = await refusal_of(http.whole_body(come_whole(b"abcd"), 3))
    assert refused.answer.status_code == 413


@pytest.mark.parametrize("state", ["disconnected", "response_complete"])
async def test_who_has_sent_all_and_is_gone_is_not_answered(state):
    with pytest.raises(ClientDisconnect):
        await http.whole_body(come_whole(b"abc", **{state: True}), 3)


def test_who_asks():
    assert http.asker(request()) == "10.1.2.3"
    assert http.asker(request(client=None)) == ""


@pytest.mark.parametrize("given", [b"[", b"[::1", b"a]", b"[zz]", b"\xbd", b"", b"a/b", b":80"])
def test_a_host_that_is_none_is_not_this_one(given):
    assert not http.is_host_of(request(headers=[(b"host", given)]), {"relay.example"})


@pytest.mark.parametrize("given", [b"relay.example:80", b"LOCALHOST", b"[::1]:8000", b"10.0.0.1"])
def test_the_names_under_which_it_is_reached(given):
    assert http.is_host_of(request(headers=[(b"host", given)]), {"relay.example"})


def test_parameters():
    asked = request(query=b"after=a%2Fb&wait=")
    assert http.parameters(asked, "after", "wait") == {"after": "a/b", "wait": ""}
    assert http.parameters(request(), "after") == {}


@pytest.mark.parametrize(
    ("query", "why"),
    [(b"wait=1&wait=1", "twice"), (b"strange=1", "no such parameter: strange")],
)
def test_a_parameter_that_is_not_asked_for_is_refused(query, why):
    with pytest.raises(http.RefusedError, match=why) as raised:
        http.parameters(request(query=query), "wait")
    assert raised.value.answer.status_code == 400


GUARDS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


def test_every_answer_has_the_same_guards():
    answer = http.answer(b"{}")
    assert (answer.status_code, answer.body) == (200, b"{}")
    assert dict(answer.headers) == {
        **GUARDS,
        "content-type": "application/json",
        "content-length": "2",
    }


def test_an_answer_may_have_headers_of_its_own():
    own = {"content-security-policy": "default-src 'self'", "vary": "accept-language"}
    answer = http.answer(b"", 201, "text/html", own)
    assert answer.status_code == 201
    assert answer.headers.getlist("content-security-policy") == ["default-src 'self'"]
    assert answer.headers["vary"] == "accept-language"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_is_sent_as_agreed(code):
    answer = http.RefusedError(code, "why", {"allow": "GET"}).answer
    assert answer.status_code >= 400
    assert Refusal.from_json(answer.body) == Refusal(code, "why")
    assert answer.headers["allow"] == "GET"
    assert GUARDS.items() <= dict(answer.headers).items()


async def responding(outcome) -> tuple[str, list]:
    sent = []

    async def handler(asked):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def send(message):
        sent.append(message)

    asked = request()
    return await http.respond(handler(asked), asked.scope, asked.receive, send), sent


@pytest.mark.parametrize(
    ("outcome", "told", "status"),
    [
        (http.answer(b"{}"), "answered", 200),
        (http.not_found(), "not_found", 404),
        (http.wrong_method("GET", "HEAD"), "method_not_allowed", 405),
        (StoreError("disk I/O error"), "unavailable", 503),
        (ZeroDivisionError("secret"), "internal", 500),
        (ClientDisconnect(), "hung_up", None),
    ],
)
async def test_whatever_happens_there_is_one_answer(outcome, told, status, caplog):
    how, sent = await responding(outcome)
    assert how == told
    assert [message["status"] for message in sent if "status" in message] == [status] * bool(status)
    assert b"secret" not in b"".join(message.get("body", b"") for message in sent)
    assert b"I/O" not in b"".join(message.get("body", b"") for message in sent)
