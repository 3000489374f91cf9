"""Does every error of ours say what it is, and what it carries?"""

import pytest

from telesales_desktop.domain import errors

CODES = {
    errors.TelesalesError: "telesales.error",
    errors.InputError: "input.invalid",
    errors.CommandRefusedError: "command.refused",
    errors.AffirmError: "affirm.error",
    errors.AffirmUnreachableError: "affirm.unreachable",
    errors.AffirmRejectedError: "affirm.rejected",
    errors.AffirmCredentialsError: "affirm.credentials",
    errors.AffirmBusyError: "affirm.busy",
    errors.OutcomeUnknownError: "affirm.outcome_unknown",
    errors.CredentialsError: "credentials.unavailable",
    errors.JournalError: "journal.unusable",
    errors.SettingsError: "settings.invalid",
}


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_codes_are_stable(kind, code):
    assert kind.code == code
    assert issubclass(kind, errors.TelesalesError)


def test_plain_error_names_its_code():
    assert str(errors.TelesalesError()) == "telesales.error"
    error = errors.TelesalesError("text", left=5)
    assert (str(error), error.params) == ("text", {"left": 5})


def test_input_error():
    error = errors.InputError("total", "not_the_sum", total=1)
    assert (error.field, error.problem, error.params) == ("total", "not_the_sum", {"total": 1})
    assert str(error) == "total: not_the_sum"


def test_refusal():
    error = errors.CommandRefusedError("more_than_left", left=5)
    assert (error.reason, error.params, str(error)) == (
        "more_than_left",
        {"left": 5},
        "more_than_left",
    )


def test_rejection():
    error = errors.AffirmRejectedError(
        http_status=400,
        reason="invalid_field",
        affirm_message="Bad phone",
        field="phone",
        request_id="r1",
    )
    assert (error.http_status, error.reason, error.field) == (400, "invalid_field", "phone")
    assert (error.affirm_message, error.request_id) == ("Bad phone", "r1")
    assert str(error) == "400 invalid_field"
    bare = errors.AffirmRejectedError(http_status=401, reason="x")
    assert (bare.affirm_message, bare.field, bare.request_id) == ("", "", "")


def test_busy():
    error = errors.AffirmBusyError(retry_after_s=2.0, in_progress=True, request_id="r")
    assert (error.retry_after_s, error.in_progress, error.request_id) == (2.0, True, "r")
    assert str(error) == "busy"
    assert errors.AffirmBusyError(retry_after_s=1.0, in_progress=False).request_id == ""


def test_affirm_error_carries_the_request_id():
    error = errors.OutcomeUnknownError("http_500", request_id="r", tries=1)
    assert (str(error), error.request_id, error.params) == ("http_500", "r", {"tries": 1})
    assert errors.AffirmError().request_id == ""


@pytest.mark.parametrize("kind", [errors.CredentialsError, errors.JournalError])
def test_problem_and_detail(kind):
    assert (kind("locked").problem, str(kind("locked"))) == ("locked", "locked")
    assert str(kind("locked", "a detail")) == "locked: a detail"


def test_settings_error_names_every_gap():
    error = errors.SettingsError("two gaps", fields=("a", "b"))
    assert (error.fields, str(error)) == (("a", "b"), "two gaps")
    assert errors.SettingsError("none").fields == ()


def test_an_error_of_affirms_says_nothing_that_nobody_said():
    assert str(errors.AffirmError()) == errors.AffirmError.code
    assert errors.AffirmError().request_id == ""
