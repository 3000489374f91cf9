"""What must be said of an order beside its state: who acts, what is odd, what a supervisor does?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.application.floor_values import FloorCommand, Holding, SharedOrder
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.order_row import OrderRow
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.refusal_labels import REFUSALS
from telesales_desktop.ui.sentences import asked_text
from telesales_desktop.ui.watch import has_old_link
from telesales_desktop.ui.watch_labels import (
    ALERTS,
    INSTRUCTIONS,
    INSTRUCTIONS_ELSEWHERE,
    OLD_LINK,
    READING_FIRST,
)

ELSEWHERE = QT_TRANSLATE_NOOP(
    "labels",
    "{holder} acts on this order ({workstation}). You can read it here; last heard of it {seen}.",
)
LOST = QT_TRANSLATE_NOOP(
    "labels",
    "{holder} has taken this order over ({workstation}), {seen}. Here it can only be read; what "
    "this desk had begun is still settled.",
)
NOBODY = QT_TRANSLATE_NOOP("labels", "Nobody acts on this order now: it was handed over or left.")
NOT_UPLOADED = QT_TRANSLATE_NOOP(
    "labels", "Colleagues do not see the latest yet: it goes to the relay as soon as it answers."
)
NOT_LOOKED_UP = QT_TRANSLATE_NOOP(
    "labels",
    "The relay did not answer before this was sent, so a colleague may have an order with this "
    "number too.",
)
SOMEBODY = QT_TRANSLATE_NOOP("labels", "a colleague")
ANOTHER_DESK = QT_TRANSLATE_NOOP("labels", "another workstation")


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence under the state's own, and how grave it is."""

    tone: Tone
    text: str


def notes_of(
    file: OrderFile,
    row: OrderRow,
    now: datetime,
    formats: Formats,
    *,
    shared: SharedOrder | None = None,
    lost_at: datetime | None = None,
) -> tuple[Note, ...]:
    """The sentences, who acts first. ``lost_at``: when this desk had to give the order up."""
    order = file.order
    notes: list[Note] = []
    if shared is not None:
        notes += _holding_notes(shared, now, formats, lost_at)
    for alert, text in ALERTS.items():
        if alert in order.alerts:
            notes.append(Note(Tone.DANGER, word(text)))
    todo = _instruction(file, row, formats)
    # What is held elsewhere is done by taking it over.
    may_take = shared is None or FloorCommand.TAKE_OVER in shared.allowed
    if todo and (row.here or may_take):
        notes.append(Note(Tone.DANGER, todo))
    if has_old_link(order) and row.state is not OrderState.CLOSED:
        notes.append(Note(Tone.AGENT, word(OLD_LINK)))
    if order.unproven and row.here:
        notes.append(Note(Tone.PROGRAM, word(READING_FIRST)))
    return tuple(notes)


def _holding_notes(
    shared: SharedOrder, now: datetime, formats: Formats, lost_at: datetime | None
) -> list[Note]:
    if shared.holding is Holding.HERE:
        late = ((NOT_UPLOADED, shared.waits_to_upload), (NOT_LOOKED_UP, shared.not_looked_up))
        return [Note(Tone.AGENT, word(text)) for text, holds in late if holds]
    if shared.holding is Holding.NOBODY:
        notes = [Note(Tone.AGENT, word(NOBODY))]
    else:
        seen = lost_at or shared.seen_at
        text = word(LOST if lost_at else ELSEWHERE).format(
            holder=holder_of(shared),
            workstation=shared.workstation or word(ANOTHER_DESK),
            seen=formats.since(seen, now) if seen else "?",
        )
        notes = [Note(Tone.AGENT if lost_at else Tone.NEUTRAL, text)]
    if FloorCommand.TAKE_OVER not in shared.allowed and shared.why_not_taken in REFUSALS:
        notes.append(Note(Tone.STOPPED, word(REFUSALS[shared.why_not_taken])))
    return notes


def holder_of(shared: SharedOrder) -> str:
    """Who acts on it, by name as far as that is known."""
    return shared.holder_name or shared.owner_name or word(SOMEBODY)


def _instruction(file: OrderFile, row: OrderRow, formats: Formats) -> str:
    table = INSTRUCTIONS if row.here else INSTRUCTIONS_ELSEWHERE
    text = table.get(row.trouble) if row.trouble is not None else None
    if text is None:
        return ""
    return word(text).format(
        amount=formats.money(row.amount_cents, row.currency),
        number=row.order_id,
        asked=asked_text(file.order, formats),
    )
