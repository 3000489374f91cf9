"""How does an order travel from desk to desk?"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime

from telesales_desktop.wire import claims
from telesales_desktop.wire.addresses import ORDER_KEY
from telesales_desktop.wire.claims import Claim
from telesales_desktop.wire.enrolment import PERSON_ID, PRINTABLE, TOKEN_ID
from telesales_desktop.wire.places import CURSOR
from telesales_desktop.wire.sealing import MOST_SEALED_RECORD
from telesales_desktop.wire.strict_json import Members, WireError, decode, encode, instant_text

CLAIM_ENDED = "ended"
_CLAIM_ENDED = re.compile(CLAIM_ENDED)
ENVIRONMENT = re.compile(r"[a-z]{1,16}")
CHECKOUT_HASH = re.compile(r"[0-9a-f]{64}")
TAG = re.compile(r"[0-9a-f]{64}")
MOST_CHECKOUTS = 64
MOST_TAGS = 16
MOST_ORDERS = 500
MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """The newest record of one order, and who owns it and acts on it, as the relay tells it.

    ``owner`` is a person, ``holder`` the token of the desk that acts, None for nobody. ``sealed``
    is None where the order was taken from this reader: it may know that, and no more.
    """

    order_key: str
    version: int
    environment: str
    owner: str
    holder: str | None
    holder_name: str
    claim: Claim | None
    put_at: datetime
    sealed: bytes | None = field(repr=False)

    def members(self) -> dict[str, object]:
        sealed = None if self.sealed is None else base64.b64encode(self.sealed).decode()
        return {**self._head(), "sealed": sealed}

    def to_json(self) -> bytes:
        """A new desk reads all there are; what is sealed is not looked through for what JSON must
        escape, for it is base64."""
        sealed = b"null" if self.sealed is None else b'"%b"' % base64.b64encode(self.sealed)
        return b'%b,"sealed":%b}' % (encode(self._head())[:-1], sealed)

    def _head(self) -> dict[str, object]:
        return {
            "order_key": self.order_key,
            "version": self.version,
            "environment": self.environment,
            "owner": self.owner,
            "holder": self.holder,
            "holder_name": self.holder_name,
            "claim": None if self.claim is None else self.claim.members(),
            "put_at": instant_text(self.put_at),
        }

    @classmethod
    def from_json(cls, raw: bytes) -> OrderRecord:
        """Errors: ``WireError``."""
        return cls.from_members(decode(raw))

    @classmethod
    def from_members(cls, members: Members) -> OrderRecord:
        """Errors: ``WireError``."""
        claim = members.nested_or_none("claim")
        return cls(
            order_key=members.text("order_key", pattern=ORDER_KEY),
            version=claims.version(members),
            environment=members.text("environment", pattern=ENVIRONMENT),
            owner=members.text("owner", pattern=PERSON_ID),
            holder=members.text_or_none("holder", pattern=TOKEN_ID),
            holder_name=members.text("holder_name", most=100),
            claim=None if claim is None else Claim.from_members(claim),
            put_at=members.instant("put_at"),
            sealed=members.octets_or_none("sealed", most=MOST_SEALED_RECORD),
        )


@dataclass(frozen=True, slots=True)
class RecordPut:
    """The body of ``PUT /v1/orders/{order_key}``; the version it replaces is in ``If-Match``.

    ``checkout_hashes`` and ``tags`` are all of the order's, and replace the earlier ones.
    ``ends_claim``: what was claimed for is done, so the next one need not wait. In JSON it is
    ``"claim": "ended"``, which earlier desks and relays do not know.
    """

    version: int
    environment: str
    checkout_hashes: tuple[str, ...]
    tags: tuple[str, ...]
    sealed: bytes = field(repr=False)
    ends_claim: bool = False

    def to_json(self) -> bytes:
        return encode(
            {
                "version": self.version,
                "environment": self.environment,
                "claim": CLAIM_ENDED if self.ends_claim else None,
                "checkout_hashes": self.checkout_hashes,
                "tags": self.tags,
                "sealed": base64.b64encode(self.sealed).decode(),
            }
        )

    @classmethod
    def from_json(cls, raw: bytes) -> RecordPut:
        """Errors: ``WireError``."""
        members = decode(raw)
        return cls(
            version=claims.version(members),
            environment=members.text("environment", pattern=ENVIRONMENT),
            checkout_hashes=_hashes(members, "checkout_hashes", CHECKOUT_HASH, MOST_CHECKOUTS),
            tags=_hashes(members, "tags", TAG, MOST_TAGS),
            sealed=members.octets("sealed", most=MOST_SEALED_RECORD),
            ends_claim=members.text_or_none("claim", pattern=_CLAIM_ENDED) is not None,
        )


def if_match(seen_version: int) -> str:
    """The header's value; 0 where the order is new."""
    return f'"{seen_version}"'


def seen_version(header: str) -> int:
    """Errors: ``WireError``."""
    found = re.fullmatch(r'"(0|[1-9]\d{0,9})"', header, re.ASCII)
    if found is None:
        raise WireError('If-Match must be the version that was seen, such as "3"')
    return int(found[1])


@dataclass(frozen=True, slots=True)
class RecordKept:
    """The answer to a put."""

    version: int

    def to_json(self) -> bytes:
        return encode({"version": self.version})

    @classmethod
    def from_json(cls, raw: bytes) -> RecordKept:
        """Errors: ``WireError``."""
        return cls(claims.version(decode(raw)))


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """The answer to ``GET /v1/orders``, by order key; ``next`` is None after the last page.

    The feed goes on from ``cursor``. It was taken before the page was read: keep the first one's.
    """

    orders: tuple[OrderRecord, ...]
    next: str | None
    cursor: str

    def to_json(self) -> bytes:
        orders = b",".join([order.to_json() for order in self.orders])
        tail = encode({"next": self.next, "cursor": self.cursor})
        return b'{"orders":[%b],%b' % (orders, tail[1:])

    @classmethod
    def from_json(cls, raw: bytes) -> OrdersPage:
        """Errors: ``WireError``."""
        members = decode(raw)
        orders = members.nested_list("orders", most=MOST_ORDERS)
        return cls(
            orders=tuple(OrderRecord.from_members(order) for order in orders),
            next=members.text_or_none("next", pattern=ORDER_KEY),
            cursor=members.text("cursor", pattern=CURSOR),
        )


@dataclass(frozen=True, slots=True)
class Lookup:
    """The body of ``POST /v1/lookups``."""

    tags: tuple[str, ...]

    def to_json(self) -> bytes:
        return encode({"tags": self.tags})

    @classmethod
    def from_json(cls, raw: bytes) -> Lookup:
        """Errors: ``WireError``."""
        return cls(_hashes(decode(raw), "tags", TAG, MOST_TAGS))


@dataclass(frozen=True, slots=True)
class Found:
    """An order that has a tag. ``owner_name`` is a person's, for who wants to ask them."""

    tag: str
    order_key: str
    owner_name: str
    put_at: datetime

    def members(self) -> dict[str, object]:
        return {
            "tag": self.tag,
            "order_key": self.order_key,
            "owner_name": self.owner_name,
            "put_at": instant_text(self.put_at),
        }

    @classmethod
    def from_members(cls, members: Members) -> Found:
        """Errors: ``WireError``."""
        return cls(
            tag=members.text("tag", pattern=TAG),
            order_key=members.text("order_key", pattern=ORDER_KEY),
            owner_name=members.text("owner_name", pattern=PRINTABLE),
            put_at=members.instant("put_at"),
        )


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """The answer to ``POST /v1/lookups``: the newest first, ``MOST_FOUND`` at most."""

    found: tuple[Found, ...]

    def to_json(self) -> bytes:
        return encode({"found": [one.members() for one in self.found]})

    @classmethod
    def from_json(cls, raw: bytes) -> LookupAnswer:
        """Errors: ``WireError``."""
        found = decode(raw).nested_list("found", most=MOST_FOUND)
        return cls(tuple(Found.from_members(one) for one in found))


def _hashes(members: Members, name: str, pattern: re.Pattern[str], most: int) -> tuple[str, ...]:
    values = members.texts(name, most=most)
    if not all(pattern.fullmatch(value) for value in values):
        raise WireError(f"{name} must hold digests in hex")
    return tuple(dict.fromkeys(values))
