import json

import pytest

from telesales_desktop.wire.enrolment import Role
from telesales_desktop.wire.people import (
    People,
    Person,
    PersonKey,
    PersonKeyPut,
    attested_message,
)
from telesales_desktop.wire.strict_json import WireError

KEY = PersonKey("a2" * 5, "desk 12", "ab" * 32, "cd" * 32, revoked=True)
DANA = Person("p" + "a2b" * 5, "Dana R.", Role.AGENT, (KEY,))


def test_people_come_back():
    assert People.from_json(People((DANA,)).to_json()) == People((DANA,))


def test_a_key_comes_back():
    put = PersonKeyPut("ab" * 32, "cd" * 32)
    assert PersonKeyPut.from_json(put.to_json()) == put


def test_what_is_attested_is_spelled_as_agreed():
    assert attested_message("main", "pa", "t", "ab") == b"main|pa|t|ab"


@pytest.mark.parametrize(
    ("name", "value"), [("person_id", "dana"), ("role", "owner"), ("name", ""), ("keys", None)]
)
def test_a_person_who_is_not_as_agreed_is_refused(name, value):
    body = {"people": [{**json.loads(People((DANA,)).to_json())["people"][0], name: value}]}
    with pytest.raises(WireError, match=name):
        People.from_json(json.dumps(body).encode())


@pytest.mark.parametrize("value", ["", "AB" * 32, "ab" * 33, 5])
def test_a_key_that_is_not_as_agreed_is_refused(value):
    with pytest.raises(WireError):
        PersonKeyPut.from_json(json.dumps({"public_key": value, "attestation": "cd" * 32}).encode())
