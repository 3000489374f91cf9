"""No statement of the relay's walks through a whole table: its work grows with what is asked, not with
what is kept."""

import re
import sqlite3

import pytest

from telesales_desktop.relay import log_rows, order_rows, orders, sqlite_file
from telesales_desktop.relay.store_values import AuditEntry
from telesales_desktop.relay.transaction import Transaction
from telesales_desktop.wire.orders import RecordPut
from tests.relay import parts

GROWING = "deliveries|orders|order_checkouts|order_tags|changes"
WHOLE = re.compile(rf"SCAN ({GROWING}|[dohtc])\b|SEARCH (?!merchants)\S+ .*\(merchant=\?\)")
DESK = parts.grant()


@pytest.fixture
def asked(database):
    """A connection, and every statement that was asked of it."""
    db = sqlite_file.open_file(database)
    statements = []
    db.set_trace_callback(statements.append)
    yield db, statements
    db.set_trace_callback(None)
    db.close()


def everything(db) -> None:
    """Whatever the relay does to what grows."""
    tx = Transaction(db)
    named = {"order_key": "k" * 16, "checkout_hash": "c" * 64}
    for number in range(3):
        log_rows.append_all(tx, [parts.delivery(number, **named)] * 2)
        log_rows.append_all(tx, [parts.delivery(number + 10, checkout_hash="d" * 64)])
    for seen in range(2):
        put = RecordPut(seen + 1, "live", ("c" * 64, "d" * 64)[seen:], ("e" * 64,), b"\x01")
        decide = orders.put("k" * 16, DESK, seen, put, 1)
        order_rows.change(tx, "main", "k" * 16, decide, AuditEntry(1, "main", "", "put"))
    tx.finish()
    for reader in (None, DESK.person_id):
        log_rows.read(db, "main", 1, 100, 10**6, reader)
        order_rows.read_some(db, "main", "a" * 16, 100, 10**6, reader)
    assert len(order_rows.look_up(db, "main", ["e" * 64, "f" * 64], 100)) == 1
    log_rows.prune(tx, 2, 2)
    log_rows.prune(tx, 2, 2)


def test_nothing_is_walked_through(asked, database):
    db, statements = asked
    everything(db)
    db.set_trace_callback(None)
    walked = set()
    for statement in statements:
        if re.match("SELECT|UPDATE|DELETE", statement):
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
            walked |= {(statement, step) for step in plan if WHOLE.search(step)}
    assert len(statements) > 50
    # The oldest changes are read from their beginning, up to a number.
    assert {
        step for statement, step in walked if "ORDER BY seq LIMIT 1000" not in statement
    } == set()


def test_a_walk_would_be_noticed(asked):
    db, _ = asked
    for statement in (
        "SELECT 1 FROM deliveries WHERE poison = 1",
        "SELECT order_key FROM orders o WHERE merchant = 'main' AND version = 2",
    ):
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert any(WHOLE.search(step) for step in plan), plan
    assert sqlite3.sqlite_version_info > (3, 37)
