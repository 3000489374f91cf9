"""Who is told when something changes, and what if one of them fails?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

_Listener = TypeVar("_Listener")


def tell_one(listener: _Listener, call: Callable[[_Listener], None]) -> None:
    """Call one of them; what it raises is logged."""
    try:
        call(listener)
    except Exception:  # a fault in a view must not undo what is on disk
        log.exception("a listener failed")


class Listeners(Generic[_Listener]):
    """Told one after the other. One that raises stops neither the others nor who tells."""

    def __init__(self) -> None:
        self._subscriptions: dict[object, _Listener] = {}

    def add(self, listener: _Listener) -> Callable[[], None]:
        """Tell ``listener`` from now on; call the result to stop, as often as you like."""
        subscription = object()
        self._subscriptions[subscription] = listener
        return lambda: self._drop(subscription)

    def tell(self, call: Callable[[_Listener], None]) -> None:
        """Call each of those that are subscribed now."""
        for listener in tuple(self._subscriptions.values()):
            tell_one(listener, call)

    def _drop(self, subscription: object) -> None:
        self._subscriptions.pop(subscription, None)
