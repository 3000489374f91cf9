"""What does the detail of one order show? Worked out once a change: the view decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telesales_desktop.application.floor_values import Holding, SharedOrder
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.money import Environment
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.order_state import CommandName, OrderState, allowed_commands
from telesales_desktop.ui.error_labels import affirm_reason
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import CONFIRMED_WAITING, word
from telesales_desktop.ui.order_notes import Note, notes_of
from telesales_desktop.ui.order_row import OrderRow, row_of, tone_of
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.sentences import last_refusal, state_sentence
from telesales_desktop.ui.timeline_labels import KINDS
from telesales_desktop.ui.watch import Trouble


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """One order, ready to be shown. ``link`` is "" wherever it must not be copied from here."""

    file: OrderFile
    row: OrderRow
    sentence: str
    refusal: str
    notes: tuple[Note, ...]
    commands: frozenset[str]  # ``CommandName`` and ``FloorCommand``
    busy: bool
    link: str
    tone: Tone = Tone.NEUTRAL
    shared: SharedOrder | None = None

    @property
    def wants_hand(self) -> bool:
        """Whether somebody should take it: it is stuck, or nobody acts on it."""
        is_left = self.shared is not None and self.shared.holding is Holding.NOBODY
        return is_left or self.row.trouble is not None


def sheet_of(
    file: OrderFile,
    now: datetime,
    formats: Formats,
    profile: Profile,
    *,
    busy: bool,
    shared: SharedOrder | None = None,
    lost_at: datetime | None = None,
) -> OrderSheet:
    """The sheet of an order as it is now; ``busy`` while a command of ours runs for it.

    ``lost_at``: since when another desk acts on what this one had.
    """
    order = file.order
    supervises = profile.role is Role.SUPERVISOR
    row = row_of(
        file, now, shared, me=profile.agent, me_id=profile.person_id, supervises=supervises
    )
    commands: set[str] = set(_money_and_link(order, now, profile)) if row.here else set()
    link = ""
    if order.environment is Environment.LIVE:
        # The agent must never open the customer's application: no link on this desk.
        commands.discard(CommandName.COPY_LINK)
    elif order.checkout is not None and CommandName.COPY_LINK in commands:
        link = order.checkout.redirect_url
    return OrderSheet(
        file=file,
        row=row,
        sentence=_sentence(file, shared, now, formats),
        refusal=_refusal(file, row.state),
        notes=notes_of(file, row, now, formats, shared=shared, lost_at=lost_at),
        commands=frozenset(commands) | (shared.allowed if shared else frozenset()),
        busy=busy,
        link=link,
        tone=row.tone if row.trouble is Trouble.CONFIRMED else tone_of(row.state, row.actor),
        shared=shared,
    )


def _sentence(file: OrderFile, shared: SharedOrder | None, now: datetime, formats: Formats) -> str:
    """What is true; the relay may know of a confirmation that the holder's record lacks."""
    if shared is None or shared.confirmed_at is None:
        return state_sentence(file, now, formats)
    order = file.order
    return word(CONFIRMED_WAITING).format(
        at=formats.at(shared.confirmed_at, now),
        amount=formats.money(order.total_cents, order.currency),
    )


def _money_and_link(order: Order, now: datetime, profile: Profile) -> frozenset[CommandName]:
    allowed = allowed_commands(
        order,
        now,
        is_supervisor=profile.role is Role.SUPERVISOR,
        split_capture=profile.split_capture,
    )
    return allowed if profile.split_capture else allowed - {CommandName.PARTIAL_CAPTURE}


def _refusal(file: OrderFile, state: OrderState) -> str:
    """What Affirm said no to last, unless the sentence itself says so."""
    refused = last_refusal(file.order)
    if refused is None or state is OrderState.AUTHORIZE_REFUSED:
        return ""
    text = KINDS[f"{refused.kind.value}_refused"]
    return word(text).format(reason=affirm_reason(refused.verdict)).strip()
