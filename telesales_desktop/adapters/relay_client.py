"""How does a desk speak with its relay?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import httpx

from telesales_desktop import __version__
from telesales_desktop.adapters.tls_context import shared_tls_context
from telesales_desktop.application.ports import Cursor, FeedPage, StoredDelivery
from telesales_desktop.domain.errors import CredentialsError, SettingsError
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayBusyError,
    RelayEnrolmentRefusedError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)
from telesales_desktop.wire.addresses import base_url
from telesales_desktop.wire.enrolment import Enrolment, EnrolmentRequest
from telesales_desktop.wire.feed import MOST_CHANGES, MOST_WAIT_S, Change, ChangesPage
from telesales_desktop.wire.meta import RelayMeta
from telesales_desktop.wire.refusal import Refusal, RefusalCode
from telesales_desktop.wire.strict_json import WireError

CALL_TIMEOUT_S = 10.0
"""From connecting to the last byte; a long poll has its waiting time on top."""

MOST_ANSWER_BYTES = 4 * 1024 * 1024
_BIG_BYTES = 16 * 1024  # decoded in a thread: the window's loop has other things to do
_FIRST_PAUSE_S = 5.0
_Value = TypeVar("_Value")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    retry_after_s: float


class RelayClient:
    """The port ``RelayFeed``, and what set-up needs. One request a call; nothing is retried.

    The address is https, or http on this machine; no redirect is followed, no proxy or netrc of the
    environment is read. The token is fetched for each call and goes nowhere else.
    Errors of every call: ``RelayUnreachableError``, ``RelayBusyError``, ``RelayAnswerError``.
    """

    def __init__(
        self,
        relay_url: str,
        read_token: Callable[[], Awaitable[str | None]],
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        """Units: ``timeout_s`` seconds. Errors: ``SettingsError`` for an address not allowed."""
        try:
            self._base_url = base_url(relay_url)
        except ValueError as wrong:
            raise SettingsError(str(wrong), fields=("relay_url",)) from None
        self._read_token = read_token
        self._transport = transport
        self._timeout_s = timeout_s
        self._http: httpx.AsyncClient | None = None

    async def meta(self) -> RelayMeta:
        """What the relay tells anyone: its version, and where Affirm and customers reach it."""
        answer = await self._ask("GET", "/v1/meta")
        return await _value(answer, 200, RelayMeta.from_json)

    async def enrol(self, code: str, workstation: str) -> Enrolment:
        """Turn a one-time code into this workstation's token.

        Errors: ``RelayEnrolmentRefusedError`` wrong, used or expired; ``RelayUnreachableError`` the
        answer is lost, and the code may be used up.
        """
        body = EnrolmentRequest(code, workstation).to_json()
        answer = await self._ask("POST", "/v1/enrolments", body=body)
        if _refused(answer, 403, RefusalCode.ENROLMENT_REFUSED):
            raise RelayEnrolmentRefusedError
        return await _value(answer, 201, Enrolment.from_json)

    async def changes(self, after: Cursor | None, *, wait_s: float, limit: int) -> FeedPage:
        """The next deliveries; waits for some where there are none. Units: seconds.

        Changes of a kind that this version does not know are passed over with the cursor.
        Errors: ``RelayTokenRefusedError`` this workstation must be enrolled again.
        """
        wait = int(min(max(wait_s, 0), MOST_WAIT_S))
        query = {"wait": str(wait), "limit": str(min(max(limit, 1), MOST_CHANGES))}
        if after is not None and after.position:
            query["after"] = after.position
        headers = {"authorization": f"Bearer {await self._token()}"}
        answer = await self._ask("GET", "/v1/changes", query=query, headers=headers, wait_s=wait)
        if _refused(answer, 401, RefusalCode.TOKEN_REFUSED):
            raise RelayTokenRefusedError
        page = await _value(answer, 200, ChangesPage.from_json)
        return FeedPage(
            deliveries=tuple(_stored(change) for change in page.changes if change.delivery),
            cursor=Cursor(epoch=page.epoch, position=page.next),
            gap=page.gap,
            more=page.more,
        )

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _token(self) -> str:
        try:
            token = await self._read_token()
        except CredentialsError as locked:
            raise RelayUnreachableError("the keyring does not give the token") from locked
        if not token:
            raise RelayTokenRefusedError("this workstation has no token")
        return token

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        wait_s: float = 0.0,
    ) -> _Answer:
        try:
            async with asyncio.timeout(self._timeout_s + wait_s):
                http = await self._client()
                async with http.stream(
                    method, self._base_url + path, params=query, headers=headers, content=body
                ) as response:
                    return await _read(response)
        except (httpx.HTTPError, TimeoutError, OSError) as lost:
            _log.info("no answer from the relay: %s", type(lost).__name__)
            raise RelayUnreachableError(type(lost).__name__) from lost

    async def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            transport = self._transport or httpx.AsyncHTTPTransport(
                verify=await shared_tls_context(),
                trust_env=False,
                limits=httpx.Limits(max_connections=4, max_keepalive_connections=2),
            )
            self._http = httpx.AsyncClient(
                transport=transport,
                trust_env=False,
                timeout=None,  # noqa: S113 - one deadline over all of it, in _ask
                headers={
                    "accept": "application/json",
                    "accept-encoding": "identity",
                    "user-agent": f"telesales-desktop/{__version__}",
                },
            )
        return self._http


async def _read(response: httpx.Response) -> _Answer:
    chunks: list[bytes] = []
    size = 0
    if response.headers.get("content-encoding", "identity") != "identity":
        raise RelayAnswerError("compressed", http_status=response.status_code)  # not asked for
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > MOST_ANSWER_BYTES:
            raise RelayAnswerError("too_large", http_status=response.status_code)
        chunks.append(chunk)
    asked = response.headers.get("retry-after", "")
    pause_s = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0.0
    return _Answer(response.status_code, b"".join(chunks), pause_s or _FIRST_PAUSE_S)


async def _value(answer: _Answer, expected: int, read: Callable[[bytes], _Value]) -> _Value:
    """The answer's content, or the error that says what it is instead."""
    if answer.status in (429, 503):
        raise RelayBusyError(answer.retry_after_s)
    if answer.status != expected:
        refusal = Refusal.from_json(answer.body)
        problem = refusal.code if refusal else "not_a_relay"
        raise RelayAnswerError(problem, http_status=answer.status)
    try:
        if len(answer.body) < _BIG_BYTES:
            return read(answer.body)
        return await asyncio.to_thread(read, answer.body)
    except WireError as wrong:
        _log.warning("the relay's answer is not what the contract says: %s", wrong)
        raise RelayAnswerError("malformed", http_status=answer.status) from wrong


def _refused(answer: _Answer, status: int, code: RefusalCode) -> bool:
    """Whether the relay itself says so; the same status from a proxy on the way proves nothing."""
    refusal = Refusal.from_json(answer.body) if answer.status == status else None
    return refusal is not None and refusal.code == code


def _stored(change: Change) -> StoredDelivery:
    delivery = change.delivery
    assert delivery is not None
    return StoredDelivery(
        delivery_id=delivery.delivery_id,
        cursor=change.cursor,
        source=delivery.source,
        content_type=delivery.content_type,
        signatures=delivery.signatures,
        body=delivery.body,
        received_at=change.received_at,
        order_key=delivery.order_key or "",
        landing=delivery.landing or "",
    )
