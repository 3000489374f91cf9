"""How does Affirm spell a checkout when it is read back? (as recorded)"""

from telesales_desktop.simulator.body_fields import JsonObject
from telesales_desktop.simulator.checkout import Checkout
from telesales_desktop.simulator.settings import Settings

_PROGRAM = "standard_3_6_12"
_OPTIONAL = ("billing", "shipping", "shipping_carrier", "shipping_confirmation")


def checkout_body(checkout: Checkout, settings: Settings) -> JsonObject:
    """The body of Read Checkout; the checkout's own id is not in it."""
    order = checkout.order
    program = order["financing_program"] or _PROGRAM
    metadata = {**order["metadata"], "checkout_channel_type": "in_store"}
    body: JsonObject = {
        "api_version": "v2",
        "checkout_flow_type": "classic",
        "checkout_status": checkout.shown_status(settings),
        "checkout_type": "merchant",
        "config": {},
        "currency": order["currency"],
        "discounts": order["discounts"],
        "financing_program_external_name": program,
        "financing_program_name": program,
        "items": order["items"],
        "loan_type": "classic",
        "merchant": {**order["merchant"], "name": merchant_name(checkout, settings)},
        "metadata": metadata,
        "mfp_rule_input_data": {
            "items": order["items"],
            "metadata": metadata,
            "total": order["total"],
        },
        "product": "checkout",
        "shipping_amount": order["shipping_amount"],
        "tax_amount": order["tax_amount"],
        "total": order["total"],
    }
    if checkout.order_id is not None:
        body["order_id"] = body["merchant_external_reference"] = checkout.order_id
    return body | {name: order[name] for name in _OPTIONAL if order.get(name)}


def merchant_name(checkout: Checkout, settings: Settings) -> str:
    """What the customer reads: the order's merchant name, else the account's with a suffix."""
    given = str(checkout.order["merchant"]["name"])
    return given or f"{settings.account_name} Telesales"
