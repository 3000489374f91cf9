"""What is noted of a delivery for an order on which another desk acts?"""

from __future__ import annotations

_ELSEWHERE = "elsewhere"  # the journal opens what begins so when it is announced again
_CONFIRMED = "elsewhere confirmed"


def note_of(order_key: str, *, confirmed: bool) -> str:
    """The note of one delivery; ``confirmed``: it says so, and its signature is right."""
    return f"{_CONFIRMED if confirmed else _ELSEWHERE} {order_key}"


def notes_of(order_key: str) -> tuple[str, str]:
    """The notes of all deliveries of an order."""
    return note_of(order_key, confirmed=False), note_of(order_key, confirmed=True)
