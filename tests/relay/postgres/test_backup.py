"""Does everything arrive, of one moment, and is nothing kept where nobody looks any more?"""

import asyncio
import contextlib
import itertools
import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from telesales_desktop.relay import backup, databases, postgres_connection, sqlite_file
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store import NotARelayError, StoreError
from telesales_desktop.relay.store_values import Merchant, WrapRow
from tests.relay.postgres import bases
from tests.relay.postgres.bases import delivery

pytestmark = pytest.mark.postgres
ENGINES = ("sqlite", "postgresql")
MOVES = [*itertools.permutations(ENGINES), ("sqlite", "sqlite"), ("postgresql", "postgresql")]
_NUMBERS = itertools.count(1)


@pytest.fixture
def place(tmp_path, cluster):
    """Makes the address of a database that is not there yet."""

    def new(engine: str) -> databases.Address:
        if engine == "postgresql":
            return bases.empty(cluster)
        return tmp_path / f"relay-{next(_NUMBERS)}.db"

    return new


def made(address: databases.Address) -> databases.Address:
    wrap = WrapRow("0" * 16, bytes(60))
    merchant = Merchant("main", None, bytes(32))
    databases.create(address, "https://relay.example", merchant, bytes(32), wrap)
    return address


async def keep(address: databases.Address, numbers) -> None:
    store = await databases.open_store(address)
    try:
        for number in numbers:
            await store.append(delivery(number))
    finally:
        await store.close()


async def log_of(address: databases.Address):
    """Epoch, head and content of a log, and its chain at every place."""
    store = await databases.open_store(address)
    try:
        page = await store.read("main", 0, 1 << 30, 1 << 40, None)
        chains = [await store.chain_at("main", entry.seq) for entry in page.entries]
        rows = [(entry.seq, entry.chain, entry.content) for entry in page.entries]
        return store.epoch, store.public_url, (await store.pulse()).heads["main"], rows, chains
    finally:
        await store.close()


@pytest.mark.parametrize(("source", "target"), MOVES)
def test_a_move_keeps_everything_and_every_cursor(place, source, target):
    source, target = made(place(source)), place(target)
    asyncio.run(keep(source, range(1, 1300)))
    before = asyncio.run(log_of(source))
    copied = backup.move(source, target)
    assert copied["deliveries"] == copied["changes"] == 1299
    assert asyncio.run(log_of(target)) == before
    asyncio.run(keep(target, [5, 1300]))  # one is known, one is new
    assert asyncio.run(log_of(target))[2].seq == 1300


@pytest.mark.parametrize(("source", "target"), MOVES)
def test_nothing_can_be_kept_in_what_was_moved(place, caplog, source, target):
    source, target = made(place(source)), place(target)

    async def serve_on():
        store = await databases.open_store(source)
        try:
            await store.append(delivery(1))
            await asyncio.to_thread(backup.move, source, target)
            with pytest.raises(StoreError):
                await store.append(delivery(2))
            with pytest.raises(StoreError):
                await store.read("main", 0, 10, 1000, None)
        finally:
            await store.close()

    asyncio.run(serve_on())
    assert backup.is_moved(source)
    with pytest.raises(NotARelayError, match="moved"):
        asyncio.run(databases.open_store(source))
    assert asyncio.run(log_of(target))[2].seq == 1


@pytest.mark.parametrize(("source", "target"), MOVES)
@pytest.mark.parametrize("step", ["_close_for_good", "_finish"])
def test_a_move_that_was_killed_can_be_run_again(place, monkeypatch, source, target, step):
    """Before the source is closed, or after: never are both of use, and none is lost."""
    source, target = made(place(source)), place(target)
    asyncio.run(keep(source, [1, 2]))

    def killed(*words):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(backup, step, killed)
        with pytest.raises(KeyboardInterrupt):
            backup.move(source, target)
    with pytest.raises(NotARelayError, match="not finished"):
        asyncio.run(databases.open_store(target))
    if step == "_close_for_good":
        asyncio.run(keep(source, [3]))  # the relay goes on there meanwhile
    backup.move(source, target)
    assert asyncio.run(log_of(target))[2].seq == (3 if step == "_close_for_good" else 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that is killed without a last word")
@pytest.mark.parametrize("written", [True, False])
def test_a_file_that_nobody_has_finished_is_made_anew(place, written):
    """One is there, without a table, from the first moment of a move, a restore or a backup on."""
    source, target = made(place("sqlite")), place("sqlite")
    if written:
        killed = os.fork()
        if not killed:
            with sqlite_file.new_file(target):
                os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(killed, 0)
    else:
        target.touch()
    backup.move(source, target)
    assert asyncio.run(log_of(target))[2].seq == 0


def test_a_file_that_somebody_fills_or_that_is_another_ones_stays(place):
    source, target = made(place("sqlite")), place("sqlite")
    with sqlite_file.new_file(target), pytest.raises(NotARelayError, match="already"):
        backup.backup(source, target)
    for made_by_another in ("PRAGMA user_version = 7", "CREATE TABLE a (b)"):
        other = place("sqlite")
        with contextlib.closing(sqlite3.connect(other)) as db:
            db.execute(made_by_another)
        with pytest.raises(NotARelayError, match="already"):
            backup.backup(source, other)
    text = place("sqlite")
    text.write_text("not a database")
    with pytest.raises(NotARelayError, match="already"):
        backup.backup(source, text)
    assert text.read_text() == "not a database"


def test_a_move_that_is_done_is_done(place):
    source, target = made(place("sqlite")), place("postgresql")
    backup.move(source, target)
    backup.move(source, target)
    assert asyncio.run(log_of(target))[2].seq == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_move_that_is_done_went_to_no_other_database(place, engine):
    """Run again with another target: of another relay, or one that an earlier attempt has left."""
    source, target = made(place(engine)), place(engine)
    earlier, others = place(engine), made(place(engine))
    asyncio.run(keep(source, [1]))

    def killed(*words):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backup, "_close_for_good", killed)
        with pytest.raises(KeyboardInterrupt):
            backup.move(source, earlier)
    asyncio.run(keep(source, [2]))
    backup.move(source, target)
    asyncio.run(keep(target, [3]))
    for wrong in (earlier, others):
        with pytest.raises(NotARelayError, match="was moved to another database"):
            backup.move(source, wrong)
    with pytest.raises(NotARelayError, match="not finished"):
        asyncio.run(databases.open_store(earlier))
    assert backup.move(source, target)["deliveries"] == 3
    backup.move(target, place(engine))
    with pytest.raises(NotARelayError, match="was moved: the relay's database is another one"):
        backup.move(source, target)


def test_a_move_into_a_relays_database_or_into_itself_is_refused(place):
    source, target = made(place("sqlite")), made(place("postgresql"))
    with pytest.raises(NotARelayError, match="already"):
        backup.move(source, target)
    with pytest.raises(NotARelayError, match="one database"):
        backup.move(source, source)
    asyncio.run(keep(source, [1]))
    assert asyncio.run(log_of(target))[2].seq == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_spooled_meanwhile_is_brought(place, tmp_path, monkeypatch, engine):
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    source, target = made(place(engine)), place("sqlite")
    asyncio.run(keep(source, [1]))
    backup.move(source, target)
    spool = Spool(databases.spool_file(source))
    for number in (1, 2):  # what a relay that still runs there has to do with what comes
        spool.put(delivery(number))
    assert asyncio.run(backup.bring_spool(source, target)) == 1
    assert asyncio.run(backup.bring_spool(source, target)) == 0
    assert not spool.waits()
    assert asyncio.run(log_of(target))[2].seq == 2


def test_what_came_while_the_database_refused_is_brought_too(place):
    """A relay takes its spool each second, and what comes meanwhile goes into another file."""
    source, target = made(place("sqlite")), place("sqlite")
    spool = Spool(databases.spool_file(source))
    spool.put(delivery(1))
    spool.take()
    spool.put(delivery(2))
    backup.move(source, target)
    assert asyncio.run(backup.bring_spool(source, target)) == 2
    assert not spool.waits()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_backup_is_of_one_moment_beside_a_relay_that_serves(place, engine):
    source, target = made(place(engine)), place("sqlite")

    async def serve_on():
        store = await databases.open_store(source)
        stop = asyncio.Event()

        async def press():
            numbers = itertools.count(1)
            while not stop.is_set():
                await asyncio.gather(*(store.append(delivery(next(numbers))) for _ in range(20)))

        pressing = asyncio.create_task(press())
        await asyncio.sleep(0.2)
        await asyncio.to_thread(backup.backup, source, target)
        stop.set()
        await pressing
        await store.close()

    asyncio.run(serve_on())
    epoch, _, head, rows, chains = asyncio.run(log_of(target))
    assert epoch == asyncio.run(log_of(source))[0]
    assert head.seq == rows[-1][0] == len(rows) > 0
    assert [chain for _, chain, _ in rows] == chains
    assert head.chain == chains[-1]
    assert target.stat().st_mode & 0o077 == 0
    with sqlite3.connect(target) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opened.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_restored_log_is_another_one(place, engine):
    source, kept, target = made(place(engine)), place("sqlite"), place(engine)
    asyncio.run(keep(source, [1, 2, 3]))
    backup.backup(source, kept)
    backup.restore(kept, target)
    old, new = asyncio.run(log_of(source)), asyncio.run(log_of(target))
    assert new[0] != old[0]
    assert new[1:] == old[1:]
    asyncio.run(keep(target, [4]))


@pytest.mark.parametrize(("source", "target"), [each for each in MOVES if "postgresql" in each])
@pytest.mark.parametrize("work", [backup.move, backup.backup, backup.restore])
def test_a_log_that_takes_its_time_arrives_all_the_same(place, monkeypatch, source, target, work):
    """What keeps replicas from waiting for one that is gone must not end the copying of gigabytes:
    one side is idle while the other writes, or looks at all rows."""
    source, target = made(place(source)), place(target)
    real = backup.copying.copy

    def slow(*databases):
        for db in filter(lambda db: hasattr(db, "stream"), databases):
            db.execute("SELECT pg_sleep(0.3)")
        time.sleep(0.3)
        return real(*databases)

    monkeypatch.setattr(backup.copying, "copy", slow)
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        monkeypatch.setitem(postgres_connection._SESSION, limit, "100ms")
    monkeypatch.setattr(postgres_connection, "COMMAND_TIMEOUT_S", 0.1)
    assert work(source, target)["merchants"] == 1


def test_nothing_is_overwritten(place):
    source, there = made(place("sqlite")), made(place("sqlite"))
    with pytest.raises(NotARelayError, match="already"):
        backup.backup(source, there)
    with pytest.raises(NotARelayError, match="already"):
        backup.restore(source, there)


def test_a_backup_that_cannot_be_finished_is_not_there(place, monkeypatch):
    source, target = made(place("sqlite")), place("sqlite")

    def break_off(*words):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backup.copying, "copy", break_off)
    with pytest.raises(StoreError, match="full"):
        backup.backup(source, target)
    assert not target.exists()


def test_a_row_that_did_not_arrive_is_noticed(place, monkeypatch):
    source, target = made(place("sqlite")), place("sqlite")
    asyncio.run(keep(source, [1, 2]))
    monkeypatch.setattr(
        backup.copying, "_chunks", lambda rows: ([row] for row in itertools.islice(rows, 1))
    )
    with pytest.raises(StoreError, match=r"deliveries|changes"):
        backup.backup(source, target)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("relay.db", Path("relay.db")),
        ("sqlite:///relay.db", Path("relay.db")),
        ("sqlite:////var/relay.db", Path("/var/relay.db")),
        ("postgresql://h/db", "postgresql://h/db"),
    ],
)
def test_addresses(text, address):
    assert databases.address(text) == address


@pytest.mark.parametrize("text", ["", "mysql://h/db", "sqlite://relay.db", "a\0b"])
def test_addresses_that_are_none(text):
    with pytest.raises(ValueError, match=r"must be|names no file"):
        databases.address(text)


def test_a_password_is_not_shown():
    assert databases.shown(Path("relay.db")) == "relay.db"
    told = databases.shown("postgresql://relay:secret@db.example:5432/relay")
    assert told == "postgresql://relay@db.example:5432/relay"
    assert databases.shown("postgresql:///relay") == "postgresql:///relay"
    more = "postgresql://h/relay?user=u&password=secret&sslmode=verify-full&sslpassword=secret"
    assert databases.shown(more) == "postgresql://h/relay?user=u&sslmode=verify-full"
    assert databases.shown("postgresql://h/relay?password=secret") == "postgresql://h/relay"
