"""Has someone typed a payment card's number where none may ever be?"""

from __future__ import annotations

import re
import unicodedata

from telesales_desktop.domain.errors import InputError

_RUN = re.compile(r"[0-9](?:[^\S\r\n]?[-._/·\u2010-\u2015]?[^\S\r\n]?[0-9])*", re.ASCII)
_SHORTEST, _LONGEST = 13, 19
_GROUP = re.compile(r"[0-9]+", re.ASCII)
_ISSUERS = (
    # First digits, and how long such a number may be. Source: ISO/IEC 7812 as issuers publish it.
    (re.compile(r"4"), (13, 16, 19)),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),  # Mastercard
    (re.compile(r"3[47]"), (15,)),  # American Express
    (re.compile(r"6011|64[4-9]|65|62"), (16, 17, 18, 19)),  # Discover, UnionPay
    (re.compile(r"30[0-5]|3[689]"), (14, 16, 19)),  # Diners
    (re.compile(r"35(?:2[89]|[3-8])"), (16, 17, 18, 19)),  # JCB
    (re.compile(r"5[0678]|63|67"), (16, 18, 19)),  # Maestro
)


def refuse_card_number(field: str, text: str) -> None:
    """Refuse text that holds what looks like a payment card's number.

    No card number belongs in this program: one that were kept would bring the merchant's whole
    desk under the card industry's rules. A number counts where an issuer's first digits, a
    length of that issuer and the check digit agree, however it is spaced.
    Errors: ``InputError`` with ``card_number``.
    """
    if holds_card_number(text):
        raise InputError(field, "card_number")


def holds_card_number(text: str) -> bool:
    """Whether some digits in ``text``, taken from group to group, are a card's number."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_run_holds_one(match.group()) for match in _RUN.finditer(plain))


def _run_holds_one(run: str) -> bool:
    groups = _GROUP.findall(run)
    for start in range(len(groups)):
        digits = ""
        for group in groups[start:]:
            digits += group
            if len(digits) > _LONGEST:
                break
            if len(digits) >= _SHORTEST and _is_card_number(digits):
                return True
    return False


def _is_card_number(digits: str) -> bool:
    issued = any(first.match(digits) and len(digits) in lengths for first, lengths in _ISSUERS)
    return issued and _check_digit_fits(digits)


def _check_digit_fits(digits: str) -> bool:
    """The Luhn check."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
