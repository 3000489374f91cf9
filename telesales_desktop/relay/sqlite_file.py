"""How is a relay's SQLite file laid out, created and opened?"""

from __future__ import annotations

import os
import secrets
import sqlite3
from pathlib import Path

from telesales_desktop.relay.store import NO_CHAIN, Merchant, NotARelayError

_APPLICATION_ID = 0x54525931
_SCHEMA_VERSION = 1
BUSY_TIMEOUT_S = 2.0
"""How long a statement waits for another process's lock."""

# FULL: a commit in the write-ahead log is synced before it returns; NORMAL loses acknowledged
# commits at a power cut. secure_delete: what retention deletes is overwritten.
_PRAGMAS = """
PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON;
PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;
"""

_SCHEMA = """
CREATE TABLE log_info (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch TEXT NOT NULL,
    public_url TEXT NOT NULL,
    access_version INTEGER NOT NULL,
    write_checks INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE merchants (
    merchant TEXT PRIMARY KEY,
    hook_digest BLOB NOT NULL UNIQUE,
    basic_digest BLOB,
    seq INTEGER NOT NULL,
    chain BLOB NOT NULL,
    pruned_seq INTEGER NOT NULL,
    pruned_chain BLOB NOT NULL
) STRICT;
CREATE TABLE changes (
    merchant TEXT NOT NULL REFERENCES merchants,
    seq INTEGER NOT NULL,
    chain BLOB NOT NULL,
    kind TEXT NOT NULL,
    identity BLOB NOT NULL,
    order_key TEXT,
    received_us INTEGER NOT NULL,
    content BLOB NOT NULL,
    repeats INTEGER NOT NULL DEFAULT 0,
    UNIQUE (merchant, seq),
    UNIQUE (merchant, identity)
) STRICT;
CREATE TABLE codes (
    code_id TEXT PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    salt BLOB NOT NULL,
    digest BLOB NOT NULL,
    expires_us INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    used_us INTEGER
) STRICT;
CREATE TABLE grants (
    token_id TEXT PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    workstation TEXT NOT NULL,
    digest BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    seen_us INTEGER,
    revoked_us INTEGER
) STRICT;
"""


def create(path: Path, public_url: str, merchant: Merchant) -> None:
    """Make a relay's file with its first merchant; readable for its owner only.

    Errors: ``NotARelayError`` if the file is there already or cannot be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise NotARelayError(f"{path} is there already; choose another file") from None
    except OSError as refused:
        raise NotARelayError(f"{path} cannot be made: {refused.strerror}") from None
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(
            f"PRAGMA journal_mode=WAL; {_PRAGMAS} BEGIN IMMEDIATE; {_SCHEMA}"
            f"PRAGMA application_id={_APPLICATION_ID}; PRAGMA user_version={_SCHEMA_VERSION};"
        )
        connection.execute(
            "INSERT INTO log_info (only_row, epoch, public_url, access_version)"
            " VALUES (1, ?, ?, 1)",
            (secrets.token_hex(8), public_url),
        )
        connection.execute(
            "INSERT INTO merchants VALUES (?, ?, ?, 0, ?, 0, ?)",
            (merchant.merchant, merchant.hook_digest, merchant.basic_digest, NO_CHAIN, NO_CHAIN),
        )
        connection.execute("COMMIT")
    finally:
        connection.close()


def open_file(path: Path) -> sqlite3.Connection:
    """Open a relay's file for one thread.

    Errors: ``NotARelayError``; ``sqlite3.Error`` if the file cannot be used just now.
    """
    if not path.is_file():
        raise NotARelayError(f"{path} is not there; make it with: telesales-relay init")
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
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
    if version != _SCHEMA_VERSION:
        connection.close()
        raise NotARelayError(f"{path} is of version {version}, not {_SCHEMA_VERSION}")
    return connection
