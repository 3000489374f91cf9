import json

import pytest

from telesales_desktop.wire.enrolment import (
    ALPHABET,
    Enrolment,
    EnrolmentRequest,
    Role,
    one_time_code,
)
from telesales_desktop.wire.strict_json import WireError

TOKEN = f"atr1_{'a2' * 5}_{'x' * 43}_{'0' * 8}"
ENROLMENT = Enrolment(TOKEN, "a2" * 5, "main", Role.SUPERVISOR, "Dana R.", "p" + "a2b" * 5)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7Q-4MPX-9TB", "K7Q4MPX9TB"),
        (" k7q 4mpx 9tb ", "K7Q4MPX9TB"),
        ("OIL-0000-000", "0110000000"),
        ("oil0000000", "0110000000"),
    ],
)
def test_a_code_is_read_as_it_may_be_dictated(typed, code):
    assert one_time_code(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "K7Q-4MPX-9T", "K7Q-4MPX-9TBB", "K7Q-4MPX-9TU", "ééééééééééé"]
)
def test_anything_else_is_no_code(typed):
    with pytest.raises(WireError, match="ten letters and digits"):
        one_time_code(typed)


def test_no_letter_of_a_code_can_be_misread():
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_a_request_comes_back():
    request = EnrolmentRequest("K7Q4MPX9TB", "Desk 12, étage 3")
    assert EnrolmentRequest.from_json(request.to_json()) == request
    assert "K7Q" not in repr(request)


@pytest.mark.parametrize(
    "body",
    [
        {"code": "short", "workstation": "w"},
        {"code": "K" * 65, "workstation": "w"},
        {"code": "K7Q4MPX9TB", "workstation": ""},
        {"code": "K7Q4MPX9TB", "workstation": "a\nb"},
        {"code": "K7Q4MPX9TB", "workstation": "w" * 101},
        {"code": "K7Q4MPX9TB"},
        {"workstation": "w"},
    ],
)
def test_a_request_that_is_not_as_agreed_is_refused(body):
    with pytest.raises(WireError):
        EnrolmentRequest.from_json(json.dumps(body).encode())


def test_an_answer_comes_back_and_hides_its_token():
    assert Enrolment.from_json(ENROLMENT.to_json()) == ENROLMENT
    assert TOKEN not in repr(ENROLMENT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token", TOKEN[:-1]),
        ("token_id", "UPPERCASE1"),
        ("merchant", "M"),
        ("role", "owner"),
        ("name", "\x00"),
        ("person_id", "x" + "a" * 15),
        ("sealing_key", "tsk1_"),
    ],
)
def test_an_answer_that_is_not_as_agreed_is_refused(name, value):
    body = json.loads(ENROLMENT.to_json())
    body[name] = value
    with pytest.raises(WireError):
        Enrolment.from_json(json.dumps(body).encode())
