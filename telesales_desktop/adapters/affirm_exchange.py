"""What became of one request to Affirm: never sent, answered, or unknown?"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

import httpx

from telesales_desktop import __version__
from telesales_desktop.adapters.affirm_hosts import Origin
from telesales_desktop.adapters.affirm_transport import CREDENTIALS_EXTENSION, AllowListTransport
from telesales_desktop.adapters.lost_connection import reason_of
from telesales_desktop.application.outcomes import is_late
from telesales_desktop.application.ports import Credentials
from telesales_desktop.domain.errors import (
    AffirmUnreachableError,
    OutcomeUnknownError,
    TelesalesError,
)

_log = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 1024 * 1024
"""An answer above this is not Affirm's: it is not read to its end."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REQUEST_ID = re.compile(r"[0-9A-Za-z_.:-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer. ``content_type`` is lower-case, without parameters."""

    status: int
    content_type: str
    body: bytes
    request_id: str = ""
    retry_after: str = ""
    date: str = ""


class _Stage(Enum):
    """How far a request got, as the connection itself reports it."""

    SILENT = "silent"  # nothing was reported (a transport that does not): it may have left
    CONNECTING = "connecting"  # name, TCP or TLS: not one byte of the request has left
    LEFT = "left"  # the head of the request is being written: it may have arrived


class _Departure:
    def __init__(self, is_late: Callable[[], bool]) -> None:
        self.stage = _Stage.SILENT
        self._is_late = is_late

    async def trace(self, event: str, _info: Mapping[str, object]) -> None:
        """httpcore's trace hook: the only honest witness of the first byte.

        Nothing is awaited between here and the socket: what is late is ended here, before it.
        """
        if event.startswith(("http11.send_request", "http2.send_request")):
            if self.stage is not _Stage.LEFT and self._is_late():
                raise AffirmUnreachableError("late")
            self.stage = _Stage.LEFT
        elif self.stage is not _Stage.LEFT and event.startswith("connection."):
            self.stage = _Stage.CONNECTING


class AffirmExchange:
    """Sends one request, once, within one deadline, to one origin.

    No redirect is followed, no environment proxy or netrc is read, no cookie is kept, nothing is
    retried. Units: ``timeout_s`` seconds, from connecting to the last byte of the answer.
    """

    def __init__(
        self,
        origin: Origin,
        transport: httpx.AsyncBaseTransport,
        *,
        timeout_s: float,
        on_server_date: Callable[[str], None] | None = None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``wall``: aware UTC, of a clock that goes on while the machine sleeps."""
        self._origin = origin
        self._wall = wall
        self._transport = AllowListTransport(transport, origin)
        self._timeout_s = timeout_s
        self._on_server_date = on_server_date
        # Waiting for a connection must fail, as never sent, well before the whole deadline does.
        early = timeout_s / 4
        self._timeouts = httpx.Timeout(timeout_s, connect=early, pool=early).as_dict()

    async def send(
        self,
        method: str,
        path: str,
        *,
        credentials: Credentials,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        called_at: datetime | None = None,
    ) -> Answer:
        """One request and its whole answer, whatever its status.

        With ``called_at``, of ``wall``, it does not leave if the machine slept since.
        Errors: ``AffirmUnreachableError`` not one byte left; ``OutcomeUnknownError`` it left, and
        no complete answer came.
        """
        departure = _Departure(lambda: is_late(called_at, self._wall()))
        request = self._request(method, path, credentials, params, body, headers, departure)
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._converse(request)
        except TelesalesError as exc:
            _log.info("%s %s: %s", method, path, exc.code)
            raise
        except TimeoutError:
            raise _verdict(departure, "deadline") from None
        except _NEVER_SENT as exc:
            raise _unreachable(exc) from None
        except Exception as exc:  # noqa: BLE001 - after the first byte no error is a verdict
            raise _verdict(departure, type(exc).__name__) from None
        took_ms = round((time.monotonic() - began) * 1000)
        _log.info(
            "%s %s: %d in %d ms, request %s",
            method,
            path,
            answer.status,
            took_ms,
            answer.request_id,
        )
        return answer

    async def close(self) -> None:
        """Close the pool."""
        await self._transport.aclose()

    def _request(
        self,
        method: str,
        path: str,
        credentials: Credentials,
        params: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        departure: _Departure,
    ) -> httpx.Request:
        sent = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"telesales-desktop/{__version__}",
            **(headers or {}),
        }
        if body is not None:
            sent["Content-Type"] = "application/json"
        return httpx.Request(
            method,
            httpx.URL(self._origin.url + path, params=params),
            headers=sent,
            content=body,
            extensions={
                "timeout": self._timeouts,
                "trace": departure.trace,
                CREDENTIALS_EXTENSION: credentials,
            },
        )

    async def _converse(self, request: httpx.Request) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            request_id = _request_id(response.headers.get("x-affirm-request-id", ""))
            body = await _whole_body(response, request_id)
        finally:
            await response.aclose()
        headers = response.headers
        date = "" if "age" in headers else headers.get("date", "")  # a cache's date is old
        if date and self._on_server_date is not None:
            self._on_server_date(date)
        return Answer(
            status=response.status_code,
            content_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
            body=body,
            request_id=request_id,
            retry_after=headers.get("retry-after", ""),
            date=date,
        )


def open_transport(ssl_context: object) -> httpx.AsyncHTTPTransport:
    """A small pool without proxies: many connections make a cold pool slow, not fast.

    ``ssl_context`` is the shared context, or None where only plain loopback is spoken.
    """
    import ssl

    if not isinstance(ssl_context, ssl.SSLContext):
        ssl_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody
    return httpx.AsyncHTTPTransport(
        verify=ssl_context,
        trust_env=False,
        retries=0,
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=8, keepalive_expiry=5.0),
    )


def _verdict(departure: _Departure, reason: str) -> TelesalesError:
    if departure.stage is _Stage.CONNECTING:
        _log.info("affirm unreachable: %s", reason)
        return AffirmUnreachableError(reason)
    _log.info("affirm gave no verdict: %s", reason)
    return OutcomeUnknownError(reason)


def _unreachable(exc: httpx.HTTPError) -> AffirmUnreachableError:
    # Its message names a host or an errno, never a header or a body.
    _log.info("affirm unreachable: %s", type(exc).__name__)
    return AffirmUnreachableError(reason_of(exc))


async def _whole_body(response: httpx.Response, request_id: str) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise OutcomeUnknownError("oversized", request_id=request_id)
        chunks.append(chunk)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    body = b"".join(chunks)
    if encoding == "gzip":  # we asked for none, but some proxies compress all the same
        return _gunzip(body, request_id)
    if encoding not in ("", "identity"):
        raise OutcomeUnknownError("unknown_encoding", request_id=request_id)
    return body


def _gunzip(body: bytes, request_id: str) -> bytes:
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = inflater.decompress(body, MAX_ANSWER_BYTES)
    except zlib.error:
        raise OutcomeUnknownError("broken_gzip", request_id=request_id) from None
    if not inflater.eof:
        raise OutcomeUnknownError("truncated_or_oversized_gzip", request_id=request_id)
    return plain


def _request_id(value: str) -> str:
    return value if _REQUEST_ID.fullmatch(value) else ""
