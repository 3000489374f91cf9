"""What does the detail of one order show? Worked out once a change: the view decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telesales_desktop.application.ports import OrderFile
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.money import Environment
from telesales_desktop.domain.order_state import CommandName, OrderState, allowed_commands
from telesales_desktop.ui.error_labels import affirm_reason
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.order_row import OrderRow, row_of
from telesales_desktop.ui.sentences import last_refusal, state_sentence
from telesales_desktop.ui.timeline_labels import KINDS


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """One order, ready to be shown. ``link`` is "" wherever it must not be copied from here."""

    file: OrderFile
    row: OrderRow
    sentence: str
    refusal: str
    commands: frozenset[CommandName]
    busy: bool
    link: str


def sheet_of(
    file: OrderFile, now: datetime, formats: Formats, profile: Profile, *, busy: bool
) -> OrderSheet:
    """The sheet of an order as it is now; ``busy`` while a command of ours runs for it."""
    order = file.order
    row = row_of(file, now)
    commands = set(
        allowed_commands(
            order,
            now,
            is_supervisor=profile.role is Role.SUPERVISOR,
            split_capture=profile.split_capture,
        )
    )
    if not profile.split_capture:
        commands.discard(CommandName.PARTIAL_CAPTURE)
    link = ""
    if order.environment is Environment.LIVE:
        # The agent must never open the customer's application: no link on this desk.
        commands.discard(CommandName.COPY_LINK)
    elif order.checkout is not None and CommandName.COPY_LINK in commands:
        link = order.checkout.redirect_url
    return OrderSheet(
        file=file,
        row=row,
        sentence=state_sentence(file, now, formats),
        refusal=_refusal(file, row.state),
        commands=frozenset(commands),
        busy=busy,
        link=link,
    )


def _refusal(file: OrderFile, state: OrderState) -> str:
    """What Affirm said no to last, unless the sentence itself says so."""
    refused = last_refusal(file.order)
    if refused is None or state is OrderState.AUTHORIZE_REFUSED:
        return ""
    text = KINDS[f"{refused.kind.value}_refused"]
    return word(text).format(reason=affirm_reason(refused.verdict)).strip()
