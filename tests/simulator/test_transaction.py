from datetime import timedelta

import pytest

from tests.simulator.money import authorized
from tests.simulator.orders import NOON, stand_in

EXPIRY = NOON + timedelta(days=30)


@pytest.fixture
def transaction():
    return authorized(stand_in())


@pytest.mark.parametrize(
    ("captured", "refunded", "voided", "at", "word"),
    [
        (0, 0, False, NOON, "authorized"),
        (0, 0, False, EXPIRY, "auth_expired"),
        (0, 0, True, EXPIRY, "voided"),
        (4999, 0, False, NOON, "partially_captured"),
        (5000, 0, False, EXPIRY, "captured"),
        (5000, 1, False, NOON, "partially_refunded"),
        (5000, 5000, False, NOON, "refunded"),
    ],
)
def test_the_status_follows_from_the_money(transaction, captured, refunded, voided, at, word):
    transaction.captured_cents, transaction.refunded_cents = captured, refunded
    transaction.is_voided = voided
    assert transaction.status(at) == word


@pytest.mark.parametrize(
    ("word", "captured", "refunded"),
    [
        ("authorized", 0, 0),
        ("auth_expired", 0, 0),
        ("partially_captured", 2500, 0),
        ("captured", 5000, 0),
        ("partially_refunded", 5000, 2500),
        ("refunded", 5000, 5000),
        ("voided", 0, 0),
    ],
)
def test_a_forced_word_brings_its_money_along(transaction, word, captured, refunded):
    transaction.force("disputed", NOON)
    transaction.force(word, NOON)
    assert transaction.status(NOON) == word
    assert (transaction.captured_cents, transaction.refunded_cents) == (captured, refunded)


@pytest.mark.parametrize("word", ["disputed", "dispute_refunded", "zzz_never_heard"])
def test_other_words_are_shown_as_they_are(transaction, word):
    transaction.force(word, NOON)
    assert transaction.status(EXPIRY) == word


@pytest.mark.parametrize(("named", "kept"), [(1, 1), (4999, 4999), (9999, 5000), (-3, 1)])
def test_a_forced_part_stays_within_the_amount(transaction, named, kept):
    transaction.force("partially_captured", NOON, named)
    assert transaction.captured_cents == kept


def test_the_body_is_affirms_transaction_object(transaction):
    body = transaction.body(NOON)
    assert body == {
        "id": transaction.transaction_id,
        "checkout_id": transaction.checkout_id,
        "order_id": "ORDER-1",
        "amount": 5000,
        "amount_refunded": 0,
        "authorization_expiration": "2026-04-01T12:00:00Z",
        "created": "2026-03-02T12:00:00Z",
        "currency": "USD",
        "events": [],
        "provider_id": 1,
        "remove_tax": False,
        "status": "authorized",
    }
    transaction.order_id = None
    assert "order_id" not in transaction.body(NOON)
