"""Is the total the total, to the cent, before anything is sent?"""

from dataclasses import replace

import pytest

from telesales_desktop.domain.details import (
    MAX_ITEMS,
    Customer,
    LineItem,
    OrderDetails,
    PaymentChoice,
    prove_total,
)
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import MAX_CENTS, Country

GOOD = OrderDetails(
    "O1",
    Customer("Marie", "Tremblay"),
    (LineItem("A", "Sofa", 1000, 2), LineItem("B", "Lamp", 550)),
    shipping_cents=300,
    tax_cents=200,
    discount_cents=50,
    total_cents=3000,
)
ONE = LineItem("A", "Sofa", 100, 1)


def with_items(*items, total):
    return replace(
        GOOD, items=items, shipping_cents=0, tax_cents=0, discount_cents=0, total_cents=total
    )


def test_a_right_total_passes():
    assert GOOD.computed_total_cents == 3000
    prove_total(GOOD)


def test_the_least_and_the_most():
    prove_total(with_items(replace(ONE, unit_price_cents=1), total=1))
    prove_total(with_items(replace(ONE, unit_price_cents=MAX_CENTS), total=MAX_CENTS))
    prove_total(with_items(ONE, replace(ONE, sku="B", unit_price_cents=0), total=100))
    many = tuple(replace(ONE, sku=f"S{n}") for n in range(MAX_ITEMS))
    prove_total(with_items(*many, total=100 * MAX_ITEMS))


@pytest.mark.parametrize(
    ("details", "field", "problem"),
    [
        (replace(GOOD, total_cents=3001), "total", "not_the_sum"),
        (replace(GOOD, total_cents=2999), "total", "not_the_sum"),
        (replace(GOOD, shipping_cents=-1), "shipping", "negative"),
        (replace(GOOD, tax_cents=-1), "tax", "negative"),
        (replace(GOOD, discount_cents=-1), "discount", "negative"),
        (with_items(total=0), "items", "missing"),
        (with_items(ONE, ONE, total=200), "items", "duplicate_sku"),
        (with_items(replace(ONE, name=" "), total=100), "items.0.name", "missing"),
        (with_items(ONE, replace(ONE, sku=" "), total=200), "items.1.sku", "missing"),
        (with_items(replace(ONE, quantity=0), total=0), "items.0.quantity", "not_positive"),
        (with_items(replace(ONE, unit_price_cents=-1), total=-1), "items.0.unit_price", "negative"),
        (
            with_items(replace(ONE, unit_price_cents=MAX_CENTS + 1), total=MAX_CENTS + 1),
            "items.0.unit_price",
            "too_large",
        ),
        (with_items(replace(ONE, unit_price_cents=0), total=0), "total", "not_positive"),
        (
            with_items(
                replace(ONE, unit_price_cents=MAX_CENTS),
                replace(ONE, sku="B"),
                total=MAX_CENTS + 100,
            ),
            "total",
            "too_large",
        ),
    ],
)
def test_what_is_refused(details, field, problem):
    with pytest.raises(InputError) as refusal:
        prove_total(details)
    assert (refusal.value.field, refusal.value.problem) == (field, problem)


def test_too_many_items():
    many = tuple(replace(ONE, sku=f"S{n}") for n in range(MAX_ITEMS + 1))
    with pytest.raises(InputError) as refusal:
        prove_total(with_items(*many, total=100 * (MAX_ITEMS + 1)))
    assert (refusal.value.field, refusal.value.problem) == ("items", "too_many")
    assert refusal.value.params == {"limit": MAX_ITEMS}


def test_a_wrong_sum_shows_both_figures():
    with pytest.raises(InputError) as refusal:
        prove_total(replace(GOOD, total_cents=1))
    assert refusal.value.params == {"total": 1, "computed": 3000}


@pytest.mark.parametrize(
    ("first", "last", "full", "short"),
    [
        ("Marie", "Tremblay", "Marie Tremblay", "M. Tremblay"),
        ("", "Tremblay", "Tremblay", "Tremblay"),
        ("Marie", "", "Marie", "M."),
        ("", "", "", ""),
    ],
)
def test_names(first, last, full, short):
    customer = Customer(first, last)
    assert (customer.full_name, customer.short_name) == (full, short)


def test_what_is_taken_for_granted():
    assert GOOD.payment is PaymentChoice.AFFIRM
    assert GOOD.customer.address.country is Country.US
    assert (GOOD.store, GOOD.entity, GOOD.note) == ("", "", "")
    bare = OrderDetails("O", Customer(), ())
    assert (bare.shipping_cents, bare.tax_cents, bare.discount_cents, bare.total_cents) == (0,) * 4
    assert LineItem("A", "x", 7).line_cents == 7
