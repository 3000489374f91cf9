"""Does every refusal and problem that the program knows have a sentence of its own?"""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.effects import Source, TimelineEntry
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
from telesales_desktop.domain.money import Country, Currency
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.domain.relay_errors import RelayTokenRefusedError, RelayUnreachableError
from telesales_desktop.ui import error_labels
from telesales_desktop.ui.error_labels import affirm_reason, error_text
from telesales_desktop.ui.formats import Formats, Language
from telesales_desktop.ui.refusal_labels import REFUSALS
from telesales_desktop.ui.sentences import state_sentence
from telesales_desktop.ui.timeline_labels import timeline_text
from tests.ui import samples

PACKAGE = Path(__file__).resolve().parents[2] / "telesales_desktop"
# What Affirm documents and what was recorded: facts, section 7.
AFFIRM_CODES = """
auth-declined capture-declined capture-greater-instrument capture-unequal-instrument capture-voided
capture-limit-exceeded partial-capture-instrument expired-authorization duplicate-capture refund-exceeded
refund-uncaptured refund-voided refund-expired invalid_field not_found
public-api-key-not-specified public-api-key-invalid public-api-key-wrong-environment
public-api-key-inactive api-key-pair-not-specified api-key-pair-invalid api-key-pair-wrong-environment
api-key-pair-inactive private-api-key-invalid checkout-unable-to-resend
unauthorized already_authorized already_captured refund_forbidden_on_authorized refund_forbidden_on_voided
void_forbidden_on_captured void_forbidden_on_confirmed invalid_request
""".split()  # noqa: SIM905 - a page of words reads better than a page of quotes
CREDENTIALS = ("no_keyring", "locked", "refused", "not_allowed", "timed_out", "missing")


def first_strings(names, *rooms):
    """The first text argument of every call of ``names`` in the rooms' sources."""
    for room in rooms:
        for path in (PACKAGE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = getattr(getattr(node, "func", None), "attr", None) or getattr(
                    getattr(node, "func", None), "id", None
                )
                if called in names and node.args and isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value


def refusal_tables():
    """Reasons that the money rules keep in tables."""
    for path in (PACKAGE / "domain").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and "REFUSALS" in getattr(node.targets[0], "id", ""):
                yield from (value.value for value in node.value.values)


def test_every_reason_of_ours_has_a_sentence():
    reasons = set(first_strings({"refuse", "CommandRefusedError"}, "domain", "application"))
    reasons |= set(refusal_tables())
    assert len(reasons) > 20
    assert reasons - set(REFUSALS) == set()


@pytest.mark.parametrize("code", AFFIRM_CODES)
def test_every_documented_refusal_of_affirm_has_a_sentence(code, qapp):
    sentence = affirm_reason(code, "billing.email")
    assert sentence.endswith(".")
    assert "Affirm's reason" not in sentence


def test_a_refusal_never_seen_before_is_shown_as_it_came(qapp):
    assert affirm_reason("moon-phase") == "Affirm's reason: moon-phase."
    assert affirm_reason("") == ""


def test_the_field_that_affirm_named_is_called_as_the_form_calls_it(qapp):
    assert affirm_reason("invalid_field", "billing.phone_number.phone_number").endswith(": Mobile.")
    assert affirm_reason("invalid_field", "config.odd").endswith(": config.odd.")


def test_a_field_of_an_address_that_affirm_named_is_called_as_its_country_calls_it(qapp, english):
    asked = ("invalid_field", "billing.address.region1_code")
    assert affirm_reason(*asked).endswith(": State.")
    assert affirm_reason(*asked, canadian=True).endswith(": Province.")
    error = AffirmRejectedError(http_status=400, reason=asked[0], field=asked[1])
    canadian = Formats(Language.EN_CA, Currency.CAD)
    assert error_text(error, english).endswith(": State.")
    assert error_text(error, canadian).endswith(": Province.")
    entry = TimelineEntry(
        samples.NOW, Source.AFFIRM, "send_refused", {"reason": asked[0], "field": asked[1]}
    )
    assert timeline_text(entry, canadian).endswith(": Province.")
    refused = samples.file_in(OrderState.SEND_REFUSED, country=Country.CA)
    named = replace(refused.order.checkouts[0], refusal_field=asked[1])
    refused = replace(refused, order=replace(refused.order, checkouts=(named,)))
    assert ": Province." in state_sentence(refused, samples.NOW, canadian)


def test_every_problem_of_the_journal_and_the_keyring_has_a_sentence():
    assert set(error_labels.JOURNAL) == set(JournalProblem)
    assert set(error_labels.CREDENTIALS) == set(CREDENTIALS)


ERRORS = [
    (InputError("phone", "too_short"), "Mobile: too short."),
    (CommandRefusedError("more_than_left", asked=5_00, left=3_00), "Up to $3.00 is possible."),
    (CommandRefusedError("resend_too_soon", wait_s=12), "in 12 s"),
    (CommandRefusedError("something_new"), "something_new"),
    (AffirmUnreachableError(), "Nothing was sent"),
    (AffirmBusyError(retry_after_s=4.2, in_progress=False), "in 4 s"),
    (OutcomeUnknownError(), "nothing needs to be repeated"),
    (CredentialsError("locked"), "Unlock it"),
    (CredentialsError("odd"), "odd"),
    (CommandRefusedError("number_taken", name="Dana R."), "Dana R. has an order"),
    (JournalError("locked"), "Another copy"),
    (JournalError("odd"), "cannot be used"),
    (SettingsError("gaps", fields=("merchant_name",)), "merchant_name"),
    (RelayUnreachableError(), "does not answer"),
    (RelayTokenRefusedError(), "new enrolment code"),
    (TelesalesError(), "telesales.error"),
]


@pytest.mark.parametrize(("error", "part"), ERRORS, ids=lambda v: type(v).__name__)
def test_every_error_is_a_sentence(error, part, english):
    sentence = error_text(error, english)
    assert part in sentence
    assert "{" not in sentence


def test_affirms_own_number_for_the_call_is_shown(english):
    error = AffirmRejectedError(http_status=400, reason="not_found", request_id="r-77")
    assert error_text(error, english).endswith("Affirm's number for this call: r-77.")


def test_wrong_keys_say_what_to_do(english):
    error = AffirmCredentialsError(http_status=401, reason="api-key-pair-wrong-environment")
    assert "another environment" in error_text(error, english)


@pytest.mark.parametrize(
    "table", ["REFUSALS", "AFFIRM_REASONS", "KEY_REASONS", "CREDENTIALS", "JOURNAL"]
)
def test_every_sentence_is_translated(french, table):
    for name, source in getattr(error_labels, table).items():
        assert error_labels.word(source) != source, name
