"""Which error stands for which refusal of Affirm's? The recorded bodies are the table."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from telesales_desktop.adapters.affirm_exchange import Answer
from telesales_desktop.adapters.affirm_verdicts import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    accepted_json,
    accepted_object,
    accepted_page,
    http_date,
    retry_after_s,
)
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    OutcomeUnknownError,
)


def answer(status, body=b"", kind="application/json", **given):
    return Answer(status, kind, body, request_id="R1", **given)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (403, b'{"type":"already_authorized","code":null,"message":"m"}', "already_authorized"),
        (403, b'{"type":"void_forbidden_on_captured"}', "void_forbidden_on_captured"),
        (400, b'{"type":"invalid_request","code":"invalid_field"}', "invalid_field"),
        (400, b'{"type":"invalid_request"}', "invalid_request"),
        (402, b'{"code":"auth-declined"}', "auth-declined"),
        (404, b'{"message":"The transaction could not be found."}', "http_404"),
        (409, b'{"code":"capture-unequal-instrument"}', "capture-unequal-instrument"),
        (409, b'{"message":"amount > hold"}', "http_409"),
        (422, b"[]", "http_422"),
        (400, b'{"type":7,"code":["x"]}', "http_400"),
        (400, b'{"type":"line\\nbreak"}', "http_400"),
        (400, b"not json", "http_400"),
        (404, b"", "http_404"),
    ],
)
def test_a_refusal_is_known_by_code_or_type(status, body, reason):
    with pytest.raises(AffirmRejectedError) as refused:
        accepted_object(answer(status, body))
    error = refused.value
    assert type(error) is AffirmRejectedError
    assert (error.http_status, error.reason, error.request_id) == (status, reason, "R1")


def test_the_field_is_named_as_affirm_names_it():
    body = (
        b'{"status_code":400,"type":"invalid_request","code":"invalid_field",'
        b'"message":"expected AffirmPhone","field":"billing.phone_number.phone_number"}'
    )
    with pytest.raises(AffirmRejectedError) as refused:
        accepted_object(answer(400, body))
    assert refused.value.field == "billing.phone_number.phone_number"
    assert refused.value.affirm_message == "expected AffirmPhone"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"type":"unauthorized","code":"api-key-pair-invalid"}'),
        (401, b"<html>"),
        (400, b'{"code":"public-api-key-wrong-environment"}'),
        (403, b'{"code":"api-key-pair-inactive"}'),
        (404, b'{"code":"private-api-key-invalid"}'),
    ],
)
def test_refused_keys_have_an_error_of_their_own(status, body):
    with pytest.raises(AffirmCredentialsError):
        accepted_object(answer(status, body))


def test_what_does_not_say_that_it_is_json_is_not_read_as_json():
    with pytest.raises(AffirmRejectedError) as refused:
        accepted_object(answer(404, b'{"code":"c2VjcmV0","message":"c2VjcmV0"}', "text/html"))
    assert (refused.value.reason, refused.value.affirm_message) == ("http_404", "")


def test_nothing_of_a_body_that_is_not_json_is_kept():
    body = b"<Error><ArgumentValue>Basic c2VjcmV0</ArgumentValue><Code>x</Code></Error>"
    with pytest.raises(AffirmRejectedError) as refused:
        accepted_object(answer(404, body, "application/xml"))
    told = repr(vars(refused.value)) + str(refused.value)
    assert refused.value.reason == "http_404"
    assert "c2VjcmV0" not in told
    assert "Error" not in refused.value.affirm_message


@pytest.mark.parametrize(
    ("status", "body", "given", "in_progress", "wait_s"),
    [
        (429, b"", {}, False, FIRST_WAIT_S),
        (429, b"{}", {"retry_after": "7"}, False, 7),
        (503, b"", {"retry_after": "30"}, True, 30),
        (
            409,
            b'{"message":"A transaction with this idempotency key is processing."}',
            {},
            True,
            FIRST_WAIT_S,
        ),
        (409, b'{"code":"x","type":"processing"}', {"retry_after": "4"}, True, 4),
        (
            409,  # whatever else it says of the key: the first request may still have its effect
            b'{"type":"conflict","message":"A request with this Idempotency-Key is in progress"}',
            {},
            True,
            FIRST_WAIT_S,
        ),
    ],
)
def test_a_wait_is_a_wait(status, body, given, in_progress, wait_s):
    with pytest.raises(AffirmBusyError) as busy:
        accepted_object(answer(status, body, **given))
    assert (busy.value.in_progress, busy.value.retry_after_s) == (in_progress, wait_s)
    assert busy.value.is_for_all is (status != 409)
    assert busy.value.request_id == "R1"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, b"{}", "application/json"),
        (502, b"<html>", "text/html"),
        (503, b"", ""),
        (504, b"{}", "application/json"),
        (408, b'{"code":"timeout"}', "application/json"),
        (409, b"{}", "application/json"),
        (409, b"<html>", "text/html"),
        (301, b"{}", "application/json"),
        (304, b"", "application/json"),
        (100, b"", ""),
        (600, b"{}", "application/json"),
        (200, b"{}", "text/html"),
        (200, b"{}", ""),
        (200, b"", "application/json"),
        (200, b'{"a":1', "application/json"),
        (200, b'{"a":1,"a":2}', "application/json"),
        (200, b'{"a":NaN}', "application/json"),
        (200, b"[" * 100_000, "application/json"),
        (200, b"\xff\xfe", "application/json"),
        (200, b"\xef\xbb\xbf{}", "application/json"),
        (200, b"[]", "application/json"),
        (200, b'"captured"', "application/json"),
        (200, b"1" * 5000, "application/json"),
    ],
)
def test_everything_else_is_unknown(status, body, kind):
    with pytest.raises(OutcomeUnknownError) as unknown:
        accepted_object(answer(status, body, kind))
    assert unknown.value.request_id == "R1"
    assert unknown.value.__cause__ is None  # a parser's message could quote the body


def test_a_success_is_its_object():
    assert accepted_object(answer(200, b'{"a":1}')) == {"a": 1}
    assert accepted_object(answer(201, b'{"a":1}', "application/problem+json")) == {"a": 1}
    assert accepted_json(answer(200, b"[]")) == []


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (b"[]", []),
        (b'[{"id":"1"}]', [{"id": "1"}]),
        (b'{"data":[{"id":"1"}],"has_more":true}', [{"id": "1"}]),
        (b'{"anything":[]}', []),
    ],
)
def test_a_page_may_have_any_envelope_with_one_array(body, entries):
    assert accepted_page(answer(200, body)) == entries


@pytest.mark.parametrize("body", [b"{}", b'{"a":[],"b":[]}', b"[1]", b'{"a":[[]]}', b"7"])
def test_what_could_be_read_as_two_pages_is_none(body):
    with pytest.raises(OutcomeUnknownError):
        accepted_page(answer(200, body))


NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("", FIRST_WAIT_S),
        ("soon", FIRST_WAIT_S),
        ("0", FIRST_WAIT_S),
        ("-5", FIRST_WAIT_S),
        ("nan", FIRST_WAIT_S),
        ("inf", LONGEST_WAIT_S),
        ("1.5", 1.5),
        ("99999999", LONGEST_WAIT_S),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), FIRST_WAIT_S),
        ("Fri, 31 Dec 9999 99:99:99 GMT", FIRST_WAIT_S),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(value, wait_s):
    assert retry_after_s(value, format_datetime(NOW, usegmt=True)) == wait_s


def test_retry_after_without_a_server_date_goes_by_our_clock():
    value = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True)
    assert 0 < retry_after_s(value) <= 300


def test_http_dates():
    assert http_date("Fri, 02 Jan 2026 03:04:05 GMT") == NOW
    assert http_date("Fri, 02 Jan 2026 03:04:05 -0000") == NOW
    assert http_date("Fri, 02 Jan 2026 04:04:05 +0100") == NOW
    assert http_date("yesterday") is None
    assert http_date("Fri, 31 Dec 9999 23:59:59 -0100") is None
