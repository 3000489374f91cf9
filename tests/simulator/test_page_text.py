from dataclasses import fields
from string import Formatter

import pytest

from telesales_desktop.simulator.checkout import CheckoutStatus
from telesales_desktop.simulator.page_text import ENGLISH, FRENCH, choose_text, day, money


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", [entry.name for entry in fields(ENGLISH)])
def test_both_languages_say_everything_with_the_same_places(name):
    english, french = getattr(ENGLISH, name), getattr(FRENCH, name)
    if isinstance(english, str):
        assert places(english) == places(french)
        assert bool(english) == bool(french)
    else:
        assert len(english) == len(french)


def test_every_status_has_its_words():
    assert set(ENGLISH.statuses) == set(FRENCH.statuses) == set(CheckoutStatus)


@pytest.mark.parametrize(
    ("wish", "locale", "accepted", "language"),
    [
        ("", "", "", "en"),
        ("", "", "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("", "", "de, en;q=0.5, fr;q=0.7", "fr"),
        ("", "", "fr;q=0, en;q=0.1", "en"),
        ("", "", "fr;q=x", "en"),
        ("", "en_CA", "fr", "en"),
        ("", "fr_CA", "en", "fr"),
        ("fr", "en_US", "en", "fr"),
        ("xx", "fr_CA", "en", "fr"),
    ],
)
def test_the_pages_switch_then_the_merchant_then_the_browser(wish, locale, accepted, language):
    assert choose_text(wish, locale, accepted).language == language


@pytest.mark.parametrize(
    ("cents", "english", "french"),
    [
        (5, "$0.05", "0,05\u00a0$"),
        (124_900, "$1,249.00", "1\u00a0249,00\u00a0$"),
        (-5000, "\u2212$50.00", "\u221250,00\u00a0$"),
        (123_456_789, "$1,234,567.89", "1\u00a0234\u00a0567,89\u00a0$"),
    ],
)
def test_money(cents, english, french):
    assert (money(ENGLISH, cents), money(FRENCH, cents)) == (english, french)


def test_days():
    assert day(ENGLISH, 2026, 12, 1) == "December 1, 2026"
    assert day(FRENCH, 2026, 12, 1) == "1er\u00a0décembre 2026"
    assert day(FRENCH, 2026, 2, 14) == "14\u00a0février 2026"
