"""What does the window say when something is refused, cannot be used or cannot be reached?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    AffirmUnreachableError,
    CommandRefusedError,
    CredentialsError,
    InputError,
    JournalError,
    OutcomeUnknownError,
    SettingsError,
    TelesalesError,
)
from telesales_desktop.domain.relay_errors import (
    RelayEnrolmentRefusedError,
    RelayError,
    RelayTokenRefusedError,
)
from telesales_desktop.ui.affirm_field import form_field
from telesales_desktop.ui.field_labels import field_word, input_problem, is_canadian
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.refusal_labels import OTHER, REFUSALS, refusal_text

# --- Affirm's own refusals ------------------------------------------------------------------------

AFFIRM_REASONS = {
    "auth-declined": QT_TRANSLATE_NOOP("labels", "Affirm declined the authorization."),
    "capture-declined": QT_TRANSLATE_NOOP("labels", "Affirm declined the capture."),
    "capture-greater-instrument": QT_TRANSLATE_NOOP("labels", "That is more than is held."),
    "capture-unequal-instrument": QT_TRANSLATE_NOOP(
        "labels", "The amount is not the amount that is held."
    ),
    "capture-voided": QT_TRANSLATE_NOOP("labels", "The hold was voided."),
    "capture-limit-exceeded": QT_TRANSLATE_NOOP(
        "labels", "Affirm's limit for captures is reached."
    ),
    "partial-capture-instrument": QT_TRANSLATE_NOOP(
        "labels", "This purchase can only be captured whole."
    ),
    "expired-authorization": QT_TRANSLATE_NOOP("labels", "The hold has ended at Affirm."),
    "duplicate-capture": QT_TRANSLATE_NOOP("labels", "It was captured before."),
    "refund-exceeded": QT_TRANSLATE_NOOP("labels", "That is more than can be refunded."),
    "refund-uncaptured": QT_TRANSLATE_NOOP(
        "labels", "Nothing is captured, so nothing can be refunded."
    ),
    "refund-voided": QT_TRANSLATE_NOOP("labels", "The purchase was voided."),
    "refund-expired": QT_TRANSLATE_NOOP("labels", "Affirm's time for refunds is over."),
    "invalid_field": QT_TRANSLATE_NOOP("labels", "Affirm cannot use this: {field}."),
    "invalid_request": QT_TRANSLATE_NOOP("labels", "Affirm cannot use what was sent."),
    "not_found": QT_TRANSLATE_NOOP("labels", "Affirm does not find it."),
    "unauthorized": QT_TRANSLATE_NOOP("labels", "Affirm does not accept the keys. Tell IT."),
    "checkout-unable-to-resend": QT_TRANSLATE_NOOP(
        "labels", "The link has expired or was used. Send a new one."
    ),
    "already_authorized": QT_TRANSLATE_NOOP("labels", "Affirm says it is authorized already."),
    "already_captured": QT_TRANSLATE_NOOP("labels", "Affirm says it is captured already."),
    "refund_forbidden_on_authorized": QT_TRANSLATE_NOOP(
        "labels", "Nothing is captured yet. Void it instead."
    ),
    "refund_forbidden_on_voided": QT_TRANSLATE_NOOP(
        "labels", "It was voided and cannot be refunded."
    ),
    "void_forbidden_on_captured": QT_TRANSLATE_NOOP(
        "labels", "It is captured already. Refund it instead."
    ),
    "void_forbidden_on_confirmed": QT_TRANSLATE_NOOP(
        "labels", "It must be authorized before it can be voided."
    ),
}
KEY_REASONS = {
    "not-specified": QT_TRANSLATE_NOOP("labels", "The keys are missing. Tell IT."),
    "invalid": QT_TRANSLATE_NOOP(
        "labels", "Affirm does not know these keys. Check both for typing errors."
    ),
    "wrong-environment": QT_TRANSLATE_NOOP(
        "labels", "These keys belong to another environment: sandbox and live have their own."
    ),
    "inactive": QT_TRANSLATE_NOOP(
        "labels", "These keys are switched off at Affirm. Make new ones in Affirm's portal."
    ),
}
AFFIRM_OTHER = QT_TRANSLATE_NOOP("labels", "Affirm's reason: {reason}.")

# --- keyring, journal, the world ---------------------------------------------------------------

CREDENTIALS = {
    "no_keyring": QT_TRANSLATE_NOOP(
        "labels", "This computer has no keyring that keeps secrets. IT must install one."
    ),
    "locked": QT_TRANSLATE_NOOP(
        "labels", "The system's keyring is locked. Unlock it and try again."
    ),
    "refused": QT_TRANSLATE_NOOP(
        "labels", "The system's keyring refused. Allow this program to use it."
    ),
    "not_allowed": QT_TRANSLATE_NOOP(
        "labels", "The keyring found here is not one that we trust. IT must choose another."
    ),
    "timed_out": QT_TRANSLATE_NOOP(
        "labels",
        "The system's keyring does not answer. A question of its own may be open: look for it.",
    ),
    "missing": QT_TRANSLATE_NOOP(
        "labels", "The keyring holds no Affirm keys for this profile. Run the set-up."
    ),
}
JOURNAL = {
    JournalProblem.LOCKED: QT_TRANSLATE_NOOP(
        "labels", "Another copy of this program has the journal open. Close it, then try again."
    ),
    JournalProblem.WRONG_KEY: QT_TRANSLATE_NOOP(
        "labels",
        "The keyring's key does not open the journal. IT must restore the key or the journal.",
    ),
    JournalProblem.DAMAGED: QT_TRANSLATE_NOOP(
        "labels", "The journal is damaged, so no money moves. It can be rebuilt."
    ),
    JournalProblem.READ_ONLY: QT_TRANSLATE_NOOP(
        "labels",
        "The journal cannot be written, so no money moves: its folder is read-only. "
        "IT must see to it.",
    ),
    JournalProblem.FULL: QT_TRANSLATE_NOOP(
        "labels",
        "The disk is full, so no money moves and nothing is sent. Make room on it first.",
    ),
    JournalProblem.NETWORK: QT_TRANSLATE_NOOP(
        "labels",
        "The journal lies on a network drive or in a synchronised folder. "
        "It must be on this computer.",
    ),
    JournalProblem.NEWER: QT_TRANSLATE_NOOP(
        "labels", "The journal was written by a newer version. Update this program."
    ),
    JournalProblem.OTHER_PLACE: QT_TRANSLATE_NOOP(
        "labels",
        "This profile's orders are of another environment or country, so no money moves. "
        "Set it up as it was, or start this program with another profile.",
    ),
    JournalProblem.RULE: QT_TRANSLATE_NOOP(
        "labels",
        "The journal refused this: it would repeat something that may happen only once. "
        "Nothing was sent.",
    ),
    JournalProblem.CONFLICT: QT_TRANSLATE_NOOP(
        "labels", "The order was changed elsewhere at the same moment. Look at it again."
    ),
    JournalProblem.CLOSED: QT_TRANSLATE_NOOP(
        "labels", "The journal is closed. Start this program again."
    ),
    JournalProblem.UNFILLED: QT_TRANSLATE_NOOP(
        "labels",
        "The rebuilding of the journal was interrupted: orders are missing, so no money moves. "
        "Go on with it.",
    ),
    JournalProblem.IO: QT_TRANSLATE_NOOP(
        "labels",
        "The disk does not take what is written, so no money moves and nothing is sent. "
        "If it stays so, tell IT.",
    ),
}
JOURNAL_OTHER = QT_TRANSLATE_NOOP("labels", "The journal cannot be used.")
UNREACHABLE = QT_TRANSLATE_NOOP(
    "labels", "Affirm cannot be reached. Nothing was sent; nothing is lost."
)
BUSY = QT_TRANSLATE_NOOP("labels", "Affirm asks us to wait. We try again in {wait_s} s.")
NO_ANSWER = QT_TRANSLATE_NOOP(
    "labels", "Affirm did not answer. We are checking; nothing needs to be repeated."
)
NOT_ENROLLED = QT_TRANSLATE_NOOP(
    "labels", "The relay does not know this computer. Ask IT for a new enrolment code."
)
NO_RELAY = QT_TRANSLATE_NOOP(
    "labels", "The relay does not answer. The desk asks Affirm itself meanwhile."
)
SETTINGS = QT_TRANSLATE_NOOP("labels", "The profile is not complete: {fields}.")
CRASHED = QT_TRANSLATE_NOOP(
    "labels",
    "Something went wrong inside this program. It was written to its log; nothing was repeated.",
)
REQUEST_ID = QT_TRANSLATE_NOOP("labels", "{sentence} Affirm's number for this call: {request_id}.")


def affirm_reason(reason: str, field: str = "", *, canadian: bool = False) -> str:
    """Why Affirm (or the way to it) said no, as far as that is known; never guessed."""
    if reason in AFFIRM_REASONS:
        name = form_field(field)
        named = field_word(name, canadian=canadian) if name else field or "?"
        return word(AFFIRM_REASONS[reason]).format(field=named)
    for ending, text in KEY_REASONS.items():
        if "api-key" in reason and reason.endswith(ending):
            return word(text)
    if reason in REFUSALS:
        return word(REFUSALS[reason])
    return word(AFFIRM_OTHER).format(reason=reason) if reason else ""


def journal_text(problem: str) -> str:
    """Why no money moves: the journal's problem, and what to do."""
    for known, text in JOURNAL.items():
        if known.value == problem:
            return word(text)
    return word(JOURNAL_OTHER)


def credentials_text(problem: str) -> str:
    return (
        word(CREDENTIALS[problem]) if problem in CREDENTIALS else word(OTHER).format(code=problem)
    )


def error_text(error: TelesalesError, formats: Formats) -> str:
    """One sentence for any error that we expect, with Affirm's request id where there is one."""
    sentence = _sentence(error, formats)
    request_id = getattr(error, "request_id", "")
    if request_id:
        return word(REQUEST_ID).format(sentence=sentence, request_id=request_id)
    return sentence


def _sentence(error: TelesalesError, formats: Formats) -> str:
    match error:
        case InputError():
            return input_problem(error, formats)
        case CommandRefusedError():
            return refusal_text(error, formats)
        case AffirmCredentialsError() | AffirmRejectedError():
            return affirm_reason(error.reason, error.field, canadian=is_canadian(formats))
        case AffirmUnreachableError():
            return word(UNREACHABLE)
        case AffirmBusyError():
            return word(BUSY).format(wait_s=max(1, round(error.retry_after_s)))
        case OutcomeUnknownError():
            return word(NO_ANSWER)
        case CredentialsError():
            return credentials_text(error.problem)
        case JournalError():
            return journal_text(error.problem)
        case RelayTokenRefusedError() | RelayEnrolmentRefusedError():
            return word(NOT_ENROLLED)
        case RelayError():
            return word(NO_RELAY)
        case SettingsError():
            return word(SETTINGS).format(fields=", ".join(error.fields) or str(error))
        case _:
            return word(OTHER).format(code=error.code)
