"""Is this the order's money? Amount, currency, order id and checkout id, compared."""

from __future__ import annotations

from telesales_desktop.domain.order import FreezeReason, Order, Transaction

Mismatch = tuple[FreezeReason, str, str]


def checkout_mismatch(
    order: Order, *, total_cents: int | None, currency: str, order_id: str
) -> Mismatch | None:
    """What Read Checkout says that differs from the order; a missing value is no proof.

    Units: cents. Returns reason, ours, Affirm's.
    """
    if total_cents != order.total_cents:
        affirms = "" if total_cents is None else str(total_cents)
        return FreezeReason.AMOUNT, str(order.total_cents), affirms
    if currency != order.currency.value:
        return FreezeReason.CURRENCY, order.currency.value, currency
    if order_id != order.order_id:
        return FreezeReason.ORDER_ID, order.order_id, order_id
    return None


def transaction_mismatch(
    order: Order, transaction: Transaction, checkout_id: str
) -> Mismatch | None:
    """What an authorized transaction says that differs from the order and its checkout."""
    found = checkout_mismatch(
        order,
        total_cents=transaction.amount_cents,
        currency=transaction.currency,
        order_id=transaction.order_id,
    )
    if found is None and transaction.checkout_id != checkout_id:
        return FreezeReason.CHECKOUT_ID, checkout_id, transaction.checkout_id
    return found
