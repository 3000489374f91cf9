from collections.abc import AsyncIterator

import pytest

from telesales_desktop.relay.postgres_store import PostgresStore
from tests.relay.postgres import bases
from tests.relay.postgres_cluster import Cluster


@pytest.fixture
def url(cluster: Cluster) -> str:
    """A database without a table."""
    return bases.empty(cluster)


@pytest.fixture
def relay_url(url: str) -> str:
    """A relay's database with the merchants ``main`` and ``other``."""
    bases.fill(url)
    return url


@pytest.fixture
async def store(relay_url: str) -> AsyncIterator[PostgresStore]:
    opened = await PostgresStore.open(relay_url)
    yield opened
    await opened.close()


@pytest.fixture
async def replica(relay_url: str) -> AsyncIterator[PostgresStore]:
    """Another process's store on the same database."""
    opened = await PostgresStore.open(relay_url)
    yield opened
    await opened.close()
