"""Does the store stay quick however long it is open, and does it examine everything?"""

import weakref
from dataclasses import replace

import apsw
import pytest

from telesales_desktop.adapters.journal.connection import connect
from telesales_desktop.adapters.journal.examination import find_problems
from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.application.ports import Cursor, Draft, SearchQuery
from telesales_desktop.domain.order import OperationKind
from tests.adapters.journal.samples import (
    DAY,
    KEY,
    checkout,
    created,
    delivery,
    finished_order,
    new_order,
    operation,
    step,
)


def test_no_cursor_lives_while_another_one_is_made(store):
    """apsw 3.54.0 never forgets a cursor that an older one outlives: every later statement then
    looks through all of those, and the program becomes slower all day."""
    alive = []

    def make(connection):
        assert not [cursor for cursor in (ref() for ref in alive) if cursor is not None]
        cursor = apsw.Cursor(connection)
        alive.append(weakref.ref(cursor))
        return cursor

    store._connection.cursor_factory = make
    before = new_order(
        1, checkouts=(checkout(1),), operations=(operation(1, 1, OperationKind.AUTHORIZE),)
    )
    store.save_draft(Draft("d", {}, DAY))
    store.take_in([delivery(1), delivery(2)], merchant="m", cursor=Cursor("e", "1"))
    store.commit(created(1, order=before, drop_draft="d", applied_delivery=delivery(1).delivery_id))
    store.commit(step(before, agent="other"))
    for query in (
        SearchQuery(),
        SearchQuery(text="jean 12", states=("waiting", "x"), agent="agent1"),
        SearchQuery(text="415 555"),
        SearchQuery(text="je", states=("waiting",)),
    ):
        store.search(query)
    store.load_open_orders()
    store.load_order(before.order_id)
    store.timeline(before.order_id)
    store.drafts()
    store.unapplied_deliveries()
    store.verify_audit()
    assert store.examine() == ()
    assert len(alive) > 50


DAMAGES = {
    "DROP TRIGGER orders_do_not_go_back; UPDATE orders SET version = 99": "orders do not agree",
    "UPDATE orders SET agent = 'x'": "orders do not agree",
    "UPDATE checkouts SET superseded = 1": "checkouts do not agree",
    "UPDATE operations SET actor = 'x'": "operations do not agree",
    "DELETE FROM operations; DELETE FROM audit": "operations do not agree",
    "UPDATE order_bodies SET body = '{}'": "damaged",
    "UPDATE order_bodies SET format = 99": "newer",
    "DELETE FROM order_bodies": "has no body",
    "UPDATE order_details SET body = '{}'": "details of row",
    "DELETE FROM order_details": "has no details",
    "UPDATE search_text SET people = 'someone else'": "search index",
    "INSERT INTO timeline VALUES (NULL, 1, 1, 's', 'k', '{}')": "belongs to no order",
    "UPDATE audit SET actor = 'x'": "audit entry 1: edited",
}
WALLS = ("operations_are_kept", "audit_is_not_changed", "audit_is_not_shortened")


@pytest.mark.parametrize(("sql", "told"), DAMAGES.items())
def test_what_does_not_hold_is_found(store, sql, told):
    store.commit(created(1, order=finished_order(1)))
    with store._reading() as connection:
        connection.pragma("foreign_keys", False)
        for wall in WALLS:
            connection.execute(f"DROP TRIGGER {wall}")
        connection.execute(sql)
    problems = store.examine()
    assert any(told in problem for problem in problems), problems
    with pytest.raises(Exception, match="damaged"):
        store.commit(created(2))


def test_a_page_that_does_not_read_is_found(store, path):
    for number in range(20):
        store.commit(created(number))
    store.close()
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    store.open()
    assert store.examine() != ()


def test_rows_that_do_not_agree_are_not_loaded(store):
    store.commit(created(1))
    with store._reading() as connection:
        connection.execute("UPDATE orders SET version = version + 1")
    with pytest.raises(Exception, match="damaged"):
        store.load_open_orders()
    store.open()
    with pytest.raises(Exception, match="damaged"):
        store.load_order(new_order(1).order_id)


def test_an_index_that_does_not_hold_is_found(store, path):
    store.commit(created(1, order=new_order(1, archived=True)))
    store.close()
    connection = connect(str(path), JournalKey(KEY))
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 0)
    connection.pragma("writable_schema", True)
    connection.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, 'archived = 0', 'archived = 1')"
        " WHERE name = 'orders_open'"
    )
    connection.close()
    connection = connect(str(path), JournalKey(KEY))
    assert any("integrity" in problem for problem in find_problems(connection))
    connection.close()


def test_a_step_can_be_repeated_exactly(store):
    store.commit(created(1))
    same = replace(step(new_order(1)), order=new_order(1))
    store.commit(same)
    store.commit(same)
    assert store.examine() == ()
