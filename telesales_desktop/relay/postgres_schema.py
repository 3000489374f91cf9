"""How is a PostgreSQL database laid out, created, brought up to date and opened?"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping

from telesales_desktop.relay import schema
from telesales_desktop.relay.postgres_connection import PostgresConnection, errors
from telesales_desktop.relay.store import NotARelayError

_LOCK = 0x54525932  # any number, as long as all versions take the same
_VERSION_TABLE = "relay_schema"

STEPS: Mapping[int, str] = {}
"""From a version to the one after it; each is done whole or not at all."""


def tables() -> str:
    """The tables of both engines, as PostgreSQL spells them."""
    spelled = {
        "BLOB": "BYTEA",
        "INTEGER": "BIGINT",
        # Keys are compared as SQLite does, whatever language the database is in.
        "TEXT": 'TEXT COLLATE "C"',
    }
    text = re.sub(r"\b(BLOB|INTEGER|TEXT)\b", lambda found: spelled[found[0]], schema.TABLES)
    return text.replace(") STRICT;", ");")


def connect(url: str, *, any_version: bool = False, is_patient: bool = False) -> PostgresConnection:
    """A connection to a relay's database, brought up to date if it is of an older version.
    ``is_patient``: see ``PostgresConnection``.

    Errors: ``NotARelayError``, ``StoreError``.
    """
    with errors():
        connection = PostgresConnection(url, is_patient=is_patient)
    try:
        with errors():
            found = version(connection)
            if found is None:
                raise NotARelayError(
                    "this PostgreSQL database is not a relay's; make it with: telesales-relay init"
                )
            if not any_version:
                schema.refuse_ended(found, "this PostgreSQL database")
                if found < schema.VERSION:
                    _bring_up_to_date(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def new_database(url: str, made: int = schema.VERSION) -> Iterator[PostgresConnection]:
    """The tables in an open transaction, to be filled; all of it is there afterwards, or nothing.

    What an unfinished move has left is replaced. Errors: ``NotARelayError`` if there is a relay
    already; ``StoreError``.
    """
    with errors():
        connection = PostgresConnection(url, is_patient=True)
    try:
        with errors(), alone(connection):
            found = version(connection)
            if found == schema.UNFINISHED:
                tables_made = re.findall(r"CREATE TABLE (\w+)", schema.TABLES)
                connection.script(f"DROP TABLE {_VERSION_TABLE}, {', '.join(tables_made)}")
            elif found is not None:
                raise NotARelayError("there is a relay in this PostgreSQL database already")
            connection.script(tables())
            connection.script(f"CREATE TABLE {_VERSION_TABLE} (version BIGINT NOT NULL)")
            connection.execute(f"INSERT INTO {_VERSION_TABLE} VALUES (?)", (made,))  # noqa: S608
            yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def alone(connection: PostgresConnection) -> Iterator[None]:
    """A transaction during which no other process changes the tables."""
    connection.script("BEGIN")
    try:
        connection.execute("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
        yield
    except BaseException:
        connection.script("ROLLBACK")
        raise
    connection.script("COMMIT")


def version(connection: PostgresConnection) -> int | None:
    """The layout's version; None where there is no relay."""
    (there,) = connection.execute("SELECT to_regclass(?)::text", (_VERSION_TABLE,)).fetchone() or ()
    if there is None:
        return None
    row = connection.execute(f"SELECT version FROM {_VERSION_TABLE}").fetchone()  # noqa: S608
    return None if row is None else int(row[0])


def set_version(connection: PostgresConnection, new: int) -> None:
    connection.execute(f"UPDATE {_VERSION_TABLE} SET version = ?", (new,))  # noqa: S608


def _bring_up_to_date(connection: PostgresConnection) -> None:
    with alone(connection):
        found = version(connection) or 0  # another replica may have been faster
        while found < schema.VERSION:
            connection.script(STEPS[found])
            found += 1
            set_version(connection, found)
