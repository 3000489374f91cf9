"""How are merchants, people, codes and tokens written into the tables, and read?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace

from telesales_desktop.relay.store_values import (
    NO_CHAIN,
    AuditEntry,
    Code,
    Grant,
    Hook,
    Merchant,
    PersonKeyRow,
    PersonRow,
    WrapRow,
)
from telesales_desktop.relay.transaction import Connection

_GRANT = (
    "token_id, merchant, person_id, role, name, workstation, digest, created_us, seen_us,"
    " revoked_us"
)
_CODE = "code_id, merchant, role, name, salt, digest, expires_us"


def access_changed(db: Connection) -> None:
    """Running servers, this one and others, are to read the access records again."""
    db.execute("UPDATE log_info SET access_version = access_version + 1")


def note(db: Connection, audit: Iterable[AuditEntry]) -> None:
    db.executemany(
        "INSERT INTO audit (at_us, merchant, token_id, what, order_key, times)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(e.at_us, e.merchant, e.token_id, e.what, e.order_key, e.count) for e in audit],
    )


def audited(db: Connection, merchant: str | None, limit: int) -> Sequence[AuditEntry]:
    where = "" if merchant is None else "WHERE merchant = ?"
    rows = db.execute(
        "SELECT at_us, merchant, token_id, what, order_key, times FROM audit"  # noqa: S608
        f" {where} ORDER BY at_us DESC LIMIT ?",
        (*(() if merchant is None else (merchant,)), limit),
    )
    return [AuditEntry(*row) for row in rows]


# --- merchants


def merchants(db: Connection) -> Sequence[Merchant]:
    rows = db.execute("SELECT merchant, basic_digest, sealing_key FROM merchants ORDER BY merchant")
    return [Merchant(*row) for row in rows]


def hooks(db: Connection) -> Sequence[Hook]:
    return [Hook(*row) for row in db.execute("SELECT merchant, digest, until_us FROM hooks")]


def add_merchant(
    db: Connection,
    merchant: Merchant,
    hook_digest: bytes,
    wrap: WrapRow | None,
    audit: Iterable[AuditEntry] = (),
) -> bool:
    added = db.execute(
        "INSERT INTO merchants (merchant, basic_digest, sealing_key, seq, chain, pruned_seq,"
        " pruned_chain) VALUES (?, ?, ?, 0, ?, 0, ?) ON CONFLICT DO NOTHING",
        (*astuple(merchant), NO_CHAIN, NO_CHAIN),
    )
    if added.rowcount == 0:
        return False
    _insert_hook(db, merchant.merchant, hook_digest)
    if wrap is not None:
        insert_wrap(db, merchant.merchant, wrap)
    note(db, audit)
    access_changed(db)
    return True


def add_hook(
    db: Connection,
    merchant: str,
    digest: bytes,
    others_until_us: int,
    audit: Iterable[AuditEntry] = (),
) -> None:
    db.execute(
        "UPDATE hooks SET until_us = ? WHERE merchant = ? AND (until_us IS NULL OR until_us > ?)",
        (others_until_us, merchant, others_until_us),
    )
    _insert_hook(db, merchant, digest)
    note(db, audit)
    access_changed(db)


def set_basic(
    db: Connection, merchant: str, digest: bytes | None, audit: Iterable[AuditEntry] = ()
) -> None:
    db.execute("UPDATE merchants SET basic_digest = ? WHERE merchant = ?", (digest, merchant))
    note(db, audit)
    access_changed(db)


def seal(
    db: Connection,
    merchant: str,
    sealing_key: bytes,
    wrap: WrapRow,
    audit: Iterable[AuditEntry] = (),
) -> bool:
    changed = db.execute(
        "UPDATE merchants SET sealing_key = ?"
        " WHERE merchant = ? AND (sealing_key IS NULL OR sealing_key = ?)",
        (sealing_key, merchant, sealing_key),
    )
    if changed.rowcount == 0:
        return False
    insert_wrap(db, merchant, wrap)
    note(db, audit)
    access_changed(db)
    return True


def wraps(db: Connection, merchant: str) -> Sequence[WrapRow]:
    rows = db.execute(
        "SELECT wrap_id, blob FROM wraps WHERE merchant = ? ORDER BY place", (merchant,)
    )
    return [WrapRow(*row) for row in rows]


def add_wrap(db: Connection, merchant: str, wrap: WrapRow, most: int, audit: AuditEntry) -> bool:
    db.execute("UPDATE merchants SET seq = seq WHERE merchant = ?", (merchant,))  # one at a time
    known = wraps(db, merchant)
    if wrap in known:
        return True
    if len(known) >= most or wrap.wrap_id in {row.wrap_id for row in known}:
        return False
    insert_wrap(db, merchant, wrap)
    note(db, [audit])
    return True


def drop_wrap(db: Connection, merchant: str, wrap_id: str, audit: AuditEntry) -> bool:
    db.execute("UPDATE merchants SET seq = seq WHERE merchant = ?", (merchant,))
    if {row.wrap_id for row in wraps(db, merchant)} <= {wrap_id}:
        return False
    gone = db.execute("DELETE FROM wraps WHERE merchant = ? AND wrap_id = ?", (merchant, wrap_id))
    if gone.rowcount == 0:
        return False
    note(db, [audit])
    return True


def _insert_hook(db: Connection, merchant: str, digest: bytes) -> None:
    db.execute("INSERT INTO hooks (digest, merchant) VALUES (?, ?)", (digest, merchant))


def insert_wrap(db: Connection, merchant: str, wrap: WrapRow) -> None:
    db.execute(
        "INSERT INTO wraps (merchant, wrap_id, blob, place) SELECT ?, ?, ?, 1 + COUNT(*)"
        " FROM wraps WHERE merchant = ? ON CONFLICT DO NOTHING",
        (merchant, wrap.wrap_id, wrap.blob, merchant),
    )


# --- people


def grants(db: Connection) -> Sequence[Grant]:
    rows = db.execute(f"SELECT {_GRANT} FROM grants ORDER BY created_us, token_id")  # noqa: S608
    return [Grant(*row) for row in rows]


def grants_of(db: Connection, merchant: str) -> Sequence[Grant]:
    rows = db.execute(
        f"SELECT {_GRANT} FROM grants WHERE merchant = ? ORDER BY created_us, token_id",  # noqa: S608
        (merchant,),
    )
    return [Grant(*row) for row in rows]


def people(db: Connection, merchant: str) -> Sequence[PersonRow]:
    rows = db.execute(
        "SELECT person_id, name, role FROM people WHERE merchant = ? ORDER BY name", (merchant,)
    )
    return [PersonRow(*row) for row in rows]


def person_keys(db: Connection, merchant: str) -> Sequence[PersonKeyRow]:
    rows = db.execute(
        "SELECT token_id, public_key, attestation FROM person_keys WHERE merchant = ?"
        " ORDER BY token_id",
        (merchant,),
    )
    return [PersonKeyRow(*row) for row in rows]


def put_person_key(db: Connection, merchant: str, key: PersonKeyRow, audit: AuditEntry) -> bool:
    added = db.execute(
        "INSERT INTO person_keys (token_id, merchant, public_key, attestation)"
        " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (key.token_id, merchant, key.public_key, key.attestation),
    )
    if added.rowcount == 1:
        note(db, [audit])
        return True
    known = db.execute(
        "SELECT token_id, public_key, attestation FROM person_keys WHERE token_id = ?",
        (key.token_id,),
    ).fetchone()
    return PersonKeyRow(*known) == key


def add_code(db: Connection, code: Code, now_us: int, audit: Iterable[AuditEntry] = ()) -> bool:
    """See ``Store.add_code``."""
    names = _CODE.split(", ")[1:]
    again = ", ".join(f"{name} = excluded.{name}" for name in names)
    added = db.execute(
        f"INSERT INTO codes ({_CODE}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        f" ON CONFLICT (code_id) DO UPDATE SET {again}, tries = 0, used_us = NULL"
        " WHERE codes.used_us IS NOT NULL OR codes.expires_us <= ?",
        (*astuple(code), now_us),
    )
    if added.rowcount == 0:
        return False
    note(db, audit)
    return True


def try_code(db: Connection, code_id: str, now_us: int, most_tries: int) -> Code | None:
    row = db.execute(
        "UPDATE codes SET tries = tries + 1"  # noqa: S608
        " WHERE code_id = ? AND used_us IS NULL AND expires_us > ? AND tries < ?"
        f" RETURNING {_CODE}",
        (code_id, now_us, most_tries),
    ).fetchone()
    return None if row is None else Code(*row)


def redeem(db: Connection, code: Code, grant: Grant, now_us: int) -> str | None:
    """See ``Store.redeem``."""
    used = db.execute(
        "UPDATE codes SET used_us = ?"
        " WHERE code_id = ? AND salt = ? AND used_us IS NULL AND expires_us > ?",
        (now_us, code.code_id, code.salt, now_us),
    )
    if used.rowcount == 0:
        return None
    (person_id,) = db.execute(
        "INSERT INTO people (merchant, person_id, name, role) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (merchant, name) DO UPDATE SET role = excluded.role RETURNING person_id",
        (grant.merchant, grant.person_id, grant.name, grant.role),
    ).fetchone()
    (newest_us,) = db.execute(
        "SELECT MAX(created_us) FROM grants WHERE merchant = ? AND person_id = ?",
        (grant.merchant, person_id),
    ).fetchone()
    # Which one is the newer is what ends the other, whatever the clock was set to meanwhile.
    created_us = max(grant.created_us, (newest_us or 0) + 1)
    values = astuple(replace(grant, person_id=person_id, created_us=created_us))
    db.execute(
        f"INSERT INTO grants ({_GRANT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        values,
    )
    note(db, [AuditEntry(now_us, grant.merchant, grant.token_id, "enrolled")])
    access_changed(db)
    return str(person_id)


def revoke(db: Connection, token_id: str, now_us: int, by: str) -> bool:
    """See ``Store.revoke``."""
    row = db.execute(
        "UPDATE grants SET revoked_us = ? WHERE token_id = ? AND revoked_us IS NULL"
        " RETURNING merchant",
        (now_us, token_id),
    ).fetchone()
    if row is None:
        return False
    note(db, [AuditEntry(now_us, row[0], token_id, f"revoked by {by}")])
    access_changed(db)
    return True


def note_seen(db: Connection, seen_us: Iterable[tuple[str, int]]) -> None:
    rows = [(seen, token_id) for token_id, seen in seen_us]
    db.executemany("UPDATE grants SET seen_us = ? WHERE token_id = ?", rows)
