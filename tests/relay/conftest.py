from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from telesales_desktop.relay import cli, databases
from telesales_desktop.relay.sql_store import SqlStore
from tests.relay import parts
from tests.relay.postgres import bases
from tests.relay.postgres_cluster import Cluster, running

# What these tests ask holds on both engines, as far as they do not look into the file itself.
ON_BOTH_ENGINES = {
    "test_desk_api",
    "test_feed",
    "test_order_api",
    "test_people_api",
    "test_shared_orders",
    "test_store",
}
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".")[2]
    of_a_file = {"database", "tmp_path"} & set(metafunc.fixturenames)
    if module in ON_BOTH_ENGINES and "engine" in metafunc.fixturenames and not of_a_file:
        metafunc.parametrize("engine", ENGINES)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running(fsync="off", full_page_writes="off") as started:
        yield started


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return parts.new_database(tmp_path)


@pytest.fixture
def address(
    engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> databases.Address:
    """The database of a relay with the merchant ``main``, in this test's engine."""
    if engine == "sqlite":
        path: Path = request.getfixturevalue("database")
        return path
    monkeypatch.setenv("STATE_DIRECTORY", str(request.getfixturevalue("tmp_path")))
    url = bases.empty(request.getfixturevalue("cluster"))
    parts.create(url)
    return url


@pytest.fixture
async def store(address: databases.Address) -> AsyncIterator[SqlStore]:
    opened = await databases.open_store(address)
    yield opened
    await opened.close()


@pytest.fixture
async def relay(address: databases.Address) -> AsyncIterator[parts.InProcess]:
    async with parts.in_process(address) as running:
        yield running


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Type a command: its status, and what it printed and complained of."""

    def type_in(*words: object) -> tuple[int, str, str]:
        try:
            status = cli.main([str(word) for word in words])
        except SystemExit as end:
            status = int(end.code or 0)
        told = capsys.readouterr()
        return status, told.out, told.err

    return type_in


@pytest.fixture
def elsewhere(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> databases.Address:
    """An address at which there is nothing yet."""
    if engine == "sqlite":
        return tmp_path / "new.db"
    return bases.empty(request.getfixturevalue("cluster"))
