"""What does an error of a call to Affirm let us conclude, as an event for the core?"""

from __future__ import annotations

from datetime import datetime, timedelta

from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmError,
    AffirmRejectedError,
    AffirmUnreachableError,
    CredentialsError,
    OutcomeUnknownError,
    SettingsError,
    TelesalesError,
)
from telesales_desktop.domain.events import Busy, NotSent, NoVerdict, Rejected

Failure = Rejected | Busy | NotSent | NoVerdict

LATEST = timedelta(seconds=30)
"""Whatever ought to follow at once and is apart by more: the machine slept in between."""


def is_late(marked_at: datetime | None, now: datetime) -> bool:
    """Whether the machine slept, or its clock was set, since the mark.

    A request that was marked in the journal does not leave then: its key may be forgotten, the
    customer gone. An answer that was asked for then proves nothing about now. Units: aware UTC.
    """
    return marked_at is not None and abs(now - marked_at) > LATEST


def failure_of(error: TelesalesError) -> Failure:
    """The outcome that ``error`` stands for.

    Errors before the first byte (no keys, no settings, no connection) are ``NotSent``; whatever
    is neither a clear refusal nor certainly unsent is ``NoVerdict``.
    """
    match error:
        case AffirmRejectedError():
            return Rejected(
                error.http_status,
                error.reason,
                error.affirm_message,
                error.field,
                error.request_id,
            )
        case AffirmBusyError():
            return Busy(error.retry_after_s, error.in_progress, error.request_id)
        case AffirmUnreachableError():
            return NotSent("unreachable")
        case CredentialsError():
            return NotSent(f"credentials_{error.problem}")
        case SettingsError():
            return NotSent("settings")
        case OutcomeUnknownError():
            return NoVerdict(str(error), error.request_id)
        case AffirmError():
            return NoVerdict(error.code, error.request_id)
        case _:
            return NoVerdict(error.code)
