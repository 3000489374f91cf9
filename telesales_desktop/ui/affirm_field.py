"""Which field of the form does Affirm mean when it names one of its own?"""

from __future__ import annotations

# Last parts of Affirm's field paths. Source: facts §2.1 (US and Canadian address shapes) and §7.
_BY_LAST_PART = {
    "phone_number": "phone",
    "phone": "phone",
    "email": "email",
    "first": "first_name",
    "last": "last_name",
    "full": "last_name",
    "name": "last_name",
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
    "order_id": "order_id",
    "shipping_amount": "shipping",
    "tax_amount": "tax",
    "discount_amount": "discount",
    "discounts": "discount",
    "total": "total",
    "store_location": "store",
    "entity_name": "entity",
}
_ITEM_PARTS = {
    "sku": "sku",
    "display_name": "name",
    "qty": "quantity",
    "unit_price": "unit_price",
}


def form_field(affirm_field: str) -> str:
    """The form's name for ``billing.phone_number.phone_number`` and the like, "" for none."""
    parts = [part for part in affirm_field.replace("[", ".").replace("]", "").split(".") if part]
    if not parts:
        return ""
    last = parts[-1]
    if "items" in parts:
        number = next((part for part in parts if part.isdigit()), "0")
        return f"items.{number}.{_ITEM_PARTS[last]}" if last in _ITEM_PARTS else "items"
    for part in reversed(parts):
        if part in _BY_LAST_PART:
            return _BY_LAST_PART[part]
    return ""
