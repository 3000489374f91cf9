"""What does each line of an order's timeline say?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.domain.effects import Source, TimelineEntry
from telesales_desktop.domain.order import Alert, FreezeReason
from telesales_desktop.ui.error_labels import affirm_reason
from telesales_desktop.ui.field_labels import is_canadian
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import FROZEN_BY, SOURCES, word

KINDS = {
    "created": QT_TRANSLATE_NOOP("labels", "Order entered by {actor}"),
    "kept": QT_TRANSLATE_NOOP("labels", "Kept as a record: paid another way"),
    "details_changed": QT_TRANSLATE_NOOP("labels", "Details corrected by {actor}"),
    "send_asked": QT_TRANSLATE_NOOP("labels", "{actor} asked for the link to be sent"),
    "link_sent": QT_TRANSLATE_NOOP("labels", "Affirm took the order and sends the link"),
    "send_refused": QT_TRANSLATE_NOOP("labels", "The link was not sent. {reason}"),
    "may_have_been_sent": QT_TRANSLATE_NOOP(
        "labels", "No answer from Affirm: the link may have been sent"
    ),
    "resend_asked": QT_TRANSLATE_NOOP("labels", "{actor} asked for the link to be sent again"),
    "link_resent": QT_TRANSLATE_NOOP("labels", "Affirm sends the link again"),
    "resend_refused": QT_TRANSLATE_NOOP("labels", "The link was not sent again. {reason}"),
    "resend_not_sent": QT_TRANSLATE_NOOP(
        "labels", "The link was not sent again: Affirm could not be reached"
    ),
    "resend_unknown": QT_TRANSLATE_NOOP(
        "labels", "No answer from Affirm: the link may have been sent again"
    ),
    "superseded": QT_TRANSLATE_NOOP(
        "labels", "{actor} closed the link: it still opens, but we will not accept it"
    ),
    "adopted": QT_TRANSLATE_NOOP("labels", "The lost answer was found: Affirm has this checkout"),
    "not_ours": QT_TRANSLATE_NOOP("labels", "News about a checkout that is not this order's"),
    "taken_over": QT_TRANSLATE_NOOP("labels", "Taken over by {actor}"),
    "customer_says_done": QT_TRANSLATE_NOOP("labels", "{actor}: the customer says it is done"),
    "freeze_lifted": QT_TRANSLATE_NOOP("labels", "{actor} decided that the order may go on"),
    "generation_raised": QT_TRANSLATE_NOOP("labels", "{actor} allowed a new try"),
    "verdict_given": QT_TRANSLATE_NOOP("labels", "{actor} said what Affirm's portal shows"),
    "authorized_elsewhere": QT_TRANSLATE_NOOP(
        "labels", "Authorized for {amount} by another computer"
    ),
    "authorize_asked": QT_TRANSLATE_NOOP(
        "labels", "Authorization of {amount} asked for by {actor}"
    ),
    "authorize_done": QT_TRANSLATE_NOOP("labels", "Authorized for {amount}"),
    "authorize_refused": QT_TRANSLATE_NOOP("labels", "Not authorized. {reason}"),
    "authorize_unknown": QT_TRANSLATE_NOOP("labels", "No answer to the authorization: checking"),
    "authorize_doubted": QT_TRANSLATE_NOOP(
        "labels", "Unclear answer to the authorization: checking"
    ),
    "capture_asked": QT_TRANSLATE_NOOP("labels", "Capture of {amount} asked for by {actor}"),
    "capture_done": QT_TRANSLATE_NOOP("labels", "Captured: {amount}"),
    "capture_refused": QT_TRANSLATE_NOOP("labels", "Not captured. {reason}"),
    "capture_unknown": QT_TRANSLATE_NOOP("labels", "No answer to the capture: checking"),
    "capture_doubted": QT_TRANSLATE_NOOP("labels", "Unclear answer to the capture: checking"),
    "partial_capture_asked": QT_TRANSLATE_NOOP(
        "labels", "Capture of a part, {amount}, asked for by {actor}"
    ),
    "partial_capture_done": QT_TRANSLATE_NOOP("labels", "A part is captured: {amount}"),
    "partial_capture_refused": QT_TRANSLATE_NOOP("labels", "The part was not captured. {reason}"),
    "partial_capture_unknown": QT_TRANSLATE_NOOP(
        "labels", "No answer to the capture of a part: checking"
    ),
    "partial_capture_doubted": QT_TRANSLATE_NOOP(
        "labels", "Unclear answer to the capture of a part: checking"
    ),
    "refund_asked": QT_TRANSLATE_NOOP("labels", "Refund of {amount} asked for by {actor}"),
    "refund_done": QT_TRANSLATE_NOOP("labels", "Refunded: {amount}"),
    "refund_refused": QT_TRANSLATE_NOOP("labels", "Not refunded. {reason}"),
    "refund_unknown": QT_TRANSLATE_NOOP("labels", "No answer to the refund: checking"),
    "refund_doubted": QT_TRANSLATE_NOOP("labels", "Unclear answer to the refund: checking"),
    "void_asked": QT_TRANSLATE_NOOP("labels", "Release of the hold asked for by {actor}"),
    "void_done": QT_TRANSLATE_NOOP("labels", "Voided: the hold of {amount} is released"),
    "void_refused": QT_TRANSLATE_NOOP("labels", "Not voided. {reason}"),
    "void_unknown": QT_TRANSLATE_NOOP("labels", "No answer to the release of the hold: checking"),
    "void_doubted": QT_TRANSLATE_NOOP(
        "labels", "Unclear answer to the release of the hold: checking"
    ),
    "update_asked": QT_TRANSLATE_NOOP("labels", "Shipment told by {actor}"),
    "update_done": QT_TRANSLATE_NOOP("labels", "Affirm knows about the shipment"),
    "update_refused": QT_TRANSLATE_NOOP("labels", "Affirm did not take the shipment. {reason}"),
    "update_unknown": QT_TRANSLATE_NOOP("labels", "No answer about the shipment: checking"),
    "update_doubted": QT_TRANSLATE_NOOP("labels", "Unclear answer about the shipment: checking"),
}
OTHER_KIND = QT_TRANSLATE_NOOP("labels", "Noted: {kind}")

# Words of Affirm's, as a webhook or a read brings them.
WORDS = {
    "sent": QT_TRANSLATE_NOOP("labels", "Link sent"),
    "unknown": QT_TRANSLATE_NOOP("labels", "Link not opened yet"),
    "opened": QT_TRANSLATE_NOOP("labels", "Opened (may be a mail scanner)"),
    "approved": QT_TRANSLATE_NOOP("labels", "Approved; the customer is choosing a plan"),
    "more_information_needed": QT_TRANSLATE_NOOP("labels", "Affirm needs more from the customer"),
    "not_approved": QT_TRANSLATE_NOOP("labels", "Not approved"),
    "confirmed": QT_TRANSLATE_NOOP("labels", "Confirmed by the customer"),
    "authorized": QT_TRANSLATE_NOOP("labels", "Authorized"),
    "voided": QT_TRANSLATE_NOOP("labels", "Voided"),
    "auth_expired": QT_TRANSLATE_NOOP("labels", "The hold has expired"),
    "partially_captured": QT_TRANSLATE_NOOP("labels", "A part is captured"),
    "captured": QT_TRANSLATE_NOOP("labels", "Captured"),
    "partially_refunded": QT_TRANSLATE_NOOP("labels", "A part was refunded"),
    "refunded": QT_TRANSLATE_NOOP("labels", "Refunded"),
    "disputed": QT_TRANSLATE_NOOP("labels", "Disputed by the customer"),
    "dispute_refunded": QT_TRANSLATE_NOOP("labels", "Refunded after a dispute"),
}
UNKNOWN_WORD = QT_TRANSLATE_NOOP("labels", 'A word we do not know: "{word}"')
UNREADABLE = QT_TRANSLATE_NOOP("labels", "News that we could not read; Affirm is asked")
CAME_BACK = QT_TRANSLATE_NOOP("labels", "The customer's browser came back from Affirm")
CAME_BACK_CANCELLED = QT_TRANSLATE_NOOP(
    "labels", "The customer's browser came back: cancelled or not approved"
)

ALERTS = {
    Alert.SECOND_CONFIRMATION: QT_TRANSLATE_NOOP(
        "labels", "Two links of this order were confirmed: a supervisor must look"
    ),
    Alert.SUPERSEDED_CONFIRMED: QT_TRANSLATE_NOOP(
        "labels", "A closed link was confirmed. Nothing is authorized: a supervisor must look"
    ),
    Alert.UNKNOWN_TOO_LONG: QT_TRANSLATE_NOOP(
        "labels", "The outcome is unknown for ten minutes: a supervisor must look"
    ),
    Alert.KEY_TOO_OLD: QT_TRANSLATE_NOOP(
        "labels", "Too old to be sent again safely: a supervisor must look in Affirm's portal"
    ),
    Alert.CONTESTED: QT_TRANSLATE_NOOP(
        "labels",
        "A link sent after a take-over was confirmed; the other workstation may have its own:"
        " a supervisor must look",
    ),
    Alert.AUTHORIZE_REFUSED: QT_TRANSLATE_NOOP(
        "labels", "Affirm shows it as confirmed and refused to authorize: a supervisor must look"
    ),
    Alert.UNRECOGNIZED: QT_TRANSLATE_NOOP(
        "labels", "Affirm uses a word that we do not know: a supervisor must look"
    ),
}
PROGRAM = QT_TRANSLATE_NOOP("labels", "this program")


def source_text(source: Source) -> str:
    return word(SOURCES[source])


def timeline_text(entry: TimelineEntry, formats: Formats) -> str:
    """One line: what happened, without when and from where."""
    match entry.kind:
        case "delivery":
            return _delivery(entry)
        case "status" | "transaction_status":
            return _affirm_word(str(entry.params.get("word", "")))
        case "alert":
            return _alert(str(entry.params.get("alert", "")))
        case "frozen":
            return _frozen(entry, formats)
        case _:
            return _plain(entry, formats)


def _plain(entry: TimelineEntry, formats: Formats) -> str:
    params = entry.params
    text = KINDS.get(entry.kind)
    if text is None:
        return word(OTHER_KIND).format(kind=entry.kind)
    amount = params.get("amount", 0)
    actor = str(params.get("actor", ""))
    return (
        word(text)
        .format(
            actor=word(PROGRAM) if actor in ("", "program") else actor,
            amount=formats.money(amount) if isinstance(amount, int) else amount,
            reason=affirm_reason(
                str(params.get("reason", "")),
                str(params.get("field", "")),
                canadian=is_canadian(formats),
            ),
        )
        .strip()
    )


def _delivery(entry: TimelineEntry) -> str:
    said = str(entry.params.get("word", ""))
    if entry.source is Source.BROWSER:
        return word(CAME_BACK_CANCELLED if said == "cancelled" else CAME_BACK)
    return _affirm_word(said) if said else word(UNREADABLE)


def _affirm_word(said: str) -> str:
    return word(WORDS[said]) if said in WORDS else word(UNKNOWN_WORD).format(word=said)


def _alert(name: str) -> str:
    for alert, text in ALERTS.items():
        if alert.value == name:
            return word(text)
    return word(OTHER_KIND).format(kind=name)


def _frozen(entry: TimelineEntry, formats: Formats) -> str:
    for reason, text in FROZEN_BY.items():
        if reason.value == entry.params.get("reason"):
            ours, affirms = frozen_values(
                reason,
                str(entry.params.get("ours", "")),
                str(entry.params.get("affirms", "")),
                formats,
            )
            return word(text).format(ours=ours, affirms=affirms)
    return word(OTHER_KIND).format(kind=entry.kind)


def frozen_values(
    reason: FreezeReason, ours: str, affirms: str, formats: Formats
) -> tuple[str, str]:
    """Both sides of a mismatch, ready to be read; amounts come as cents in text."""
    if reason is not FreezeReason.AMOUNT:
        return ours or "?", affirms or "?"
    return tuple(formats.money(int(t)) if t.lstrip("-").isdigit() else "?" for t in (ours, affirms))  # type: ignore[return-value]  # two in, two out
