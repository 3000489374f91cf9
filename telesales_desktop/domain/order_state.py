"""What is true of an order in one word, since when, who acts next, and what may be done?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from telesales_desktop.domain.applying import captured_cents
from telesales_desktop.domain.authorizing import authorize_refusal
from telesales_desktop.domain.operations import (
    capturable_cents,
    capture_refusal,
    generation_refusal,
    refund_refusal,
    refundable_cents,
    update_refusal,
    void_refusal,
)
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
from telesales_desktop.domain.sending import (
    has_expired,
    resend_refusal,
    send_refusal,
    supersede_refusal,
)
from telesales_desktop.domain.statuses import CheckoutStatus, TransactionStatus


class OrderState(StrEnum):
    """What a view shows. Each has one sentence, in both languages, in ``ui``."""

    KEPT = "kept"  # another payment choice: kept as a record, never sent to Affirm
    DRAFT = "draft"  # nothing was sent
    SENDING = "sending"  # we are asking Affirm to send the link
    SEND_REFUSED = "send_refused"  # Affirm said no, or it never left: there is no link
    MAY_HAVE_BEEN_SENT = "may_have_been_sent"  # no answer: the customer may have a link
    LINK_SENT = "link_sent"
    OPENED = "opened"
    APPROVED = "approved"
    MORE_INFORMATION_NEEDED = "more_information_needed"
    NOT_APPROVED = "not_approved"
    SAID_DONE = "said_done"  # the customer's browser came back; Affirm does not show it yet
    CONFIRMED = "confirmed"  # the customer is done; nothing is authorized yet
    AUTHORIZING = "authorizing"  # our authorize is under way
    AUTHORIZE_REFUSED = "authorize_refused"  # Affirm said no to our authorize
    AUTHORIZED = "authorized"
    OPERATION_RUNNING = "operation_running"  # a capture, refund, void or update is under way
    OUTCOME_UNKNOWN = "outcome_unknown"  # a command was sent and has no verdict
    FROZEN = "frozen"  # something does not match: a supervisor decides
    CLOSED = "closed"  # the checkout was voided, or the only link was superseded
    LINK_EXPIRED = "link_expired"
    AUTH_EXPIRED = "auth_expired"
    CAPTURED = "captured"
    PARTIALLY_CAPTURED = "partially_captured"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    DISPUTED = "disputed"
    DISPUTE_REFUNDED = "dispute_refunded"
    UNRECOGNIZED = "unrecognized"  # Affirm uses a word that we have never seen


class Actor(StrEnum):
    """Who acts next."""

    AGENT = "agent"
    CUSTOMER = "customer"
    PROGRAM = "program"
    SUPERVISOR = "supervisor"
    FULFILMENT = "fulfilment"
    NOBODY = "nobody"


class CommandName(StrEnum):
    """What a person may ask for. A view shows exactly the allowed ones."""

    SEND = "send"
    SEND_AGAIN = "send_again"  # a new link, after a lost answer or an ended one
    RESEND = "resend"  # the same link again
    SUPERSEDE = "supersede"
    REFRESH = "refresh"
    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    PARTIAL_CAPTURE = "partial_capture"
    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"
    VOID = "void"
    UPDATE = "update"
    CANCEL_PLANNED = "cancel_planned"
    LIFT_FREEZE = "lift_freeze"
    RAISE_GENERATION = "raise_generation"
    GIVE_VERDICT = "give_verdict"
    COPY_LINK = "copy_link"


_BY_TRANSACTION = {
    TransactionStatus.CONFIRMED: OrderState.CONFIRMED,
    TransactionStatus.AUTHORIZED: OrderState.AUTHORIZED,
    TransactionStatus.AUTH_EXPIRED: OrderState.AUTH_EXPIRED,
    TransactionStatus.PARTIALLY_CAPTURED: OrderState.PARTIALLY_CAPTURED,
    TransactionStatus.CAPTURED: OrderState.CAPTURED,
    TransactionStatus.PARTIALLY_REFUNDED: OrderState.PARTIALLY_REFUNDED,
    TransactionStatus.REFUNDED: OrderState.REFUNDED,
    TransactionStatus.VOIDED: OrderState.VOIDED,
    TransactionStatus.DISPUTED: OrderState.DISPUTED,
    TransactionStatus.DISPUTE_REFUNDED: OrderState.DISPUTE_REFUNDED,
    TransactionStatus.UNRECOGNIZED: OrderState.UNRECOGNIZED,
}
_BY_CHECKOUT = {
    CheckoutStatus.UNKNOWN: OrderState.LINK_SENT,
    CheckoutStatus.OPENED: OrderState.OPENED,
    CheckoutStatus.APPROVED: OrderState.APPROVED,
    CheckoutStatus.MORE_INFORMATION_NEEDED: OrderState.MORE_INFORMATION_NEEDED,
    CheckoutStatus.NOT_APPROVED: OrderState.NOT_APPROVED,
    CheckoutStatus.CONFIRMED: OrderState.CONFIRMED,
    CheckoutStatus.AUTHORIZED: OrderState.AUTHORIZING,  # the transaction is being looked for
    CheckoutStatus.VOIDED: OrderState.CLOSED,
    CheckoutStatus.UNRECOGNIZED: OrderState.UNRECOGNIZED,
}
_BY_SEND = {
    SendState.PLANNED: OrderState.SENDING,
    SendState.SENT: OrderState.SENDING,
    SendState.REFUSED: OrderState.SEND_REFUSED,
    SendState.UNKNOWN: OrderState.MAY_HAVE_BEEN_SENT,
}


def order_state(order: Order, at: datetime) -> OrderState:
    """The one word for an order. Our own command in flight outranks Affirm's word."""
    if not order.is_affirm:
        return OrderState.KEPT
    operation = order.open_operation
    if operation is not None:
        return _running(operation)
    if order.freeze is not None:
        return OrderState.FROZEN
    if order.transaction is not None:
        return _BY_TRANSACTION[order.transaction.status]
    checkout = order.checkout
    if checkout is None:
        return OrderState.DRAFT
    if checkout.state is not SendState.ACCEPTED:
        return _BY_SEND[checkout.state]
    if checkout.superseded:
        return OrderState.CLOSED
    return _waiting(order, checkout, at)


def _running(operation: Operation) -> OrderState:
    if operation.state is OperationState.UNKNOWN:
        return OrderState.OUTCOME_UNKNOWN
    if operation.kind is OperationKind.AUTHORIZE:
        return OrderState.AUTHORIZING
    return OrderState.OPERATION_RUNNING


def _waiting(order: Order, checkout: Checkout, at: datetime) -> OrderState:
    status = checkout.status
    refused = _last_refusal(order, checkout)
    if refused is not None and status is CheckoutStatus.CONFIRMED:
        return OrderState.AUTHORIZE_REFUSED
    state = _BY_CHECKOUT[status]
    is_open = state in (OrderState.LINK_SENT, OrderState.OPENED, OrderState.APPROVED)
    if is_open and checkout.hint is not ConfirmHint.NONE:
        return OrderState.SAID_DONE
    if is_open and has_expired(checkout, at):
        return OrderState.LINK_EXPIRED
    return state


def _last_refusal(order: Order, checkout: Checkout) -> Operation | None:
    """The authorize of this checkout that Affirm refused after the customer had confirmed."""
    for operation in reversed(order.operations):
        if operation.kind is OperationKind.AUTHORIZE:
            is_this = operation.subject_id == checkout.checkout_id
            is_news = operation.planned_version >= checkout.word_version
            is_no = operation.state is OperationState.REFUSED
            return operation if is_this and is_news and is_no else None
    return None


_ACTORS = {
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
    OrderState.CONFIRMED: Actor.PROGRAM,
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


def who_acts_next(order: Order, at: datetime) -> Actor:
    """Who must do something before this order moves."""
    state = order_state(order, at)
    is_stuck = order.freeze is not None or wants_verdict(order)
    if state is OrderState.OUTCOME_UNKNOWN and is_stuck:
        return Actor.SUPERVISOR
    if state is OrderState.CONFIRMED and not order.auto_authorize:
        return Actor.AGENT
    return _ACTORS[state]


def wants_verdict(order: Order) -> bool:
    """Whether machinery is at its end with an unknown outcome: a supervisor looks at Affirm."""
    return bool({Alert.UNKNOWN_TOO_LONG, Alert.KEY_TOO_OLD} & set(order.alerts))


def since(order: Order) -> datetime:
    """Since when the order is in its state (aware UTC)."""
    operation = order.open_operation
    if operation is not None:
        return operation.first_sent_at or operation.planned_at
    if order.freeze is not None:
        return order.freeze.at
    settled = [o.settled_at for o in order.operations if o.settled_at is not None]
    if order.transaction is not None:
        return max(settled, default=order.transaction.created_at or order.updated_at)
    checkout = order.checkout
    if checkout is None:
        return order.created_at
    times = (checkout.word_at, checkout.sent_at, checkout.planned_at)
    return next(time for time in times if time is not None)


def allowed_commands(
    order: Order, at: datetime, *, is_supervisor: bool = False, split_capture: bool = False
) -> frozenset[CommandName]:
    """Exactly what may be asked for now, by the rules that the core refuses by."""
    if not order.is_affirm:
        return frozenset()
    allowed = _link_commands(order, at, is_supervisor=is_supervisor)
    allowed |= _money_commands(order, at, split_capture=split_capture)
    if not void_refusal(order, by_supervisor=is_supervisor):
        allowed.add(CommandName.VOID)
    if is_supervisor:
        allowed |= _supervisor_commands(order)
    operation = order.open_operation
    # What leaves by itself in a moment is not offered to be dropped.
    if operation is not None and operation.state is OperationState.PLANNED and operation.sends:
        allowed.add(CommandName.CANCEL_PLANNED)
    if order.transaction is not None or any(c.checkout_id for c in order.checkouts):
        allowed.add(CommandName.REFRESH)
    return frozenset(allowed)


def _link_commands(order: Order, at: datetime, *, is_supervisor: bool) -> set[CommandName]:
    commands = set()
    checkout = order.checkout
    if not send_refusal(order, at):
        was_sent = any(c.state is not SendState.REFUSED for c in order.checkouts)
        commands.add(CommandName.SEND_AGAIN if was_sent else CommandName.SEND)
    if not resend_refusal(order, at):
        commands.add(CommandName.RESEND)
        if checkout is not None and checkout.redirect_url:
            commands.add(CommandName.COPY_LINK)
    if not supersede_refusal(order):
        commands.add(CommandName.SUPERSEDE)
    if not authorize_refusal(order, checkout, by_supervisor=is_supervisor):
        commands.add(CommandName.AUTHORIZE)
    return commands


def _money_commands(order: Order, at: datetime, *, split_capture: bool) -> set[CommandName]:
    commands = set()
    if not capture_refusal(order, at) and capturable_cents(order):
        if not captured_cents(order):
            commands.add(CommandName.CAPTURE)
        if split_capture:
            commands.add(CommandName.PARTIAL_CAPTURE)
    if not refund_refusal(order) and refundable_cents(order):
        commands |= {CommandName.REFUND, CommandName.PARTIAL_REFUND}
    if not update_refusal(order):
        commands.add(CommandName.UPDATE)
    return commands


def _supervisor_commands(order: Order) -> set[CommandName]:
    commands = set()
    if order.freeze is not None:
        commands.add(CommandName.LIFT_FREEZE)
    operation = order.open_operation
    if operation is not None and operation.state is OperationState.UNKNOWN and wants_verdict(order):
        commands.add(CommandName.GIVE_VERDICT)
    if not generation_refusal(order):
        commands.add(CommandName.RAISE_GENERATION)
    return commands
