"""What may be concluded from one answer of Affirm's? A refusal, a wait, a success, or nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from telesales_desktop.adapters.strict_json import JsonObject, load_strict, text
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    OutcomeUnknownError,
)

if TYPE_CHECKING:
    from telesales_desktop.adapters.affirm_exchange import Answer

FIRST_WAIT_S = 2.0
"""Our own first step where Affirm asks us to wait and does not say how long."""
LONGEST_WAIT_S = 600.0
_STILL_UNDER_WAY = ("processing", "idempotency")
"""Affirm documents two sorts of 409: an amount that does not fit, which names neither of these, and
a first request under the same key that has not ended. Only the former is a refusal."""
_KEY_REASONS = ("public-api-key-", "api-key-pair-", "private-api-key-")


def accepted_object(answer: Answer) -> JsonObject:
    """The JSON object of a success.

    Errors: ``AffirmRejectedError`` (``AffirmCredentialsError``) refused; ``AffirmBusyError`` wait;
    ``OutcomeUnknownError`` anything that is none of these, a success we cannot read included.
    """
    found = accepted_json(answer)
    if not isinstance(found, dict):
        raise OutcomeUnknownError("not_an_object", request_id=answer.request_id)
    return found


def accepted_page(answer: Answer) -> Sequence[JsonObject]:
    """The entries of a page.

    No source shows the envelope of Affirm's lists: a bare array is taken, or the one array in an
    object. Errors: as ``accepted_object``.
    """
    found = accepted_json(answer)
    if isinstance(found, dict):
        arrays = [value for value in found.values() if isinstance(value, list)]
        found = arrays[0] if len(arrays) == 1 else None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise OutcomeUnknownError("not_a_page", request_id=answer.request_id)
    return found


def accepted_json(answer: Answer) -> object:
    """Whatever JSON a success holds. Errors: as ``accepted_object``."""
    if not 200 <= answer.status < 300:
        raise _refusal(answer)
    if not _is_json(answer.content_type):
        raise OutcomeUnknownError("not_json", request_id=answer.request_id)
    try:
        return load_strict(answer.body)
    except ValueError:
        # Not chained: a parser's message can quote the body.
        raise OutcomeUnknownError("unreadable", request_id=answer.request_id) from None


def _refusal(answer: Answer) -> Exception:
    status, request_id = answer.status, answer.request_id
    if status == 429 or (status == 503 and answer.retry_after):
        wait_s = retry_after_s(answer.retry_after, answer.date)
        # A 503 may come from a proxy that has handed the request on: only 429 says "not taken in".
        return AffirmBusyError(
            retry_after_s=wait_s,
            in_progress=status == 503,
            request_id=request_id,
            is_for_all=True,
        )
    if not 400 <= status < 500 or status == 408:
        return OutcomeUnknownError(f"http_{status}", request_id=request_id)
    body = _error_object(answer)
    reason = _word(body.get("code")) or _word(body.get("type"))
    message = _sentence(body.get("message"))
    if status == 409:
        told = f"{reason} {_word(body.get('type'))} {message}".lower()
        if any(word in told for word in _STILL_UNDER_WAY):
            wait_s = retry_after_s(answer.retry_after, answer.date)
            return AffirmBusyError(retry_after_s=wait_s, in_progress=True, request_id=request_id)
        if not reason and not message:
            # It may be "still processing", in words that we cannot read.
            return OutcomeUnknownError("http_409", request_id=request_id)
    error = AffirmRejectedError
    if status == 401 or reason.startswith(_KEY_REASONS):
        error = AffirmCredentialsError
    return error(
        http_status=status,
        reason=reason or f"http_{status}",
        affirm_message=message,
        field=_word(body.get("field")),  # Affirm's own path: the form knows it
        request_id=request_id,
    )


def _error_object(answer: Answer) -> JsonObject:
    """Affirm's error object; empty for anything else, whose text is never kept.

    A recorded 404 was XML that echoed the caller's Authorization header.
    """
    if not _is_json(answer.content_type):
        return {}
    try:
        found = load_strict(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def retry_after_s(value: str, server_date: str = "") -> float:
    """Seconds to wait, from a ``Retry-After`` of either form; our own first step without one."""
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value, server_date)
    if math.isnan(seconds) or seconds <= 0:
        return FIRST_WAIT_S
    return min(seconds, LONGEST_WAIT_S)


def _seconds_until(value: str, server_date: str) -> float:
    then = http_date(value)
    if then is None:
        return FIRST_WAIT_S
    now = http_date(server_date) or datetime.now(UTC)
    return (then - now).total_seconds()


def http_date(value: str) -> datetime | None:
    """The time that an HTTP date names, as aware UTC; None where it names none."""
    try:
        found = parsedate_to_datetime(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):  # the zone may lead beyond the last year there is
        return None


def _is_json(content_type: str) -> bool:
    return content_type == "application/json" or content_type.endswith("+json")


def _word(value: object) -> str:
    found = text(value)[:100]
    return found if found.isprintable() else ""


def _sentence(value: object) -> str:
    return "".join(c if c.isprintable() else " " for c in text(value)[:500])
