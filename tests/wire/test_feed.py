import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.wire.feed import (
    MOST_BODY,
    Change,
    ChangeKind,
    ChangesPage,
    Delivery,
    Landing,
    Source,
    change_json,
    page_json,
)
from telesales_desktop.wire.orders import OrderRecord
from telesales_desktop.wire.strict_json import WireError, decode

AT = datetime(2026, 3, 4, 5, 6, 7, 890123, UTC)


def delivery(**changed) -> Delivery:
    values = {
        "delivery_id": "ab" * 32,
        "merchant": "main",
        "source": Source.WEBHOOK,
        "content_type": "application/x-www-form-urlencoded",
        "signatures": ("t=1,v0=aa", "t=2,v0=bb"),
        "body": b"checkout_token=A&event=confirmed&",
        "order_key": "0123456789abcdef",
        "landing": None,
        "poison": False,
    }
    return Delivery(**{**values, **changed})


def page_of(*contents: bytes, kind: str = "delivery") -> bytes:
    changes = [change_json(f"e.{n}", kind, AT, content) for n, content in enumerate(contents, 1)]
    return page_json("e", f"e.{len(contents)}", gap=False, more=True, changes=changes)


@given(
    st.builds(
        delivery,
        source=st.sampled_from(Source),
        content_type=st.text(st.characters(exclude_categories=["Cs"]), max_size=256),
        signatures=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5).map(
            tuple
        ),
        body=st.binary(max_size=2000),
        order_key=st.none() | st.from_regex(r"\A[A-Za-z0-9_-]{16,64}\Z"),
        landing=st.none() | st.sampled_from(Landing),
        poison=st.booleans(),
    )
)
def test_a_delivery_comes_back_as_it_was(sent):
    page = ChangesPage.from_json(page_of(sent.to_json()))
    assert page == ChangesPage(
        "e", "e.1", False, True, (Change("e.1", ChangeKind.DELIVERY, AT, sent),)
    )


def test_a_body_never_shows_in_a_repr():
    assert "checkout_token" not in repr(delivery())


def test_the_longest_body_passes_and_a_longer_one_does_not():
    longest = delivery(body=bytes(MOST_BODY)).to_json()
    assert ChangesPage.from_json(page_of(longest)).changes[0].delivery.body == bytes(MOST_BODY)
    with pytest.raises(WireError, match="body"):
        ChangesPage.from_json(page_of(delivery(body=bytes(MOST_BODY + 3)).to_json()))


def test_a_change_of_an_unknown_kind_keeps_its_cursor():
    page = ChangesPage.from_json(page_of(b'{"strange":1}', kind="strange"))
    assert page.changes == (Change("e.1", "strange", AT, None),)
    assert page.next == "e.1"


def test_an_empty_page():
    raw = page_json("e", "e.0", gap=True, more=False, changes=[])
    assert ChangesPage.from_json(raw) == ChangesPage("e", "e.0", True, False, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("delivery_id", "AB" * 32),
        ("delivery_id", "ab"),
        ("merchant", "Main"),
        ("source", "carrier pigeon"),
        ("content_type", None),
        ("signatures", "t=1"),
        ("signatures", [1]),
        ("body", "%%%"),
        ("body", "é"),
        ("order_key", "short"),
        ("order_key", 7),
        ("landing", "moon"),
        ("poison", "yes"),
    ],
)
def test_a_delivery_that_is_not_as_agreed_is_refused(name, value):
    content = json.loads(delivery().to_json())
    content[name] = value
    with pytest.raises(WireError):
        ChangesPage.from_json(page_of(json.dumps(content).encode()))
    del content[name]
    if name not in ("order_key", "landing"):
        with pytest.raises(WireError):
            ChangesPage.from_json(page_of(json.dumps(content).encode()))


@pytest.mark.parametrize(
    ("name", "value"),
    [("epoch", ""), ("next", "a b"), ("gap", 1), ("more", None), ("changes", {}), ("changes", [1])],
)
def test_a_page_that_is_not_as_agreed_is_refused(name, value):
    page = json.loads(page_of(delivery().to_json()))
    page[name] = value
    with pytest.raises(WireError):
        ChangesPage.from_json(json.dumps(page).encode())


def test_more_members_than_known_are_allowed():
    page = json.loads(page_of(delivery().to_json()))
    page["sealed"] = True
    page["changes"][0]["delivery"]["age"] = 5
    assert ChangesPage.from_json(json.dumps(page).encode()).changes[0].delivery == delivery()


def test_content_is_not_written_again():
    content = b'{"kept":"as it is"}'
    members = decode(change_json("c", "delivery", AT, content))
    assert members.text("received_at") == "2026-03-04T05:06:07.890123Z"
    assert members.nested("delivery").text("kept") == "as it is"


def test_a_sealed_delivery_says_nothing_of_what_is_in_it():
    sealed = delivery(content_type="", signatures=(), body=b"", sealed=b"\x01" + bytes(150))
    content = sealed.to_json()
    assert not {"body", "content_type", "signatures", "landing"} & set(json.loads(content))
    assert ChangesPage.from_json(page_of(content)).changes[0].delivery == sealed


def test_a_record_comes_in_the_same_frame():
    record = OrderRecord("k" * 16, 2, "live", "p" + "a" * 15, None, "", None, AT, b"\x01sealed")
    page = ChangesPage.from_json(page_of(record.to_json(), kind="record"))
    assert page.changes == (Change("e.1", ChangeKind.RECORD, AT, None, record),)
