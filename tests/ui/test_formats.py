"""Are amounts and times written as people of the language write them?"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from telesales_desktop.domain.money import Country, Currency
from telesales_desktop.ui.formats import (
    Formats,
    Language,
    language_for,
    spoken_email,
    spoken_phone,
)
from tests.ui import samples

NOW = samples.NOW  # 10:47:30 in the eastern winter


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", "")


@pytest.mark.parametrize(
    ("cents", "currency", "english_text", "french_text"),
    [
        (0, None, "$0.00", "0,00 $"),
        (5, None, "$0.05", "0,05 $"),
        (1_249_00, None, "$1,249.00", "1 249,00 $"),
        (-10_00, None, "-$10.00", "-10,00 $"),
        (1_234_567_89, Currency.USD, "$1,234,567.89", "1 234 567,89 $ US"),
        (1_00, Currency.CAD, "CA$1.00", "1,00 $"),
        (1_00, "EUR", "EUR 1.00", "1,00 EUR"),
    ],
)
def test_money(english, french, cents, currency, english_text, french_text):
    assert plain(english.money(cents, currency)) == english_text
    assert plain(french.money(cents, currency)) == french_text


@pytest.mark.parametrize(
    ("hour", "minute", "english_text", "french_text"),
    [(0, 5, "12:05 AM", "0 h 05"), (9, 0, "9:00 AM", "9 h 00"), (12, 0, "12:00 PM", "12 h 00")],
)
def test_clock(english, french, hour, minute, english_text, french_text):
    at = datetime(2026, 12, 1, hour, minute, 7, tzinfo=samples.EASTERN)
    assert plain(english.clock(at)) == english_text
    assert plain(french.clock(at)) == french_text
    assert plain(english.clock(at, seconds=True)).split()[0].endswith(":07")
    assert plain(french.clock(at, seconds=True)).endswith("min 07 s")


def test_date_names_the_year_only_when_it_is_another(english, french):
    christmas = datetime(2026, 12, 23, 12, tzinfo=UTC)
    new_year = datetime(2027, 1, 1, 18, tzinfo=UTC)
    assert plain(english.date(christmas, NOW)) == "Dec 23"
    assert plain(french.date(christmas, NOW)) == "23 déc."
    assert plain(english.date(new_year, NOW)) == "Jan 1, 2027"
    assert plain(french.date(new_year, NOW)) == "1er janv. 2027"


def test_a_moment_of_another_day_has_its_date(english):
    assert plain(english.moment(NOW, NOW)) == "10:47 AM"
    assert plain(english.moment(NOW - timedelta(days=1), NOW)) == "Nov 30, 10:47 AM"


@pytest.mark.parametrize(
    ("seconds", "english_text", "french_text"),
    [
        (-5, "0 s", "0 s"),
        (12, "12 s", "12 s"),
        (60, "1 min", "1 min"),
        (3599, "59 min", "59 min"),
        (3600, "1 h", "1 h"),
        (86_400 * 2, "2 d", "2 j"),
    ],
)
def test_elapsed(seconds, english_text, french_text, request):
    since = NOW - timedelta(seconds=seconds)
    assert plain(request.getfixturevalue("english").elapsed(since, NOW)) == english_text
    assert plain(request.getfixturevalue("french").elapsed(since, NOW)) == french_text


def test_under_an_hour_the_clock_stands_beside_how_long(english, french):
    recent, older = NOW - timedelta(minutes=6), NOW - timedelta(hours=2)
    assert plain(french.since(recent, NOW)) == "il y a 6 min (10 h 41)"
    assert plain(english.since(older, NOW)) == "8:47 AM"


def test_a_number_is_read_in_groups():
    assert spoken_phone("+14155552222") == "415 · 555 · 2222"
    assert spoken_phone("+33155552222") == "+33155552222"
    assert spoken_email("a_b@c.ca").replace("\u202f", "|") == "a|_|b|@|c|.|ca"


@pytest.mark.parametrize(
    ("wanted", "system", "country", "language"),
    [
        ("fr_CA", "en_US", Country.US, Language.FR_CA),
        ("", "fr_FR", Country.CA, Language.FR_CA),
        ("", "en_CA", Country.US, Language.EN_CA),
        ("", "de_DE", Country.CA, Language.EN_CA),
        ("", "de_DE", Country.US, Language.EN_US),
    ],
)
def test_the_language_follows_the_profile_then_the_system(wanted, system, country, language):
    assert language_for(wanted, system, country) is language


def test_times_are_shown_in_the_zone_of_the_workstation(qapp):
    tokyo = Formats(Language.EN_US, Currency.USD, zone=timezone(timedelta(hours=9)))
    assert plain(tokyo.clock(NOW)) == "12:47 AM"


def test_a_moment_within_a_sentence_names_its_day_as_people_say_it(french):
    before = NOW - timedelta(days=1)
    assert plain(french.at(NOW, NOW)) == "à 10 h 47"
    assert plain(french.at(before, NOW)) == "le 30 nov. à 10 h 47"


def test_in_english_too(english):
    assert plain(english.at(NOW, NOW)) == "at 10:47 AM"
    assert plain(english.at(NOW - timedelta(days=1), NOW)) == "on Nov 30 at 10:47 AM"
