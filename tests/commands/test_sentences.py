import pytest

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.application.sharing_ports import NotYoursError
from telesales_desktop.domain.errors import CredentialsError, JournalError, SettingsError
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayBusyError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)
from telesales_desktop.sentences import sentence


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CredentialsError("locked"), "unlock it"),
        (CredentialsError("something new", "and its story"), "and its story"),
        (SettingsError("there is no profile 'x'"), "there is no profile 'x'"),
        (RelayTokenRefusedError(), "enrol it again"),
        (RelayUnreachableError(), "does not answer"),
        (RelayBusyError(5), "busy"),
        (RelayAnswerError("malformed"), "(malformed)"),
        (NotYoursError(), "relay.not_found"),
        (JournalError(JournalProblem.LOCKED, "Busy 5"), "another copy"),
        (JournalError(JournalProblem.FULL, "Full 13"), "make room"),
        (JournalError(JournalProblem.OTHER_PLACE, "orders of live, US"), "another profile"),
        (JournalError(JournalProblem.UNFILLED), "rebuild goes on"),
        (JournalError(JournalProblem.RULE, "a second authorize"), "a second authorize"),
    ],
)
def test_every_error_has_one_line(error, told):
    said = sentence(error)
    assert told in said
    assert said
    assert "\n" not in said
