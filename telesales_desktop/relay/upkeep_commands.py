"""What do the commands about the database itself do: backup, restore, move, doctor?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from telesales_desktop.relay import backup, doctor, restoring
from telesales_desktop.relay.counted import counted
from telesales_desktop.relay.databases import Address, shown, spool_file
from telesales_desktop.relay.merchant_commands import UsageError, opened
from telesales_desktop.relay.one_server import must_not_be_served
from telesales_desktop.relay.store import NotARelayError, StoreError


class NotWellError(Exception):
    """The doctor found something; ``lines`` say what."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("something is not in order")
        self.lines = lines


async def back_up(database: Address, *, target: Path) -> list[str]:
    """Errors: ``NotARelayError`` if there is such a file already; ``StoreError``."""
    copied = await asyncio.to_thread(backup.backup, database, target)
    return [f"Backed up {shown(database)} to {target}: {_rows(copied)}."]


async def restore(
    database: Address,
    *,
    source: Path,
    formers: list[Address],
    keep_access: bool,
    end_access: bool,
) -> list[str]:
    """Errors: ``UsageError`` if nobody says what has ended since the backup; ``NotARelayError`` if
    there is a relay already; ``ServedAlreadyError``; ``StoreError``; ``OSError``."""
    listed = [] if keep_access else restoring.listed_beside(database)
    known = [*formers, *(each for each in listed if each not in formers)]
    if not (known or keep_access or end_access):
        raise UsageError(
            "what was revoked since the backup would be valid again: name the database that"
            " it replaces with --former, or else say --end-access or --keep-access"
        )
    _must_be_stopped(known)
    done = await asyncio.to_thread(
        restoring.restore, source, database, known, all_tokens=end_access
    )
    return [
        f"Restored {shown(database)} from {source}: {_rows(done.copied)}.",
        *_ended(done, keep_access=keep_access, end_access=end_access),
        *_closed(done),
        "One-time codes of the backup are not good any more; tokens given out since are not in it.",
        "Workstations will be told that changes may be missing, and read their open orders at"
        " Affirm.",
        f"Start the relay with --database {shown(database)}",
    ]


def _closed(done: restoring.Restored) -> list[str]:
    lines = []
    if not done.knows_doors:
        lines.append("Webhook addresses and passwords that were made since are not in it.")
    return lines + [
        f"{merchant} has no webhook address any more: give the one that Affirm uses to merchants"
        " rotate-hook --hook-secret."
        for merchant in done.doorless
    ]


def _ended(done: restoring.Restored, *, keep_access: bool, end_access: bool) -> list[str]:
    if end_access:
        return [f"Every token has ended ({done.tokens}): each workstation must enrol again."]
    if keep_access:
        return ["Tokens and webhook addresses are as in the backup: revoke again what was revoked."]
    addresses = counted(done.hooks, "webhook address", "webhook addresses")
    told = f"Ended since the backup, and ended here too: {counted(done.tokens, 'token')}"
    return [
        f"{told}, {addresses}; read from {', '.join(done.sources)}.",
        "What has ended elsewhere, or was not written there any more, is not known: look through"
        " tokens list.",
    ]


async def migrate(*, source: Address, target: Address) -> list[str]:
    """Errors: ``NotARelayError``, ``ServedAlreadyError``, ``StoreError``, ``OSError``; run it again
    after any of them."""
    _must_be_stopped([source])
    copied = await asyncio.to_thread(backup.move, source, target)
    spooled = await backup.bring_spool(source, target)
    return [
        f"Moved {shown(source)} to {shown(target)}: {_rows(copied)}.",
        *([f"Brought {_deliveries(spooled)} from its spool."] if spooled else []),
        f"{shown(source)} takes nothing any more. Start the relay with --database {shown(target)}",
    ]


async def examine(database: Address, *, public_url: str | None, spool: Path | None) -> list[str]:
    """Errors: ``NotWellError``; ``UsageError`` for what is no relay's database."""
    beside = spool or spool_file(database)
    try:
        async with opened(database) as store:
            found = await doctor.examine(store, beside, public_url or store.public_url)
    except NotARelayError as wrong:
        raise UsageError(str(wrong)) from None
    except StoreError as refused:
        found = await doctor.examine_without(refused, beside, public_url)
    lines = [finding.line() for finding in found]
    if not all(finding.good for finding in found):
        raise NotWellError(lines)
    return lines


def _must_be_stopped(databases: list[Address]) -> None:
    """What a relay went on taking would never reach the new database's log."""
    for each in databases:
        if isinstance(each, Path):
            must_not_be_served(each)


def _rows(copied: Mapping[str, int]) -> str:
    orders, tokens = counted(copied["orders"], "order"), counted(copied["grants"], "token")
    return f"{_deliveries(copied['deliveries'])}, {orders}, {tokens}"


def _deliveries(number: int) -> str:
    return counted(number, "delivery", "deliveries")
