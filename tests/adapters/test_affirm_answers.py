"""What does Affirm's JSON become? Strictly, and never a guess about money."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters import affirm_answers as answers
from telesales_desktop.domain.errors import OutcomeUnknownError
from telesales_desktop.domain.money import Environment
from telesales_desktop.domain.order import OperationKind
from tests.adapters.affirm_bench import EVENT, TRANSACTION


def made(**given):
    return answers.transaction(TRANSACTION | given, request_id="R1")


@pytest.mark.parametrize(
    ("word", "extra", "captured", "refunded"),
    [
        ("authorized", {}, 0, 0),
        ("authorized", {"remaining_capturable_amount": 6_000}, 4_000, 0),
        ("confirmed", {"remaining_capturable_amount": 0}, 0, 0),
        ("voided", {"remaining_capturable_amount": 0}, 0, 0),
        ("auth_expired", {}, 0, 0),
        ("a_new_word", {"remaining_capturable_amount": 0}, 0, 0),
        ("partially_captured", {}, 0, 0),
        ("partially_captured", {"remaining_capturable_amount": 2_500}, 7_500, 0),
        ("partially_captured", {"remaining_capturable_amount": 10_001}, 0, 0),
        ("partially_captured", {"remaining_capturable_amount": "2500"}, 0, 0),
        ("captured", {}, 10_000, 0),
        ("captured", {"remaining_capturable_amount": 0}, 10_000, 0),
        ("captured", {"remaining_capturable_amount": -1}, 10_000, 0),
        ("partially_refunded", {"amount_refunded": 300}, 10_000, 300),
        ("refunded", {"amount_refunded": None}, 10_000, 10_000),
        ("refunded", {"amount_refunded": 10_000}, 10_000, 10_000),
        ("disputed", {}, 10_000, 0),
        ("dispute_refunded", {"amount_refunded": -1}, 10_000, 10_000),
    ],
)
def test_captured_and_refunded_follow_from_the_status_where_events_are_not_known(
    word, extra, captured, refunded
):
    found = made(status=word, **extra)
    assert (found.captured_cents, found.refunded_cents) == (captured, refunded)
    assert not found.events_known


def test_known_events_are_summed():
    body = TRANSACTION | {
        "status": "partially_refunded",
        "amount_refunded": 250,
        "events": [
            EVENT | {"id": "1", "type": "auth"},
            EVENT | {"id": "2", "type": "split_capture", "amount": 4_000},
            EVENT | {"id": "3", "type": "capture", "amount": 1_000},
            EVENT | {"id": "4", "type": "refund", "amount": 250},
            {"id": "5", "type": "void"},
        ],
    }
    found = answers.transaction(body, expanded=True)
    assert (found.captured_cents, found.refunded_cents) == (5_000, 250)
    assert found.events_known
    assert [event.amount_cents for event in found.events] == [10_000, 4_000, 1_000, 250, 0]
    assert found.events[0].created_at == datetime(2026, 1, 2, 3, 5, tzinfo=UTC)


def test_a_refund_that_only_the_total_tells_of_counts():
    body = TRANSACTION | {
        "status": "dispute_refunded",
        "amount_refunded": 10_000,
        "events": [EVENT],
    }
    assert answers.transaction(body, expanded=True).refunded_cents == 10_000


@pytest.mark.parametrize(
    "events",
    [
        [],
        None,
        "none",
        [7],
        [EVENT, {"id": "2"}],
        [EVENT, {"id": "2", "type": "refund", "amount": "7"}],
        [EVENT, {"id": "2", "type": "refund", "amount": -7}],
    ],
)
def test_a_record_with_a_hole_is_no_record(events):
    found = answers.transaction(
        TRANSACTION | {"status": "captured", "events": events}, expanded=True
    )
    assert not found.events_known
    assert found.events == ()
    assert found.captured_cents == 10_000  # from the status


def test_events_that_were_not_asked_for_are_not_believed_to_be_all():
    found = made(events=[EVENT])
    assert not found.events_known
    assert len(found.events) == 1


@pytest.mark.parametrize("name", ["id", "amount", "currency"])
@pytest.mark.parametrize("value", [None, "", 1.0, True, -1, [], "ü", "usd dollars"])
def test_a_transaction_without_its_essentials_is_unreadable(name, value):
    with pytest.raises(OutcomeUnknownError) as unknown:
        made(**{name: value})
    assert unknown.value.request_id == "R1"
    assert answers.listed_transaction(TRANSACTION | {name: value}) is None


def test_what_is_of_another_kind_is_empty():
    found = made(checkout_id={"id": "x"}, order_id=4182, status=None, created=17, events={})
    assert (found.checkout_id, found.order_id, found.word) == ("", "", "")
    assert found.created_at is None


@pytest.mark.parametrize(
    ("url", "environment", "kept"),
    [
        ("https://sandbox.affirm.com/checkout/x/", Environment.SANDBOX, True),
        ("http://127.0.0.1:8000/checkout/x/", Environment.SIMULATOR, True),
        ("http://127.0.0.1:8000/checkout/x/", Environment.SANDBOX, False),
        ("http://sandbox.affirm.com/x", Environment.SANDBOX, False),
        ("http://evil.example/x", Environment.SIMULATOR, False),
        ("javascript:alert(1)", Environment.SANDBOX, False),
        ("file:///etc/passwd", Environment.SANDBOX, False),
        ("https://", Environment.SANDBOX, False),
        ("https://a.example/\n", Environment.SANDBOX, False),
        ("https://a.example/ b", Environment.SANDBOX, False),
        ("https://[::1", Environment.SANDBOX, False),
        ("", Environment.SANDBOX, False),
    ],
)
def test_only_a_link_that_a_browser_may_be_given_is_kept(url, environment, kept):
    found = answers.checkout_accepted(
        {"checkout_id": "A1", "redirect_url": url},
        environment=environment,
        expires_at=None,
        request_id="",
    )
    assert found.redirect_url == (url if kept else "")


def snapshot(**body):
    return answers.checkout_snapshot(body, checkout_id="A1", request_id="R1")


def test_a_checkout_may_lack_what_it_was_not_given():
    found = snapshot(checkout_status="opened", merchant_external_reference="4182")
    assert (found.word, found.total_cents, found.currency) == ("opened", None, "")
    assert found.order_id == "4182"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"checkout_status": None},
        {"checkout_status": 7},
        {"checkout_status": "confirmed", "total": "10000"},
        {"checkout_status": "confirmed", "total": 100.0},
        {"checkout_status": "confirmed", "total": True},
    ],
)
def test_a_checkout_that_cannot_be_read_is_unknown(body):
    with pytest.raises(OutcomeUnknownError):
        snapshot(**body)


def test_a_listed_event_keeps_what_it_is_matched_by():
    body = EVENT | {"transaction_id": "DVEP-FTQO", "order_id": "4182", "reference_id": "r"}
    found = answers.listed_event(body, request_id="")
    assert (found.event_id, found.type, found.amount_cents) == ("EVT1", "capture", 10_000)
    assert (found.transaction_id, found.order_id, found.reference_id) == ("DVEP-FTQO", "4182", "r")
    with pytest.raises(OutcomeUnknownError):
        answers.listed_event({"id": "1"}, request_id="")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05.5", datetime(2026, 1, 2, 3, 4, 5, 500_000, tzinfo=UTC)),
        ("2026-01-02T05:04:05+02:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (17, None),
        (None, None),
    ],
)
def test_moments(value, found):
    assert answers.moment(value) == found


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = [*TRANSACTION, *EVENT, "checkout_status", "total", "redirect_url", "transaction_id"]


@given(
    body=st.dictionaries(st.sampled_from(NAMES) | st.text(), json_values, max_size=12),
    kind=st.sampled_from(list(OperationKind)),
    expanded=st.booleans(),
)
def test_no_answer_makes_us_stumble(body, kind, expanded):
    reads = (
        lambda: answers.transaction(body, expanded=expanded),
        lambda: answers.operation_accepted(kind, body, request_id=""),
        lambda: answers.checkout_snapshot(body, checkout_id="A", request_id=""),
        lambda: answers.listed_event(body, request_id=""),
        lambda: answers.checkout_accepted(
            body, environment=Environment.SIMULATOR, expires_at=None, request_id=""
        ),
    )
    for read in reads:
        with contextlib.suppress(OutcomeUnknownError):
            read()


@given(changes=st.dictionaries(st.sampled_from(list(TRANSACTION)), json_values, max_size=4))
def test_what_is_captured_and_refunded_is_never_negative(changes):
    found = answers.listed_transaction(TRANSACTION | changes)
    if found is not None:
        assert 0 <= found.captured_cents <= found.amount_cents
        assert found.refunded_cents >= 0
