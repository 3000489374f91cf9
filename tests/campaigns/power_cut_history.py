"""What did the journal live through, and how is one that was found after a cut compared with it?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import apsw

from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.adapters.journal.mark import FileMark
from telesales_desktop.adapters.journal.store import JournalStore
from telesales_desktop.application.ports import Cursor, Draft
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import Operation, OperationKind, OperationState, Order
from tests.adapters.journal.samples import (
    DAY,
    KEY,
    checkout,
    created,
    delivery,
    done,
    entry,
    new_order,
    operation,
    sent,
    step,
)
from tests.campaigns.recorded_disk import Log, Name, Promise, RecordedDisk, RecordedMark

NAME = "journal.db"
ACTIONS = 40

_CONTENT = (
    "SELECT order_id, state, version, body FROM orders JOIN order_bodies ON order_row = id",
    "SELECT * FROM order_details",
    "SELECT * FROM checkouts",
    "SELECT * FROM operations",
    "SELECT * FROM timeline",
    "SELECT * FROM audit",
    "SELECT * FROM inbox",
    "SELECT * FROM cursors",
    "SELECT * FROM drafts",
    "SELECT * FROM meta",
    "SELECT * FROM search_text",
)


@dataclass(frozen=True)
class History:
    """A recorded life: what went to the disk, and what the journal held after each commit."""

    log: Log
    held: dict[int, Held]


class BrokenError(Exception):
    """What was found after a cut is not what was promised. ``kind``: ``lost`` or ``corrupt``."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind


@dataclass(frozen=True)
class Held:
    """What the journal held after a commit: every page, and its rows in a few bytes."""

    pages: tuple[bytes, ...]
    rows: bytes


def pages_of(connection: apsw.Connection) -> tuple[bytes, ...]:
    """Every page as it reads, without what the cipher keeps at the end of each."""
    image = connection.serialize("main")
    size, kept = int.from_bytes(image[16:18], "big"), image[20]
    return tuple(image[at : at + size - kept] for at in range(0, len(image), size))


def rows_of(connection: apsw.Connection) -> bytes:
    """Every row of every table, in a few bytes."""
    made = hashlib.blake2b(digest_size=16)
    for query in _CONTENT:
        made.update(repr(connection.execute(query).fetchall()).encode())
    return made.digest()


def record(folder: Path, seed: int, synchronous: str) -> History:
    """Live through some forty actions on a recorded disk, from the making of the file on."""
    log = Log()
    path = folder / NAME
    path.touch()
    log.entries.append(Name(NAME, log.make(NAME), with_folder=True))
    disk = RecordedDisk(log)
    store = JournalStore(
        str(path),
        JournalKey(KEY),
        RecordedMark(path.with_name(f"{NAME}-mark"), log),
        read_start=path.read_bytes,
        vfs=disk.cipher_name,
    )
    life = _Life(store, log, Random(seed), synchronous)
    life.open()
    for _ in range(ACTIONS):
        life.act()
    store.let_go()
    disk.unregister()
    for part in folder.iterdir():
        part.unlink()
    return History(log, life.held)


def compare(folder: Path, history: History, promise: Promise) -> int:
    """Open what was found and compare; the number of commits that are there.

    Errors: ``BrokenError``.
    """
    path = folder / NAME
    store = JournalStore(
        str(path),
        JournalKey(KEY),
        FileMark(path.with_name(f"{NAME}-mark")),
        read_start=path.read_bytes,
    )
    try:
        store.open()
        with store._reading() as connection:
            commits = connection.execute("SELECT n FROM commits").fetchone()[0]
            if commits < promise.commits:
                raise BrokenError("lost", f"{commits} of {promise.commits} commits")
            if commits > promise.begun:
                raise BrokenError("corrupt", f"{commits} commits, {promise.begun} begun")
            _demand(connection, history.held[commits])
    except JournalError as error:
        kind = "lost" if "commits are missing" in str(error) else "corrupt"
        raise BrokenError(kind, str(error)) from error
    finally:
        store.let_go()
    return int(commits)


def _demand(connection: apsw.Connection, held: Held) -> None:
    """Every page is what it was, or (for a file made anew) holds the same and holds together.

    The pages of the recorded life passed ``integrity_check``: the same pages pass it too.
    """
    if pages_of(connection) == held.pages:
        return
    told = connection.pragma("integrity_check")
    if told != "ok":
        raise BrokenError("corrupt", f"integrity_check: {told}")
    if rows_of(connection) != held.rows:
        raise BrokenError("corrupt", "the rows are not what they were")


class _Life:
    """Actions by chance, through the store as the program uses it."""

    def __init__(self, store: JournalStore, log: Log, chance: Random, synchronous: str) -> None:
        self._store = store
        self._log = log
        self._chance = chance
        self._synchronous = synchronous
        self._orders: list[Order] = []
        self._open_deliveries: list[str] = []
        self._count = 0
        self._commits = 0
        self.held: dict[int, Held] = {}

    def open(self) -> None:
        self._store.open()
        assert self._store._connection is not None
        self._store._connection.pragma("synchronous", self._synchronous)
        self._note()

    def act(self) -> None:
        kind = self._chance.randrange(12)
        if kind == 0:
            self._store.checkpoint()
        elif kind == 1 and self._chance.random() < 0.4:
            self._store.close()
            self.open()
        else:
            self._log.entries.append(Promise(self._commits, self._commits + 1))
            self._write()()
            self._commits += 1
            self._note()
        if self._store.log_pages > 60:
            self._store.checkpoint()

    def _note(self) -> None:
        connection = self._store._connection
        assert connection is not None
        assert connection.pragma("integrity_check") == "ok"
        self._log.entries.append(Promise(self._commits, self._commits))
        self.held[self._commits] = Held(pages_of(connection), rows_of(connection))

    def _write(self) -> Callable[[], None]:
        self._count += 1
        n = self._count
        kind = self._chance.randrange(10)
        if kind == 0:
            number = self._chance.randrange(3)
            draft = Draft(f"d{number}", {"note": "n" * self._chance.randrange(2000)}, DAY)
            return lambda: self._store.save_draft(draft)
        if kind == 1:
            return lambda: self._store.delete_draft("d1")
        if kind == 2:
            return lambda: self._store.set_meta("name", str(n))
        if kind in (3, 4):
            taken = [delivery(10 * n + i) for i in range(self._chance.randrange(3))]
            self._open_deliveries += [one.delivery_id for one in taken]
            place = Cursor("e", str(n))
            return lambda: self._store.take_in(taken, merchant="m", cursor=place)
        applied = self._open_deliveries.pop() if self._open_deliveries else ""
        if kind == 5 or not self._orders:
            order = new_order(n)
            self._orders.append(order)
            commit = created(n, applied_delivery=applied)
        else:
            place_of = self._chance.randrange(len(self._orders))
            before = self._orders[place_of]
            commit = replace(
                step(before, "moved", **_next(before)),
                applied_delivery=applied,
                timeline=(entry(n),),
            )
            self._orders[place_of] = commit.order
        return lambda: self._store.commit(commit)


def _next(order: Order) -> dict[str, object]:
    """The order one step on: link, authorize, capture, and refunds for ever."""
    number = int(order.order_id[3:])
    if not order.checkouts:
        return {"checkouts": (checkout(number),)}
    operations = order.operations
    if operations and not operations[-1].settled:
        return {"operations": (*operations[:-1], _moved(operations[-1]))}
    kinds = (OperationKind.AUTHORIZE, OperationKind.CAPTURE)
    count = len(operations)
    kind = kinds[count] if count < len(kinds) else OperationKind.REFUND
    amount = 92_400 if count < len(kinds) else 100
    made = operation(number, count + 1, kind, amount_cents=amount)
    return {"operations": (*operations, made)}


def _moved(made: Operation) -> Operation:
    if made.state is OperationState.PLANNED:
        return sent(made)
    return replace(done(replace(made, sends=0)), sends=made.sends)
