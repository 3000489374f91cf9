"""What may a desk ask about people, their keys, and the merchant's sealing key?"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from telesales_desktop.relay import http
from telesales_desktop.relay.access import Access, now_us
from telesales_desktop.relay.order_api import Routes
from telesales_desktop.relay.store import Store
from telesales_desktop.relay.store_values import AuditEntry, Grant, PersonKeyRow, WrapRow
from telesales_desktop.wire.enrolment import Role
from telesales_desktop.wire.people import People, Person, PersonKey, PersonKeyPut
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.sealing import MOST_WRAPS, WRAP_ID, fingerprint
from telesales_desktop.wire.sealing_answers import Sealing, Wrap, WrapPut
from telesales_desktop.wire.strict_json import encode

_MOST_REQUEST = 4096


class PeopleApi:
    """People, tokens and wraps of the caller's own merchant."""

    def __init__(self, store: Store, access: Access) -> None:
        self._store = store
        self._access = access

    def routes(self) -> Routes:
        wrap = f"/v1/sealing/(?P<wrap_id>{WRAP_ID.pattern})"
        return [
            (re.compile("/v1/people"), {"GET": self._people}),
            (re.compile("/v1/person-key"), {"PUT": self._put_key}),
            (re.compile("/v1/token"), {"DELETE": self._leave}),
            (re.compile("/v1/sealing"), {"GET": self._sealing}),
            (re.compile(wrap), {"PUT": self._put_wrap, "DELETE": self._drop_wrap}),
        ]

    async def _people(self, request: Request, grant: Grant) -> Response:
        rows = await self._store.people(grant.merchant)
        keys = {key.token_id: key for key in await self._store.person_keys(grant.merchant)}
        of_person: dict[str, list[PersonKey]] = {}
        for known in await self._store.grants_of(grant.merchant):
            if known.token_id in keys:
                key = keys[known.token_id]
                of_person.setdefault(known.person_id, []).append(
                    PersonKey(
                        token_id=known.token_id,
                        workstation=known.workstation,
                        public_key=key.public_key,
                        attestation=key.attestation,
                        revoked=known.revoked_us is not None,
                    )
                )
        people = People(
            tuple(
                Person(
                    row.person_id, row.name, Role(row.role), tuple(of_person.get(row.person_id, ()))
                )
                for row in rows
            )
        )
        return http.answer(people.to_json())

    async def _put_key(self, request: Request, grant: Grant) -> Response:
        put = await http.body_as(request, PersonKeyPut.from_json, _MOST_REQUEST)
        key = PersonKeyRow(grant.token_id, put.public_key, put.attestation)
        audit = self._audit(grant, "key added")
        if not await self._store.put_person_key(grant.merchant, key, audit):
            raise http.RefusedError(RefusalCode.TAKEN, "this token has another key")
        return _done()

    async def _leave(self, request: Request, grant: Grant) -> Response:
        await self._store.revoke(grant.token_id, now_us(), grant.token_id)
        await self._access.refresh()
        return _done()

    async def _sealing(self, request: Request, grant: Grant) -> Response:
        merchant = self._access.merchant(grant.merchant)
        if merchant is None or merchant.sealing_key is None:
            return http.answer(Sealing(None, None, ()).to_json())
        wraps = await self._store.wraps(grant.merchant)
        sealing = Sealing(
            public_key=merchant.sealing_key.hex(),
            fingerprint=fingerprint(merchant.sealing_key),
            wrapped=tuple(Wrap(wrap.wrap_id, wrap.blob) for wrap in wraps),
        )
        return http.answer(sealing.to_json())

    async def _put_wrap(self, request: Request, grant: Grant) -> Response:
        wrap_id: str = request.path_params["wrap_id"]
        put = await http.body_as(request, WrapPut.from_json, _MOST_REQUEST)
        merchant = self._access.merchant(grant.merchant)
        if merchant is None or merchant.sealing_key is None:
            raise http.not_found()
        wrap, audit = WrapRow(wrap_id, put.blob), self._audit(grant, f"wrap {wrap_id} added")
        if not await self._store.add_wrap(grant.merchant, wrap, MOST_WRAPS, audit):
            raise http.RefusedError(
                RefusalCode.TAKEN, f"it is taken, or there are {MOST_WRAPS} already"
            )
        return _done()

    async def _drop_wrap(self, request: Request, grant: Grant) -> Response:
        wrap_id: str = request.path_params["wrap_id"]
        audit = self._audit(grant, f"wrap {wrap_id} dropped")
        if grant.role != Role.SUPERVISOR or not await self._store.drop_wrap(
            grant.merchant, wrap_id, audit
        ):
            raise http.not_found()
        return _done()

    def _audit(self, grant: Grant, what: str) -> AuditEntry:
        return AuditEntry(now_us(), grant.merchant, grant.token_id, what)


def _done() -> Response:
    return http.answer(encode({"done": True}))
