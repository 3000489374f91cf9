"""Does a file of any version come to ours, whenever the program is stopped on the way?"""

import apsw
import pytest

from telesales_desktop.adapters.journal import orders, schema
from telesales_desktop.adapters.journal.connection import connect
from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal.conftest import store_at
from tests.adapters.journal.failing_disk import FailingDisk
from tests.adapters.journal.samples import KEY, created, new_order, step

LATER = (
    *schema.MIGRATIONS,
    (
        "ALTER TABLE orders ADD COLUMN later TEXT NOT NULL DEFAULT 'x'",
        "UPDATE orders SET later = 'y'",
        "CREATE TABLE later (a INTEGER NOT NULL) STRICT",
        "INSERT INTO later (a) SELECT id FROM orders",
    ),
    ("INSERT INTO later (a) VALUES (3)",),
)
NEWEST = len(LATER)


def versions(path, disk=None):
    """Bring the file to the later version, and tell what it then is."""
    connection = connect(str(path), JournalKey(KEY), vfs=disk and disk.cipher_name)
    try:
        schema.migrate(connection, LATER)
        return connection.pragma("user_version")
    finally:
        connection.close(True)


@pytest.fixture
def filled(path):
    store = store_at(path)
    store.open()
    for number in range(3):
        store.commit(created(number))
    store.close()
    return path


def test_a_file_of_before_keeps_everything(filled):
    assert versions(filled) == NEWEST
    connection = connect(str(filled), JournalKey(KEY))
    assert connection.execute("SELECT count(*) FROM orders WHERE later = 'y'").get == 3
    assert connection.execute("SELECT count(*) FROM later").get == 4
    connection.close()


def test_a_new_file_takes_every_step(path):
    assert versions(path) == NEWEST


def test_this_program_then_refuses_it(filled):
    versions(filled)
    with pytest.raises(JournalError) as refused:
        store_at(filled).open()
    assert refused.value.problem == "newer"


@pytest.mark.parametrize("start", ["new", "filled"])
def test_stopped_at_any_write_it_goes_on_from_there(tmp_path, start):
    number, stopped = 0, True
    while stopped:
        number += 1
        path = tmp_path / f"{number}.db"
        if start == "filled":
            store = store_at(path)
            store.open()
            store.commit(created(1))
            store.close()
        disk = FailingDisk()
        disk.fail_at("xWrite", number, apsw.SQLITE_IOERR_WRITE, lasts=True)
        try:
            versions(path, disk)
            stopped = False
        except (apsw.Error, JournalError):
            pass
        # Nothing of a step is there, or all of it.
        assert versions(path) == NEWEST
        connection = connect(str(path), JournalKey(KEY))
        assert connection.pragma("integrity_check") == "ok"
        expected = 2 if start == "filled" else 1
        assert connection.execute("SELECT count(*) FROM later").get == expected
        connection.close()
        path.unlink()
        disk.unregister()
    assert number > 10


def of_the_first_version(path):
    """A file as the first version of the program left it, with an order in it."""
    connection = connect(str(path), JournalKey(KEY))
    schema.migrate(connection, schema.MIGRATIONS[:1])
    connection.execute("BEGIN")
    orders.write(connection, created(1))
    connection.execute("COMMIT")
    connection.close()


def test_a_file_of_the_first_version_is_opened_and_can_share(path):
    of_the_first_version(path)
    store = store_at(path)
    store.open()
    (file,) = store.load_open_orders()
    assert file.order == new_order(1)
    store.commit(step(file.order, share=True))
    assert [entry.order_id for entry in store.outbox()] == [file.order.order_id]
    store.close()


def test_stopped_on_the_way_from_the_first_version_it_goes_on_from_there(tmp_path):
    number, stopped = 0, True
    while stopped:
        number += 1
        path = tmp_path / f"{number}.db"
        of_the_first_version(path)
        disk = FailingDisk()
        disk.fail_at("xWrite", number, apsw.SQLITE_IOERR_WRITE, lasts=True)
        broken = store_at(path, vfs=disk.cipher_name)
        try:
            broken.open()
            stopped = False
        except JournalError:
            pass
        broken.let_go()
        store = store_at(path)
        store.open()
        assert [file.order for file in store.load_open_orders()] == [new_order(1)]
        assert store.examine() == ()
        store.close()
        disk.unregister()
    assert number > 5


def test_the_steps_of_a_released_version_are_whole():
    assert len(schema.MIGRATIONS) == 2
    assert all(statement.strip() for step in schema.MIGRATIONS for statement in step)
