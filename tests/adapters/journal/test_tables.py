"""Do the tables know every word of the domain, and can nothing in them be changed unseen?"""

import re
from enum import StrEnum

import apsw
import pytest

from telesales_desktop.adapters.journal import schema, tables
from telesales_desktop.domain.money import MAX_CENTS, Country, Currency, Environment
from telesales_desktop.domain.order import OperationKind, OperationState, SendState


def words_of(statements, column):
    """The words that a column's CHECK allows."""
    for statement in statements:
        found = re.search(rf"CHECK \({column} IN\s*\(([^)]*)\)", statement)
        if found:
            return set(re.findall(r"'(\w+)'", found[1]))
    raise AssertionError(column)


@pytest.mark.parametrize(
    ("statements", "column", "words"),
    [
        (tables.ORDERS, "environment", Environment),
        (tables.ORDERS, "country", Country),
        (tables.ORDERS, "currency", Currency),
        (tables.CHECKOUTS, "state", SendState),
        (tables.CHECKOUTS, "currency", Currency),
        (tables.OPERATIONS, "kind", OperationKind),
        (tables.OPERATIONS, "state", OperationState),
    ],
)
def test_a_new_word_of_the_domain_needs_a_migration(
    statements: tuple[str, ...], column: str, words: type[StrEnum]
):
    assert words_of(statements, column) == {word.value for word in words}


def test_the_largest_amount_is_the_domains():
    assert f"total_cents BETWEEN 0 AND {MAX_CENTS}" in tables.ORDERS[0]


def test_every_table_is_strict():
    steps = (*tables.VERSION_1, *tables.VERSION_2)
    made = [s for s in steps if "CREATE TABLE" in s]
    assert len(made) == 16
    assert all("STRICT" in statement for statement in made)


def test_the_tables_of_a_released_version_are_never_edited():
    # If this fails: put the statements back and write a migration.
    connection = apsw.Connection(":memory:")
    schema.migrate(connection)
    assert schema.fingerprint(connection) == schema.FINGERPRINT
