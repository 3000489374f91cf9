"""Is an amount read to the cent in every language, and refused where it could mean two?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.money_text import format_money, parse_money, type_money
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import MAX_CENTS, Currency

LOCALES = ("en_US", "en_CA", "fr_CA")
USD, CAD = Currency.USD, Currency.CAD


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("0", 0),
        ("1", 100),
        ("1.5", 150),
        ("1.50", 150),
        ("12.", 1_200),
        (".5", 50),
        ("007.05", 705),
        ("1234.56", 123_456),
        ("1,234.56", 123_456),
        ("1 234.56", 123_456),
        ("1,234", 123_400),
        ("1,234,567", 123_456_700),
        ("$1,234.56", 123_456),
        ("$ 12", 1_200),
        ("12$", 1_200),
        ("US$12", 1_200),
        ("12 USD", 1_200),
        ("$12 USD", 1_200),
        ("usd 12.10", 1_210),
        (" 12 ", 1_200),
        ("99,999,999.99", MAX_CENTS),
    ],
)
def test_english(typed, cents):
    assert parse_money(typed, "en_US", USD) == cents
    assert parse_money(typed.replace("US", "CA").replace("usd", "cad"), "en_CA", CAD) == cents


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 234,56 $", 123_456),
        ("1\u00a0234,56\u00a0$", 123_456),
        ("1\u202f234,56", 123_456),
        ("1234,56", 123_456),
        ("1234.56", 123_456),  # the numeric pad may have no comma
        ("1,5", 150),
        (",5", 50),
        ("1.5", 150),
        ("12,00 $ CA", 1_200),
        ("$CA 12", 1_200),
        ("1 234 567", 123_456_700),
    ],
)
def test_french(typed, cents):
    assert parse_money(typed, "fr_CA", CAD) == cents


@pytest.mark.parametrize(
    ("typed", "locale", "word"),
    [
        ("", "en_US", "missing"),
        ("\u00a0", "fr_CA", "missing"),
        ("abc", "en_US", "invalid"),
        ("$", "en_US", "invalid"),
        (".", "en_US", "invalid"),
        (",", "fr_CA", "invalid"),
        ("-5", "en_US", "invalid"),
        ("(5.00)", "en_US", "invalid"),
        ("\u22125", "fr_CA", "invalid"),
        ("+5", "en_US", "invalid"),
        ("1e3", "en_US", "invalid"),
        ("1,23", "en_US", "invalid"),
        ("12,5", "en_US", "invalid"),
        ("1234,56", "en_US", "invalid"),
        ("1.234,56", "en_US", "invalid"),
        ("1,23,456", "en_US", "invalid"),
        ("1234,567", "en_US", "invalid"),
        ("1,234 567", "en_US", "invalid"),
        ("12 34", "en_US", "invalid"),
        ("1.234,56", "fr_CA", "invalid"),
        ("1,234.56", "fr_CA", "invalid"),
        ("1 23,45", "fr_CA", "invalid"),
        ("1,234", "fr_CA", "too_many_decimals"),
        ("1.234", "fr_CA", "too_many_decimals"),
        ("1.234", "en_US", "too_many_decimals"),
        ("1.500", "en_US", "too_many_decimals"),
        ("1..5", "en_US", "invalid"),
        ("٣", "en_US", "invalid"),
        ("１２", "en_US", "invalid"),
        ("CA$5", "en_US", "invalid"),
        ("5 CAD", "en_US", "invalid"),
        ("$5 CAD", "en_US", "invalid"),
        ("€5", "en_US", "invalid"),
        ("5 5", "en_US", "invalid"),
        ("9" * 41, "en_US", "invalid"),
        ("100,000,000.00", "en_US", "too_large"),
        ("9" * 40, "fr_CA", "too_large"),
    ],
)
def test_what_could_mean_two_things_is_refused(typed, locale, word):
    with pytest.raises(InputError) as refused:
        parse_money(typed, locale, USD, field="tax")
    assert (refused.value.field, refused.value.problem) == ("tax", word)


@pytest.mark.parametrize(
    ("locale", "currency", "written"),
    [
        ("en_US", USD, "$1,249.00"),
        ("en_US", CAD, "CA$1,249.00"),
        ("en_CA", CAD, "$1,249.00"),
        ("en_CA", USD, "US$1,249.00"),
        ("fr_CA", CAD, "1\u00a0249,00\u00a0$"),
        ("fr_CA", USD, "1\u00a0249,00\u00a0$\u00a0US"),
    ],
)
def test_amounts_are_written_as_people_write_them(locale, currency, written):
    assert format_money(124_900, locale, currency) == written


cents = st.integers(0, MAX_CENTS)


@given(cents, st.sampled_from(LOCALES), st.sampled_from(Currency))
def test_what_is_written_is_read_back_to_the_cent(amount, locale, currency):
    assert parse_money(format_money(amount, locale, currency), locale, currency) == amount
    assert parse_money(type_money(amount, locale), locale, currency) == amount


@given(st.text("0123456789.,  $USCAD-+e\u00a0\u202f", max_size=20), st.sampled_from(LOCALES))
def test_whatever_is_read_is_cents_within_bounds(typed, locale):
    try:
        amount = parse_money(typed, locale, CAD)
    except InputError:
        return
    assert type(amount) is int
    assert 0 <= amount <= MAX_CENTS
    assert parse_money(type_money(amount, locale), locale, CAD) == amount


@given(st.integers(0, 99_999), st.integers(0, 99), st.sampled_from(LOCALES))
def test_an_independent_reading_agrees(whole, rest, locale):
    mark = "," if locale == "fr_CA" else "."
    assert parse_money(f"{whole}{mark}{rest:02}", locale, CAD) == whole * 100 + rest
