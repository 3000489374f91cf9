"""What do the relay's one-shot commands do?"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

from telesales_desktop.relay import databases
from telesales_desktop.relay.access import CODE_LIFE_S, make_code, now_us
from telesales_desktop.relay.databases import Address
from telesales_desktop.relay.merchant_commands import (
    UsageError,
    chosen_merchant,
    done,
    new_merchant,
    opened,
)
from telesales_desktop.relay.operator import operator
from telesales_desktop.wire.enrolment import Role
from telesales_desktop.wire.sealing import SealingKey

_LISTEN, _HOOK_LISTEN = "127.0.0.1:8700", "127.0.0.1:8701"


def init(
    database: Address,
    *,
    public_url: str,
    merchant: str,
    hook_secret: str | None,
    basic_auth: bool,
    sealing_key: SealingKey | None,
) -> list[str]:
    """Make a relay's database; tells its webhook address, which nobody can tell again.

    Errors: ``UsageError``; ``NotARelayError`` if there is a file already.
    """
    new = new_merchant(merchant, public_url, hook_secret, sealing_key, basic_auth=basic_auth)
    audit = [done(merchant, "made", sealing_key)]
    databases.create(database, public_url, new.merchant, new.hook_digest, new.wrap, audit)
    command = f"telesales-relay serve --database {shlex.quote(databases.shown(database))}"
    return [
        f"Made {databases.shown(database)} for the merchant {merchant}.",
        *new.told,
        "Start it with:",
        f"{command} --listen {_LISTEN} --hook-listen {_HOOK_LISTEN}",
    ]


async def enrol(database: Address, *, merchant: str | None, role: str, name: str) -> list[str]:
    """Make a one-time code; it stands alone on the last line.

    Errors: ``UsageError``, ``NotARelayError``, ``StoreError``.
    """
    async with opened(database) as store:
        merchant = await chosen_merchant(store, merchant)
        code = await make_code(store, merchant=merchant, role=Role(role), name=name, by=operator())
    told = f"One-time code for {name} ({role}), for one workstation, {CODE_LIFE_S // 60} minutes:"
    return [told, code]


async def list_tokens(database: Address) -> list[str]:
    """Every token that was ever given out, the oldest first.

    Errors: ``NotARelayError``, ``StoreError``.
    """
    async with opened(database) as store:
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


async def revoke_token(database: Address, token_id: str) -> list[str]:
    """End a token; servers that run notice within seconds.

    Errors: ``UsageError`` for an unknown one, ``NotARelayError``, ``StoreError``.
    """
    async with opened(database) as store:
        revoked = await store.revoke(token_id, now_us(), operator())
    if not revoked:
        raise UsageError(f"there is no valid token {token_id}; see: telesales-relay tokens list")
    return [f"Revoked {token_id}."]


def _minute(instant_us: int | None) -> str:
    if instant_us is None:
        return "-"
    return datetime.fromtimestamp(instant_us / 1_000_000, UTC).strftime("%Y-%m-%d %H:%MZ")


async def list_audit(database: Address, *, merchant: str | None, limit: int) -> list[str]:
    """Who enrolled, was revoked, read and changed what; the newest first.

    Errors: ``UsageError``, ``NotARelayError``, ``StoreError``.
    """
    async with opened(database) as store:
        if merchant is not None:
            await chosen_merchant(store, merchant)
        entries = await store.audited(merchant, limit)
    return [
        "  ".join(
            (
                _second(entry.at_us),
                entry.merchant,
                entry.token_id or "-",
                entry.what + (f" ({entry.count} times)" if entry.count > 1 else ""),
                entry.order_key or "",
            )
        ).rstrip()
        for entry in entries
    ]


def _second(instant_us: int) -> str:
    return datetime.fromtimestamp(instant_us / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
