"""Which events can meet an order in which state? What cannot is listed with its reason."""

from collections.abc import Set
from typing import get_args

from telesales_desktop.domain import events
from telesales_desktop.domain.order_state import OrderState

Pair = tuple[str, str]


def event_names() -> tuple[str, ...]:
    """Every event of the core."""
    names: list[str] = []
    for kind in get_args(events.Event):
        names.append(kind.__name__)
    return tuple(names)


UNREACHABLE: dict[Pair, str] = {}


def unexpected(hit: Set[Pair]) -> list[Pair]:
    """Pairs that were hit although we say that they cannot be."""
    return sorted(hit & UNREACHABLE.keys())


def unhit(hit: Set[Pair]) -> list[Pair]:
    """Pairs that can be and were not hit."""
    everything = {(state.value, name) for state in OrderState for name in event_names()}
    return sorted(everything - hit - UNREACHABLE.keys())
