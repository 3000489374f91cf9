"""Which access does a restored backup give? None that is known to have ended since it was made.

A backup knows tokens and webhook addresses as they were. What has ended since is read from the
databases that it replaces, as far as they can be read, and from the lists beside them (``ended``).
The address and password that Affirm uses now are taken on from there too: a webhook that is not let
in does not come again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telesales_desktop.relay import access_rows, backup, ended
from telesales_desktop.relay.access import now_us
from telesales_desktop.relay.databases import Address, refusals, shown, spool_file
from telesales_desktop.relay.operator import operator
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store import NotARelayError, StoreError
from telesales_desktop.relay.store_values import Hook


@dataclass(frozen=True, slots=True)
class Restored:
    """How many rows of what there are, and how many tokens and addresses that the backup held
    valid were ended; ``sources``: where it was read that they have ended. ``doorless``: merchants
    that have no webhook address any more; ``knows_doors``: addresses and passwords are those that
    hold now."""

    copied: Mapping[str, int]
    tokens: int
    hooks: int
    sources: Sequence[str]
    doorless: Sequence[str]
    knows_doors: bool


_State = tuple[str, int]
"""A log's epoch, and how often its access had changed: of one epoch the greater is the later."""


@dataclass(slots=True)
class _Known:
    """What the former databases tell. ``until_us``: when what has ended, by the names of ``ended``.
    ``passwords``: digests by merchant, with the state that each is of. Units: microseconds since
    1970."""

    until_us: dict[str, int] = field(default_factory=dict)
    hooks: list[Hook] = field(default_factory=list)
    passwords: list[tuple[_State, dict[str, bytes | None]]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


def listed_beside(database: Address) -> list[Address]:
    """The database itself, if there is a list beside it of one that lay in its place."""
    there = isinstance(database, Path) and ended.ended_file(database).exists()
    return [database] if there else []


def restore(
    source: Address, database: Address, formers: Sequence[Address], *, all_tokens: bool
) -> Restored:
    """A new database from a backup, without what has ended in ``formers``, without any code, and
    with ``all_tokens`` without any token. What waits in their spools waits in its own as well.

    Errors: ``NotARelayError`` if there is a relay already; ``StoreError``, also for a former
    database of which nothing can be read; ``OSError``.
    """
    if isinstance(source, Path) and not source.is_file():
        raise NotARelayError(f"{source} is not there")
    known = _learn(formers)
    tokens = hooks = 0
    knows_doors = False
    doorless: list[str] = []

    def settle(db: Any) -> None:
        nonlocal tokens, hooks, knows_doors
        passwords = _newest(known.passwords, _state(db))
        knows_doors = bool(passwords)
        tokens = _end_tokens(db, None if all_tokens else known.until_us.keys())
        hooks = _end_hooks(db, known.until_us)
        _take_on(db, known, passwords)
        doorless.extend(_doorless(db))
        db.execute("DELETE FROM codes")
        backup.note_done(db, "restored from a backup")
        if isinstance(database, Path):  # for a restore of yet another backup
            ended.merge(known.until_us, _ended_in(db))
            ended.note(ended.ended_file(database), known.until_us)
        spool = spool_file(database)
        for former in {spool_file(address) for address in formers} - {spool}:
            Spool(spool).bring(former)

    copied = backup.restore(source, database, settle)
    return Restored(copied, tokens, hooks, known.sources, doorless, knows_doors)


def _learn(formers: Sequence[Address]) -> _Known:
    """A file that is damaged or gone is passed over where its list is there."""
    known = _Known()
    for address in formers:
        listed = None
        if isinstance(address, Path):
            file = ended.ended_file(address)
            listed = ended.read(file)
            if listed is not None:
                ended.merge(known.until_us, listed)
                known.sources.append(str(file))
        try:
            with refusals(), backup.raw(address) as db:
                merchants = "moved_merchants" if backup.is_moved(address) else "merchants"
                ended.merge(known.until_us, _ended_in(db))
                known.hooks += access_rows.hooks(db)
                statement = f"SELECT merchant, basic_digest FROM {merchants}"  # noqa: S608
                known.passwords.append((_state(db), dict(db.execute(statement).fetchall())))
            known.sources.append(shown(address))
        except StoreError as refused:
            if listed is None:
                gone = isinstance(address, Path) and not address.exists()
                why = "is not there, nor is the list beside it" if gone else str(refused)
                raise StoreError(f"--former {shown(address)}: {why}") from refused
    return known


def _ended_in(db: Any) -> dict[str, int]:
    return ended.so_far(access_rows.grants(db), access_rows.hooks(db))


def _end_tokens(db: Any, names: Collection[str] | None) -> int:
    """``names`` None: all of them."""
    count = 0
    for grant in access_rows.grants(db):
        if names is None or ended.of_token(grant.token_id) in names:
            by = f"a restore ({operator()})"
            count += access_rows.revoke(db, grant.token_id, now_us(), by)
    return count


def _end_hooks(db: Any, until_us: Mapping[str, int]) -> int:
    count = 0
    for hook in access_rows.hooks(db):
        end_us = until_us.get(ended.of_hook(hook.digest))
        if end_us is not None and (hook.until_us is None or hook.until_us > end_us):
            db.execute("UPDATE hooks SET until_us = ? WHERE digest = ?", (end_us, hook.digest))
            count += 1
    return count


def _state(db: Any) -> _State:
    epoch, version = db.execute("SELECT epoch, access_version FROM log_info").fetchone()
    return epoch, version


def _newest(
    known: Sequence[tuple[_State, Mapping[str, bytes | None]]], of_backup: _State
) -> dict[str, bytes | None]:
    """Of copies of one log the latest tells, whichever was named last, and none that is older than
    the backup."""
    epochs = [epoch for (epoch, _), _ in known]
    found: dict[str, bytes | None] = {}
    for state, passwords in sorted(known, key=lambda one: (epochs.index(one[0][0]), one[0][1])):
        if state[0] != of_backup[0] or state[1] >= of_backup[1]:
            found |= passwords
    return found


def _take_on(db: Any, known: _Known, passwords: Mapping[str, bytes | None]) -> None:
    """How Affirm is let in now: addresses that came since, and the password as it was last.

    One that a former database holds valid may have ended by what another, or a list, tells.
    """
    there = {row.merchant for row in access_rows.merchants(db)}
    for hook in known.hooks:
        if hook.merchant in there:
            db.execute(
                "INSERT INTO hooks (digest, merchant, until_us) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (hook.digest, hook.merchant, known.until_us.get(ended.of_hook(hook.digest))),
            )
    for merchant, digest in passwords.items():
        db.execute("UPDATE merchants SET basic_digest = ? WHERE merchant = ?", (digest, merchant))


def _doorless(db: Any) -> list[str]:
    open_to = {
        hook.merchant
        for hook in access_rows.hooks(db)
        if hook.until_us is None or hook.until_us > now_us()
    }
    return [row.merchant for row in access_rows.merchants(db) if row.merchant not in open_to]
