"""Would Affirm take this checkout?

Errors: every check raises ``RefusalError`` for the first field that is wrong.
"""

from telesales_desktop.simulator.body_fields import (
    JsonObject,
    is_count,
    optional_cents,
    optional_id,
    optional_moment,
    optional_object,
    optional_text,
    required_cents,
    required_object,
    required_text,
    required_url,
)
from telesales_desktop.simulator.contact_rules import check_optional_person
from telesales_desktop.simulator.refusals import invalid_field, unauthorized
from telesales_desktop.simulator.settings import Settings

MOST_ITEMS = 249
# No limit is published; this one is far above every merchant's and keeps arithmetic exact.
MOST_CENTS = 10**12
LOCALES = ("en_US", "en_CA", "fr_CA", "en_GB")


def check_store(body: JsonObject, settings: Settings, public_key: str) -> JsonObject:
    """The order as it will be read back; arithmetic is not checked, as recorded."""
    merchant = _merchant(required_object(body, "merchant"), public_key)
    total = required_cents(body, "total", least=1)
    if total > MOST_CENTS:
        raise invalid_field("total", "expected a smaller amount")
    currency = optional_text(body, "currency") or settings.currency
    if currency != settings.currency:
        raise invalid_field("currency", f"expected {settings.currency} for this account")
    order: JsonObject = {
        "merchant": merchant,
        "total": total,
        "currency": currency,
        "items": _items(body.get("items")),
        "discounts": _discounts(optional_object(body, "discounts")),
        "shipping_amount": optional_cents(body, "shipping_amount") or 0,
        "tax_amount": optional_cents(body, "tax_amount") or 0,
        "metadata": optional_object(body, "metadata") or {},
        "financing_program": optional_text(body, "financing_program") or None,
        "order_id": optional_id(body, "order_id"),
        "billing": check_optional_person(body, "billing", settings),
        "shipping": check_optional_person(body, "shipping", settings),
    }
    if settings.shipping_required and order["shipping"] is None:
        raise invalid_field("shipping", "this field is required")
    for name in ("checkout_expiration", "expiration_time"):
        order[name] = optional_moment(body, name)
    order["channels"] = _channels(body, order["billing"] or {}, settings)
    return order


def _merchant(body: JsonObject, public_key: str) -> JsonObject:
    given = optional_text(body, "public_api_key", "merchant")
    if not given:
        raise unauthorized(
            "public-api-key-not-specified", "You have not provided a public API key."
        )
    if given != public_key:
        raise unauthorized("public-api-key-invalid", "You have provided an invalid public API key.")
    action = optional_text(body, "user_confirmation_url_action", "merchant") or "POST"
    if action not in ("GET", "POST"):
        raise invalid_field("merchant.user_confirmation_url_action", "expected GET or POST")
    if not isinstance(body.get("use_vcn", False), bool):
        raise invalid_field("merchant.use_vcn", "expected a boolean")
    return {
        "public_api_key": given,
        "user_confirmation_url": required_url(body, "user_confirmation_url", "merchant"),
        "user_cancel_url": required_url(body, "user_cancel_url", "merchant"),
        "user_confirmation_url_action": action,
        "name": optional_text(body, "name", "merchant"),
    }


def _items(items: object) -> dict[str, JsonObject]:
    """Sent as a list, read back as a map by SKU: equal SKUs collapse."""
    if items is None:
        return {}
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise invalid_field("items", f"expected a list of at most {MOST_ITEMS} items")
    return dict(_item(item, f"items.{index}") for index, item in enumerate(items))


def _item(item: object, owner: str) -> tuple[str, JsonObject]:
    if not isinstance(item, dict):
        raise invalid_field(owner, "expected an object")
    required_text(item, "display_name", owner)
    required_cents(item, "unit_price", owner)
    required_cents(item, "qty", owner, least=1)
    return required_text(item, "sku", owner), {"item_type": "physical", **item}


def _discounts(discounts: JsonObject | None) -> JsonObject:
    for code, discount in (discounts or {}).items():
        amount = discount.get("discount_amount") if isinstance(discount, dict) else None
        if not is_count(amount) or amount < 1:
            raise invalid_field(f"discounts.{code}.discount_amount", "expected a positive amount")
    return discounts or {}


def _channels(body: JsonObject, billing: JsonObject, settings: Settings) -> tuple[str, ...]:
    """How the link travels; without a telephone number or an address it does not."""
    wish = optional_object(body, "send_link") or {} if settings.honours_send_link else {}
    by_text = settings.sends_texts and "phone_number" in billing and wish.get("sms", True)
    by_email = settings.sends_emails and "email" in billing and wish.get("email", True)
    return tuple(channel for channel, used in (("text", by_text), ("email", by_email)) if used)
