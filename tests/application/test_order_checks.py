"""Is an order that must not leave refused before anything of it is written?"""

from dataclasses import replace

import pytest

from telesales_desktop.application.order_checks import check_for_keeping, check_for_sending
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Country, Environment
from tests.fakes.workstation import CUSTOMER, details_of

SANDBOX = Profile("p", Environment.SANDBOX, Country.US, "")
LIVE = replace(SANDBOX, environment=Environment.LIVE)
CANADA = replace(LIVE, country=Country.CA)
NO_MAIL = replace(CUSTOMER, email="")
NO_PHONE = replace(CUSTOMER, phone="")


@pytest.mark.parametrize(
    ("details", "profile", "field", "problem"),
    [
        (details_of(" "), LIVE, "order_id", "missing"),
        (details_of("x" * 129), LIVE, "order_id", "too_long"),
        (details_of(shipping_cents=1), LIVE, "total", "not_the_sum"),
        (details_of(payment=PaymentChoice.CARD), LIVE, "payment", "not_affirm"),
        (details_of(customer=replace(NO_MAIL, phone="")), LIVE, "phone", "missing"),
        (details_of(customer=NO_MAIL), SANDBOX, "email", "missing"),
        (details_of(customer=NO_MAIL), CANADA, "email", "missing"),
    ],
)
def test_what_may_not_be_sent(details, profile, field, problem):
    with pytest.raises(InputError) as refused:
        check_for_sending(details, profile)
    assert (refused.value.field, refused.value.problem) == (field, problem)


@pytest.mark.parametrize(
    ("details", "profile"),
    [
        (details_of("x" * 128), SANDBOX),
        (details_of(customer=NO_MAIL), LIVE),
        (details_of(customer=NO_PHONE), CANADA),
    ],
)
def test_what_may_be_sent(details, profile):
    check_for_sending(details, profile)


@pytest.mark.parametrize(
    ("details", "field", "problem"),
    [
        (details_of("", payment=PaymentChoice.CARD), "order_id", "missing"),
        (details_of(payment=PaymentChoice.CARD, tax_cents=1), "total", "not_the_sum"),
        (details_of(), "payment", "invalid"),
    ],
)
def test_what_may_not_be_kept(details, field, problem):
    with pytest.raises(InputError) as refused:
        check_for_keeping(details)
    assert (refused.value.field, refused.value.problem) == (field, problem)


def test_what_may_be_kept_needs_no_way_to_reach_the_customer():
    nobody = replace(CUSTOMER, phone="", email="")
    check_for_keeping(details_of(payment=PaymentChoice.INVOICE, customer=nobody))
