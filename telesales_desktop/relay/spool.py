"""Where do deliveries wait while the database cannot take them?"""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import shutil
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from telesales_desktop.relay.ownership import give_to_owner_of, open_beside
from telesales_desktop.relay.store_values import NewDelivery
from telesales_desktop.wire.strict_json import WireError, decode, encode

_FORMAT = 2
_BALLAST_BYTES = 4 * 1024 * 1024
Convert = Callable[[str, bytes, int, bytes], NewDelivery]
"""Makes a delivery from a line of format 1: merchant, identity, instant and content."""

_logger = logging.getLogger(__name__)


class Spool:
    """A file beside the database: one line a delivery, each synced before it counts as kept.

    A ballast file keeps room for it on a disk that others fill. Not for use by two threads at once.
    Errors: ``OSError`` from every method; a delivery whose ``put`` raised is not kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draining = path.with_name(path.name + ".draining")
        self._ballast = path.with_name(path.name + ".ballast")
        self._named = False  # the directory that names the file is synced
        self._damaged: list[bytes] = []

    def waits(self) -> bool:
        return self._path.exists() or self._draining.exists()

    def put(self, delivery: NewDelivery) -> None:
        """Keep a delivery: on the disk, synced, before this returns."""
        text = _line(delivery)
        self._ballast.unlink(missing_ok=True)
        self._named = self._named and self._path.exists()
        _append(self._path, [text])
        if not self._named:
            sync_directory(self._path.parent)
            self._named = True

    def take(self) -> list[NewDelivery]:
        """All that waits. It stays on the disk until ``done``; new ones go to a new file."""
        if not self._draining.exists():
            self._path.rename(self._draining)
        deliveries, self._damaged = [], []
        for line in _lines_of(self._draining):
            delivery = _delivery(line)
            if delivery is not None:
                deliveries.append(delivery)
            else:
                self._damaged.append(line)
        return deliveries

    def set_aside(self, refused: Sequence[NewDelivery]) -> None:
        """Keep these beside the spool, for a person: the database will never take them.

        Errors: ``OSError``.
        """
        beside = self._path.with_name(self._path.name + ".refused")
        _append(beside, [_line(each) for each in refused])
        sync_directory(self._path.parent)
        _logger.error(
            "%d spooled deliveries are for merchants that the database does not know; see %s",
            len(refused),
            beside.name,
        )

    def done(self) -> None:
        """What ``take`` answered is in the database now."""
        if self._damaged:
            # Lines that never counted as kept, unless the disk itself has lost something. Only
            # now: while the database refuses, the same lines are taken every second.
            beside = self._path.with_name(self._path.name + ".damaged")
            _append(beside, self._damaged)
            sync_directory(self._path.parent)
            _logger.error("%d spooled lines are damaged; see %s", len(self._damaged), beside.name)
        self._draining.unlink()

    def bring(self, former: Path) -> None:
        """Keep here as well what waits in another spool, which stays as it is."""
        read = [_delivery(line) for line in Spool(former)._lines()]
        waiting = [_line(delivery) for delivery in read if delivery is not None]
        if waiting:
            _append(self._path, waiting)
            sync_directory(self._path.parent)

    def _lines(self) -> list[bytes]:
        lines = []
        for path in (self._draining, self._path):
            if path.exists():
                lines += _lines_of(path)
        return lines

    def take_earlier(self, convert: Convert) -> tuple[list[NewDelivery], int]:
        """All that waits, of this format and of the one before, which was readable; and how many
        lines are damaged. It stays on the disk until ``forget``."""
        lines = self._lines()
        read = [_delivery(line) or _earlier(line, convert) for line in lines]
        taken = [delivery for delivery in read if delivery is not None]
        return taken, len(lines) - len(taken)

    def forget(self) -> None:
        """What ``take_earlier`` answered is in the database now."""
        for path in (self._draining, self._path):
            path.unlink(missing_ok=True)

    def make_room(self) -> bool:
        """Lay the ballast in, where it is not; without it a full disk spools less.

        True if it lies there whole: what comes next can be kept.
        """
        with contextlib.suppress(OSError):
            if self._ballast.exists() and self._ballast.stat().st_size == _BALLAST_BYTES:
                return True
            if shutil.disk_usage(self._path.parent).free < _BALLAST_BYTES:
                return False
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with os.fdopen(open_beside(self._ballast, flags), "wb") as ballast:
                ballast.write(os.urandom(_BALLAST_BYTES))
                ballast.flush()
                os.fsync(ballast.fileno())
            return True
        return False


def _append(path: Path, lines: Sequence[bytes]) -> None:
    """Synced when this returns; a file that is made is its owner's alone, and the service's where
    root makes it. Errors: ``OSError``."""
    # The line feed before a line ends whatever a failed write has left behind.
    text = b"".join(b"\n" + line + b"\n" for line in lines)
    file = open_beside(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        if os.fstat(file).st_size == 0:
            give_to_owner_of(path.parent, file)
        if os.write(file, text) != len(text):
            raise OSError("the disk is full")
        os.fsync(file)
    finally:
        os.close(file)


def _lines_of(path: Path) -> list[bytes]:
    with os.fdopen(open_beside(path, os.O_RDONLY), "rb") as file:
        return [line for line in file.read().split(b"\n") if line]


def _line(delivery: NewDelivery) -> bytes:
    text = encode(
        {
            "format": _FORMAT,
            "merchant": delivery.merchant,
            "identity": delivery.identity.hex(),
            "source": delivery.source,
            "order_key": delivery.order_key,
            "checkout_hash": delivery.checkout_hash,
            "poison": delivery.poison,
            "received_us": delivery.received_us,
            "content": base64.b64encode(delivery.content).decode(),
        }
    )
    return b"%08x %b" % (zlib.crc32(text), text)


def _delivery(line: bytes) -> NewDelivery | None:
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    try:
        members = decode(text)
        members.integer("format", least=_FORMAT, most=_FORMAT)
        return NewDelivery(
            merchant=members.text("merchant"),
            identity=bytes.fromhex(members.text("identity")),
            source=members.text("source"),
            order_key=members.text_or_none("order_key"),
            checkout_hash=members.text_or_none("checkout_hash"),
            poison=members.flag("poison"),
            received_us=members.integer("received_us", least=0, most=2**62),
            content=members.octets("content", most=1024 * 1024),
        )
    except (WireError, ValueError):
        return None


def _earlier(line: bytes, convert: Convert) -> NewDelivery | None:
    """A line of format 1."""
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    try:
        members = decode(text)
        members.integer("format", least=1, most=1)
        return convert(
            members.text("merchant"),
            bytes.fromhex(members.text("identity")),
            members.integer("received_us", least=0, most=2**62),
            members.octets("content", most=1024 * 1024),
        )
    except (WireError, ValueError):
        return None


def sync_directory(directory: Path) -> None:
    """What was made or renamed in it is there after a power cut. Errors: ``OSError``."""
    if os.name != "nt":  # Windows cannot, and needs not, sync a directory
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
