"""What do the commands about merchants do: their webhook addresses, passwords and sealing keys?"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from telesales_desktop.relay.access import digest, now_us
from telesales_desktop.relay.counted import counted
from telesales_desktop.relay.databases import Address, open_store
from telesales_desktop.relay.operator import operator
from telesales_desktop.relay.store import Store
from telesales_desktop.relay.store_values import AuditEntry, Merchant, WrapRow
from telesales_desktop.wire.addresses import PATH_SECRET, hook_url
from telesales_desktop.wire.sealing import MOST_WRAPS, SealingKey, fingerprint

_SHORTEST_SECRET = 16
_USER = "affirm"
_DAY_US = 24 * 3600 * 1_000_000


class UsageError(Exception):
    """The command was used in a way that cannot work; the message says what to do."""


@contextlib.asynccontextmanager
async def opened(database: Address) -> AsyncIterator[Store]:
    """A command's use of the database, beside running servers."""
    store = await open_store(database)
    try:
        yield store
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class NewMerchant:
    """What the database is to keep of a merchant, and what its operator is told once."""

    merchant: Merchant
    hook_digest: bytes
    wrap: WrapRow | None
    told: list[str]


def new_merchant(
    name: str,
    public_url: str,
    hook_secret: str | None,
    sealing_key: SealingKey | None,
    *,
    basic_auth: bool,
) -> NewMerchant:
    """Errors: ``UsageError`` for a hook secret that cannot be used."""
    secret, told = _new_hook(public_url, hook_secret)
    basic = None
    if basic_auth:
        basic, more = _new_basic()
        told += more
    if sealing_key is None:
        told += [
            "Webhooks are refused until it has a sealing key (telesales-desktop sealing-key):",
            f"telesales-relay merchants seal --merchant {name} --sealing-key KEY --database URL",
        ]
        return NewMerchant(Merchant(name, basic, None), digest(secret), None, told)
    told += ["Deliveries are sealed; desks show this fingerprint:", sealing_key.fingerprint]
    merchant = Merchant(name, basic, sealing_key.public_key)
    return NewMerchant(merchant, digest(secret), wrap_row(sealing_key), told)


def done(merchant: str, what: str, sealing_key: SealingKey | None = None) -> AuditEntry:
    """What an operator's command has done, for the audit."""
    sealed = f", sealed to {sealing_key.fingerprint}" if sealing_key else ""
    return AuditEntry(now_us(), merchant, "", f"{what} by {operator()}{sealed}")


async def chosen_merchant(store: Store, name: str | None) -> str:
    """The merchant of that name; without one, the only one. Errors: ``UsageError``."""
    known = [row.merchant for row in await store.merchants()]
    if name is None and len(known) > 1:
        raise UsageError(f"--merchant is needed: {', '.join(known)}")
    if name is not None and name not in known:
        raise UsageError(f"--merchant {name} is not known; there is {', '.join(known)}")
    return name or known[0]


async def add(
    database: Address,
    *,
    merchant: str,
    hook_secret: str | None,
    sealing_key: SealingKey | None,
    basic_auth: bool,
) -> list[str]:
    """One more merchant. Errors: ``UsageError``, ``NotARelayError``, ``StoreError``."""
    async with opened(database) as store:
        url = store.public_url
        new = new_merchant(merchant, url, hook_secret, sealing_key, basic_auth=basic_auth)
        audit = [done(merchant, "added", sealing_key)]
        if not await store.add_merchant(new.merchant, new.hook_digest, new.wrap, audit):
            raise UsageError(f"there is a merchant {merchant} already")
    return [f"Added the merchant {merchant}.", *new.told]


async def list_all(database: Address) -> list[str]:
    """Errors: ``NotARelayError``, ``StoreError``."""
    async with opened(database) as store:
        merchants, hooks = await store.merchants(), await store.hooks()
    now = now_us()
    lines = []
    for row in merchants:
        valid = [
            hook
            for hook in hooks
            if hook.merchant == row.merchant and (hook.until_us is None or hook.until_us > now)
        ]
        sealed = fingerprint(row.sealing_key) if row.sealing_key else "no sealing key"
        basic = "Basic authentication" if row.basic_digest else "no Basic authentication"
        addresses = counted(len(valid), "webhook address", "webhook addresses")
        lines.append(f"{row.merchant}  {sealed}  {addresses}  {basic}")
    return lines


async def seal(database: Address, *, merchant: str | None, sealing_key: SealingKey) -> list[str]:
    """Set a merchant's sealing key, once. Errors: ``UsageError``, and as ``add``."""
    async with opened(database) as store:
        name = await chosen_merchant(store, merchant)
        wrap = wrap_row(sealing_key)
        known = {row.wrap_id for row in await store.wraps(name)}
        if len(known | {wrap.wrap_id}) > MOST_WRAPS:
            raise UsageError(
                f"{name}'s data key is wrapped for {MOST_WRAPS} API keys already, and no desk reads"
                " more: a supervisor drops one that is not used any more"
            )
        audit = [done(name, f"sealed to {sealing_key.fingerprint}")]
        if not await store.seal(name, sealing_key.public_key, wrap, audit):
            raise UsageError(
                f"{name} has another sealing key, which is never replaced: what is sealed would be "
                "lost"
            )
    return [f"Deliveries for {name} are sealed; desks show:", sealing_key.fingerprint]


async def rotate_hook(
    database: Address, *, merchant: str | None, hook_secret: str | None, keep_days: int
) -> list[str]:
    """A new webhook address; the earlier ones end after ``keep_days``. Errors: as ``seal``."""
    async with opened(database) as store:
        name = await chosen_merchant(store, merchant)
        secret, told = _new_hook(store.public_url, hook_secret)
        if digest(secret) in {hook.digest for hook in await store.hooks()}:
            raise UsageError("--hook-secret: this one was given out already; choose another")
        ends = f"in {counted(keep_days, 'day')}" if keep_days else "now"
        audit = [done(name, f"webhook address added (earlier ones end {ends})")]
        await store.add_hook(name, digest(secret), now_us() + keep_days * _DAY_US, audit)
    return [*told, f"Earlier addresses of {name} end {ends}."]


async def hook_credentials(database: Address, *, merchant: str | None, none: bool) -> list[str]:
    """New Basic credentials for webhooks, or none. Errors: as ``seal``."""
    async with opened(database) as store:
        name = await chosen_merchant(store, merchant)
        basic, told = (None, [f"Webhooks of {name} need no Basic authentication."])
        if not none:
            basic, told = _new_basic()
            told.insert(
                0,
                f"From now on {name}'s webhooks are refused without these, and Affirm sends none of"
                " them again: have its account team set them now, or ask for none (--none) until"
                " it does. Meanwhile desks find confirmations by reading Affirm.",
            )
        what = "webhook password ended" if none else "webhook password replaced"
        await store.set_basic(name, basic, [done(name, what)])
    return told


def _new_hook(public_url: str, hook_secret: str | None) -> tuple[str, list[str]]:
    secret = secrets.token_urlsafe(32) if hook_secret is None else hook_secret
    if not PATH_SECRET.fullmatch(secret):
        raise UsageError("--hook-secret: only letters, digits, - _ and ~, at most 128")
    if len(secret) < _SHORTEST_SECRET and public_url.startswith("https:"):
        raise UsageError(f"--hook-secret: at least {_SHORTEST_SECRET} characters")
    told = [
        "Webhook address for Affirm's account team (only its hash is kept; note it now):",
        hook_url(public_url, secret),
    ]
    if public_url.startswith("http:"):
        told.append(
            "Only this machine reaches that address. Affirm needs the public one (init --public-url"
            " URL): put it in its place, and give it to serve --public-url too."
        )
    return secret, told


def _new_basic() -> tuple[bytes, list[str]]:
    password = secrets.token_urlsafe(24)
    return digest(f"{_USER}:{password}"), [
        "Webhooks must carry Basic authentication with this user name and password:",
        f"{_USER} {password}",
    ]


def wrap_row(sealing_key: SealingKey) -> WrapRow:
    return WrapRow(sealing_key.wrap_id.hex(), sealing_key.wrapped)
