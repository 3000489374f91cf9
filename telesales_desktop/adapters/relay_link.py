"""How does one request reach the relay, and what is its answer, in our words?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import httpx

from telesales_desktop import __version__
from telesales_desktop.adapters.lost_connection import reason_of
from telesales_desktop.adapters.tls_context import shared_tls_context
from telesales_desktop.domain.errors import CredentialsError, SettingsError
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayBusyError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)
from telesales_desktop.wire.addresses import base_url
from telesales_desktop.wire.refusal import Refusal, RefusalCode
from telesales_desktop.wire.strict_json import WireError

CALL_TIMEOUT_S = 10.0
"""From connecting to the last byte; a long poll has its waiting time on top."""

MOST_ANSWER_BYTES = 4 * 1024 * 1024
MOST_REFUSAL_BYTES = 256 * 1024
"""A no has the newest record beside it at most. It is read on the window's loop, so what is longer
is left unread: it is no relay's, and its status says all there is to know."""

TOO_LARGE = "too_large"
_BIG_BYTES = 16 * 1024  # decoded in a thread: the window's loop has other things to do
_FIRST_PAUSE_S = 5.0
Value = TypeVar("Value")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Units: seconds."""

    status: int
    body: bytes
    retry_after_s: float

    def refused(self, status: int, code: RefusalCode) -> bool:
        """Whether the relay itself says so; the status of a proxy on the way proves nothing."""
        return self.status == status and self.refusal() == code

    def refusal(self) -> str:
        """The relay's word for a no, or ""."""
        refusal = Refusal.from_json(self.body)
        return refusal.code if refusal else ""


class RelayLink:
    """One request a call; nothing is retried.

    The address is https, or http on this machine; no redirect is followed, no proxy or netrc of the
    environment is read. The token is fetched for each call and goes nowhere else.
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
            httpx.URL(self._base_url).host  # noqa: B018 - raises where no request could be made
        except (ValueError, httpx.InvalidURL) as wrong:
            raise SettingsError(str(wrong), fields=("relay_url",)) from None
        self._read_token = read_token
        self._transport = transport
        self._timeout_s = timeout_s
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        wait_s: float = 0.0,
    ) -> Answer:
        """Errors: ``RelayUnreachableError`` it may have arrived, or not; ``RelayAnswerError``."""
        try:
            async with asyncio.timeout(self._timeout_s + wait_s):
                http = await self._client()
                async with http.stream(
                    method, self._base_url + path, params=query, headers=headers, content=body
                ) as response:
                    return await _read(response)
        except (httpx.HTTPError, TimeoutError, OSError) as lost:
            _log.info("no answer from the relay: %s", type(lost).__name__)
            raise RelayUnreachableError(reason_of(lost)) from lost

    async def ask_as_desk(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        wait_s: float = 0.0,
    ) -> Answer:
        """Ask with this workstation's token.

        Errors: ``RelayTokenRefusedError`` this workstation must be enrolled again.
        """
        whole = {"authorization": f"Bearer {await self._token()}", **(headers or {})}
        answer = await self.ask(method, path, query=query, headers=whole, body=body, wait_s=wait_s)
        if answer.refused(401, RefusalCode.TOKEN_REFUSED):
            raise RelayTokenRefusedError
        return answer

    async def close(self) -> None:
        async with self._opening:
            http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _token(self) -> str:
        try:
            token = await self._read_token()
        except CredentialsError as locked:
            raise RelayUnreachableError("the keyring does not give the token") from locked
        if not token or not token.isascii():  # no header carries anything else
            raise RelayTokenRefusedError("this workstation has no token")
        return token

    async def _client(self) -> httpx.AsyncClient:
        async with self._opening:  # the first calls of a start come together
            if self._http is None:
                transport = self._transport or httpx.AsyncHTTPTransport(
                    verify=await shared_tls_context(),
                    trust_env=False,
                    limits=httpx.Limits(max_connections=4, max_keepalive_connections=2),
                )
                self._http = httpx.AsyncClient(
                    transport=transport,
                    trust_env=False,
                    timeout=None,  # noqa: S113 - one deadline over all of it, in ask
                    headers={
                        "accept": "application/json",
                        "accept-encoding": "identity",
                        "user-agent": f"telesales-desktop/{__version__}",
                    },
                )
            return self._http


async def value(answer: Answer, expected: int, read: Callable[[bytes], Value]) -> Value:
    """The answer's content, or the error that says what it is instead."""
    expect(answer, expected)
    try:
        if len(answer.body) < _BIG_BYTES:
            return read(answer.body)
        return await asyncio.to_thread(read, answer.body)
    except WireError as wrong:
        _log.warning("the relay's answer is not what the contract says: %s", wrong)
        raise RelayAnswerError("malformed", http_status=answer.status) from wrong


def expect(answer: Answer, *expected: int) -> None:
    """Errors: ``RelayBusyError``; ``RelayAnswerError`` for any other status than expected."""
    if answer.status in expected:
        return
    if answer.status in (429, 503):
        raise RelayBusyError(answer.retry_after_s)
    raise RelayAnswerError(answer.refusal() or "not_a_relay", http_status=answer.status)


async def _read(response: httpx.Response) -> Answer:
    chunks: list[bytes] = []
    size = 0
    is_refusal = response.status_code >= 400
    if response.headers.get("content-encoding", "identity") != "identity":
        raise RelayAnswerError("compressed", http_status=response.status_code)  # not asked for
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if is_refusal and size > MOST_REFUSAL_BYTES:
            chunks = []
            break
        if size > MOST_ANSWER_BYTES:
            raise RelayAnswerError(TOO_LARGE, http_status=response.status_code)
        chunks.append(chunk)
    asked = response.headers.get("retry-after", "")
    pause_s = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0.0
    return Answer(response.status_code, b"".join(chunks), pause_s or _FIRST_PAUSE_S)
