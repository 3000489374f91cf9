import asyncio
import contextlib
import json
import sqlite3

import pytest

from telesales_desktop.relay import databases, orders
from telesales_desktop.relay import feed as feed_module
from telesales_desktop.relay.feed import Feed, TokenRevokedError
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import NO_CHAIN, Appended, AuditEntry, Head, LogPage
from telesales_desktop.wire.orders import RecordPut
from tests.relay.parts import ORDER_KEY, delivery, grant, number_of, until

LONG_S = 3600
DESK = grant()


@pytest.fixture
async def feed(store) -> Feed:
    opened = Feed(store)
    opened.learn((await store.pulse()).heads)
    return opened


async def ask(feed, after=None, *, limit=100, wait_s=0.0, who=DESK) -> dict:
    return json.loads((await feed.page(who, after, limit=limit, wait_s=wait_s)).content)


async def prune(store, before_us) -> None:
    while await store.prune(before_us, 0):
        pass


async def fill(store, *numbers) -> None:
    for number in numbers:
        await store.append(delivery(number, received_us=number * 1_000_000))


def told(page) -> list[int]:
    return [number_of(each) for each in page["changes"]]


async def test_an_empty_log_has_a_place_to_go_on_from(feed, store):
    page = await ask(feed)
    assert page == {
        "epoch": store.epoch,
        "next": f"{store.epoch}.0.{'0' * 16}",
        "gap": False,
        "more": False,
        "changes": [],
    }
    assert await ask(feed, page["next"]) == page
    await fill(store, 1)
    assert told(await ask(feed, page["next"])) == [1]


async def test_pages_follow_one_another_to_the_end(feed, store):
    await fill(store, *range(1, 8))
    seen, after = [], None
    for more in (True, True, False):
        page = await ask(feed, after, limit=3)
        assert (page["gap"], page["more"]) == (False, more)
        assert page["next"] == page["changes"][-1]["cursor"]
        seen += told(page)
        after = page["next"]
    assert seen == list(range(1, 8))
    assert (await ask(feed, after))["changes"] == []
    assert page["changes"][-1]["received_at"] == "1970-01-01T00:00:07.000000Z"


async def test_every_change_is_a_place_to_go_on_from(feed, store):
    await fill(store, 1, 2, 3)
    for number, each in enumerate((await ask(feed))["changes"], 1):
        page = await ask(feed, each["cursor"])
        assert told(page) == list(range(number + 1, 4))
        assert page["gap"] is False


async def test_a_page_is_bounded_in_size(feed, store, monkeypatch):
    monkeypatch.setattr(feed_module, "_PAGE_BYTES", 700)
    for number in range(1, 4):
        await store.append(delivery(number, size=98))
    page = await ask(feed)
    assert told(page) == [1, 2]
    assert page["more"] is True


# --- waiting ---


async def test_a_parked_poll_is_woken_at_the_commit(feed, store):
    await fill(store, 1)
    after = (await ask(feed))["next"]
    poll = asyncio.create_task(ask(feed, after, wait_s=LONG_S))
    await until(lambda: len(feed.parking))
    await fill(store, 2)
    assert told(await poll) == [2]


@pytest.mark.parametrize("role", ["agent", "supervisor"])
@pytest.mark.parametrize("count", [feed_module._MANY - 1, 50])
async def test_many_that_wait_at_one_place_read_once(feed, store, monkeypatch, role, count):
    reads = []
    real = store.read

    async def counting(*arguments):
        reads.append(arguments)
        return await real(*arguments)

    monkeypatch.setattr(store, "read", counting)
    polls = [
        asyncio.create_task(
            ask(feed, wait_s=LONG_S, who=grant(f"desk{n}", role=role, person=f"p{n}"))
        )
        for n in range(count)
    ]
    await until(lambda: len(feed.parking) == count)
    await fill(store, 1)
    assert [told(page) for page in await asyncio.gather(*polls)] == [[1]] * count
    assert len(reads) == 1
    assert told(await ask(feed)) == [1]
    assert len(reads) == 2, "a page is shared while it is read, and not kept"
    assert not feed._parked


async def test_what_is_for_one_person_is_read_by_that_person_alone(feed, store, monkeypatch):
    after = (await ask(feed))["next"]
    polls = [
        asyncio.create_task(ask(feed, after, wait_s=LONG_S, who=grant(f"desk{n}", person=f"p{n}")))
        for n in range(20)
    ]
    await until(lambda: len(feed.parking) == 20)
    readers = []

    async def remembering(*arguments):
        readers.append(arguments[-1])
        return LogPage((), 1, bytes(8), lost=False, before=NO_CHAIN)

    monkeypatch.setattr(store, "read", remembering)
    feed.announce([Appended("main", 1, bytes(8), frozenset(["p7"]))])
    await until(lambda: readers)
    assert readers == ["p7"]
    feed.parking.close()
    await asyncio.gather(*polls)


async def test_who_is_woken_reads_what_could_not_be_read_before(feed, store, monkeypatch):
    real = store.read
    faults = [StoreError("disk I/O error")]

    async def faltering(*arguments):
        if faults:
            raise faults.pop()
        return await real(*arguments)

    monkeypatch.setattr(store, "read", faltering)
    polls = [
        asyncio.create_task(ask(feed, wait_s=LONG_S, who=grant(f"desk{n}"))) for n in range(20)
    ]
    await until(lambda: len(feed.parking) == 20)
    await fill(store, 1)
    assert [told(page) for page in await asyncio.gather(*polls)] == [[1]] * 20
    assert not faults


@pytest.mark.parametrize("count", [1, feed_module._MANY])
@pytest.mark.parametrize("replica", [False, True])
async def test_what_comes_for_somebody_while_all_read_is_not_passed_over(
    feed, store, address, monkeypatch, count, replica
):
    """All are about to read what is for everybody; just then comes what is for Dana alone."""
    writer = await databases.open_store(address) if replica else store
    what = RecordPut(1, "sandbox", (), (), b"\x02" * 40)
    audit = AuditEntry(1, "main", DESK.token_id, "put", ORDER_KEY)
    await store.change_order("main", ORDER_KEY, orders.put(ORDER_KEY, DESK, 0, what, 1), audit)
    after = (await ask(feed))["next"]
    polls = [
        asyncio.create_task(ask(feed, after, wait_s=LONG_S, who=grant(f"desk{n}")))
        for n in range(count)
    ]
    await until(lambda: len(feed.parking) == count)
    real = store.read

    async def late(*arguments):
        monkeypatch.setattr(store, "read", real)
        await writer.append(delivery(2, order_key=ORDER_KEY))
        return await real(*arguments)

    monkeypatch.setattr(store, "read", late)
    await fill(store, 1)
    pages = await asyncio.gather(*polls)
    feed.learn((await store.pulse()).heads)
    for page in pages:
        assert told(page) + told(await ask(feed, page["next"])) == [1, 2]
    if replica:
        await writer.close()


async def test_patience_ends_with_an_empty_page(feed):
    page = await ask(feed, wait_s=0.001)
    assert (page["changes"], page["gap"]) == ([], False)


async def test_a_revoked_token_hears_of_it_while_it_waits(feed):
    poll = asyncio.create_task(ask(feed, wait_s=LONG_S))
    await until(lambda: len(feed.parking))
    feed.parking.revoke({DESK.token_id})
    with pytest.raises(TokenRevokedError):
        await poll


async def test_at_the_end_everybody_is_answered(feed):
    poll = asyncio.create_task(ask(feed, wait_s=LONG_S))
    await until(lambda: len(feed.parking))
    feed.parking.close()
    assert (await poll)["changes"] == []
    assert (await ask(feed, wait_s=LONG_S))["changes"] == []


async def test_a_poll_that_is_given_up_spoils_no_other(feed, store):
    await fill(store, 1)
    polls = [asyncio.create_task(ask(feed)) for _ in range(3)]
    await asyncio.sleep(0)
    polls[0].cancel()
    assert [told(page) for page in await asyncio.gather(*polls[1:])] == [[1], [1]]
    await asyncio.gather(polls[0], return_exceptions=True)


async def test_what_another_process_wrote_is_noticed(feed, store, database):
    poll = asyncio.create_task(ask(feed, wait_s=LONG_S))
    await until(lambda: len(feed.parking))
    other = await SqliteStore.open(database)
    await fill(other, 1)
    await other.close()
    feed.learn((await store.pulse()).heads)
    assert told(await poll) == [1]


async def test_a_cursor_that_another_process_gave_out_is_no_gap(feed, store, database):
    replica = await SqliteStore.open(database)
    elsewhere = Feed(replica)
    elsewhere.learn((await replica.pulse()).heads)
    await fill(replica, 1, 2)
    page = await ask(elsewhere)
    assert told(page) == [1, 2]
    assert await ask(feed, page["next"]) == {**page, "changes": []}
    await replica.close()


async def test_who_may_want_what_another_process_wrote_in_between_is_woken(feed, store, database):
    """Its change is number 1; ours, for somebody else, is 2: that there is a 1 is only seen by it."""
    replica = await SqliteStore.open(database)
    parked = asyncio.create_task(ask(feed, (await ask(feed))["next"], wait_s=LONG_S))
    await until(lambda: len(feed.parking) == 1)
    await fill(replica, 1)
    feed.announce([Appended("main", 2, bytes(8), frozenset(["psomebodyelse"]))])
    assert told(await parked) == [1]
    await replica.close()


async def test_a_database_that_cannot_be_read_is_an_error(feed, store, monkeypatch):
    await fill(store, 1)

    async def broken(*_):
        raise StoreError("disk I/O error")

    monkeypatch.setattr(store, "read", broken)
    with pytest.raises(StoreError):
        await ask(feed)


# --- gaps ---


@pytest.mark.parametrize(
    "cursor",
    [
        "{other}.1.{chain}",  # another log
        "{epoch}.3.{chain}",  # ahead of this log
        "{epoch}.999999999999999999.{chain}",
        "{epoch}.1.0000000000000000",  # the place is there, and something else is before it
        "{epoch}.0.{chain}",
        "{epoch}.1",
        "nonsense",
    ],
)
async def test_a_cursor_that_does_not_fit_gets_all_there_is(feed, store, cursor):
    await fill(store, 1, 2)
    chain = (await ask(feed))["changes"][0]["cursor"].split(".")[2]
    page = await ask(
        feed, cursor.format(other="0" * 16, epoch=store.epoch, chain=chain), wait_s=LONG_S
    )
    assert page["gap"] is True
    assert told(page) == [1, 2]
    assert (await ask(feed, page["next"]))["gap"] is False


async def test_a_gap_is_told_at_once_even_where_there_is_nothing(feed):
    page = await ask(feed, "nonsense", wait_s=LONG_S)
    assert (page["gap"], page["changes"]) == (True, [])


async def restored(database, tmp_path, before, after):
    """A log that goes on from an old copy of itself: what ``before`` and ``after`` wrote."""
    store = await SqliteStore.open(database)
    await fill(store, 1)
    await store.close()
    copy = database.read_bytes()
    store = await SqliteStore.open(database)
    await fill(store, *before)
    feed = Feed(store)
    feed.learn((await store.pulse()).heads)
    cursor = (await ask(feed))["next"]
    await store.close()
    database.write_bytes(copy)
    store = await SqliteStore.open(database)
    await fill(store, *after)
    feed = Feed(store)
    feed.learn((await store.pulse()).heads)
    page = await ask(feed, cursor)
    await store.close()
    return page


@pytest.mark.parametrize("after", [[], [4], [4, 5], [4, 5, 6, 7], [3, 2], [2, 4]])
async def test_a_restored_backup_is_noticed_wherever_it_goes_on(database, tmp_path, after):
    page = await restored(database, tmp_path, [2, 3], after)
    assert page["gap"] is True
    assert told(page) == [1, *after]


@pytest.mark.parametrize("after", [[2, 3], [2, 3, 4]])
async def test_a_backup_that_lacks_nothing_is_no_gap(database, tmp_path, after):
    page = await restored(database, tmp_path, [2, 3], after)
    assert page["gap"] is False
    assert told(page) == after[2:]


async def test_what_was_deleted_is_a_gap_for_those_who_had_not_seen_it(feed, store):
    await fill(store, 1, 2, 3)
    cursors = [each["cursor"] for each in (await ask(feed))["changes"]]
    await prune(store, 2_500_000)
    feed.learn((await store.pulse()).heads)
    assert [(await ask(feed, cursor))["gap"] for cursor in cursors] == [True, False, False]
    assert told(await ask(feed, cursors[0])) == [3]
    fresh = await ask(feed)
    assert (fresh["gap"], told(fresh)) == (True, [3])
    await prune(store, 9_000_000)
    feed.learn((await store.pulse()).heads)
    assert (await ask(feed, cursors[2]))["gap"] is False, "a quiet log is no gap"


async def test_older_knowledge_changes_nothing(feed, store):
    await fill(store, 1, 2)
    feed.learn({"main": Head(1, bytes(8), 0, NO_CHAIN)})
    assert told(await ask(feed)) == [1, 2]


async def test_news_of_a_merchant_that_nobody_knows_yet_waits_for_the_pulse(store, database):
    feed = Feed(store)
    await fill(store, 1)
    feed.learn((await store.pulse()).heads)
    assert told(await ask(feed)) == [1]


async def test_a_reader_never_skips_while_others_write(feed, store, database, caplog):
    other = await SqliteStore.open(database)
    with sqlite3.connect(database) as raw:
        assert raw.execute("SELECT count(*) FROM changes").fetchone() == (0,)
    raw.close()

    async def write(writer, numbers):
        for number in numbers:
            kept = None
            while kept is None:
                with contextlib.suppress(StoreError):  # the other one had the file for too long
                    kept = await writer.append(delivery(number))

    writing = [
        asyncio.create_task(write(store, range(1, 200))),
        asyncio.create_task(write(other, range(1000, 1200))),
    ]
    seen, after = [], None
    while not all(task.done() for task in writing) or len(seen) < 399:
        feed.learn((await store.pulse()).heads)
        page = await ask(feed, after, limit=7)
        assert page["gap"] is False
        seen += told(page)
        after = page["next"]
    await asyncio.gather(*writing)
    assert len(seen) == len(set(seen)) == 399
    await other.close()


async def go_back(store, seq) -> None:
    """As a provider takes a database back in time, or a standby takes over that knows less."""

    def cut(tx):
        for table in ("deliveries", "changes"):
            tx.db.execute(f"DELETE FROM {table} WHERE seq > ?", (seq,))
        chain = "SELECT chain FROM changes WHERE seq = ?"
        tx.db.execute(f"UPDATE merchants SET seq = ?, chain = ({chain})", (seq, seq))

    await store._write(cut)


async def read_on(feed, page) -> list[int]:
    seen = told(page)
    while page["more"]:
        page = await ask(feed, page["next"])
        seen += told(page)
    return seen


async def parked_at_the_end(feed, who=DESK) -> tuple[str, asyncio.Task[dict]]:
    after = (await ask(feed, who=who))["next"]
    before = len(feed.parking)
    poll = asyncio.create_task(ask(feed, after, wait_s=LONG_S, who=who))
    await until(lambda: len(feed.parking) == before + 1)
    return after, poll


@pytest.mark.parametrize("further", [[], [6], [6, 7, 8]])
async def test_a_log_that_goes_back_while_it_is_served_is_a_gap(feed, store, caplog, further):
    await fill(store, *range(1, 6))
    after, poll = await parked_at_the_end(feed)
    await go_back(store, 2)
    await fill(store, *further)
    await feed.look()
    page = await poll
    assert page["gap"] is True
    assert await read_on(feed, page) == [1, 2, *further]
    assert (await ask(feed, after))["gap"] is True
    assert "gone back" in caplog.text


async def test_a_log_that_has_gone_back_and_on_is_a_gap_for_who_waits(feed, store, caplog):
    """Nobody has looked in between: it is longer than before, and another one."""
    await fill(store, *range(1, 6))
    mine, others = grant("desk1", person="p1"), grant("desk2", person="p2")
    for who in (mine, others):
        what = RecordPut(1, "sandbox", (), (), b"\x02" * 40)
        key = ORDER_KEY + who.token_id
        audit = AuditEntry(1, "main", who.token_id, "put", key)
        await store.change_order("main", key, orders.put(key, who, 0, what, 1), audit)
    _, poll = await parked_at_the_end(feed, mine)
    _, unasked = await parked_at_the_end(feed, others)
    await store._write(lambda tx: tx.db.execute("DELETE FROM orders"))
    await go_back(store, 2)
    await fill(store, *range(10, 16))
    for page in await asyncio.gather(poll, unasked):
        assert page["gap"] is True
        assert await read_on(feed, page) == [1, 2, *range(10, 16)]


async def test_what_is_deleted_between_the_cursor_and_the_page_is_a_gap(feed, store):
    await fill(store, 1, 2, 3)
    first = (await ask(feed))["changes"][0]["cursor"]
    await ask(feed, first)
    await prune(store, 2_500_000)
    feed._heads["main"] = Head(3, feed._heads["main"].chain, 1, bytes.fromhex(first[-16:]))
    page = await ask(feed, first)
    assert (page["gap"], told(page)) == (True, [3])


async def test_what_the_pulse_has_told_before_is_no_other_log(feed, store, caplog):
    after, poll = await parked_at_the_end(feed)
    announced = []
    store.on_commit(announced.extend)
    await fill(store, 1)
    await feed.look()
    assert told(await poll) == [1]
    feed.announce(announced)
    store.on_commit(feed.announce)
    await fill(store, 2)
    page = await ask(feed, after)
    assert (page["gap"], told(page)) == (False, [1, 2])
    assert "gone back" not in caplog.text
