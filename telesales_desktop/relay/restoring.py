"""Which access does a restored backup give? None that is known to have ended since it was made.

A backup knows tokens and webhook addresses as they were. What has ended since is read from the
databases that it replaces, as far as they can be read, and from the lists beside them (``ended``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telesales_desktop.relay import access_rows, backup, ended
from telesales_desktop.relay.access import now_us
from telesales_desktop.relay.databases import Address, refusals, shown
from telesales_desktop.relay.operator import operator
from telesales_desktop.relay.store import StoreError


@dataclass(frozen=True, slots=True)
class Restored:
    """How many rows of what there are, and how many tokens and addresses that the backup held
    valid were ended; ``sources``: where it was read that they have ended."""

    copied: Mapping[str, int]
    tokens: int
    hooks: int
    sources: Sequence[str]


def listed_beside(database: Address) -> list[Address]:
    """The database itself, if there is a list beside it of one that lay in its place."""
    there = isinstance(database, Path) and ended.ended_file(database).exists()
    return [database] if there else []


def restore(
    source: Address, database: Address, formers: Sequence[Address], *, all_tokens: bool
) -> Restored:
    """A new database from a backup, without what has ended in ``formers``, without any code, and
    with ``all_tokens`` without any token.

    Errors: ``NotARelayError`` if there is a relay already; ``StoreError``, also for a former
    database of which nothing can be read; ``OSError``.
    """
    until_us, sources = _learn(formers)
    tokens = hooks = 0

    def end(db: Any) -> None:
        nonlocal tokens, hooks
        tokens = _end_tokens(db, None if all_tokens else until_us.keys())
        hooks = _end_hooks(db, until_us)
        db.execute("DELETE FROM codes")
        backup.note_done(db, "restored from a backup")
        if isinstance(database, Path):  # for a restore of yet another backup
            ended.merge(until_us, _ended_in(db))
            ended.note(ended.ended_file(database), until_us)

    copied = backup.restore(source, database, end)
    return Restored(copied, tokens, hooks, sources)


def _learn(formers: Sequence[Address]) -> tuple[dict[str, int], list[str]]:
    """When what has ended, and where that was read. A file that is damaged or gone is passed over
    where its list is there. Units: microseconds since 1970."""
    until_us: dict[str, int] = {}
    sources = []
    for address in formers:
        listed = None
        if isinstance(address, Path):
            file = ended.ended_file(address)
            listed = ended.read(file)
            if listed is not None:
                ended.merge(until_us, listed)
                sources.append(str(file))
        try:
            with refusals(), backup.raw(address) as db:
                ended.merge(until_us, _ended_in(db))
            sources.append(shown(address))
        except StoreError as refused:
            if listed is None:
                raise StoreError(f"--former {shown(address)}: {refused}") from refused
    return until_us, sources


def _ended_in(db: Any) -> dict[str, int]:
    found = {
        ended.of_token(grant.token_id): grant.revoked_us
        for grant in access_rows.grants(db)
        if grant.revoked_us is not None
    }
    for hook in access_rows.hooks(db):
        if hook.until_us is not None:
            found[ended.of_hook(hook.digest)] = hook.until_us
    return found


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
