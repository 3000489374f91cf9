"""Does every order have one truthful word, one next actor, and exactly the commands it allows?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.core import step
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import Alert, ConfirmHint, OperationKind
from telesales_desktop.domain.order_state import (
    Actor,
    CommandName,
    OrderState,
    allowed_commands,
    order_state,
    since,
    wants_verdict,
    who_acts_next,
)
from tests.domain.play import AT, Play, money, new_order
from tests.domain.states import STATES, VARIANTS

NEXT = {
    OrderState.KEPT: Actor.NOBODY,
    OrderState.DRAFT: Actor.AGENT,
    OrderState.SENDING: Actor.PROGRAM,
    OrderState.SEND_REFUSED: Actor.AGENT,
    OrderState.MAY_HAVE_BEEN_SENT: Actor.AGENT,
    OrderState.LINK_SENT: Actor.CUSTOMER,
    OrderState.OPENED: Actor.CUSTOMER,
    OrderState.APPROVED: Actor.CUSTOMER,
    OrderState.MORE_INFORMATION_NEEDED: Actor.CUSTOMER,
    OrderState.NOT_APPROVED: Actor.AGENT,
    OrderState.SAID_DONE: Actor.PROGRAM,
    OrderState.CONFIRMED: Actor.AGENT,  # this one is authorized by hand
    OrderState.AUTHORIZING: Actor.PROGRAM,
    OrderState.AUTHORIZE_REFUSED: Actor.SUPERVISOR,
    OrderState.AUTHORIZED: Actor.FULFILMENT,
    OrderState.OPERATION_RUNNING: Actor.PROGRAM,
    OrderState.OUTCOME_UNKNOWN: Actor.PROGRAM,
    OrderState.FROZEN: Actor.SUPERVISOR,
    OrderState.CLOSED: Actor.AGENT,
    OrderState.LINK_EXPIRED: Actor.AGENT,
    OrderState.AUTH_EXPIRED: Actor.AGENT,
    OrderState.CAPTURED: Actor.NOBODY,
    OrderState.PARTIALLY_CAPTURED: Actor.FULFILMENT,
    OrderState.PARTIALLY_REFUNDED: Actor.NOBODY,
    OrderState.REFUNDED: Actor.NOBODY,
    OrderState.VOIDED: Actor.NOBODY,
    OrderState.DISPUTED: Actor.SUPERVISOR,
    OrderState.DISPUTE_REFUNDED: Actor.NOBODY,
    OrderState.UNRECOGNIZED: Actor.SUPERVISOR,
}
C = CommandName
LIVE = {C.REFRESH, C.RESEND, C.SUPERSEDE, C.AUTHORIZE, C.COPY_LINK}
ALLOWED = {
    OrderState.KEPT: set(),
    OrderState.DRAFT: {C.SEND},
    OrderState.SENDING: set(),
    OrderState.SEND_REFUSED: {C.SEND},
    OrderState.MAY_HAVE_BEEN_SENT: {C.SEND_AGAIN, C.SUPERSEDE},
    OrderState.LINK_SENT: LIVE,
    OrderState.OPENED: LIVE,
    OrderState.APPROVED: LIVE,
    OrderState.MORE_INFORMATION_NEEDED: LIVE,
    OrderState.NOT_APPROVED: {C.REFRESH, C.SEND_AGAIN},
    OrderState.SAID_DONE: LIVE,
    OrderState.CONFIRMED: {C.REFRESH, C.AUTHORIZE, C.SUPERSEDE},
    OrderState.AUTHORIZING: {C.REFRESH},
    OrderState.AUTHORIZE_REFUSED: {C.REFRESH, C.AUTHORIZE, C.SUPERSEDE},
    OrderState.AUTHORIZED: {C.REFRESH, C.CAPTURE, C.PARTIAL_CAPTURE, C.VOID, C.UPDATE},
    OrderState.OPERATION_RUNNING: {C.REFRESH},
    OrderState.OUTCOME_UNKNOWN: {C.REFRESH},
    OrderState.FROZEN: {C.REFRESH, C.SUPERSEDE},
    OrderState.CLOSED: {C.REFRESH, C.SEND_AGAIN},
    OrderState.LINK_EXPIRED: {C.REFRESH, C.SEND_AGAIN, C.AUTHORIZE, C.SUPERSEDE},
    OrderState.AUTH_EXPIRED: {C.REFRESH, C.UPDATE},
    OrderState.CAPTURED: {C.REFRESH, C.REFUND, C.PARTIAL_REFUND, C.UPDATE},
    OrderState.PARTIALLY_CAPTURED: {
        C.REFRESH,
        C.PARTIAL_CAPTURE,
        C.REFUND,
        C.PARTIAL_REFUND,
        C.UPDATE,
    },
    OrderState.PARTIALLY_REFUNDED: {C.REFRESH, C.REFUND, C.PARTIAL_REFUND, C.UPDATE},
    OrderState.REFUNDED: {C.REFRESH, C.UPDATE},
    OrderState.VOIDED: {C.REFRESH, C.UPDATE},
    OrderState.DISPUTED: {C.REFRESH, C.UPDATE},
    OrderState.DISPUTE_REFUNDED: {C.REFRESH, C.UPDATE},
    OrderState.UNRECOGNIZED: LIVE,
}
FOR_SUPERVISORS = {
    OrderState.AUTHORIZE_REFUSED: {C.RAISE_GENERATION},
    OrderState.FROZEN: {C.LIFT_FREEZE},
    OrderState.CLOSED: {C.AUTHORIZE},
}


def allowed(play: Play, *, is_supervisor: bool = False) -> frozenset[CommandName]:
    return allowed_commands(
        play.order,
        play.at,
        is_supervisor=is_supervisor,
        split_capture=play.policy.split_capture,
    )


@pytest.mark.parametrize("state", OrderState)
def test_every_state_is_reached(state):
    play = STATES[state]()
    assert order_state(play.order, play.at) is state


def test_the_tables_are_whole():
    assert set(STATES) == set(NEXT) == set(ALLOWED) == set(OrderState)


@pytest.mark.parametrize("state", OrderState)
def test_who_acts_next(state):
    play = STATES[state]()
    assert who_acts_next(play.order, play.at) is NEXT[state]


@pytest.mark.parametrize("state", OrderState)
def test_what_may_be_asked_for(state):
    play = STATES[state]()
    assert allowed(play) == ALLOWED[state]
    more = FOR_SUPERVISORS.get(state, set())
    assert allowed(play, is_supervisor=True) == ALLOWED[state] | more


# --- the view and the core agree ------------------------------------------------------------------------


def event_for(name: CommandName, play: Play, *, is_supervisor: bool) -> events.Command:
    """The command that a button of this name gives."""
    operation = play.order.open_operation
    open_id = operation.operation_id if operation else "none"
    asked = ("ann", "new", "key-new")
    commands = {
        C.SEND: events.SendRequested("ann"),
        C.SEND_AGAIN: events.SendRequested("ann"),
        C.RESEND: events.ResendRequested("ann"),
        C.SUPERSEDE: events.SupersedeRequested("ann"),
        C.REFRESH: events.RefreshRequested("ann"),
        C.AUTHORIZE: events.AuthorizeRequested("ann", by_supervisor=is_supervisor),
        C.CAPTURE: events.CaptureRequested(*asked),
        C.PARTIAL_CAPTURE: events.CaptureRequested(*asked, 1),
        C.REFUND: events.RefundRequested(*asked),
        C.PARTIAL_REFUND: events.RefundRequested(*asked, 1),
        C.VOID: events.VoidRequested("ann", by_supervisor=is_supervisor),
        C.UPDATE: events.UpdateRequested(*asked, "UPS", "1Z"),
        C.CANCEL_PLANNED: events.CancelPlannedRequested("ann", open_id),
        C.LIFT_FREEZE: events.FreezeLifted("ann"),
        C.RAISE_GENERATION: events.GenerationRaised("ann"),
        C.GIVE_VERDICT: events.VerdictGiven("ann", open_id, took_effect=False),
    }
    return commands[name]


SUPERVISORS_ONLY = {C.LIFT_FREEZE, C.RAISE_GENERATION, C.GIVE_VERDICT}
REACHED = {state.value: reach for state, reach in STATES.items()} | VARIANTS


@pytest.mark.parametrize("is_supervisor", [False, True])
@pytest.mark.parametrize("name", sorted(REACHED))
def test_a_view_shows_exactly_what_the_core_takes(name, is_supervisor):
    play = REACHED[name]()
    play.at += timedelta(seconds=31)  # a link may be sent again by now
    shown = allowed(play, is_supervisor=is_supervisor)
    taken = set()
    for command in set(C) - {C.COPY_LINK}:
        if command in SUPERVISORS_ONLY and not is_supervisor:
            continue  # the use cases refuse these
        event = event_for(command, play, is_supervisor=is_supervisor)
        try:
            after = step(play.order, event, at=play.at, policy=play.policy).order
        except CommandRefusedError:
            continue
        is_part = command is C.CAPTURE and after.operations[-1].kind.value != "capture"
        if not is_part:  # all that is left, where a part was taken before
            taken.add(command)
    if name == "planned":
        taken.discard(C.CANCEL_PLANNED)  # it leaves by itself in a moment
    taken -= {C.SEND, C.SEND_AGAIN} - shown if shown & {C.SEND, C.SEND_AGAIN} else set()
    if not any(c.checkout_id for c in play.order.checkouts):
        taken.discard(C.REFRESH)  # it would read nothing
    assert shown - {C.COPY_LINK} == taken


# --- the finer points --------------------------------------------------------------------------------------


def test_an_operation_of_ours_outranks_affirms_word():
    play = VARIANTS["unknown and frozen"]()
    assert order_state(play.order, play.at) is OrderState.OUTCOME_UNKNOWN
    assert who_acts_next(play.order, play.at) is Actor.SUPERVISOR
    assert allowed(play, is_supervisor=True) == {C.REFRESH, C.LIFT_FREEZE}


@pytest.mark.parametrize("alert", [Alert.UNKNOWN_TOO_LONG, Alert.KEY_TOO_OLD])
def test_who_settles_what_machinery_cannot(alert):
    play = STATES[OrderState.OUTCOME_UNKNOWN]()
    play.order = replace(play.order, alerts=(Alert.UNRECOGNIZED,))
    assert not wants_verdict(play.order)
    assert who_acts_next(play.order, play.at) is Actor.PROGRAM
    play.order = replace(play.order, alerts=(alert,))
    assert wants_verdict(play.order)
    assert who_acts_next(play.order, play.at) is Actor.SUPERVISOR
    assert allowed(play) == {C.REFRESH}
    assert allowed(play, is_supervisor=True) == {C.REFRESH, C.GIVE_VERDICT}


def test_what_waits_its_turn_can_be_dropped():
    assert allowed(VARIANTS["planned again"]()) == {C.REFRESH, C.CANCEL_PLANNED}


def test_confirmed_is_the_programs_turn_where_it_authorizes():
    play = STATES[OrderState.CONFIRMED]()
    play.order = replace(play.order, auto_authorize=True)
    assert who_acts_next(play.order, play.at) is Actor.PROGRAM


@pytest.mark.parametrize("hint", [ConfirmHint.BROWSER, ConfirmHint.WEBHOOK, ConfirmHint.AGENT])
@pytest.mark.parametrize("word", ["unknown", "opened", "approved"])
def test_said_done(hint, word):
    play = Play().linked()
    play.read(word)
    link = replace(play.checkout, hint=hint)
    order = replace(play.order, checkouts=(link,))
    assert order_state(order, play.at) is OrderState.SAID_DONE


@pytest.mark.parametrize("word", ["more_information_needed", "not_approved", "voided"])
def test_a_clear_word_outranks_a_hint(word):
    play = Play().linked()
    play.read(word)
    link = replace(play.checkout, hint=ConfirmHint.WEBHOOK)
    order = replace(play.order, checkouts=(link,))
    assert order_state(order, play.at) is not OrderState.SAID_DONE


def test_an_expired_link_that_was_used_is_not_expired():
    play = STATES[OrderState.LINK_EXPIRED]()
    before = play.at - timedelta(milliseconds=1)
    assert order_state(play.order, before) is OrderState.LINK_SENT
    play.read("more_information_needed")
    assert order_state(play.order, play.at) is OrderState.MORE_INFORMATION_NEEDED


def test_a_refusal_is_shown_while_the_word_is_the_same():
    play = STATES[OrderState.AUTHORIZE_REFUSED]()
    play.read("approved")
    assert order_state(play.order, play.at) is OrderState.APPROVED
    play.read("confirmed")
    assert order_state(play.order, play.at) is OrderState.AUTHORIZING
    early = Play().linked()
    early.feed(events.AuthorizeRequested("ann"))
    early.read("opened")
    early.start()
    early.answer(events.Rejected(400, "no"))
    early.order = replace(early.order, auto_authorize=False)
    early.read("confirmed")
    assert order_state(early.order, early.at) is OrderState.CONFIRMED


def test_another_commands_refusal_is_no_refusal_to_authorize():
    play = STATES[OrderState.AUTHORIZE_REFUSED]()
    update = replace(play.operation, operation_id="u", kind=OperationKind.UPDATE)
    play.order = replace(play.order, operations=(*play.order.operations, update))
    assert order_state(play.order, play.at) is OrderState.AUTHORIZE_REFUSED


def test_a_refusal_of_another_link_is_not_this_ones():
    play = STATES[OrderState.AUTHORIZE_REFUSED]()
    play.feed(events.SupersedeRequested("ann"))
    play.linked("CHK2")
    play.order = replace(play.order, auto_authorize=False)
    play.read("confirmed", "CHK2")
    assert order_state(play.order, play.at) is OrderState.CONFIRMED


def test_voided_and_superseded_links_are_closed():
    play = VARIANTS["voided link"]()
    assert order_state(play.order, play.at) is OrderState.CLOSED


def test_authorized_elsewhere_is_looked_for():
    play = VARIANTS["authorized elsewhere"]()
    assert order_state(play.order, play.at) is OrderState.AUTHORIZING


def test_since():
    draft = Play()
    assert since(draft.order) == AT
    link = Play()
    link.feed(events.SendRequested("ann"))
    assert since(link.order) == link.at
    link.feed(events.SendStarted(1))
    assert since(link.order) == link.at
    link.feed(events.SendAnswered(1, events.CheckoutAccepted("CHK1", "u")))
    link.read("opened")
    opened = link.at
    link.read("opened")
    assert since(link.order) == opened
    link.read("confirmed")
    assert since(link.order) == link.at
    link.start()
    sent = link.at
    link.answer(events.NoVerdict())
    assert since(link.order) == sent
    link.listed(money())
    assert since(link.order) == link.at
    frozen = STATES[OrderState.FROZEN]()
    assert since(frozen.order) == frozen.order.freeze.at


def test_since_of_an_order_that_another_desk_authorized():
    play = Play().linked()
    play.read("authorized")
    play.listed(money(created_at=AT + timedelta(seconds=7)))
    assert since(play.order) == AT + timedelta(seconds=7)
    play.order = replace(play.order, transaction=money(created_at=None))
    assert since(play.order) == play.order.updated_at


def test_the_newest_settled_command_counts():
    play = Play().captured()
    settled = play.operation.settled_at
    play.see(money("captured", 5000))
    assert since(play.order) == settled


def test_a_copy_needs_a_link():
    play = Play().linked()
    play.order = replace(play.order, checkouts=(replace(play.checkout, redirect_url=""),))
    assert C.COPY_LINK not in allowed(play)


def test_parts_only_where_the_merchant_has_them():
    play = STATES[OrderState.AUTHORIZED]()
    shown = allowed_commands(play.order, play.at)
    assert C.PARTIAL_CAPTURE not in shown
    assert C.CAPTURE in shown


def test_kept_is_kept_for_supervisors_too():
    assert allowed(Play(new_order(is_affirm=False)), is_supervisor=True) == frozenset()
