"""What do workstations, and those who run the relay, get from it?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from telesales_desktop import __version__
from telesales_desktop.relay import http
from telesales_desktop.relay.access import Access, EnrolmentRefusedError
from telesales_desktop.relay.allowance import Allowance
from telesales_desktop.relay.feed import Feed, TokenRevokedError
from telesales_desktop.relay.health import Health
from telesales_desktop.relay.store import Grant
from telesales_desktop.wire import openapi
from telesales_desktop.wire.addresses import is_loopback
from telesales_desktop.wire.enrolment import EnrolmentRequest
from telesales_desktop.wire.feed import CURSOR, MOST_CHANGES, MOST_WAIT_S
from telesales_desktop.wire.meta import CONTRACT, RelayMeta
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.strict_json import WireError, encode

OLDEST_DESKTOP = "0.1.0"
_MOST_REQUEST = 4096
_USUAL_CHANGES = 100
_Handler = Callable[[Request], Awaitable[Response]]


class DeskApi:
    """The ASGI application of the listener that workstations reach."""

    def __init__(
        self, access: Access, feed: Feed, health: Health, public_url: str, *, development: bool
    ) -> None:
        self._access = access
        self._feed = feed
        self._health = health
        self._public_url = public_url
        self._polls = Allowance(200, 10)
        self._enrolments_each = Allowance(20, 3600)
        self._enrolments_all = Allowance(200, 3600)
        self._routes: dict[tuple[str, str], _Handler] = {
            ("GET", "/v1/changes"): self._changes,
            ("GET", "/v1/meta"): self._meta,
            ("POST", "/v1/enrolments"): self._enrol,
            ("GET", "/healthz"): self._alive,
            ("GET", "/readyz"): self._ready,
            ("GET", "/metrics"): self._metrics,
        }
        if development:
            self._routes["GET", "/openapi.json"] = self._openapi

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await http.respond(self._answer, scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        path: str = request.scope["path"]
        if handler := self._routes.get((method, path)):
            return await handler(request)
        allowed = [method for method, known in self._routes if known == path]
        raise http.wrong_method(*allowed) if allowed else http.not_found()

    async def _changes(self, request: Request) -> Response:
        grant = await self._grant(request)
        query = http.parameters(request, "after", "wait", "limit")
        after = query.get("after", "")
        if after and not CURSOR.fullmatch(after):
            raise http.RefusedError(RefusalCode.BAD_REQUEST, "after is not a cursor")
        limit = _whole_number(query, "limit", 1, MOST_CHANGES, _USUAL_CHANGES)
        patience_s = _whole_number(query, "wait", 0, MOST_WAIT_S, 0)
        pause_s = self._polls.take(grant.token_id)
        if pause_s > patience_s:
            raise _too_many(pause_s)
        await asyncio.sleep(pause_s)  # a busy log must not wake its desks without end
        try:
            page = await self._feed.page(grant, after or None, limit=limit, wait_s=patience_s)
        except TokenRevokedError:
            raise _token_refused() from None
        return http.answer(page)

    async def _enrol(self, request: Request) -> Response:
        asker = http.asker(request)
        if wait_s := self._enrolments_each.take(asker) or self._enrolments_all.take(""):
            raise _too_many(wait_s)
        try:
            asked = EnrolmentRequest.from_json(await http.whole_body(request, _MOST_REQUEST))
            enrolment = await self._access.enrol(asked)
        except WireError as wrong:
            raise http.RefusedError(RefusalCode.BAD_REQUEST, str(wrong)) from None
        except EnrolmentRefusedError:
            raise http.RefusedError(
                RefusalCode.ENROLMENT_REFUSED, "this code is wrong, used or expired"
            ) from None
        return http.answer(enrolment.to_json(), 201)

    async def _meta(self, request: Request) -> Response:
        meta = RelayMeta(
            contract=CONTRACT,
            version=__version__,
            oldest_desktop=OLDEST_DESKTOP,
            public_url=self._public_url,
            sealing_fingerprint=None,
            now=datetime.now(UTC),
        )
        return http.answer(meta.to_json())

    async def _alive(self, request: Request) -> Response:
        return http.answer(encode({"alive": True}))

    async def _ready(self, request: Request) -> Response:
        ready = await self._health.ready()
        told = encode({"ready": ready, "spool_waits": self._health.spool_waits})
        return http.answer(told, 200 if ready else 503)

    async def _metrics(self, request: Request) -> Response:
        if not is_loopback(http.asker(request)):
            raise http.not_found()
        return http.answer(self._health.metrics(), media_type="text/plain; version=0.0.4")

    async def _openapi(self, request: Request) -> Response:
        return http.answer(encode(openapi.document()))

    async def _grant(self, request: Request) -> Grant:
        """Errors: ``RefusedError``, the same for a missing, wrong, and revoked token."""
        given = request.headers.getlist("authorization")
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        grant = await self._access.grant(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None:
            raise _token_refused()
        return grant


def _token_refused() -> http.RefusedError:
    return http.RefusedError(
        RefusalCode.TOKEN_REFUSED, "this token is not valid", {"www-authenticate": "Bearer"}
    )


def _too_many(wait_s: float) -> http.RefusedError:
    return http.RefusedError(
        RefusalCode.TOO_MANY_REQUESTS, "too often", {"retry-after": str(int(wait_s) + 1)}
    )


def _whole_number(query: dict[str, str], name: str, least: int, most: int, usual: int) -> int:
    text = query.get(name)
    if text is None:
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not least <= int(text) <= most:
        raise http.RefusedError(
            RefusalCode.BAD_REQUEST, f"{name} must be a whole number from {least} to {most}"
        )
    return int(text)
