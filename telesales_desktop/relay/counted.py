"""How is a number of things told?"""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """``several`` where an "s" does not make it."""
    return f"{number} {one if number == 1 else several or one + 's'}"
