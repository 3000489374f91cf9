"""How is a list of Affirm's read to its end, when nobody has written down how it is ordered?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from telesales_desktop.adapters.affirm_answers import moment
from telesales_desktop.adapters.strict_json import JsonObject, text

PAGE_LIMIT = 100
"""What we ask for; Affirm may give fewer (its documented default is five)."""
PAGE_CAP = 40
"""A list that does not end is left, and said to be incomplete."""

FetchPage = Callable[[dict[str, str]], Awaitable[Sequence[JsonObject]]]


async def read_pages(
    fetch: FetchPage, *, before: str, after: str, since: datetime | None = None
) -> tuple[list[JsonObject], bool]:
    """Every entry, each once, and whether the pages came to an end.

    ``before`` and ``after`` are the names of the two paging parameters, of which only one may be
    sent. The first page tells the order: newest first is continued with what lies before its
    last entry, oldest first with what lies after. A short page proves nothing, because a server
    may cap the limit: the end is a page that brings nothing new. With ``since``, a page that is
    newest first and reaches beyond it is the last.
    """
    found: dict[str, JsonObject] = {}
    onward: dict[str, str] = {}
    for _ in range(PAGE_CAP):
        page = await fetch({"limit": str(PAGE_LIMIT), **onward})
        fresh = [entry for entry in page if _key(entry) not in found]
        if not fresh:
            return list(found.values()), True
        found.update({_key(entry): entry for entry in fresh})
        if "" in found:
            return list(found.values()), False  # without ids there is no way on
        oldest_first = _is_oldest_first(page)
        if since is not None and not oldest_first and _is_before(page[-1], since):
            return list(found.values()), True
        onward = {after if oldest_first else before: text(page[-1].get("id"))}
    return list(found.values()), False


def _key(entry: JsonObject) -> str:
    return text(entry.get("id"))


def _is_oldest_first(page: Sequence[JsonObject]) -> bool:
    first, last = moment(page[0].get("created")), moment(page[-1].get("created"))
    return first is not None and last is not None and first < last


def _is_before(entry: JsonObject, since: datetime) -> bool:
    created = moment(entry.get("created"))
    return created is not None and created < since
