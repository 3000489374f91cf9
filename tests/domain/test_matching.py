"""Is a difference of one cent, one letter or one currency seen, and told side by side?"""

from dataclasses import replace

import pytest

from telesales_desktop.domain.matching import checkout_mismatch, transaction_mismatch
from telesales_desktop.domain.order import FreezeReason
from tests.domain.play import CHECKOUT, TOTAL, money, new_order

SAME = {"total_cents": TOTAL, "currency": "USD", "order_id": "O1"}


def test_the_same_is_no_mismatch():
    assert checkout_mismatch(new_order(), **SAME) is None
    assert transaction_mismatch(new_order(), money(), CHECKOUT) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"total_cents": 5001}, (FreezeReason.AMOUNT, "5000", "5001")),
        ({"total_cents": 4999}, (FreezeReason.AMOUNT, "5000", "4999")),
        ({"total_cents": 0}, (FreezeReason.AMOUNT, "5000", "0")),
        ({"total_cents": None}, (FreezeReason.AMOUNT, "5000", "")),
        ({"currency": "CAD"}, (FreezeReason.CURRENCY, "USD", "CAD")),
        ({"currency": ""}, (FreezeReason.CURRENCY, "USD", "")),
        ({"order_id": "O2"}, (FreezeReason.ORDER_ID, "O1", "O2")),
        ({"order_id": ""}, (FreezeReason.ORDER_ID, "O1", "")),
    ],
)
def test_checkout(changes, expected):
    assert checkout_mismatch(new_order(), **(SAME | changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount_cents": 5001}, (FreezeReason.AMOUNT, "5000", "5001")),
        ({"currency": "CAD"}, (FreezeReason.CURRENCY, "USD", "CAD")),
        ({"order_id": "O2"}, (FreezeReason.ORDER_ID, "O1", "O2")),
        ({"checkout_id": "CHK2"}, (FreezeReason.CHECKOUT_ID, CHECKOUT, "CHK2")),
    ],
)
def test_transaction(changes, expected):
    assert transaction_mismatch(new_order(), replace(money(), **changes), CHECKOUT) == expected
