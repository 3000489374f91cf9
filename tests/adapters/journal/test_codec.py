"""Is what is stored read back as the same, and is everything else refused?"""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesales_desktop.adapters.journal import codec
from telesales_desktop.domain.details import OrderDetails, PaymentChoice
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import (
    Alert,
    ConfirmHint,
    FreezeReason,
    OperationKind,
    Order,
)
from tests.adapters.journal.samples import (
    DAY,
    checkout,
    details,
    finished_order,
    new_order,
    operation,
)

WRITTEN = Path(__file__).parent / "written"

NAIVE = DAY.replace(tzinfo=None)
texts = st.text(max_size=20)
numbers = st.integers(-(2**62), 2**62)
times = st.datetimes(timezones=st.just(UTC))


def with_zones(value):
    """The same value with every time in UTC, however deep."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, tuple):
        return tuple(with_zones(inner) for inner in value)
    if is_dataclass(value):
        return replace(value, **{f.name: with_zones(getattr(value, f.name)) for f in fields(value)})
    return value


@given(st.from_type(Order).map(with_zones))
@settings(max_examples=50)
def test_any_order_comes_back(order: Order):
    assert codec.decode_order(codec.FORMAT, codec.encode_order(order)) == order


@given(st.from_type(OrderDetails))
@settings(max_examples=50)
def test_any_details_come_back(made: OrderDetails):
    assert codec.decode_details(codec.FORMAT, codec.encode_details(made)) == made


@given(st.dictionaries(texts, texts | numbers))
def test_any_values_come_back(params: dict[str, str | int]):
    assert codec.decode_params(codec.encode_params(params)) == params


json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)


@given(st.dictionaries(texts, json_values))
def test_any_draft_comes_back(content: dict[str, object]):
    assert codec.decode_content(codec.encode_content(content)) == content


@given(st.lists(texts))
def test_any_texts_come_back(made: list[str]):
    assert codec.decode_texts(codec.encode_texts(tuple(made))) == tuple(made)


@given(times)
def test_any_time_comes_back(at: datetime):
    assert codec.from_microseconds(codec.to_microseconds(at)) == at


def test_a_time_of_another_zone_is_the_same_moment():
    east = DAY.astimezone(timezone(timedelta(hours=9)))
    order = new_order(1, created_at=east)
    assert codec.to_microseconds(east) == codec.to_microseconds(DAY)
    assert codec.decode_order(1, codec.encode_order(order)) == new_order(1, created_at=DAY)


@pytest.mark.parametrize(
    "order",
    [
        new_order(1, created_at=NAIVE),
        new_order(1, proof_at=NAIVE),
        new_order(1, checkouts=(checkout(1, word_at=NAIVE),)),
        new_order(1, total_cents=1.5),
        new_order(1, total_cents=100.0),
        new_order(1, total_cents="92400"),
        new_order(1, agent=None),
        new_order(1, archived=0),
        new_order(1, agent="\ud800"),
        new_order(1, environment="somewhere"),
        new_order(1, orphans=["a"]),
        new_order(1, operations=(replace(operation(1, 1, OperationKind.VOID), body=b"{}"),)),
        new_order(1, agent=object()),
    ],
)
def test_what_would_not_come_back_is_not_written(order: Order):
    with pytest.raises(JournalError) as refused:
        codec.encode_order(order)
    assert refused.value.problem == "rule"


def test_drafts_of_other_things_than_json_are_not_written():
    for content in ({"a": (1, 2)}, {"a": {1}}, {1: "a"}, {"a": float("nan")}):
        with pytest.raises(JournalError):
            codec.encode_content(content)


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "{}", "null", '{"order_id": "x"}', '"x"', "{" * 5000],
)
def test_what_cannot_be_read_is_damage(body: str):
    for decode in (
        lambda: codec.decode_order(codec.FORMAT, body),
        lambda: codec.decode_details(codec.FORMAT, body),
    ):
        with pytest.raises(JournalError) as refused:
            decode()
        assert refused.value.problem == "damaged"


def test_no_value_shows_in_an_error():
    body = codec.encode_details(details(1)).replace('"payment":"affirm"', '"payment":"Marie"')
    with pytest.raises(JournalError) as refused:
        codec.decode_details(codec.FORMAT, body)
    assert "Marie" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_later_format_is_of_a_newer_program():
    body = codec.encode_order(new_order(1))
    with pytest.raises(JournalError) as refused:
        codec.decode_order(codec.FORMAT + 1, body)
    assert refused.value.problem == "newer"


def test_an_earlier_format_is_brought_to_ours_step_by_step(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(codec, "FORMAT", 3)
    monkeypatch.setattr(
        codec,
        "UPGRADES",
        {
            1: lambda old: {**old, "agent_name": old.pop("seller")},
            2: lambda old: {**old, "agent": old.pop("agent_name")},
        },
    )
    first = codec.encode_order(new_order(1)).replace('"agent":', '"seller":')
    assert codec.decode_order(1, first) == new_order(1)
    for form, body in ((0, first), (1, "{}"), (1, "{"), (1, "[]"), (2, first)):
        with pytest.raises(JournalError) as refused:
            codec.decode_order(form, body)
        assert refused.value.problem == "damaged"


def test_what_format_1_wrote_is_read_for_ever():
    """The files were written by format 1. If this fails, write an upgrade; never change them."""
    orders = json.loads((WRITTEN / "orders-1.json").read_text("utf-8"))
    read = [codec.decode_order(1, json.dumps(order)) for order in orders]
    assert [order.order_id for order in read] == ["SO-000001", "SO-000002"]
    assert read[0].checkouts[0].checkout_id == "CHK0000000000001"
    assert read[0].operations[1].key == "key-1-2"
    assert read[0].transaction is not None
    assert read[0].transaction.events[1].type == "capture"
    assert read[1].checkouts == ()
    of_one = json.loads((WRITTEN / "details-1.json").read_text("utf-8"))
    assert codec.decode_details(1, json.dumps(of_one)) == details(1)


WORDS_OF_FORMAT_1 = {
    Alert: "second_confirmation superseded_confirmed unknown_too_long key_too_old"
    " authorize_refused unrecognized contested",
    ConfirmHint: "none browser webhook agent",
    FreezeReason: "amount currency order_id checkout_id",
    PaymentChoice: "affirm card invoice other",
}


@pytest.mark.parametrize("kind", WORDS_OF_FORMAT_1)
def test_a_word_that_was_stored_is_never_forgotten(kind):
    """Journals hold them. To drop or rename one, raise ``FORMAT`` and write an upgrade."""
    assert set(WORDS_OF_FORMAT_1[kind].split()) <= {word.value for word in kind}


def test_every_field_of_a_finished_order_is_stored():
    stored = json.loads(codec.encode_order(finished_order(1)))
    assert set(stored) == set(Order.__dataclass_fields__)
