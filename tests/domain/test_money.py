"""Do countries know their currency and their header?"""

import pytest

from telesales_desktop.domain.money import MAX_CENTS, Country, Currency, Environment


@pytest.mark.parametrize(
    ("country", "currency", "header"),
    [(Country.US, Currency.USD, "USA"), (Country.CA, Currency.CAD, "CAN")],
)
def test_country(country, currency, header):
    assert country.currency is currency
    assert country.alpha3 == header


def test_words_on_the_wire():
    assert [e.value for e in Environment] == ["sandbox", "live", "simulator"]
    assert [c.value for c in Country] == ["US", "CA"]
    assert [c.value for c in Currency] == ["USD", "CAD"]
    assert MAX_CENTS == 9_999_999_999
