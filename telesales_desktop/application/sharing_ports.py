"""What do the use cases need of a relay that carries orders from desk to desk?

Everything that is sealed is opened and everything that is signed is checked on the far side of
these protocols: a value here says what was proved, and never holds a key or a signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.ports import Cursor, FeedPage, OrderFile
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.relay_errors import RelayError


class ClaimKind(StrEnum):
    """Why a desk asks to act on an order that another one holds."""

    AUTHORIZE = "authorize"  # confirmed, and its owner is silent: the owner stays the owner
    TAKE_OVER = "take_over"  # a supervisor, or the owner at another desk, goes on with it


@dataclass(frozen=True, slots=True)
class SharedClaim:
    """Who last claimed an order, or gave it to whom. Times are aware UTC.

    ``proven``: signed with a key that a desk of this merchant attests to be the person's.
    """

    kind: str  # a ``ClaimKind``, or "hand_over"
    version: int
    person_id: str
    token_id: str
    at: datetime
    until: datetime | None = None  # None for a hand-over
    to_person_id: str = ""  # of a hand-over
    proven: bool = False


@dataclass(frozen=True, slots=True)
class RecordContent:
    """What a desk sealed into a record: the order as it was there, and who was working on it."""

    file: OrderFile
    person_id: str
    person_name: str
    workstation: str


@dataclass(frozen=True, slots=True)
class SharedRecord:
    """The newest record of one order as the relay tells it: never believed for money.

    ``content`` is None where it cannot be opened: no desk of this merchant sealed it for this place
    (merchant, environment, order key, version), a newer program wrote it (``is_newer``), or the
    order is not this person's any more and the relay tells no more than that (``is_taken_away``).
    ``owner_id`` and ``holder_id`` are the relay's word; whether they are right is shown by
    ``claim``. Times are aware UTC.
    """

    order_key: str
    version: int
    environment: str
    owner_id: str  # a person
    holder_id: str  # a token, that is a person at a workstation; "" for an order that was given up
    content: RecordContent | None
    holder_name: str = ""
    claim: SharedClaim | None = None
    put_at: datetime | None = None
    is_newer: bool = False
    is_taken_away: bool = False


@dataclass(frozen=True, slots=True)
class SharedPage(FeedPage):
    """One answer of the feed of a relay that carries records; ``deliveries`` are opened.

    A delivery that cannot be opened stays, with an empty body: a hint to read Affirm. ``alarms``
    are what was noticed in this very page.
    """

    records: tuple[SharedRecord, ...] = ()
    alarms: frozenset[SharingAlarm] = frozenset()


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """Some of the newest records, by order key. The feed goes on from ``cursor``, which was taken
    before the first page was read. ``next`` goes into the next call; "" after the last page."""

    records: tuple[SharedRecord, ...]
    next: str
    cursor: Cursor
    alarms: frozenset[SharingAlarm] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for among all orders of the merchant; an empty field is not looked for."""

    phone: str = ""  # E.164
    email: str = ""
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Another order with the same phone, e-mail or number. ``kind``: the field of ``Wanted``."""

    kind: str
    order_key: str
    owner_name: str
    put_at: datetime


@dataclass(frozen=True, slots=True)
class SharedPersonKey:
    """A person's key at one workstation. ``proven``: a desk of this merchant attests it."""

    token_id: str
    workstation: str
    proven: bool
    revoked: bool


@dataclass(frozen=True, slots=True)
class SharedPerson:
    """Somebody who works for this merchant."""

    person_id: str
    name: str
    role: Role
    keys: tuple[SharedPersonKey, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether one of their desks, not revoked, has an attested key."""
        return any(key.proven and not key.revoked for key in self.keys)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who works at this desk, as its enrolment says."""

    merchant: str
    person_id: str
    token_id: str  # this person at this workstation: the holder of what is done here
    name: str
    role: Role
    workstation: str


@dataclass(frozen=True, slots=True)
class SealingState:
    """Both fingerprints, in groups of four. ``relays`` is "" for a relay without a sealing key."""

    ours: str
    relays: str

    @property
    def agrees(self) -> bool:
        """Whether the relay seals to the key that this desk derives."""
        return bool(self.ours) and self.ours == self.relays


class RelayFingerprintError(RelayError):
    """Its sealing key is not ours: nothing was sent, and nothing of it is believed."""

    code = "relay.fingerprint"


class DataKeyMissingError(RelayError):
    """This desk cannot open the merchant's data key with its API key: enrol it again, or rewrap."""

    code = "relay.no_data_key"


class NotYoursError(RelayError):
    """There is no such order, or none that this person may see: the relay does not say which."""

    code = "relay.not_found"


class RecordConflictError(RelayError):
    """Somebody else was faster; nothing was written. ``record`` is the newest one.

    ``reason``: ``version`` (there is a newer record), ``not_holder`` (another desk acts on it),
    ``claimed`` (another desk's claim has not run out).
    """

    code = "relay.record_conflict"

    def __init__(self, reason: str, record: SharedRecord) -> None:
        super().__init__(reason)
        self.reason = reason
        self.record = record


class SharedOrders(Protocol):
    """Orders that several desks share through the relay. One request a call; nothing is retried.

    Before the first call after a start, and after every call that brought no answer, the relay's
    fingerprint is compared with this desk's own.
    Errors of every call: ``RelayUnreachableError``, ``RelayBusyError``, ``RelayTokenRefusedError``,
    ``RelayAnswerError`` (``domain.relay_errors``); ``RelayFingerprintError`` and
    ``DataKeyMissingError`` (nothing was sent but the question for the fingerprint).
    """

    async def identity(self) -> Identity:
        """Who works here, by the keyring and the settings; asks nobody.

        Errors: ``RelayTokenRefusedError`` where this workstation is not enrolled.
        """
        ...

    async def sealing(self) -> SealingState:
        """Ask for the relay's fingerprint, whatever it is: no ``RelayFingerprintError``."""
        ...

    async def put_person_key(self) -> None:
        """Make this person's key where there is none, and tell the relay its public half, attested;
        does nothing where it knows it."""
        ...

    async def put(self, file: OrderFile, *, seen_version: int, ends_claim: bool = False) -> int:
        """Put the order as the next version after ``seen_version`` (0: it is new there).

        ``ends_claim``: what this desk may have claimed it for is done; nobody need wait for it.
        Returns the version. A call whose answer is lost may have put it: the record that a
        following conflict shows tells (``content.file`` is the same, and ``holder_id`` is ours).
        Errors: ``RecordConflictError``; ``NotYoursError``.
        """
        ...

    async def get(self, order_key: str) -> SharedRecord:
        """The newest record. Errors: ``NotYoursError``."""
        ...

    async def snapshot(self, after: str = "", *, limit: int = 500) -> SnapshotPage:
        """The newest records of all orders that this person may see, a page a call."""
        ...

    async def claim(
        self, order_key: str, kind: ClaimKind, *, version: int, seconds: int
    ) -> SharedRecord:
        """Become the desk that acts, for the record's ``version``. Units: seconds (10 to 300).

        Errors: ``RecordConflictError``; ``NotYoursError``.
        """
        ...

    async def hand_over(
        self, order_key: str, to_person_id: str, *, version: int, released: bool
    ) -> SharedRecord:
        """Give the order to a person; ``released``: this desk acts on it no more.

        Errors: ``RecordConflictError``; ``NotYoursError`` (also for a person who is not there).
        """
        ...

    async def look_up(self, wanted: Wanted) -> Sequence[Found]:
        """Orders of the merchant's with the same phone, e-mail or number, whoever owns them."""
        ...

    async def people(self) -> Sequence[SharedPerson]:
        """Everybody of this merchant, by name."""
        ...

    async def leave(self) -> None:
        """Make this workstation's token worthless; the relay forgets it as a reader."""
        ...

    async def close(self) -> None: ...
