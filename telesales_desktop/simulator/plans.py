"""Which plans is a customer of the stand-in offered, and what do they cost?

Units: all amounts in the currency's minor unit; ``apr_percent`` is a yearly rate in percent.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal

# Affirm's sandbox always offers three, six and twelve months; the rates are ours.
_OFFERS = ((3, Decimal(0)), (6, Decimal(15)), (12, Decimal(15)))


@dataclass(frozen=True)
class Plan:
    months: int
    apr_percent: Decimal
    monthly_cents: int
    financed_cents: int

    @property
    def finance_charge_cents(self) -> int:
        return self.total_cents - self.financed_cents

    @property
    def total_cents(self) -> int:
        """Payments are rounded up to the cent; without interest the last one is smaller."""
        return self.monthly_cents * self.months if self.apr_percent else self.financed_cents


def plans_for(amount_cents: int) -> tuple[Plan, ...]:
    return tuple(_plan(amount_cents, months, rate) for months, rate in _OFFERS)


def plan_for(amount_cents: int, months: int | None) -> Plan | None:
    """The plan of this length, the shortest when none is named, or None when there is no such."""
    offered = plans_for(amount_cents)
    if months is None:
        return offered[0]
    return next((plan for plan in offered if plan.months == months), None)


def first_payment(confirmed_on: date) -> date:
    """A month after the confirmation, on a day that every month has."""
    month = confirmed_on.month % 12 + 1
    year = confirmed_on.year + (month == 1)
    return date(year, month, min(confirmed_on.day, 28))


def _plan(amount_cents: int, months: int, rate: Decimal) -> Plan:
    amount = Decimal(amount_cents)
    if rate:
        monthly_rate = rate / 1200
        monthly = amount * monthly_rate / (1 - (1 + monthly_rate) ** -months)
    else:
        monthly = amount / months
    return Plan(months, rate, int(monthly.quantize(Decimal(1), ROUND_UP)), amount_cents)
