import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from telesales_desktop.wire.claims import Claim, ClaimKind, ClaimRequest, HandOverRequest
from telesales_desktop.wire.strict_json import WireError

AT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SIGNED = "ab" * 64
DANA, SAM, DESK = "p" + "a" * 15, "p" + "b" * 15, "c" * 10
CLAIM = Claim(ClaimKind.AUTHORIZE, 3, DANA, DESK, AT, SIGNED, until=AT)
GIVEN = Claim(ClaimKind.HAND_OVER, 3, DANA, DESK, AT, SIGNED, to=SAM, released=True)
ASKED = ClaimRequest(ClaimKind.TAKE_OVER, 3, 60, AT, SIGNED)
GIVING = HandOverRequest(SAM, 3, released=False, at=AT, signature=SIGNED)


@pytest.mark.parametrize("value", [CLAIM, GIVEN, ASKED, GIVING], ids=lambda value: type(value))
def test_it_comes_back(value):
    assert type(value).from_json(value.to_json()) == value


def test_what_is_signed_is_spelled_as_agreed():
    at = "2026-11-24T06:00:00.000000Z"
    assert CLAIM.message("main", "k").decode() == f"claim|main|k|authorize|3|{DANA}|{DESK}|{at}"
    assert GIVEN.message("main", "k").decode() == (
        f"hand-over|main|k|{SAM}|3|true|{DANA}|{DESK}|{at}"
    )
    kept = replace(GIVEN, released=False)
    assert "|3|false|" in kept.message("main", "k").decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "hand_over"),
        ("kind", "steal"),
        ("version", 0),
        ("seconds", 9),
        ("seconds", 301),
        ("at", "now"),
        ("signature", "ab"),
    ],
)
def test_a_claim_that_is_not_as_agreed_is_refused(name, value):
    with pytest.raises(WireError, match=name):
        ClaimRequest.from_json(json.dumps(json.loads(ASKED.to_json()) | {name: value}).encode())


@pytest.mark.parametrize(
    ("name", "value"), [("to", "sam"), ("version", 2**31), ("released", None), ("signature", "")]
)
def test_a_hand_over_that_is_not_as_agreed_is_refused(name, value):
    body = json.loads(GIVING.to_json()) | {name: value}
    with pytest.raises(WireError, match=name):
        HandOverRequest.from_json(json.dumps(body).encode())
