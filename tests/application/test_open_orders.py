"""Is an order found by each of its names, and forgotten by all of them?"""

from dataclasses import replace

from telesales_desktop.application.open_orders import OpenOrders
from tests.application.orders import file_of, planned, waiting


def test_an_order_is_found_by_number_checkout_and_key():
    orders = OpenOrders()
    mine, other = file_of(waiting("1")), file_of(waiting("2"))
    orders.put(mine)
    orders.put(other)
    assert orders.get("1") is mine
    assert orders.owner_of("CHECKOUT-2", []) is other
    assert orders.owner_of("", ["key-unknown", "key-1"]) is mine
    assert orders.owner_of("CHECKOUT-3", ["key-3"]) is None
    assert orders.all() == (mine, other)


def test_a_checkout_that_we_know_outranks_a_key_that_somebody_gave():
    orders = OpenOrders()
    orders.put(file_of(waiting("1")))
    orders.put(file_of(waiting("2")))
    found = orders.owner_of("CHECKOUT-2", ["key-1"])
    assert found.order.order_id == "2"


def test_news_replaces_what_was_known():
    orders = OpenOrders()
    orders.put(file_of(planned("1")))  # no checkout id yet
    assert orders.owner_of("", []) is None
    newer = file_of(waiting("1"))
    orders.put(newer)
    assert orders.owner_of("CHECKOUT-1", []) is newer


def test_dropping_forgets_every_name():
    orders = OpenOrders()
    file = file_of(waiting("1"))
    two = replace(file.order.checkouts[0], attempt=2, checkout_id="")
    orders.put(replace(file, order=replace(file.order, checkouts=(*file.order.checkouts, two))))
    orders.drop("1")
    orders.drop("1")
    assert orders.get("1") is None
    assert orders.owner_of("CHECKOUT-1", ["key-1"]) is None
    assert orders.all() == ()
