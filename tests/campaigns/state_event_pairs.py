"""Which events can meet an order in which state? What cannot is listed with its reason."""

from collections.abc import Set
from typing import get_args

from telesales_desktop.domain import events
from telesales_desktop.domain.order_state import OrderState

Pair = tuple[str, str]


def event_names() -> tuple[str, ...]:
    """Every event of the core."""
    names: list[str] = []
    for kind in get_args(events.Event):
        names.append(kind.__name__)
    return tuple(names)


_SENDING = ("SendStarted", "SendAnswered", "ResendAnswered")
_MONEY = ("TransmitStarted", "OperationAnswered", "TransactionRead", "TransactionsListed")
_NEWS = ("CheckoutRead", "DeliveryObserved", "ReadFailed", "Ticked")
_WITHOUT_MONEY = (
    "sending",
    "send_refused",
    "may_have_been_sent",
    "link_sent",
    "opened",
    "approved",
    "more_information_needed",
    "not_approved",
    "said_done",
    "confirmed",
    "authorize_refused",
    "closed",
    "link_expired",
)

UNREACHABLE: dict[Pair, str] = {
    **{
        ("kept", name): "it is never sent to Affirm: nothing comes back, and nothing is due"
        for name in (*_SENDING, *_MONEY, *_NEWS)
    },
    **{("draft", name): "nothing was asked of Affirm yet" for name in (*_SENDING, *_MONEY)},
    **{
        (state, "TransactionRead"): "a transaction, once there is one, outranks what its links say"
        for state in _WITHOUT_MONEY
    },
}


def unexpected(hit: Set[Pair]) -> list[Pair]:
    """Pairs that were hit although we say that they cannot be."""
    return sorted(hit & UNREACHABLE.keys())


def unhit(hit: Set[Pair]) -> list[Pair]:
    """Pairs that can be and were not hit."""
    everything = {(state.value, name) for state in OrderState for name in event_names()}
    return sorted(everything - hit - UNREACHABLE.keys())
