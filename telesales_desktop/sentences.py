"""How do commands say what is wrong? One line each, with what to do."""

from __future__ import annotations

from telesales_desktop.domain.errors import CredentialsError, SettingsError, TelesalesError
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


def sentence(error: TelesalesError) -> str:
    """What a neighbour's refusal means, where it means the same in every command."""
    match error:
        case CredentialsError():
            return _KEYRING.get(error.problem, str(error))
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
