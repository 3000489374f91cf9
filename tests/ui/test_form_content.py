"""Does what was typed make exactly the order it says, and does nothing half-typed get lost?"""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.input_checks import InputChecks
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.money import Country
from telesales_desktop.ui.form_content import (
    TEXT_FIELDS,
    Demands,
    FormContent,
    ItemText,
    content_from,
    content_of,
    read_content,
)
from tests.ui import samples
from tests.ui.gallery import ENTERED

CHECKS = InputChecks(Country.US, "en_US")
SANDBOX = Demands(Country.US, email_required=True)
LIVE = Demands(Country.US, email_required=False)


def reading(content, demands=SANDBOX):
    return read_content(content, CHECKS, demands)


def test_a_whole_form_makes_the_order():
    details = reading(ENTERED).details
    assert details is not None
    assert details.order_id == "4183"
    assert details.customer.phone == "+14185550123"
    assert details.customer.address.region == "CA"
    assert [item.line_cents for item in details.items] == [1_049_00, 90_00]
    assert details.total_cents == details.computed_total_cents == 1_239_00
    assert details.note == "Deliver after 5 p.m."


def test_order_and_form_are_each_others_inverse():
    details = samples.details(1)
    assert reading(content_of(details, CHECKS)).details == details


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("first_name", " ", "missing"),
        ("last_name", "x" * 300, "too_long"),
        ("phone", "", "missing"),
        ("phone", "418 555", "too_short"),
        ("email", "", "missing"),
        ("email", "marie@", "no_domain"),
        ("line1", "", "missing"),
        ("city", "", "missing"),
        ("region", "", "missing"),
        ("region", "Atlantis", "invalid"),
        ("postal_code", "1", "invalid"),
        ("order_id", "", "missing"),
        ("order_id", "9" * 129, "too_long"),
        ("order_id", "4111 1111 1111 1111", "card_number"),
        ("store", "4111111111111111", "card_number"),
        ("note", "pays with 5555-5555-5555-4444", "card_number"),
        ("shipping", "ten", "invalid"),
        ("tax", "1.999", "too_many_decimals"),
        ("discount", "-1", "invalid"),
        ("total", "", "missing"),
        ("total", "1,249.00", "not_the_sum"),
    ],
)
def test_each_field_names_its_own_problem(field, value, problem):
    found = reading(replace(ENTERED, **{field: value}))
    assert found.details is None
    assert list(found.problems) == [field]
    assert found.problems[field].field == field
    assert found.problems[field].problem == problem


@pytest.mark.parametrize(
    ("item", "place", "problem"),
    [
        (ItemText("", "Sofa", "1", "1,049.00"), "items.0.sku", "missing"),
        (ItemText("S", "", "1", "1,049.00"), "items.0.name", "missing"),
        (ItemText("S", "Sofa", "0", "1,049.00"), "items.0.quantity", "not_positive"),
        (ItemText("S", "Sofa", "1", "much"), "items.0.unit_price", "invalid"),
    ],
)
def test_each_field_of_an_item_names_its_own_problem(item, place, problem):
    found = reading(replace(ENTERED, items=(item, ENTERED.items[1])))
    assert found.problems[place].problem == problem
    assert found.details is None


def test_a_blank_line_of_items_does_not_count():
    content = replace(ENTERED, items=(*ENTERED.items, ItemText()))
    assert len(reading(content).details.items) == 2


def test_one_blank_line_alone_is_a_missing_item():
    assert "items.0.sku" in reading(replace(ENTERED, items=(ItemText(),))).problems


def test_the_same_sku_twice_is_refused():
    twice = replace(ENTERED.items[0], quantity="1")
    found = reading(replace(ENTERED, items=(twice, twice), total="2,198.00"))
    assert found.problems["items"].problem == "duplicate_sku"


def test_a_live_order_in_the_states_needs_no_email():
    assert reading(replace(ENTERED, email=""), LIVE).details is not None


def test_an_order_paid_another_way_needs_only_names_number_items_and_total():
    content = replace(
        ENTERED, payment=PaymentChoice.CARD, phone="", email="", line1="", city="", region="",
        postal_code="",
    )  # fmt: skip
    assert reading(content).details.payment is PaymentChoice.CARD


def test_the_parts_are_summed_before_the_total_is_typed():
    found = reading(replace(ENTERED, total=""))
    assert (found.computed_cents, found.total_cents) == (1_239_00, None)


def test_the_sum_is_unknown_while_a_part_cannot_be_read():
    assert reading(replace(ENTERED, tax="six")).computed_cents is None


texts = st.text(max_size=12)


@given(
    st.builds(
        FormContent,
        payment=st.sampled_from(PaymentChoice),
        items=st.lists(st.builds(ItemText, texts, texts, texts, texts), min_size=1).map(tuple),
        **dict.fromkeys(TEXT_FIELDS, texts),
    )
)
def test_a_draft_brings_back_every_letter_and_reading_it_never_raises(content):
    assert content_from(content.as_mapping()) == content
    read_content(content, CHECKS, SANDBOX)


def test_every_field_is_part_of_a_draft():
    assert {f.name for f in fields(FormContent)} == {*TEXT_FIELDS, "payment", "items"}


@pytest.mark.parametrize(
    "damaged",
    [{}, {"payment": "gold"}, {"payment": 3, "first_name": 7, "items": "x"}, {"items": [1, {}]}],
)
def test_a_damaged_draft_is_empty_rather_than_an_error(damaged):
    assert content_from(damaged).first_name == ""
    assert content_from(damaged).items


@pytest.mark.parametrize("name", ["line1", "line2", "city"])
def test_a_card_number_is_refused_in_the_address_of_an_order_paid_by_card(name):
    content = replace(ENTERED, payment=PaymentChoice.CARD, **{name: "4111 1111 1111 1111"})
    assert reading(content).problems[name].problem == "card_number"


def test_a_card_number_is_never_kept_in_a_draft():
    number = "4111 1111 1111 1111"
    items = (ItemText(sku="A", name=number), ItemText(sku=number, unit_price="5"))
    content = replace(ENTERED, note=f"pays with {number}", phone=number, items=items)
    kept = content.as_mapping()
    assert number not in str(kept)
    assert kept["first_name"] == ENTERED.first_name
    assert [item["sku"] for item in kept["items"]] == ["A", ""]
