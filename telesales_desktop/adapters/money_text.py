"""How is an amount typed, and how is it written, in each language? Integers only."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import MAX_CENTS, Currency

_MAX_TYPED = 40
_SIGN = r"US\s?\$|CA\s?\$|C\$|\$\s?(?:US|CA)|USD|CAD|\$"
_AMOUNT = re.compile(
    rf"(?P<before>{_SIGN})?\s*(?P<number>[0-9.,\s]+?)\s*(?P<after>{_SIGN})?", re.IGNORECASE
)
_DIGITS = r"[0-9]+"
_SPACED = r"[0-9]{1,3}(?:\s[0-9]{3})+"


def parse_money(text: str, locale: str, currency: Currency, *, field: str = "amount") -> int:
    """Cents, from an amount as people of ``locale`` type it; with or without a currency sign.

    Only what can be read in one way is taken: groups must be groups of three with one and the
    same separator, another country's sign is refused. In French a point before at most two digits
    is taken for the comma that the numeric pad may lack.
    Errors: ``InputError``: missing, invalid, too_many_decimals, too_large.
    """
    typed = text.strip()
    if not typed:
        raise InputError(field, "missing")
    match = _AMOUNT.fullmatch(typed) if len(typed) <= _MAX_TYPED else None
    if match is None or not all(
        _is_sign_of(currency, sign) for sign in (match["before"], match["after"])
    ):
        raise InputError(field, "invalid")
    parts = _number_pattern(locale).fullmatch(match["number"])
    if parts is None or not (parts["whole"] or parts["fraction"]):
        raise InputError(field, "invalid")
    fraction = parts["fraction"] or ""
    if len(fraction) > 2:
        raise InputError(field, "too_many_decimals")
    whole = re.sub(r"[^0-9]", "", parts["whole"] or "0")
    cents = int(whole + fraction.ljust(2, "0"))
    if cents > MAX_CENTS:
        raise InputError(field, "too_large")
    return cents


def format_money(cents: int, locale: str, currency: Currency) -> str:
    """``$1,249.00`` or ``1 249,00 $``. Units: cents."""
    from babel.numbers import format_currency

    return format_currency(Decimal(cents).scaleb(-2), currency.value, locale=locale)


def type_money(cents: int, locale: str) -> str:
    """The amount as one would type it: ``1,249.00`` or ``1 249,00``. Units: cents."""
    from babel.numbers import format_decimal

    return format_decimal(Decimal(cents).scaleb(-2), format="#,##0.00", locale=locale)


def _is_sign_of(currency: Currency, sign: str | None) -> bool:
    letters = "" if sign is None else re.sub(r"[\s$]", "", sign).upper()
    return letters in ("", currency.value, currency.value[:2], currency.value[:1])


@lru_cache(maxsize=8)
def _number_pattern(locale: str) -> re.Pattern[str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    decimal = get_decimal_symbol(locale, numbering_system="latn")
    group = get_group_symbol(locale, numbering_system="latn")
    marks = re.escape(decimal)
    whole = f"{_SPACED}|{_DIGITS}"
    if group.isspace():
        marks = rf"(?:{marks}|\.)"
    else:
        whole = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+|{whole}"
    return re.compile(rf"(?P<whole>{whole})?(?:{marks}(?P<fraction>[0-9]*))?")
