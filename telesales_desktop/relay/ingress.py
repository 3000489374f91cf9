"""What happens to a webhook, and to the customer's browser when it comes back?"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter

from telesales_desktop.relay import customer_page, http
from telesales_desktop.relay.access import Access, basic_matches, now_us
from telesales_desktop.relay.allowance import Allowance
from telesales_desktop.relay.intake import Intake, NotKeptError
from telesales_desktop.relay.store import NewChange
from telesales_desktop.wire.addresses import CUSTOMER_PATH, HOOK_PATH, ORDER_KEY
from telesales_desktop.wire.feed import MOST_BODY, ChangeKind, Delivery, Landing, Source
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.webhook_body import first_value, is_event, read_fields

SIGNATURE_HEADERS = (b"x-affirm-signature", b"affirm-signature")
"""Affirm's documents use both names; the desk tries whatever came.

Source: docs/checking-webhook-signatures, read 2026-11.
"""

_logger = logging.getLogger(__name__)


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

    async def __call__(self, scope: http.Scope, receive: http.Receive, send: http.Send) -> None:
        request = http.Request(scope, receive)
        try:
            if request.path.startswith(HOOK_PATH):
                await self._hook(request, send)
            elif request.path.startswith(CUSTOMER_PATH):
                await self._customer(request, send)
            else:
                raise http.not_found()
        except http.RefusedError as refused:
            self.counts[refused.refusal.code] += 1
            await http.refuse(send, refused)
        except http.HungUpError:
            self.counts["hung_up"] += 1
        except Exception:
            # Not 200 and not 4xx: whoever sent it must not believe that it is kept.
            _logger.exception("a fault in the ingress")
            await http.refuse(
                send, http.RefusedError(RefusalCode.UNAVAILABLE, "this is the relay's fault")
            )

    async def _hook(self, request: http.Request, send: http.Send) -> None:
        merchant = self._access.hook(request.path.removeprefix(HOOK_PATH))
        if merchant is None:
            raise http.not_found()
        if request.method != "POST":
            raise http.wrong_method("POST")
        if not basic_matches(request.header(b"authorization"), merchant):
            raise http.RefusedError(
                RefusalCode.TOKEN_REFUSED,
                "Basic authentication is required",
                {"www-authenticate": 'Basic realm="webhooks"'},
            )
        await self._keep(
            merchant.merchant,
            Source.WEBHOOK,
            await request.body(MOST_BODY),
            content_type=request.header(b"content-type"),
            signatures=tuple(request.headers(*SIGNATURE_HEADERS)),
        )
        await http.answer(send, 200, b"kept\n", "text/plain")

    async def _customer(self, request: http.Request, send: http.Send) -> None:
        merchant, order_key, landing = _parts(request.path)
        if not self._access.knows(merchant):
            raise http.not_found()
        match request.method:
            case "GET":
                await self._visit(request, merchant, order_key, landing, request.query_bytes)
            case "POST":
                body = await request.body(MOST_BODY)
                await self._visit(request, merchant, order_key, landing, body)
            case "HEAD":
                pass
            case _:
                raise http.wrong_method("GET", "HEAD", "POST")
        page, headers = customer_page.page(landing, request.header(b"accept-language"))
        await http.answer(send, 200, page, "text/html; charset=utf-8", headers)

    async def _visit(
        self, request: http.Request, merchant: str, order_key: str, landing: Landing, body: bytes
    ) -> None:
        """Keep a visit as a hint, if that may be; the customer's page does not depend on it."""
        if self._visits_each.take(request.client) or self._visits_all.take(""):
            self.counts["visits_passed_over"] += 1
            return
        try:
            await self._keep(
                merchant,
                Source.CUSTOMER,
                body[:MOST_BODY],
                content_type="application/x-www-form-urlencoded",
                order_key=order_key,
                landing=landing,
            )
        except http.RefusedError:
            self.counts["visits_passed_over"] += 1

    async def _keep(
        self,
        merchant: str,
        source: Source,
        body: bytes,
        *,
        content_type: str,
        signatures: tuple[str, ...] = (),
        order_key: str | None = None,
        landing: Landing | None = None,
    ) -> None:
        """Errors: ``RefusedError`` (503) if it cannot be kept."""
        fields = read_fields(body)
        named = first_value(fields, "webhook_session_id")
        if order_key is None and ORDER_KEY.fullmatch(named):
            order_key = named
        identity = _identity(merchant, source, landing, order_key, body, signatures)
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
        try:
            await self._intake.keep(
                NewChange(
                    merchant=merchant,
                    kind=ChangeKind.DELIVERY,
                    identity=identity,
                    order_key=order_key,
                    received_us=now_us(),
                    content=delivery.to_json(),
                )
            )
        except NotKeptError:
            raise http.RefusedError(RefusalCode.UNAVAILABLE, "it could not be kept") from None


def _parts(path: str) -> tuple[str, str, Landing]:
    parts = path.removeprefix(CUSTOMER_PATH).split("/")
    if len(parts) != 3 or not ORDER_KEY.fullmatch(parts[1]) or parts[2] not in set(Landing):
        raise http.not_found()
    return parts[0], parts[1], Landing(parts[2])


def _identity(
    merchant: str,
    source: str,
    landing: str | None,
    order_key: str | None,
    body: bytes,
    signatures: tuple[str, ...],
) -> bytes:
    """Equal for what is the same again, byte for byte; each part's length keeps them apart."""
    parts = [merchant, source, landing or "", order_key or "", *signatures]
    whole = hashlib.sha256()
    for part in (body, *(part.encode() for part in parts)):
        whole.update(b"%d:%b" % (len(part), part))
    return whole.digest()
