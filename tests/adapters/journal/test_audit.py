"""Does the audit record tell everything that happened to an operation, and every edit?"""

import random
from dataclasses import replace

import pytest

from telesales_desktop.adapters.journal.audit import AuditBreak
from telesales_desktop.domain.order import OperationKind, OperationState
from tests.adapters.journal.conftest import parts
from tests.adapters.journal.samples import (
    DAY,
    created,
    finished_order,
    new_order,
    operation,
    sent,
    step,
)

COLUMNS = [
    *("n", "at", "actor", "order_id", "operation_id", "kind", "amount_cents", "key", "sends"),
    *("from_state", "to_state", "verdict", "prev_hash", "hash"),
]
EDITS = 300


def planned():
    return operation(1, 1, OperationKind.AUTHORIZE)


def live_through(store):
    """Planned, sent, unknown, doubted, sent again, done."""
    before = new_order(1, operations=(planned(),))
    store.commit(created(1, order=before))
    first = sent(planned())
    lost = replace(first, state=OperationState.UNKNOWN)
    doubted = replace(lost, verdict="already_authorized")
    again = sent(doubted, verdict="")
    settled = replace(again, state=OperationState.DONE, verdict="TXN1", settled_at=DAY)
    for made in (first, lost, doubted, again, again, settled):
        change = step(before, operations=(made,))
        store.commit(change)
        before = change.order


def entries(store):
    with store._reading() as connection:
        return connection.execute(
            "SELECT operation_id, from_state, to_state, sends, verdict FROM audit ORDER BY n"
        ).fetchall()


def test_every_change_is_one_entry(store):
    live_through(store)
    name = planned().operation_id
    assert entries(store) == [
        (name, "", "planned", 0, ""),
        (name, "planned", "sent", 1, ""),
        (name, "sent", "unknown", 1, ""),
        (name, "unknown", "unknown", 1, "already_authorized"),
        (name, "unknown", "sent", 2, ""),
        (name, "sent", "done", 2, "TXN1"),
    ]
    assert store.verify_audit() == ()


def test_an_empty_record_holds(store):
    assert store.verify_audit() == ()


def test_no_customer_is_named(store):
    live_through(store)
    with store._reading() as connection:
        told = repr(connection.execute("SELECT * FROM audit").fetchall()).casefold()
    assert "marie" not in told
    assert "example.com" not in told


@pytest.fixture
def tampered(store):
    """A journal whose walls were taken down, as somebody with the key could."""
    live_through(store)
    store.commit(created(2, order=finished_order(2, archived=False)))
    with store._writing() as connection:
        for trigger in (
            "audit_is_not_changed",
            "audit_is_not_shortened",
            "operations_are_kept",
            "operations_do_not_go_back",
            "operations_stay_what_they_are",
        ):
            connection.execute(f"DROP TRIGGER {trigger}")
    return store


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE audit SET actor = 'x' WHERE n = 2", AuditBreak(2, "edited", "SO-000001/1")),
        ("DELETE FROM audit WHERE n = 2", AuditBreak(2, "missing")),
        ("DELETE FROM audit WHERE n = 1", AuditBreak(1, "missing")),
        (
            "UPDATE audit SET prev_hash = zeroblob(32) WHERE n = 3",
            AuditBreak(3, "chain", "SO-000001/1"),
        ),
        ("DELETE FROM audit WHERE n >= 6", AuditBreak(5, "operation", "SO-000001/1")),
        ("DELETE FROM audit", AuditBreak(0, "operation", "SO-000001/1")),
        (
            "UPDATE operations SET verdict = 'x' WHERE order_row = (SELECT min(id) FROM orders)",
            AuditBreak(6, "operation", "SO-000001/1"),
        ),
        (
            "DELETE FROM operations WHERE order_row = (SELECT min(id) FROM orders)",
            AuditBreak(6, "operation", "SO-000001/1"),
        ),
    ],
)
def test_it_tells_where_it_breaks(tampered, sql, expected):
    with tampered._writing() as connection:
        connection.execute(sql)
    assert tampered.verify_audit()[0] == expected
    assert any("audit" in problem for problem in tampered.examine())


def test_an_edit_with_its_hash_made_anew_breaks_the_chain_behind_it(tampered):
    from telesales_desktop.adapters.journal import audit

    with tampered._writing() as connection:
        *values, prev_hash, _ = connection.execute("SELECT * FROM audit WHERE n = 2").fetchone()
        values[2] = "somebody else"
        connection.execute(
            "UPDATE audit SET actor = ?, hash = ? WHERE n = 2",
            (values[2], audit._hash(prev_hash, tuple(values))),
        )
    assert tampered.verify_audit() == (AuditBreak(3, "chain", "SO-000001/1"),)


@pytest.mark.parametrize("part", parts(EDITS))
def test_random_edits_all_show(tampered, chance, part):
    """One value or one row of the record, or of the operations it speaks of."""
    for _ in range(EDITS):
        with tampered._reading() as connection:
            connection.execute("BEGIN")
            _edit(connection, chance)
        assert tampered.verify_audit() != ()
        with tampered._reading() as connection:
            connection.execute("ROLLBACK")
    assert tampered.verify_audit() == ()


def _edit(connection, chance: random.Random):
    n = chance.randint(1, connection.execute("SELECT count(*) FROM audit").get)
    kind = chance.randrange(4)
    if kind == 0:
        connection.execute("DELETE FROM audit WHERE n = ?", (n,))
    elif kind == 1:
        column = chance.choice(["kind", "amount_cents", "key", "state", "sends", "verdict"])
        new = {"amount_cents": 7, "sends": 9, "state": "refused", "kind": "refund"}.get(column, "x")
        row = chance.choice(
            connection.execute("SELECT order_row, operation_id FROM operations").fetchall()
        )
        connection.execute(
            f"UPDATE operations SET {column} = ? WHERE order_row = ? AND operation_id = ?",
            (new, *row),
        )
    elif kind == 2:
        m = n % connection.execute("SELECT count(*) FROM audit").get + 1
        columns = ", ".join(COLUMNS[1:])
        taken = connection.execute(f"SELECT {columns} FROM audit WHERE n = ?", (m,)).fetchone()
        changes = ", ".join(f"{c} = ?" for c in COLUMNS[1:])
        connection.execute(f"UPDATE audit SET {changes} WHERE n = ?", (*taken, n))
    else:
        column = chance.choice(COLUMNS[1:])
        old = connection.execute(f"SELECT {column} FROM audit WHERE n = ?", (n,)).get
        connection.execute(f"UPDATE audit SET {column} = ? WHERE n = ?", (_other(old, chance), n))


def _other(old, chance):
    if isinstance(old, int):
        return old + chance.choice([-1, 1, 1000])
    if isinstance(old, bytes):
        place = chance.randrange(len(old))
        return old[:place] + bytes([old[place] ^ (1 << chance.randrange(8))]) + old[place + 1 :]
    return old[:-1] if old and chance.random() < 0.5 else old + chance.choice("xyz")
