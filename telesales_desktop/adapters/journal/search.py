"""Which orders does a search find? A page of the newest, whatever is typed, within a frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import apsw

from telesales_desktop.adapters.journal import orders
from telesales_desktop.adapters.journal.search_text import SHORT, digits, fold, gram
from telesales_desktop.application.ports import OrderFile, SearchQuery

FEW = 1_000
"""Up to so many orders, looking at the words of each beats asking the full-text index."""

_AS_A_NUMBER = frozenset("0123456789 ()+-.")
_Condition = tuple[str, tuple[str, ...]]
"""SQL with its values; ``o`` is the order's row, ``t`` its words."""


def find(connection: apsw.Connection, query: SearchQuery) -> Sequence[OrderFile]:
    """The page of orders that the query asks for, newest first."""
    wanted = query.offset + query.limit
    filters = _filters(query)
    found: set[int] = set()
    for terms in _alternatives(query.text):
        found.update(_rows(connection, filters, terms, wanted))
    page = sorted(found, reverse=True)[query.offset : wanted]
    return orders.load_rows(connection, page)


def _alternatives(text: str) -> list[list[str]]:
    """The words that must all be there; or, typed like a phone number, its digits in a row."""
    folded = fold(text)
    together = digits(folded)
    if len(together) > SHORT and together != folded and set(folded) <= _AS_A_NUMBER:
        return [folded.split(), [together]]
    return [folded.split()]


def _filters(query: SearchQuery) -> list[_Condition]:
    """Alternatives that one index each answers from the newest on; empty: every order."""
    if query.states and query.agent:
        return [("o.agent = ? AND o.state = ?", (query.agent, s)) for s in query.states]
    if query.states:
        return [("o.state = ?", (s,)) for s in query.states]
    return [("o.agent = ?", (query.agent,))] if query.agent else []


def _rows(
    connection: apsw.Connection, filters: list[_Condition], terms: list[str], wanted: int
) -> Iterable[int]:
    contains = [_contains(term) for term in terms]
    if not terms or (filters and _are_few(connection, filters)):
        source = "orders AS o JOIN search_text AS t ON t.id = o.id" if terms else "orders AS o"
        for condition in filters or [("1", ())]:
            yield from _select(connection, "o.id", source, [condition, *contains], wanted)
        return
    long = [term for term in terms if len(term) > SHORT]
    # Trigrams find the long words; the short ones are then looked for in what was found.
    index, match = ("search", _phrases(long)) if long else ("short_search", _grams(terms))
    conditions: list[_Condition] = [(f"{index} MATCH ?", (match,))]
    if long:
        conditions += [c for c, term in zip(contains, terms, strict=True) if len(term) <= SHORT]
    source = index
    if len(conditions) > 1:
        source += f" CROSS JOIN search_text AS t ON t.id = {index}.rowid"
    if filters:
        source += f" CROSS JOIN orders AS o ON o.id = {index}.rowid"
        sql = " OR ".join(f"({sql})" for sql, _ in filters)
        conditions.append((f"({sql})", tuple(v for _, values in filters for v in values)))
    yield from _select(connection, f"{index}.rowid", source, conditions, wanted)


def _select(
    connection: apsw.Connection,
    row: str,
    source: str,
    conditions: Sequence[_Condition],
    wanted: int,
) -> Iterable[int]:
    """Rows of the newest orders that meet every condition; all names are ours."""
    where = " AND ".join(sql for sql, _ in conditions)
    values = [value for _, of_one in conditions for value in of_one]
    sql = f"SELECT {row} FROM {source} WHERE {where} ORDER BY {row} DESC LIMIT ?"  # noqa: S608
    return [found for (found,) in connection.execute(sql, (*values, wanted))]


def _are_few(connection: apsw.Connection, filters: Sequence[_Condition]) -> bool:
    left = FEW
    for sql, values in filters:
        counted = f"SELECT count(*) FROM (SELECT 1 FROM orders AS o WHERE {sql} LIMIT ?)"  # noqa: S608
        for (count,) in connection.execute(counted, (*values, left + 1)):
            left -= count
        if left < 0:
            return False
    return True


def _contains(term: str) -> _Condition:
    return "(instr(t.people, ?) OR instr(t.numbers, ?))", (term, term)


def _phrases(terms: Sequence[str]) -> str:
    return " ".join('"' + term.replace('"', '""') + '"' for term in terms)


def _grams(terms: Sequence[str]) -> str:
    return " ".join(gram(term) for term in terms)
