import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.simulator.contact_rules import check_person, phone_read_back
from telesales_desktop.simulator.refusals import RefusalError
from telesales_desktop.simulator.settings import Settings
from tests.simulator.orders import GLOBAL_ADDRESS, canadian_order, us_order

US, CANADA = Settings.for_country("US"), Settings.for_country("CA")


def person(**changes):
    return us_order()["billing"] | changes


def address(**changes):
    return {"address": us_order()["billing"]["address"] | changes}


def refused_field(body, settings=US, owner="billing"):
    with pytest.raises(RefusalError) as caught:
        check_person({owner: body}[owner], owner, settings)
    return caught.value.field


@pytest.mark.parametrize(
    "text", ["9174477123", "+19174477123", "1 (917) 447-7123", "917.447.7123", "+1-917-447-7123"]
)
def test_a_mobile_number_reads_back_as_recorded(text):
    assert phone_read_back(text) == "+1-917-447-7123"


@pytest.mark.parametrize(
    "text",
    ["", "917447712", "0174477123", "9170477123", "9114477123", "9174117123", "8004477123",
     "+449174477123", "91744771230", "917447712a"],
)  # fmt: skip
def test_a_bad_number_does_not_read_back(text):
    assert phone_read_back(text) is None


@given(st.text(max_size=20))
def test_whatever_reads_back_reads_back_as_itself(text):
    once = phone_read_back(text)
    assert once is None or phone_read_back(once) == once


def test_a_person_reads_back_normalised():
    kept = check_person(person(**address(country="US")), "billing", US)
    assert kept["address"]["country"] == "USA"
    assert kept["phone_number"] == "+1-415-555-2222"
    assert kept["name"] == {"first": "John", "last": "Doe", "full": "John Doe"}


def test_first_and_last_make_a_full_name():
    kept = check_person(person(name={"first": "Ana", "last": "Roy"}), "billing", US)
    assert kept["name"]["full"] == "Ana Roy"


def test_phone_and_email_may_be_absent():
    body = person()
    del body["email"], body["phone_number"]
    assert set(check_person(body, "shipping", US)) == {"name", "address"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "billing.name"),
        ({"name": {"full": "Cher"}}, "billing.name.full"),
        ({"name": {"first": "Ana"}}, "billing.name.full"),
        ({"address": None}, "billing.address"),
        ({"phone_number": "12"}, "billing.phone_number.phone_number"),
        ({"email": "john@example"}, "billing.email"),
        (address(line1=""), "billing.address.line1"),
        (address(city=None), "billing.address.city"),
        (address(state="QC"), "billing.address.state"),
        (address(state="California"), "billing.address.state"),
        (address(zipcode="9411"), "billing.address.zipcode"),
        (address(country="FRA"), "billing.address.country"),
        (address(country="CAN"), "billing.address.country"),
        ({"address": GLOBAL_ADDRESS}, "billing.address.line1"),
    ],
)
def test_what_affirm_refuses_names_the_field(changes, field):
    assert refused_field(person(**changes)) == field


def test_the_global_host_takes_both_shapes_and_both_names_of_the_country():
    body = canadian_order()["billing"]
    assert check_person(body, "billing", CANADA)["address"]["country"] == "CAN"
    body["address"] = {
        "line1": "1 rue X", "city": "Québec", "state": "QC", "zipcode": "G1A1A1",
    }  # fmt: skip
    assert check_person(body, "billing", CANADA)["address"]["country"] == "CAN"
    body["address"]["country_code"] = "CA"
    assert check_person(body, "billing", CANADA)["address"]["country"] == "CAN"
    body["address"]["zipcode"] = "94112"
    assert refused_field(body, CANADA) == "billing.address.zipcode"


def test_goods_may_be_shipped_over_the_border():
    body = person(**address(country="CAN", state="QC", zipcode="H3B 1K9"))
    assert check_person(body, "shipping", US)["address"]["country"] == "CAN"
