"""Is nothing about a person, and no key, ever written down?"""

import enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.redaction import redact, safe_argument
from telesales_desktop.domain.errors import OutcomeUnknownError
from telesales_desktop.domain.order import OperationKind


class Level(enum.Enum):
    HIGH = object()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (7, 7),
        (1.5, 1.5),
        (True, True),
        (OperationKind.REFUND, "refund"),
        (Level.HIGH, "HIGH"),
        (OutcomeUnknownError("jane"), "affirm.outcome_unknown"),
        (ValueError("jane"), "ValueError"),
        ("", ""),
        ("POST", "POST"),
        ("confirmed", "confirmed"),
        ("affirm.rejected", "affirm.rejected"),
        ("ReadTimeout", "ReadTimeout"),
        ("sandbox.affirm.com", "sandbox.affirm.com"),
        ("/api/v1/transactions/DVEP-FTQO/capture", "/api/v1/transactions/DVEP-FTQO/capture"),
        ("5b4ff4f3-0dd1-4f77-8c66-8a8f4c3b9a11", "5b4ff4f3-0dd1-4f77-8c66-8a8f4c3b9a11"),
        ("HEYR6TCV4VBX6NPM", "HEYR6TCV4VBX6NPM"),
        ("http_502", "http_502"),
        ("4182", "4182"),
    ],
)
def test_numbers_code_words_and_ids_are_written(value, written):
    assert safe_argument(value) == written


@pytest.mark.parametrize(
    "value",
    [
        "Jane",
        "jane",
        "Jean-Luc",
        "jean.tremblay",
        "O'Brien",
        "Léa",
        "Jane Doe",
        "jane@example.com",
        "jane_doe1@example.com",
        "+14155552222",
        "4155552222",
        "415-555-2222",
        "(415) 555-2222",
        "415.555.2222",
        "325 Pacific Ave",
        "Basic c2VjcmV0OnNlY3JldA==",
        "/customer?name=jane_1",
        "Z0LYZ1QWERTYUIOPASDFGHJKLZXCVBNM12",
        "0f" * 32,
        "x_" * 200,
    ],
)
def test_a_person_and_a_key_are_not(value):
    written = safe_argument(value)
    assert written == f"[{len(value)} characters]"


@pytest.mark.parametrize("value", [b"jane", ["jane"], {"name": "jane"}, object()])
def test_of_anything_else_only_the_kind_is_written(value):
    assert safe_argument(value) == f"[{type(value).__name__}]"


@given(st.text())
def test_whatever_is_written_is_short_ascii_or_a_mark(value):
    written = str(safe_argument(value))
    assert len(written) <= 200
    assert written.isascii()


@pytest.mark.parametrize(
    "secret",
    [
        "Authorization: Basic c2VjcmV0OnNlY3JldA==",
        "authorization=Bearer abc.def",
        "<ArgumentValue>Basic c2VjcmV0OnNlY3JldA==</ArgumentValue>",
        "set-cookie: session=1; secret",
        "jane.doe@example.com",
        "GET https://x.example/y?name=jane&mail=secret",
        "+1 (415) 555-2222",
        "415.555.2222",
        "0f" * 16,
        "Z0LYZ1QWERTYUIOPASDFGHJKLZXCVBNM12",
    ],
)
def test_free_text_loses_what_it_must(secret):
    shown = redact(f"before {secret} after\nnext line")
    assert shown.startswith("before ")
    assert shown.endswith("\nnext line")
    for part in ("c2VjcmV0", "abc.def", "session=1", "jane", "secret", "555", "0f0f", "Z0LYZ1"):
        assert part not in shown


@pytest.mark.parametrize("plain", ["Order 4182: $1,249.00 captured.", "3 of 5 pages, 120 ms", ""])
def test_free_text_keeps_the_rest(plain):
    assert redact(plain) == plain
