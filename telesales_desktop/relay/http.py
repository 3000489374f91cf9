"""What do both listeners share of HTTP? A request to read, an answer to send, and the headers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from telesales_desktop.wire.refusal import Refusal, RefusalCode

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_DEADLINE_S = 10.0
_DRAIN_BYTES = 1024 * 1024  # so much of a refused body is read, so that its sender hears why
_SECURITY_HEADERS = {
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
    RefusalCode.METHOD_NOT_ALLOWED: 405,
    RefusalCode.TOO_SLOW: 408,
    RefusalCode.TOO_LARGE: 413,
    RefusalCode.TOO_MANY_REQUESTS: 429,
    RefusalCode.INTERNAL: 500,
    RefusalCode.UNAVAILABLE: 503,
}


class RefusedError(Exception):
    """The request is answered with a refusal."""

    def __init__(
        self, code: RefusalCode, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.refusal = Refusal(code, message)
        self.status = _STATUS[code]
        self.headers = dict(headers or {})


class HungUpError(Exception):
    """Whoever asked is gone before the request was whole."""


class Request:
    """One request."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self.method: str = scope["method"]
        self.path: str = scope["path"]

    @property
    def client(self) -> str:
        """The address that asks, as far as trusted proxies tell."""
        client = self._scope.get("client")
        return client[0] if client else ""

    def headers(self, *names: bytes) -> list[str]:
        """Every value of the named headers, in order."""
        return [value.decode("latin-1") for name, value in self._scope["headers"] if name in names]

    def header(self, name: bytes) -> str:
        """The first value, "" where there is none."""
        return next(iter(self.headers(name)), "")

    @property
    def query_bytes(self) -> bytes:
        return bytes(self._scope["query_string"])

    def query(self, *names: str) -> dict[str, str]:
        """The parameters.

        Errors: ``RefusedError`` for one that has no such name or comes twice.
        """
        pairs = parse_qsl(self.query_bytes.decode("latin-1"), keep_blank_values=True)
        found = dict(pairs)
        if len(found) != len(pairs):
            raise RefusedError(RefusalCode.BAD_REQUEST, "a parameter comes twice")
        if strange := sorted(set(found) - set(names)):
            raise RefusedError(RefusalCode.BAD_REQUEST, f"no such parameter: {strange[0][:40]}")
        return found

    async def body(self, most: int) -> bytes:
        """The whole body. Units: ``most`` bytes.

        Errors: ``RefusedError`` if it is longer, or not there in time; ``HungUpError``.
        """
        closing = {"connection": "close"}
        too_large = RefusedError(
            RefusalCode.TOO_LARGE, f"the body is longer than {most} bytes", closing
        )
        announced = self.header(b"content-length")
        if announced.isdigit() and int(announced) > _DRAIN_BYTES:
            raise too_large
        try:
            async with asyncio.timeout(BODY_DEADLINE_S):
                body, size = await self._read(most)
        except TimeoutError:
            raise RefusedError(
                RefusalCode.TOO_SLOW, "the body did not arrive in time", closing
            ) from None
        if size > most:
            raise too_large
        return body

    async def _read(self, most: int) -> tuple[bytes, int]:
        chunks, size = [], 0
        while size <= _DRAIN_BYTES:
            message = await self._receive()
            if message["type"] != "http.request":
                raise HungUpError
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= most:
                chunks.append(chunk)
            if not message.get("more_body", False):
                break
        return b"".join(chunks), size


async def answer(
    send: Send,
    status: int,
    body: bytes,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send a whole answer with the headers that every answer has; ``headers`` may replace them."""
    every = {
        "content-type": content_type,
        "content-length": str(len(body)),
        **_SECURITY_HEADERS,
        **(headers or {}),
    }
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in every.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, refused: RefusedError) -> None:
    await answer(send, refused.status, refused.refusal.to_json(), headers=refused.headers)


def not_found() -> RefusedError:
    """One answer for everything that is not there, or not yours."""
    return RefusedError(RefusalCode.NOT_FOUND, "there is nothing here")


def wrong_method(*allowed: str) -> RefusedError:
    return RefusedError(
        RefusalCode.METHOD_NOT_ALLOWED, "not in this way", {"allow": ", ".join(allowed)}
    )
