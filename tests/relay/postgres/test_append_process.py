"""Does the process that only appends do the same for PostgreSQL?"""

import asyncio

import pytest

from telesales_desktop.relay.append_process import BUSY
from telesales_desktop.relay.postgres_store import PostgresStore
from tests.relay.postgres.bases import delivery

pytestmark = pytest.mark.postgres


async def test_many_at_once_are_kept_by_the_process_and_are_news_to_others_only(relay_url, replica):
    store = await PostgresStore.open(relay_url, apart=True)
    heard = {"own": 0, "other": 0}
    for name, each in (("own", store), ("other", replica)):
        each.on_news(lambda name=name: heard.update({name: heard[name] + 1}))
    async with asyncio.timeout(60):
        while not (store.listens and replica.listens):
            await asyncio.sleep(0.02)
        store._writer.appender.takes(BUSY)
        await store._writer.appender._starting
        many = [delivery(n) for n in range(1, 1 + BUSY)]
        assert await asyncio.gather(*map(store.append, many)) == [True] * BUSY
        assert store._writer.appender._asked == 1
        while not heard["other"]:
            await asyncio.sleep(0.02)
    assert heard["own"] == 0
    page = await replica.read("main", 0, 999, 1 << 20, None)
    assert [entry.seq for entry in page.entries] == list(range(1, 1 + BUSY))
    await store.close()
