"""How does what was typed become an order, and what does asking for its link say?"""

from __future__ import annotations

from datetime import datetime, timedelta

from telesales_desktop.application.ports import CheckoutRequest, OrderFile
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.details import OrderDetails, PaymentChoice
from telesales_desktop.domain.order import Order


def new_order(details: OrderDetails, profile: Profile, *, order_key: str, at: datetime) -> Order:
    """An order of which nothing was sent yet. Units: ``at`` aware UTC."""
    return Order(
        order_id=details.order_id,
        order_key=order_key,
        environment=profile.environment,
        country=profile.country,
        total_cents=details.total_cents,
        currency=profile.country.currency,
        agent=profile.agent,
        created_at=at,
        updated_at=at,
        auto_authorize=profile.auto_authorize,
        is_affirm=details.payment is PaymentChoice.AFFIRM,
    )


def checkout_request(
    file: OrderFile, profile: Profile, urls: tuple[str, str], at: datetime
) -> CheckoutRequest:
    """What the store call says; ``urls`` are the customer's: confirmed, cancelled."""
    life = timedelta(seconds=profile.link_life_s)
    return CheckoutRequest(
        details=file.details,
        order_key=file.order.order_key,
        confirmation_url=urls[0],
        cancel_url=urls[1],
        expires_at=at + life if life else None,
    )
