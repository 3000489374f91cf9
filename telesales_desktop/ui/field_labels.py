"""What are the form's fields called, and what is wrong with what was typed?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Currency
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word

FIELDS = {
    "first_name": QT_TRANSLATE_NOOP("labels", "First name"),
    "last_name": QT_TRANSLATE_NOOP("labels", "Last name"),
    "phone": QT_TRANSLATE_NOOP("labels", "Mobile"),
    "email": QT_TRANSLATE_NOOP("labels", "E-mail"),
    "line1": QT_TRANSLATE_NOOP("labels", "Street"),
    "line2": QT_TRANSLATE_NOOP("labels", "Apartment, suite"),
    "city": QT_TRANSLATE_NOOP("labels", "City"),
    "region": QT_TRANSLATE_NOOP("labels", "State"),
    "postal_code": QT_TRANSLATE_NOOP("labels", "ZIP code"),
    "order_id": QT_TRANSLATE_NOOP("labels", "Order number"),
    "store": QT_TRANSLATE_NOOP("labels", "Store"),
    "entity": QT_TRANSLATE_NOOP("labels", "Entity"),
    "items": QT_TRANSLATE_NOOP("labels", "Items"),
    "sku": QT_TRANSLATE_NOOP("labels", "SKU"),
    "name": QT_TRANSLATE_NOOP("labels", "Item"),
    "quantity": QT_TRANSLATE_NOOP("labels", "Qty"),
    "unit_price": QT_TRANSLATE_NOOP("labels", "Unit price"),
    "shipping": QT_TRANSLATE_NOOP("labels", "Shipping"),
    "tax": QT_TRANSLATE_NOOP("labels", "Tax"),
    "discount": QT_TRANSLATE_NOOP("labels", "Discount"),
    "total": QT_TRANSLATE_NOOP("labels", "Total"),
    "note": QT_TRANSLATE_NOOP("labels", "Note"),
}
PROVINCE = QT_TRANSLATE_NOOP("labels", "Province")
POSTAL_CODE = QT_TRANSLATE_NOOP("labels", "Postal code")
NOT_OF_PROVINCE = QT_TRANSLATE_NOOP("labels", "not of this province")
NOT_OF_PROVINCE_WHOLE = QT_TRANSLATE_NOOP(
    "labels", "{field}: this code is not of the province chosen."
)

# Short enough to stand on the label's line, at the field.
PROBLEMS = {
    "missing": QT_TRANSLATE_NOOP("labels", "needed"),
    "invalid": QT_TRANSLATE_NOOP("labels", "not valid"),
    "too_long": QT_TRANSLATE_NOOP("labels", "at most {limit} characters"),
    "card_number": QT_TRANSLATE_NOOP("labels", "a card number"),
    "too_short": QT_TRANSLATE_NOOP("labels", "too short"),
    "not_mobile": QT_TRANSLATE_NOOP("labels", "not a mobile"),
    "wrong_country": QT_TRANSLATE_NOOP("labels", "another country"),
    "no_domain": QT_TRANSLATE_NOOP("labels", "no domain after @"),
    "wrong_region": QT_TRANSLATE_NOOP("labels", "not of this state"),
    "too_many_decimals": QT_TRANSLATE_NOOP("labels", "two decimals at most"),
    "too_large": QT_TRANSLATE_NOOP("labels", "too large"),
    "too_many": QT_TRANSLATE_NOOP("labels", "at most {limit} lines"),
    "negative": QT_TRANSLATE_NOOP("labels", "below zero"),
    "not_positive": QT_TRANSLATE_NOOP("labels", "must be above zero"),
    "duplicate_sku": QT_TRANSLATE_NOOP("labels", "the same SKU twice"),
    "not_the_sum": QT_TRANSLATE_NOOP("labels", "the parts make {computed}"),
    "refused": QT_TRANSLATE_NOOP("labels", "refused by Affirm"),
}
# Whole sentences where the short word is not enough to act on; {field} is the field's name.
SENTENCES = {
    "missing": QT_TRANSLATE_NOOP("labels", "{field} is needed."),
    "invalid": QT_TRANSLATE_NOOP(
        "labels", "{field}: this is not valid. Check it with the customer."
    ),
    "not_mobile": QT_TRANSLATE_NOOP(
        "labels", "{field}: this is not a mobile number, so it cannot receive the text."
    ),
    "wrong_country": QT_TRANSLATE_NOOP(
        "labels", "{field}: this belongs to another country than this profile's."
    ),
    "wrong_region": QT_TRANSLATE_NOOP("labels", "{field}: this code is not of the state chosen."),
    "not_the_sum": QT_TRANSLATE_NOOP(
        "labels", "The parts make {computed}, not {total}. Correct the one that is wrong."
    ),
    "duplicate_sku": QT_TRANSLATE_NOOP(
        "labels", "Two lines have the same SKU. Put them on one line and raise its quantity."
    ),
    "card_number": QT_TRANSLATE_NOOP(
        "labels", "{field}: this looks like a card number. Never type one here; take it out."
    ),
    "refused": QT_TRANSLATE_NOOP("labels", "{field}: Affirm refused this. {reason}"),
}
PLAIN = QT_TRANSLATE_NOOP("labels", "{field}: {problem}.")


def field_word(name: str, *, canadian: bool = False) -> str:
    """The name of a field, also of one in the items (``items.2.unit_price``)."""
    last = name.rsplit(".", 1)[-1]
    if canadian and last == "region":
        return word(PROVINCE)
    if canadian and last == "postal_code":
        return word(POSTAL_CODE)
    return word(FIELDS[last]) if last in FIELDS else last


def is_canadian(formats: Formats) -> bool:
    """Whether orders are of a country with provinces."""
    return formats.home is Currency.CAD


def short_problem(problem: InputError, formats: Formats) -> str:
    """A few words, shown on the label's line beside the field's name."""
    text: object = PROBLEMS.get(problem.problem)
    if problem.problem == "wrong_region" and is_canadian(formats):
        text = NOT_OF_PROVINCE
    return word(text).format(**_filled(problem, formats)) if text else problem.problem


def input_problem(problem: InputError, formats: Formats) -> str:
    """The same as a sentence that names the field and says what to do."""
    name = field_word(problem.field, canadian=is_canadian(formats))
    filled = _filled(problem, formats)
    text: object = SENTENCES.get(problem.problem)
    if problem.problem == "wrong_region" and is_canadian(formats):
        text = NOT_OF_PROVINCE_WHOLE
    if text is None:
        return word(PLAIN).format(field=name, problem=short_problem(problem, formats))
    return word(text).format(field=name, **filled)


def _filled(problem: InputError, formats: Formats) -> dict[str, str | int]:
    amounts = ("total", "computed")
    filled = {
        name: formats.money(value) if name in amounts and isinstance(value, int) else value
        for name, value in problem.params.items()
    }
    return {"reason": "", "limit": "?", "computed": "?", "total": "?"} | filled
