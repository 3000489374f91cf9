"""What of a record from the relay does a desk believe? The relay may lie; a signature does not.

Nothing here is believed for money: Affirm is read before anything is commanded. It decides what is
shown, which desk is taken to act, and what is told as an alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.sharing_journal import SeenRecord
from telesales_desktop.application.sharing_ports import Identity, SharedRecord

HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Belief:
    """What is kept of a record that is believed, and the record with its claim."""

    seen: SeenRecord
    record: SharedRecord


@dataclass(frozen=True, slots=True)
class Judgement:
    """``seen`` is to be kept, None for nothing; ``alarm`` is to be told."""

    seen: SeenRecord | None = None
    alarm: SharingAlarm | None = None


def judge(
    record: SharedRecord,
    kept: SeenRecord | None,
    *,
    me: Identity,
    own_tokens: frozenset[str],
    environment: str,
    is_held_here: bool,
    at: datetime,
    asked_at: datetime | None,
) -> Judgement:
    """What to make of a record. ``kept``: what was seen of the order before; ``own_tokens``: of
    everybody who works, or has worked, at this workstation; ``asked_at``: when the relay was asked,
    None where that is not known. Two answers may overtake each other: that is no lie."""
    if record.environment != environment:
        return Judgement()
    if kept is not None and record.version < kept.version:
        is_lie = asked_at is not None and kept.seen_at < asked_at
        return Judgement(alarm=SharingAlarm.OLDER_RECORD if is_lie else None)
    if record.content is None and not record.is_taken_away:
        return Judgement(alarm=None if record.is_newer else SharingAlarm.FORGED_RECORD)
    if record.is_taken_away and (record.claim is None or not record.claim.proven):
        return Judgement(alarm=SharingAlarm.FORGED_CLAIM)
    if not _may_hold(record, kept, me):
        return Judgement(alarm=SharingAlarm.FORGED_CLAIM)
    content = record.content
    is_own = is_held_here and record.holder_id in own_tokens
    return Judgement(
        SeenRecord(
            order_key=record.order_key,
            version=record.version,
            owner=record.owner_id,
            holder=record.holder_id,
            seen_at=at,
            holder_name=record.holder_name,
            workstation="" if content is None else content.workstation,
            file=None if content is None or is_own else content.file,
        )
    )


def _may_hold(record: SharedRecord, kept: SeenRecord | None, me: Identity) -> bool:
    """Whether the desk that is said to act may be believed to.

    Who acts changes by a claim or a hand-over only, and those are signed, version and all: an old
    one shown again is not newer than what was seen since. Of several the relay keeps the last; then
    a newer record that another desk sealed shows that this one did not act alone any more.
    """
    by_another = record.content is not None and not _is_from(record, me)
    if kept is None:
        return record.holder_id == me.token_id or record.content is None or by_another
    if record.holder_id == kept.holder or _is_moved(record, kept.version):
        return True
    return by_another and record.version > kept.version


def _is_from(record: SharedRecord, me: Identity) -> bool:
    content = record.content
    return content is not None and (content.person_id, content.workstation) == (
        me.person_id,
        me.workstation,
    )


def _is_moved(record: SharedRecord, since_version: int) -> bool:
    claim = record.claim
    if claim is None or not claim.proven or claim.version < since_version:
        return False
    if claim.kind == HAND_OVER:
        return True  # a claim that came before it is not kept: who acts is the relay's word alone
    return record.holder_id == claim.token_id


def is_given_to(record: SharedRecord, me: Identity) -> bool:
    """Whether somebody gave this order to this person, and signed it for what it now is."""
    claim = record.claim
    return (
        claim is not None
        and claim.proven
        and claim.kind == HAND_OVER
        and claim.to_person_id == me.person_id == record.owner_id
        and claim.version == record.version
    )


def is_claimed_by(record: SharedRecord, me: Identity) -> bool:
    """Whether this very desk claimed it for what it now is: only the journal has missed it."""
    claim = record.claim
    return (
        claim is not None
        and claim.proven
        and claim.kind != HAND_OVER
        and claim.token_id == me.token_id == record.holder_id
        and claim.version == record.version
    )
