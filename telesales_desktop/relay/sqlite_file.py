"""How is a relay's SQLite file laid out, created and opened?"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from telesales_desktop.relay import access_rows, schema
from telesales_desktop.relay.ownership import give_to_owner_of
from telesales_desktop.relay.store import NotARelayError
from telesales_desktop.relay.store_values import AuditEntry, Merchant, WrapRow
from telesales_desktop.relay.transaction import MOST_ROWS, Connection

_APPLICATION_ID = 0x54525931
BUSY_TIMEOUT_S = 2.0
"""How long a statement waits for another process's lock."""

# FULL: a commit in the write-ahead log is synced before it returns; NORMAL loses acknowledged
# commits at a power cut. secure_delete: what retention deletes is overwritten. temp_store: what
# would undo one statement is kept in memory; in a file it takes as long as the statement.
_PRAGMAS = """
PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON;
PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;
PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;
"""


def create(
    path: Path,
    public_url: str,
    merchant: Merchant,
    hook_digest: bytes,
    wrap: WrapRow | None,
    audit: Sequence[AuditEntry] = (),
) -> None:
    """Make a relay's file with its first merchant; readable for its owner only.

    Errors: ``NotARelayError`` if the file is there already or cannot be made.
    """
    with new_file(path) as connection:
        fill(connection, public_url, merchant, hook_digest, wrap, audit)


def fill(
    db: Connection,
    public_url: str,
    merchant: Merchant,
    hook_digest: bytes,
    wrap: WrapRow | None,
    audit: Sequence[AuditEntry] = (),
) -> None:
    """What a relay's new tables begin with."""
    db.execute(
        "INSERT INTO log_info (only_row, epoch, public_url, access_version) VALUES (1, ?, ?, 1)",
        (secrets.token_hex(8), public_url),
    )
    access_rows.add_merchant(db, merchant, hook_digest, wrap, audit)


@contextlib.contextmanager
def new_file(
    path: Path, version: int = schema.VERSION, *, is_for_service: bool = True
) -> Iterator[sqlite3.Connection]:
    """A file with tables and no rows, in a transaction that is committed at the end.

    ``is_for_service``: whoever owns the folder serves it, also where root makes it.

    Errors: as ``create``. A file that could not be filled is taken away again.
    """
    _remove_unfinished(path)
    try:
        made = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            if is_for_service:
                give_to_owner_of(path.parent, made)
        finally:
            os.close(made)
    except FileExistsError:
        raise NotARelayError(f"{path} is there already; choose another file") from None
    except OSError as refused:
        raise NotARelayError(f"{path} cannot be made: {refused.strerror}") from None
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(
            f"PRAGMA journal_mode=WAL; {_PRAGMAS} BEGIN IMMEDIATE; {schema.TABLES}"
            f"PRAGMA application_id={_APPLICATION_ID}; PRAGMA user_version={version};"
        )
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        path.unlink()
        raise
    connection.close()


def _remove_unfinished(path: Path) -> None:
    """Take away what an unfinished move has left, and what a command that was killed has left
    empty."""
    if path.is_file() and _is_unfinished(path):
        path.unlink()


def _is_unfinished(path: Path) -> bool:
    try:
        with contextlib.closing(_raw(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")  # who fills it just now has it
            (known,) = connection.execute("PRAGMA application_id").fetchone()
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error:
        return False
    unfinished_move = (known, found) == (_APPLICATION_ID, schema.UNFINISHED)
    return unfinished_move or (known, found, tables) == (0, 0, 0)


def must_be_there(path: Path) -> None:
    """Errors: ``NotARelayError``."""
    if path.is_dir():
        raise NotARelayError(f"{path} is a folder, not a relay's file")
    if not path.is_file():
        raise NotARelayError(f"{path} is not there; make it with: telesales-relay init")


def _raw(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        path,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=8 * MOST_ROWS,
    )


def open_file(path: Path, *, any_version: bool = False) -> sqlite3.Connection:
    """Open a relay's file for one thread; another may close it.

    Errors: ``NotARelayError``; ``sqlite3.Error`` if the file cannot be used just now.
    """
    must_be_there(path)
    connection = _raw(path)
    try:
        connection.executescript(_PRAGMAS)
        (known,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as broken:
        connection.close()
        if broken.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        known = version = 0
    if known != _APPLICATION_ID:
        connection.close()
        raise NotARelayError(f"{path} is not a relay's database")
    if any_version:
        return connection
    if version != schema.VERSION:
        connection.close()
        schema.refuse_ended(version, str(path))
        what = "convert it with: telesales-relay upgrade" if version < schema.VERSION else "too new"
        raise NotARelayError(f"{path} is of version {version}, not {schema.VERSION}: {what}")
    return connection
