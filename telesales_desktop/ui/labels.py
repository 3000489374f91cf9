"""Which words does the window use for states, people, commands and news?

The one place of the sentences for states. Everything here is source text for Qt Linguist (context
``labels``); ``word`` gives it in the language of the window. ``{names}`` are filled by the caller.
"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.effects import Notice, Source
from telesales_desktop.domain.order import FreezeReason, OperationKind
from telesales_desktop.domain.order_state import Actor, CommandName, OrderState
from telesales_desktop.ui.palettes import Tone


def word(source: object) -> str:
    """A text of this module, in the language of the window."""
    return QCoreApplication.translate("labels", str(source))


STATE_WORDS = {
    OrderState.KEPT: QT_TRANSLATE_NOOP("labels", "Paid another way"),
    OrderState.DRAFT: QT_TRANSLATE_NOOP("labels", "Not sent"),
    OrderState.SENDING: QT_TRANSLATE_NOOP("labels", "Sending the link"),
    OrderState.SEND_REFUSED: QT_TRANSLATE_NOOP("labels", "Link refused"),
    OrderState.MAY_HAVE_BEEN_SENT: QT_TRANSLATE_NOOP("labels", "May have been sent"),
    OrderState.LINK_SENT: QT_TRANSLATE_NOOP("labels", "Link sent"),
    OrderState.OPENED: QT_TRANSLATE_NOOP("labels", "Opened"),
    OrderState.APPROVED: QT_TRANSLATE_NOOP("labels", "Approved"),
    OrderState.MORE_INFORMATION_NEEDED: QT_TRANSLATE_NOOP("labels", "Affirm needs more"),
    OrderState.NOT_APPROVED: QT_TRANSLATE_NOOP("labels", "Not approved"),
    OrderState.SAID_DONE: QT_TRANSLATE_NOOP("labels", "Said done, checking"),
    OrderState.CONFIRMED: QT_TRANSLATE_NOOP("labels", "Confirmed"),
    OrderState.AUTHORIZING: QT_TRANSLATE_NOOP("labels", "Authorizing"),
    OrderState.AUTHORIZE_REFUSED: QT_TRANSLATE_NOOP("labels", "Not authorized"),
    OrderState.AUTHORIZED: QT_TRANSLATE_NOOP("labels", "Authorized"),
    OrderState.OPERATION_RUNNING: QT_TRANSLATE_NOOP("labels", "Asking Affirm"),
    OrderState.OUTCOME_UNKNOWN: QT_TRANSLATE_NOOP("labels", "Not confirmed yet"),
    OrderState.FROZEN: QT_TRANSLATE_NOOP("labels", "Does not match"),
    OrderState.CLOSED: QT_TRANSLATE_NOOP("labels", "Link closed"),
    OrderState.LINK_EXPIRED: QT_TRANSLATE_NOOP("labels", "Link expired"),
    OrderState.AUTH_EXPIRED: QT_TRANSLATE_NOOP("labels", "Hold expired"),
    OrderState.CAPTURED: QT_TRANSLATE_NOOP("labels", "Captured"),
    OrderState.PARTIALLY_CAPTURED: QT_TRANSLATE_NOOP("labels", "Partly captured"),
    OrderState.PARTIALLY_REFUNDED: QT_TRANSLATE_NOOP("labels", "Partly refunded"),
    OrderState.REFUNDED: QT_TRANSLATE_NOOP("labels", "Refunded"),
    OrderState.VOIDED: QT_TRANSLATE_NOOP("labels", "Voided"),
    OrderState.DISPUTED: QT_TRANSLATE_NOOP("labels", "Disputed"),
    OrderState.DISPUTE_REFUNDED: QT_TRANSLATE_NOOP("labels", "Refunded after dispute"),
    OrderState.UNRECOGNIZED: QT_TRANSLATE_NOOP("labels", "Unknown: {word}"),
}

STATE_SENTENCES = {
    OrderState.KEPT: QT_TRANSLATE_NOOP(
        "labels", "Paid another way ({payment}). Kept here as a record; nothing goes to Affirm."
    ),
    OrderState.DRAFT: QT_TRANSLATE_NOOP("labels", "Not sent yet."),
    OrderState.SENDING: QT_TRANSLATE_NOOP("labels", "Asking Affirm to send the link."),
    OrderState.SEND_REFUSED: QT_TRANSLATE_NOOP(
        "labels", "The link was not sent. {reason} The customer has received nothing."
    ),
    OrderState.MAY_HAVE_BEEN_SENT: QT_TRANSLATE_NOOP(
        "labels", "We did not get Affirm's answer. Ask the customer whether the link arrived."
    ),
    OrderState.LINK_SENT: QT_TRANSLATE_NOOP(
        "labels", "Link sent by text and e-mail {at}. Waiting for the customer."
    ),
    OrderState.OPENED: QT_TRANSLATE_NOOP(
        "labels", "The link was opened. (A mail scanner can do that too.)"
    ),
    OrderState.APPROVED: QT_TRANSLATE_NOOP("labels", "Approved. The customer is choosing a plan."),
    OrderState.MORE_INFORMATION_NEEDED: QT_TRANSLATE_NOOP(
        "labels", "Affirm needs more from the customer, on their device."
    ),
    OrderState.NOT_APPROVED: QT_TRANSLATE_NOOP(
        "labels",
        "Affirm could not approve this purchase. Only the customer is told why. "
        "Offer another way to pay.",
    ),
    OrderState.SAID_DONE: QT_TRANSLATE_NOOP(
        "labels", "The customer seems to be done. We are asking Affirm; nothing is authorized yet."
    ),
    OrderState.CONFIRMED: QT_TRANSLATE_NOOP(
        "labels", "The customer has confirmed. Authorizing {amount} now."
    ),
    OrderState.AUTHORIZING: QT_TRANSLATE_NOOP(
        "labels", "The customer has confirmed. Authorizing {amount} now; stay on the line."
    ),
    OrderState.AUTHORIZE_REFUSED: QT_TRANSLATE_NOOP(
        "labels", "The customer has confirmed, but Affirm refused to authorize. {reason}"
    ),
    OrderState.AUTHORIZED: QT_TRANSLATE_NOOP(
        "labels", "Authorized for {amount}. You can close the sale. Capture by {capture_by}."
    ),
    OrderState.OPERATION_RUNNING: QT_TRANSLATE_NOOP("labels", "Asking Affirm. Nothing to do now."),
    OrderState.OUTCOME_UNKNOWN: QT_TRANSLATE_NOOP(
        "labels",
        "We asked Affirm {at} and did not get the answer. We are checking. "
        "Nothing needs to be repeated.",
    ),
    OrderState.FROZEN: QT_TRANSLATE_NOOP(
        "labels", "Affirm's record does not match this order. A supervisor decides."
    ),
    OrderState.CLOSED: QT_TRANSLATE_NOOP(
        "labels",
        "This link is closed for us: it still opens, but we will not accept it. "
        "Send a new one if the customer still wants to pay with Affirm.",
    ),
    OrderState.LINK_EXPIRED: QT_TRANSLATE_NOOP(
        "labels", "The link expired {expired}. Send a new one if the customer still wants it."
    ),
    OrderState.AUTH_EXPIRED: QT_TRANSLATE_NOOP(
        "labels",
        "The hold of {amount} ended before it was captured. No money is held any more; "
        "the customer must apply again.",
    ),
    OrderState.CAPTURED: QT_TRANSLATE_NOOP(
        "labels", "Captured: {captured} {at}. It can be refunded in full or in part."
    ),
    OrderState.PARTIALLY_CAPTURED: QT_TRANSLATE_NOOP(
        "labels",
        "{captured} of {amount} is captured. The other {uncaptured} is held until {capture_by}.",
    ),
    OrderState.PARTIALLY_REFUNDED: QT_TRANSLATE_NOOP(
        "labels", "{refunded} of {captured} was refunded. Up to {refundable} can still be refunded."
    ),
    OrderState.REFUNDED: QT_TRANSLATE_NOOP(
        "labels", "All of {refunded} was refunded {at}. Nothing more can be done."
    ),
    OrderState.VOIDED: QT_TRANSLATE_NOOP(
        "labels", "Voided {at}. The hold of {amount} was released; the customer owes nothing."
    ),
    OrderState.DISPUTED: QT_TRANSLATE_NOOP(
        "labels", "The customer disputes this purchase at Affirm. Answer in Affirm's portal."
    ),
    OrderState.DISPUTE_REFUNDED: QT_TRANSLATE_NOOP(
        "labels", "Affirm settled a dispute and gave the customer the money back."
    ),
    OrderState.UNRECOGNIZED: QT_TRANSLATE_NOOP(
        "labels",
        'Affirm says "{word}". We do not know this word yet; nothing is done on its account.',
    ),
}

# Variants of the sentences above, chosen in sentences.py.
SENT_BY_EMAIL_SANDBOX = QT_TRANSLATE_NOOP(
    "labels",
    "Link sent by e-mail {at}; the sandbox sends no text. Waiting for the customer.",
)
SENT_BY_EMAIL_CANADA = QT_TRANSLATE_NOOP(
    "labels", "Link sent by e-mail {at}, perhaps by text as well. Waiting for the customer."
)
SENT_BY_TEXT = QT_TRANSLATE_NOOP("labels", "Link sent by text {at}. Waiting for the customer.")
CONFIRMED_BY_HAND = QT_TRANSLATE_NOOP(
    "labels", "The customer has confirmed. Nothing is authorized yet: authorize {amount} now."
)
CONFIRMED_WAITING = QT_TRANSLATE_NOOP(
    "labels", "The customer confirmed {at}. {amount} is not authorized yet."
)
PARTIALLY_CAPTURED_NO_DATE = QT_TRANSLATE_NOOP(
    "labels", "{captured} of {amount} is captured. The other {uncaptured} is still held."
)
PARTIALLY_CAPTURED_ENDED = QT_TRANSLATE_NOOP(
    "labels",
    "{captured} of {amount} is captured. The hold of the other {uncaptured} has ended: it cannot "
    "be captured any more.",
)
AUTHORIZED_NO_DATE = QT_TRANSLATE_NOOP("labels", "Authorized for {amount}. You can close the sale.")
ASK_SUPERVISOR = QT_TRANSLATE_NOOP(
    "labels",
    "{sentence} It has taken too long: a supervisor looks it up in Affirm's portal.",
)
FROZEN_BY = {
    FreezeReason.AMOUNT: QT_TRANSLATE_NOOP(
        "labels",
        "Affirm's amount ({affirms}) is not this order's ({ours}). A supervisor decides.",
    ),
    FreezeReason.CURRENCY: QT_TRANSLATE_NOOP(
        "labels",
        "Affirm's currency ({affirms}) is not this order's ({ours}). A supervisor decides.",
    ),
    FreezeReason.ORDER_ID: QT_TRANSLATE_NOOP(
        "labels",
        "Affirm has this purchase under order {affirms}, not {ours}. A supervisor decides.",
    ),
    FreezeReason.CHECKOUT_ID: QT_TRANSLATE_NOOP(
        "labels",
        "Affirm names another checkout ({affirms}) than ours ({ours}). A supervisor decides.",
    ),
}
RUNNING = {
    OperationKind.AUTHORIZE: STATE_SENTENCES[OrderState.AUTHORIZING],
    OperationKind.CAPTURE: QT_TRANSLATE_NOOP("labels", "Asking Affirm to capture {asked}."),
    OperationKind.PARTIAL_CAPTURE: QT_TRANSLATE_NOOP(
        "labels", "Asking Affirm to capture {asked}, a part of the hold."
    ),
    OperationKind.REFUND: QT_TRANSLATE_NOOP("labels", "Asking Affirm to refund {asked}."),
    OperationKind.VOID: QT_TRANSLATE_NOOP(
        "labels", "Asking Affirm to release the hold of {asked}."
    ),
    OperationKind.UPDATE: QT_TRANSLATE_NOOP("labels", "Telling Affirm about the shipment."),
}
OPERATIONS = {
    OperationKind.AUTHORIZE: QT_TRANSLATE_NOOP("labels", "authorization of {amount}"),
    OperationKind.CAPTURE: QT_TRANSLATE_NOOP("labels", "capture of {amount}"),
    OperationKind.PARTIAL_CAPTURE: QT_TRANSLATE_NOOP("labels", "capture of {amount}"),
    OperationKind.REFUND: QT_TRANSLATE_NOOP("labels", "refund of {amount}"),
    OperationKind.VOID: QT_TRANSLATE_NOOP("labels", "release of the hold of {amount}"),
    OperationKind.UPDATE: QT_TRANSLATE_NOOP("labels", "shipment"),
}
UNKNOWN = {
    OperationKind.AUTHORIZE: QT_TRANSLATE_NOOP(
        "labels",
        "We asked Affirm to authorize {asked} {at} and did not get the answer. "
        "We are checking. Nothing needs to be repeated.",
    ),
    OperationKind.CAPTURE: QT_TRANSLATE_NOOP(
        "labels",
        "We asked Affirm to capture {asked} {at} and did not get the answer. "
        "We are checking. Nothing needs to be repeated.",
    ),
    OperationKind.PARTIAL_CAPTURE: QT_TRANSLATE_NOOP(
        "labels",
        "We asked Affirm to capture a part, {asked}, {at} and did not get the answer. "
        "We are checking. Nothing needs to be repeated.",
    ),
    OperationKind.REFUND: QT_TRANSLATE_NOOP(
        "labels",
        "We asked Affirm to refund {asked} {at} and did not get the answer. "
        "We are checking. Nothing needs to be repeated.",
    ),
    OperationKind.VOID: QT_TRANSLATE_NOOP(
        "labels",
        "We asked Affirm to release the hold of {asked} {at} and did not get the answer. "
        "We are checking. Nothing needs to be repeated.",
    ),
    OperationKind.UPDATE: QT_TRANSLATE_NOOP(
        "labels",
        "We told Affirm about the shipment {at} and did not get the answer. "
        "We are checking. No money moves by it.",
    ),
}

ACTORS = {
    Actor.AGENT: QT_TRANSLATE_NOOP("labels", "the agent"),
    Actor.CUSTOMER: QT_TRANSLATE_NOOP("labels", "the customer"),
    Actor.PROGRAM: QT_TRANSLATE_NOOP("labels", "the program"),
    Actor.SUPERVISOR: QT_TRANSLATE_NOOP("labels", "a supervisor"),
    Actor.FULFILMENT: QT_TRANSLATE_NOOP("labels", "fulfilment"),
    Actor.NOBODY: QT_TRANSLATE_NOOP("labels", "nobody"),
}

COMMANDS = {
    CommandName.SEND: QT_TRANSLATE_NOOP("labels", "Correct and send…"),
    CommandName.SEND_AGAIN: QT_TRANSLATE_NOOP("labels", "Send a new link"),
    CommandName.RESEND: QT_TRANSLATE_NOOP("labels", "Resend the link"),
    CommandName.SUPERSEDE: QT_TRANSLATE_NOOP("labels", "Correct…"),
    CommandName.REFRESH: QT_TRANSLATE_NOOP("labels", "Ask Affirm now"),
    CommandName.AUTHORIZE: QT_TRANSLATE_NOOP("labels", "The customer says it is done"),
    CommandName.CAPTURE: QT_TRANSLATE_NOOP("labels", "Capture"),
    CommandName.PARTIAL_CAPTURE: QT_TRANSLATE_NOOP("labels", "Capture a part…"),
    CommandName.REFUND: QT_TRANSLATE_NOOP("labels", "Refund…"),
    CommandName.PARTIAL_REFUND: QT_TRANSLATE_NOOP("labels", "Refund a part…"),
    CommandName.VOID: QT_TRANSLATE_NOOP("labels", "Void…"),
    CommandName.UPDATE: QT_TRANSLATE_NOOP("labels", "Shipment…"),
    CommandName.CANCEL_PLANNED: QT_TRANSLATE_NOOP("labels", "Drop the command"),
    CommandName.LIFT_FREEZE: QT_TRANSLATE_NOOP("labels", "Let the order go on…"),
    CommandName.RAISE_GENERATION: QT_TRANSLATE_NOOP("labels", "Allow a new try…"),
    CommandName.GIVE_VERDICT: QT_TRANSLATE_NOOP("labels", "Say what Affirm's portal shows…"),
    CommandName.COPY_LINK: QT_TRANSLATE_NOOP("labels", "Copy the link"),
}
OTHER_COMMANDS = {
    "close_link": QT_TRANSLATE_NOOP("labels", "Close this link…"),
    "take_over": QT_TRANSLATE_NOOP("labels", "Take over…"),
    "hand_over": QT_TRANSLATE_NOOP("labels", "Hand over…"),
}
AUTHORIZE_CONFIRMED = QT_TRANSLATE_NOOP("labels", "Authorize")

TONES = {
    Tone.NEUTRAL: QT_TRANSLATE_NOOP("labels", "Customer"),
    Tone.PROGRAM: QT_TRANSLATE_NOOP("labels", "In progress"),
    Tone.AGENT: QT_TRANSLATE_NOOP("labels", "To do"),
    Tone.DONE: QT_TRANSLATE_NOOP("labels", "Done"),
    Tone.STOPPED: QT_TRANSLATE_NOOP("labels", "Stopped"),
    Tone.DANGER: QT_TRANSLATE_NOOP("labels", "Look closer"),
}

SOURCES = {
    Source.AGENT: QT_TRANSLATE_NOOP("labels", "agent"),
    Source.SUPERVISOR: QT_TRANSLATE_NOOP("labels", "supervisor"),
    Source.PROGRAM: QT_TRANSLATE_NOOP("labels", "this program"),
    Source.AFFIRM: QT_TRANSLATE_NOOP("labels", "Affirm"),
    Source.WEBHOOK: QT_TRANSLATE_NOOP("labels", "webhook, verified"),
    Source.WEBHOOK_UNVERIFIED: QT_TRANSLATE_NOOP("labels", "webhook, not verified"),
    Source.BROWSER: QT_TRANSLATE_NOOP("labels", "customer's browser"),
}

PAYMENTS = {
    PaymentChoice.AFFIRM: QT_TRANSLATE_NOOP("labels", "Affirm"),
    PaymentChoice.CARD: QT_TRANSLATE_NOOP("labels", "Card"),
    PaymentChoice.INVOICE: QT_TRANSLATE_NOOP("labels", "Invoice"),
    PaymentChoice.OTHER: QT_TRANSLATE_NOOP("labels", "Other"),
}

NOTICES = {
    Notice.CONFIRMED: QT_TRANSLATE_NOOP("labels", "{customer} has confirmed."),
    Notice.AUTHORIZED: QT_TRANSLATE_NOOP(
        "labels", "{customer}: {amount} is authorized. You can close the sale."
    ),
    Notice.NOT_APPROVED: QT_TRANSLATE_NOOP(
        "labels", "{customer}: not approved. Offer another way to pay."
    ),
    Notice.MORE_INFORMATION_NEEDED: QT_TRANSLATE_NOOP(
        "labels", "{customer}: Affirm needs more, on their device."
    ),
    Notice.SEND_REFUSED: QT_TRANSLATE_NOOP("labels", "{customer}: the link was not sent."),
    Notice.MAY_HAVE_BEEN_SENT: QT_TRANSLATE_NOOP(
        "labels", "{customer}: no answer from Affirm. Ask whether the link arrived."
    ),
    Notice.OUTCOME_UNKNOWN: QT_TRANSLATE_NOOP(
        "labels", "{customer}: no answer from Affirm. We are checking; repeat nothing."
    ),
    Notice.OPERATION_DONE: QT_TRANSLATE_NOOP("labels", "{customer}: Affirm has done it. {state}."),
    Notice.OPERATION_REFUSED: QT_TRANSLATE_NOOP(
        "labels", "{customer}: Affirm refused. See the order."
    ),
    Notice.NEEDS_SUPERVISOR: QT_TRANSLATE_NOOP(
        "labels", "{customer}: a supervisor must look at this order."
    ),
    Notice.UNRECOGNIZED: QT_TRANSLATE_NOOP(
        "labels", "{customer}: Affirm uses a word that we do not know."
    ),
}

PARTLY_CAPTURED_ENDED = QT_TRANSLATE_NOOP("labels", "Captured, rest expired")


def state_word(state: OrderState, raw: str = "") -> str:
    """The state in one to three words; a word never seen before is shown as it came."""
    return word(STATE_WORDS[state]).format(word=raw)


def actor_word(actor: Actor) -> str:
    return word(ACTORS[actor])


def command_word(command: CommandName, state: OrderState) -> str:
    """What the button says; to authorize means another thing once Affirm shows it confirmed."""
    if command is CommandName.AUTHORIZE and state in (
        OrderState.CONFIRMED,
        OrderState.AUTHORIZE_REFUSED,
    ):
        return word(AUTHORIZE_CONFIRMED)
    return word(COMMANDS[command])
