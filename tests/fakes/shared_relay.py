"""A relay that carries orders between desks: one log, one head an order, claims that are signed.

What a seal, a signature or a fingerprint would prove is a word here: ``proven``, or a record without
content. A hostile relay is this one with its hands moved by the test.
"""

import asyncio
import contextlib
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta

from telesales_desktop.application.ports import Cursor, StoredDelivery
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import (
    Found,
    Identity,
    NotYoursError,
    RecordConflictError,
    RecordContent,
    RelayFingerprintError,
    SealingState,
    SharedClaim,
    SharedPage,
    SharedPerson,
    SharedPersonKey,
    SharedRecord,
    SnapshotPage,
)
from telesales_desktop.domain.relay_errors import RelayTokenRefusedError, RelayUnreachableError

ENVIRONMENT = "sandbox"


@dataclass
class Entry:
    """One change of the log: a delivery, or the news that an order has another head."""

    delivery: object = None
    order_key: str = ""


class SharedRelay:
    """Everything that is the relay's; desks reach it through ``client``."""

    def __init__(self, clock):
        self.clock = clock
        self.epoch = "epoch-1"
        self.people = {}
        self.identities = {}
        self.heads = {}
        self.former = {}
        self.routes = {}
        self.log = []
        self.kept_from = 0
        self.fingerprint = "ours"
        self.trace = []
        self._news = asyncio.Event()

    # --- what a test may do ------------------------------------------------------------------

    def enrol(self, name, role=Role.AGENT, workstation=""):
        """A person at a workstation; the same name again is the same person elsewhere."""
        person_id = f"p-{name}"
        token_id = f"t-{len(self.identities)}-{name}"
        me = Identity("m", person_id, token_id, name, role, workstation or f"{name}'s desk")
        self.identities[token_id] = me
        self.people.setdefault(person_id, []).append(me)
        return me

    def deliver(self, word, checkout_id, *, order_id="", order_key="", signed=True):
        """Affirm's webhook."""
        content = {"event": word, "checkout_token": checkout_id, "order_id": order_id}
        content["session"] = order_key
        body = json.dumps(content).encode()
        name = hashlib.sha256(f"{len(self.log)}|{body}".encode()).hexdigest()
        delivery = StoredDelivery(
            delivery_id=name,
            cursor=str(len(self.log) + 1),
            source="webhook",
            content_type="application/json",
            signatures=("signed",) if signed else (),
            body=body,
            received_at=self.clock.now(),
            order_key=order_key or self.routes.get(checkout_id, ""),
        )
        self.append(Entry(delivery=delivery))
        return delivery

    def append(self, entry):
        self.log.append(entry)
        self._news.set()

    def announce(self, order_key):
        """Say that an order has news."""
        self.append(Entry(order_key=order_key))

    def show(self, record):
        """A hostile relay's hand: this is the order's head from now on, whatever desks put."""
        self.heads[record.order_key] = record
        self.announce(record.order_key)

    # --- the relay's own ---------------------------------------------------------------------

    def sees(self, me, owner):
        return me.role is Role.SUPERVISOR or owner in ("", me.person_id)

    def owner_of(self, delivery):
        head = self.heads.get(delivery.order_key)
        return "" if head is None else head.owner_id

    def page(self, me, start, limit):
        newest = {entry.order_key: n for n, entry in enumerate(self.log)}
        deliveries, records, place = [], [], start
        for place in range(start, len(self.log)):
            entry = self.log[place]
            if entry.delivery is not None:
                if self.sees(me, self.owner_of(entry.delivery)):
                    deliveries.append(entry.delivery)
            elif newest[entry.order_key] == place:
                records.append(self.told(me, self.heads[entry.order_key]))
            if len(deliveries) + len(records) >= limit:
                break
        return deliveries, [r for r in records if r is not None], place + 1

    def told(self, me, head):
        """The head as this person may see it; None for what was never theirs."""
        if self.sees(me, head.owner_id):
            return head
        was_theirs = self.former.get(head.order_key) == me.person_id
        return replace(head, content=None, is_taken_away=True) if was_theirs else None

    def give(self, head, owner_id, **changes):
        """Keep a head whose owner may be another one than before."""
        key = head.order_key
        if owner_id != head.owner_id:
            self.former[key] = head.owner_id
        self.heads[key] = replace(head, owner_id=owner_id, **changes)
        self.announce(key)

    def wait(self):
        return self._news

    def client(self, me):
        return SharedClient(self, me)


class SharedClient:
    """The ports ``RelayFeed`` and ``SharedOrders`` of one desk."""

    def __init__(self, relay, me):
        self.relay = relay
        self.me = me
        self.is_offline = False
        self.is_revoked = False
        self.loses_answers = 0
        self.puts = []
        self.claims = []
        self.looked_up = []
        self.is_closed = False

    async def _reach(self):
        assert not self.is_closed, "asked after close"
        await asyncio.sleep(0.01)
        if self.is_offline:
            raise RelayUnreachableError
        if self.is_revoked:
            raise RelayTokenRefusedError

    async def _answer(self):
        await asyncio.sleep(0.01)
        if self.loses_answers:
            self.loses_answers -= 1
            raise RelayUnreachableError

    async def _trusted(self):
        await self._reach()
        if self.relay.fingerprint != "ours":
            raise RelayFingerprintError

    # --- the feed ----------------------------------------------------------------------------

    async def changes(self, after, *, wait_s, limit):
        await self._trusted()
        relay = self.relay
        is_known = after is not None and after.epoch == relay.epoch
        start = int(after.position) if is_known else 0
        if is_known and start >= len(relay.log):
            relay.wait().clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await relay.wait().wait()
            await self._trusted()
        is_gap = after is not None and (after.epoch != relay.epoch or start < relay.kept_from)
        deliveries, records, end = relay.page(self.me, max(start, relay.kept_from), limit)
        end = max(end, start) if relay.log[start:] else start
        cursor = Cursor(relay.epoch, str(end))
        return SharedPage(tuple(deliveries), cursor, is_gap, end < len(relay.log), tuple(records))

    # --- orders ------------------------------------------------------------------------------

    async def identity(self):
        return self.me

    async def sealing(self):
        await self._reach()
        return SealingState("ours", self.relay.fingerprint)

    async def put_person_key(self):
        await self._trusted()

    async def put(self, file, *, seen_version, ends_claim=False):
        await self._trusted()
        key, relay = file.order.order_key, self.relay
        head = relay.heads.get(key)
        self.puts.append((key, seen_version))
        if head is not None:
            if not relay.sees(self.me, head.owner_id):
                raise NotYoursError
            if head.version > seen_version:
                raise RecordConflictError("version", head)
            if head.holder_id != self.me.token_id:
                raise RecordConflictError("not_holder", head)
        me = self.me
        claim = None if head is None else head.claim
        if ends_claim and claim is not None and claim.until is not None:
            claim = replace(claim, until=min(claim.until, relay.clock.now()))
        relay.heads[key] = SharedRecord(
            order_key=key,
            version=seen_version + 1,
            environment=ENVIRONMENT,
            owner_id=me.person_id if head is None else head.owner_id,
            holder_id=me.token_id,
            content=RecordContent(file, me.person_id, me.name, me.workstation),
            holder_name=me.name,
            claim=claim,
            put_at=relay.clock.now(),
        )
        for checkout in file.order.checkouts:
            if checkout.checkout_id:
                relay.routes[checkout.checkout_id] = key
        relay.announce(key)
        await self._answer()
        return seen_version + 1

    async def get(self, order_key):
        await self._trusted()
        return self._head(order_key)

    def _head(self, order_key):
        head = self.relay.heads.get(order_key)
        if head is None or not self.relay.sees(self.me, head.owner_id):
            raise NotYoursError
        return head

    async def snapshot(self, after="", *, limit=500):
        await self._trusted()
        relay = self.relay
        keys = sorted(key for key in relay.heads if key > after)
        page = keys[:limit]
        seen = [h for h in (relay.heads[k] for k in page) if relay.sees(self.me, h.owner_id)]
        rest = page[-1] if len(keys) > limit else ""
        return SnapshotPage(tuple(seen), rest, Cursor(relay.epoch, str(len(relay.log))))

    async def claim(self, order_key, kind, *, version, seconds):
        await self._trusted()
        relay, me, head = self.relay, self.me, self._head(order_key)
        self.claims.append((order_key, str(kind)))
        now = relay.clock.now()
        claim = head.claim
        is_claimed = claim is not None and claim.until is not None and claim.until > now
        if head.version != version:
            raise RecordConflictError("version", head)
        if is_claimed and head.holder_id not in ("", me.token_id):
            raise RecordConflictError("claimed", head)
        relay.give(
            head,
            me.person_id if kind == "take_over" else head.owner_id,
            holder_id=me.token_id,
            holder_name=me.name,
            claim=SharedClaim(
                kind=str(kind),
                version=version,
                person_id=me.person_id,
                token_id=me.token_id,
                at=now,
                until=now + timedelta(seconds=seconds),
                proven=True,
            ),
        )
        await self._answer()
        return relay.heads[order_key]

    async def hand_over(self, order_key, to_person_id, *, version, released):
        await self._trusted()
        relay, me, head = self.relay, self.me, self._head(order_key)
        if head.version != version:
            raise RecordConflictError("version", head)
        if released and head.holder_id not in ("", me.token_id):
            raise RecordConflictError("not_holder", head)
        relay.give(
            head,
            to_person_id,
            holder_id="" if released else head.holder_id,
            holder_name="" if released else head.holder_name,
            claim=SharedClaim(
                kind="hand_over",
                version=version,
                person_id=me.person_id,
                token_id=me.token_id,
                at=relay.clock.now(),
                to_person_id=to_person_id,
                proven=True,
            ),
        )
        for entry in list(relay.log):  # what came before its new reader is announced again
            if entry.delivery is not None and entry.delivery.order_key == order_key:
                relay.append(entry)
        await self._answer()
        return relay.told(me, relay.heads[order_key])

    async def look_up(self, wanted):
        await self._trusted()
        self.looked_up.append(wanted.order_id)
        found = []
        for head in self.relay.heads.values():
            content = head.content
            if content is not None and content.file.order.order_id == wanted.order_id:
                name = self.relay.people[head.owner_id][0].name
                found.append(Found("order_id", head.order_key, name, head.put_at))
        return found

    async def people(self):
        await self._trusted()
        return [
            SharedPerson(
                person_id,
                desks[0].name,
                desks[0].role,
                tuple(SharedPersonKey(d.token_id, d.workstation, True, False) for d in desks),
            )
            for person_id, desks in sorted(self.relay.people.items())
        ]

    async def leave(self):
        raise NotImplementedError

    async def close(self):
        self.is_closed = True
