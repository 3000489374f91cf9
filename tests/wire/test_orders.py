import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from telesales_desktop.wire.claims import Claim, ClaimKind
from telesales_desktop.wire.orders import (
    Found,
    Lookup,
    LookupAnswer,
    OrderRecord,
    OrdersPage,
    RecordKept,
    RecordPut,
    if_match,
    seen_version,
)
from telesales_desktop.wire.strict_json import WireError, encode

AT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
KEY, DANA, DESK = "0123456789abcdef", "p" + "a" * 15, "c" * 10
CLAIM = Claim(ClaimKind.AUTHORIZE, 3, DANA, DESK, AT, "ab" * 64, until=AT)
RECORD = OrderRecord(KEY, 3, "live", DANA, DESK, "Dana R.", CLAIM, AT, b"\x01sealed")
FREE = OrderRecord(KEY, 3, "live", DANA, None, "", None, AT, None)
ENDED = RecordPut(4, "sandbox", (), (), b"\x01sealed", ends_claim=True)
PUT = RecordPut(4, "sandbox", ("ab" * 32,), ("cd" * 32,), b"\x01sealed")


@pytest.mark.parametrize(
    "value",
    [
        RECORD,
        FREE,
        PUT,
        ENDED,
        RecordKept(4),
        OrdersPage((RECORD, FREE), KEY, "epoch.1.2"),
        OrdersPage((), None, "epoch.1.2"),
        Lookup(("cd" * 32,)),
        LookupAnswer((Found("cd" * 32, KEY, "Dana R.", AT),)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_comes_back(value):
    assert type(value).from_json(value.to_json()) == value


def test_a_put_of_an_earlier_desk_ends_no_claim():
    members = json.loads(PUT.to_json())
    del members["claim"]
    assert RecordPut.from_json(json.dumps(members).encode()) == PUT


def test_what_is_sealed_is_not_told_in_passing():
    assert "sealed" not in repr(RECORD) + repr(PUT)


@pytest.mark.parametrize("seen", [0, 1, 2_000_000_000])
def test_the_version_that_was_seen_comes_back(seen):
    assert seen_version(if_match(seen)) == seen


@pytest.mark.parametrize("header", ["", "*", "3", '"03"', '"-1"', 'W/"3"', '"٣"', '"3", "4"'])
def test_anything_else_is_no_version(header):
    with pytest.raises(WireError, match="If-Match"):
        seen_version(header)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", 0),
        ("environment", "Live"),
        ("checkout_hashes", ["ab"]),
        ("checkout_hashes", ["ab" * 32] * 65),
        ("tags", ["AB" * 32]),
        ("tags", ["ab" * 32] * 17),
        ("sealed", "?"),
        ("claim", "given up"),
        ("sealed", "A" * (128 * 1024 * 4 // 3 + 8)),
    ],
)
def test_a_put_that_is_not_as_agreed_is_refused(name, value):
    with pytest.raises(WireError, match=name):
        RecordPut.from_json(json.dumps(json.loads(PUT.to_json()) | {name: value}).encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [("owner", "dana"), ("holder", "desk"), ("order_key", "k"), ("claim", 5), ("put_at", None)],
)
def test_a_record_that_is_not_as_agreed_is_refused(name, value):
    with pytest.raises(WireError, match=name):
        OrderRecord.from_json(json.dumps(json.loads(RECORD.to_json()) | {name: value}).encode())


def test_records_and_their_pages_are_spelled_as_all_json_of_the_wire():
    records = RECORD, FREE, replace(RECORD, holder_name='Zoë "Z"')
    for record in records:
        assert record.to_json() == encode(record.members())
    page = OrdersPage(records, None, "epoch.1.2")
    told = {"orders": [record.members() for record in records], "next": None}
    assert page.to_json() == encode({**told, "cursor": page.cursor})
