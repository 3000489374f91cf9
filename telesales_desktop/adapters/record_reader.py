"""What does a change of the feed say, once it is opened and its signatures are checked?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from telesales_desktop.adapters.data_key import DataKey, SealedError
from telesales_desktop.adapters.person_key import is_attested, is_signed
from telesales_desktop.adapters.record_content import NewerRecordError, read_content
from telesales_desktop.adapters.relay_client import stored
from telesales_desktop.adapters.sealing import DeliveryOpener, open_record
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.ports import StoredDelivery
from telesales_desktop.application.sharing_ports import RecordContent, SharedClaim, SharedRecord
from telesales_desktop.wire.claims import Claim, ClaimKind
from telesales_desktop.wire.feed import Change, Delivery
from telesales_desktop.wire.orders import OrderRecord
from telesales_desktop.wire.people import People, PersonKey
from telesales_desktop.wire.sealing import record_place


class AttestedKeys:
    """The keys of the merchant's people that some desk of theirs attests; remembered."""

    def __init__(self, merchant: str) -> None:
        self._merchant = merchant
        self._known: dict[tuple[str, str], PersonKey] = {}

    def lacks(self, claims: Iterable[Claim]) -> bool:
        """Whether one of them was made with a key that is not known here."""
        return any((claim.person_id, claim.token_id) not in self._known for claim in claims)

    def learn(self, data_key: DataKey, people: People) -> bool:
        """Take the keys that are attested; false if one is not: the relay has made it up.

        A key once attested stays, whatever is shown later.
        """
        honest = True
        for person in people.people:
            for key in person.keys:
                if is_attested(data_key, self._merchant, person.person_id, key):
                    self._known[person.person_id, key.token_id] = key
                else:
                    honest = False
        return honest

    def signed(self, claim: Claim, order_key: str) -> bool:
        """Whether the person that it names made this claim at that workstation."""
        key = self._known.get((claim.person_id, claim.token_id))
        message = claim.message(self._merchant, order_key)
        return key is not None and is_signed(key.public_key, message, claim.signature)


class RecordReader:
    """Opens and checks for one page; ``alarms`` gathers what an honest relay never does.

    Asks nobody and waits for nothing, so that a page is read in a thread.
    """

    def __init__(
        self,
        data_key: DataKey | None,
        opener: DeliveryOpener | None,
        keys: AttestedKeys,
        *,
        merchant: str,
        environment: str,
    ) -> None:
        self._data_key = data_key
        self._opener = opener
        self._keys = keys
        self._merchant = merchant
        self._environment = environment
        self.alarms: set[SharingAlarm] = set()

    def delivery(self, change: Change, delivery: Delivery) -> StoredDelivery:
        """A delivery, opened; with an empty body where it cannot be: a hint to read Affirm."""
        kept = stored(change, delivery)
        if delivery.sealed is None:
            return kept
        if self._opener is None:
            self.alarms.add(SharingAlarm.NO_DATA_KEY)
            return kept
        try:
            content = self._opener.open(delivery.sealed, delivery.delivery_id, change.received_at)
        except SealedError:
            self.alarms.add(SharingAlarm.FORGED_RECORD)
            return kept
        return replace(
            kept,
            content_type=content.content_type,
            signatures=content.signatures,
            body=content.body,
            landing=content.landing or "",
        )

    def record(self, record: OrderRecord) -> SharedRecord:
        """A record with what could be opened of it, and a claim that says whether it is proved."""
        shared = SharedRecord(
            order_key=record.order_key,
            version=record.version,
            environment=record.environment,
            owner_id=record.owner,
            holder_id=record.holder or "",
            content=None,
            holder_name=record.holder_name,
            claim=None if record.claim is None else self._claim(record, record.claim),
            put_at=record.put_at,
            is_taken_away=record.sealed is None,
        )
        return self._opened(shared, record)

    def _opened(self, shared: SharedRecord, record: OrderRecord) -> SharedRecord:
        if record.sealed is None:
            return shared
        if self._data_key is None:
            self.alarms.add(SharingAlarm.NO_DATA_KEY)
            return shared
        try:
            return replace(shared, content=self._content(self._data_key, record, record.sealed))
        except NewerRecordError:
            return replace(shared, is_newer=True)
        except SealedError:
            self.alarms.add(SharingAlarm.FORGED_RECORD)
            return shared

    def _content(self, data_key: DataKey, record: OrderRecord, sealed: bytes) -> RecordContent:
        if record.environment != self._environment:
            raise SealedError("a record of another environment")
        place = record_place(self._merchant, record.environment, record.order_key, record.version)
        plain = open_record(data_key, sealed, place)
        return read_content(plain, order_key=record.order_key, environment=record.environment)

    def _claim(self, record: OrderRecord, claim: Claim) -> SharedClaim:
        proven = _fits(record, claim) and self._keys.signed(claim, record.order_key)
        if self._data_key is not None and not proven:
            self.alarms.add(SharingAlarm.FORGED_CLAIM)
        return SharedClaim(
            kind=claim.kind,
            version=claim.version,
            person_id=claim.person_id,
            token_id=claim.token_id,
            at=claim.at,
            until=claim.until,
            to_person_id=claim.to or "",
            proven=proven,
        )


def _fits(record: OrderRecord, claim: Claim) -> bool:
    """Whether the relay's word on who owns and who acts is what the claim says."""
    if claim.version > record.version:
        return False
    if claim.kind is ClaimKind.HAND_OVER:
        return record.owner == claim.to
    is_holder = record.holder == claim.token_id
    return is_holder and (claim.kind is ClaimKind.AUTHORIZE or record.owner == claim.person_id)
