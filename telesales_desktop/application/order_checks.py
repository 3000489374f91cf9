"""May this order leave, or be kept? Checked before anything of it is written."""

from __future__ import annotations

from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.details import (
    MAX_ORDER_ID,
    OrderDetails,
    PaymentChoice,
    prove_total,
)
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Country, Environment


def check_for_sending(details: OrderDetails, profile: Profile) -> None:
    """Refuse what must not go to Affirm.

    A sandbox sends no text, and texts in Canada are unconfirmed: there the e-mail is the only
    road a link is known to take. Errors: ``InputError`` naming the field.
    """
    _check_number(details)
    prove_total(details)
    if details.payment is not PaymentChoice.AFFIRM:
        raise InputError("payment", "not_affirm")
    customer = details.customer
    if not customer.phone and not customer.email:
        raise InputError("phone", "missing")
    no_texts = profile.environment is not Environment.LIVE
    if not customer.email and (no_texts or profile.country is Country.CA):
        raise InputError("email", "missing")


def check_for_keeping(details: OrderDetails) -> None:
    """Refuse what is no record of an order that is paid another way. Errors: ``InputError``."""
    _check_number(details)
    prove_total(details)
    if details.payment is PaymentChoice.AFFIRM:
        raise InputError("payment", "invalid")


def _check_number(details: OrderDetails) -> None:
    if not details.order_id.strip():
        raise InputError("order_id", "missing")
    if len(details.order_id) > MAX_ORDER_ID:
        raise InputError("order_id", "too_long", limit=MAX_ORDER_ID)
