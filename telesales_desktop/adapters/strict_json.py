"""Is this byte string exactly one JSON value that can be read in one way only?"""

from __future__ import annotations

import json
from typing import NoReturn

JsonObject = dict[str, object]


def load_strict(body: bytes) -> object:
    """Parse UTF-8 JSON; refuse whatever two readers could understand differently.

    Duplicate names, NaN and Infinity, a byte order mark, other encodings and absurd nesting are
    refused: an amount must not depend on which of two values a parser keeps.
    Errors: ``ValueError``.
    """
    try:
        return json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def whole_number(value: object) -> int | None:
    """``value`` if it is an integer of JSON (never true, never 1.0), else None."""
    return value if type(value) is int else None


def text(value: object) -> str:
    """``value`` if it is a string, else the empty string."""
    return value if isinstance(value, str) else ""


def _unique(pairs: list[tuple[str, object]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
