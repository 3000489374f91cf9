"""What access has ended beside a database, so that no backup of it brings that back?

A SQLite file has a list beside it (``relay.db.ended``): a line for each token and webhook address
that was ended, synced before the database is told; a new list begins with all that had ended
before. Of a token only a hash of its id rests there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from telesales_desktop.relay.ownership import give_to_owner_of, open_beside
from telesales_desktop.relay.spool import sync_directory
from telesales_desktop.relay.store_values import Grant, Hook

_LINE = re.compile(rb"([0-9a-f]{64}) ([0-9]{1,19})")


def ended_file(database: Path) -> Path:
    return database.with_name(database.name + ".ended")


def of_token(token_id: str) -> str:
    return hashlib.sha256(b"token|" + token_id.encode()).hexdigest()


def of_hook(digest: bytes) -> str:
    return hashlib.sha256(b"hook|" + digest).hexdigest()


def so_far(grants: Iterable[Grant], hooks: Iterable[Hook]) -> dict[str, int]:
    """What has ended of these, and when. Units: microseconds since 1970."""
    tokens = {of_token(each.token_id): each.revoked_us for each in grants}
    addresses = {of_hook(each.digest): each.until_us for each in hooks}
    return {name: at_us for name, at_us in (tokens | addresses).items() if at_us is not None}


def note(file: Path, until_us: Mapping[str, int]) -> None:
    """Keep when each of these ends; on the disk, synced, before this returns.

    Units: ``until_us`` microseconds since 1970. Errors: ``OSError``: they may not be kept.
    """
    # The line feed before a line ends whatever a failed write has left behind.
    text = b"".join(b"\n%b %d\n" % (name.encode(), at_us) for name, at_us in until_us.items())
    if not text:
        return
    new = not file.exists()
    stay = getattr(os, "O_NOFOLLOW", 0)
    opened = open_beside(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | stay)
    try:
        if new:
            give_to_owner_of(file.parent, opened)
        if os.write(opened, text) != len(text):
            raise OSError("the disk is full")
        os.fsync(opened)
    finally:
        os.close(opened)
    sync_directory(file.parent)  # also where an earlier note made the file, and then failed


def read(file: Path) -> dict[str, int] | None:
    """When each ended; None without a file. A line that a crash has cut is passed over: what it
    was to say had not been acknowledged.

    Units: microseconds since 1970. Errors: ``OSError``.
    """
    with contextlib.suppress(FileNotFoundError):
        found: dict[str, int] = {}
        for line in file.read_bytes().split(b"\n"):
            if read_line := _LINE.fullmatch(line):
                merge(found, {read_line[1].decode(): int(read_line[2])})
        return found
    return None


def merge(known: dict[str, int], more: Mapping[str, int]) -> None:
    """The earliest end of each stands."""
    for name, until_us in more.items():
        known[name] = min(until_us, known.get(name, until_us))
