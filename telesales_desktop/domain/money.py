"""What is an amount of money here? Integer minor units, with their currency, end to end."""

from __future__ import annotations

from enum import StrEnum


class Currency(StrEnum):
    """The currencies of the two countries that telesales serves."""

    USD = "USD"
    CAD = "CAD"


class Country(StrEnum):
    """Where the merchant sells: it decides keys, hosts, address shape and currency."""

    US = "US"
    CA = "CA"

    @property
    def currency(self) -> Currency:
        """The currency of this country's Affirm keys."""
        return Currency.USD if self is Country.US else Currency.CAD

    @property
    def alpha3(self) -> str:
        """Affirm's ``Country-Code`` header. Source: facts, Transactions API headers."""
        return "USA" if self is Country.US else "CAN"


class Environment(StrEnum):
    """Which Affirm an order belongs to; never changes in an order's life."""

    SANDBOX = "sandbox"
    LIVE = "live"
    SIMULATOR = "simulator"  # our stand-in on loopback: demo, practice and tests


MAX_CENTS = 99_999_999_99
"""A line or total above this is a typing error, not an order (cents)."""
