"""What does a measured desk stand on? A profile, its secrets, and a journal with many orders.

The orders are a floor's: most are over and archived, the rest spread over the states. Beside the
sealed journal lies the same list in a plain database, for the floor to read.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telesales_desktop.adapters.data_paths import config_root, data_root, prepare_profile_directory
from telesales_desktop.adapters.journal import orders
from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.adapters.journal.mark import FileMark
from telesales_desktop.adapters.journal.place import MARK_SUFFIX
from telesales_desktop.adapters.journal.store import JournalStore
from telesales_desktop.adapters.secret_stores import write_credentials
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.ports import Commit, Credentials, OrderFile, SecretName
from telesales_desktop.application.profile import Profile
from telesales_desktop.bootstrap import JOURNAL_FILE
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.order_state import order_state
from tests.adapters.journal.samples import KEY, details, entry, finished_order

NAME = "bench"
BATCH = 1000


class PreparedSecrets:
    """The secrets of the measured profile, at hand; implements ``SecretStore``."""

    def __init__(self) -> None:
        self._kept = {SecretName.JOURNAL_KEY: KEY, SecretName.ORDER_KEY_SECRET: KEY}

    async def read(self, profile: str, name: SecretName) -> str | None:
        if SecretName.PUBLIC_KEY not in self._kept:
            self._kept[SecretName.PUBLIC_KEY] = ""
            await write_credentials(self, measured_profile(), Credentials("PUBLIC", "PRIVATE"))
        return self._kept.get(name)

    async def write(self, profile: str, name: SecretName, value: str) -> None:
        self._kept[name] = value

    async def delete(self, profile: str, name: SecretName) -> None:
        self._kept.pop(name, None)

    async def check(self) -> str:
        return "prepared"


def measured_profile() -> Profile:
    """A desk without a relay, whose Affirm is never asked: its orders are all settled."""
    return Profile(
        name=NAME,
        environment=Environment.SIMULATOR,
        country=Country.CA,
        affirm_url="http://127.0.0.1:9",
        merchant_name="Northwind Outfitters",
        confirmation_url="https://shop.example.com/confirmed",
        cancel_url="https://shop.example.com/cancelled",
        agent="agent1",
        locale="en_CA",
    )


def order_file(number: int, count: int, *, archived: bool) -> OrderFile:
    """Order ``number`` of ``count``: captured, a minute after the one before, the last just now."""
    made = finished_order(number, archived=archived)
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    late = now - made.created_at - timedelta(minutes=count - number)
    return OrderFile(
        replace(made, created_at=made.created_at + late, updated_at=made.updated_at + late),
        details(number),
    )


def prepare(folder: Path, count: int, open_orders: int) -> Path:
    """Make profile and journal under ``folder``, to be named as ``--data-dir``; returns it."""
    ProfileFiles(config_root(folder)).save(measured_profile())
    path = prepare_profile_directory(data_root(folder), NAME) / JOURNAL_FILE
    mark = FileMark(path.with_name(path.name + MARK_SUFFIX))
    path.touch(mode=0o600)
    store = JournalStore(str(path), JournalKey(KEY), mark, read_start=path.read_bytes)
    store.open()
    with closing(sqlite3.connect(plain_path(folder))) as plain:
        plain.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g)")
        for start in range(0, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            files = [order_file(n, count, archived=n < count - open_orders) for n in numbers]
            with store._writing() as connection:
                for file in files:
                    orders.write(connection, _commit(file))
            store.checkpoint()
            plain.executemany("INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _rows(files))
            plain.commit()
    store.close()
    return folder


def plain_path(folder: Path) -> Path:
    """The plain database of the same orders."""
    return folder / "plain.db"


def _commit(file: OrderFile) -> Commit:
    number = int(file.order.order_id.removeprefix("SO-"))
    state = order_state(file.order, file.order.updated_at).value
    return Commit(file.order, 0, state, timeline=(entry(number),) * 8, details=file.details)


def _rows(files: list[OrderFile]) -> list[tuple[object, ...]]:
    return [
        (
            None,
            "Captured",
            file.order.order_id,
            file.details.customer.short_name,
            f"{file.order.total_cents / 100:.2f}",
            str(file.order.updated_at),
            "Agent",
            file.order.agent,
        )
        for file in files
    ]
