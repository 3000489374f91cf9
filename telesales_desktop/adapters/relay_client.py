"""What may a desk ask of its relay? One method a question of the contract."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import httpx

from telesales_desktop.adapters.relay_link import (
    CALL_TIMEOUT_S,
    TOO_LARGE,
    Answer,
    RelayLink,
    Value,
    expect,
    value,
)
from telesales_desktop.application.ports import Cursor, FeedPage, StoredDelivery
from telesales_desktop.application.sharing_ports import NotYoursError
from telesales_desktop.domain.relay_errors import RelayAnswerError, RelayEnrolmentRefusedError
from telesales_desktop.wire.claims import ClaimRequest, HandOverRequest
from telesales_desktop.wire.enrolment import Enrolment, EnrolmentRequest
from telesales_desktop.wire.feed import MOST_CHANGES, MOST_WAIT_S, Change, ChangesPage, Delivery
from telesales_desktop.wire.meta import RelayMeta
from telesales_desktop.wire.orders import (
    MOST_ORDERS,
    Lookup,
    LookupAnswer,
    OrderRecord,
    OrdersPage,
    RecordKept,
    RecordPut,
    if_match,
)
from telesales_desktop.wire.people import People, PersonKeyPut
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.sealing_answers import Sealing, WrapPut
from telesales_desktop.wire.strict_json import WireError, decode


class FasterError(Exception):
    """Somebody else was faster: 409, with the newest record. Never leaves this room."""

    def __init__(self, code: RefusalCode, record: OrderRecord) -> None:
        super().__init__(code)
        self.refusal = code
        self.record = record


class RelayClient:
    """The relay as the contract has it: what it says is read strictly, opened and checked nowhere.

    One request a call; nothing is retried. Errors of every call: ``RelayUnreachableError``,
    ``RelayBusyError``, ``RelayAnswerError``, and ``RelayTokenRefusedError`` where a token is sent.
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
        self._link = RelayLink(relay_url, read_token, transport=transport, timeout_s=timeout_s)
        self._most = MOST_CHANGES  # how many entries of a page fit into an answer, as it turned out

    async def meta(self) -> RelayMeta:
        """What the relay tells anyone: its version, and where Affirm and customers reach it."""
        answer = await self._link.ask("GET", "/v1/meta")
        return await value(answer, 200, RelayMeta.from_json)

    # --- who works here --------------------------------------------------------------------

    async def enrol(self, code: str, workstation: str) -> Enrolment:
        """Turn a one-time code into this workstation's token.

        Errors: ``RelayEnrolmentRefusedError`` wrong, used or expired; ``RelayUnreachableError`` the
        answer is lost, and the code may be used up.
        """
        body = EnrolmentRequest(code, workstation).to_json()
        answer = await self._link.ask("POST", "/v1/enrolments", body=body)
        if answer.refused(403, RefusalCode.ENROLMENT_REFUSED):
            raise RelayEnrolmentRefusedError
        return await value(answer, 201, Enrolment.from_json)

    async def leave(self) -> None:
        """Make this workstation's token worthless."""
        expect(await self._link.ask_as_desk("DELETE", "/v1/token"), 200, 204)

    async def people(self) -> People:
        """Everybody of the merchant, with their keys."""
        answer = await self._link.ask_as_desk("GET", "/v1/people")
        return await value(answer, 200, People.from_json)

    async def put_person_key(self, key: PersonKeyPut) -> None:
        """Tell the public half of this person's key."""
        answer = await self._link.ask_as_desk("PUT", "/v1/person-key", body=key.to_json())
        expect(answer, 200, 201, 204)

    # --- sealing ---------------------------------------------------------------------------

    async def sealing(self) -> Sealing:
        """The merchant's sealing key, and the data key as each API key opens it."""
        answer = await self._link.ask_as_desk("GET", "/v1/sealing")
        return await value(answer, 200, Sealing.from_json)

    async def put_wrap(self, wrap_id: str, blob: bytes) -> None:
        """Add a wrap; one that is there is never replaced.

        Errors: ``RelayAnswerError`` ``conflict`` (another blob has that name), ``too_many``.
        """
        path = f"/v1/sealing/{wrap_id}"
        answer = await self._link.ask_as_desk("PUT", path, body=WrapPut(blob).to_json())
        expect(answer, 200, 201, 204)

    # --- the feed --------------------------------------------------------------------------

    async def changes(self, after: Cursor | None, *, wait_s: float, limit: int) -> FeedPage:
        """The next deliveries as they came, and nothing else. Units: seconds.

        Changes of another kind are passed over with the cursor; what is sealed stays so.
        """
        page = await self.changes_page(after, wait_s=wait_s, limit=limit)
        return FeedPage(
            deliveries=tuple(stored(each, each.delivery) for each in page.changes if each.delivery),
            cursor=Cursor(epoch=page.epoch, position=page.next),
            gap=page.gap,
            more=page.more,
        )

    async def changes_page(self, after: Cursor | None, *, wait_s: float, limit: int) -> ChangesPage:
        """The next changes; waits for some where there are none. Units: seconds.

        A page that is larger than a desk takes in is refused; the next call asks for a shorter one.
        """
        wait = int(min(max(wait_s, 0), MOST_WAIT_S))
        query = {"wait": str(wait)}
        if after is not None and after.position:
            query["after"] = after.position
        return await self._page(
            "/v1/changes", query, min(max(limit, 1), MOST_CHANGES), ChangesPage.from_json, wait
        )

    # --- order records ---------------------------------------------------------------------

    async def orders(self, after: str, *, limit: int) -> OrdersPage:
        """The newest records after an order key, a page a call.

        Pages go on from their last record: one that leads back, or nowhere, would never end.
        """
        query = {"after": after} if after else {}
        most = min(max(limit, 1), MOST_ORDERS)
        page = await self._page("/v1/orders", query, most, OrdersPage.from_json)
        last = page.orders[-1].order_key if page.orders else ""
        if page.next is not None and (page.next != last or last <= after):
            raise RelayAnswerError("endless", http_status=HTTPStatus.OK)
        return page

    async def order(self, order_key: str) -> OrderRecord:
        """The newest record of one order. Errors: ``NotYoursError``."""
        answer = await self._link.ask_as_desk("GET", f"/v1/orders/{order_key}")
        return await _record(answer, order_key)

    async def put(self, order_key: str, record: RecordPut) -> RecordKept:
        """Replace the version before ``record``'s. Errors: ``FasterError``; ``NotYoursError``.

        Another version than was put is no answer: kept as seen, it would have every later record of
        the order refused as an old one.
        """
        answer = await self._link.ask_as_desk(
            "PUT",
            f"/v1/orders/{order_key}",
            headers={"if-match": if_match(record.version - 1)},
            body=record.to_json(),
        )
        _own(answer, order_key)
        kept = await value(answer, 200, RecordKept.from_json)
        if kept.version != record.version:
            raise RelayAnswerError("another_version", http_status=answer.status)
        return kept

    async def claim(self, order_key: str, claim: ClaimRequest) -> OrderRecord:
        """Errors: ``FasterError``; ``NotYoursError``."""
        path = f"/v1/orders/{order_key}/claim"
        answer = await self._link.ask_as_desk("POST", path, body=claim.to_json())
        return await _record(answer, order_key, claim.version)

    async def hand_over(self, order_key: str, hand_over: HandOverRequest) -> OrderRecord:
        """Errors: ``FasterError``; ``NotYoursError``."""
        path = f"/v1/orders/{order_key}/hand-over"
        answer = await self._link.ask_as_desk("POST", path, body=hand_over.to_json())
        return await _record(answer, order_key, hand_over.version)

    async def look_up(self, tags: tuple[str, ...]) -> LookupAnswer:
        """Which orders of the merchant have one of these tags."""
        body = Lookup(tags).to_json()
        answer = await self._link.ask_as_desk("POST", "/v1/lookups", body=body)
        return await value(answer, 200, LookupAnswer.from_json)

    async def close(self) -> None:
        await self._link.close()

    async def _page(
        self,
        path: str,
        query: dict[str, str],
        limit: int,
        read: Callable[[bytes], Value],
        wait_s: int = 0,
    ) -> Value:
        asked = min(limit, self._most)
        query["limit"] = str(asked)
        try:
            answer = await self._link.ask_as_desk("GET", path, query=query, wait_s=wait_s)
        except RelayAnswerError as error:
            if error.problem == TOO_LARGE:
                self._most = max(1, asked // 4)
            raise
        page = await value(answer, 200, read)
        self._most = min(MOST_CHANGES, self._most * 2)
        return page


async def _record(answer: Answer, order_key: str, version: int = 0) -> OrderRecord:
    """The record that was asked for. ``version``: what was claimed stays at it.

    Each record is sealed for its own order and version, so another one opens just as well: what is
    gone on with must be what was asked for.
    """
    _own(answer, order_key)
    record = await value(answer, 200, OrderRecord.from_json)
    if record.order_key != order_key:
        raise RelayAnswerError("another_order", http_status=answer.status)
    if version not in (0, record.version):
        raise RelayAnswerError("another_version", http_status=answer.status)
    return record


def _own(answer: Answer, order_key: str) -> None:
    """Errors: ``NotYoursError``; ``FasterError`` where the newest record came along."""
    if answer.refused(404, RefusalCode.NOT_FOUND):
        raise NotYoursError
    word = answer.refusal() if answer.status == HTTPStatus.CONFLICT else ""
    for code in (RefusalCode.CONFLICT, RefusalCode.NOT_HOLDER, RefusalCode.CLAIMED):
        if word == code:
            raise FasterError(code, _newest(answer, order_key))


def _newest(answer: Answer, order_key: str) -> OrderRecord:
    try:
        record = OrderRecord.from_members(decode(answer.body).nested("record"))
    except WireError as wrong:
        raise RelayAnswerError("malformed", http_status=answer.status) from wrong
    if record.order_key != order_key:
        raise RelayAnswerError("another_order", http_status=answer.status)
    return record


def stored(change: Change, delivery: Delivery) -> StoredDelivery:
    """A delivery as the journal keeps it; what is sealed is left out."""
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
