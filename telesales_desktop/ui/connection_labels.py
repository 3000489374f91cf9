"""What does the window say about the relay, Affirm, the keyring and the journal?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.application.desk_values import (
    AffirmContact,
    ConnectionStatus,
    RelayContact,
)
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.ui.error_labels import credentials_text, journal_text
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.palettes import Tone

RELAY = {
    RelayContact.NOT_SET: QT_TRANSLATE_NOOP("labels", "No relay"),
    RelayContact.CONNECTING: QT_TRANSLATE_NOOP("labels", "Relay: connecting"),
    RelayContact.OK: QT_TRANSLATE_NOOP("labels", "Relay: {elapsed} ago"),
    RelayContact.UNREACHABLE: QT_TRANSLATE_NOOP("labels", "Relay: no answer"),
    RelayContact.TOKEN_REFUSED: QT_TRANSLATE_NOOP("labels", "Relay: not enrolled"),
}
RELAY_WHOLE = {
    RelayContact.NOT_SET: QT_TRANSLATE_NOOP(
        "labels",
        "This profile has no relay. The desk asks Affirm itself; news takes a little longer.",
    ),
    RelayContact.CONNECTING: QT_TRANSLATE_NOOP("labels", "Waiting for the relay's first answer."),
    RelayContact.OK: QT_TRANSLATE_NOOP("labels", "News comes through the relay at once."),
    RelayContact.UNREACHABLE: QT_TRANSLATE_NOOP(
        "labels",
        "The relay does not answer. The desk asks Affirm itself; no confirmation is missed.",
    ),
    RelayContact.TOKEN_REFUSED: QT_TRANSLATE_NOOP(
        "labels",
        "The relay does not know this computer any more. Ask IT for a new enrolment code. "
        "Meanwhile the desk asks Affirm itself.",
    ),
}
AFFIRM = {
    AffirmContact.NOT_ASKED: QT_TRANSLATE_NOOP("labels", "Affirm: not asked yet"),
    AffirmContact.OK: QT_TRANSLATE_NOOP("labels", "Affirm: ok"),
    AffirmContact.UNREACHABLE: QT_TRANSLATE_NOOP("labels", "Affirm: no answer"),
    AffirmContact.BUSY: QT_TRANSLATE_NOOP("labels", "Affirm: busy"),
    AffirmContact.KEYS_REFUSED: QT_TRANSLATE_NOOP("labels", "Affirm: keys refused"),
}
AFFIRM_WHOLE = {
    AffirmContact.NOT_ASKED: QT_TRANSLATE_NOOP("labels", "Affirm was not asked for anything yet."),
    AffirmContact.OK: QT_TRANSLATE_NOOP("labels", "Affirm answers."),
    AffirmContact.UNREACHABLE: QT_TRANSLATE_NOOP(
        "labels",
        "Affirm cannot be reached. What you type is kept; links and commands must wait. "
        "We keep asking.",
    ),
    AffirmContact.BUSY: QT_TRANSLATE_NOOP("labels", "Affirm asks us to wait a little."),
    AffirmContact.KEYS_REFUSED: QT_TRANSLATE_NOOP(
        "labels", "Affirm does not accept this profile's keys. Nothing can be sent. Tell IT."
    ),
}
NO_WEBHOOK = QT_TRANSLATE_NOOP("labels", "No webhook seen yet")
NO_WEBHOOK_WHOLE = QT_TRANSLATE_NOOP(
    "labels",
    "Affirm has not sent a webhook yet: Affirm's account team must switch them on. "
    "Until then the desk asks Affirm itself.",
)
TRY_AGAIN = QT_TRANSLATE_NOOP("labels", "Try again")
REBUILD = QT_TRANSLATE_NOOP("labels", "Rebuild…")
TYPE_CODE = QT_TRANSLATE_NOOP("labels", "Type the code")
OPEN_SETUP = QT_TRANSLATE_NOOP("labels", "Open the set-up")

_RELAY_TONES = {
    RelayContact.NOT_SET: Tone.STOPPED,
    RelayContact.CONNECTING: Tone.PROGRAM,
    RelayContact.OK: Tone.DONE,
    RelayContact.UNREACHABLE: Tone.AGENT,
    RelayContact.TOKEN_REFUSED: Tone.DANGER,
}
_AFFIRM_TONES = {
    AffirmContact.NOT_ASKED: Tone.STOPPED,
    AffirmContact.OK: Tone.DONE,
    AffirmContact.UNREACHABLE: Tone.AGENT,
    AffirmContact.BUSY: Tone.PROGRAM,
    AffirmContact.KEYS_REFUSED: Tone.DANGER,
}


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing to say: a few words, the whole sentence, and how grave it is."""

    tone: Tone
    short: str
    whole: str
    icon: str = "warning"
    step: str = ""
    step_text: str = ""


def relay_saying(status: ConnectionStatus, now: datetime, formats: Formats) -> Saying:
    elapsed = formats.elapsed(status.relay_at, now) if status.relay_at else "?"
    short = word(RELAY[status.relay]).format(elapsed=elapsed)
    return Saying(_RELAY_TONES[status.relay], short, word(RELAY_WHOLE[status.relay]), "relay")


def affirm_saying(status: ConnectionStatus) -> Saying:
    return Saying(
        _AFFIRM_TONES[status.affirm],
        word(AFFIRM[status.affirm]),
        word(AFFIRM_WHOLE[status.affirm]),
        "offline",
    )


def webhook_saying(status: ConnectionStatus) -> Saying | None:
    """Nothing once a webhook was seen, or where none is expected."""
    if not status.webhooks_expected or status.last_webhook_at is not None:
        return None
    return Saying(Tone.AGENT, word(NO_WEBHOOK), word(NO_WEBHOOK_WHOLE))


def banner_saying(status: ConnectionStatus) -> Saying | None:
    """The gravest thing that is not as it should be; None when all is well."""
    again, setup = word(TRY_AGAIN), word(OPEN_SETUP)
    if status.journal_problem is not None:
        text = journal_text(status.journal_problem.value)
        if status.journal_problem in (JournalProblem.DAMAGED, JournalProblem.UNFILLED):
            rebuild = word(REBUILD)
            return Saying(Tone.DANGER, "", text, "journal", "rebuild_journal", rebuild)
        if status.journal_problem is JournalProblem.OTHER_PLACE:
            return Saying(Tone.DANGER, "", text, "journal", "open_setup", setup)
        return Saying(Tone.DANGER, "", text, "journal", "retry_journal", again)
    if status.credentials_problem:
        text = credentials_text(status.credentials_problem)
        missing = status.credentials_problem == "missing"
        step, step_text = ("open_setup", setup) if missing else ("retry_keyring", again)
        return Saying(Tone.DANGER, "", text, "lock", step, step_text)
    if status.affirm is AffirmContact.KEYS_REFUSED:
        text = word(AFFIRM_WHOLE[status.affirm])
        return Saying(Tone.DANGER, "", text, "key", "open_setup", setup)
    if status.affirm is AffirmContact.UNREACHABLE:
        text = word(AFFIRM_WHOLE[status.affirm])
        return Saying(Tone.AGENT, "", text, "offline", "retry_affirm", again)
    if status.relay in (RelayContact.UNREACHABLE, RelayContact.TOKEN_REFUSED):
        text = word(RELAY_WHOLE[status.relay])
        code_helps = status.relay is RelayContact.TOKEN_REFUSED
        return Saying(
            _RELAY_TONES[status.relay],
            "",
            text,
            "relay",
            "open_settings" if code_helps else "",
            word(TYPE_CODE) if code_helps else "",
        )
    return None
