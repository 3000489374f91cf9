"""Is a journal that cannot be trusted refused, with the right reason?"""

import subprocess
import sys

import apsw
import pytest

from telesales_desktop.adapters.journal import connection as connection_module
from telesales_desktop.adapters.journal import schema
from telesales_desktop.adapters.journal.connection import connect
from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal.conftest import store_at
from tests.adapters.journal.samples import KEY, OTHER_KEY, created


def problem_of(store):
    with pytest.raises(JournalError) as refused:
        store.open()
    with pytest.raises(JournalError):
        store.load_open_orders()
    return refused.value.problem


@pytest.fixture
def filled(path):
    store = store_at(path)
    store.open()
    store.commit(created(1))
    store.close()
    return path


@pytest.mark.parametrize("of", [("live", "CA"), ("simulator", "US")])
def test_orders_of_another_place_are_refused_and_stay_as_they_are(filled, of):
    assert problem_of(store_at(filled, of=of)) == "other_place"
    store = store_at(filled, of=("simulator", "CA"))
    store.open()
    assert len(store.load_open_orders()) == 1
    store.close()


def test_a_new_journal_is_of_any_place(path):
    store = store_at(path, of=("live", "CA"))
    store.open()
    assert not store.load_open_orders()
    store.close()


def test_before_it_is_opened_and_after_it_is_closed_nothing_works(path):
    store = store_at(path)
    for prepare in (lambda: None, lambda: (store.open(), store.close())):
        prepare()
        with pytest.raises(JournalError) as refused:
            store.commit(created(1))
        assert refused.value.problem == "closed"
    store.close()


def test_opening_again_lets_go_of_the_first(store):
    store.commit(created(1))
    store.open()
    assert len(store.load_open_orders()) == 1


def test_nothing_in_the_files_can_be_read(store, path):
    store.commit(created(1))
    for part in path.parent.iterdir():
        content = part.read_bytes()
        for word in (b"SQLite format", b"Marie", b"marie", b"example.com", b"orders", b"SO-000"):
            assert word not in content
    store.close()
    assert b"SQLite format" not in path.read_bytes()


@pytest.mark.parametrize("key", ["", "5a" * 31, "5A" * 32, "zz" * 32, "5a" * 33])
def test_a_key_is_64_hexadecimal_digits(key):
    with pytest.raises(JournalError) as refused:
        JournalKey(key)
    assert refused.value.problem == "wrong_key"


def test_the_key_is_never_shown():
    key = JournalKey(KEY)
    assert KEY not in repr(key)
    assert KEY not in str(key)
    assert KEY[:8] not in key.fingerprint.hex()


def test_another_key_is_told_from_damage(filled):
    assert problem_of(store_at(filled, OTHER_KEY)) == "wrong_key"


def test_another_key_is_noticed_while_the_log_is_not_moved(path):
    store = store_at(path)
    store.open()
    store.commit(created(1))
    store.let_go()
    assert problem_of(store_at(path, OTHER_KEY)) == "wrong_key"


@pytest.mark.parametrize("place", [0, 15, 16, 30, 4000])
def test_a_damaged_first_page_is_told_from_another_key(filled, place):
    _flip(filled, place)
    assert problem_of(store_at(filled)) == "damaged"


@pytest.mark.parametrize("place", [16, 30])
def test_it_is_even_without_the_mark(filled, place):
    filled.with_name("journal.db-mark").unlink()
    _flip(filled, place)
    assert problem_of(store_at(filled)) == "damaged"


def test_what_the_file_starts_with_and_the_mark_both_gone_looks_like_another_key(filled):
    filled.with_name("journal.db-mark").unlink()
    _flip(filled, 0)
    assert problem_of(store_at(filled)) == "wrong_key"


def test_a_file_that_is_gone_is_damage_while_its_mark_is_there(filled):
    filled.unlink()
    assert problem_of(store_at(filled)) == "damaged"


def test_a_log_that_is_gone_is_damage(path):
    store = store_at(path)
    store.open()
    store.commit(created(1))
    store.checkpoint()
    store.commit(created(2))
    store.let_go()
    path.with_name("journal.db-wal").unlink()
    assert problem_of(store_at(path)) == "damaged"


def test_an_old_copy_is_damage(filled):
    old = filled.read_bytes()
    store = store_at(filled)
    store.open()
    store.commit(created(2))
    store.close()
    filled.write_bytes(old)
    assert problem_of(store_at(filled)) == "damaged"


def test_a_mark_that_lags_or_is_torn_says_nothing(filled):
    mark = filled.with_name("journal.db-mark")
    behind = JournalKey(KEY).seal_mark(0)
    for content in (behind, b"", b"\0" * 32, behind[:20], JournalKey(OTHER_KEY).seal_mark(99)):
        mark.write_bytes(content)
        store = store_at(filled)
        store.open()
        store.let_go()


def test_a_mark_that_cannot_be_written_stops_nothing(filled):
    filled.with_name("journal.db-mark").unlink()
    filled.with_name("journal.db-mark").mkdir()
    store = store_at(filled)
    store.open()
    store.commit(created(2))
    store.close()


def test_a_second_program_is_told_at_once(store, path):
    other = subprocess.run(
        [sys.executable, "-c", OPEN, str(path), KEY],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert other.stdout.strip() == "locked"
    assert problem_of(store_at(path)) == "locked"
    store.commit(created(1))  # the first one is not disturbed
    store.close()
    other = subprocess.run(
        [sys.executable, "-c", OPEN, str(path), KEY], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == "1"


OPEN = """
import sys
from pathlib import Path
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal.conftest import store_at
store = store_at(Path(sys.argv[1]), sys.argv[2])
try:
    store.open()
    print(len(store.load_open_orders()))
except JournalError as error:
    print(error.problem)
"""


def test_a_later_version_is_of_a_newer_program(filled):
    _change(filled, "PRAGMA user_version = 3")
    assert problem_of(store_at(filled)) == "newer"


def test_a_missing_rule_is_damage(filled):
    _change(filled, "DROP TRIGGER audit_is_not_changed")
    assert problem_of(store_at(filled)) == "damaged"
    _change(filled, "DROP INDEX one_authorize")
    assert problem_of(store_at(filled)) == "damaged"


def test_a_missing_number_of_commits_is_damage(filled):
    _change(filled, "DELETE FROM commits")
    assert problem_of(store_at(filled)) == "damaged"


def test_a_file_of_another_program_is_not_touched(path):
    connection = connect(str(path), JournalKey(KEY))
    connection.execute("CREATE TABLE other (a)")
    connection.close()
    assert problem_of(store_at(path)) == "damaged"
    connection = connect(str(path), JournalKey(KEY))
    connection.execute("DROP TABLE other")
    connection.pragma("user_version", 3)
    connection.close()
    assert problem_of(store_at(path)) == "damaged"


def test_a_plain_database_is_not_opened(path):
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE orders (a)")
    connection.close()
    assert problem_of(store_at(path)) == "wrong_key"


def test_a_place_that_cannot_be_opened_says_so(tmp_path):
    assert problem_of(store_at(tmp_path / "none" / "journal.db")) == "read_only"
    assert problem_of(store_at(tmp_path)) == "read_only"


def test_a_file_that_may_only_be_read_is_read_only(filled, monkeypatch):
    # With real rights in test_failing_disk, where another account opens it.
    class ReadOnly(apsw.Connection):
        def readonly(self, name):
            return True

    monkeypatch.setattr(apsw, "Connection", ReadOnly)
    assert problem_of(store_at(filled)) == "read_only"


def test_a_setting_that_does_not_take_is_refused(path, monkeypatch):
    monkeypatch.setattr(connection_module, "_SETTINGS", (("synchronous", "FULL", 1),))
    assert problem_of(store_at(path)) == "io"


def test_the_settings_hold_on_the_connection(store):
    with store._reading() as connection:
        assert connection.pragma("synchronous") == 2
        assert connection.pragma("journal_mode") == "wal"
        assert connection.pragma("foreign_keys") == 1
        assert connection.pragma("secure_delete") == 1
        assert connection.pragma("cipher") == "chacha20"
        assert connection.pragma("application_id") == schema.APPLICATION_ID
        with pytest.raises(apsw.SQLError):
            connection.execute('SELECT "no such column"')


def test_the_log_becomes_short_when_it_is_moved(store, path):
    store.commit(created(1))
    assert store.log_pages > 0
    store.checkpoint()
    assert store.log_pages == 0
    store.commit(created(2))
    store.close()
    assert path.with_name("journal.db-wal").stat().st_size == 0


def _flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def _change(path, sql):
    connection = connect(str(path), JournalKey(KEY))
    connection.execute(sql)
    connection.close()
