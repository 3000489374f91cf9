"""How is each irreversible command asked about: amount, customer, effect?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.application.floor_values import FloorCommand
from telesales_desktop.domain.operations import capturable_cents, refundable_cents
from telesales_desktop.domain.order_state import CommandName
from telesales_desktop.ui.command_bar import CLOSE_LINK
from telesales_desktop.ui.confirm_dialogs import Question
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.order_notes import SOMEBODY, holder_of
from telesales_desktop.ui.order_sheet import OrderSheet
from telesales_desktop.ui.sentences import asked_text

# (title, sentence, effect, what the button says)
_TEXTS = {
    CommandName.VOID.value: (
        QT_TRANSLATE_NOOP("labels", "Void this order?"),
        QT_TRANSLATE_NOOP(
            "labels", "The hold of {amount} for {customer} (order {number}) will be released."
        ),
        QT_TRANSLATE_NOOP(
            "labels",
            "Affirm tells the customer. This cannot be undone: to sell again, the customer applies "
            "again.",
        ),
        QT_TRANSLATE_NOOP("labels", "Void {amount}"),
    ),
    CommandName.REFUND.value: (
        QT_TRANSLATE_NOOP("labels", "Refund all that is left?"),
        QT_TRANSLATE_NOOP("labels", "{customer} (order {number}) gets {amount} back."),
        QT_TRANSLATE_NOOP("labels", "Affirm gives the money back. This cannot be undone."),
        QT_TRANSLATE_NOOP("labels", "Refund {amount}"),
    ),
    CommandName.PARTIAL_REFUND.value: (
        QT_TRANSLATE_NOOP("labels", "Refund a part"),
        QT_TRANSLATE_NOOP("labels", "{customer} (order {number}) gets {amount} back."),
        QT_TRANSLATE_NOOP(
            "labels", "Up to {limit} can be refunded. Affirm gives it back; this cannot be undone."
        ),
        QT_TRANSLATE_NOOP("labels", "Refund {amount}"),
    ),
    CommandName.PARTIAL_CAPTURE.value: (
        QT_TRANSLATE_NOOP("labels", "Capture a part"),
        QT_TRANSLATE_NOOP("labels", "{amount} is taken for {customer} (order {number})."),
        QT_TRANSLATE_NOOP(
            "labels", "Up to {limit} is held. What is not captured in time is released."
        ),
        QT_TRANSLATE_NOOP("labels", "Capture {amount}"),
    ),
    CommandName.UPDATE.value: (
        QT_TRANSLATE_NOOP("labels", "Tell Affirm about the shipment"),
        QT_TRANSLATE_NOOP("labels", "Order {number} for {customer}, {amount}."),
        QT_TRANSLATE_NOOP("labels", "The customer sees it at Affirm. No money moves."),
        QT_TRANSLATE_NOOP("labels", "Tell Affirm"),
    ),
    CommandName.LIFT_FREEZE.value: (
        QT_TRANSLATE_NOOP("labels", "Let this order go on?"),
        QT_TRANSLATE_NOOP(
            "labels", "Order {number} for {customer}, {amount}, does not match Affirm's record."
        ),
        QT_TRANSLATE_NOOP(
            "labels",
            "Affirm is asked again at once. If it still does not match, the order stops again.",
        ),
        QT_TRANSLATE_NOOP("labels", "Let it go on"),
    ),
    CommandName.RAISE_GENERATION.value: (
        QT_TRANSLATE_NOOP("labels", "Allow a new try?"),
        QT_TRANSLATE_NOOP("labels", "Affirm refused a command for order {number} ({customer})."),
        QT_TRANSLATE_NOOP(
            "labels",
            "The next try counts as a new one at Affirm. Do this only when Affirm's portal shows "
            "that nothing happened.",
        ),
        QT_TRANSLATE_NOOP("labels", "Allow a new try"),
    ),
    CommandName.GIVE_VERDICT.value: (
        QT_TRANSLATE_NOOP("labels", "What does Affirm's portal show?"),
        QT_TRANSLATE_NOOP("labels", "No answer from Affirm: {asked}, order {number} ({customer})."),
        QT_TRANSLATE_NOOP(
            "labels",
            "Look the order up in Affirm's portal first. What you say here closes the command; "
            "nothing is sent.",
        ),
        QT_TRANSLATE_NOOP("labels", "It happened"),
    ),
    FloorCommand.TAKE_OVER.value: (
        QT_TRANSLATE_NOOP("labels", "Take this order over?"),
        QT_TRANSLATE_NOOP(
            "labels",
            "You act on order {number} for {customer}, {amount}, from now on. {holder} can only "
            "read it then.",
        ),
        QT_TRANSLATE_NOOP(
            "labels",
            "Affirm is read before anything else. What was begun at the other desk is settled, "
            "never sent a second time. Everybody sees who has taken it.",
        ),
        QT_TRANSLATE_NOOP("labels", "Take over"),
    ),
    FloorCommand.HAND_OVER.value: (
        QT_TRANSLATE_NOOP("labels", "Hand this order over"),
        QT_TRANSLATE_NOOP("labels", "Order {number} for {customer}, {amount}, goes to {person}."),
        QT_TRANSLATE_NOOP(
            "labels",
            "From then on {person} acts on it, and you can only read it. What is still open here "
            "is settled here first.",
        ),
        QT_TRANSLATE_NOOP("labels", "Hand over to {person}"),
    ),
    CLOSE_LINK: (
        QT_TRANSLATE_NOOP("labels", "Close this link?"),
        QT_TRANSLATE_NOOP(
            "labels", "{customer} (order {number}, {amount}) can still open the link."
        ),
        QT_TRANSLATE_NOOP(
            "labels",
            "Affirm cannot take a link back. If the customer confirms it anyway, nothing is "
            "authorized and a supervisor is told.",
        ),
        QT_TRANSLATE_NOOP("labels", "Close the link"),
    ),
}
ASKS_FIRST = frozenset(_TEXTS)
WITH_AMOUNT = frozenset({CommandName.PARTIAL_REFUND.value, CommandName.PARTIAL_CAPTURE.value})
_SAFE = frozenset(
    {
        CommandName.PARTIAL_CAPTURE.value,
        CommandName.UPDATE.value,
        CommandName.LIFT_FREEZE.value,
        CommandName.GIVE_VERDICT.value,
        FloorCommand.TAKE_OVER.value,
        FloorCommand.HAND_OVER.value,
    }
)


def whole_cents(command: str, sheet: OrderSheet) -> int:
    """The amount that a command without a typed one is about, as the sheet shows the order.

    What was read is what is asked for: money that moved meanwhile makes the command be refused.
    Units: cents.
    """
    order = sheet.file.order
    if command == CommandName.CAPTURE:
        return capturable_cents(order)
    if command == CommandName.REFUND:
        return refundable_cents(order)
    return order.total_cents


def question_for(command: str, sheet: OrderSheet, formats: Formats) -> Question:
    """The question to ask before ``command``; with ``{amount}`` left open where it is typed."""
    order = sheet.file.order
    limit = None
    cents = whole_cents(command, sheet)
    if command == CommandName.PARTIAL_CAPTURE:
        limit = capturable_cents(order)
    elif command == CommandName.PARTIAL_REFUND:
        limit = refundable_cents(order)
    shared = sheet.shared
    amount = "{amount}" if limit is not None else formats.money(cents, order.currency)
    facts = {
        "amount": amount,
        "asked": asked_text(order, formats) or amount,
        "limit": formats.money(limit or 0, order.currency),
        "customer": sheet.file.details.customer.full_name,
        "number": order.order_id,
        "holder": holder_of(shared) if shared else word(SOMEBODY),
        "person": "{person}",  # chosen in the dialog
    }
    title, sentence, effect, confirm = (word(text).format(**facts) for text in _TEXTS[command])
    return Question(
        title, sentence, effect, confirm, danger=command not in _SAFE, limit_cents=limit
    )
