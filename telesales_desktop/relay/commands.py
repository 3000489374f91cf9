"""What do the relay's one-shot commands do?"""

from __future__ import annotations

import contextlib
import secrets
import shlex
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from telesales_desktop.relay import sqlite_file
from telesales_desktop.relay.access import CODE_LIFE_S, digest, make_code, now_us
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import Merchant, Store
from telesales_desktop.wire.addresses import PATH_SECRET, hook_url
from telesales_desktop.wire.enrolment import Role

_SHORTEST_SECRET = 16
_LISTEN, _HOOK_LISTEN = "127.0.0.1:8700", "127.0.0.1:8701"


class UsageError(Exception):
    """The command was used in a way that cannot work; the message says what to do."""


def init(
    database: Path, *, public_url: str, merchant: str, hook_secret: str | None, basic_auth: bool
) -> list[str]:
    """Make a relay's database; tells its webhook address, which nobody can tell again.

    Errors: ``UsageError``; ``NotARelayError`` if there is a file already.
    """
    secret = secrets.token_urlsafe(32) if hook_secret is None else hook_secret
    if not PATH_SECRET.fullmatch(secret):
        raise UsageError("--hook-secret: only letters, digits, - _ and ~, at most 128")
    if len(secret) < _SHORTEST_SECRET and public_url.startswith("https:"):
        raise UsageError(f"--hook-secret: at least {_SHORTEST_SECRET} characters")
    user, password = "affirm", secrets.token_urlsafe(24)
    sqlite_file.create(
        database,
        public_url,
        Merchant(merchant, digest(secret), digest(f"{user}:{password}") if basic_auth else None),
    )
    told = [
        f"Made {database} for the merchant {merchant}.",
        "Webhook address for Affirm's account team (only its hash is kept; note it now):",
        hook_url(public_url, secret),
    ]
    if public_url.startswith("http:"):
        told.append("Only this machine reaches that address; Affirm needs init --public-url URL.")
    if basic_auth:
        told.append("Webhooks must carry Basic authentication with this user name and password:")
        told.append(f"{user} {password}")
    command = f"telesales-relay serve --database {shlex.quote(str(database))}"
    return [*told, "Start it with:", f"{command} --listen {_LISTEN} --hook-listen {_HOOK_LISTEN}"]


async def enrol(database: Path, *, merchant: str | None, role: Role, name: str) -> list[str]:
    """Make a one-time code; it stands alone on the last line.

    Errors: ``UsageError``, ``NotARelayError``, ``StoreError``.
    """
    async with _opened(database) as store:
        known = [row.merchant for row in await store.merchants()]
        if merchant is None and len(known) > 1:
            raise UsageError(f"--merchant is needed: {', '.join(known)}")
        if merchant is not None and merchant not in known:
            raise UsageError(f"--merchant {merchant} is not known; there is {', '.join(known)}")
        code = await make_code(store, merchant=merchant or known[0], role=role, name=name)
    told = f"One-time code for {name} ({role}), for one workstation, {CODE_LIFE_S // 60} minutes:"
    return [told, code]


async def list_tokens(database: Path) -> list[str]:
    """Every token that was ever given out, the oldest first.

    Errors: ``NotARelayError``, ``StoreError``.
    """
    async with _opened(database) as store:
        grants = await store.grants()
    rows = [("ID", "ROLE", "NAME", "WORKSTATION", "MERCHANT", "SINCE", "LAST SEEN", "STATE")]
    rows += [
        (
            grant.token_id,
            grant.role,
            grant.name,
            grant.workstation,
            grant.merchant,
            _minute(grant.created_us),
            _minute(grant.seen_us),
            "valid" if grant.revoked_us is None else f"revoked {_minute(grant.revoked_us)}",
        )
        for grant in grants
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


async def revoke_token(database: Path, token_id: str) -> list[str]:
    """End a token; servers that run notice within seconds.

    Errors: ``UsageError`` for an unknown one, ``NotARelayError``, ``StoreError``.
    """
    async with _opened(database) as store:
        revoked = await store.revoke(token_id, now_us())
    if not revoked:
        raise UsageError(f"there is no valid token {token_id}; see: telesales-relay tokens list")
    return [f"Revoked {token_id}."]


@contextlib.asynccontextmanager
async def _opened(database: Path) -> AsyncIterator[Store]:
    store = await SqliteStore.open(database)
    try:
        yield store
    finally:
        await store.close()


def _minute(instant_us: int | None) -> str:
    if instant_us is None:
        return "-"
    return datetime.fromtimestamp(instant_us / 1_000_000, UTC).strftime("%Y-%m-%d %H:%MZ")
