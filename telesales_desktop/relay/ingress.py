"""What happens to a webhook, and to the customer's browser when it comes back?"""

from __future__ import annotations

import hashlib
from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from telesales_desktop.relay import customer_page, http
from telesales_desktop.relay.access import Access, basic_matches, now_us
from telesales_desktop.relay.allowance import Allowance
from telesales_desktop.relay.intake import Intake
from telesales_desktop.relay.sealer import Sealer
from telesales_desktop.relay.store_values import Merchant, NewDelivery
from telesales_desktop.wire.addresses import CUSTOMER_PATH, HOOK_PATH, ORDER_KEY
from telesales_desktop.wire.feed import MOST_BODY, Landing, Source
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.sealing import DeliveryContent, checkout_hash
from telesales_desktop.wire.webhook_body import first_value, is_event, read_fields

SIGNATURE_HEADERS = (b"x-affirm-signature", b"affirm-signature")
"""Affirm's documents use both names; the desk tries whatever came.

Source: docs/checking-webhook-signatures, read 2026-11.
"""

_KEPT = http.Ready(b"kept\n", "text/plain")


class Ingress:
    """The ASGI application of the listener that Affirm and customers reach.

    A webhook is answered 200 when it is on the disk, whatever is in it: Affirm does not send it
    again. It is never limited in rate.
    """

    def __init__(self, access: Access, intake: Intake) -> None:
        self._access = access
        self._intake = intake
        self._sealer = Sealer()
        # Visits are hints; without a limit anybody could fill the disk through them.
        self._visits_each = Allowance(60, 600)
        self._visits_all = Allowance(6000, 60)
        self.counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = self._answer(scope, receive)
        self.counts[await http.respond(answering, scope, receive, send)] += 1

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        path: str = scope["path"]
        if path.startswith(HOOK_PATH):
            return await self._hook(scope, receive, path.removeprefix(HOOK_PATH))
        if path.startswith(CUSTOMER_PATH):
            parts = path.removeprefix(CUSTOMER_PATH).split("/")
            return await self._customer(Request(scope, receive), parts)
        raise http.not_found()

    async def _hook(self, scope: Scope, receive: Receive, path_secret: str) -> Response:
        merchant = self._access.hook(path_secret)
        if merchant is None:
            raise http.not_found()
        if scope["method"] != "POST":
            raise http.wrong_method("POST")
        headers = http.first_headers(scope)
        if not basic_matches(headers.get(b"authorization", b"").decode("latin-1"), merchant):
            raise http.RefusedError(
                RefusalCode.TOKEN_REFUSED,
                "Basic authentication is required",
                {"www-authenticate": 'Basic realm="webhooks"'},
            )
        if merchant.sealing_key is None:
            raise http.RefusedError(RefusalCode.UNAVAILABLE, "there is no sealing key yet")
        body = await http.body_of(scope, receive, MOST_BODY)
        signatures = [
            value.decode("latin-1") for name, value in scope["headers"] if name in SIGNATURE_HEADERS
        ]
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        content = DeliveryContent(content_type[:256], tuple(signatures), body, None)
        if not await self._keep(merchant, merchant.sealing_key, Source.WEBHOOK, content):
            raise http.RefusedError(RefusalCode.UNAVAILABLE, "it could not be kept")
        return _KEPT

    async def _customer(self, request: Request, parts: list[str]) -> Response:
        if len(parts) != 3 or not ORDER_KEY.fullmatch(parts[1]) or parts[2] not in set(Landing):
            raise http.not_found()
        merchant, order_key, landing = self._access.merchant(parts[0]), parts[1], Landing(parts[2])
        if merchant is None:
            raise http.not_found()
        if request.method not in ("GET", "HEAD", "POST"):
            raise http.wrong_method("GET", "HEAD", "POST")
        brought: bytes = request.scope["query_string"]
        if request.method == "POST":
            brought = await http.whole_body(request, MOST_BODY)
        if request.method != "HEAD" and not await self._visit(
            request, merchant, order_key, landing, brought[:MOST_BODY]
        ):
            self.counts["visits_passed_over"] += 1
        page, headers = customer_page.page(landing, request.headers.get("accept-language", ""))
        return http.answer(page, media_type="text/html", headers=headers)

    async def _visit(
        self, request: Request, merchant: Merchant, order_key: str, landing: Landing, brought: bytes
    ) -> bool:
        """Keep a visit as a hint, if that may be; the customer's page does not depend on it."""
        if merchant.sealing_key is None:
            return False
        if self._visits_each.take(http.counted_asker(request)) or self._visits_all.take(""):
            return False
        form = "application/x-www-form-urlencoded"
        content = DeliveryContent(form, (), brought, landing)
        return await self._keep(merchant, merchant.sealing_key, Source.CUSTOMER, content, order_key)

    async def _keep(
        self,
        merchant: Merchant,
        sealing_key: bytes,
        source: Source,
        content: DeliveryContent,
        order_key: str | None = None,
    ) -> bool:
        """Whether it is on the disk. It is read here, in memory, for whose it is, then sealed."""
        name, body = merchant.merchant, content.body
        fields = read_fields(body)
        named = first_value(fields, "webhook_session_id")
        if order_key is None and ORDER_KEY.fullmatch(named):
            order_key = named
        checkout_id = first_value(fields, "checkout_token")
        identity = _identity(
            body, name, source, content.landing or "", order_key or "", *content.signatures
        )
        received_us = now_us()
        news = bool(checkout_id) or is_event(fields)
        poison = not news and (source is Source.WEBHOOK or bool(body))
        self.counts[source] += 1
        self.counts["poison"] += poison
        return await self._intake.keep(
            NewDelivery(
                merchant=name,
                identity=identity,
                source=str(source),  # plain, as it goes to another process
                order_key=order_key,
                checkout_hash=checkout_hash(name, checkout_id) if checkout_id else None,
                poison=poison,
                received_us=received_us,
                content=self._sealer.seal(name, sealing_key, identity.hex(), received_us, content),
            )
        )


def _identity(body: bytes, *parts: str) -> bytes:
    """Equal for what is the same again, byte for byte; each part's length keeps them apart."""
    whole = [b"%d:%b" % (len(body), body)]
    for part in parts:
        octets = part.encode()
        whole.append(b"%d:%b" % (len(octets), octets))
    return hashlib.sha256(b"".join(whole)).digest()
