"""How is a relay's database backed up while it serves, restored, and moved to another engine?

All three are one thing: every row, from one moment, into a new database. A backup is a SQLite
file, whatever the engine is. What differs is the log's epoch: a move keeps it, so that every desk's
cursor goes on; a restore makes a new one, so that every desk is told that changes may be missing.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from telesales_desktop.relay import (
    access_rows,
    copying,
    postgres_commit,
    postgres_schema,
    schema,
    sqlite_file,
)
from telesales_desktop.relay.access import now_us
from telesales_desktop.relay.databases import Address, open_store, refusals, shown, spool_file
from telesales_desktop.relay.operator import operator
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store import NoSuchMerchantError, NotARelayError, Store
from telesales_desktop.relay.store_values import AuditEntry

_EPOCH = "SELECT epoch FROM log_info"


def backup(database: Address, target: Address) -> dict[str, int]:
    """A copy of everything as it is at one moment, beside a running relay; how many rows of what.

    Errors: ``NotARelayError`` if the target is there already; ``StoreError``.
    """
    with refusals(), _reading(database) as source, _new(target, is_for_service=False) as made:
        return copying.copy(source, made)


def restore(
    source: Address, database: Address, then: Callable[[Any], None] = lambda db: None
) -> dict[str, int]:
    """A new database from a backup, with a new epoch; ``then`` is done in the same transaction.

    Errors: as ``backup``.
    """
    with refusals(), _reading(source) as kept, _new(database) as made:
        copied = copying.copy(kept, made)
        then(made)
        made.execute("UPDATE log_info SET epoch = ?", (secrets.token_hex(8),))
    return copied


def move(source: Address, target: Address) -> dict[str, int]:
    """Everything into the target, after which the source is closed for good: nothing can be kept
    there that the target does not know. Killed at any moment, it can be run again.

    Errors: as ``backup``.
    """
    if source == target:
        raise NotARelayError("the source and the target of a move are one database")
    with refusals():
        if not is_moved(source):
            with _alone(source) as kept:
                with _new(target, version=schema.UNFINISHED) as made:
                    copied = copying.copy(kept, made)
                    note_done(made, "moved here from another database")
                _close_for_good(source, kept)
        _finish(source, target)
        with _reading(target) as made:
            copied = {table: copying.count(made, table) for table in copying.tables()}
    return copied


async def bring_spool(source: Address, target: Address) -> int:
    """What waits in the source's spool into the target; how many were new there.

    Errors: ``OSError``; ``StoreError``.
    """
    spool = Spool(spool_file(source))
    added = 0
    if spool.waits():
        store = await open_store(target)
        try:
            while spool.waits():  # what came while an earlier part was taken is in a second file
                added += await _bring_some(spool, store)
        finally:
            await store.close()
    return added


async def _bring_some(spool: Spool, store: Store) -> int:
    added, refused = 0, []
    for delivery in spool.take():
        try:
            added += await store.append(delivery)
        except NoSuchMerchantError:
            refused.append(delivery)
    if refused:
        spool.set_aside(refused)
    spool.done()
    return added


def note_done(db: Any, what: str) -> None:
    """Audit, for every merchant, what was done to the whole database."""
    told = f"{what} by {operator()}"
    known = access_rows.merchants(db)
    access_rows.note(db, [AuditEntry(now_us(), row.merchant, "", told) for row in known])


def is_moved(database: Address) -> bool:
    """Whether it was closed by a move. Errors: ``NotARelayError``; ``StoreError``."""
    with raw(database) as db:
        return _version(database, db) == schema.MOVED


@contextlib.contextmanager
def raw(database: Address) -> Iterator[Any]:
    """A connection to a relay's database of whatever version."""
    if isinstance(database, str):
        db: Any = postgres_schema.connect(database, any_version=True, is_patient=True)
    else:
        db = sqlite_file.open_file(database, any_version=True)
    try:
        yield db
    finally:
        db.close()


@contextlib.contextmanager
def _reading(database: Address) -> Iterator[Any]:
    """A connection whose reads are all of one moment."""
    if isinstance(database, str):
        db: Any = postgres_schema.connect(database, is_patient=True)
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    else:
        db, begin = sqlite_file.open_file(database), "BEGIN"
    try:
        db.execute(begin)
        yield db
        db.execute("COMMIT")
    finally:
        db.close()


@contextlib.contextmanager
def _alone(database: Address) -> Iterator[Any]:
    """A transaction in which nobody else writes."""
    if isinstance(database, str):
        db: Any = postgres_schema.connect(database, is_patient=True)
        db.execute("BEGIN")
        db.execute(f"SELECT pg_advisory_xact_lock({postgres_commit.WRITERS})")
    else:
        db = sqlite_file.open_file(database)
        db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    finally:
        db.close()


def _new(
    target: Address, version: int = schema.VERSION, *, is_for_service: bool = True
) -> contextlib.AbstractContextManager[Any]:
    """A new database with tables and no rows, committed at the end."""
    if isinstance(target, str):
        return postgres_schema.new_database(target, version)
    return sqlite_file.new_file(target, version, is_for_service=is_for_service)


def _version(database: Address, db: Any) -> int:
    if isinstance(database, str):
        return postgres_schema.version(db) or 0
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _set_version(database: Address, db: Any, version: int) -> None:
    if isinstance(database, str):
        postgres_schema.set_version(db, version)
    else:
        db.execute(f"PRAGMA user_version = {version}")


def _close_for_good(database: Address, db: Any) -> None:
    """Servers that still run on it find no merchants any more, and spool what comes."""
    db.execute("ALTER TABLE merchants RENAME TO moved_merchants")
    _set_version(database, db, schema.MOVED)


def _finish(source: Address, target: Address) -> None:
    """From here on the target is a relay's database; it was not before its source was closed.

    Errors: ``NotARelayError`` for one that does not know all that the source does.
    """
    with raw(source) as moved, raw(target) as db:
        found = _version(target, db)
        if found != schema.MOVED and not _goes_on(db, from_where=moved):
            raise NotARelayError(f"{shown(source)} was moved to another database")
        if found == schema.UNFINISHED:
            db.execute("BEGIN")
            _set_version(target, db, schema.VERSION)
            db.execute("COMMIT")


def _goes_on(db: Any, from_where: Any) -> bool:
    """Whether it is the same log, as far as it went where it came from, or further."""
    (epoch,), (was,) = (each.execute(_EPOCH).fetchone() for each in (db, from_where))
    ends = dict(db.execute("SELECT merchant, seq FROM merchants").fetchall())
    left = from_where.execute("SELECT merchant, seq FROM moved_merchants").fetchall()
    return bool(epoch == was and all(ends.get(merchant, -1) >= seq for merchant, seq in left))
