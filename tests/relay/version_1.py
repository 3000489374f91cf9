"""A relay's file as version 1 left it: deliveries are readable in it."""

import hashlib
import sqlite3
import time
from pathlib import Path

from telesales_desktop.relay import sqlite_file
from telesales_desktop.relay.store_values import NO_CHAIN
from telesales_desktop.wire.feed import Delivery, Source

SCHEMA = """
CREATE TABLE log_info (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), epoch TEXT NOT NULL,
    public_url TEXT NOT NULL, access_version INTEGER NOT NULL,
    write_checks INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE merchants (merchant TEXT PRIMARY KEY, hook_digest BLOB NOT NULL UNIQUE,
    basic_digest BLOB, seq INTEGER NOT NULL, chain BLOB NOT NULL, pruned_seq INTEGER NOT NULL,
    pruned_chain BLOB NOT NULL) STRICT;
CREATE TABLE changes (merchant TEXT NOT NULL REFERENCES merchants, seq INTEGER NOT NULL,
    chain BLOB NOT NULL, kind TEXT NOT NULL, identity BLOB NOT NULL, order_key TEXT,
    received_us INTEGER NOT NULL, content BLOB NOT NULL, repeats INTEGER NOT NULL DEFAULT 0,
    UNIQUE (merchant, seq), UNIQUE (merchant, identity)) STRICT;
CREATE TABLE codes (code_id TEXT PRIMARY KEY, merchant TEXT NOT NULL REFERENCES merchants,
    role TEXT NOT NULL, name TEXT NOT NULL, salt BLOB NOT NULL, digest BLOB NOT NULL,
    expires_us INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, used_us INTEGER) STRICT;
CREATE TABLE grants (token_id TEXT PRIMARY KEY, merchant TEXT NOT NULL REFERENCES merchants,
    role TEXT NOT NULL, name TEXT NOT NULL, workstation TEXT NOT NULL, digest BLOB NOT NULL,
    created_us INTEGER NOT NULL, seen_us INTEGER, revoked_us INTEGER) STRICT;
"""
EPOCH = "0123456789abcdef"
NOW_US = time.time_ns() // 1000


def body(number: int) -> bytes:
    return b"event=confirmed&checkout_token=SECRET%d&name=Zacharias" % number


def delivery(number: int) -> Delivery:
    return Delivery(
        number.to_bytes(32).hex(), "main", Source.WEBHOOK, "text/plain", (f"t={number}",),
        body(number), "k" * 32, None, False,
    )  # fmt: skip


def make(path: Path, hook_digest: bytes, deliveries: int) -> list[bytes]:
    """Answers the chain after each delivery. Names that come twice are one person's."""
    chains = [NO_CHAIN]
    raw = sqlite3.connect(path, isolation_level=None)
    raw.executescript(
        f"PRAGMA journal_mode=WAL; BEGIN; {SCHEMA}"
        f"PRAGMA application_id={sqlite_file._APPLICATION_ID}; PRAGMA user_version=1;"
    )
    raw.execute("INSERT INTO log_info VALUES (1, ?, 'https://relay.example', 1, 0)", (EPOCH,))
    raw.execute("INSERT INTO merchants VALUES ('main', ?, NULL, 0, ?, 0, ?)",
                (hook_digest, NO_CHAIN, NO_CHAIN))  # fmt: skip
    for number in range(1, deliveries + 1):
        identity = number.to_bytes(32)
        chains.append(hashlib.sha256(chains[-1] + identity).digest()[:8])
        raw.execute(
            "INSERT INTO changes VALUES ('main', ?, ?, 'delivery', ?, ?, ?, ?, 0)",
            (number, chains[-1], identity, "k" * 32, NOW_US + number, delivery(number).to_json()),
        )
    raw.execute("UPDATE merchants SET seq = ?, chain = ?", (deliveries, chains[-1]))
    for token, role, name in (("a" * 10, "agent", "Dana"), ("b" * 10, "supervisor", "Dana"),
                              ("c" * 10, "agent", "Sam")):  # fmt: skip
        raw.execute(
            "INSERT INTO grants VALUES (?, 'main', ?, ?, 'desk', ?, ?, NULL, NULL)",
            (token, role, name, bytes(32), ord(token[0])),
        )
    raw.execute("COMMIT")
    raw.close()
    return chains[1:]
