import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.wire.strict_json import Members, WireError, decode, encode, instant_text

OBJECT = {
    "text": "Zoé",
    "none": None,
    "flag": True,
    "number": 7,
    "at": "2026-01-31T13:45:00.000001Z",
    "octets": "AAE=",
    "texts": ["a", "b"],
    "inner": {"flag": False},
    "inners": [{"number": 1}, {"number": 2}],
}


@pytest.fixture
def members() -> Members:
    return decode(encode(OBJECT))


def test_every_kind_is_read(members):
    assert members.text("text") == "Zoé"
    assert members.text_or_none("none") is None
    assert members.text_or_none("absent") is None
    assert members.text_or_none("text") == "Zoé"
    assert members.flag("flag") is True
    assert members.integer("number", least=7, most=7) == 7
    assert members.instant("at") == datetime(2026, 1, 31, 13, 45, 0, 1, UTC)
    assert members.octets("octets", most=2) == b"\x00\x01"
    assert members.texts("texts", most=2) == ("a", "b")
    assert members.nested("inner").flag("flag") is False
    assert [
        m.integer("number", least=0, most=9) for m in members.nested_list("inners", most=2)
    ] == [
        1,
        2,
    ]


@pytest.mark.parametrize(
    ("read", "named"),
    [
        (lambda m: m.text("number"), "number must be a string"),
        (lambda m: m.text("text", most=2), "text must have at most 2"),
        (lambda m: m.flag("number"), "number must be true or false"),
        (lambda m: m.integer("flag", least=0, most=9), "flag must be a whole number from 0 to 9"),
        (lambda m: m.integer("number", least=8, most=9), "number must be a whole number"),
        (lambda m: m.integer("number", least=0, most=6), "number must be a whole number"),
        (lambda m: m.integer("text", least=0, most=6), "text must be a whole number"),
        (lambda m: m.instant("text"), "text has a form"),
        (lambda m: m.octets("text", most=99), "text is not base64"),
        (lambda m: m.octets("octets", most=1), "octets must have at most 1 bytes"),
        (lambda m: m.texts("text", most=9), "text must be a list"),
        (lambda m: m.texts("texts", most=1), "texts must be a list of at most 1"),
        (lambda m: m.texts("inners", most=9), "inners must be a list of strings"),
        (lambda m: m.nested("text"), "text must be an object"),
        (lambda m: m.nested("inner").flag("gone"), r"inner\.gone must be"),
        (lambda m: m.nested_list("texts", most=2), r"texts\[0\] must be an object"),
        (lambda m: m.nested_list("inners", most=2)[1].flag("gone"), r"inners\[1\]\.gone must be"),
    ],
)
def test_a_wrong_member_is_named(members, read, named):
    with pytest.raises(WireError, match=named):
        read(members)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'"text"',
        b"{",
        b"\xff",
        b'{"a": 1, "a": 1}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(raw):
    with pytest.raises(WireError):
        decode(raw)


@pytest.mark.parametrize("text", ["2026-02-30T00:00:00.000000Z", "2026-01-01T25:00:00.000000Z"])
def test_a_day_that_is_not_is_refused(text):
    with pytest.raises(WireError, match="at is not a date"):
        decode(encode({"at": text})).instant("at")


def test_half_a_surrogate_pair_is_refused():
    with pytest.raises(WireError, match="surrogate"):
        decode(b'{"a": "\\ud800"}').text("a")
    with pytest.raises(WireError, match="surrogate"):
        decode(b'{"a": ["whole", "\\ud800"]}').texts("a", most=2)


def test_octets_end_at_the_byte():
    assert decode(encode({"a": "AAAA"})).octets("a", most=3) == bytes(3)
    with pytest.raises(WireError, match="at most 4 characters"):
        decode(encode({"a": "AAAAAA=="})).octets("a", most=3)


def test_an_instant_of_any_zone_is_written_in_utc():
    paris = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert instant_text(paris) == "2026-07-01T10:00:00.000000Z"


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back(instant):
    assert decode(encode({"at": instant_text(instant)})).instant("at") == instant


@given(st.binary())
def test_any_bytes_are_an_object_or_a_wire_error(raw):
    with contextlib.suppress(WireError):
        decode(raw)


def test_what_may_be_absent_is_none():
    members = decode(b'{"at": null}')
    assert members.instant_or_none("at") is None
    assert members.octets_or_none("octets", most=1) is None
    assert members.nested_or_none("nested") is None


def test_what_may_be_absent_is_read_where_it_is_there():
    members = decode(b'{"at": "2026-01-31T13:45:00.000000Z", "octets": "QQ==", "nested": {}}')
    assert members.instant_or_none("at") == datetime(2026, 1, 31, 13, 45, tzinfo=UTC)
    assert members.octets_or_none("octets", most=1) == b"A"
    assert members.nested_or_none("nested") is not None
