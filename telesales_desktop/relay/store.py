"""What must a database do for the relay? One protocol, and the values that cross it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

NO_CHAIN = bytes(8)
"""The chain before the first change."""


class StoreError(Exception):
    """The database cannot be used just now. Conclude nothing: a write may have been kept."""


class NotARelayError(StoreError):
    """The database is missing, is not a relay's, or is another version's; says which."""


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change on its way into the log.

    ``identity`` (32 bytes) is equal for what is the same again. ``content`` is the change's JSON as
    the feed will carry it. Units: ``received_us`` microseconds since 1970, UTC.
    """

    merchant: str
    kind: str
    identity: bytes
    order_key: str | None
    received_us: int
    content: bytes


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A change in the log.

    ``seq`` counts a merchant's changes from 1, without a gap, in commit order. ``chain`` digests
    the identities of all changes up to this one: two logs that once were one, and differ now,
    differ here.
    """

    merchant: str
    seq: int
    chain: bytes
    kind: str
    received_us: int
    content: bytes


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
    """A merchant; of its secrets only digests. ``basic_digest`` None: no Basic auth asked."""

    merchant: str
    hook_digest: bytes
    basic_digest: bytes | None


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
    role: str
    name: str
    workstation: str
    digest: bytes
    created_us: int
    seen_us: int | None = None
    revoked_us: int | None = None


class Store(Protocol):
    """The log and the access records of one relay; every write is durable when it returns.

    Errors: ``StoreError`` from every coroutine.
    """

    @property
    def epoch(self) -> str:
        """The log's identity: another one after a restored backup or a move."""
        ...

    @property
    def public_url(self) -> str: ...

    def on_commit(self, announce: Callable[[Sequence[LogEntry]], None]) -> None:
        """Call ``announce`` in the event loop with this process's new entries, in log order."""
        ...

    async def append(self, change: NewChange) -> bool:
        """Keep a change; False if the log has it already (it is counted there)."""
        ...

    async def read(
        self, merchant: str, after_seq: int, limit: int, most_bytes: int
    ) -> Sequence[LogEntry]:
        """The next entries; they end before ``most_bytes`` of content, but for a first one."""
        ...

    async def chain_at(self, merchant: str, seq: int) -> bytes | None: ...

    async def pulse(self) -> Pulse: ...

    async def prune(self, before_us: int) -> int:
        """Delete a bounded number of the oldest changes received before; answers how many."""
        ...

    async def merchants(self) -> Sequence[Merchant]: ...

    async def grants(self) -> Sequence[Grant]: ...

    async def add_code(self, code: Code) -> None: ...

    async def try_code(self, code_id: str, now_us: int, most_tries: int) -> Code | None:
        """Count one try; None if the code is unknown, used, expired or tried too often."""
        ...

    async def redeem(self, code: Code, grant: Grant, now_us: int) -> bool:
        """Use the code up and keep the grant, both or neither; False if somebody was faster."""
        ...

    async def revoke(self, token_id: str, now_us: int) -> bool: ...

    async def note_seen(self, seen_us: Mapping[str, int]) -> None: ...

    async def check_write(self) -> None:
        """Write something and sync it."""
        ...

    async def close(self) -> None: ...
