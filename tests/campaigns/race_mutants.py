"""Would the races see it? Faults planted into the desks that race."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from telesales_desktop.domain import keys, operations, settling


def _desk_in_body(fields: dict[str, object]) -> str:
    """A body that is not the same at every desk."""
    return keys.canonical_body(fields | {"metadata": {"desk": uuid4().hex}})


def _fresh_key(**inputs: Any) -> str:
    """A key that no other desk derives."""
    return keys.derived_key(**inputs | {"checkout_id": uuid4().hex})


_IN_OPERATIONS = {
    "desk_in_body": ("canonical_body", _desk_in_body),
    "minted_key": ("derived_key", _fresh_key),
}


def plant(mutant: str) -> None:
    """Change the core. Only ever in a child."""
    if mutant == "already_is_refused":
        vars(settling)["ALREADY"] = frozenset()
    elif mutant in _IN_OPERATIONS:
        name, planted = _IN_OPERATIONS[mutant]
        assert hasattr(operations, name)
        vars(operations)[name] = planted


OWN_LINK = "own_link"
"""Each desk has a link of its own for the same order: nobody but the count can notice."""

MUTANTS = ("already_is_refused", *_IN_OPERATIONS, OWN_LINK)
