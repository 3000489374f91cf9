"""What did the agent type, as typed, and what order does it make?

Holds text, so that nothing half-typed is ever lost; values come out only through the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from telesales_desktop.domain.card_numbers import holds_card_number
from telesales_desktop.domain.details import (
    MAX_ORDER_ID,
    Address,
    Customer,
    LineItem,
    OrderDetails,
    PaymentChoice,
    prove_total,
)
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Country
from telesales_desktop.ui.form_checks import FormChecks

T = TypeVar("T")

MAX_TEXT = 256  # longer than any name or street; Affirm's own limits are not published


@dataclass(frozen=True, slots=True)
class ItemText:
    """One line of the items editor."""

    sku: str = ""
    name: str = ""
    quantity: str = "1"
    unit_price: str = ""

    @property
    def blank(self) -> bool:
        """Nothing was typed: the line does not count."""
        return not (self.sku.strip() or self.name.strip() or self.unit_price.strip())


@dataclass(frozen=True, slots=True)
class FormContent:
    """Every field of the form, as text."""

    payment: PaymentChoice = PaymentChoice.AFFIRM
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    email: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    order_id: str = ""
    store: str = ""
    entity: str = ""
    items: tuple[ItemText, ...] = (ItemText(),)
    shipping: str = ""
    tax: str = ""
    discount: str = ""
    total: str = ""
    note: str = ""

    def as_mapping(self) -> dict[str, object]:
        """Plain values for a draft; a card's number is left out, for a draft is kept."""
        plain: dict[str, object] = {name: _kept(getattr(self, name)) for name in TEXT_FIELDS}
        plain["payment"] = self.payment.value
        plain["items"] = [
            {name: _kept(getattr(item, name)) for name in _ITEM_FIELDS} for item in self.items
        ]
        return plain


TEXT_FIELDS = (
    "first_name",
    "last_name",
    "phone",
    "email",
    "line1",
    "line2",
    "city",
    "region",
    "postal_code",
    "order_id",
    "store",
    "entity",
    "shipping",
    "tax",
    "discount",
    "total",
    "note",
)


_ITEM_FIELDS = ("sku", "name", "quantity", "unit_price")


def _kept(text: str) -> str:
    return "" if holds_card_number(text) else text


_PAYMENTS = frozenset(choice.value for choice in PaymentChoice)


def content_from(plain: Mapping[str, object]) -> FormContent:
    """A draft read back; anything missing or odd is empty rather than an error."""
    texts: dict[str, Any] = {
        name: str(plain[name]) for name in TEXT_FIELDS if isinstance(plain.get(name), str)
    }
    payment = plain.get("payment")
    if payment in _PAYMENTS:
        texts["payment"] = PaymentChoice(str(payment))
    items = plain.get("items")
    if isinstance(items, list):
        kept = tuple(_item_from(item) for item in items if isinstance(item, Mapping))
        texts["items"] = kept or (ItemText(),)
    return FormContent(**texts)


def _item_from(plain: Mapping[str, object]) -> ItemText:
    return ItemText(**{n: str(plain[n]) for n in _ITEM_FIELDS if isinstance(plain.get(n), str)})


def content_of(details: OrderDetails, checks: FormChecks) -> FormContent:
    """An order's details as an agent would type them, to correct or to offer again."""
    customer, address = details.customer, details.customer.address
    money = checks.money_text
    return FormContent(
        payment=details.payment,
        first_name=customer.first_name,
        last_name=customer.last_name,
        phone=checks.phone_as_typed(customer.phone),
        email=customer.email,
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        region=address.region,
        postal_code=address.postal_code,
        order_id=details.order_id,
        store=details.store,
        entity=details.entity,
        items=tuple(
            ItemText(i.sku, i.name, str(i.quantity), money(i.unit_price_cents))
            for i in details.items
        ),
        shipping=money(details.shipping_cents) if details.shipping_cents else "",
        tax=money(details.tax_cents) if details.tax_cents else "",
        discount=money(details.discount_cents) if details.discount_cents else "",
        total=money(details.total_cents),
        note=details.note,
    )


@dataclass(frozen=True, slots=True)
class Demands:
    """What this profile's orders must have. ``country`` is fixed by the profile."""

    country: Country
    email_required: bool  # the sandbox sends no text, and in Canada texts are unconfirmed


@dataclass(frozen=True, slots=True)
class Reading:
    """What the form's content amounts to: an order, or what stands in its way.

    ``problems``: by field name, in the order of the form. ``computed_cents``: what the parts sum
    to, None while a part cannot be read.
    """

    details: OrderDetails | None
    problems: Mapping[str, InputError]
    computed_cents: int | None
    total_cents: int | None


@dataclass(slots=True)
class _Reader:
    """Collects one problem a field while the values are read."""

    problems: dict[str, InputError] = field(default_factory=dict)

    def read(self, name: str, check: Callable[..., T], *given: str) -> T | None:
        try:
            return check(*given)
        except InputError as problem:
            self.problems[name] = _named(problem, name)
            return None

    def text(self, name: str, value: str, *, limit: int = MAX_TEXT) -> str:
        value = " ".join(value.split())
        if not value:
            self.problems[name] = InputError(name, "missing")
        return self.short(name, value, limit=limit)

    def short(self, name: str, value: str, *, limit: int = MAX_TEXT) -> str:
        value = " ".join(value.split())
        if len(value) > limit:
            self.problems[name] = InputError(name, "too_long", limit=limit)
        self.refuse_card(name, value)
        return value

    def refuse_card(self, name: str, value: str) -> None:
        """No card number is ever typed here: it would be kept, and nobody needs it."""
        if holds_card_number(value):
            self.problems[name] = InputError(name, "card_number")


def read_content(content: FormContent, checks: FormChecks, demands: Demands) -> Reading:
    """Check every field and put the order together. Never raises."""
    reader = _Reader()
    customer = _read_customer(content, checks, demands, reader)
    order_id = reader.text("order_id", content.order_id, limit=MAX_ORDER_ID)
    store = reader.short("store", content.store)
    entity = reader.short("entity", content.entity)
    items = _read_items(content, checks, reader)
    amounts = {
        name: reader.read(name, checks.money_cents, text) if text.strip() else 0
        for name, text in (
            ("shipping", content.shipping),
            ("tax", content.tax),
            ("discount", content.discount),
        )
    }
    total = reader.read("total", checks.money_cents, content.total)
    known = items is not None and all(value is not None for value in amounts.values())
    reader.refuse_card("note", content.note)
    details = OrderDetails(
        order_id=order_id,
        customer=customer,
        items=items or (),
        shipping_cents=amounts["shipping"] or 0,
        tax_cents=amounts["tax"] or 0,
        discount_cents=amounts["discount"] or 0,
        total_cents=total or 0,
        store=store,
        entity=entity,
        payment=content.payment,
        note=content.note.strip(),
    )
    computed = details.computed_total_cents if known and details.items else None
    if known and total is not None:
        _prove(details, reader)
    return Reading(
        details=None if reader.problems else details,
        problems=reader.problems,
        computed_cents=computed,
        total_cents=total,
    )


def _read_customer(
    content: FormContent, checks: FormChecks, demands: Demands, reader: _Reader
) -> Customer:
    affirm = content.payment is PaymentChoice.AFFIRM
    first = reader.text("first_name", content.first_name)
    last = reader.text("last_name", content.last_name)
    phone = email = ""
    if affirm or content.phone.strip():
        phone = reader.read("phone", checks.phone, content.phone) or ""
    if content.email.strip() or (affirm and demands.email_required):
        email = reader.read("email", checks.email, content.email) or ""
    region = postal = ""
    read = reader.text if affirm else reader.short
    line1 = read("line1", content.line1)
    line2 = reader.short("line2", content.line2)
    city = read("city", content.city)
    if affirm or content.region.strip():
        region = reader.read("region", checks.region, content.region) or ""
    if affirm or content.postal_code.strip():
        postal = reader.read("postal_code", checks.postal_code, content.postal_code, region) or ""
    address = Address(line1, line2, city, region, postal, demands.country)
    return Customer(first, last, phone, email, address)


def _read_items(
    content: FormContent, checks: FormChecks, reader: _Reader
) -> tuple[LineItem, ...] | None:
    """The lines that say something; None when one of them cannot be read."""
    before = len(reader.problems)
    items = []
    for number, line in enumerate(content.items):
        if line.blank and len(content.items) > 1:
            continue
        place = f"items.{number}"
        sku = reader.text(f"{place}.sku", line.sku)
        name = reader.text(f"{place}.name", line.name)
        quantity = reader.read(f"{place}.quantity", checks.quantity, line.quantity)
        price = reader.read(f"{place}.unit_price", checks.money_cents, line.unit_price)
        items.append(LineItem(sku, name, price or 0, quantity or 1))
    readable = all(
        not key.endswith((".quantity", ".unit_price")) for key in list(reader.problems)[before:]
    )
    return tuple(items) if readable and items else None


def _prove(details: OrderDetails, reader: _Reader) -> None:
    try:
        prove_total(details)
    except InputError as problem:
        reader.problems.setdefault(problem.field, problem)


def _named(problem: InputError, name: str) -> InputError:
    """The same problem under the form's own name of the field."""
    return InputError(name, problem.problem, **dict(problem.params))
