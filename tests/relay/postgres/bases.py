"""Databases of a test's own in the tests' PostgreSQL, and what goes into them."""

import itertools

from telesales_desktop.relay import access_rows, postgres_schema
from telesales_desktop.relay.store_values import Merchant, NewDelivery, WrapRow
from tests.relay.postgres_cluster import Cluster

EPOCH = "0123456789abcdef"
_NUMBERS = itertools.count(1)


def empty(cluster: Cluster) -> str:
    """The address of a new database."""
    name = f"test_{next(_NUMBERS)}"
    cluster.sql(f"CREATE DATABASE {name}")
    return cluster.url(name)


def fill(url: str, epoch: str = EPOCH) -> None:
    with postgres_schema.new_database(url) as db:
        db.execute(
            "INSERT INTO log_info (only_row, epoch, public_url, access_version) VALUES (1, ?, ?, 1)",
            (epoch, "https://relay.example"),
        )
        for number, name in enumerate(("main", "other")):
            wrap = WrapRow(f"{number:016x}", bytes(60))
            merchant = Merchant(name, None, bytes([number]) * 32)
            assert access_rows.add_merchant(db, merchant, bytes([number]) * 32, wrap)


def delivery(number: int, merchant="main", **options) -> NewDelivery:
    """A delivery that is equal to another only under the same number."""
    values = {
        "identity": number.to_bytes(32),
        "source": "webhook",
        "order_key": None,
        "checkout_hash": None,
        "poison": False,
        "received_us": number,
        "content": b"sealed %d" % number,
        **options,
    }
    return NewDelivery(merchant, **values)
