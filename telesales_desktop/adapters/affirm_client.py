"""How does the program speak to Affirm? One method a call, one request a call, no retry."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from telesales_desktop.adapters import affirm_answers
from telesales_desktop.adapters.affirm_hosts import bind_origin, default_affirm_url
from telesales_desktop.adapters.affirm_listing import read_pages
from telesales_desktop.adapters.affirm_payload import affirm_locale, checkout_body, wire_time
from telesales_desktop.adapters.affirm_verdicts import (
    accepted_json,
    accepted_object,
    accepted_page,
)
from telesales_desktop.adapters.strict_json import JsonObject
from telesales_desktop.adapters.tls_context import shared_tls_context
from telesales_desktop.application.ports import (
    CheckoutRequest,
    CheckoutSnapshot,
    Credentials,
    ListedEvent,
)
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import AffirmRejectedError, OutcomeUnknownError
from telesales_desktop.domain.events import Accepted, CheckoutAccepted
from telesales_desktop.domain.keys import canonical_body
from telesales_desktop.domain.money import Environment
from telesales_desktop.domain.order import OperationKind, Transaction

if TYPE_CHECKING:
    import httpx

    from telesales_desktop.adapters.affirm_exchange import AffirmExchange, Answer

_CHECKOUT = "/api/v2/checkout"
_TRANSACTIONS = "/api/v1/transactions"
_PATHS = {
    OperationKind.CAPTURE: "/capture",
    OperationKind.PARTIAL_CAPTURE: "/capture",
    OperationKind.REFUND: "/refund",
    OperationKind.VOID: "/void",
    OperationKind.UPDATE: "",  # Affirm's reference; one of its modules appends /update
}
_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_LISTING_CALLS = 3
"""A whole listing may take this many times the deadline of one call."""


class AffirmClient:
    """Affirm for one profile; implements ``AffirmGateway``.

    Bound at construction to one origin of the profile's environment and country; httpx and the
    TLS context are loaded by the first call, off the loop. ``credentials`` is asked at each call,
    so that no key rests here. ``on_server_date`` is given the ``Date`` header of fresh answers.
    Errors: ``SettingsError`` for an address that the profile may not speak to.
    """

    def __init__(
        self,
        profile: Profile,
        credentials: Callable[[], Awaitable[Credentials]],
        *,
        on_server_date: Callable[[str], None] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        url = profile.affirm_url or default_affirm_url(profile.environment, profile.country)
        self._origin = bind_origin(profile.environment, profile.country, url)
        self._profile = profile
        self._credentials = credentials
        self._on_server_date = on_server_date
        self._transport = transport
        self._wall = wall
        self._exchange: AffirmExchange | None = None
        self._opening = asyncio.Lock()

    async def store_checkout(self, request: CheckoutRequest) -> CheckoutAccepted:
        """Send the customer a link.

        Errors: ``SettingsError`` not sent, the profile or the request lacks a URL or the
        merchant's name; the rest as the protocol says. Never sent again by machinery: Affirm
        documents no idempotency key here.
        Source: POST /api/v2/checkout/store (or /telesales, by setting).
        """
        checkout_body(request, self._profile, public_key="")  # refuses before any I/O
        called_at = self._wall()
        credentials = await self._credentials()
        body = checkout_body(request, self._profile, public_key=credentials.public_key)
        answer = await self._send(
            "POST",
            f"{_CHECKOUT}/{self._profile.store_path.value}",
            body=canonical_body(body),
            credentials=credentials,
            called_at=called_at,
        )
        return affirm_answers.checkout_accepted(
            accepted_object(answer),
            environment=self._profile.environment,
            expires_at=request.expires_at,
            request_id=answer.request_id,
        )

    async def resend_checkout(self, checkout_id: str) -> CheckoutAccepted:
        """Ask Affirm to send the same link to the same people again.

        Source: POST /api/v2/checkout/resend; refused as ``checkout-unable-to-resend``.
        """
        body = canonical_body({"checkout_id": _identifier(checkout_id)})
        answer = await self._send("POST", f"{_CHECKOUT}/resend", body=body)
        return affirm_answers.checkout_accepted(
            accepted_object(answer),
            environment=self._profile.environment,
            expires_at=None,
            request_id=answer.request_id,
        )

    async def read_checkout(self, checkout_id: str) -> CheckoutSnapshot:
        """What Affirm knows of a checkout. Source: GET /api/v2/checkout/{checkout_id}."""
        answer = await self._send("GET", f"{_CHECKOUT}/{_identifier(checkout_id)}")
        return affirm_answers.checkout_snapshot(
            accepted_object(answer), checkout_id=checkout_id, request_id=answer.request_id
        )

    async def update_checkout(
        self,
        checkout_id: str,
        *,
        order_id: str | None = None,
        shipping_carrier: str | None = None,
        shipping_confirmation: str | None = None,
    ) -> None:
        """Change what may be changed of a checkout (never its price).

        Source: POST /api/v2/checkout/{checkout_id}/update.
        """
        given = {
            "order_id": order_id,
            "shipping_carrier": shipping_carrier,
            "shipping_confirmation": shipping_confirmation,
        }
        body = canonical_body({name: value for name, value in given.items() if value is not None})
        path = f"{_CHECKOUT}/{_identifier(checkout_id)}/update"
        accepted_object(await self._send("POST", path, body=body))

    async def perform(
        self, kind: OperationKind, subject_id: str, *, body: str, idempotency_key: str
    ) -> Accepted:
        """Send one money command, once; ``body`` goes out byte for byte.

        Source: POST /api/v1/transactions and its children; ``Idempotency-Key`` on every one.
        """
        path = _TRANSACTIONS
        if kind is not OperationKind.AUTHORIZE:
            path = f"{_TRANSACTIONS}/{_identifier(subject_id)}{_PATHS[kind]}"
        if not _KEY.fullmatch(idempotency_key):
            raise AffirmRejectedError(http_status=0, reason="malformed_idempotency_key")
        answer = await self._send(
            "POST", path, body=body, headers={"Idempotency-Key": idempotency_key}
        )
        found = accepted_object(answer)
        return affirm_answers.operation_accepted(kind, found, request_id=answer.request_id)

    async def read_transaction(self, transaction_id: str) -> Transaction:
        """A transaction with its events. Source: GET /api/v1/transactions/{id}?expand=events."""
        path = f"{_TRANSACTIONS}/{_identifier(transaction_id)}"
        answer = await self._send("GET", path, params={"expand": "events"})
        return affirm_answers.transaction(
            accepted_object(answer), expanded=True, request_id=answer.request_id
        )

    async def list_transactions(self, *, since: datetime) -> tuple[Sequence[Transaction], bool]:
        """Transactions created since, newest first; false when the pages did not end.

        Source: GET /api/v1/transactions?limit=&before=&after=.
        """
        entries, complete = await self._pages(
            _TRANSACTIONS, {}, before="before", after="after", since=since
        )
        found = [affirm_answers.listed_transaction(entry) for entry in entries]
        readable = [item for item in found if item is not None]
        recent = [item for item in readable if item.created_at is None or item.created_at >= since]
        # One entry that cannot be read may be the very one that is looked for.
        return sorted(recent, key=_created, reverse=True), complete and None not in found

    async def list_events(self, *, since: datetime) -> Sequence[ListedEvent]:
        """Every transaction event since, paged to the end.

        Errors: ``OutcomeUnknownError`` also when the pages do not end.
        Source: GET /api/v1/transactions/events; its documented default page is five.
        """
        entries, complete = await self._pages(
            f"{_TRANSACTIONS}/events",
            {
                "transaction_type": "charge",
                "transaction_event_type": "all",
                "after_date": wire_time(since),
            },
            before="before_ari",
            after="after_ari",
        )
        if not complete:
            raise OutcomeUnknownError("listing_did_not_end")
        return [affirm_answers.listed_event(entry, request_id="") for entry in entries]

    async def try_keys(self) -> str:
        """A harmless read that tells whether Affirm takes the keys; returns Affirm's request id.

        Errors: ``AffirmCredentialsError`` the keys are refused; the rest as the protocol says.
        """
        answer = await self._send("GET", _TRANSACTIONS, params={"limit": "1"})
        accepted_json(answer)
        return answer.request_id

    async def close(self) -> None:
        """Close the pool, if there is one."""
        async with self._opening:
            exchange, self._exchange = self._exchange, None
        if exchange is not None:
            await exchange.close()

    async def _pages(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        before: str,
        after: str,
        since: datetime | None = None,
    ) -> tuple[list[JsonObject], bool]:
        async def fetch(paging: dict[str, str]) -> Sequence[JsonObject]:
            return accepted_page(await self._send("GET", path, params={**query, **paging}))

        try:
            async with asyncio.timeout(_LISTING_CALLS * self._profile.call_timeout_s):
                return await read_pages(fetch, before=before, after=after, since=since)
        except TimeoutError:
            raise OutcomeUnknownError("deadline") from None

    async def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        credentials: Credentials | None = None,
        called_at: datetime | None = None,
    ) -> Answer:
        if method == "POST" and called_at is None:  # a read that is late does no harm
            called_at = self._wall()
        keys = credentials or await self._credentials()
        sent = {"Country-Code": self._profile.country.alpha3, **(headers or {})}
        if path.startswith(_CHECKOUT):
            sent["affirm-locale"] = affirm_locale(self._profile)
        exchange = await self._open()
        return await exchange.send(
            method,
            path,
            credentials=keys,
            params=params,
            body=None if body is None else body.encode(),
            headers=sent,
            called_at=called_at,
        )

    async def _open(self) -> AffirmExchange:
        async with self._opening:
            if self._exchange is None:
                simulator = self._profile.environment is Environment.SIMULATOR
                context = None if simulator else await shared_tls_context()
                self._exchange = await asyncio.to_thread(self._make_exchange, context)
            return self._exchange

    def _make_exchange(self, context: object) -> AffirmExchange:
        # Off the loop: importing httpx for the first time takes longer than a frame.
        from telesales_desktop.adapters.affirm_exchange import AffirmExchange, open_transport

        return AffirmExchange(
            self._origin,
            self._transport or open_transport(context),
            timeout_s=self._profile.call_timeout_s,
            on_server_date=self._on_server_date,
            wall=self._wall,
        )


def _identifier(value: str) -> str:
    """``value``, if it may be a part of a path: ids also come in with webhooks.

    Errors: ``AffirmRejectedError`` with status 0; nothing was sent.
    """
    if not affirm_answers.IDENTIFIER.fullmatch(value):
        raise AffirmRejectedError(http_status=0, reason="malformed_id")
    return value


def _created(item: Transaction) -> datetime:
    return item.created_at or datetime.min.replace(tzinfo=UTC)
