"""How is a journal that was lost filled again? From the relay's records, else from Affirm's list.

Nothing is commanded on what comes back before Affirm was read, and what the lost journal may have
begun is taken for begun: its commands are read back and never sent again from here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from telesales_desktop.application.changing_hands import ChangingHands
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import AffirmGateway, OrderFile
from telesales_desktop.application.profile import Profile
from telesales_desktop.application.sharing_ports import SharedOrders
from telesales_desktop.domain import events
from telesales_desktop.domain.details import Customer, OrderDetails
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmRejectedError,
    CommandRefusedError,
)
from telesales_desktop.domain.order import Checkout, Order, SendState, Transaction

log = logging.getLogger(__name__)

LISTED = timedelta(days=120)
"""Refunds are possible for about so long after a capture: older transactions need no command."""


MakeKey = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came back. ``elsewhere``: own orders on which another desk acts, left to it.

    ``unusable``: what cannot be gone on with here, such as another currency. ``complete`` is false
    where Affirm's list did not come to its end.
    """

    order_ids: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    from_relay: bool = False
    complete: bool = True


async def from_records(
    shared: SharedOrders, floor: Floor, hands: ChangingHands, book: OrderBook
) -> Rebuilt:
    """Take on every record that this desk, or a desk of this person's before it, was to act on.

    Errors: ``RelayError``, ``JournalError``; what was taken on until then stays.
    """
    me = floor.me
    assert me is not None
    taken, elsewhere, unusable = [], [], []
    for record in floor.records():
        if record.file is None or book.file_by_key(record.order_key) is not None:
            continue
        order_id = record.file.order.order_id
        if record.holder not in floor.own_tokens:
            if record.owner == me.person_id:
                elsewhere.append(order_id)
            continue
        newest = await shared.get(record.order_key)
        if newest.content is None or newest.version < record.version:
            unusable.append(order_id)
            continue
        try:
            await hands.take_on(newest, released=False)
        except CommandRefusedError as refused:
            log.info("a record cannot be gone on with here: %s", refused.reason)
            unusable.append(order_id)
        else:
            taken.append(order_id)
    return Rebuilt(tuple(taken), tuple(elsewhere), tuple(unusable), from_relay=True)


async def from_affirm(
    gateway: AffirmGateway, book: OrderBook, profile: Profile, make_order_key: MakeKey, at: datetime
) -> Rebuilt:
    """Make an order of each transaction that Affirm lists.

    Affirm's list names neither customers nor links that nobody has used, and it is the merchant's:
    it may hold what was sold at other desks. A list that these keys may not have is an empty one
    that is not complete. Errors: ``AffirmError``, ``JournalError``.
    """
    listed, complete = await _listed(gateway, at - LISTED)
    taken, unusable = [], []
    for transaction in listed:
        name = transaction.order_id or transaction.transaction_id
        file = order_of(transaction, profile, make_order_key, at)
        if file is None:
            unusable.append(name)
            continue
        known = await book.find(file.order.order_id)
        if known is not None:
            if not _is_of(transaction, known.order):
                unusable.append(transaction.transaction_id)
            continue
        try:
            await book.take_over(file, events.TakenOver(profile.agent))
        except CommandRefusedError as refused:
            log.info("a listed transaction makes no order: %s", refused.reason)
            unusable.append(name)
        else:
            taken.append(name)
    return Rebuilt(tuple(taken), unusable=tuple(unusable), complete=complete)


async def _listed(gateway: AffirmGateway, since: datetime) -> tuple[Sequence[Transaction], bool]:
    try:
        return await gateway.list_transactions(since=since)
    except AffirmCredentialsError:
        raise
    except AffirmRejectedError as refused:
        log.info("Affirm gives no list: %s", refused.code)
        return (), False


def _is_of(transaction: Transaction, order: Order) -> bool:
    """Whether this is the one transaction that the order has: of two, both hold money."""
    held = order.transaction
    return held is None or held.transaction_id == transaction.transaction_id


def order_of(
    transaction: Transaction, profile: Profile, make_order_key: MakeKey, at: datetime
) -> OrderFile | None:
    """The order that a transaction is of, as far as it tells; None for none of ours."""
    order_id, currency = transaction.order_id, profile.country.currency
    is_whole = order_id and transaction.checkout_id and transaction.amount_cents > 0
    if not is_whole or transaction.currency != currency.value:
        return None
    began = transaction.created_at or at
    link = Checkout(
        attempt=1,
        state=SendState.ACCEPTED,
        total_cents=transaction.amount_cents,
        currency=currency,
        planned_at=began,
        checkout_id=transaction.checkout_id,
        sent_at=began,
        word="authorized",
        word_at=began,
    )
    order = Order(
        order_id=order_id,
        order_key=make_order_key(order_id),
        environment=profile.environment,
        country=profile.country,
        total_cents=transaction.amount_cents,
        currency=currency,
        agent=profile.agent,
        created_at=began,
        updated_at=at,
        auto_authorize=False,
        checkouts=(link,),
        transaction=transaction,
    )
    details = OrderDetails(order_id, Customer(), (), total_cents=transaction.amount_cents)
    return OrderFile(order, details)
