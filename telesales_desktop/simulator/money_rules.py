"""May this transaction be captured, refunded or voided now, and for how much?

Errors: every check raises ``RefusalError`` as Affirm would answer.
Units: amounts in the currency's minor unit.
"""

from datetime import datetime, timedelta

from telesales_desktop.simulator import refusals
from telesales_desktop.simulator.body_fields import JsonObject, optional_cents
from telesales_desktop.simulator.refusals import RefusalError
from telesales_desktop.simulator.settings import Settings
from telesales_desktop.simulator.transaction import Transaction


def capture_amount(
    transaction: Transaction, body: JsonObject, settings: Settings, now: datetime
) -> int:
    """What this capture takes: the whole, or a part where the account may take parts."""
    wanted = optional_cents(body, "amount", least=1)
    _refuse_forced(transaction, settings)
    if transaction.is_voided:
        raise _unrecorded(settings, "capture-voided", "The transaction has been voided.")
    if not transaction.capturable_cents:
        raise refusals.already_captured()
    if now >= transaction.expires_at:
        raise _unrecorded(settings, "expired-authorization", "The authorization has expired.")
    if wanted is None:
        return transaction.capturable_cents
    if wanted > transaction.amount_cents:
        raise _conflict("capture-greater-instrument", "The amount is greater than the hold.")
    if settings.split_capture and wanted > transaction.capturable_cents:
        raise _conflict("capture-limit-exceeded", "The captures exceed the authorized amount.")
    if not settings.split_capture and wanted != transaction.amount_cents:
        raise _conflict("capture-unequal-instrument", "The amount does not equal the hold.")
    return wanted


def refund_amount(
    transaction: Transaction, body: JsonObject, settings: Settings, now: datetime
) -> int:
    """What this refund gives back: all that remains when no amount is named."""
    wanted = optional_cents(body, "amount", least=1)
    optional_cents(body, "transaction_event_count")
    _refuse_forced(transaction, settings)
    if transaction.is_voided:
        raise refusals.refund_on_voided()
    if transaction.captured_at is None:
        if now >= transaction.expires_at:
            raise _unrecorded(settings, "refund-uncaptured", "Nothing was captured.")
        raise refusals.refund_on_authorized()
    if now >= transaction.captured_at + timedelta(days=settings.refund_window_days):
        raise _unrecorded(settings, "refund-expired", "The refund window has closed.")
    left = transaction.refundable_cents
    if not left or (wanted is not None and wanted > left):
        raise _unrecorded(settings, "refund-exceeded", "The amount exceeds what is left.")
    return left if wanted is None else wanted


def check_void(
    transaction: Transaction, body: JsonObject, settings: Settings, now: datetime
) -> None:
    """Before any capture only, and whole: what a void of a part does is not documented."""
    wanted = optional_cents(body, "amount", least=1)
    _refuse_forced(transaction, settings)
    if transaction.is_voided:
        raise _unrecorded(settings, None, "The transaction has already been voided.")
    if transaction.captured_at is not None:
        raise refusals.void_on_captured()
    if now >= transaction.expires_at:
        raise _unrecorded(settings, "expired-authorization", "The authorization has expired.")
    if wanted is not None and (not settings.split_capture or wanted != transaction.amount_cents):
        raise refusals.invalid_field("amount", "expected the whole amount")


def _refuse_forced(transaction: Transaction, settings: Settings) -> None:
    if transaction.forced_word is not None:
        message = f"The transaction is {transaction.forced_word}."
        raise _unrecorded(settings, None, message)


def _unrecorded(settings: Settings, affirm_code: str | None, message: str) -> RefusalError:
    return RefusalError(
        settings.unrecorded_refusal_status,
        message,
        kind="invalid_request",
        affirm_code=affirm_code,
    )


def _conflict(affirm_code: str, message: str) -> RefusalError:
    """Documented: 409 for a capture that is greater than, or unequal to, the hold."""
    return RefusalError(409, message, kind="conflict", affirm_code=affirm_code)
