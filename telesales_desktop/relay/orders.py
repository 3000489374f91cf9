"""Who may see and change an order's record, and what becomes of it? No database in here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from telesales_desktop.relay.store_values import Grant
from telesales_desktop.wire.claims import Claim, ClaimKind, ClaimRequest, HandOverRequest
from telesales_desktop.wire.enrolment import Role
from telesales_desktop.wire.orders import OrderRecord, RecordPut
from telesales_desktop.wire.refusal import RefusalCode

_1970 = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """An order's head, which the relay reads, and its record, which it cannot.

    ``owner`` and ``former`` (who owned it before, and is told who has it now) are people,
    ``holder`` the token of the desk that acts. ``claim`` is a ``wire.claims.Claim`` as JSON. Units:
    microseconds since 1970; ``claim_until_us`` is 0 where no claim runs.
    """

    merchant: str
    order_key: str
    version: int
    environment: str
    owner: str
    holder: str | None
    holder_name: str
    former: str | None
    claim: bytes | None
    claim_until_us: int
    put_us: int
    changed_us: int
    sealed: bytes = field(repr=False)

    def record(self, reader: str | None) -> OrderRecord:
        """As ``reader`` (a person; None: a supervisor) is told of it."""
        return OrderRecord(
            order_key=self.order_key,
            version=self.version,
            environment=self.environment,
            owner=self.owner,
            holder=self.holder,
            holder_name=self.holder_name,
            claim=None if self.claim is None else Claim.from_json(self.claim),
            put_at=_instant(self.put_us),
            sealed=self.sealed if reader in (None, self.owner) else None,
        )

    def identity(self) -> bytes:
        """Differs whenever anything of the order does."""
        parts = (self.order_key, self.version, self.owner, self.holder, self.changed_us)
        whole = hashlib.sha256("|".join(map(str, parts)).encode())
        whole.update(self.claim or b"")
        whole.update(self.sealed)
        return whole.digest()


@dataclass(frozen=True, slots=True)
class OrderRows:
    """Some of the orders, by key; ``more``: there are others after them."""

    orders: tuple[Order, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is changed. ``order``: the newest, where the caller may see it."""

    code: RefusalCode
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be kept; ``checkout_hashes`` and ``tags`` are None where they stay as they are."""

    order: Order
    checkout_hashes: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None


Decide = Callable[[Order | None], Decision | Refused]
"""Decides on the newest order, or none, inside the transaction that keeps the answer."""


def reader_of(grant: Grant) -> str | None:
    """Whose orders and deliveries a desk may see: a person's, or None: all of the merchant's."""
    return None if grant.role == Role.SUPERVISOR else grant.person_id


def may_see(order: Order, caller: Grant) -> bool:
    return reader_of(caller) in (None, order.owner)


def put(order_key: str, caller: Grant, seen: int, what: RecordPut, now_us: int) -> Decide:
    """The next version of a record, by the desk that holds it; the first put makes both.

    With ``ends_claim`` whoever may claim the order need not wait for the claim to run out.
    A holder that has seen more than the relay knows is right: the relay was restored from a backup.
    """

    def decide(order: Order | None) -> Decision | Refused:
        if order is not None and not may_see(order, caller):
            return Refused(RefusalCode.NOT_FOUND)
        if order is not None and order.version > seen:
            return Refused(RefusalCode.CONFLICT, order)
        if order is not None and order.holder != caller.token_id:
            return Refused(RefusalCode.NOT_HOLDER, order)
        kept = order or _new(order_key, caller)
        if what.ends_claim:
            kept = _unclaimed(kept, now_us)
        kept = replace(
            kept,
            version=what.version,
            environment=what.environment,
            put_us=now_us,
            changed_us=now_us,
            sealed=what.sealed,
        )
        return Decision(kept, what.checkout_hashes, what.tags)

    return decide


def claim(caller: Grant, asked: ClaimRequest, now_us: int) -> Decide:
    """Another desk acts from now on; a supervisor who takes over is the owner as well."""

    def decide(order: Order | None) -> Decision | Refused:
        if order is None or not may_see(order, caller):
            return Refused(RefusalCode.NOT_FOUND)
        if order.version != asked.version:
            return Refused(RefusalCode.CONFLICT, order)
        if _claimed_by_another(order, caller, now_us):
            return Refused(RefusalCode.CLAIMED, order)
        until_us = now_us + asked.seconds * 1_000_000
        proof = Claim(
            kind=asked.kind,
            version=asked.version,
            person_id=caller.person_id,
            token_id=caller.token_id,
            at=asked.at,
            signature=asked.signature,
            until=_instant(until_us),
        )
        owner = caller.person_id if asked.kind is ClaimKind.TAKE_OVER else order.owner
        held = replace(
            _owned(order, owner),
            holder=caller.token_id,
            holder_name=caller.name,
            claim=proof.to_json(),
            claim_until_us=until_us,
            changed_us=now_us,
        )
        return Decision(held)

    return decide


def hand_over(caller: Grant, asked: HandOverRequest, now_us: int) -> Decide:
    """Somebody else owns it from now on. Only the desk that acts can say that it does so no more:
    the next one relies on it."""

    def decide(order: Order | None) -> Decision | Refused:
        if order is None or not may_see(order, caller):
            return Refused(RefusalCode.NOT_FOUND)
        if order.version != asked.version:
            return Refused(RefusalCode.CONFLICT, order)
        if _claimed_by_another(order, caller, now_us):
            return Refused(RefusalCode.CLAIMED, order)
        if asked.released and order.holder not in (None, caller.token_id):
            return Refused(RefusalCode.NOT_HOLDER, order)
        proof = Claim(
            kind=ClaimKind.HAND_OVER,
            version=asked.version,
            person_id=caller.person_id,
            token_id=caller.token_id,
            at=asked.at,
            signature=asked.signature,
            to=asked.to,
            released=asked.released,
        )
        given = replace(
            _given(order, asked.to, caller),
            holder=None if asked.released else order.holder,
            holder_name="" if asked.released else order.holder_name,
            claim=proof.to_json(),
            claim_until_us=0,
            changed_us=now_us,
        )
        return Decision(given)

    return decide


def _new(order_key: str, caller: Grant) -> Order:
    return Order(
        merchant=caller.merchant,
        order_key=order_key,
        version=0,
        environment="",
        owner=caller.person_id,
        holder=caller.token_id,
        holder_name=caller.name,
        former=None,
        claim=None,
        claim_until_us=0,
        put_us=0,
        changed_us=0,
        sealed=b"",
    )


def _owned(order: Order, owner: str) -> Order:
    return order if owner == order.owner else replace(order, owner=owner, former=order.owner)


def _given(order: Order, to: str, caller: Grant) -> Order:
    """A supervisor reads everything: who is to be told is still the one that it was taken from, who
    may have been away all the while."""
    given = _owned(order, to)
    was_taken = reader_of(caller) is None and caller.person_id == order.owner
    return replace(given, former=order.former or given.former) if was_taken else given


def _unclaimed(order: Order, now_us: int) -> Order:
    """Its claim still says who acts, and runs no more."""
    if order.claim is None or order.claim_until_us <= now_us:
        return order
    ended = replace(Claim.from_json(order.claim), until=_instant(now_us))
    return replace(order, claim=ended.to_json(), claim_until_us=now_us)


def _claimed_by_another(order: Order, caller: Grant, now_us: int) -> bool:
    return order.claim_until_us > now_us and order.holder not in (None, caller.token_id)


def _instant(instant_us: int) -> datetime:
    return _1970 + timedelta(microseconds=instant_us)
