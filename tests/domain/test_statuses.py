"""Is every word of Affirm's understood, and a new one kept at bay?"""

import pytest

from telesales_desktop.domain.statuses import (
    CheckoutStatus,
    TransactionStatus,
    checkout_rank,
    checkout_status,
    transaction_status,
)

CHECKOUT_WORDS = {
    "unknown": CheckoutStatus.UNKNOWN,
    "": CheckoutStatus.UNKNOWN,
    "opened": CheckoutStatus.OPENED,
    "approved": CheckoutStatus.APPROVED,
    "more_information_needed": CheckoutStatus.MORE_INFORMATION_NEEDED,
    "not_approved": CheckoutStatus.NOT_APPROVED,
    "confirmed": CheckoutStatus.CONFIRMED,
    "authorized": CheckoutStatus.AUTHORIZED,
    "voided": CheckoutStatus.VOIDED,
    "a_new_word": CheckoutStatus.UNRECOGNIZED,
    "Confirmed": CheckoutStatus.UNRECOGNIZED,
}
TRANSACTION_WORDS = {
    "confirmed": TransactionStatus.CONFIRMED,
    "authorized": TransactionStatus.AUTHORIZED,
    "auth_expired": TransactionStatus.AUTH_EXPIRED,
    "partially_captured": TransactionStatus.PARTIALLY_CAPTURED,
    "captured": TransactionStatus.CAPTURED,
    "partially_refunded": TransactionStatus.PARTIALLY_REFUNDED,
    "refunded": TransactionStatus.REFUNDED,
    "voided": TransactionStatus.VOIDED,
    "disputed": TransactionStatus.DISPUTED,
    "dispute_refunded": TransactionStatus.DISPUTE_REFUNDED,
    "": TransactionStatus.UNRECOGNIZED,
    "CAPTURED": TransactionStatus.UNRECOGNIZED,
    "a_new_word": TransactionStatus.UNRECOGNIZED,
}


@pytest.mark.parametrize(("word", "status"), CHECKOUT_WORDS.items())
def test_checkout_words(word, status):
    assert checkout_status(word) is status


@pytest.mark.parametrize(("word", "status"), TRANSACTION_WORDS.items())
def test_transaction_words(word, status):
    assert transaction_status(word) is status


def test_every_status_has_its_word():
    assert set(CHECKOUT_WORDS.values()) == set(CheckoutStatus)
    assert set(TRANSACTION_WORDS.values()) == set(TransactionStatus)


def test_ranks():
    ranks = {status.name: checkout_rank(status) for status in CheckoutStatus}
    assert ranks == {
        "UNKNOWN": 0,
        "UNRECOGNIZED": 0,
        "OPENED": 1,
        "MORE_INFORMATION_NEEDED": 2,
        "APPROVED": 3,
        "NOT_APPROVED": 3,
        "CONFIRMED": 4,
        "AUTHORIZED": 5,
        "VOIDED": 6,
    }
