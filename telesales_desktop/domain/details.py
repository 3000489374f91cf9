"""What does the agent type? The customer, the order, and the proof that the total is the total."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import MAX_CENTS, Country


class PaymentChoice(StrEnum):
    """How the customer pays. Only ``AFFIRM`` is ever sent; the others are kept as a record."""

    AFFIRM = "affirm"
    CARD = "card"  # taken elsewhere: no card number is ever typed here
    INVOICE = "invoice"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the customer lives. ``region`` is the two-letter state or province."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: Country = Country.US


@dataclass(frozen=True, slots=True)
class Customer:
    """Who pays. ``phone`` is in E.164 form once validated (``+14155552222``)."""

    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    email: str = ""
    address: Address = field(default_factory=Address)

    @property
    def full_name(self) -> str:
        """Both names with one space."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def short_name(self) -> str:
        """Enough to recognise a row, little enough to show all day: ``M. Tremblay``."""
        initial = f"{self.first_name[:1]}. " if self.first_name else ""
        return f"{initial}{self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line of the order. Units: ``unit_price_cents`` cents, ``quantity`` pieces."""

    sku: str
    name: str
    unit_price_cents: int
    quantity: int = 1

    @property
    def line_cents(self) -> int:
        """Price times quantity, in cents."""
        return self.unit_price_cents * self.quantity


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """All that the agent entered for one order. Holds personal data: sealed wherever it rests."""

    order_id: str
    customer: Customer
    items: tuple[LineItem, ...]
    shipping_cents: int = 0
    tax_cents: int = 0
    discount_cents: int = 0
    total_cents: int = 0
    store: str = ""
    entity: str = ""
    payment: PaymentChoice = PaymentChoice.AFFIRM
    note: str = ""

    @property
    def computed_total_cents(self) -> int:
        """Items plus shipping plus tax minus discount, in cents."""
        items = sum(item.line_cents for item in self.items)
        return items + self.shipping_cents + self.tax_cents - self.discount_cents


MAX_ITEMS = 249  # source: facts §2.1 (second-hand)
MAX_ORDER_ID = 128  # source: facts §2.1


def prove_total(details: OrderDetails) -> None:
    """Refuse an order whose parts do not sum to its total, to the cent.

    Affirm was seen to accept a total that is not the sum of its parts, so we must not rely on it.
    Errors: ``InputError`` naming the field; nothing is sent.
    """
    for name, cents in (
        ("shipping", details.shipping_cents),
        ("tax", details.tax_cents),
        ("discount", details.discount_cents),
    ):
        if cents < 0:
            raise InputError(name, "negative")
    for number, item in enumerate(details.items):
        _check_item(number, item)
    if not details.items:
        raise InputError("items", "missing")
    if len(details.items) > MAX_ITEMS:
        raise InputError("items", "too_many", limit=MAX_ITEMS)
    skus = [item.sku for item in details.items]
    if len(set(skus)) != len(skus):
        raise InputError("items", "duplicate_sku")  # Affirm's answer is keyed by SKU: they collapse
    if details.total_cents != details.computed_total_cents:
        raise InputError(
            "total", "not_the_sum", total=details.total_cents, computed=details.computed_total_cents
        )
    if details.total_cents <= 0:
        raise InputError("total", "not_positive")
    if details.total_cents > MAX_CENTS:
        raise InputError("total", "too_large")


def _check_item(number: int, item: LineItem) -> None:
    if not item.name.strip():
        raise InputError(f"items.{number}.name", "missing")
    if not item.sku.strip():
        raise InputError(f"items.{number}.sku", "missing")
    if item.quantity < 1:
        raise InputError(f"items.{number}.quantity", "not_positive")
    if item.unit_price_cents < 0:
        raise InputError(f"items.{number}.unit_price", "negative")
    if item.line_cents > MAX_CENTS:
        raise InputError(f"items.{number}.unit_price", "too_large")
