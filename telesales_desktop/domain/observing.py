"""What does news change? Webhook, browser and reads are three channels with one effect.

A delivery is a hint and makes us read; a read is Affirm's own word and replaces ours. Taking in
the same news twice, or in another order, ends in the same state.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from telesales_desktop.domain import pace
from telesales_desktop.domain.applying import (
    adopt_transaction,
    announce_authorized,
    compare_again,
    lags_behind,
    put_transaction,
)
from telesales_desktop.domain.authorizing import (
    after_read,
    ask_for_waiting,
    authorize_of,
)
from telesales_desktop.domain.effects import (
    Notice,
    ReadCheckout,
    ReadTransaction,
    Source,
)
from telesales_desktop.domain.events import (
    CheckoutRead,
    DeliveryObserved,
    ReadFailed,
    TransactionRead,
    TransactionsListed,
)
from telesales_desktop.domain.matching import checkout_mismatch
from telesales_desktop.domain.order import (
    HINT_RANK,
    Alert,
    Checkout,
    ConfirmHint,
    OperationKind,
    OperationState,
    SendState,
    Transaction,
)
from telesales_desktop.domain.settling import LONGEST_WAIT_S, settle_by_read
from telesales_desktop.domain.statuses import (
    CheckoutStatus,
    TransactionStatus,
    checkout_rank,
    checkout_status,
)
from telesales_desktop.domain.work import Work

# "sent" is a webhook event and no status: it says what the accepted checkout says already.
_NO_STATUS = frozenset({"sent", ""})

_NOTICES = {
    CheckoutStatus.CONFIRMED: Notice.CONFIRMED,
    CheckoutStatus.NOT_APPROVED: Notice.NOT_APPROVED,
    CheckoutStatus.MORE_INFORMATION_NEEDED: Notice.MORE_INFORMATION_NEEDED,
    CheckoutStatus.UNRECOGNIZED: Notice.UNRECOGNIZED,
}


def observe_delivery(work: Work, event: DeliveryObserved) -> None:
    """Take in a delivery: never refused, never believed for money; it makes us ask Affirm."""
    source = Source.WEBHOOK if event.verified else Source.WEBHOOK_UNVERIFIED
    if event.from_browser:
        source = Source.BROWSER
    work.note(source, "delivery", word=event.word, checkout_id=event.checkout_id)
    checkout = work.order.checkout_by_id(event.checkout_id)
    if checkout is None:
        _observe_stranger(work, event)
        return
    paid = work.order.transaction
    if paid is not None and paid.checkout_id == checkout.checkout_id:
        work.do(ReadTransaction(paid.transaction_id))
        return
    hinted = checkout
    if event.word == CheckoutStatus.CONFIRMED.value:
        hint = ConfirmHint.BROWSER
        if event.verified and not event.from_browser:
            hint = ConfirmHint.WEBHOOK
            hinted = replace(hinted, told_confirmed=True)
        if HINT_RANK[hint] > HINT_RANK[hinted.hint]:
            hinted = replace(hinted, hint=hint)
    if event.verified and not event.from_browser:
        hinted = _moved_forward(work, hinted, event)
    work.put_checkout(replace(hinted, quiet_reads=0))
    work.do(ReadCheckout(checkout.checkout_id))


def _moved_forward(work: Work, checkout: Checkout, event: DeliveryObserved) -> Checkout:
    """A verified hint may move the shown word forward, never back."""
    if event.word in _NO_STATUS:
        return checkout
    status = checkout_status(event.word)
    if status is CheckoutStatus.UNRECOGNIZED:
        work.alert(Alert.UNRECOGNIZED)
        return checkout
    if checkout_rank(status) <= checkout_rank(checkout.status):
        return checkout
    _announce_word(work, status)
    return replace(checkout, word=event.word, word_at=work.at, word_version=work.version)


def _observe_stranger(work: Work, event: DeliveryObserved) -> None:
    """News of a checkout that we do not know: perhaps the one whose answer was lost."""
    if not event.checkout_id:
        current = work.order.checkout
        if current is not None and current.state is SendState.ACCEPTED:
            if event.word == CheckoutStatus.CONFIRMED.value and current.hint is ConfirmHint.NONE:
                current = replace(current, hint=ConfirmHint.BROWSER)
            work.put_checkout(replace(current, quiet_reads=0))
            work.do(ReadCheckout(current.checkout_id))
        return
    _keep_orphan(work, event)
    if all(c.state is not SendState.SENT for c in work.order.checkouts):
        work.do(ReadCheckout(event.checkout_id))  # else the answer under way may name it


MOST_UNPROVED = 8
"""So many checkouts that we do not know are looked at on the word of somebody unknown."""


def _keep_orphan(work: Work, event: DeliveryObserved) -> None:
    order = work.order
    is_proved = event.verified and not event.from_browser
    if event.checkout_id not in order.orphans:
        if not is_proved and len(order.orphans) >= MOST_UNPROVED:
            return  # whoever has the customer's address could name one after the other
        # What nobody proves holds nothing up for longer than what was named before it.
        looked = 0 if is_proved else order.orphan_reads
        order = replace(order, orphans=(*order.orphans, event.checkout_id), orphan_reads=looked)
    says_done = event.word == CheckoutStatus.CONFIRMED.value
    if is_proved and says_done and event.checkout_id not in order.orphans_confirmed:
        order = replace(order, orphans_confirmed=(*order.orphans_confirmed, event.checkout_id))
    work.order = replace(order, next_orphan_read_at=pace.orphan_read_at(order, work.at))


def observe_checkout(work: Work, event: CheckoutRead) -> None:
    """Take in Read Checkout: compare, show, and authorize when everything is proved."""
    checkout = work.order.checkout_by_id(event.checkout_id)
    if checkout is None:
        checkout = _adopt_orphan(work, event)
        if checkout is None:
            return
    unproven = work.order.unproven and work.order.transaction is not None
    work.order = replace(work.order, proof_at=work.at, unproven=unproven)
    mismatch = checkout_mismatch(
        work.order,
        total_cents=event.total_cents,
        currency=event.currency,
        order_id=event.order_id,
    )
    # A full disk may have kept the answer: it proves nothing later than when it was asked for.
    asked_at = min(event.asked_at or work.at, work.at)
    read = _with_word(work, replace(checkout, proof_at=asked_at), event)
    read = replace(read, matched=mismatch is None, proof_version=event.asked_version, misses=0)
    work.put_checkout(replace(read, next_read_at=pace.waiting_read_at(work.order, read, work.at)))
    counts = read.picked or not read.superseded
    if mismatch is not None and counts and work.order.transaction is None:
        work.freeze(*mismatch)
    after_read(work, read, event, read_before=checkout.proof_version)


def _adopt_orphan(work: Work, event: CheckoutRead) -> Checkout | None:
    """Give a lost store call the checkout that it made; anything else is for a supervisor."""
    if event.checkout_id not in work.order.orphans:
        return None
    if event.order_id != work.order.order_id:
        work.drop_orphan(event.checkout_id)
        work.note(Source.PROGRAM, "not_ours", checkout_id=event.checkout_id)
        for waiting in work.order.checkouts:
            if waiting.wanted_version:
                work.do(ReadCheckout(waiting.checkout_id))
        return None
    if any(c.state is SendState.SENT for c in work.order.checkouts):
        return None  # the answer under way may name it: asked again once that is known
    is_confirmed = event.checkout_id in work.order.orphans_confirmed
    work.drop_orphan(event.checkout_id)
    lost = _lost_send(work, event)
    adopted = replace(lost, state=SendState.ACCEPTED, checkout_id=event.checkout_id)
    if is_confirmed:
        adopted = replace(adopted, hint=ConfirmHint.WEBHOOK, told_confirmed=True)
    work.put_checkout(adopted)
    work.note(Source.AFFIRM, "adopted", checkout_id=event.checkout_id, attempt=lost.attempt)
    return adopted


def _lost_send(work: Work, event: CheckoutRead) -> Checkout:
    """The store call whose answer was lost, or a new place for a link that nobody here asked for.

    Of several lost ones we cannot tell which it is: if one of them is not to be accepted, none is.
    """
    lost = [c for c in work.order.checkouts if c.state is SendState.UNKNOWN]
    if not lost:
        return Checkout(
            attempt=len(work.order.checkouts) + 1,
            state=SendState.UNKNOWN,
            total_cents=event.total_cents or 0,
            currency=work.order.currency,
            planned_at=work.at,
            superseded=True,  # never authorized by itself
        )
    superseded = any(c.superseded for c in lost)
    # After a take-over, the former desk may take the link that was sent here for its lost one.
    contested = any(c.contested for c in (work.order.checkouts if work.order.taken_over else lost))
    for other in lost:  # the next id to come may be the one that this one is taken for
        work.put_checkout(replace(other, superseded=superseded, contested=contested))
    return replace(lost[0], superseded=superseded, contested=contested)


def _with_word(work: Work, checkout: Checkout, event: CheckoutRead) -> Checkout:
    """Affirm's word, as far as it tells something.

    ``unknown`` tells nothing (without data sharing that is all a read may show), and an answer
    asked for before the last news may be older than that news: neither moves a word back.
    """
    status = checkout_status(event.word)
    tells_nothing = status is CheckoutStatus.UNKNOWN and checkout.word != ""
    is_older = event.asked_version < checkout.word_version
    goes_back = checkout_rank(status) < checkout_rank(checkout.status)
    if event.word == checkout.word or tells_nothing or (is_older and goes_back):
        return replace(checkout, quiet_reads=checkout.quiet_reads + 1)
    work.note(Source.AFFIRM, "status", word=event.word)
    if status is CheckoutStatus.UNRECOGNIZED:
        work.alert(Alert.UNRECOGNIZED)
    _announce_word(work, status)
    return replace(
        checkout,
        word=event.word,
        word_at=work.at,
        word_version=work.version,
        quiet_reads=0,
    )


def _announce_word(work: Work, status: CheckoutStatus) -> None:
    notice = _NOTICES.get(status)
    if notice is not None:
        work.announce(notice)


def observe_transaction(work: Work, event: TransactionRead) -> None:
    """Take in Read Transaction: Affirm's record, whole; then settle what it proves."""
    order = work.order
    held = order.transaction
    read = event.transaction
    if held is None or held.transaction_id != read.transaction_id:
        return
    is_stale = any(event.asked_version < o.settled_version for o in order.operations)
    if lags_behind(work, read):
        is_stale = True
        soon = work.at + timedelta(seconds=pace.MINUTE_S)
        work.order = replace(order, next_read_at=soon)
    if not is_stale:
        read = _with_what_it_leaves_out(read, held)
        changed = (read.word, read.captured_cents, read.refunded_cents) != (
            held.word,
            held.captured_cents,
            held.refunded_cents,
        )
        compare_again(work, held, read)
        put_transaction(work, read)
        work.order = replace(work.order, unproven=False)
        if changed:
            work.note(Source.AFFIRM, "transaction_status", word=read.word)
        if read.status is TransactionStatus.UNRECOGNIZED:
            work.alert(Alert.UNRECOGNIZED)
    for operation in work.order.operations:
        # A transaction tells nothing of an authorization of another checkout than its own.
        of_another = operation.kind is OperationKind.AUTHORIZE and (
            operation.subject_id != event.transaction.checkout_id
        )
        if operation.state is OperationState.UNKNOWN and not of_another:
            settle_by_read(
                work,
                operation,
                asked_since=not is_stale and event.asked_version >= operation.told_version,
                complete=event.transaction.events_known,
                asked_at=event.asked_at,
            )


def _with_what_it_leaves_out(read: Transaction, held: Transaction) -> Transaction:
    """A read, with what it does not tell as it was known before."""
    read = replace(
        read,
        order_id=read.order_id or held.order_id,
        checkout_id=read.checkout_id or held.checkout_id,
    )
    if read.events_known:
        return read
    return replace(  # a part of an unknown size counts as 0 there
        read,
        events=held.events,
        captured_cents=max(read.captured_cents, held.captured_cents),
        refunded_cents=max(read.refunded_cents, held.refunded_cents),
    )


def observe_listing(work: Work, event: TransactionsListed) -> None:
    """Take in Affirm's list: find the transaction of an authorize whose answer was lost."""
    listed_before = work.order.listed_version
    if event.complete:
        listed = max(listed_before, event.asked_version)
        work.order = replace(work.order, listed_version=listed)
    for transaction in event.transactions:
        checkout = work.order.checkout_by_id(transaction.checkout_id)
        if checkout is None:
            _observe_unknown_link(work, transaction)
            continue
        is_news = work.order.transaction is None
        adopt_transaction(work, transaction, checkout.checkout_id)
        if is_news:  # a list shows no events: the whole is read before anything is commanded
            soon = work.at + timedelta(seconds=pace.MINUTE_S)
            work.order = replace(work.order, unproven=True, next_read_at=soon)
            work.do(ReadTransaction(transaction.transaction_id))
        if is_news and authorize_of(work, checkout.checkout_id) is None:
            if checkout.superseded:
                work.alert(Alert.SUPERSEDED_CONFIRMED)
            work.note(Source.AFFIRM, "authorized_elsewhere", amount=transaction.amount_cents)
            announce_authorized(work)
    for operation in work.order.operations:
        is_lost = operation.kind is OperationKind.AUTHORIZE
        if not is_lost or operation.state is not OperationState.UNKNOWN:
            continue
        checkout = work.order.checkout_by_id(operation.subject_id)
        says_authorized = checkout is not None and checkout.status is CheckoutStatus.AUTHORIZED
        settle_by_read(
            work,
            operation,
            asked_since=event.asked_version >= operation.told_version,
            complete=event.complete and not says_authorized,
            asked_at=event.asked_at,
        )
    ask_for_waiting(work, listed_before)


def _observe_unknown_link(work: Work, transaction: Transaction) -> None:
    """A transaction of our order for a link that we do not know: perhaps a lost one."""
    is_ours = transaction.order_id == work.order.order_id and transaction.checkout_id != ""
    if is_ours and transaction.checkout_id not in work.order.orphans:
        order = work.order
        order = replace(order, orphans=(*order.orphans, transaction.checkout_id), orphan_reads=0)
        work.order = replace(order, next_orphan_read_at=pace.orphan_read_at(order, work.at))
        work.do(ReadCheckout(transaction.checkout_id))


def observe_failed_read(work: Work, event: ReadFailed) -> None:
    """No answer to a read: nothing is concluded; ask again, more slowly."""
    checkout = work.order.checkout_by_id(event.checkout_id)
    if checkout is not None:
        if event.refused and work.order.transaction is None:
            # Affirm was asked, and will not tell more of this link however often it is asked.
            work.order = replace(work.order, unproven=False)
        slower = replace(checkout, quiet_reads=checkout.quiet_reads + 1, misses=checkout.misses + 1)
        due = pace.waiting_read_at(work.order, slower, work.at)
        floor = work.at + _pause(event.retry_after_s)
        work.put_checkout(replace(slower, next_read_at=due and max(due, floor)))
    elif event.transaction_id:
        pause = max(_pause(event.retry_after_s), timedelta(seconds=pace.MINUTE_S))
        work.order = replace(work.order, next_read_at=work.at + pause)


def _pause(retry_after_s: float) -> timedelta:
    return timedelta(seconds=max(0.0, min(LONGEST_WAIT_S, retry_after_s)))
