"""Which field of our form does Affirm mean when it names one of its own?"""

from __future__ import annotations

_NAMES = {
    "name": "first_name",
    "first": "first_name",
    "last": "last_name",
    "full": "first_name",
    "phone_number": "phone",
    "email": "email",
    "line1": "line1",
    "street1": "line1",
    "line2": "line2",
    "street2": "line2",
    "city": "city",
    "state": "region",
    "region1_code": "region",
    "zipcode": "postal_code",
    "postal_code": "postal_code",
    "address": "line1",
}
_TOPS = {
    "order_id": "order_id",
    "total": "total",
    "items": "items",
    "tax_amount": "tax",
    "shipping_amount": "shipping",
    "discounts": "discount",
    "entity_name": "entity",
    "store_location": "store",
}


def form_field(affirm_field: str) -> str:
    """Our name of the field; Affirm's own path where we have none.

    Affirm names ``billing.phone_number.phone_number`` where our form says ``phone``.
    """
    parts = [part for part in affirm_field.replace("[", ".").replace("]", "").split(".") if part]
    if not parts:
        return ""
    if parts[0] in ("billing", "shipping"):
        for part in reversed(parts[1:]):
            if part in _NAMES:
                return _NAMES[part]
    for part in parts:
        if part in _TOPS:
            return _TOPS[part]
    return affirm_field
