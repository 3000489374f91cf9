"""Does a search find exactly the orders that contain what was typed, newest first?"""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telesales_desktop.adapters.journal import search, search_text
from telesales_desktop.application.ports import SearchQuery
from telesales_desktop.domain.details import Customer
from tests.adapters.journal.conftest import store_at
from tests.adapters.journal.samples import (
    STATES,
    checkout,
    created,
    details,
    finished_order,
    new_order,
    step,
    transaction,
)

COUNT = 120


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    store = store_at(tmp_path_factory.mktemp("search") / "journal.db")
    store.open()
    for number in range(COUNT):
        made = finished_order(number) if number % 3 else new_order(number)
        store.commit(created(number, order=made, state=STATES[number % len(STATES)]))
    yield store
    store.let_go()


def found(store, text="", **changes):
    files = store.search(SearchQuery(text=text, **changes))
    return [int(f.order.order_id[3:]) for f in files]


def expected(text, *, states=(), agent="", limit=200, offset=0):
    """What a look at every order's words would find."""
    hits = []
    for number in reversed(range(COUNT)):
        order = finished_order(number) if number % 3 else new_order(number)
        words = f"{search_text.people_of(details(number))}\n{search_text.numbers_of(order)}"
        terms = search_text.fold(text).split()
        together = search_text.digits(text)
        is_number = len(together) > 2 and set(text) <= set("0123456789 ()+-.")
        fits = all(term in words for term in terms) or (is_number and together in words)
        in_state = not states or STATES[number % len(STATES)] in states
        if fits and in_state and (not agent or order.agent == agent):
            hits.append(number)
    return hits[offset : offset + limit]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tremblay",
        "TREMBLAY",
        "cote",
        "Côté",
        "nguyen",
        "o'neill",
        "m",
        "li",
        "é",
        "@",
        "ma tr",
        "marie cote",
        "example.com",
        "customer11@",
        "sku-31",
        "so-00001",
        "chk",
        "TXN00000000000",
        "store 3",
        "nobody",
        "zq",
        '"quoted',
        'a" OR "b',
        "NEAR(a b)",
        "people:marie",
        "*",
        "^m",
        "-marie",
        "\0",
        "  ",
        "\ud800",
        "mar\ud800ie",
        "🦄",
    ],
)
def test_it_finds_what_contains_the_words(filled, text):
    assert found(filled, text) == expected(text)


@pytest.mark.parametrize("text", ["+1 (415) 555-0042", "415 555", "555.0042", "0 4", "00 42 1"])
def test_a_phone_number_is_found_however_it_is_typed(filled, text):
    assert found(filled, text) == expected(text)


def test_a_phone_number_is_found_by_its_digits_in_a_row(filled):
    assert found(filled, "(415) 555-0042") == [42]


letters = st.sampled_from("abceilmnorst0123456789 -@.éÉ'\"")
queries = st.text(letters, max_size=8)


@given(
    text=queries,
    states=st.sets(st.sampled_from([*STATES, "unheard_of"])).map(tuple),
    agent=st.sampled_from(["", "agent1", "nobody"]),
    limit=st.sampled_from([1, 7, 200]),
    offset=st.sampled_from([0, 3, 50]),
    few=st.sampled_from([0, 30, search.FEW]),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_way_of_searching_finds_the_same(filled, text, states, agent, limit, offset, few):
    kept, search.FEW = search.FEW, few
    try:
        is_found = found(filled, text, states=states, agent=agent, limit=limit, offset=offset)
    finally:
        search.FEW = kept
    assert is_found == expected(text, states=states, agent=agent, limit=limit, offset=offset)


@given(text=st.text(max_size=12))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_text_and_nothing_else(filled, text):
    assert found(filled, text) == expected(text)


def test_a_page_may_be_large(store):
    store.commit(created(1))
    assert found(store, limit=10**6) == [1]


def test_new_words_are_found_and_old_ones_are_not(store):
    store.commit(created(1))
    store.commit(created(2))
    customer = Customer("Zoë", "Quist", "+14155559999", "zoe@example.org")
    change = step(new_order(1), checkouts=(checkout(1),), transaction=transaction(1))
    store.commit(replace(change, details=details(1, customer=customer)))
    for text in ("quist", "zq", "zo", "9999", "chk", "txn", "zoe quist"):
        assert (found(store, text) == [1]) is (text != "zq")
    assert found(store, "marie") == []
    assert found(store, "mj") == []
    assert store.examine() == ()


def test_words_that_are_gone_leave_the_file(store, path):
    # With everything else in the file encrypted, the index itself is asked.
    store.commit(created(1))
    gone = details(1, customer=Customer("Wxyz", "Vwut"))
    store.commit(replace(step(new_order(1)), details=gone))
    last = replace(step(new_order(1, version=2)), details=details(1))
    store.commit(last)
    with store._reading() as connection:
        held = b"".join(block for (block,) in connection.execute("SELECT block FROM search_data"))
        short = b"".join(
            block for (block,) in connection.execute("SELECT block FROM short_search_data")
        )
    assert b"wxy" not in held
    assert b"vwu" not in held
    assert b"wx".hex().encode() not in short


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Tremblay-Côté", "tremblay-cote"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Nguyễn", "nguyen"),
        ("ﬁn", "fin"),
        ("a\0b", "ab"),
    ],
)
def test_one_spelling_for_both_sides(typed, folded):
    assert search_text.fold(typed) == folded


def test_short_words_do_not_reach_over_blanks(store):
    store.commit(created(1))
    assert found(store, "uc") == [1]
    assert found(store, "ct") == []  # Jean-Lu(c T)remblay
