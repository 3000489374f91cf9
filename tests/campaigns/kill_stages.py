"""What was the program doing at the very moment in which it was killed?

The child counts into memory that it shares with its parent, which reads the counts after the kill: no message
has to get through, and nothing is asked of the program.
"""

from __future__ import annotations

import mmap
from collections.abc import Awaitable, Callable, Sequence
from enum import IntEnum
from typing import Any, TypeVar

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.journal import EncryptedJournal
from telesales_desktop.application.ports import CheckoutRequest, Commit, OrderFile
from telesales_desktop.domain.events import Accepted, CheckoutAccepted
from telesales_desktop.domain.order import OperationKind, OperationState, Order, SendState

KINDS = tuple(OperationKind)
SENT = "sent and unanswered"
STAGES = (
    "starting",
    SENT,
    "answered, not committed",
    "link asked for, unanswered",
    "planned, not sent",
    "committing",
    "reading",
    "idle",
)
_KEY_AT, _KEY_SIZE = 32, 64
_T = TypeVar("_T")


class Slot(IntEnum):
    """Where each count stands."""

    OPEN = 0
    SETTLED = 1
    OPERATIONS_OUT = 2
    LINKS_OUT = 3
    READS_OUT = 4
    ANSWERED = 5
    PLANNED = 6
    COMMITS = 7
    KIND = 8


class Stages:
    """The shared counts, as the child writes and the parent reads them."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 128)

    def clear(self) -> None:
        """Before another child."""
        self._memory[:] = bytes(128)

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()

    def set(self, slot: Slot, value: int) -> None:
        self._memory[slot] = value

    def add(self, slot: Slot, change: int) -> None:
        self._memory[slot] += change

    def name_operation(self, kind: OperationKind, key: str) -> None:
        """Which operation left last."""
        self._memory[Slot.KIND] = KINDS.index(kind)
        self._memory[_KEY_AT : _KEY_AT + _KEY_SIZE] = key.encode()[:_KEY_SIZE].ljust(_KEY_SIZE)

    @property
    def kind(self) -> OperationKind:
        return KINDS[self._memory[Slot.KIND]]

    @property
    def key(self) -> str:
        return self._memory[_KEY_AT : _KEY_AT + _KEY_SIZE].decode().strip("\0 ")

    @property
    def is_settled(self) -> bool:
        """Whether the child had settled what the kill before it left."""
        return bool(self._memory[Slot.SETTLED])

    def stage(self) -> str:
        """The most telling thing that was going on."""
        there = self._memory
        if not there[Slot.OPEN]:
            return "starting"
        for slot, stage in (
            (Slot.OPERATIONS_OUT, SENT),
            (Slot.ANSWERED, "answered, not committed"),
            (Slot.LINKS_OUT, "link asked for, unanswered"),
            (Slot.PLANNED, "planned, not sent"),
            (Slot.COMMITS, "committing"),
            (Slot.READS_OUT, "reading"),
        ):
            if there[slot]:
                return stage
        return "idle"


Tell = Callable[[str, str], None]
"""Say where the child is: the moment, and the kind of the operation."""


class WatchedAffirm(AffirmClient):
    """The real client; counts what is out."""

    stages: Stages
    tell: Tell
    answered: set[str]

    async def store_checkout(self, request: CheckoutRequest) -> CheckoutAccepted:
        self.tell("sent", "store")
        return await self._counted(Slot.LINKS_OUT, super().store_checkout(request))

    async def perform(
        self, kind: OperationKind, subject_id: str, *, body: str, idempotency_key: str
    ) -> Accepted:
        self.stages.name_operation(kind, idempotency_key)
        self.tell("sent", kind.value)
        call = super().perform(kind, subject_id, body=body, idempotency_key=idempotency_key)
        try:
            return await self._counted(Slot.OPERATIONS_OUT, call)
        finally:
            self.answered.add(idempotency_key)
            self.stages.set(Slot.ANSWERED, len(self.answered))
            self.tell("answered", kind.value)

    async def read_checkout(self, checkout_id: str) -> Any:
        return await self._counted(Slot.READS_OUT, super().read_checkout(checkout_id))

    async def read_transaction(self, transaction_id: str) -> Any:
        return await self._counted(Slot.READS_OUT, super().read_transaction(transaction_id))

    async def list_transactions(self, *, since: Any) -> Any:
        return await self._counted(Slot.READS_OUT, super().list_transactions(since=since))

    async def _counted(self, slot: Slot, call: Awaitable[_T]) -> _T:
        self.stages.add(slot, 1)
        try:
            return await call
        finally:
            self.stages.add(slot, -1)


class WatchedJournal(EncryptedJournal):
    """The real journal; counts what it is asked to keep and what it keeps."""

    stages: Stages
    tell: Tell
    answered: set[str]
    planned: dict[str, int]

    async def load_open_orders(self) -> Sequence[OrderFile]:
        found = await super().load_open_orders()
        for file in found:
            self._note(file.order)
        return found

    async def commit(self, commit: Commit) -> None:
        newest = commit.order.operations[-1] if commit.order.operations else None
        if newest is not None and newest.state is OperationState.PLANNED:
            self.tell("planning", newest.kind.value)
        elif any(c.state is SendState.PLANNED for c in commit.order.checkouts):
            self.tell("planning", "store")
        self.stages.add(Slot.COMMITS, 1)
        try:
            await self.keep(commit)
        finally:
            self.stages.add(Slot.COMMITS, -1)
        self._note(commit.order)

    async def keep(self, commit: Commit) -> None:
        """What really writes; a control may keep less."""
        await super().commit(commit)

    def _note(self, order: Order) -> None:
        known = {o.key for o in order.operations if o.state is not OperationState.SENT}
        self.answered -= known
        self.stages.set(Slot.ANSWERED, len(self.answered))
        planned = sum(o.state is OperationState.PLANNED for o in order.operations)
        planned += sum(c.state is SendState.PLANNED for c in order.checkouts)
        self.planned[order.order_id] = planned
        self.stages.set(Slot.PLANNED, sum(self.planned.values()))
