"""What is true of the store in PostgreSQL beside the protocol: replicas, collisions, lost servers."""

import asyncio
import logging

import pytest

from telesales_desktop.relay import postgres_commit, postgres_store
from telesales_desktop.relay.postgres_connection import PostgresConnection, numbered
from telesales_desktop.relay.postgres_store import PostgresStore
from telesales_desktop.relay.store import NotARelayError, StoreError
from tests.relay.postgres.bases import EPOCH, delivery

pytestmark = pytest.mark.postgres


async def until(condition) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never happened")


async def stored(store) -> list[bytes]:
    page = await store.read("main", 0, 1000, 1 << 20, None)
    return [entry.content for entry in page.entries]


def test_places_for_values_are_numbered():
    assert numbered("SELECT ? WHERE a = ? AND b IN (?)") == "SELECT $1 WHERE a = $2 AND b IN ($3)"


async def test_it_knows_its_log(store):
    assert (store.epoch, store.public_url) == (EPOCH, "https://relay.example")


async def test_a_database_that_is_not_a_relays_is_refused(url):
    with pytest.raises(NotARelayError):
        await PostgresStore.open(url)


async def test_many_at_once_are_numbered_without_a_gap(store):
    news = []
    store.on_commit(news.extend)
    numbers = [*range(1, 61), *range(1, 21)]
    merchants = ["main", "other"]
    results = await asyncio.gather(
        *(store.append(delivery(number, merchant)) for number in numbers for merchant in merchants)
    )
    assert sum(results) == 120
    for merchant in merchants:
        assert [each.seq for each in news if each.merchant == merchant] == list(range(1, 61))


async def test_what_one_replica_keeps_the_other_hears_of(store, replica):
    heard = []
    replica.on_news(lambda: heard.append(1))
    own = []
    store.on_news(lambda: own.append(1))
    await until(lambda: replica.listens and store.listens)
    await store.append(delivery(1))
    await until(lambda: heard)
    assert (await replica.pulse()).heads["main"].seq == 1
    assert own == []  # it knows what it has done itself


async def test_a_repetition_at_another_replica_is_one(store, replica):
    results = await asyncio.gather(
        *(each.append(delivery(number)) for number in range(1, 30) for each in (store, replica))
    )
    assert sum(results) == 29
    assert len(await stored(store)) == 29


async def test_one_that_cannot_be_kept_does_not_harm_the_others(store, caplog):
    bad = delivery(2, source="web\0hook")  # PostgreSQL's texts have no such character
    results = await asyncio.gather(
        store.append(delivery(1)), store.append(bad), store.append(delivery(3)),
        return_exceptions=True,
    )  # fmt: skip
    assert results[0] is True
    assert results[2] is True
    assert isinstance(results[1], StoreError)
    assert len(await stored(store)) == 2


async def test_a_merchant_that_is_not_there_is_a_fault_of_that_one(store, caplog):
    results = await asyncio.gather(
        store.append(delivery(1)), store.append(delivery(2, "nobody")), return_exceptions=True
    )
    assert isinstance(results[1], StoreError)
    assert await stored(store) == [b for b in await stored(store) if b]


async def test_a_transaction_that_collided_is_done_again(store):
    collisions = [1, 1]

    def job(tx):
        tx.db.execute("UPDATE log_info SET write_checks = write_checks + 1")
        if collisions:
            collisions.pop()
            raise postgres_commit.asyncpg.DeadlockDetectedError("deadlock detected")
        return "done"

    assert await store._write(job) == "done"
    (checks,) = await store._read(
        lambda db: db.execute("SELECT write_checks FROM log_info").fetchone()
    )
    assert checks == 1


async def test_one_that_collides_for_ever_is_refused(store, caplog):
    def job(tx):
        raise postgres_commit.asyncpg.DeadlockDetectedError("deadlock detected")

    with pytest.raises(StoreError, match="deadlock"):
        await store._write(job)
    await store.check_write()


async def test_it_goes_on_after_the_server_was_gone(store, cluster, caplog):
    await store.append(delivery(1))
    cluster.stop("immediate")
    try:
        with pytest.raises(StoreError):
            await store.append(delivery(2))
        with pytest.raises(StoreError):
            await store.pulse()
    finally:
        cluster.start()
    assert await store.append(delivery(1)) is False
    assert await store.append(delivery(2)) is True
    assert (await store.pulse()).heads["main"].seq == 2
    assert "the database refuses a write" in caplog.text


async def test_it_listens_again_when_its_connection_was_lost(
    store, replica, relay_url, monkeypatch, caplog
):
    monkeypatch.setattr(postgres_store, "_LISTEN_AGAIN_S", 0.01)
    heard = []
    replica.on_news(lambda: heard.append(1))
    await until(lambda: replica.listens)

    def cut():
        db = PostgresConnection(relay_url)
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
        db.close()

    await asyncio.to_thread(cut)
    await until(lambda: not replica.listens)
    await until(lambda: replica.listens)
    await store.append(delivery(1))
    await until(lambda: heard)


async def test_it_goes_on_listening_where_it_cannot_connect(monkeypatch, caplog):
    monkeypatch.setattr(postgres_store, "_LISTEN_AGAIN_S", 0.01)
    store = PostgresStore("postgresql://relay@127.0.0.1:1/relay")
    with caplog.at_level(logging.WARNING):
        store.on_news(lambda: None)
        await until(lambda: caplog.text.count("cannot be heard") > 1)
    await store.close()


async def test_a_waiting_lock_of_another_process_ends_in_an_error(
    store, relay_url, monkeypatch, caplog
):
    other = await asyncio.to_thread(PostgresConnection, relay_url)

    def hold():
        other.script("BEGIN; SELECT 1 FROM merchants FOR UPDATE")

    await asyncio.to_thread(hold)
    monkeypatch.setattr(postgres_commit, "_TRIES", 1)
    await store.check_write()
    await store._write(lambda tx: tx.db.execute("SET lock_timeout = '50ms'"))
    with pytest.raises(StoreError):
        await store.append(delivery(1))
    await asyncio.to_thread(other.close)
    assert await store.append(delivery(1)) is True
