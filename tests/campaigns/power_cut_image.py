"""What may a disk hold after the power was cut? What was synced, and any part of the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.campaigns.recorded_disk import Entry, Name, Promise, Sync, Truncate, Write

SECTOR = 512
"""What a disk writes whole or not at all (bytes)."""

Change = Write | Truncate


@dataclass
class _File:
    synced: bytes = b""
    pending: list[Change] = field(default_factory=list)
    sectors: list[list[Change]] = field(default_factory=list)  # of each pending change


class Disk:
    """The disk as it is known to be, and what is still on its way to it."""

    def __init__(self) -> None:
        self._files: dict[int, _File] = {}
        self._names: dict[str, int] = {}
        self._pending_names: list[Name] = []
        self.promise = Promise(0, 0)

    def take(self, entry: Entry) -> None:
        """Go one step on in the log."""
        match entry:
            case Write() | Truncate():
                file = self._file(entry.file)
                file.pending.append(entry)
                file.sectors.append(_sectors(entry))
            case Sync():
                file = self._file(entry.file)
                file.synced = _applied(file.synced, file.pending)
                file.pending.clear()
                file.sectors.clear()
                if entry.with_folder:
                    self._sync_names()
            case Name():
                self._pending_names.append(entry)
                if entry.with_folder:
                    self._sync_names()
            case Promise():
                self.promise = entry

    def cut(self, chance: Random) -> dict[str, bytes]:
        """One of the states that the disk may be found in: contents by name.

        A file of which nothing was on its way is the same object each time.
        """
        names = dict(self._names)
        for change in _some(self._pending_names, chance):
            names[change.name] = change.file
        return {
            name: _cut_file(self._file(number), chance) for name, number in names.items() if number
        }

    def _file(self, number: int) -> _File:
        return self._files.setdefault(number, _File())

    def _sync_names(self) -> None:
        for change in self._pending_names:
            self._names[change.name] = change.file
        self._pending_names.clear()


def _some(changes: list[Name], chance: Random) -> list[Name]:
    if chance.random() < 0.5:
        return changes[: chance.randint(0, len(changes))]
    return [change for change in changes if chance.random() < 0.5]


def _nothing(file: _File, chance: Random) -> list[Change]:
    return []


def _everything(file: _File, chance: Random) -> list[Change]:
    return file.pending


def _up_to_some_sector(file: _File, chance: Random) -> list[Change]:
    upto = chance.randrange(len(file.pending))
    torn = file.sectors[upto]
    return file.pending[:upto] + torn[: chance.randint(0, len(torn))]


def _any_sectors(file: _File, chance: Random) -> list[Change]:
    share = chance.choice((0.1, 0.5, 0.9))
    return [s for of_one in file.sectors for s in of_one if chance.random() < share]


def _any_sectors_in_any_order(file: _File, chance: Random) -> list[Change]:
    kept = _any_sectors(file, chance)
    chance.shuffle(kept)
    return kept


_WAYS: tuple[Callable[[_File, Random], list[Change]], ...] = (
    _nothing,
    _everything,
    _up_to_some_sector,
    _any_sectors,
    _any_sectors_in_any_order,
)


def _cut_file(file: _File, chance: Random) -> bytes:
    if not file.pending:
        return file.synced
    return _applied(file.synced, chance.choice(_WAYS)(file, chance))


def _sectors(change: Change) -> list[Change]:
    """The sectors that a write consists of, each with its part of the data."""
    if isinstance(change, Truncate):
        return [change]
    start, end = change.offset, change.offset + len(change.data)
    parts: list[Change] = []
    at = start
    while at < end:
        until = min(end, at - at % SECTOR + SECTOR)
        parts.append(Write(change.file, at, change.data[at - start : until - start]))
        at = until
    return parts


def _applied(content: bytes, changes: list[Change]) -> bytes:
    if not changes:
        return content
    made = bytearray(content)
    for change in changes:
        if isinstance(change, Truncate):
            del made[change.size :]
            continue
        if len(made) < change.offset:
            made.extend(bytes(change.offset - len(made)))  # a hole reads as zeros
        made[change.offset : change.offset + len(change.data)] = change.data
    return bytes(made)
