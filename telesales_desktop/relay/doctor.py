"""Is everything in order that the relay depends on? Each answer is proved, not believed."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import http.client
import os
import secrets
import shutil
import ssl
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store import Store, StoreError
from telesales_desktop.wire.addresses import HOOK_PATH
from telesales_desktop.wire.refusal import Refusal, RefusalCode
from telesales_desktop.wire.strict_json import WireError

LEAST_FREE_BYTES = 1024**3
MOST_CLOCK_S = 5.0
"""Desks take signatures for valid within minutes; a clock that is off by more needs a look."""

LEAST_CERTIFICATE_DAYS = 14
SLOW_COMMIT_S = 0.25
_WRITES = 5
_ANSWER_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``told`` says what was seen, and what to do if it is bad."""

    what: str
    good: bool
    told: str

    def line(self) -> str:
        return f"{'ok  ' if self.good else 'FAIL'}  {self.what:15}  {self.told}"


async def examine(store: Store, spool: Path, public_url: str) -> list[Finding]:
    """Look at everything; ``spool`` is the spool's file, whether it is there or not."""
    return [await _database(store), *await _sealing(store), *await _around(spool, public_url)]


async def examine_without(why: StoreError, spool: Path, public_url: str | None) -> list[Finding]:
    """Look at everything but a database that cannot be opened; it alone knows the public address,
    if nobody gives that."""
    found = [Finding("database", False, f"cannot be opened: {why}")]
    found += await _around(spool, public_url)
    if not public_url:
        found.append(Finding("public address", False, "not known: give it with --public-url"))
    return found


async def _around(spool: Path, public_url: str | None) -> list[Finding]:
    def look() -> list[Finding]:
        return [_disk(spool.parent), _spool(spool), *(_public(public_url) if public_url else ())]

    return await asyncio.to_thread(look)


async def _database(store: Store) -> Finding:
    took = []
    try:
        for _ in range(_WRITES):
            started = time.perf_counter()
            await store.check_write()
            took.append(time.perf_counter() - started)
    except StoreError as broken:
        return Finding("database", False, f"takes no write: {broken}")
    slowest = max(took)
    told = f"takes writes; the slowest of {_WRITES} was on the disk after {slowest * 1000:.1f} ms"
    return Finding("database", slowest < SLOW_COMMIT_S, told)


async def _sealing(store: Store) -> list[Finding]:
    try:
        merchants = await store.merchants()
    except StoreError as broken:
        return [Finding("sealing key", False, f"cannot be read: {broken}")]
    return [
        Finding("sealing key", True, f"{merchant.merchant} has one")
        if merchant.sealing_key
        else Finding(
            "sealing key",
            False,
            f"{merchant.merchant} has none: its webhooks are refused; set it with: merchants seal",
        )
        for merchant in merchants
    ]


def _disk(folder: Path) -> Finding:
    """Room, and a file that is written, synced and read back where the spool would be."""
    try:
        free = shutil.disk_usage(folder).free
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
            started = time.perf_counter()
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
            synced = time.perf_counter() - started
    except OSError as refused:
        return Finding("disk", False, f"{folder} takes no file: {refused.strerror}")
    room = f"{free / 1024**3:.1f} GiB free in {folder.absolute()}"
    return Finding("disk", free >= LEAST_FREE_BYTES, f"{room}, a sync takes {synced * 1000:.1f} ms")


def _spool(spool: Path) -> Finding:
    if spool.with_name(spool.name + ".damaged").exists():
        told = f"{spool.name}.damaged holds lines that could not be read; see the operations guide"
        return Finding("spool", False, told)
    if spool.with_name(spool.name + ".refused").exists():
        told = f"{spool.name}.refused holds deliveries of merchants that the database does not know"
        return Finding("spool", False, f"{told}; see the operations guide")
    if Spool(spool).waits():
        told = "deliveries wait that are not in the database yet; is the relay running?"
        return Finding("spool", False, told)
    return Finding("spool", True, "empty")


def _public(public_url: str) -> Iterator[Finding]:
    """What Affirm meets: the address, its certificate, and how its clock and ours agree."""
    address = urlsplit(public_url)
    before = time.time()
    try:
        with contextlib.closing(_connection(public_url)) as connection:
            connection.request("GET", address.path + HOOK_PATH + secrets.token_urlsafe(16))
            answer = connection.getresponse()
            body, date = answer.read(65536), answer.getheader("date")
            socket = connection.sock
            certificate = socket.getpeercert() if isinstance(socket, ssl.SSLSocket) else None
    except (OSError, ValueError, http.client.HTTPException) as refused:
        yield Finding("public address", False, f"{public_url} does not answer: {refused}")
        return
    yield _is_ours(public_url, answer.status, body)
    if certificate:
        yield _lasts(certificate)
    if date:
        yield _clock(date, (before + time.time()) / 2)


def _connection(url: str) -> http.client.HTTPConnection:
    address = urlsplit(url)
    host = address.hostname or ""
    if address.scheme == "https":
        return http.client.HTTPSConnection(
            host, address.port, timeout=_ANSWER_TIMEOUT_S, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, address.port, timeout=_ANSWER_TIMEOUT_S)


def _is_ours(url: str, status: int, body: bytes) -> Finding:
    """An address that nobody has must be refused in the relay's own words."""
    refusal = None
    with contextlib.suppress(WireError):
        refusal = Refusal.from_json(body)
    if status == 404 and refusal is not None and refusal.code == RefusalCode.NOT_FOUND:
        return Finding("public address", True, f"{url} leads to a relay's door for webhooks")
    told = f"{url} answers {status}, and not as a relay's door for webhooks; see the proxy"
    return Finding("public address", False, told)


def _lasts(certificate: Mapping[str, object]) -> Finding:
    left_s = ssl.cert_time_to_seconds(str(certificate["notAfter"])) - time.time()
    days = int(left_s // 86400)
    return Finding("certificate", days >= LEAST_CERTIFICATE_DAYS, f"is valid for {days} more days")


def _clock(date: str, now: float) -> Finding:
    try:
        told = email.utils.parsedate_to_datetime(date).timestamp()
    except ValueError:
        return Finding("clock", False, f"the public address tells no date: {date[:40]!r}")
    # The header counts whole seconds: on average it is half a second behind.
    off_s = now - told - 0.5
    good = abs(off_s) <= MOST_CLOCK_S
    return Finding(
        "clock",
        good,
        f"{abs(off_s):.1f} s {'ahead of' if off_s > 0 else 'behind'} the public address's",
    )
