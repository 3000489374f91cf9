"""Which transactions and events are on the page that was asked for?

Newest first. ``before*`` is the end of the wanted span, ``after*`` its start; a page after a
position holds what follows it most closely, so that both directions reach every entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from telesales_desktop.simulator.body_fields import JsonObject
from telesales_desktop.simulator.refusals import invalid_field
from telesales_desktop.simulator.transaction import Transaction

LoggedEvent = tuple[Transaction, JsonObject]

_EVENT_TYPES: Mapping[str, tuple[str, ...]] = {
    "authorize": ("auth",),
    "capture": ("capture", "split_capture"),
    "refund": ("refund",),
    "void": ("void",),
    "all": ("auth", "capture", "split_capture", "refund", "void", "update", "confirm"),
}
_DEFAULT_LIMIT = "5"
_MOST = 1000


def list_transactions(
    transactions: Iterable[Transaction], query: Mapping[str, str], now: datetime
) -> list[JsonObject]:
    """A page by ``limit``, ``before`` and ``after``, the latter being transaction ids."""
    newest_first = [entry.body(now) for entry in transactions][::-1]
    return _page(newest_first, query, before="before", after="after")


def list_events(event_log: Sequence[LoggedEvent], query: Mapping[str, str]) -> list[JsonObject]:
    """A page of events; each also names its transaction, checkout and order."""
    kind = query.get("transaction_type", "")
    if kind not in ("charge", "lease"):
        raise invalid_field("transaction_type", "expected charge or lease")
    wanted = _EVENT_TYPES.get(query.get("transaction_event_type", ""))
    if wanted is None:
        raise invalid_field("transaction_event_type", f"expected one of {', '.join(_EVENT_TYPES)}")
    if query.get("before_ari") and query.get("after_ari"):
        raise invalid_field("before_ari", "before_ari and after_ari exclude each other")
    # All that is simulated are charges; no lease was ever made here.
    earliest, latest = _date(query, "after_date"), _date(query, "before_date")
    newest_first = [
        _named(transaction, event)
        for transaction, event in ([] if kind == "lease" else reversed(event_log))
        if event["type"] in wanted and _is_between(event, earliest, latest)
    ]
    return _page(newest_first, query, before="before_ari", after="after_ari")


def _named(transaction: Transaction, event: JsonObject) -> JsonObject:
    return {
        **event,
        "transaction_id": transaction.transaction_id,
        "checkout_id": transaction.checkout_id,
        "order_id": transaction.order_id,
    }


def _is_between(event: JsonObject, earliest: datetime | None, latest: datetime | None) -> bool:
    created = datetime.fromisoformat(event["created"])
    return (earliest is None or created >= earliest) and (latest is None or created <= latest)


def _date(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_field(name, "expected an ISO date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page(
    newest_first: Sequence[JsonObject], query: Mapping[str, str], *, before: str, after: str
) -> list[JsonObject]:
    limit = _limit(query)
    if query.get(after):
        newer = newest_first[: _position(newest_first, query, after)]
        return list(newer[-limit:])
    start = _position(newest_first, query, before) + 1 if query.get(before) else 0
    return list(newest_first[start : start + limit])


def _position(entries: Sequence[JsonObject], query: Mapping[str, str], name: str) -> int:
    for index, entry in enumerate(entries):
        if entry["id"] == query[name]:
            return index
    raise invalid_field(name, "expected an id of this list")


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit") or _DEFAULT_LIMIT
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise invalid_field("limit", f"expected a number from 1 to {_MOST}")
    return int(text)
