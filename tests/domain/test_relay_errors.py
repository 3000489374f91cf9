"""Do the relay's errors keep their codes, and what they carry?"""

import pytest

from telesales_desktop.domain import relay_errors
from telesales_desktop.domain.errors import TelesalesError

CODES = {
    relay_errors.RelayError: "relay.error",
    relay_errors.RelayUnreachableError: "relay.unreachable",
    relay_errors.RelayBusyError: "relay.busy",
    relay_errors.RelayTokenRefusedError: "relay.token_refused",
    relay_errors.RelayEnrolmentRefusedError: "relay.enrolment_refused",
    relay_errors.RelayAnswerError: "relay.answer",
}


@pytest.mark.parametrize(("kind", "code"), list(CODES.items()))
def test_codes_are_stable(kind, code):
    assert kind.code == code
    assert issubclass(kind, TelesalesError)


def test_what_they_carry():
    busy = relay_errors.RelayBusyError(2.5)
    assert (busy.retry_after_s, str(busy)) == (2.5, "busy")
    answer = relay_errors.RelayAnswerError("not_json", http_status=502)
    assert (answer.problem, answer.http_status, str(answer)) == ("not_json", 502, "not_json")
    assert relay_errors.RelayAnswerError("odd").http_status == 0
