"""Is JSON taken only where it can be read in one way?"""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.strict_json import load_strict, text, whole_number

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(values)
def test_what_json_writes_is_read(value):
    assert load_strict(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"{} {}",
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        b'"\xff"',
        b"[" * 200_000,
        b"9" * 5_000,
    ],
    ids=range(13),
)
def test_what_two_readers_could_differ_on_is_refused(body):
    with pytest.raises(ValueError):
        load_strict(body)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_stumble(body):
    with contextlib.suppress(ValueError):
        load_strict(body)


def test_kinds_are_exact():
    assert whole_number(7) == 7
    assert [whole_number(v) for v in (True, 7.0, "7", None, [7])] == [None] * 5
    assert [text(v) for v in ("a", 7, None)] == ["a", "", ""]
