import asyncio

import pytest

from telesales_desktop.relay import http
from telesales_desktop.wire.refusal import Refusal, RefusalCode


def request(
    *messages, method="POST", headers=(), query=b"", client=("10.1.2.3", 5)
) -> http.Request:
    left = list(messages)

    async def receive():
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    scope = {
        "method": method,
        "path": "/x",
        "query_string": query,
        "headers": list(headers),
        "client": client,
    }
    return http.Request(scope, receive)


def part(body: bytes, more=False) -> dict:
    return {"type": "http.request", "body": body, "more_body": more}


async def refusal_of(awaitable) -> http.RefusedError:
    with pytest.raises(http.RefusedError) as raised:
        await awaitable
    return raised.value


async def test_a_body_comes_in_parts():
    assert await request(part(b"ab", True), part(b"", True), part(b"c")).body(3) == b"abc"
    assert await request({"type": "http.request"}).body(3) == b""


@pytest.mark.parametrize(
    "messages",
    [
        [part(b"abcd")],
        [part(b"ab", True), part(b"cd")],
        [part(b"x" * 2_000_000, True)],
    ],
)
async def test_a_longer_body_is_refused_after_its_end(messages):
    refused = await refusal_of(request(*messages).body(3))
    assert (refused.status, refused.refusal.code) == (413, RefusalCode.TOO_LARGE)
    assert refused.headers == {"connection": "close"}


async def test_a_body_that_is_announced_as_endless_is_not_read():
    refused = await refusal_of(request(headers=[(b"content-length", b"99999999")]).body(3))
    assert refused.status == 413


async def test_an_announcement_that_is_no_number_is_passed_over():
    given = request(part(b"abc"), headers=[(b"content-length", b"many")])
    assert await given.body(3) == b"abc"


async def test_a_slow_body_ends_at_the_deadline(monkeypatch):
    monkeypatch.setattr(http, "BODY_DEADLINE_S", 0.01)
    refused = await refusal_of(request(part(b"a", True)).body(3))
    assert (refused.status, refused.refusal.code) == (408, RefusalCode.TOO_SLOW)


async def test_who_hangs_up_is_not_answered():
    with pytest.raises(http.HungUpError):
        await request(part(b"a", True), {"type": "http.disconnect"}).body(3)


def test_headers_are_found_in_order():
    given = request(headers=[(b"a", b"1"), (b"b", b"\xe9"), (b"a", b"2")])
    assert given.headers(b"a", b"b") == ["1", "é", "2"]
    assert given.header(b"a") == "1"
    assert given.header(b"c") == ""


def test_who_asks():
    assert request().client == "10.1.2.3"
    assert request(client=None).client == ""


def test_parameters():
    assert request(query=b"after=a%2Fb&wait=").query("after", "wait") == {
        "after": "a/b",
        "wait": "",
    }
    assert request().query("after") == {}
    assert request(query=b"a=\xe9").query_bytes == b"a=\xe9"


@pytest.mark.parametrize(
    ("query", "why"),
    [(b"wait=1&wait=1", "twice"), (b"strange=1", "no such parameter: strange")],
)
def test_a_parameter_that_is_not_asked_for_is_refused(query, why):
    with pytest.raises(http.RefusedError, match=why) as raised:
        request(query=query).query("wait")
    assert raised.value.status == 400


class Sent:
    def __init__(self) -> None:
        self.messages = []

    async def __call__(self, message) -> None:
        self.messages.append(message)

    @property
    def headers(self) -> dict[bytes, bytes]:
        pairs = self.messages[0]["headers"]
        assert len(dict(pairs)) == len(pairs), "a header comes twice"
        return dict(pairs)


async def test_every_answer_has_the_same_guards():
    sent = Sent()
    await http.answer(sent, 200, b"{}")
    assert sent.messages[0]["status"] == 200
    assert sent.messages[1]["body"] == b"{}"
    assert sent.headers == {
        b"content-type": b"application/json",
        b"content-length": b"2",
        b"cache-control": b"no-store",
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"no-referrer",
        b"x-frame-options": b"DENY",
        b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    }


async def test_an_answer_may_have_headers_of_its_own():
    sent = Sent()
    own = {"content-security-policy": "default-src 'self'", "vary": "é"}
    await http.answer(sent, 200, b"", "text/html", own)
    assert sent.headers[b"content-security-policy"] == b"default-src 'self'"
    assert sent.headers[b"vary"] == b"\xe9"
    assert sent.headers[b"content-type"] == b"text/html"


@pytest.mark.parametrize(
    ("refused", "status", "headers"),
    [
        (http.not_found(), 404, {}),
        (http.wrong_method("GET", "HEAD"), 405, {b"allow": b"GET, HEAD"}),
    ],
)
async def test_a_refusal_is_sent_as_agreed(refused, status, headers):
    sent = Sent()
    await http.refuse(sent, refused)
    assert sent.messages[0]["status"] == status
    assert Refusal.from_json(sent.messages[1]["body"]) == refused.refusal
    assert headers.items() <= sent.headers.items()


def test_every_code_has_a_status():
    assert {http.RefusedError(code, "").status for code in RefusalCode} >= {400, 401, 403, 404, 503}
