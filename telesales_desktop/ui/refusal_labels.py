"""What does the window say when a rule of ours refuses a command?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word

REFUSALS = {
    "not_affirm": QT_TRANSLATE_NOOP("labels", "This order is paid another way."),
    "frozen": QT_TRANSLATE_NOOP("labels", "This order is stopped until a supervisor decides."),
    "already_authorized": QT_TRANSLATE_NOOP(
        "labels", "This order is already authorized, or being authorized."
    ),
    "sending": QT_TRANSLATE_NOOP("labels", "The link is being sent. Wait for Affirm's answer."),
    "link_is_live": QT_TRANSLATE_NOOP(
        "labels", "The customer already has a link. Resend it, or correct the order."
    ),
    "link_is_used": QT_TRANSLATE_NOOP(
        "labels", "The customer has used this link. It cannot be sent again."
    ),
    "no_live_link": QT_TRANSLATE_NOOP("labels", "There is no open link for this order."),
    "superseded": QT_TRANSLATE_NOOP(
        "labels", "This link was replaced. Only a supervisor may accept it."
    ),
    "resend_too_soon": QT_TRANSLATE_NOOP(
        "labels", "The link was sent a moment ago. Try again in {wait_s} s."
    ),
    "not_authorized": QT_TRANSLATE_NOOP("labels", "Nothing is authorized for this order yet."),
    "in_flight": QT_TRANSLATE_NOOP(
        "labels", "A command for this order is under way. Wait for Affirm's answer."
    ),
    "authorization_expired": QT_TRANSLATE_NOOP(
        "labels", "The hold has ended. The customer must apply again."
    ),
    "already_captured": QT_TRANSLATE_NOOP("labels", "The whole amount is already captured."),
    "already_refunded": QT_TRANSLATE_NOOP("labels", "Everything was already refunded."),
    "not_captured": QT_TRANSLATE_NOOP(
        "labels", "Nothing is captured yet, so nothing can be refunded. Void the hold instead."
    ),
    "void_after_capture": QT_TRANSLATE_NOOP(
        "labels", "Money was captured, so the hold cannot be voided. Refund it instead."
    ),
    "voided": QT_TRANSLATE_NOOP("labels", "The hold was voided. Nothing more can be done."),
    "disputed": QT_TRANSLATE_NOOP(
        "labels", "The customer disputes this purchase. Answer in Affirm's portal."
    ),
    "unrecognized": QT_TRANSLATE_NOOP(
        "labels", "Affirm uses a word that we do not know, so nothing is done here."
    ),
    "amount_not_positive": QT_TRANSLATE_NOOP("labels", "The amount must be more than zero."),
    "more_than_left": QT_TRANSLATE_NOOP(
        "labels", "That is more than is left. Up to {left} is possible."
    ),
    "no_partial_capture": QT_TRANSLATE_NOOP(
        "labels", "This merchant's account takes the whole amount only."
    ),
    "not_frozen": QT_TRANSLATE_NOOP("labels", "This order is not stopped any more."),
    "already_sent": QT_TRANSLATE_NOOP(
        "labels", "The command has already left. It cannot be dropped."
    ),
    "already_asked": QT_TRANSLATE_NOOP("labels", "That was asked for already. See the order."),
    "reading_first": QT_TRANSLATE_NOOP(
        "labels", "Affirm is being asked how this order stands. Try again in a moment."
    ),
    "contested": QT_TRANSLATE_NOOP(
        "labels", "Another workstation may have a link of its own. Only a supervisor may accept it."
    ),
    "other_desk": QT_TRANSLATE_NOOP(
        "labels", "The workstation that began it may still send it, for a day at most."
    ),
    "nothing_refused": QT_TRANSLATE_NOOP(
        "labels", "Nothing was refused for this order, so there is nothing to try again."
    ),
    "already_settled": QT_TRANSLATE_NOOP("labels", "The outcome is known by now. See the order."),
    "still_checking": QT_TRANSLATE_NOOP(
        "labels", "We are still checking by ourselves. Give it ten minutes."
    ),
    "cancelled": QT_TRANSLATE_NOOP("labels", "It was dropped before it left."),
    "not_sent": QT_TRANSLATE_NOOP(
        "labels", "Affirm could not be reached; nothing left this computer."
    ),
    "late": QT_TRANSLATE_NOOP(
        "labels", "The computer slept before it left, so nothing was sent. Ask for it again."
    ),
    "overtaken": QT_TRANSLATE_NOOP("labels", "Affirm's record shows that it did not happen."),
    "by_hand": QT_TRANSLATE_NOOP(
        "labels", "A supervisor saw in Affirm's portal that it did not happen."
    ),
    "affirm_shows_it": QT_TRANSLATE_NOOP(
        "labels",
        "An authorization that happened shows here by itself, from Affirm's record. Choose "
        "“Ask Affirm now” and look again.",
    ),
    "busy": QT_TRANSLATE_NOOP("labels", "Affirm is busy. Try again in a minute."),
    "held_elsewhere": QT_TRANSLATE_NOOP(
        "labels", "Somebody else was faster and acts on this order now."
    ),
    "number_taken": QT_TRANSLATE_NOOP(
        "labels", "{name} has an order with this number. Nothing was sent: talk to them first."
    ),
    "number_taken_elsewhere": QT_TRANSLATE_NOOP(
        "labels", "Another desk has an order with this number. Nothing was sent: ask a supervisor."
    ),
    "unfilled": QT_TRANSLATE_NOOP(
        "labels",
        "The journal is not rebuilt to its end, so orders are missing. Nothing was sent. "
        "Go on with the rebuilding first.",
    ),
    "relay_must_agree": QT_TRANSLATE_NOOP(
        "labels",
        "Another desk may know this order, so the relay must agree first, and it does not answer. "
        "Nothing was sent. Try again when it answers.",
    ),
    "own_command_open": QT_TRANSLATE_NOOP(
        "labels", "A command of this desk's has no answer yet. It is settled first, by itself."
    ),
    "not_shared": QT_TRANSLATE_NOOP(
        "labels", "The relay does not have this order yet. Try again when it answers."
    ),
    "record_does_not_fit": QT_TRANSLATE_NOOP(
        "labels", "The relay's record does not fit this order, so it is not taken. Tell IT."
    ),
    "no_such_person": QT_TRANSLATE_NOOP("labels", "The relay knows nobody of that name any more."),
    "nobody_else": QT_TRANSLATE_NOOP(
        "labels", "The relay knows nobody else. A colleague must enrol first."
    ),
    "looks_only": QT_TRANSLATE_NOOP(
        "labels",
        "This computer only shows orders. Tell whoever acts on it, or another supervisor.",
    ),
    "not_yours": QT_TRANSLATE_NOOP(
        "labels", "Only its owner or a supervisor may do that with this order."
    ),
    "order_moved": QT_TRANSLATE_NOOP(
        "labels", "The order was changed at the same moment. Look at it again."
    ),
    "no_such_order": QT_TRANSLATE_NOOP("labels", "This computer has no order of that number."),
    "supervisors_only": QT_TRANSLATE_NOOP("labels", "Only a supervisor may do that."),
    "closed": QT_TRANSLATE_NOOP(
        "labels", "The program is closing. Do it again after the next start."
    ),
    "no_relay": QT_TRANSLATE_NOOP("labels", "That needs the relay, and this profile has none."),
    "order_exists": QT_TRANSLATE_NOOP(
        "labels", "There is already an order with this number. Open it, or use another number."
    ),
    "no_urls": QT_TRANSLATE_NOOP(
        "labels", "The profile lacks the addresses the customer returns to. IT must complete it."
    ),
}
OTHER = QT_TRANSLATE_NOOP("labels", "That did not work ({code}).")


def refusal_text(error: CommandRefusedError, formats: Formats) -> str:
    """Why a rule of ours refuses."""
    params = {
        name: formats.money(int(value)) if name in ("left", "asked") else value
        for name, value in error.params.items()
    }
    text = REFUSALS.get(error.reason)
    if text is None:
        return word(OTHER).format(code=error.reason)
    return word(text).format(**params)
