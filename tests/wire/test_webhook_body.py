import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.wire.webhook_body import MOST_FIELDS, first_value, is_event, read_fields


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", ()),
        (b"&&&", ()),
        (b"nothing to see", ()),
        (b"=value", ()),
        (b"a=1&b=2", (("a", "1"), ("b", "2"))),
        (b"a=1&b=2&", (("a", "1"), ("b", "2"))),
        (b"&a=1&&b=", (("a", "1"), ("b", ""))),
        (b" \r\na=1\r\n", (("a", "1"),)),
        (b"\xef\xbb\xbfa=1", (("a", "1"),)),
        (b"a=1&a=2", (("a", "1"), ("a", "2"))),
        (b"first+name=Zo%C3%A9+T", (("first name", "Zoé T"),)),
        (b"n=Zo%E9", (("n", "Zoé"),)),
        (b"n=Zo\xe9", (("n", "Zoé"),)),
        (b"n=Zo\xc3\xa9", (("n", "Zoé"),)),
        (b"n=%zz%", (("n", "%zz%"),)),
        (
            b'{"a": "1", "b": 2, "c": true, "d": 1.5}',
            (("a", "1"), ("b", "2"), ("c", "True"), ("d", "1.5")),
        ),
        (b'{"a": null, "b": {"x": 1}, "c": [1], "d": ""}', (("d", ""),)),
        (b'{"a": "1", "a": "2"}', (("a", "1"), ("a", "2"))),
        (b'\xef\xbb\xbf {"a": "\xe9"}', (("a", "é"),)),
        (b'{"a": "\\ud800x"}', (("a", "?x"),)),
        (b'{"a": 1', ()),
        (b"{a=1", (("{a", "1"),)),
        (b"{" * 100_000, ()),
        (b'{"a":' + b"[" * 100_000, ()),
        (b'{"a":' + b"9" * 5000 + b"}", ()),
        (b"[1]", ()),
    ],
)
def test_what_can_be_read_is_read(body, fields):
    assert read_fields(body) == fields


def test_fields_are_bounded():
    form = b"&".join(b"f%d=%d" % (n, n) for n in range(MOST_FIELDS + 50))
    as_json = json.dumps({f"f{n}": n for n in range(MOST_FIELDS + 50)}).encode()
    assert len(read_fields(form)) == len(read_fields(as_json)) == MOST_FIELDS
    assert read_fields(form)[-1] == (f"f{MOST_FIELDS - 1}", str(MOST_FIELDS - 1))


@pytest.mark.parametrize(
    ("body", "news"),
    [
        (b"event=confirmed", True),
        (b"checkout_token=ABC", True),
        (b"event=+&checkout_token=", False),
        (b"order_id=7", False),
        (b"", False),
        (b"\x00\xff\xfe", False),
        (b'{"event":"prequal_decision"}', True),
    ],
)
def test_news_is_told_from_noise(body, news):
    assert is_event(read_fields(body)) is news


def test_the_first_value_counts():
    fields = (("a", " 1 "), ("a", "2"))
    assert first_value(fields, "a") == "1"
    assert first_value(fields, "b") == ""


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda t: ("{" + t).encode()))
def test_no_bytes_are_too_strange(body):
    for name, value in read_fields(body):
        (name + value).encode()


@given(
    st.dictionaries(st.text("abc_", min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
)
def test_json_text_comes_back(fields):
    assert dict(read_fields(json.dumps(fields).encode())) == fields
