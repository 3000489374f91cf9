"""How do commands say what is wrong? One line each, with what to do."""

from __future__ import annotations

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import (
    CredentialsError,
    JournalError,
    SettingsError,
    TelesalesError,
)
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayBusyError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)

_KEYRING = {
    "no_keyring": "this system has no keyring; install one (on Linux: gnome-keyring or KWallet)",
    "locked": "the keyring is locked; unlock it, then try again",
    "refused": "the keyring refused to keep a secret",
    "not_allowed": "the keyring, or what was to be kept in it, is not allowed",
    "timed_out": "the keyring did not answer; it may be waiting for its password",
    "missing": "the keyring has no keys for this profile",
}
_JOURNAL = {
    JournalProblem.LOCKED: "another copy of the program has the journal open: close it first",
    JournalProblem.WRONG_KEY: "the keyring's key does not open the journal: restore either",
    JournalProblem.DAMAGED: "the journal is damaged; telesales-desktop rebuild makes a new one",
    JournalProblem.NEWER: "a newer version of the program wrote the journal: install that one",
    JournalProblem.OTHER_PLACE: "the orders of this profile are of another environment or country: "
    "set it up as it was, or take another profile",
    JournalProblem.READ_ONLY: "the journal's folder cannot be written",
    JournalProblem.FULL: "the disk is full: make room first",
    JournalProblem.NETWORK: "the journal lies on a network share or in a synchronised folder",
    JournalProblem.IO: "the disk failed: see to it first",
    JournalProblem.UNFILLED: "the rebuilding of the journal was interrupted; "
    "telesales-desktop rebuild goes on",
}


def sentence(error: TelesalesError) -> str:
    """What a neighbour's refusal means, where it means the same in every command."""
    match error:
        case CredentialsError():
            return _KEYRING.get(error.problem, str(error))
        case JournalError():
            return next((t for p, t in _JOURNAL.items() if p.value == error.problem), str(error))
        case SettingsError():
            return str(error)
        case RelayTokenRefusedError():
            return "the relay does not know this workstation (any more); enrol it again"
        case RelayUnreachableError():
            return "the relay does not answer; try again later"
        case RelayBusyError():
            return "the relay is busy; try again later"
        case RelayAnswerError():
            return f"the relay did not answer as expected ({error})"
        case _:
            return str(error) or error.code
