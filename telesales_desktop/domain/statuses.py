"""Which words does Affirm use, and what is true of the world under each?"""

from __future__ import annotations

from enum import StrEnum


class CheckoutStatus(StrEnum):
    """``checkout_status`` of Read Checkout, as Affirm's own modules handle it."""

    UNKNOWN = "unknown"  # the link was sent; the customer has not started
    OPENED = "opened"  # the application was started (a mail scanner can do that too)
    APPROVED = "approved"  # approved; the customer is still choosing or confirming terms
    MORE_INFORMATION_NEEDED = "more_information_needed"  # a decision is pending
    NOT_APPROVED = "not_approved"  # Affirm will not lend for this purchase; reasons are not told
    CONFIRMED = "confirmed"  # the customer is done; the merchant must authorize
    AUTHORIZED = "authorized"  # the loan is active; money is held
    VOIDED = "voided"  # nothing will come of it
    UNRECOGNIZED = ""  # a word that we have never seen: it allows nothing


class TransactionStatus(StrEnum):
    """``status`` of a transaction."""

    CONFIRMED = "confirmed"  # the customer is done, nothing is authorized
    AUTHORIZED = "authorized"  # money is held, not taken
    AUTH_EXPIRED = "auth_expired"  # it was held and never captured in time; nothing is held now
    PARTIALLY_CAPTURED = "partially_captured"  # a part is taken, the rest is still held
    CAPTURED = "captured"  # the whole amount is taken
    PARTIALLY_REFUNDED = "partially_refunded"  # taken, and a part given back
    REFUNDED = "refunded"  # all that was taken is given back
    VOIDED = "voided"  # the hold was released; irreversible
    DISPUTED = "disputed"  # the customer disputes it at Affirm
    DISPUTE_REFUNDED = "dispute_refunded"  # Affirm gave the customer the money back
    UNRECOGNIZED = ""  # a word that we have never seen: it allows nothing


_CHECKOUT_WORDS = {status.value: status for status in CheckoutStatus}
_TRANSACTION_WORDS = {status.value: status for status in TransactionStatus}


def checkout_status(word: str) -> CheckoutStatus:
    """The status that ``word`` names, or ``UNRECOGNIZED``; the raw word is kept beside it."""
    if not word:
        return CheckoutStatus.UNKNOWN
    return _CHECKOUT_WORDS.get(word, CheckoutStatus.UNRECOGNIZED)


def transaction_status(word: str) -> TransactionStatus:
    """The status that ``word`` names, or ``UNRECOGNIZED``."""
    return _TRANSACTION_WORDS.get(word, TransactionStatus.UNRECOGNIZED)


_RANK = {
    CheckoutStatus.UNKNOWN: 0,
    CheckoutStatus.UNRECOGNIZED: 0,
    CheckoutStatus.OPENED: 1,
    CheckoutStatus.MORE_INFORMATION_NEEDED: 2,
    CheckoutStatus.APPROVED: 3,
    CheckoutStatus.NOT_APPROVED: 3,
    CheckoutStatus.CONFIRMED: 4,
    CheckoutStatus.AUTHORIZED: 5,
    CheckoutStatus.VOIDED: 6,
}


def checkout_rank(status: CheckoutStatus) -> int:
    """How far along a checkout is: a hint (a webhook) may only move it forward.

    A read replaces the word whole, whatever its rank: Affirm is the authority.
    """
    return _RANK[status]
