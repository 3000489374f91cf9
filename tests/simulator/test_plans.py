from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.simulator.plans import first_payment, plan_for, plans_for


def test_three_six_and_twelve_months_are_offered():
    assert [plan.months for plan in plans_for(124_900)] == [3, 6, 12]


def test_without_interest_the_total_is_the_price():
    plan = plan_for(100, None)
    assert (plan.months, plan.monthly_cents, plan.total_cents) == (3, 34, 100)
    assert plan.finance_charge_cents == 0


def test_a_known_rate():
    # 1,249.00 at 15 % over 12 months: 1249 * 0.0125 / (1 - 1.0125**-12) = 112.733...
    plan = plan_for(124_900, 12)
    assert (plan.monthly_cents, plan.finance_charge_cents) == (11_274, 12 * 11_274 - 124_900)


def test_other_lengths_are_not_offered():
    assert plan_for(100, 7) is None


@given(st.integers(1, 10**12))
def test_no_plan_costs_less_than_the_price(amount):
    for plan in plans_for(amount):
        assert plan.monthly_cents * plan.months >= plan.total_cents >= amount


def test_the_first_payment_is_a_month_later_on_a_day_that_exists():
    assert first_payment(date(2026, 1, 31)) == date(2026, 2, 28)
    assert first_payment(date(2026, 12, 5)) == date(2027, 1, 5)
