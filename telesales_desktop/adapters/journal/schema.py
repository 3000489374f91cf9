"""Which version of the tables does this file have, and how does it come to ours?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import apsw

from telesales_desktop.adapters.journal import tables
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError

APPLICATION_ID = 0x54446A31  # "TDj1": a file of another program is not opened
MIGRATIONS: tuple[Sequence[str], ...] = (tables.VERSION_1, tables.VERSION_2)
"""One entry a version, each applied in a transaction of its own; never edited once released."""

FINGERPRINT = "3a5371b1d19cb21c1a4547f1da4d58e9c722cee703d45620fb2bb0090815aeaf"
"""``fingerprint`` of the newest version: a file that lacks one of the rules is not written to."""


def migrate(connection: apsw.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring the tables to the newest version, a version a transaction: killed, it goes on later.

    Errors: ``NEWER`` for a file of a later program; ``DAMAGED`` for a file that is not ours.
    """
    version = _number(connection, "user_version")
    is_ours = _number(connection, "application_id") == APPLICATION_ID
    if not is_ours and (version or connection.execute("SELECT 1 FROM sqlite_schema").get):
        raise JournalError(JournalProblem.DAMAGED, "not a journal of ours")
    if version > len(migrations):
        raise JournalError(JournalProblem.NEWER, f"version {version}")
    for number in range(version, len(migrations)):
        connection.execute("BEGIN IMMEDIATE")
        for statement in migrations[number]:
            # SQLite keeps the text: the way in which it is laid out here is not part of it.
            connection.execute(" ".join(statement.split()))
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", number + 1)
        connection.execute("COMMIT")


def fingerprint(connection: apsw.Connection) -> str:
    """A digest of the tables, indexes and triggers as they are: a missing rule shows."""
    told = connection.execute(
        "SELECT group_concat(name || char(10) || sql, char(10) ORDER BY name)"
        " FROM sqlite_schema WHERE sql IS NOT NULL"
        # The tables that full-text search makes for itself are SQLite's, and may change with it.
        " AND tbl_name NOT GLOB 'search_[cdi]*' AND tbl_name NOT GLOB 'short_search_[cdi]*'"
    ).get
    return hashlib.sha256(str(told).encode()).hexdigest()


def demand_rules(connection: apsw.Connection) -> None:
    """Errors: ``DAMAGED`` if a table, an index or a trigger is not as we made it."""
    if fingerprint(connection) != FINGERPRINT:
        raise JournalError(JournalProblem.DAMAGED, "the tables are not as we made them")


def _number(connection: apsw.Connection, pragma: str) -> int:
    value = connection.pragma(pragma)
    assert isinstance(value, int)
    return value
