"""What do workstations, and those who run the relay, get from it?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from telesales_desktop import __version__
from telesales_desktop.relay import http
from telesales_desktop.relay.access import Access, EnrolmentRefusedError
from telesales_desktop.relay.allowance import Allowance
from telesales_desktop.relay.feed import Feed, Page, TokenRevokedError
from telesales_desktop.relay.health import Health
from telesales_desktop.relay.order_api import OrderApi
from telesales_desktop.relay.people_api import PeopleApi
from telesales_desktop.relay.store import Store
from telesales_desktop.relay.store_values import Grant, Merchant
from telesales_desktop.wire import openapi
from telesales_desktop.wire.addresses import is_loopback
from telesales_desktop.wire.enrolment import EnrolmentRequest, Role
from telesales_desktop.wire.feed import CURSOR, MOST_CHANGES, MOST_WAIT_S
from telesales_desktop.wire.meta import CONTRACT, RelayMeta
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.sealing import fingerprint
from telesales_desktop.wire.strict_json import encode

OLDEST_DESKTOP = "0.1.0"
_MOST_REQUEST = 4096
_USUAL_CHANGES = 100
_Handler = Callable[[Request], Awaitable[Response]]
_TokenHandler = Callable[[Request, Grant], Awaitable[Response]]


class DeskApi:
    """The ASGI application of the listener that workstations reach."""

    def __init__(
        self,
        store: Store,
        access: Access,
        feed: Feed,
        health: Health,
        public_url: str,
        hosts: Collection[str] = (),
        *,
        development: bool,
    ) -> None:
        self._access = access
        self._feed = feed
        self._health = health
        self._public_url = public_url
        self._hosts = {urlsplit(public_url).hostname or "", *(host.lower() for host in hosts)}
        # The page that was answered last: all who wake together get the same.
        self._answered: tuple[Page | None, Response] = None, http.Ready(b"")
        self._polls = Allowance(200, 10)
        self._requests = Allowance(300, 10)
        self._unknown = Allowance(120, 60)
        self._enrolments_each = Allowance(20, 3600)
        self._enrolments_all = Allowance(200, 3600)
        self._open: dict[tuple[str, str], _Handler] = {
            ("GET", "/v1/meta"): self._meta,
            ("POST", "/v1/enrolments"): self._enrol,
            ("GET", "/healthz"): self._alive,
            ("GET", "/readyz"): self._ready,
            ("GET", "/metrics"): self._metrics,
        }
        if development:
            self._open["GET", "/openapi.json"] = self._openapi
        orders, people = OrderApi(store, access, feed), PeopleApi(store, access)
        self._routes: list[tuple[re.Pattern[str], dict[str, _TokenHandler]]] = [
            (re.compile("/v1/changes"), {"GET": self._changes}),
            *orders.routes(),
            *people.routes(),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await http.respond(self._answer(Request(scope, receive)), scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if not http.is_host_of(request, self._hosts):
            raise http.bad_request("it is not served under this name; see serve --host NAME")
        method = "GET" if request.method == "HEAD" else request.method
        path: str = request.scope["path"]
        if handler := self._open.get((method, path)):
            return await self._without_token(request, handler)
        if allowed := [known for known, of in self._open if of == path]:
            raise http.wrong_method(*allowed)
        for pattern, handlers in self._routes:
            if found := pattern.fullmatch(path):
                if method not in handlers:
                    raise http.wrong_method(*handlers)
                request.scope["path_params"] = found.groupdict()
                return await self._with_token(request, handlers[method])
        raise http.not_found()

    async def _without_token(self, request: Request, handler: _Handler) -> Response:
        if wait_s := self._requests.take("address " + http.counted_asker(request)):
            raise http.too_many(wait_s)
        return await handler(request)

    async def _with_token(self, request: Request, handler: _TokenHandler) -> Response:
        grant = await self._grant(request)
        if grant is None:
            if wait_s := self._unknown.take(http.counted_asker(request)):
                raise http.too_many(wait_s)
            raise http.token_refused()
        if grant.role == Role.OPERATIONS:
            raise http.not_found()
        if wait_s := self._requests.take(grant.token_id):
            raise http.too_many(wait_s)
        request.scope[http.STILL] = lambda: self._access.is_valid(grant)
        answer = await handler(request, grant)
        if request.method in ("GET", "HEAD") and not self._access.is_valid(grant):
            raise http.token_refused()  # it was read while the token ended
        return answer

    async def _grant(self, request: Request) -> Grant | None:
        """Whose token it is; None alike for a missing, a wrong, and a revoked one."""
        given = http.headers_of(request, b"authorization")
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        return await self._access.grant(token.strip()) if scheme.lower() == "bearer" else None

    async def _changes(self, request: Request, grant: Grant) -> Response:
        query = http.parameters(request, "after", "wait", "limit")
        after = query.get("after", "")
        if after and not CURSOR.fullmatch(after):
            raise http.bad_request("after is not a cursor")
        limit = http.whole_number(query, "limit", 1, MOST_CHANGES, _USUAL_CHANGES)
        patience_s = http.whole_number(query, "wait", 0, MOST_WAIT_S, 0)
        pause_s = self._polls.take(grant.token_id)
        if pause_s > patience_s:
            raise http.too_many(pause_s)
        await asyncio.sleep(pause_s)  # a busy log must not wake its desks without end
        try:
            page = await self._feed.page(grant, after or None, limit=limit, wait_s=patience_s)
        except TokenRevokedError:
            raise http.token_refused() from None
        if page.count:
            self._access.note(grant, "read changes", count=page.count)
        if page is not self._answered[0]:
            self._answered = page, http.Ready(page.content)
        return self._answered[1]

    async def _enrol(self, request: Request) -> Response:
        asker = http.counted_asker(request)
        if wait_s := self._enrolments_each.take(asker) or self._enrolments_all.take(""):
            raise http.too_many(wait_s)
        asked = await http.body_as(request, EnrolmentRequest.from_json, _MOST_REQUEST)
        try:
            enrolment = await self._access.enrol(asked)
        except EnrolmentRefusedError:
            raise http.RefusedError(
                RefusalCode.ENROLMENT_REFUSED, "this code is wrong, used or expired"
            ) from None
        return http.answer(enrolment.to_json(), 201)

    async def _meta(self, request: Request) -> Response:
        merchant = await self._asking_merchant(request)
        sealing_key = merchant.sealing_key if merchant is not None else None
        meta = RelayMeta(
            contract=CONTRACT,
            version=__version__,
            oldest_desktop=OLDEST_DESKTOP,
            public_url=self._public_url,
            sealing_fingerprint=fingerprint(sealing_key) if sealing_key else None,
            now=datetime.now(UTC),
        )
        return http.answer(meta.to_json())

    async def _asking_merchant(self, request: Request) -> Merchant | None:
        """The token's; without one, the only one there is."""
        grant = await self._grant(request)
        if grant is not None:
            return self._access.merchant(grant.merchant)
        merchants = list(self._access.merchants)
        return merchants[0] if len(merchants) == 1 else None

    async def _alive(self, request: Request) -> Response:
        return http.answer(encode({"alive": True}))

    async def _ready(self, request: Request) -> Response:
        readiness = await self._health.readiness()
        return http.answer(encode(readiness), 200 if readiness["ready"] else 503)

    async def _metrics(self, request: Request) -> Response:
        if not is_loopback(http.asker(request)):
            grant = await self._grant(request)
            if grant is None or grant.role != Role.OPERATIONS:
                raise http.not_found()
        return http.answer(self._health.metrics(), media_type="text/plain; version=0.0.4")

    async def _openapi(self, request: Request) -> Response:
        return http.answer(encode(openapi.document()))
