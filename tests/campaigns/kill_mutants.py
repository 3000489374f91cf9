"""Would the campaign see it? Faults of the kinds that it is there to find, planted into the child."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

from telesales_desktop.application.ports import Commit
from telesales_desktop.domain import recovering
from telesales_desktop.domain.effects import Source, StartSend, StartTransmit
from telesales_desktop.domain.events import Accepted
from telesales_desktop.domain.order import OperationKind, OperationState, SendState
from telesales_desktop.domain.settling import refuse_operation
from telesales_desktop.domain.work import Work
from tests.campaigns.kill_stages import WatchedAffirm, WatchedJournal

LATE_S = 2.0


class FreshKey(WatchedAffirm):
    """A new key a sending: Affirm cannot know that it is the same command."""

    async def perform(
        self, kind: OperationKind, subject_id: str, *, body: str, idempotency_key: str
    ) -> Accepted:
        return await super().perform(kind, subject_id, body=body, idempotency_key=str(uuid4()))


class OtherBytes(WatchedAffirm):
    """The same command in another spelling at each sending."""

    async def perform(
        self, kind: OperationKind, subject_id: str, *, body: str, idempotency_key: str
    ) -> Accepted:
        spaced = body + " " * (uuid4().int % 9)
        return await super().perform(kind, subject_id, body=spaced, idempotency_key=idempotency_key)


class CommitAfterSend(WatchedJournal):
    """ "Sent" reaches the disk only together with the answer."""

    async def keep(self, commit: Commit) -> None:
        held: list[Commit] = self.__dict__.setdefault("held", [])
        held.append(commit)
        if any(o.state is OperationState.SENT for o in commit.order.operations):
            return
        for earlier in [c for c in held if c.order.order_id == commit.order.order_id]:
            held.remove(earlier)
            await super().keep(earlier)


class PromiseFirst(WatchedJournal):
    """Says "it is on the disk" and writes a moment later."""

    async def keep(self, commit: Commit) -> None:
        writes = self.__dict__.setdefault("writes", [])
        writes.append(asyncio.ensure_future(self._late(commit, list(writes))))

    async def _late(self, commit: Commit, earlier: list[asyncio.Future[None]]) -> None:
        await asyncio.sleep(LATE_S)
        if earlier:
            await asyncio.wait(earlier)
        await super().keep(commit)


_AFFIRM = {"fresh_key": FreshKey, "other_bytes": OtherBytes}
_JOURNAL = {"commit_after_send": CommitAfterSend, "promise_first": PromiseFirst}


def classes(mutant: str) -> tuple[type[WatchedAffirm], type[WatchedJournal]]:
    """The client and the journal of a child."""
    return _AFFIRM.get(mutant, WatchedAffirm), _JOURNAL.get(mutant, WatchedJournal)


def plant(mutant: str) -> None:
    """Change the core, where the fault lies there. Only ever in a child that is killed anyway."""
    if mutant in _RESTARTS:
        recovering.restart = _RESTARTS[mutant]


def _sends_the_link_again(work: Work) -> None:
    for checkout in work.order.checkouts:
        if checkout.state is SendState.SENT:
            work.put_checkout(replace(checkout, state=SendState.PLANNED))
            work.do(StartSend(checkout.attempt))
            return
    _restart(work)


def _takes_sent_for_unsent(work: Work) -> None:
    for operation in work.order.operations:
        if operation.state is OperationState.SENT:
            refuse_operation(work, operation, "not_sent", Source.PROGRAM)
    _restart(work)


def _asks_anew(work: Work) -> None:
    """What a retry loop does: the answer is missing, so the command is given once more."""
    for operation in work.order.operations:
        if operation.state is OperationState.SENT and operation.kind in _MINTED:
            refuse_operation(work, operation, "not_sent", Source.PROGRAM)
            again = uuid4()
            work.put_operation(
                replace(
                    operation,
                    operation_id=again.hex,
                    key=str(again),
                    body=operation.body.replace(operation.key, str(again)),
                    state=OperationState.PLANNED,
                    sends=0,
                    first_sent_at=None,
                    last_sent_at=None,
                )
            )
            work.do(StartTransmit(again.hex))
            return
    _restart(work)


_MINTED = (OperationKind.REFUND, OperationKind.PARTIAL_CAPTURE)
_restart = recovering.restart
_RESTARTS = {
    "link_again": _sends_the_link_again,
    "sent_is_unsent": _takes_sent_for_unsent,
    "new_intent": _asks_anew,
}
MUTANTS = (*_AFFIRM, *_JOURNAL, *_RESTARTS)
