"""Which tables does a relay's database have? One list for both engines."""

from __future__ import annotations

from telesales_desktop.relay.store import NotARelayError

VERSION = 2
UNFINISHED, MOVED = -1, -2
"""In the version's place: a move into this database was not finished; it was moved away."""

TABLES = """
CREATE TABLE log_info (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch TEXT NOT NULL,
    public_url TEXT NOT NULL,
    access_version INTEGER NOT NULL,
    write_checks INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE merchants (
    merchant TEXT PRIMARY KEY,
    basic_digest BLOB,
    sealing_key BLOB,
    seq INTEGER NOT NULL,
    chain BLOB NOT NULL,
    pruned_seq INTEGER NOT NULL,
    pruned_chain BLOB NOT NULL
) STRICT;
CREATE TABLE hooks (
    digest BLOB PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchants,
    until_us INTEGER
) STRICT;
CREATE TABLE wraps (
    merchant TEXT NOT NULL REFERENCES merchants,
    wrap_id TEXT NOT NULL,
    blob BLOB NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (merchant, wrap_id)
) STRICT;
CREATE TABLE changes (
    merchant TEXT NOT NULL REFERENCES merchants,
    seq INTEGER NOT NULL,
    chain BLOB NOT NULL,
    at_us INTEGER NOT NULL,
    lost_reader TEXT,
    PRIMARY KEY (merchant, seq)
) STRICT;
CREATE INDEX changes_lost ON changes (merchant, seq) WHERE lost_reader IS NOT NULL;
CREATE TABLE deliveries (
    merchant TEXT NOT NULL REFERENCES merchants,
    identity BLOB NOT NULL,
    seq INTEGER NOT NULL,
    reader TEXT NOT NULL,
    source TEXT NOT NULL,
    order_key TEXT,
    checkout_hash TEXT,
    poison INTEGER NOT NULL,
    received_us INTEGER NOT NULL,
    repeats INTEGER NOT NULL DEFAULT 0,
    content BLOB NOT NULL,
    PRIMARY KEY (merchant, identity)
) STRICT;
CREATE UNIQUE INDEX deliveries_log ON deliveries (merchant, seq, reader);
CREATE INDEX deliveries_age ON deliveries (received_us);
CREATE INDEX deliveries_order ON deliveries (merchant, order_key) WHERE order_key IS NOT NULL;
CREATE INDEX deliveries_checkout ON deliveries (merchant, checkout_hash)
    WHERE checkout_hash IS NOT NULL;
CREATE TABLE orders (
    merchant TEXT NOT NULL REFERENCES merchants,
    order_key TEXT NOT NULL,
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    environment TEXT NOT NULL,
    owner TEXT NOT NULL,
    holder TEXT,
    holder_name TEXT NOT NULL,
    former TEXT,
    claim BLOB,
    claim_until_us INTEGER NOT NULL,
    put_us INTEGER NOT NULL,
    changed_us INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (merchant, order_key)
) STRICT;
CREATE UNIQUE INDEX orders_log ON orders (merchant, seq);
CREATE INDEX orders_owner ON orders (merchant, owner, order_key);
CREATE INDEX orders_age ON orders (changed_us);
CREATE TABLE order_checkouts (
    merchant TEXT NOT NULL,
    checkout_hash TEXT NOT NULL,
    order_key TEXT NOT NULL,
    PRIMARY KEY (merchant, checkout_hash)
) STRICT;
CREATE INDEX order_checkouts_order ON order_checkouts (merchant, order_key, checkout_hash);
CREATE TABLE order_tags (
    merchant TEXT NOT NULL,
    tag TEXT NOT NULL,
    order_key TEXT NOT NULL,
    PRIMARY KEY (merchant, tag, order_key)
) STRICT;
CREATE INDEX order_tags_order ON order_tags (merchant, order_key, tag);
CREATE TABLE people (
    merchant TEXT NOT NULL REFERENCES merchants,
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (merchant, person_id),
    UNIQUE (merchant, name)
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
    person_id TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    workstation TEXT NOT NULL,
    digest BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    seen_us INTEGER,
    revoked_us INTEGER
) STRICT;
CREATE TABLE person_keys (
    token_id TEXT PRIMARY KEY REFERENCES grants,
    merchant TEXT NOT NULL,
    public_key TEXT NOT NULL,
    attestation TEXT NOT NULL
) STRICT;
CREATE INDEX person_keys_merchant ON person_keys (merchant);
CREATE TABLE audit (
    at_us INTEGER NOT NULL,
    merchant TEXT NOT NULL,
    token_id TEXT NOT NULL,
    what TEXT NOT NULL,
    order_key TEXT,
    times INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_age ON audit (at_us);
"""
"""In SQLite's spelling; PostgreSQL has BYTEA for BLOB, BIGINT for INTEGER, and no STRICT."""


def refuse_ended(found: int, what: str) -> None:
    """Errors: ``NotARelayError`` for a database that this relay must not use."""
    if found == UNFINISHED:
        told = "a move into it was not finished; run telesales-relay migrate again"
        raise NotARelayError(f"{what} cannot be used: {told}")
    if found == MOVED:
        raise NotARelayError(f"{what} was moved: the relay's database is another one now")
    if found > VERSION:
        raise NotARelayError(f"{what} is of version {found}, not {VERSION}: of a newer relay")
