"""Is everything said of an order that must be known beside its state?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.application.floor_values import FloorCommand, Holding, SharedOrder
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.order import Alert
from telesales_desktop.domain.order_state import CommandName, OrderState
from telesales_desktop.ui.order_sheet import sheet_of
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.watch_labels import ALERTS
from tests.ui import samples, shared_samples

NOW = samples.NOW
AGENT, BOSS = samples.profile(), samples.profile(role=Role.SUPERVISOR)


@pytest.fixture
def sheet(english):
    def make(file, profile=AGENT, **options):
        return sheet_of(file, NOW, english, profile, busy=False, **options)

    return make


def texts(sheet):
    return [note.text for note in sheet.notes]


def an_order(state, **changes):
    file = samples.file_in(state, 1)
    return replace(file, order=replace(file.order, **changes))


def test_a_plain_order_needs_no_note(sheet):
    for state in OrderState:
        if state is not OrderState.AUTHORIZE_REFUSED:
            assert sheet(samples.file_in(state, 1)).notes == (), state


def test_the_old_link_is_told_while_a_new_one_waits(sheet):
    assert texts(sheet(shared_samples.corrected())) == [
        "The old link still opens; we will not accept it."
    ]


def test_a_closed_link_says_it_in_its_own_sentence(sheet):
    file = samples.file_in(OrderState.LINK_SENT, 1)
    closed = replace(file.order.checkouts[0], superseded=True)
    shown = sheet(replace(file, order=replace(file.order, checkouts=(closed,))))
    assert "still opens, but we will not accept it" in shown.sentence
    assert shown.notes == ()


def test_before_affirm_was_read_no_money_command_is_offered_and_the_reason_is_told(sheet):
    shown = sheet(an_order(OrderState.AUTHORIZED, unproven=True))
    assert not {CommandName.CAPTURE, CommandName.PARTIAL_CAPTURE, CommandName.VOID} & shown.commands
    assert texts(shown) == [
        "Affirm is being read first. What may be done with the money is offered after that."
    ]
    assert shown.notes[0].tone is Tone.PROGRAM


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_is_told_to_the_agent_too(sheet, alert):
    shown = sheet(an_order(OrderState.AUTHORIZED, alerts=(alert,)))
    assert len(shown.notes) == 1
    assert shown.notes[0].tone is Tone.DANGER


def test_a_supervisor_reads_what_to_do_about_an_unknown_outcome(sheet):
    lost = an_order(OrderState.OUTCOME_UNKNOWN, alerts=(Alert.UNKNOWN_TOO_LONG,))
    shown = sheet(lost, BOSS)
    (todo,) = texts(shown)
    assert "look order 4171 up" in todo
    assert "(refund of $150.00)" in todo
    assert "Then say here what the portal shows" in todo
    assert CommandName.GIVE_VERDICT in shown.commands
    assert sheet(lost, AGENT).notes == ()


def held(state, holding=Holding.ELSEWHERE, **changes):
    shared = shared_samples.shared(samples.file_in(state, 1), "p-sam", holding=holding)
    return replace(shared, **changes)


def test_an_order_held_elsewhere_can_be_read_and_no_more(sheet):
    shared = held(OrderState.AUTHORIZED)
    shown = sheet(shared.file, BOSS, shared=shared)
    assert shown.commands == {FloorCommand.TAKE_OVER, FloorCommand.HAND_OVER}
    assert texts(shown) == [
        "Sam K. acts on this order (FLOOR-07). You can read it here; last heard of it "
        "8\u00a0s ago (10:47\u00a0AM)."
    ]
    assert not shown.wants_hand
    assert shown.link == ""


def test_who_took_it_and_when_is_told_to_the_desk_that_lost_it(sheet):
    shared = held(OrderState.AUTHORIZED, allowed=frozenset())
    shown = sheet(shared.file, AGENT, shared=shared, lost_at=NOW - timedelta(minutes=2))
    assert texts(shown) == [
        "Sam K. has taken this order over (FLOOR-07), 2\u00a0min ago (10:45\u00a0AM). "
        "Here it can only be read; what this desk had begun is still settled."
    ]
    assert shown.commands == frozenset()


def test_why_it_cannot_be_taken_is_told(sheet):
    shared = held(OrderState.CAPTURED, allowed=frozenset(), why_not_taken="own_command_open")
    assert texts(sheet(shared.file, AGENT, shared=shared))[1] == (
        "A command of this desk's has no answer yet. It is settled first, by itself."
    )


def test_an_order_that_nobody_acts_on_asks_for_a_hand(sheet):
    shared = held(OrderState.LINK_SENT, Holding.NOBODY)
    shown = sheet(shared.file, BOSS, shared=shared)
    assert texts(shown) == ["Nobody acts on this order now: it was handed over or left."]
    assert shown.wants_hand


def test_names_that_the_relay_does_not_tell_have_words(sheet):
    shared = SharedOrder(samples.file_in(OrderState.OPENED, 1), Holding.ELSEWHERE)
    assert texts(sheet(shared.file, BOSS, shared=shared)) == [
        "a colleague acts on this order (another workstation). You can read it here; last heard "
        "of it ?."
    ]


def test_confirmed_and_not_authorized_is_said_as_it_is(sheet):
    shared = held(OrderState.CONFIRMED)
    shown = sheet(shared.file, BOSS, shared=shared)
    assert shown.sentence == (
        "The customer confirmed at 10:39\u00a0AM. $1,246.50 is not authorized yet."
    )
    assert shown.tone is Tone.DANGER
    assert shown.wants_hand
    assert "take the order over" in texts(shown)[1]


def test_a_confirmation_that_the_holders_record_lacks_is_told(sheet):
    shared = held(OrderState.OPENED, confirmed_at=NOW - timedelta(minutes=1))
    shown = sheet(shared.file, BOSS, shared=shared)
    assert shown.sentence.startswith("The customer confirmed at 10:46\u00a0AM.")
    assert shown.tone is Tone.DANGER


def test_the_state_keeps_its_colour_where_only_a_note_is_grave(sheet):
    shown = sheet(an_order(OrderState.AUTHORIZED, alerts=(Alert.SECOND_CONFIRMATION,)), BOSS)
    assert shown.tone is Tone.DONE
    assert shown.row.tone is Tone.DANGER


def test_what_nobody_could_look_up_before_it_was_sent_is_told(sheet):
    shared = held(OrderState.LINK_SENT, Holding.HERE, not_looked_up=True)
    assert "a colleague may have an order" in texts(sheet(shared.file, shared=shared))[0]


def test_what_colleagues_do_not_see_yet_is_told(sheet):
    shared = held(OrderState.CAPTURED, Holding.HERE, waits_to_upload=True)
    assert "Colleagues do not see the latest yet" in texts(sheet(shared.file, shared=shared))[0]
    assert CommandName.REFUND in sheet(shared.file, shared=shared).commands


@pytest.mark.parametrize("may_take", [True, False])
def test_nobody_is_told_to_take_over_what_cannot_be_taken_from_here(sheet, may_take):
    allowed = frozenset({FloorCommand.TAKE_OVER} if may_take else ())
    held = replace(
        shared_samples.floor()[1],
        holding=Holding.ELSEWHERE,
        allowed=allowed,
        why_not_taken="" if may_take else "looks_only",
    )
    told = " ".join(texts(sheet(held.file, BOSS, shared=held)))
    assert ("take the order over" in told) is may_take
    assert ("only shows orders" in told) is not may_take
