"""How do orders travel between this desk and the others, sealed and signed?"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

from telesales_desktop.adapters import sealing
from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.adapters.desk_keys import DeskKeys
from telesales_desktop.adapters.person_key import attestation, is_attested
from telesales_desktop.adapters.record_content import write_content
from telesales_desktop.adapters.record_reader import AttestedKeys, RecordReader
from telesales_desktop.adapters.relay_client import FasterError, RelayClient
from telesales_desktop.adapters.relay_trust import CHECK_AGAIN_S, RelayTrust
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.ports import Cursor, OrderFile
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import (
    ClaimKind,
    Found,
    Identity,
    NotYoursError,
    RecordConflictError,
    RecordContent,
    SealingState,
    SharedPage,
    SharedPerson,
    SharedPersonKey,
    SharedRecord,
    SnapshotPage,
    Wanted,
)
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayError,
    RelayTokenRefusedError,
)
from telesales_desktop.wire import claims as wire
from telesales_desktop.wire import enrolment
from telesales_desktop.wire.feed import ChangesPage
from telesales_desktop.wire.orders import MOST_CHECKOUTS, OrderRecord, OrdersPage, RecordPut
from telesales_desktop.wire.people import People, PersonKeyPut
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.sealing import MOST_SEALED_RECORD, checkout_hash, record_place

_REASONS = {
    RefusalCode.CONFLICT: "version",
    RefusalCode.NOT_HOLDER: "not_holder",
    RefusalCode.CLAIMED: "claimed",
}
_TAG_KINDS = {"phone": "phone", "email": "email", "order_id": "order"}
"""A field of ``Wanted`` to the contract's word."""

_Value = TypeVar("_Value")
_log = logging.getLogger(__name__)


class SharedRelay:
    """The ports ``RelayFeed`` and ``SharedOrders`` over one relay, for one person at one desk."""

    def __init__(
        self,
        client: RelayClient,
        keys: DeskKeys,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``now``: aware UTC; it is what claims are signed with."""
        self._client = client
        self._keys = keys
        self._now = now
        self._trust = RelayTrust(client, keys, monotonic=monotonic)
        self._attested = AttestedKeys(keys.merchant)
        self._opener: sealing.DeliveryOpener | None = None
        self._monotonic = monotonic
        self._tell_key_at = 0.0

    # --- the feed --------------------------------------------------------------------------

    async def changes(self, after: Cursor | None, *, wait_s: float, limit: int) -> SharedPage:
        """The next changes, opened. Units: seconds.

        Errors: those of ``SharedOrders`` but ``DataKeyMissingError``: without the data key every
        delivery is a hint with an empty body, and the page says so.
        """
        await self._ready()
        page = await self._answered(self._client.changes_page(after, wait_s=wait_s, limit=limit))
        reader = await self._reader(each.record for each in page.changes if each.record)
        return await asyncio.to_thread(self._read_page, reader, page)

    def _read_page(self, reader: RecordReader, page: ChangesPage) -> SharedPage:
        deliveries, records = [], []
        for each in page.changes:
            if each.delivery is not None:
                deliveries.append(reader.delivery(each, each.delivery))
            if each.record is not None:
                records.append(reader.record(each.record))
        if SharingAlarm.FORGED_RECORD in reader.alarms:
            self._trust.doubt()
        return SharedPage(
            deliveries=tuple(deliveries),
            cursor=Cursor(epoch=page.epoch, position=page.next),
            gap=page.gap,
            more=page.more,
            records=tuple(records),
            alarms=frozenset(reader.alarms),
        )

    # --- records ---------------------------------------------------------------------------

    async def put(self, file: OrderFile, *, seen_version: int, ends_claim: bool = False) -> int:
        """Seal the order as it is and put it as the next version."""
        data_key = await self._data_key()
        record = self._sealed(data_key, file, seen_version + 1, await self._keys.identity())
        record = replace(record, ends_claim=ends_claim)
        kept = await self._own(self._client.put(file.order.order_key, record))
        return kept.version

    async def get(self, order_key: str) -> SharedRecord:
        """The newest record of one order."""
        await self._data_key()
        return await self._opened(await self._own(self._client.order(order_key)))

    async def snapshot(self, after: str = "", *, limit: int = 500) -> SnapshotPage:
        """Some of the newest records, opened off the loop."""
        await self._data_key()
        page = await self._answered(self._client.orders(after, limit=limit))
        reader = await self._reader(page.orders)
        return await asyncio.to_thread(_snapshot, reader, page)

    async def claim(
        self, order_key: str, kind: ClaimKind, *, version: int, seconds: int
    ) -> SharedRecord:
        """Sign and send a claim."""
        me, at = await self._signing()
        claim = wire.Claim(
            wire.ClaimKind(kind.value), version, me.person_id, me.token_id, at, signature=""
        )
        asked = wire.ClaimRequest(
            kind=claim.kind,
            version=version,
            seconds=min(max(seconds, wire.LEAST_CLAIM_S), wire.MOST_CLAIM_S),
            at=at,
            signature=await self._signature(claim, order_key),
        )
        return await self._opened(await self._own(self._client.claim(order_key, asked)))

    async def hand_over(
        self, order_key: str, to_person_id: str, *, version: int, released: bool
    ) -> SharedRecord:
        """Sign and send a hand-over."""
        if not enrolment.PERSON_ID.fullmatch(to_person_id):
            raise NotYoursError("no such person")
        me, at = await self._signing()
        claim = wire.Claim(
            wire.ClaimKind.HAND_OVER,
            version,
            me.person_id,
            me.token_id,
            at,
            signature="",
            to=to_person_id,
            released=released,
        )
        asked = wire.HandOverRequest(
            to=to_person_id,
            version=version,
            released=released,
            at=at,
            signature=await self._signature(claim, order_key),
        )
        return await self._opened(await self._own(self._client.hand_over(order_key, asked)))

    async def look_up(self, wanted: Wanted) -> Sequence[Found]:
        """Ask by keyed tags: the relay compares what it cannot read."""
        data_key = await self._data_key()
        kinds = {tag: kind for kind, tag in _tags(data_key, wanted).items()}
        if not kinds:
            return ()
        answer = await self._answered(self._client.look_up(tuple(kinds)))
        return [
            Found(kinds[each.tag], each.order_key, each.owner_name, each.put_at)
            for each in answer.found
            if each.tag in kinds
        ]

    # --- people and keys -------------------------------------------------------------------

    async def identity(self) -> Identity:
        """Who works here."""
        return await self._keys.identity()

    async def sealing(self) -> SealingState:
        """Both fingerprints, asked anew."""
        return await self._trust.state()

    async def people(self) -> Sequence[SharedPerson]:
        """Everybody of this merchant, with what this desk can prove of their keys."""
        data_key = await self._data_key()
        told = await self._answered(self._client.people())
        self._attested.learn(data_key, told)
        return _people(data_key, self._keys.merchant, told)

    async def put_person_key(self) -> None:
        """Tell the relay this person's key, attested; once in a run is enough."""
        await self._tell_key(await self._trust.data_key())

    async def leave(self) -> None:
        """A token that the relay does not take any more has left already."""
        try:
            await self._answered(self._client.leave())
        except RelayTokenRefusedError:
            _log.info("the token was revoked already")

    async def close(self) -> None:
        await self._client.close()

    # --- what all of them need -------------------------------------------------------------

    async def _ready(self) -> None:
        """Compare the relay's key, and let it know ours. Errors: ``RelayFingerprintError``."""
        await self._trust.ensure()
        data_key = self._keys.known_data_key
        if data_key is not None and self._monotonic() >= self._tell_key_at:
            self._tell_key_at = self._monotonic() + CHECK_AGAIN_S
            try:
                await self._tell_key(data_key)
            except (RelayAnswerError, RelayTokenRefusedError, CredentialsError) as error:
                _log.info("the person's key is not known to the relay: %s", error.code)

    async def _tell_key(self, data_key: DataKey) -> None:
        me = await self._keys.identity()
        public_key = (await self._keys.person_key()).public_key
        attested = attestation(data_key, me.merchant, me.person_id, me.token_id, public_key)
        try:
            await self._client.put_person_key(PersonKeyPut(public_key, attested))
        except RelayAnswerError as error:
            if error.http_status != HTTPStatus.CONFLICT:
                raise
            # The token has another key: this keyring lost it, and nobody believes the new one.
            raise RelayTokenRefusedError("this token has another key") from None
        self._tell_key_at = math.inf

    async def _data_key(self) -> DataKey:
        await self._ready()
        return await self._trust.data_key()

    async def _signing(self) -> tuple[Identity, datetime]:
        await self._data_key()
        return await self._keys.identity(), self._now()

    async def _signature(self, claim: wire.Claim, order_key: str) -> str:
        return (await self._keys.person_key()).sign(claim.message(self._keys.merchant, order_key))

    def _sealed(self, data_key: DataKey, file: OrderFile, version: int, me: Identity) -> RecordPut:
        order = file.order
        environment = order.environment.value
        content = write_content(RecordContent(file, me.person_id, me.name, me.workstation))
        place = record_place(me.merchant, environment, order.order_key, version)
        sealed = sealing.seal_record(data_key, content, place)
        if len(sealed) > MOST_SEALED_RECORD:
            raise RelayAnswerError("record_too_large")
        customer = file.details.customer
        tags = _tags(data_key, Wanted(customer.phone, customer.email, order.order_id))
        return RecordPut(
            version=version,
            environment=environment,
            checkout_hashes=_checkout_hashes(me.merchant, order),
            tags=tuple(dict.fromkeys(tags.values())),
            sealed=sealed,
        )

    async def _opened(self, record: OrderRecord) -> SharedRecord:
        reader = await self._reader([record])
        return reader.record(record)

    async def _reader(self, records: Iterable[OrderRecord]) -> RecordReader:
        """Who reads a page; keys that its claims need are asked for once."""
        data_key = self._keys.known_data_key
        if data_key is not None and self._opener is None:
            self._opener = sealing.DeliveryOpener(data_key, self._keys.merchant)
        reader = RecordReader(
            data_key,
            self._opener,
            self._attested,
            merchant=self._keys.merchant,
            environment=self._keys.environment,
        )
        if data_key is not None and self._attested.lacks(r.claim for r in records if r.claim):
            told = await self._answered(self._client.people())
            if not self._attested.learn(data_key, told):
                reader.alarms.add(SharingAlarm.SWAPPED_KEY)
        return reader

    async def _own(self, call: Awaitable[_Value]) -> _Value:
        """Errors: ``RecordConflictError`` with the newest record, opened."""
        try:
            return await self._answered(call)
        except FasterError as faster:
            record = await self._opened(faster.record)
            raise RecordConflictError(_REASONS[faster.refusal], record) from None

    async def _answered(self, call: Awaitable[_Value]) -> _Value:
        """An answer that does not come, or is none, ends the connection: it is compared anew."""
        try:
            return await call
        except NotYoursError:
            raise
        except RelayError:
            self._trust.doubt()
            raise


def _snapshot(reader: RecordReader, page: OrdersPage) -> SnapshotPage:
    records = tuple(reader.record(record) for record in page.orders)
    cursor = Cursor(epoch="", position=page.cursor)
    return SnapshotPage(records, page.next or "", cursor, frozenset(reader.alarms))


def _tags(data_key: DataKey, wanted: Wanted) -> dict[str, str]:
    """The keyed tag of each field that is not empty, by the field's name."""
    return {
        name: sealing.tag(data_key, kind, getattr(wanted, name))
        for name, kind in _TAG_KINDS.items()
        if getattr(wanted, name).strip()
    }


def _checkout_hashes(merchant: str, order: Order) -> tuple[str, ...]:
    """By these the relay finds whose a delivery is; the newest count where they are very many."""
    named = [each.checkout_id for each in order.checkouts if each.checkout_id]
    newest = dict.fromkeys([*order.orphans, *named][-MOST_CHECKOUTS:])
    return tuple(checkout_hash(merchant, each) for each in newest)


def _people(data_key: DataKey, merchant: str, told: People) -> list[SharedPerson]:
    return [
        SharedPerson(
            person_id=person.person_id,
            name=person.name,
            role=Role(person.role.value),
            keys=tuple(
                SharedPersonKey(
                    token_id=key.token_id,
                    workstation=key.workstation,
                    proven=is_attested(data_key, merchant, person.person_id, key),
                    revoked=key.revoked,
                )
                for key in person.keys
            ),
        )
        for person in told.people
        if person.role is not enrolment.Role.OPERATIONS
    ]
