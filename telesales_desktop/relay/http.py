"""What do both listeners share of HTTP? How a request is read, answered and refused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from telesales_desktop.relay.deadlines import CYCLE, WHOLE, read_whole, write_whole
from telesales_desktop.relay.store import StoreError
from telesales_desktop.wire.refusal import Refusal, RefusalCode
from telesales_desktop.wire.strict_json import WireError, encode

BODY_DEADLINE_S = 10.0
STILL = "telesales.still"
"""In the scope of a request with a token: whether that is valid still, once its body is there."""

_DRAIN_BYTES = 1024 * 1024  # so much of a refused body is read, so that its sender hears why
_GUARDS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_STATUS = {
    RefusalCode.BAD_REQUEST: 400,
    RefusalCode.TOKEN_REFUSED: 401,
    RefusalCode.ENROLMENT_REFUSED: 403,
    RefusalCode.NOT_FOUND: 404,
    RefusalCode.CONFLICT: 409,
    RefusalCode.NOT_HOLDER: 409,
    RefusalCode.CLAIMED: 409,
    RefusalCode.TAKEN: 409,
    RefusalCode.METHOD_NOT_ALLOWED: 405,
    RefusalCode.TOO_SLOW: 408,
    RefusalCode.TOO_LARGE: 413,
    RefusalCode.TOO_MANY_REQUESTS: 429,
    RefusalCode.INTERNAL: 500,
    RefusalCode.UNAVAILABLE: 503,
}
_Value = TypeVar("_Value")
_logger = logging.getLogger(__name__)


def answer(
    content: bytes,
    status: int = 200,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer with the guards that every answer has; ``headers`` may replace them."""
    return Response(content, status, {**_GUARDS, **(headers or {})}, media_type)


class Ready(Response):
    """A 200 that is sent many times, or to many: its bytes are made once."""

    def __init__(self, content: bytes, media_type: str = "application/json") -> None:
        super().__init__(content, headers=_GUARDS, media_type=media_type)
        self._head = b"".join(b"%b: %b\r\n" % header for header in self.raw_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle = scope.get(CYCLE) if scope["method"] != "HEAD" else None
        if cycle is None or not write_whole(cycle, self._head, bytes(self.body)):
            await super().__call__(scope, receive, send)


class RefusedError(Exception):
    """The request is answered with a refusal; ``beside`` it may be more."""

    def __init__(
        self,
        code: RefusalCode,
        message: str,
        headers: Mapping[str, str] | None = None,
        beside: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        content = encode({**Refusal(code, message).members(), **(beside or {})})
        self.answer = answer(content, _STATUS[code], headers=headers)


def not_found() -> RefusedError:
    """One answer for everything that is not there, or not yours."""
    return RefusedError(RefusalCode.NOT_FOUND, "there is nothing here")


def bad_request(why: str) -> RefusedError:
    return RefusedError(RefusalCode.BAD_REQUEST, why)


def token_refused() -> RefusedError:
    """The same for a missing, a wrong, and a revoked token."""
    return RefusedError(
        RefusalCode.TOKEN_REFUSED, "this token is not valid", {"www-authenticate": "Bearer"}
    )


def too_many(wait_s: float) -> RefusedError:
    return RefusedError(
        RefusalCode.TOO_MANY_REQUESTS, "too often", {"retry-after": str(int(wait_s) + 1)}
    )


def wrong_method(*allowed: str) -> RefusedError:
    allow = {"allow": ", ".join(allowed)}
    return RefusedError(RefusalCode.METHOD_NOT_ALLOWED, "not in this way", allow)


async def respond(
    answering: Awaitable[Response], scope: Scope, receive: Receive, send: Send
) -> str:
    """Answer one request, whatever happens; tells how it went, for the figures.

    Neither a database that is down nor a fault of our own is a 200 or a 4xx: whoever sent
    something must not believe that it is kept, nor that it was wrong.
    """
    try:
        response = await answering
    except ClientDisconnect:
        return "hung_up"
    except RefusedError as refused:
        response = refused.answer
        outcome: str = refused.code
    except StoreError as broken:
        _logger.error("the database cannot be used: %s", broken)
        response = RefusedError(RefusalCode.UNAVAILABLE, "try again in a while").answer
        outcome = RefusalCode.UNAVAILABLE
    except Exception:
        _logger.exception("a fault of the relay's own")
        response = RefusedError(RefusalCode.INTERNAL, "this is the relay's fault").answer
        outcome = RefusalCode.INTERNAL
    else:
        outcome = "answered"
    await response(scope, receive, send)
    return outcome


def asker(request: Request) -> str:
    """The address that asks, as far as trusted proxies tell."""
    return request.client.host if request.client else ""


def counted_asker(request: Request) -> str:
    """Whom a limit counts. One machine may take any address of its IPv6 network of 64 bits, so that
    is one asker; an IPv4 address is one however it is written."""
    asked_by = asker(request)
    try:
        address = ip_address(asked_by)
    except ValueError:
        return asked_by
    if isinstance(address, IPv4Address):
        return asked_by
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((int(address), 64), strict=False))


def is_host_of(request: Request, names: Collection[str]) -> bool:
    """Whether the request is for one of these names, or for an address that no name stands for.

    A web page elsewhere may let its own name mean this machine; it cannot choose another Host.
    """
    given = headers_of(request, b"host")
    if len(given) != 1 or "/" in given[0]:
        return False
    try:
        host = urlsplit(f"//{given[0]}").hostname
        return host in names or host == "localhost" or bool(ip_address(host or ""))
    except ValueError:
        return False


def headers_of(request: Request, wanted: bytes) -> list[str]:
    """The values of all headers of this name, which is in small letters."""
    return [value.decode("latin-1") for name, value in request.scope["headers"] if name == wanted]


def parameters(request: Request, *names: str) -> dict[str, str]:
    """The query's parameters.

    Errors: ``RefusedError`` for one that has no such name or comes twice.
    """
    query: bytes = request.scope["query_string"]
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedError(RefusalCode.BAD_REQUEST, "a parameter comes twice")
    if strange := sorted(set(found) - set(names)):
        raise RefusedError(RefusalCode.BAD_REQUEST, f"no such parameter: {strange[0][:40]}")
    return found


def whole_number(query: Mapping[str, str], name: str, least: int, most: int, usual: int) -> int:
    """A parameter that is a whole number, ``usual`` where it is not there."""
    text = query.get(name)
    if text is None:
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not least <= int(text) <= most:
        raise bad_request(f"{name} must be a whole number from {least} to {most}")
    return int(text)


def instant(instant_us: int) -> datetime:
    """Units: microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)


async def body_as(request: Request, read: Callable[[bytes], _Value], most: int) -> _Value:
    """The body as a value of the contract. Units: ``most`` bytes. Errors: ``RefusedError``."""
    body = await whole_body(request, most)
    if STILL in request.scope and not request.scope[STILL]():
        raise token_refused()
    try:
        return read(body)
    except WireError as wrong:
        raise bad_request(str(wrong)) from None


def first_headers(scope: Scope) -> dict[bytes, bytes]:
    """Each header's first value, by its name in small letters."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return dict(reversed(list(headers)))


async def whole_body(request: Request, most: int) -> bytes:
    """See ``body_of``."""
    return await body_of(request.scope, request.receive, most)


async def body_of(scope: Scope, receive: Receive, most: int) -> bytes:
    """The whole body. Units: ``most`` bytes.

    Errors: ``RefusedError`` if it is longer, or not there in time; ``ClientDisconnect``.
    """
    if WHOLE in scope:
        whole = read_whole(scope[CYCLE])
        if whole is None:
            raise ClientDisconnect
        body = whole
    else:
        digits = first_headers(scope).get(b"content-length", b"").lstrip(b"0")
        if digits.isdigit() and int(digits[:20]) > _DRAIN_BYTES:
            raise _too_large(most)
        try:
            async with asyncio.timeout(BODY_DEADLINE_S):
                body = await _all_parts(receive, most)
        except TimeoutError:
            raise RefusedError(
                RefusalCode.TOO_SLOW, "the body did not arrive in time", {"connection": "close"}
            ) from None
    if len(body) > most:
        raise _too_large(most)
    return body


async def _all_parts(receive: Receive, most: int) -> bytes:
    body, more = bytearray(), True
    while more:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise ClientDisconnect
        body += part.get("body", b"")
        more = part.get("more_body", False)
        if len(body) > _DRAIN_BYTES:
            raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> RefusedError:
    return RefusedError(
        RefusalCode.TOO_LARGE, f"the body is longer than {most} bytes", {"connection": "close"}
    )
