"""One order in every state that a view can show, led there through the core."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from telesales_desktop.domain import events
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, CHECKOUT, LOST, NO, TOTAL, Play, money, new_order

SPLIT = Policy(split_capture=True)


def _draft() -> Play:
    return Play(policy=SPLIT)


def _sending() -> Play:
    return _draft().send()


def _sent(outcome: events.SendOutcome) -> Play:
    play = _sending()
    play.feed(events.SendAnswered(1, outcome))
    return play


def _at(word: str) -> Play:
    play = Play(new_order(auto_authorize=False), SPLIT).linked()
    play.read(word)
    return play


def _said_done() -> Play:
    play = _draft().linked()
    play.hear("confirmed", verified=False, from_browser=True)
    play.read("opened")
    return play


def _expired() -> Play:
    play = _draft().linked(expires_at=AT + timedelta(hours=1))
    play.at = AT + timedelta(hours=1)
    return play


def _authorizing() -> Play:
    play = _draft().confirmed()
    play.start()
    return play


def _refused() -> Play:
    play = _authorizing()
    play.answer(NO)
    play.read("confirmed")
    return play


def _unknown() -> Play:
    play = _authorizing()
    play.answer(LOST)
    return play


def _running() -> Play:
    play = _draft().authorized()
    play.see(money())
    play.ask_capture()
    play.start()
    return play


def _frozen() -> Play:
    play = _draft().linked()
    play.read("confirmed", total_cents=1)
    return play


def _superseded() -> Play:
    play = _draft().linked()
    play.feed(events.SupersedeRequested("ann"))
    return play


def _paid(word: str, captured: int = 0, refunded: int = 0) -> Play:
    play = _draft().authorized()
    play.see(money(word, captured, refunded))
    return play


STATES: dict[OrderState, Callable[[], Play]] = {
    OrderState.KEPT: lambda: Play(new_order(is_affirm=False)),
    OrderState.DRAFT: _draft,
    OrderState.SENDING: _sending,
    OrderState.SEND_REFUSED: lambda: _sent(NO),
    OrderState.MAY_HAVE_BEEN_SENT: lambda: _sent(LOST),
    OrderState.LINK_SENT: lambda: _draft().linked(),
    OrderState.OPENED: lambda: _at("opened"),
    OrderState.APPROVED: lambda: _at("approved"),
    OrderState.MORE_INFORMATION_NEEDED: lambda: _at("more_information_needed"),
    OrderState.NOT_APPROVED: lambda: _at("not_approved"),
    OrderState.SAID_DONE: _said_done,
    OrderState.CONFIRMED: lambda: _at("confirmed"),
    OrderState.AUTHORIZING: _authorizing,
    OrderState.AUTHORIZE_REFUSED: _refused,
    OrderState.AUTHORIZED: lambda: _paid("authorized"),
    OrderState.OPERATION_RUNNING: _running,
    OrderState.OUTCOME_UNKNOWN: _unknown,
    OrderState.FROZEN: _frozen,
    OrderState.CLOSED: _superseded,
    OrderState.LINK_EXPIRED: _expired,
    OrderState.AUTH_EXPIRED: lambda: _paid("auth_expired"),
    OrderState.CAPTURED: lambda: _paid("captured", TOTAL),
    OrderState.PARTIALLY_CAPTURED: lambda: _paid("partially_captured", 2000),
    OrderState.PARTIALLY_REFUNDED: lambda: _paid("partially_refunded", TOTAL, 1000),
    OrderState.REFUNDED: lambda: _paid("refunded", TOTAL, TOTAL),
    OrderState.VOIDED: lambda: _paid("voided"),
    OrderState.DISPUTED: lambda: _paid("disputed", TOTAL),
    OrderState.DISPUTE_REFUNDED: lambda: _paid("dispute_refunded", TOTAL),
    OrderState.UNRECOGNIZED: lambda: _at("a_new_word"),
}


def _stuck() -> Play:
    play = _unknown()
    play.wait(601)
    play.wait(31)
    return play


def _stuck_and_frozen() -> Play:
    play = _stuck()
    play.read("confirmed", total_cents=1)
    return play


def _unknown_and_frozen() -> Play:
    play = _unknown()
    play.read("confirmed", total_cents=1)
    return play


def _waiting_its_turn() -> Play:
    play = _running()
    play.answer(events.Busy(5, in_progress=False))
    return play


def _frozen_with_money(word: str = "authorized") -> Callable[[], Play]:
    def reach() -> Play:
        play = _draft().authorized(amount_cents=TOTAL + 1)
        play.see(money(word, amount_cents=TOTAL + 1))
        return play

    return reach


def _refused_capture() -> Play:
    play = _running()
    play.answer(NO)
    play.see(money())
    return play


def _after_the_hold() -> Play:
    play = _paid("authorized")
    play.at = AT + timedelta(days=31)
    return play


def _two_links(word: str) -> Callable[[], Play]:
    def reach() -> Play:
        play = _expired()
        play.linked("CHK2")
        play.read(word, "CHK2")
        return play

    return reach


def _frozen_draftless() -> Play:
    play = _superseded()
    play.linked("CHK2")
    play.read("opened", "CHK2", currency="CAD")
    return play


def _contested() -> Play:
    play = _sent(LOST)
    play.feed(events.TakenOver("bob"))
    play.linked("CHK2")
    return play


def _taken(reach: Callable[[], Play]) -> Callable[[], Play]:
    def taken() -> Play:
        play = reach()
        play.feed(events.TakenOver("bob"))
        return play

    return taken


VARIANTS: dict[str, Callable[[], Play]] = {
    "stuck": _stuck,
    "stuck and frozen": _stuck_and_frozen,
    "unknown and frozen": _unknown_and_frozen,
    "planned": lambda: Play(policy=SPLIT).confirmed(),
    "planned again": _waiting_its_turn,
    "frozen with money": _frozen_with_money(),
    "frozen, captured": _frozen_with_money("captured"),
    "frozen link": _frozen_draftless,
    "capture refused": _refused_capture,
    "hold is over": _after_the_hold,
    "two links": _two_links("opened"),
    "two links, second not approved": _two_links("not_approved"),
    "contested": _contested,
    "voided link": lambda: _at("voided"),
    "authorized elsewhere": lambda: _at("authorized"),
    "taken over, captured": _taken(STATES[OrderState.CAPTURED]),
    "taken over, not approved": _taken(STATES[OrderState.NOT_APPROVED]),
    "nothing left": lambda: _paid("partially_refunded", 0, 0),
    "a new word for money": lambda: _paid("a_new_word"),
    "confirmed, says the record": lambda: _paid("confirmed"),
}

__all__ = ["CHECKOUT", "STATES", "VARIANTS"]
