"""What does the demo's agent type? One customer and one order for each country."""

from __future__ import annotations

from dataclasses import dataclass

from telesales_desktop.domain.money import Country


@dataclass(frozen=True, slots=True)
class SampleItem:
    """One line, as typed."""

    sku: str
    name: str
    quantity: str
    unit_price: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Field name to text, in the order of the form; then the lines; then the amounts."""

    customer: dict[str, str]
    order: dict[str, str]
    items: tuple[SampleItem, ...]
    amounts: dict[str, str]


def sample(country: Country, order_id: str, *, comma: bool) -> Sample:
    """The demo's order: 1,249.00 in all. ``comma``: amounts are typed the French way."""
    us = country is Country.US
    customer = {
        "first_name": "Marie",
        "last_name": "Tremblay",
        "phone": "4155552222" if us else "5145552222",
        "email": "marie.tremblay@example.com",
        "line1": "325 Pacific Ave" if us else "1200 rue Sherbrooke Ouest",
        "city": "San Francisco" if us else "Montréal",
        "region": "CA" if us else "QC",
        "postal_code": "94111" if us else "H3A 1H6",
    }
    items: tuple[SampleItem, ...] = (
        SampleItem("TENT-4", "Four-season tent", "1", "899.00"),
        SampleItem("BAG-20", "Sleeping bag", "2", "145.00"),
    )
    amounts = {"shipping": "25.00", "tax": "60.00", "discount": "25.00", "total": "1249.00"}
    if comma:
        items = tuple(
            SampleItem(i.sku, i.name, i.quantity, i.unit_price.replace(".", ",")) for i in items
        )
        amounts = {name: text.replace(".", ",") for name, text in amounts.items()}
    return Sample(customer, {"order_id": order_id}, items, amounts)
