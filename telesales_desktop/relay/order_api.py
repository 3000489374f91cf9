"""What may a desk ask about orders?"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from telesales_desktop.relay import http, orders
from telesales_desktop.relay.access import Access, now_us
from telesales_desktop.relay.allowance import Allowance
from telesales_desktop.relay.feed import Feed
from telesales_desktop.relay.orders import Decide, Order, Refused, reader_of
from telesales_desktop.relay.store import Store
from telesales_desktop.relay.store_values import AuditEntry, FoundRow, Grant
from telesales_desktop.wire.addresses import ORDER_KEY
from telesales_desktop.wire.claims import ClaimRequest, HandOverRequest
from telesales_desktop.wire.enrolment import Role
from telesales_desktop.wire.orders import (
    MOST_FOUND,
    MOST_ORDERS,
    Found,
    Lookup,
    LookupAnswer,
    OrdersPage,
    RecordKept,
    RecordPut,
    seen_version,
)
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.strict_json import WireError

_MOST_PUT = 192 * 1024
_MOST_REQUEST = 4096
_PAGE_BYTES = 1024 * 1024
_USUAL_ORDERS = 100
_KEY = f"(?P<order_key>{ORDER_KEY.pattern})"
_WHY = {
    RefusalCode.CONFLICT: "there is another version of this order",
    RefusalCode.NOT_HOLDER: "another desk acts on this order",
    RefusalCode.CLAIMED: "another desk has claimed this order",
}
Routes = list[tuple[re.Pattern[str], dict[str, Callable[[Request, Grant], Awaitable[Response]]]]]


class OrderApi:
    """Order records, claims and look-ups. What is not the caller's is one and the same 404."""

    def __init__(self, store: Store, access: Access, feed: Feed) -> None:
        self._store = store
        self._access = access
        self._feed = feed
        self._lookups = Allowance(120, 60)

    def routes(self) -> Routes:
        return [
            (re.compile("/v1/orders"), {"GET": self._list}),
            (re.compile(f"/v1/orders/{_KEY}"), {"GET": self._get, "PUT": self._put}),
            (re.compile(f"/v1/orders/{_KEY}/claim"), {"POST": self._claim}),
            (re.compile(f"/v1/orders/{_KEY}/hand-over"), {"POST": self._hand_over}),
            (re.compile("/v1/lookups"), {"POST": self._look_up}),
        ]

    async def _list(self, request: Request, grant: Grant) -> Response:
        query = http.parameters(request, "after", "limit")
        after = query.get("after", "")
        if after and not ORDER_KEY.fullmatch(after):
            raise http.bad_request("after is not an order key")
        limit = http.whole_number(query, "limit", 1, MOST_ORDERS, _USUAL_ORDERS)
        cursor = self._feed.cursor(grant.merchant)  # before the read: nothing comes in between
        reader = reader_of(grant)
        found = await self._store.orders(grant.merchant, after, limit, _PAGE_BYTES, reader)
        if found.orders:
            self._access.note(grant, "read orders", count=len(found.orders))
        page = OrdersPage(
            orders=tuple(order.record(reader) for order in found.orders),
            next=found.orders[-1].order_key if found.more else None,
            cursor=cursor,
        )
        return http.answer(page.to_json())

    async def _get(self, request: Request, grant: Grant) -> Response:
        order = await self._store.order(grant.merchant, request.path_params["order_key"])
        if order is None or not orders.may_see(order, grant):
            raise http.not_found()
        self._access.note(grant, "read order", order.order_key)
        return http.answer(order.record(reader_of(grant)).to_json())

    async def _put(self, request: Request, grant: Grant) -> Response:
        try:
            seen = seen_version(request.headers.get("if-match", ""))
        except WireError as wrong:
            raise http.bad_request(str(wrong)) from None
        what = await http.body_as(request, RecordPut.from_json, _MOST_PUT)
        if what.version != seen + 1:
            raise http.bad_request("version must follow the one in If-Match")
        decide = orders.put(request.path_params["order_key"], grant, seen, what, now_us())
        order = await self._change(request, grant, decide, "put")
        return http.answer(RecordKept(order.version).to_json())

    async def _claim(self, request: Request, grant: Grant) -> Response:
        asked = await http.body_as(request, ClaimRequest.from_json, _MOST_REQUEST)
        decide = orders.claim(grant, asked, now_us())
        order = await self._change(request, grant, decide, f"claimed: {asked.kind}")
        return http.answer(order.record(reader_of(grant)).to_json())

    async def _hand_over(self, request: Request, grant: Grant) -> Response:
        asked = await http.body_as(request, HandOverRequest.from_json, _MOST_REQUEST)
        people = await self._store.people(grant.merchant)
        if asked.to not in {row.person_id for row in people if row.role != Role.OPERATIONS}:
            raise http.not_found()
        decide = orders.hand_over(grant, asked, now_us())
        order = await self._change(request, grant, decide, f"handed over to {asked.to}")
        return http.answer(order.record(reader_of(grant)).to_json())

    async def _change(self, request: Request, grant: Grant, decide: Decide, what: str) -> Order:
        order_key: str = request.path_params["order_key"]
        audit = AuditEntry(now_us(), grant.merchant, grant.token_id, what, order_key)
        done = await self._store.change_order(grant.merchant, order_key, decide, audit)
        if isinstance(done, Order):
            return done
        raise _refused(done, grant)

    async def _look_up(self, request: Request, grant: Grant) -> Response:
        if wait_s := self._lookups.take(grant.token_id):
            raise http.too_many(wait_s)
        asked = await http.body_as(request, Lookup.from_json, _MOST_REQUEST)
        rows = (
            await self._store.look_up(grant.merchant, asked.tags, MOST_FOUND) if asked.tags else []
        )
        if not self._access.is_valid(grant):
            raise http.token_refused()
        self._access.note(grant, "looked up", count=len(asked.tags))
        return http.answer(LookupAnswer(tuple(map(_found, rows))).to_json())


def _found(row: FoundRow) -> Found:
    return Found(row.tag, row.order_key, row.owner_name, http.instant(row.put_us))


def _refused(refused: Refused, grant: Grant) -> http.RefusedError:
    if refused.order is None:
        return http.not_found()
    record = refused.order.record(reader_of(grant)).members()
    return http.RefusedError(refused.code, _WHY[refused.code], beside={"record": record})
