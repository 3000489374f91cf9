"""Is what the window says of an order true, whole, and free of anything that was not filled in?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.order import DONE_OTHERWISE, Alert, OperationKind, OperationState
from telesales_desktop.domain.order_state import OrderState, order_state
from telesales_desktop.ui.sentences import last_refusal, state_sentence
from tests.ui import samples


def told(state, formats, **options):
    return state_sentence(samples.file_in(state, 2, **options), samples.NOW, formats)


@pytest.mark.parametrize("state", OrderState)
def test_the_samples_are_in_the_state_they_claim(state):
    assert order_state(samples.file_in(state).order, samples.NOW) is state


@pytest.mark.parametrize("state", OrderState)
def test_every_state_has_a_whole_sentence(state, english):
    sentence = told(state, english)
    assert sentence.endswith((".", ".)"))
    assert "{" not in sentence
    assert "?" not in sentence
    assert "  " not in sentence


@pytest.mark.parametrize("state", OrderState)
def test_every_state_has_a_whole_sentence_in_french(state, french):
    sentence = told(state, french, country=Country.CA)
    assert sentence.endswith((".", ".)"))
    assert "{" not in sentence
    assert "?" not in sentence
    assert ".." not in sentence
    assert " the " not in sentence
    if "$" in sentence:
        assert "\u00a0$" in sentence  # the sign stands behind, and never alone on a line


@pytest.mark.parametrize(
    ("environment", "country", "email", "ways"),
    [
        (Environment.LIVE, Country.US, "a@b.co", "by text and e-mail"),
        (Environment.LIVE, Country.US, "", "by text at"),
        (Environment.LIVE, Country.CA, "a@b.co", "perhaps by text"),
        (Environment.SANDBOX, Country.US, "a@b.co", "the sandbox sends no text"),
    ],
)
def test_the_link_is_said_to_go_only_where_it_goes(english, environment, country, email, ways):
    file = samples.file_in(OrderState.LINK_SENT, environment=environment, country=country)
    customer = replace(file.details.customer, email=email)
    file = replace(file, details=replace(file.details, customer=customer))
    assert ways in state_sentence(file, samples.NOW, english)


def test_a_resent_link_is_told_with_its_newest_time(english):
    file = samples.file_in(OrderState.LINK_SENT)
    again = replace(file.order.checkouts[0], resent_at=samples.NOW - timedelta(minutes=2))
    file = replace(file, order=replace(file.order, checkouts=(again,)))
    assert "10:45" in state_sentence(file, samples.NOW, english)


def test_an_unknown_outcome_says_what_was_asked_and_that_nothing_is_to_be_repeated(english):
    sentence = told(OrderState.OUTCOME_UNKNOWN, english)
    assert "refund $150.00 at 10:39" in sentence.replace("\u00a0", " ")
    assert "Nothing needs to be repeated" in sentence


def test_after_ten_minutes_a_supervisor_is_named(english):
    file = samples.file_in(OrderState.OUTCOME_UNKNOWN)
    file = replace(file, order=replace(file.order, alerts=(Alert.UNKNOWN_TOO_LONG,)))
    assert "a supervisor looks it up" in state_sentence(file, samples.NOW, english)


def test_both_amounts_of_a_mismatch_are_shown(english):
    file = samples.file_in(OrderState.FROZEN)
    ours = file.order.total_cents
    sentence = state_sentence(file, samples.NOW, english)
    assert english.money(ours) in sentence
    assert english.money(ours + 10_00) in sentence


def test_a_refused_link_says_which_field_affirm_named(english):
    sentence = told(OrderState.SEND_REFUSED, english)
    assert "Affirm cannot use this: Mobile." in sentence
    assert "received nothing" in sentence


def test_the_reason_of_a_decline_is_never_guessed(english):
    assert "Only the customer is told why" in told(OrderState.NOT_APPROVED, english)


def test_a_confirmed_order_that_waits_for_a_hand_says_so(english):
    file = samples.file_in(OrderState.CONFIRMED)
    file = replace(file, order=replace(file.order, auto_authorize=False))
    assert "authorize $" in state_sentence(file, samples.NOW, english)


def test_an_authorization_without_an_end_names_none(english):
    file = samples.file_in(OrderState.AUTHORIZED)
    held = replace(file.order.transaction, authorization_expires_at=None)
    file = replace(file, order=replace(file.order, transaction=held))
    assert state_sentence(file, samples.NOW, english).endswith("You can close the sale.")


@pytest.mark.parametrize("kind", OperationKind)
@pytest.mark.parametrize("state", [OperationState.SENT, OperationState.UNKNOWN])
def test_every_command_under_way_is_named(english, kind, state):
    file = samples.file_in(OrderState.AUTHORIZED)
    running = samples.operation(file.order, kind, state, cents=25_00)
    file = replace(file, order=replace(file.order, operations=(running,)))
    sentence = state_sentence(file, samples.NOW, english)
    assert "{" not in sentence
    assert "Affirm" in sentence or "Authorizing" in sentence


def test_what_happened_by_another_command_is_told_as_no_refusal():
    order = samples.file_in(OrderState.OUTCOME_UNKNOWN).order
    newest = replace(order.operations[-1], state=OperationState.REFUSED, verdict="refund-exceeded")
    assert last_refusal(replace(order, operations=(newest,))) == newest
    otherwise = replace(newest, verdict=DONE_OTHERWISE)
    assert last_refusal(replace(order, operations=(otherwise,))) is None


def held_until(state, ends):
    file = samples.file_in(state, 2)
    held = replace(file.order.transaction, authorization_expires_at=ends)
    return replace(file, order=replace(file.order, transaction=held))


def test_a_hold_that_ends_in_the_first_minutes_of_a_day_is_not_said_to_last_that_day(english):
    ends = samples.NOW.astimezone(samples.EASTERN).replace(hour=0, minute=5) + timedelta(days=1)
    sentence = state_sentence(held_until(OrderState.AUTHORIZED, ends), samples.NOW, english)
    assert "Capture by Dec 2, 12:05 AM." in sentence.replace("\u00a0", " ")


def test_a_hold_that_ended_by_the_clock_is_not_said_to_be_there(english):
    ends = samples.NOW - timedelta(minutes=1)
    whole = state_sentence(held_until(OrderState.AUTHORIZED, ends), samples.NOW, english)
    assert "close the sale" not in whole
    assert "The hold of" in whole
    assert "ended before it was captured" in whole
    part = state_sentence(held_until(OrderState.PARTIALLY_CAPTURED, ends), samples.NOW, english)
    assert "has ended" in part
    assert "is held until" not in part


@pytest.mark.parametrize("state", [OrderState.AUTHORIZED, OrderState.PARTIALLY_CAPTURED])
def test_a_hold_of_which_the_end_is_not_known_has_no_date(state, english):
    sentence = state_sentence(held_until(state, None), samples.NOW, english)
    assert "?" not in sentence


def test_in_french_what_happened_on_another_day_is_told_with_it(french):
    file = samples.file_in(OrderState.LINK_SENT, 2, country=Country.CA, age=timedelta(days=2))
    sentence = state_sentence(file, samples.NOW, french).replace("\u00a0", " ")
    assert "courriel le 29 nov. à " in sentence
