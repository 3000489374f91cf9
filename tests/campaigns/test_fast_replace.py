"""Is the campaigns' quick copy the same as ``dataclasses.replace``?"""

import dataclasses
from datetime import UTC, datetime

import pytest

from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.order import Order, Transaction
from tests.campaigns.fast_replace import replace

AT = datetime(2026, 3, 1, tzinfo=UTC)
ORDER = Order("O", "k", Environment.LIVE, Country.US, 5, Currency.USD, "a", AT, AT)
MONEY = Transaction("T", "C", "O", "captured", 5, "USD")


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (ORDER, {}),
        (ORDER, {"version": 3, "transaction": MONEY, "alerts": ()}),
        (MONEY, {"word": "voided"}),
    ],
)
def test_is_the_same(value, changes):
    expected = dataclasses.replace(value, **changes)
    made = replace(value, **changes)
    assert made == expected
    assert made is not value
    assert type(made) is type(expected)


def test_refuses_a_field_that_is_not_there():
    with pytest.raises(KeyError):
        replace(MONEY, status="voided")


def test_refuses_what_it_cannot_copy():
    @dataclasses.dataclass(frozen=True)
    class Open:
        a: int = 1

    with pytest.raises(TypeError):
        replace(Open())
