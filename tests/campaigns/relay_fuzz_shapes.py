"""What may be posted to the relay's ingress? Affirm's own shapes, and everything that grows from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

_ORDER_KEY = "0123456789abcdef0123456789abcdef"
_FORM = {
    "checkout_token": "CS2KEZ9QVUMCKF7B",
    "event": "confirmed",
    "event_timestamp": "2026-11-24T10:00:00Z",
    "order_id": "R-1001",
    "webhook_session_id": _ORDER_KEY,
    "first_name": "Zoë",
    "email_address": "zoe@example.com",
    "total": "129900",
}
_NASTY: tuple[Any, ...] = (
    "", "\0", "\ud83d\ude00", "é" * 50, "%00", "%", "%zz", "+", "&", "=", "a" * 5000, "0", "-1", "1e999",
    "NaN", "null", "../../etc/passwd", "'; DROP TABLE changes;--", "<script>", "\r\nX-Injected: 1",
    _ORDER_KEY.upper(), _ORDER_KEY[:-1], _ORDER_KEY + "0", "\u202e", "\ufeff", "𝟙𝟚", "CONFIRMED", "opened",
)  # fmt: skip
_OTHER: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    10**40,
    1.5,
    [],
    {},
    [[]],
    {"a": {"b": [1]}},
    [None] * 50,
)
_TYPES = (
    b"application/x-www-form-urlencoded", b"application/json", b"application/json; charset=utf-16",
    b"multipart/form-data; boundary=x", b"text/plain", b"", b"\xff\xfe", b"a" * 4000, b"application/json;;;=",
)  # fmt: skip
_SIGNATURES = (
    b"t=1700000000,v0=" + b"ab" * 64,
    b"",
    b"t=,v0=",
    b"\xff" * 40,
    b"=" * 2000,
    b"v0=1,v0=2,t=9",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One request. ``broken_off``: the sender hangs up before its body is whole."""

    method: str
    path: str
    headers: list[tuple[bytes, bytes]]
    chunks: list[bytes]
    broken_off: bool


def grow(chance: Random, hook: str) -> Shape:
    """One more request."""
    body = _bytes_mutated(chance, _body(chance))
    headers = [(b"host", b"127.0.0.1"), (b"content-type", chance.choice(_TYPES))]
    headers += [
        (chance.choice((b"x-affirm-signature", b"affirm-signature")), chance.choice(_SIGNATURES))
        for _ in range(chance.choice((0, 1, 1, 1, 2, 9)))
    ]
    if chance.random() < 0.5:
        length = chance.choice((b"%d" % len(body), b"%d" % len(body), b"0", b"-5", b"\xb2"))
        headers.append((b"content-length", length))
    method = "POST" if chance.random() < 0.95 else chance.choice(("GET", "HEAD", "PUT", "BREW", ""))
    path = hook if chance.random() < 0.85 else _path(chance, hook)
    return Shape(method, path, headers, _cut(chance, body), chance.random() < 0.01)


def _path(chance: Random, hook: str) -> str:
    customer = f"/customer/main/{_ORDER_KEY}/confirmed"
    query = "?" + urlencode({"checkout_token": chance.choice(_NASTY)}, errors="surrogatepass")
    return chance.choice(
        (
            hook[:-1],
            hook + "/",
            hook.upper(),
            "/hooks/affirm/",
            "/",
            "",
            customer + query,
            customer.replace("confirmed", "cancelled"),
            customer.replace("main", "other"),
            f"/customer/{chance.choice(_NASTY)}/{_ORDER_KEY}/confirmed",
            "/customer/" + "/" * chance.randrange(9),
            hook + query,
        )
    )


def _body(chance: Random) -> bytes:
    way = chance.random()
    fields: dict[str, Any] = dict(_FORM)
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        name = chance.choice((*_FORM, "x", "", "\0", "event ", "total[]"))
        nasty = way >= 0.45 and chance.random() < 0.5
        fields[name] = chance.choice(_OTHER if nasty else _NASTY)
        if chance.random() < 0.3:
            fields.pop(chance.choice(list(fields)), None)
    if way < 0.45:
        pairs = list(fields.items()) * chance.choice((1, 1, 1, 2, 40))
        return urlencode(pairs, errors="surrogatepass").encode()
    if way < 0.9:
        wrapped: Any = fields
        for _ in range(chance.choice((0, 0, 0, 1, 3, 1500))):
            wrapped = {"data": wrapped} if chance.random() < 0.5 else [wrapped]
        try:
            return json.dumps(wrapped).encode()
        except RecursionError:
            return b"[" * 30_000
    if way < 0.95:
        return chance.randbytes(chance.choice((0, 1, 10, 1000)))
    return chance.choice((b"a", b"&", b"{", b"%", b"\xff", b"e=1&")) * chance.choice(
        (1, 60_000, 70_000)
    )


def _bytes_mutated(chance: Random, body: bytes) -> bytes:
    if not body or chance.random() < 0.5:
        return body
    made = bytearray(body)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(made))
        match chance.randrange(4):
            case 0:
                made[at] = chance.randrange(256)
            case 1:
                del made[at : at + chance.randrange(1, 9)]
            case 2:
                made[at:at] = made[at : at + chance.randrange(1, 30)]
            case _:
                made[at:at] = chance.choice(
                    (b"\xed\xa0\x80", b"\0", b"%", b"\\u0000", b'"', b"{}", b"\xc3")
                )
        if not made:
            break
    return bytes(made)


def _cut(chance: Random, body: bytes) -> list[bytes]:
    """A body comes in one piece, or in several, some of them empty."""
    if len(body) < 2 or chance.random() < 0.7:
        return [body]
    at = sorted(chance.randrange(len(body)) for _ in range(chance.choice((1, 2, 6))))
    return [body[start:end] for start, end in zip([0, *at], [*at, len(body)], strict=True)]
