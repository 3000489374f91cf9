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
from telesales_desktop.relay.store import NewChange
from telesales_desktop.wire.addresses import CUSTOMER_PATH, HOOK_PATH, ORDER_KEY
from telesales_desktop.wire.feed import MOST_BODY, ChangeKind, Delivery, Landing, Source
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.webhook_body import first_value, is_event, read_fields

SIGNATURE_HEADERS = (b"x-affirm-signature", b"affirm-signature")
"""Affirm's documents use both names; the desk tries whatever came.

Source: docs/checking-webhook-signatures, read 2026-11.
"""


class Ingress:
    """The ASGI application of the listener that Affirm and customers reach.

    A webhook is answered 200 when it is on the disk, whatever is in it: Affirm does not send it
    again. It is never limited in rate.
    """

    def __init__(self, access: Access, intake: Intake) -> None:
        self._access = access
        self._intake = intake
        # Visits are hints; without a limit anybody could fill the disk through them.
        self._visits_each = Allowance(60, 600)
        self._visits_all = Allowance(6000, 60)
        self.counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.counts[await http.respond(self._answer, scope, receive, send)] += 1

    async def _answer(self, request: Request) -> Response:
        path: str = request.scope["path"]
        if path.startswith(HOOK_PATH):
            return await self._hook(request, path.removeprefix(HOOK_PATH))
        if path.startswith(CUSTOMER_PATH):
            return await self._customer(request, path.removeprefix(CUSTOMER_PATH).split("/"))
        raise http.not_found()

    async def _hook(self, request: Request, path_secret: str) -> Response:
        merchant = self._access.hook(path_secret)
        if merchant is None:
            raise http.not_found()
        if request.method != "POST":
            raise http.wrong_method("POST")
        if not basic_matches(request.headers.get("authorization", ""), merchant):
            raise http.RefusedError(
                RefusalCode.TOKEN_REFUSED,
                "Basic authentication is required",
                {"www-authenticate": 'Basic realm="webhooks"'},
            )
        body = await http.whole_body(request, MOST_BODY)
        signatures = [
            value.decode("latin-1")
            for name, value in request.headers.raw
            if name in SIGNATURE_HEADERS
        ]
        content_type = request.headers.get("content-type", "")
        if not await self._keep(
            merchant.merchant, Source.WEBHOOK, body, content_type, tuple(signatures)
        ):
            raise http.RefusedError(RefusalCode.UNAVAILABLE, "it could not be kept")
        return http.answer(b"kept\n", media_type="text/plain")

    async def _customer(self, request: Request, parts: list[str]) -> Response:
        if len(parts) != 3 or not ORDER_KEY.fullmatch(parts[1]) or parts[2] not in set(Landing):
            raise http.not_found()
        merchant, order_key, landing = parts[0], parts[1], Landing(parts[2])
        if not self._access.knows(merchant):
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
        self, request: Request, merchant: str, order_key: str, landing: Landing, brought: bytes
    ) -> bool:
        """Keep a visit as a hint, if that may be; the customer's page does not depend on it."""
        if self._visits_each.take(http.asker(request)) or self._visits_all.take(""):
            return False
        form = "application/x-www-form-urlencoded"
        return await self._keep(
            merchant, Source.CUSTOMER, brought, form, order_key=order_key, landing=landing
        )

    async def _keep(
        self,
        merchant: str,
        source: Source,
        body: bytes,
        content_type: str,
        signatures: tuple[str, ...] = (),
        order_key: str | None = None,
        landing: Landing | None = None,
    ) -> bool:
        """Whether it is on the disk."""
        fields = read_fields(body)
        named = first_value(fields, "webhook_session_id")
        if order_key is None and ORDER_KEY.fullmatch(named):
            order_key = named
        identity = _identity(body, merchant, source, landing or "", order_key or "", *signatures)
        delivery = Delivery(
            delivery_id=identity.hex(),
            merchant=merchant,
            source=source,
            content_type=content_type[:256],
            signatures=signatures,
            body=body,
            order_key=order_key,
            landing=landing,
            poison=not is_event(fields) and (source is Source.WEBHOOK or bool(body)),
        )
        self.counts[source] += 1
        self.counts["poison"] += delivery.poison
        return await self._intake.keep(
            NewChange(
                merchant, ChangeKind.DELIVERY, identity, order_key, now_us(), delivery.to_json()
            )
        )


def _identity(body: bytes, *parts: str) -> bytes:
    """Equal for what is the same again, byte for byte; each part's length keeps them apart."""
    whole = hashlib.sha256()
    for part in (body, *(part.encode() for part in parts)):
        whole.update(b"%d:%b" % (len(part), part))
    return whole.digest()
