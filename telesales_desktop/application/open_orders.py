"""Which orders are in memory, and which of them is a checkout or an order key of?"""

from __future__ import annotations

from collections.abc import Iterable

from telesales_desktop.application.ports import OrderFile


class OpenOrders:
    """The files of every open order, found by each of their names without a search."""

    def __init__(self) -> None:
        self._files: dict[str, OrderFile] = {}
        self._by_order_key: dict[str, str] = {}
        self._by_checkout: dict[str, str] = {}

    def put(self, file: OrderFile) -> None:
        """Keep the order as it now stands."""
        order = file.order
        self._files[order.order_id] = file
        self._by_order_key[order.order_key] = order.order_id
        for checkout in order.checkouts:
            if checkout.checkout_id:
                self._by_checkout[checkout.checkout_id] = order.order_id

    def drop(self, order_id: str) -> None:
        """Forget the order: it is archived, or was never written."""
        file = self._files.pop(order_id, None)
        if file is None:
            return
        self._by_order_key.pop(file.order.order_key, None)
        for checkout in file.order.checkouts:
            self._by_checkout.pop(checkout.checkout_id, None)

    def get(self, order_id: str) -> OrderFile | None:
        """The order of that number."""
        return self._files.get(order_id)

    def by_key(self, order_key: str) -> OrderFile | None:
        """The order that the relay knows by that name."""
        return self._files.get(self._by_order_key.get(order_key, ""))

    def all(self) -> tuple[OrderFile, ...]:
        """Every order."""
        return tuple(self._files.values())

    def owner_of(self, checkout_id: str, order_keys: Iterable[str]) -> OrderFile | None:
        """Whose news it is. A checkout that we know belongs to one order, whatever else is said."""
        names = [self._by_checkout.get(checkout_id)]
        names += [self._by_order_key.get(key) for key in order_keys]
        return next((self._files[name] for name in names if name is not None), None)
