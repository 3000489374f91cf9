import asyncio
import base64
import hashlib
import sqlite3
import time
from dataclasses import replace
from random import Random

import pytest

from telesales_desktop.relay import log_rows, sqlite_file, sqlite_store
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import NotARelayError, StoreError
from telesales_desktop.relay.store_values import NO_CHAIN, AuditEntry, Code, Head, Merchant, Pulse
from telesales_desktop.relay.transaction import MOST_ROWS, Transaction
from tests.relay import parts
from tests.relay.parts import PERSON, delivery, grant

BIG = 10**9


def chained(*deliveries) -> bytes:
    chain = NO_CHAIN
    for each in deliveries:
        chain = hashlib.sha256(chain + each.identity).digest()[:8]
    return chain


async def seqs(store, *, merchant="main", after=0, reader=None) -> list[int]:
    page = await store.read(merchant, after, 999, BIG, reader)
    return [entry.seq for entry in page.entries]


async def test_it_knows_itself(store, database, tmp_path):
    assert store.public_url == parts.PUBLIC_URL
    assert len(store.epoch) == 16
    (tmp_path / "other").mkdir()
    other = await SqliteStore.open(parts.new_database(tmp_path / "other"))
    assert other.epoch != store.epoch
    await other.close()


async def test_what_is_kept_is_read_in_order_with_its_chain(store):
    first, second = delivery(1, received_us=5), delivery(2, received_us=3)
    assert await store.append(first) is True
    assert await store.append(second) is True
    page = await store.read("main", 0, 10, BIG, None)
    assert [(entry.seq, entry.chain, entry.received_us) for entry in page.entries] == [
        (1, chained(first), 5),
        (2, chained(first, second), 3),
    ]
    assert [entry.kind for entry in page.entries] == ["delivery", "delivery"]
    assert base64.b64encode(first.content) in page.entries[0].content
    assert (page.seq, page.chain, page.lost) == (2, chained(first, second), False)
    assert await seqs(store, after=1) == [2]
    assert await seqs(store, after=2) == []
    assert await store.chain_at("main", 1) == chained(first)
    assert await store.chain_at("main", 3) is None
    assert await store.pulse() == Pulse(2, {"main": Head(2, chained(first, second), 0, NO_CHAIN)})


async def test_what_comes_again_is_kept_once_and_counted(store, database):
    assert [await store.append(delivery(1)) for _ in range(3)] == [True, False, False]
    assert await store.append(delivery(2)) is True
    assert await seqs(store) == [1, 2]
    with sqlite3.connect(database) as raw:
        assert raw.execute("SELECT seq, repeats FROM deliveries ORDER BY seq").fetchall() == [
            (1, 2),
            (2, 0),
        ]
    raw.close()


async def test_many_at_once_are_as_one_after_the_other(store, tmp_path):
    (tmp_path / "other").mkdir()
    single = await SqliteStore.open(parts.new_database(tmp_path / "other"))
    chance = Random(7)
    wanted = [
        delivery(chance.randrange(150), checkout_hash=chance.choice((None, "c" * 64)))
        for _ in range(3 * MOST_ROWS)
    ]
    told = await asyncio.gather(*(store.append(each) for each in wanted))
    assert told == [await single.append(each) for each in wanted]
    assert await store.pulse() == await single.pulse()
    assert await seqs(store) == list(range(1, sum(told) + 1))
    await single.close()


async def test_a_delivery_for_nobody_is_refused_alone(store):
    told = await asyncio.gather(
        *(
            store.append(delivery(n, merchant=name))
            for n, name in enumerate(["main", "no", "main"])
        ),
        return_exceptions=True,
    )
    assert told[::2] == [True, True]
    assert isinstance(told[1], StoreError)
    assert await seqs(store) == [1, 2]


async def test_rows_of_merchants_are_locked_in_one_order(store, monkeypatch):
    """Replicas that lock them in different orders wait for each other until PostgreSQL undoes one."""
    locked = []
    real = Transaction.lock
    monkeypatch.setattr(
        Transaction, "lock", lambda tx, merchant: locked.append(merchant) or real(tx, merchant)
    )
    names = [f"m{number:02}" for number in range(40)]
    appends = [store.append(delivery(merchant=name)) for name in reversed(names)]
    await asyncio.gather(*appends, return_exceptions=True)
    assert locked == names


async def test_a_page_ends_at_its_count_and_at_its_size(store):
    for number in range(1, 6):
        await store.append(delivery(number))
    size = len((await store.read("main", 0, 1, BIG, None)).entries[0].content)
    for limit, most_bytes, ends in ((2, BIG, 2), (10, size * 2, 2), (10, 1, 1), (10, BIG, 5)):
        page = await store.read("main", 0, limit, most_bytes, None)
        assert [entry.seq for entry in page.entries] == list(range(1, ends + 1))
        assert (page.seq, page.chain) == (ends, page.entries[-1].chain)


async def test_writers_at_once_share_commits_without_a_gap(store):
    announced = []
    store.on_commit(lambda entries: announced.append([entry.seq for entry in entries]))
    kept = await asyncio.gather(*(store.append(delivery(n % 150)) for n in range(200)))
    assert sum(kept) == 150
    assert [seq for entries in announced for seq in entries] == list(range(1, 151))
    assert len(announced) < 150


async def test_news_is_announced_before_the_writer_is_told(store):
    order = []
    store.on_commit(lambda entries: order.append("announced"))
    await store.append(delivery())
    order.append("told")
    assert order == ["announced", "told"]


async def test_each_merchant_counts_for_itself(store, database):
    assert await store.add_merchant(Merchant("other", None, None), b"digest", None)
    assert await store.append(delivery(1))
    assert await store.append(delivery(1, merchant="other"))
    assert await seqs(store, merchant="other") == [1]
    assert [row.merchant for row in await store.merchants()] == ["main", "other"]


async def test_a_write_at_fault_harms_no_other(store, caplog):
    results = await asyncio.gather(
        store.append(delivery()),
        store.append(delivery(merchant="nobody")),
        store.append(delivery()),
        return_exceptions=True,
    )
    assert results[0] is True
    assert isinstance(results[1], StoreError)
    assert results[2] is True


async def test_two_processes_write_one_sequence(store, database):
    other = await SqliteStore.open(database)
    await asyncio.gather(*(each.append(delivery()) for each in (store, other) * 20))
    assert await seqs(other) == list(range(1, 41))
    await other.close()


async def test_a_refused_write_is_an_error_and_the_next_one_works(
    store, database, monkeypatch, caplog
):
    await store.append(delivery(1))
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_S", 0)
    store._writer._writer.drop()
    locker = sqlite3.connect(database, isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        await store.append(delivery(2))
    locker.execute("ROLLBACK")
    locker.close()
    assert await store.append(delivery(2)) is True


async def test_a_full_disk_is_an_error_and_keeps_what_was_kept(store, database, caplog):
    await store.append(delivery(1))

    def full():
        connection = sqlite_file.open_file(database)
        connection.execute("PRAGMA max_page_count = 1")  # it never shrinks: no page more
        return connection

    store._writer._writer.drop()
    store._writer._writer._connect = full
    writes = [store.append(delivery(number, size=4000)) for number in range(2, 20)]
    refused = await asyncio.gather(*writes, return_exceptions=True)
    assert {str(each) for each in refused} == {"database or disk is full"}
    store._writer._writer._connect = lambda: sqlite_file.open_file(database)
    assert await store.append(delivery(20)) is True
    assert await seqs(store) == [1, 2]


async def test_a_damaged_file_is_an_error(database, caplog):
    store = await SqliteStore.open(database)
    await store.append(delivery(1))
    await store.close()
    whole = database.read_bytes()
    database.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with pytest.raises(StoreError, match="malformed"):
        await SqliteStore.open(database)


async def test_a_broken_read_is_an_error_and_the_next_one_works(store, monkeypatch, caplog):
    class Broken:
        def execute(self, *_):
            raise sqlite3.OperationalError("disk I/O error")

        def close(self):
            pass

    monkeypatch.setattr(store, "_connect", Broken)
    await asyncio.get_running_loop().run_in_executor(
        store._readers, lambda: store._drop(getattr(store._local, "db", None))
    )
    with pytest.raises(StoreError, match="I/O"):
        await store.grants()
    monkeypatch.undo()
    assert await store.grants() == []


@pytest.mark.parametrize("content", [b"", b"hello" * 1000])
async def test_another_file_is_not_opened(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(NotARelayError, match="not a relay's"):
        await SqliteStore.open(tmp_path / "file")


async def test_a_missing_file_is_not_made(tmp_path):
    with pytest.raises(NotARelayError, match="telesales-relay init"):
        await SqliteStore.open(tmp_path / "file")
    assert not (tmp_path / "file").exists()


async def test_another_version_is_named(database):
    with sqlite3.connect(database) as raw:
        raw.execute("PRAGMA user_version = 9")
    raw.close()
    with pytest.raises(NotARelayError, match="of version 9, not 2"):
        await SqliteStore.open(database)


async def test_a_file_that_cannot_be_used_now_is_no_verdict_on_it(database, monkeypatch):
    def no_luck(path):
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(sqlite_store, "open_file", no_luck)
    with pytest.raises(StoreError) as raised:
        await SqliteStore.open(database)
    assert not isinstance(raised.value, NotARelayError)


def test_only_its_owner_reads_the_file(database):
    assert database.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_over(database, tmp_path):
    with pytest.raises(NotARelayError, match="there already"):
        sqlite_file.create(database, "", Merchant("main", None, None), b"", None)
    with pytest.raises(NotARelayError, match="cannot be made"):
        sqlite_file.create(tmp_path / "no" / "file", "", Merchant("main", None, None), b"", None)


def test_a_commit_is_synced_before_it_returns(database):
    connection = sqlite_file.open_file(database)
    pragmas = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    ]
    connection.close()
    assert pragmas == ["wal", 2, 1]


# --- retention ---


async def test_what_is_too_old_is_deleted(store, monkeypatch):
    sent = [delivery(n, received_us=at) for n, at in enumerate([10, 20, 90, 30, 95], 1)]
    for each in sent:
        await store.append(each)
    while await store.prune(50, 0):
        pass
    assert await seqs(store) == [3, 5], "the fourth came too late to be kept for long"
    head = (await store.pulse()).heads["main"]
    assert head == Head(5, chained(*sent), 2, chained(*sent[:2]))
    assert [(await store.read("main", after, 9, BIG, None)).lost for after in (2, 3, 4)] == [
        True,
        True,
        False,
    ]
    monkeypatch.setattr(log_rows, "_AT_ONCE", 2)
    assert [await store.prune(999, 0) for _ in range(4)] == [2, 2, 1, 0]
    head = (await store.pulse()).heads["main"]
    assert (head.seq, head.pruned_seq, head.chain) == (5, 5, head.pruned_chain)
    await store.append(delivery(6))
    assert await seqs(store) == [6]


# --- access ---

CODE = Code("K7Q", "main", "agent", "Dana R.", b"salt", b"digest", expires_us=1000)


async def test_a_code_is_good_for_a_few_tries(store):
    await store.add_code(CODE)
    assert [await store.try_code("K7Q", 999, 3) for _ in range(4)] == [CODE, CODE, CODE, None]
    assert await store.try_code("ABC", 0, 3) is None


async def test_a_code_has_its_time(store):
    await store.add_code(CODE)
    assert await store.try_code("K7Q", 1000, 3) is None
    assert await store.redeem(CODE, grant(), 1000) is None
    assert await store.grants() == []


async def test_a_code_is_redeemed_once_however_many_ask(store):
    await store.add_code(CODE)
    grants = [grant(f"token{n}") for n in range(50)]
    done = await asyncio.gather(*(store.redeem(CODE, each, 1) for each in grants))
    assert [person for person in done if person] == [PERSON]
    assert await store.grants() == [grants[done.index(PERSON)]]
    assert await store.try_code("K7Q", 1, 3) is None
    assert (await store.pulse()).access_version == 3


async def test_another_code_of_the_same_beginning_is_not_used_up(store):
    await store.add_code(CODE)
    assert await store.add_code(replace(CODE, salt=b"another"), now_us=1000) is True
    assert await store.redeem(CODE, grant(), 1) is None


async def test_a_code_that_is_good_still_is_not_replaced(store):
    audit = [AuditEntry(1, "main", "", "made")]
    assert await store.add_code(CODE, audit, now_us=1) is True
    assert await store.add_code(replace(CODE, salt=b"another"), audit, now_us=999) is False
    assert len(await store.audited(None, 9)) == 1
    assert await store.try_code("K7Q", 999, 3) == CODE
    assert await store.redeem(CODE, grant(), 999) == PERSON
    assert await store.add_code(CODE, now_us=999) is True


async def test_a_token_is_revoked_once(store):
    await store.add_code(CODE)
    await store.redeem(CODE, grant(), 1)
    await store.note_seen({"abcdefghij": 7, "unknown": 8})
    assert await store.revoke("abcdefghij", 9, "") is True
    assert await store.revoke("abcdefghij", 10, "") is False
    assert await store.revoke("unknown", 10, "") is False
    assert await store.grants() == [replace(grant(), seen_us=7, revoked_us=9)]
    assert (await store.pulse()).access_version == 4


async def test_the_check_writes(store, database):
    await store.check_write()
    with sqlite3.connect(database) as raw:
        assert raw.execute("SELECT write_checks FROM log_info").fetchone() == (1,)
    raw.close()


async def test_closing_finishes_what_waits(database):
    store = await SqliteStore.open(database)
    writes = [asyncio.ensure_future(store.append(delivery())) for _ in range(2500)]
    await asyncio.sleep(0)
    await store.close()
    assert all(await asyncio.gather(*writes))
    again = await SqliteStore.open(database)
    assert (await again.pulse()).heads["main"].seq == 2500
    await again.close()


async def test_a_writer_that_gave_up_waiting_is_passed_over(store):
    write = asyncio.ensure_future(store.append(delivery(1)))
    await asyncio.sleep(0)
    write.cancel()
    time.sleep(0.05)  # the commit happens meanwhile
    assert await store.append(delivery(2))
    assert (await store.pulse()).heads["main"].seq == 2
