"""How does a database of version 1 become one of this version, and what was readable sealed?

Version 1 kept deliveries readable. All is done in one transaction: whoever is killed in between
begins anew. Afterwards no byte of what was readable is left in the file or beside it.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from telesales_desktop.relay import access_rows, backup, log_rows, schema, sqlite_file
from telesales_desktop.relay.merchant_commands import UsageError, wrap_row
from telesales_desktop.relay.one_server import sole_server
from telesales_desktop.relay.sealer import Sealer
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import NewDelivery
from telesales_desktop.relay.transaction import Transaction
from telesales_desktop.wire.feed import Delivery
from telesales_desktop.wire.sealing import DeliveryContent, SealingKey, checkout_hash
from telesales_desktop.wire.strict_json import WireError, decode
from telesales_desktop.wire.webhook_body import first_value, read_fields

_OLD = 1
_OLD_TABLES = ("merchants", "changes", "codes", "grants")
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


async def upgrade(database: Path, *, sealing_key: SealingKey) -> list[str]:
    """Convert a file, and its spool; may be run again. Stop the server first.

    Errors: ``UsageError``; ``ServedAlreadyError``; ``NotARelayError``; ``StoreError``.
    """
    sqlite_file.must_be_there(database)
    async with sole_server(database):
        try:
            return _upgrade(database, sealing_key)
        except (sqlite3.Error, WireError) as refused:
            raise StoreError(str(refused)) from refused


def _upgrade(database: Path, sealing_key: SealingKey) -> list[str]:
    convert = _Conversion(sealing_key)
    with contextlib.closing(sqlite_file.open_file(database, any_version=True)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version not in (_OLD, schema.VERSION):
            raise UsageError(f"{database} is of version {version}, which this program cannot read")
        converted = 0
        db.execute("PRAGMA foreign_keys=OFF")
        with _transaction(db):
            if version == _OLD:
                converted = convert.tables(db)
                backup.note_done(db, f"upgraded from version {_OLD}")
        spool = database.with_name(database.name + ".spool")
        waiting, damaged = Spool(spool).take_earlier(convert.delivery)
        with _transaction(db):
            tx = Transaction(db)
            for kept in log_rows.append_all(tx, waiting):
                if isinstance(kept, StoreError):
                    raise kept
            tx.finish()
        # What was readable is overwritten where it lay, and gone from the write-ahead log.
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    Spool(spool).forget()
    told = [f"{database} is of version {schema.VERSION}; {converted + len(waiting)} sealed now."]
    if damaged:
        told.append(f"{damaged} spooled lines could not be read, and are gone.")
    return told


@contextlib.contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


class _Conversion:
    """Everything sealed to one key: version 1 knew one merchant."""

    def __init__(self, sealing_key: SealingKey) -> None:
        self._key = sealing_key
        self._sealer = Sealer()

    def tables(self, db: sqlite3.Connection) -> int:
        """Fill the tables of this version from those of the earlier one; answers how many."""
        for name in _OLD_TABLES:
            db.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
        for statement in schema.TABLES.split(";"):
            if statement.strip() and "CREATE TABLE log_info" not in statement:
                db.execute(statement)
        db.execute(
            "INSERT INTO merchants (merchant, basic_digest, sealing_key, seq, chain, pruned_seq,"
            " pruned_chain) SELECT merchant, basic_digest, ?, seq, chain, pruned_seq, pruned_chain"
            " FROM old_merchants",
            (self._key.public_key,),
        )
        db.execute(
            "INSERT INTO hooks (digest, merchant) SELECT hook_digest, merchant FROM old_merchants"
        )
        for (merchant,) in db.execute("SELECT merchant FROM merchants").fetchall():
            access_rows.insert_wrap(db, merchant, wrap_row(self._key))
        converted = self._changes(db)
        _people(db)
        for name in reversed(_OLD_TABLES):
            db.execute(f"DROP TABLE old_{name}")
        access_rows.access_changed(db)
        db.execute(f"PRAGMA user_version={schema.VERSION}")
        return converted

    def _changes(self, db: sqlite3.Connection) -> int:
        converted = 0
        for merchant, seq, chain, identity, received_us, content, repeats in db.execute(
            "SELECT merchant, seq, chain, identity, received_us, content, repeats FROM old_changes"
        ):
            new = self.delivery(merchant, identity, received_us, content)
            db.execute(
                "INSERT INTO changes (merchant, seq, chain, at_us) VALUES (?, ?, ?, ?)",
                (merchant, seq, chain, received_us),
            )
            db.execute(
                "INSERT INTO deliveries (merchant, identity, seq, reader, source, order_key,"
                " checkout_hash, poison, received_us, repeats, content)"
                " VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?)",
                (
                    merchant,
                    identity,
                    seq,
                    new.source,
                    new.order_key,
                    new.checkout_hash,
                    new.poison,
                    received_us,
                    repeats,
                    new.content,
                ),
            )
            converted += 1
        return converted

    def delivery(
        self, merchant: str, identity: bytes, received_us: int, content: bytes
    ) -> NewDelivery:
        """Sealed, what version 1 kept readable."""
        old = Delivery.from_members(decode(content))
        checkout_id = first_value(read_fields(old.body), "checkout_token")
        readable = DeliveryContent(old.content_type, old.signatures, old.body, old.landing)
        return NewDelivery(
            merchant=merchant,
            identity=identity,
            source=old.source,
            order_key=old.order_key,
            checkout_hash=checkout_hash(merchant, checkout_id) if checkout_id else None,
            poison=old.poison,
            received_us=received_us,
            content=self._sealer.seal(
                merchant, self._key.public_key, identity.hex(), received_us, readable
            ),
        )


def _people(db: sqlite3.Connection) -> None:
    """Each name is a person; codes are not kept: they live for minutes."""
    for token_id, merchant, name, role in db.execute(
        "SELECT token_id, merchant, name, role FROM old_grants ORDER BY created_us, token_id"
    ).fetchall():
        person_id = "p" + "".join(secrets.choice(_BASE32) for _ in range(15))
        (person_id,) = db.execute(
            "INSERT INTO people (merchant, person_id, name, role) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (merchant, name) DO UPDATE SET role = excluded.role RETURNING person_id",
            (merchant, person_id, name, role),
        ).fetchone()
        db.execute(
            "INSERT INTO grants (token_id, merchant, person_id, role, name, workstation, digest,"
            " created_us, seen_us, revoked_us) SELECT token_id, merchant, ?, role, name,"
            " workstation, digest, created_us, seen_us, revoked_us FROM old_grants"
            " WHERE token_id = ?",
            (person_id, token_id),
        )
