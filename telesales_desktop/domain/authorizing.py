"""When is there reason enough to ask Affirm for money, and for which link?"""

from __future__ import annotations

from dataclasses import replace

from telesales_desktop.domain.effects import ReadCheckout
from telesales_desktop.domain.events import CheckoutRead
from telesales_desktop.domain.operations import PROGRAM, plan_authorize
from telesales_desktop.domain.order import (
    Alert,
    Checkout,
    ConfirmHint,
    Operation,
    OperationKind,
    OperationState,
    Order,
    SendState,
)
from telesales_desktop.domain.overtaking import ENOUGH_MISSES
from telesales_desktop.domain.sending import ENDED, money_has_moved
from telesales_desktop.domain.settling import find_authorized
from telesales_desktop.domain.statuses import CheckoutStatus
from telesales_desktop.domain.work import Work


def authorize_refusal(order: Order, checkout: Checkout | None, *, by_supervisor: bool) -> str:
    """Why a person may not ask to authorize this link; empty if they may."""
    if checkout is None or checkout.state is not SendState.ACCEPTED:
        return "no_live_link"
    if order.freeze is not None:
        return "frozen"
    if money_has_moved(order) or checkout.status is CheckoutStatus.AUTHORIZED:
        return "already_authorized"
    if checkout.status in ENDED:
        return "no_live_link"
    if checkout.superseded and not by_supervisor:
        return "superseded"
    return "contested" if checkout.contested and not by_supervisor else ""


def after_read(work: Work, checkout: Checkout, event: CheckoutRead, *, read_before: int) -> None:
    """What a read leads to: settling a lost authorize, or giving the command.

    ``read_before``: the version at which the read before this one was asked.
    """
    order = work.order
    ours = authorize_of(work, checkout.checkout_id)
    if ours is not None and ours.state is OperationState.UNKNOWN:
        find_authorized(work, checkout.checkout_id)
        return
    confirmed = is_confirmed(work, checkout)
    if checkout.superseded and not checkout.picked:
        if confirmed or checkout.told_confirmed or checkout.status is CheckoutStatus.AUTHORIZED:
            work.alert(Alert.SUPERSEDED_CONFIRMED)
        if checkout.status is CheckoutStatus.AUTHORIZED and order.transaction is None:
            find_authorized(work, checkout.checkout_id)  # a supervisor elsewhere picked it
        ask_for_wanted(work, checkout, read_before)
        return
    if order.transaction is not None or (ours is None and _authorize_elsewhere(work)):
        other = order.transaction is None or order.transaction.checkout_id != checkout.checkout_id
        if other and (confirmed or checkout.status is CheckoutStatus.AUTHORIZED):
            work.alert(Alert.SECOND_CONFIRMATION)
        return
    if checkout.status is CheckoutStatus.AUTHORIZED:  # by another desk, at the portal, by hand
        find_authorized(work, checkout.checkout_id)
        return
    if ours is None and confirmed and may_authorize(work, checkout, event):
        actor = order.agent if checkout.hint is ConfirmHint.AGENT else PROGRAM
        work.put_checkout(replace(checkout, wanted_version=0))
        plan_authorize(work, checkout, actor, generation=_generation(work, checkout))
    elif ours is None:
        ask_for_wanted(work, checkout, read_before)


def ask_for_wanted(work: Work, checkout: Checkout, read_before: int) -> None:
    """This link was looked at for the sake of another one: that one goes on."""
    for other in work.order.checkouts:
        is_due = read_before < other.wanted_version <= checkout.proof_version
        if is_due and other.attempt != checkout.attempt:
            work.do(ReadCheckout(other.checkout_id))


def ask_for_waiting(work: Work, listed_before: int) -> None:
    """Affirm's list has come: a link that waited for it goes on."""
    for checkout in work.order.checkouts:
        if listed_before < checkout.wanted_version <= work.order.listed_version:
            work.do(ReadCheckout(checkout.checkout_id))


def _is_the_one(work: Work, checkout: Checkout) -> bool:
    """Whether this link, and no other of the order, is the one to authorize, at every desk alike.

    The others are read first: another desk, or a person at the portal, may have authorized one of
    them. Of two confirmed ones the first counts, so that two desks cannot choose differently. A
    desk that took the order over leaves a choice to a person: the former desk may be choosing too.
    """
    others = [c for c in work.order.checkouts if c.attempt != checkout.attempt]
    if any(c.status is CheckoutStatus.AUTHORIZED for c in others):
        work.alert(Alert.SECOND_CONFIRMATION)
        return False
    if not _others_are_known(work, checkout, others):
        return False
    if any(c.shows_confirmed for c in others if not c.superseded):
        work.alert(Alert.SECOND_CONFIRMATION)
    if checkout.picked:
        return True
    rivals = [c for c in others if not c.superseded and _may_come_first(c)]
    earlier = [c for c in rivals if c.attempt < checkout.attempt or not c.checkout_id]
    confirmed = [c for c in rivals if c.checkout_id and is_confirmed(work, c)]
    if work.order.taken_over and (earlier or confirmed):
        work.alert(Alert.CONTESTED)
        return False
    first = [c for c in confirmed if c.attempt < checkout.attempt]
    for other in first:
        work.do(ReadCheckout(other.checkout_id))
    return not first


def _may_come_first(checkout: Checkout) -> bool:
    """Whether this link may still be authorized instead of another.

    Also one whose authorize was refused here: at another desk, or later, Affirm may say yes.
    """
    if checkout.state not in (SendState.ACCEPTED, SendState.UNKNOWN):
        return False
    return checkout.status not in ENDED and not checkout.contested


def _others_are_known(work: Work, checkout: Checkout, others: list[Checkout]) -> bool:
    """Whether all that may be another link of the order was looked at since this one was wanted.

    Links that we know are read, and so are those that news has named. A link whose answer was lost
    has no id yet: if it was authorized elsewhere, only Affirm's list tells. Asks for what is
    missing; what cannot be had after some tries holds nothing up for ever.
    """
    known = [c for c in others if c.checkout_id]
    is_lost = any(c.state is SendState.UNKNOWN for c in others)
    if not known and not is_lost and not work.order.orphans:
        return True
    if not checkout.wanted_version:
        checkout = replace(checkout, wanted_version=work.version, looks=0)
        work.put_checkout(checkout)
        known = [replace(c, misses=0) for c in known]
        for other in known:
            work.put_checkout(other)
    wanted = checkout.wanted_version
    missing = [
        c.checkout_id for c in known if c.proof_version < wanted and c.misses < ENOUGH_MISSES
    ]
    if work.order.orphan_reads < ENOUGH_MISSES:
        missing += work.order.orphans
    for checkout_id in missing:
        work.do(ReadCheckout(checkout_id))
    if is_lost and work.order.listed_version < wanted and checkout.looks < ENOUGH_MISSES:
        work.put_checkout(replace(checkout, looks=checkout.looks + 1))
        find_authorized(work, checkout.checkout_id)
        return False
    return not missing


def is_confirmed(work: Work, checkout: Checkout) -> bool:
    """Whether there is reason enough to ask Affirm to authorize this checkout."""
    if checkout.status is CheckoutStatus.CONFIRMED or checkout.hint is ConfirmHint.AGENT:
        return True
    ended = checkout.status in ENDED
    by_webhook = checkout.hint is ConfirmHint.WEBHOOK and work.policy.authorize_on_webhook
    return by_webhook and not ended


def may_authorize(work: Work, checkout: Checkout, event: CheckoutRead) -> bool:
    """Everything that must hold before the program asks Affirm for money."""
    order = work.order
    if order.freeze is not None or not checkout.matched or not work.policy.is_ours:
        return False  # the desk that acts on it may have closed this link meanwhile
    if checkout.contested and not checkout.picked:
        work.alert(Alert.CONTESTED)  # the former desk may authorize another link: a person picks
        return False
    asked = checkout.hint is ConfirmHint.AGENT
    if not asked and not (work.policy.auto_authorize and order.auto_authorize):
        return False
    refused = [
        o
        for o in order.operations
        if o.kind is OperationKind.AUTHORIZE
        and o.subject_id == checkout.checkout_id
        and o.verdict not in ("not_sent", "cancelled", "frozen")
    ]
    if not refused:
        return _is_the_one(work, checkout)
    last = refused[-1]
    if event.asked_version < last.settled_version:
        return False  # the refusal is newer than this read
    if asked:
        return _is_the_one(work, checkout)
    if last.planned_version >= checkout.word_version:
        work.alert(Alert.AUTHORIZE_REFUSED)
        return False  # nothing new since Affirm said no: a person decides
    return _is_the_one(work, checkout)


def _generation(work: Work, checkout: Checkout) -> int:
    """A clean refusal (never in doubt, read back after) gives the next try a key of its own.

    A server may keep a refusal under its key: without this an early "the customer is done" would
    bar the real one. See docs/adr/0005.
    """
    refused = [
        o
        for o in work.order.operations
        if o.kind is OperationKind.AUTHORIZE
        and o.subject_id == checkout.checkout_id
        and o.state is OperationState.REFUSED
        and not o.ever_left
        and o.sends > 0
    ]
    tried = {o.key for o in refused if o.verdict not in ("not_sent", "cancelled", "frozen")}
    return max(work.order.generation, len(tried))


def authorize_of(work: Work, checkout_id: str) -> Operation | None:
    """The authorize of that checkout that is not refused."""
    for operation in work.order.operations:
        is_ours = operation.kind is OperationKind.AUTHORIZE and operation.subject_id == checkout_id
        if is_ours and operation.state is not OperationState.REFUSED:
            return operation
    return None


def _authorize_elsewhere(work: Work) -> bool:
    """Whether an authorize of this order is under way or done."""
    return any(
        o.kind is OperationKind.AUTHORIZE and o.state is not OperationState.REFUSED
        for o in work.order.operations
    )
