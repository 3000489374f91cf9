"""Which engine does a database's address name, and how is it opened there?"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from telesales_desktop.relay import postgres_connection, postgres_schema, sqlite_file
from telesales_desktop.relay.postgres_store import PostgresStore
from telesales_desktop.relay.sql_store import SqlStore
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import AuditEntry, Merchant, WrapRow

Address = Path | str
"""A SQLite file, or the URL of a PostgreSQL database."""

_SPOOL = "telesales-relay.spool"


def address(text: str) -> Address:
    """Errors: ``ValueError``, with a sentence."""
    scheme, separator, rest = text.partition("://")
    if separator and scheme in ("postgresql", "postgres"):
        return text
    if separator and (scheme != "sqlite" or not rest.startswith("/")):
        raise ValueError(f"{text}: must be sqlite:///PATH, a path, or postgresql://…")
    path = rest[1:] if separator else text
    if not path or "\0" in path:
        raise ValueError("names no file")
    return Path(path)


async def open_store(database: Address, *, apart: bool = False) -> SqlStore:
    """See ``committers.writer``. Errors: ``NotARelayError``, ``StoreError``."""
    if isinstance(database, str):
        return await PostgresStore.open(database, apart=apart)
    return await SqliteStore.open(database, apart=apart)


def create(
    database: Address,
    public_url: str,
    merchant: Merchant,
    digest: bytes,
    wrap: WrapRow | None,
    audit: Sequence[AuditEntry] = (),
) -> None:
    """A relay's database with its first merchant. Errors: ``NotARelayError``, ``StoreError``."""
    with refusals():
        if isinstance(database, str):
            with postgres_schema.new_database(database) as db:
                sqlite_file.fill(db, public_url, merchant, digest, wrap, audit)
        else:
            sqlite_file.create(database, public_url, merchant, digest, wrap, audit)


def shown(database: Address) -> str:
    """An address as a person may see it: without the password that may be in it."""
    if isinstance(database, Path):
        return str(database)
    scheme, _, rest = database.partition("://")
    account, at, place = rest.rpartition("@")
    user = account.partition(":")[0]
    place = re.sub(r"(?<=[?&])(ssl)?password=[^&]*&?", "", place).rstrip("?&")
    return f"{scheme}://{user}{at}{place}"


def spool_file(database: Address) -> Path:
    """Where deliveries wait that the database does not take: beside the file; for a server
    elsewhere in the service's own folder, or else the folder that the relay runs in."""
    if isinstance(database, Path):
        return database.with_name(database.name + ".spool")
    return Path(os.environ.get("STATE_DIRECTORY", ".")) / _SPOOL


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Every refusal of an engine becomes a ``StoreError``."""
    try:
        with postgres_connection.errors():
            yield
    except sqlite3.Error as refused:
        raise StoreError(str(refused)) from refused
