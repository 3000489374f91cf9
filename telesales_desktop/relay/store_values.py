"""What does the relay keep? The values that cross the seam to a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

NO_CHAIN = bytes(8)
"""The chain before the first change."""


class NewDelivery(NamedTuple):
    """A delivery on its way into the log; a tuple, for one is made of each webhook, twice.

    ``identity`` (32 bytes) is equal for what is the same again. ``order_key`` and ``checkout_hash``
    say whose it is, as far as it tells. ``content`` is sealed. Units: ``received_us`` microseconds
    since 1970, UTC.
    """

    merchant: str
    identity: bytes
    source: str
    order_key: str | None
    checkout_hash: str | None
    poison: bool
    received_us: int
    content: bytes

    def __repr__(self) -> str:
        return f"NewDelivery(identity={self.identity.hex()})"


class Appended(NamedTuple):
    """The log has grown by one change.

    ``seq`` counts a merchant's changes from 1, without a gap, in commit order. ``chain`` digests
    all changes up to this one: two logs that once were one, and differ now, differ here.
    ``readers``: the people, beside supervisors, who may see it; empty: everybody.
    """

    merchant: str
    seq: int
    chain: bytes
    readers: frozenset[str]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A change as the feed carries it. ``content`` is its JSON. Units: microseconds since 1970."""

    seq: int
    chain: bytes
    kind: str
    received_us: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogPage:
    """What a reader may see after a place in the log.

    It ends at ``seq``: everything up to there that this reader may see is in it, or was. ``lost``:
    between its ends something was deleted that this reader may have wanted. ``before``: the log's
    digest at the place that was asked for; None where it has no such place (any more).
    """

    entries: tuple[LogEntry, ...]
    seq: int
    chain: bytes
    lost: bool
    before: bytes | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a merchant's log ends, and up to where its oldest part was deleted."""

    seq: int
    chain: bytes
    pruned_seq: int
    pruned_chain: bytes


@dataclass(frozen=True, slots=True)
class Pulse:
    """What another process may have changed: who has access, and where the logs end."""

    access_version: int
    heads: Mapping[str, Head]


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant. ``basic_digest`` None: no Basic auth is asked of its webhooks; ``sealing_key``
    (32 bytes) None: nothing of it may be kept yet."""

    merchant: str
    basic_digest: bytes | None
    sealing_key: bytes | None


@dataclass(frozen=True, slots=True)
class Hook:
    """An address for a merchant's webhooks; of its secret only a digest. ``until_us`` None: it has
    no end. Units: microseconds since 1970."""

    merchant: str
    digest: bytes
    until_us: int | None


@dataclass(frozen=True, slots=True)
class WrapRow:
    """A merchant's data key as one private API key opens it; ``wrap_id`` in hex."""

    wrap_id: str
    blob: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code; of its text only a slow digest. Units: ``expires_us`` microseconds."""

    code_id: str
    merchant: str
    role: str
    name: str
    salt: bytes
    digest: bytes
    expires_us: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A workstation's token; of its text only a digest. Units: microseconds since 1970."""

    token_id: str
    merchant: str
    person_id: str
    role: str
    name: str
    workstation: str
    digest: bytes
    created_us: int
    seen_us: int | None = None
    revoked_us: int | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who was enrolled for a merchant; ``role`` is the newest enrolment's."""

    person_id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PersonKeyRow:
    """A person's key at one workstation; both texts in hex."""

    token_id: str
    public_key: str
    attestation: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """An order that has a tag. Units: ``put_us`` microseconds since 1970."""

    tag: str
    order_key: str
    owner_name: str
    put_us: int


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, and to which order; no customer's data.

    ``token_id`` "": whoever runs the relay; ``what`` then names the operating system's account.
    ``count``: how often, where several are told together.
    """

    at_us: int
    merchant: str
    token_id: str
    what: str
    order_key: str | None = None
    count: int = 1
