"""Are deliveries kept once, in order, with the cursor; and drafts and small facts as they were?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.application.ports import Cursor, Draft
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal.samples import DAY, created, delivery

FIRST = Cursor("e1", "1")


def test_a_delivery_comes_back_as_it_was(store):
    poison = delivery(1, body=bytes(range(256)), content_type="", signatures=(), verdict="wrong")
    store.take_in([poison], merchant="m", cursor=FIRST)
    assert store.unapplied_deliveries() == (poison,)


def test_the_same_delivery_twice_is_one(store):
    store.take_in([delivery(1), delivery(2)], merchant="m", cursor=FIRST)
    store.take_in([delivery(2, note="again"), delivery(3)], merchant="m", cursor=FIRST)
    assert store.unapplied_deliveries() == (delivery(1), delivery(2), delivery(3))


def test_one_that_was_applied_does_not_come_back(store):
    store.take_in([delivery(1)], merchant="m", cursor=FIRST)
    store.commit(created(1, applied_delivery=delivery(1).delivery_id, delivery_note="n"))
    store.take_in([delivery(1)], merchant="m", cursor=FIRST)
    assert store.unapplied_deliveries() == ()


def test_they_come_in_the_order_in_which_they_were_taken_in(store):
    for number in (3, 1, 2):
        store.take_in([delivery(number)], merchant="m", cursor=FIRST)
    assert [d.cursor for d in store.unapplied_deliveries()] == ["3", "1", "2"]


def test_a_bad_delivery_takes_the_cursor_back_too(store):
    store.take_in([delivery(1)], merchant="m", cursor=FIRST)
    for bad in (delivery(3, delivery_id=""), delivery(3, received_at=DAY.replace(tzinfo=None))):
        with pytest.raises(JournalError) as refused:
            store.take_in([delivery(2), bad], merchant="m", cursor=Cursor("e1", "2"))
        assert refused.value.problem == "rule"
    assert store.unapplied_deliveries() == (delivery(1),)
    assert store.cursor("m") == FIRST


def test_the_cursor_is_the_last_one_of_its_merchant(store):
    assert store.cursor("m") is None
    store.take_in([], merchant="m", cursor=FIRST)
    store.take_in([], merchant="n", cursor=Cursor("e9", "9"))
    store.take_in([], merchant="m", cursor=Cursor("e2", "0"))
    assert store.cursor("m") == Cursor("e2", "0")
    assert store.cursor("n") == Cursor("e9", "9")


def test_a_delivery_that_changed_nothing_is_closed_with_its_reason(store):
    store.take_in([delivery(1)], merchant="m", cursor=FIRST)
    store.mark_delivery(delivery(1).delivery_id, verdict="wrong", note="not ours")
    assert store.unapplied_deliveries() == ()
    with store._reading() as connection:
        assert connection.execute("SELECT verdict, note, applied FROM inbox").get == (
            "wrong",
            "not ours",
            1,
        )


def test_closing_one_that_never_came_is_refused(store):
    with pytest.raises(JournalError, match="no such delivery"):
        store.mark_delivery("d", verdict="", note="")


def test_the_newest_webhook_counts_and_no_browser(store):
    assert store.last_delivery_at() is None
    store.take_in([delivery(9, source="customer")], merchant="m", cursor=FIRST)
    assert store.last_delivery_at() is None
    store.take_in([delivery(5), delivery(2)], merchant="m", cursor=FIRST)
    assert store.last_delivery_at() == DAY + timedelta(seconds=5)


def test_drafts_come_newest_first_and_as_typed(store):
    typed = {"note": "é", "items": [{"sku": "", "price": "1 2,"}], "agent": None, "n": 1.5}
    drafts = [Draft(f"d{n}", {**typed, "n": n}, DAY + timedelta(hours=n)) for n in range(3)]
    for draft in drafts:
        store.save_draft(draft)
    assert store.drafts() == tuple(reversed(drafts))
    newer = replace(drafts[0], content={}, saved_at=DAY + timedelta(days=1))
    store.save_draft(newer)
    store.delete_draft("d2")
    store.delete_draft("d2")
    assert store.drafts() == (newer, drafts[1])


def test_small_facts_are_the_last_ones_set(store):
    assert store.get_meta("name") == ""
    store.set_meta("name", "a")
    store.set_meta("name", "b")
    store.set_meta("other", "c")
    assert (store.get_meta("name"), store.get_meta("other")) == ("b", "c")
    with pytest.raises(JournalError):
        store.set_meta("", "x")
