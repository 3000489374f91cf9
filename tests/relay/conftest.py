from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from telesales_desktop.relay.sqlite_store import SqliteStore
from tests.relay import parts


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return parts.new_database(tmp_path)


@pytest.fixture
async def store(database: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(database)
    yield opened
    await opened.close()


@pytest.fixture
async def relay(database: Path) -> AsyncIterator[parts.InProcess]:
    async with parts.in_process(database) as running:
        yield running
