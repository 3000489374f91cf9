"""The contract once more, for machines."""

from __future__ import annotations


def document() -> dict[str, object]:
    return {}
