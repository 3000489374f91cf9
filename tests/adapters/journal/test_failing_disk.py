"""Does a disk that is full, read-only or broken cost nothing but the write that met it?"""

import os
import subprocess
import sys

import apsw
import pytest

from telesales_desktop.application.ports import Cursor, SearchQuery
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal.conftest import DAMAGE, store_at
from tests.adapters.journal.failing_disk import FailingDisk
from tests.adapters.journal.samples import KEY, created, delivery, new_order, order_id, step

FAILURES = {
    "full": ("xWrite", apsw.SQLITE_FULL),
    "write": ("xWrite", apsw.SQLITE_IOERR_WRITE),
    "sync": ("xSync", apsw.SQLITE_IOERR_FSYNC),
    "read": ("xRead", apsw.SQLITE_IOERR_READ),
    "truncate": ("xTruncate", apsw.SQLITE_IOERR_TRUNCATE),
    "open": ("xOpen", apsw.SQLITE_CANTOPEN),
    "delete": ("xDelete", apsw.SQLITE_IOERR_DELETE),
}
PROBLEMS = {"full": {"full"}, "open": {"read_only"}}


def live(store):
    """Writes of every sort; yields after each what is promised from then on."""
    store.open()
    yield "opened"
    for number in range(1, 4):
        store.commit(created(number))
        yield number
    store.take_in([delivery(1)], merchant="m", cursor=Cursor("e", "1"))
    yield "delivery"
    store.checkpoint()
    yield "checkpoint"
    change = step(new_order(1), agent="late")
    store.commit(change)
    yield "step"
    store.search(SearchQuery(text="marie"))
    yield "search"
    store.close()
    yield "closed"


def run(store):
    """What was promised before something failed, and the failure."""
    promised = []
    try:
        for done in live(store):
            promised.append(done)
    except JournalError as error:
        return promised, error
    return promised, None


def count_calls(tmp_path):
    disk = FailingDisk()
    promised, error = run(store_at(tmp_path / "whole.db", vfs=disk.cipher_name))
    assert error is None
    assert promised[-1] == "closed"
    return disk.calls


def demand_whole(path, promised):
    """Everything promised is there, nothing half, and all of it holds."""
    store = store_at(path)
    store.open()
    there = {f.order.order_id for f in store.load_open_orders()}
    assert {order_id(p) for p in promised if isinstance(p, int)} <= there
    assert ("delivery" not in promised) or len(store.unapplied_deliveries()) == 1
    assert (store.cursor("m") is None) == (store.unapplied_deliveries() == ())
    assert ("step" not in promised) or store.load_order(order_id(1)).order.agent == "late"
    assert store.examine() == ()
    store.commit(created(50))
    store.close()


@pytest.mark.parametrize("lasts", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("failure", FAILURES)
def test_whichever_call_fails_nothing_promised_is_lost(tmp_path, failure, lasts):
    call, code = FAILURES[failure]
    total = count_calls(tmp_path)[call]
    assert total > 0
    noticed = 0
    # A long run takes every call; otherwise the many writes are taken one in three.
    for number in range(1, total + 1, 1 if DAMAGE or total < 40 else 3):
        path = tmp_path / f"{number}.db"
        disk = FailingDisk()
        disk.fail_at(call, number, code, lasts=lasts)
        store = store_at(path, vfs=disk.cipher_name)
        promised, error = run(store)
        assert disk.failed > 0
        if error is not None:
            noticed += 1
            assert error.problem in PROBLEMS.get(failure, {"io"})
            assert error.__cause__ is not None
        _demand_spent(store, disk, error)
        store.let_go()
        disk.heal()
        demand_whole(path, promised)
        path.unlink()
        disk.unregister()
    # SQLite may get by without a file that it only wanted to be rid of.
    assert noticed > (0 if failure != "delete" else -1)


def _demand_spent(store, disk, error):
    """After an error of the disk the handle touches it no more."""
    if error is None or error.problem in ("full", "closed"):
        return
    before = dict(disk.calls)
    for use in (lambda: store.commit(created(9)), store.load_open_orders, store.checkpoint):
        with pytest.raises(JournalError) as refused:
            use()
        assert refused.value.problem in (error.problem, "closed")
    store.close()
    assert disk.calls == before


def test_a_commit_that_met_a_full_disk_works_when_there_is_room(tmp_path):
    disk = FailingDisk()
    store = store_at(tmp_path / "journal.db", vfs=disk.cipher_name)
    store.open()
    store.commit(created(1))
    for number in range(1, 20):
        disk.fail_at("xWrite", number, apsw.SQLITE_FULL, lasts=True)
        with pytest.raises(JournalError) as refused:
            store.commit(created(2))
        assert refused.value.problem == "full"
        assert store.load_order(order_id(2)) is None
    disk.heal()
    store.commit(created(2))
    assert store.examine() == ()
    store.close()


def test_a_sync_that_failed_is_not_tried_again_on_the_same_handle(tmp_path):
    disk = FailingDisk()
    store = store_at(tmp_path / "journal.db", vfs=disk.cipher_name)
    store.open()
    disk.fail_at("xSync", 1, apsw.SQLITE_IOERR_FSYNC)
    with pytest.raises(JournalError):
        store.commit(created(1))
    store.close()
    assert disk.calls["xSync"] == 1
    store.open()  # a new handle reads what is there
    store.commit(created(2))
    assert store.examine() == ()
    store.close()


def test_a_log_that_cannot_be_moved_stays_and_is_used(tmp_path):
    disk = FailingDisk()
    store = store_at(tmp_path / "journal.db", vfs=disk.cipher_name)
    store.open()
    store.commit(created(1))
    disk.fail_at("xWrite", 1, apsw.SQLITE_FULL)
    with pytest.raises(JournalError) as refused:
        store.checkpoint()
    assert refused.value.problem == "full"
    assert store.log_pages > 0
    store.commit(created(2))
    disk.fail_at("xWrite", 1, apsw.SQLITE_FULL)
    with pytest.raises(JournalError):
        store.close()
    demand_whole(tmp_path / "journal.db", [1, 2])


WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal.conftest import DAMAGE, store_at
path = Path(sys.argv[1])
store = store_at(path, sys.argv[2])
if os.getuid() == 0:
    os.setuid(65534)
try:
    store.open()
    print("opened")
except JournalError as error:
    print(error.problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights are other ones there")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_without_the_right_to_write_it_is_read_only(tmp_path, what):
    folder = tmp_path / "place"
    folder.mkdir()
    path = folder / "journal.db"
    store = store_at(path)
    store.open()
    store.commit(created(1))
    store.close()
    path.with_name("journal.db-wal").unlink()  # to be made anew, in that folder
    for part in folder.iterdir():
        part.chmod(0o444 if what == "file" else 0o666)
    folder.chmod(0o777 if what == "file" else 0o555)
    # Another account must be able to walk to the file.
    for parent in folder.parents[: len(folder.parents) - 1]:
        if os.stat(parent).st_uid == os.getuid() and not os.stat(parent).st_mode & 0o001:
            parent.chmod(0o711)
    try:
        told = subprocess.run(
            [sys.executable, "-c", WITHOUT_RIGHTS, str(path), KEY],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    finally:
        folder.chmod(0o755)
    assert told.stdout.strip() == "read_only"
