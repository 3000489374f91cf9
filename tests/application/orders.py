"""Orders in the states that this room's tests start from."""

from dataclasses import replace
from datetime import timedelta

from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain.core import step
from telesales_desktop.domain.events import (
    CaptureRequested,
    CheckoutAccepted,
    SendAnswered,
    SendRequested,
    SendStarted,
    TransmitStarted,
)
from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.order import Order, Transaction
from tests.fakes.clock import START
from tests.fakes.workstation import details_of


def an_order(order_id="4182", at=START, **changes):
    """An order of which nothing was sent."""
    given = {
        "order_id": order_id,
        "order_key": f"key-{order_id}",
        "environment": Environment.SANDBOX,
        "country": Country.US,
        "total_cents": 124_900,
        "currency": Currency.USD,
        "agent": "Dana R.",
        "created_at": at,
        "updated_at": at,
    }
    return Order(**(given | changes))


def applied(order, *given, at=START):
    """The order after these events."""
    for event in given:
        order = step(order, event, at=at).order
    return order


def planned(order_id="4182", at=START):
    """A link was asked for; nothing has left."""
    return applied(an_order(order_id, at), SendRequested("Dana R."), at=at)


def sent(order_id="4182", at=START):
    """The link was asked of Affirm; there is no answer."""
    return applied(planned(order_id, at), SendStarted(1), at=at)


def waiting(order_id="4182", at=START, checkout_id=None):
    """The customer has a link."""
    answer = CheckoutAccepted(checkout_id or f"CHECKOUT-{order_id}", "https://customer/link")
    return applied(sent(order_id, at), SendAnswered(1, answer), at=at)


def authorized(order_id="4182", at=START, word="authorized", **changes):
    """Money is held (or whatever ``word`` says)."""
    order = waiting(order_id, at)
    checkout = replace(order.checkouts[0], word="authorized", next_read_at=None)
    given = {
        "transaction_id": f"TRAN-{order_id}",
        "checkout_id": checkout.checkout_id,
        "order_id": order_id,
        "word": word,
        "amount_cents": order.total_cents,
        "currency": "USD",
        "authorization_expires_at": at + timedelta(days=30),
        "created_at": at,
        "events_known": True,
    }
    transaction = Transaction(**(given | changes))
    return replace(order, checkouts=(checkout,), transaction=transaction)


def capturing(order_id="4182", at=START, *, is_sent=True):
    """A capture is planned, or sent and unanswered."""
    order = applied(
        authorized(order_id, at), CaptureRequested("Dana R.", "op-1", "minted-1"), at=at
    )
    if not is_sent:
        return order
    return applied(order, TransmitStarted(order.operations[0].operation_id), at=at)


def file_of(order, **details):
    """The order with its details."""
    return OrderFile(order, details_of(order.order_id, **details))


def put(disk, *orders):
    """Lay orders on a disk, as if they had been written long ago."""
    for order in orders:
        disk.files[order.order_id] = file_of(order)


def know(ws, *orders):
    """Lay orders on a workstation's disk, and let Affirm know what the disk knows."""
    put(ws.disk, *orders)
    ws.affirm.know(*orders)
