"""Does a reader see every change, however the commits of several replicas overtake each other?"""

import asyncio
import random
from collections import Counter

import pytest

from telesales_desktop.relay.postgres_commit import PostgresCommitter
from telesales_desktop.relay.postgres_store import PostgresStore
from tests.campaigns.relay_mutants import BIGSERIAL, planted
from tests.relay.postgres.bases import delivery

pytestmark = pytest.mark.postgres
WRITERS, REPLICAS, EACH = 8, 3, 25


async def lived(url: str, monkeypatch) -> tuple[list[bytes], int]:
    """Writers at several replicas, and a reader with a cursor: what it saw, and how many were kept."""
    finish = PostgresCommitter.transaction.finish

    def slowly(self) -> None:
        finish(self)  # numbers are given, and the commit may overtake another's, or be overtaken
        self.db.execute("SELECT pg_sleep(?)", (random.uniform(0, 0.01),))

    monkeypatch.setattr(PostgresCommitter.transaction, "finish", slowly)
    stores = [await PostgresStore.open(url) for _ in range(REPLICAS)]
    seen: list[bytes] = []
    done = asyncio.Event()

    async def write(writer: int) -> None:
        for number in range(EACH):
            await stores[writer % REPLICAS].append(delivery(1 + writer * EACH + number))
            await asyncio.sleep(random.uniform(0, 0.004))

    async def read() -> None:
        after = 0
        while True:
            last = done.is_set()
            page = await stores[0].read("main", after, 5, 1 << 20, None)
            seen.extend(entry.content for entry in page.entries)
            after = page.seq
            if last and not page.entries:
                return

    reading = asyncio.create_task(read())
    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
    done.set()
    await reading
    for store in stores:
        await store.close()
    return seen, WRITERS * EACH


async def test_a_reader_skips_and_repeats_nothing(relay_url, monkeypatch):
    seen, kept = await lived(relay_url, monkeypatch)
    assert len(seen) == kept
    assert set(Counter(seen).values()) == {1}


async def test_numbers_of_a_bigserial_column_are_seen_to_skip(
    relay_url, cluster, monkeypatch, caplog
):
    cluster.sql("CREATE SEQUENCE mutant_seq", relay_url.rpartition("/")[2])
    with planted(BIGSERIAL):
        seen, kept = await lived(relay_url, monkeypatch)
    assert len(set(seen)) < kept
