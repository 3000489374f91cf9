"""What does the order form need to know about phones, addresses and amounts?

The form imports no library made for that: whoever builds the window hands these checks in. Every
check is quick (no network, no disk), takes what was typed and gives back the value to keep, or
raises ``InputError`` whose ``problem`` is one of the words listed with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class FormChecks(Protocol):
    """Checks for one country and one language. Units: cents."""

    def phone(self, text: str) -> str:
        """E.164. Problems: missing, too_short, too_long, invalid, not_mobile, wrong_country."""
        ...

    def phone_as_typed(self, text: str) -> str:
        """The same number as people of the country write it; the text itself if it is none."""
        ...

    def email(self, text: str) -> str:
        """The address, normalised. Problems: missing, invalid, no_domain."""
        ...

    def regions(self) -> Sequence[tuple[str, str]]:
        """Codes and names (in the language) of the states or provinces, in order of the name."""
        ...

    def region(self, text: str) -> str:
        """The code, from a code or a name. Problems: missing, invalid."""
        ...

    def postal_code(self, text: str, region: str) -> str:
        """The code as the post writes it. Problems: missing, invalid, wrong_region."""
        ...

    def money_cents(self, text: str) -> int:
        """Cents, never negative. Problems: missing, invalid, too_many_decimals, too_large."""
        ...

    def money_text(self, cents: int) -> str:
        """An amount as it is typed in this language: no currency sign."""
        ...

    def quantity(self, text: str) -> int:
        """Whole pieces, at least one. Problems: missing, invalid, not_positive, too_large."""
        ...
