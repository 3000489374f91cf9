"""Does a step come back exactly as it was committed, and in one piece?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.application.ports import Cursor, Draft, OrderFile, SearchQuery
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import (
    Alert,
    Freeze,
    FreezeReason,
    OperationKind,
    SendState,
)
from tests.adapters.journal.samples import (
    DAY,
    checkout,
    created,
    delivery,
    details,
    entry,
    finished_order,
    new_order,
    operation,
    order_id,
    step,
)


def test_an_order_comes_back_as_it_was(store):
    order = finished_order(
        1,
        archived=False,
        alerts=(Alert.SECOND_CONFIRMATION,),
        orphans=("CHKother",),
        freeze=Freeze(FreezeReason.AMOUNT, "92400", "92401", DAY),
    )
    file = OrderFile(order, details(1, payment=PaymentChoice.INVOICE))
    store.commit(created(1, order=order, details=file.details))
    assert store.load_order(order_id(1)) == file
    assert store.load_open_orders() == (file,)


def test_it_comes_back_after_closing_too(store):
    store.commit(created(1))
    store.close()
    store.open()
    assert store.load_order(order_id(1)) == OrderFile(new_order(1), details(1))


def test_a_step_replaces_the_order_and_keeps_the_details(store):
    store.commit(created(1))
    sent = checkout(1, state=SendState.SENT, checkout_id="")
    change = step(new_order(1), checkouts=(sent,))
    store.commit(change)
    assert store.load_order(order_id(1)) == OrderFile(change.order, details(1))


def test_details_can_be_corrected(store):
    store.commit(created(1))
    corrected = details(1, note="other number")
    store.commit(replace(step(new_order(1)), details=corrected))
    assert store.load_order(order_id(1)).details == corrected


def test_an_unknown_order_is_none(store):
    assert store.load_order("SO-1") is None
    assert store.timeline("SO-1") == ()


def test_open_orders_come_newest_first_without_archived_ones(store):
    for number in (2, 5, 1, 4, 3):
        store.commit(created(number, order=new_order(number, archived=number == 4)))
    assert [f.order.order_id for f in store.load_open_orders()] == [
        order_id(n) for n in (5, 3, 2, 1)
    ]
    assert store.load_order(order_id(4)) is not None


def test_orders_of_the_same_microsecond_are_all_kept(store):
    at = DAY
    for number in range(4):
        store.commit(created(number, order=new_order(number, created_at=at)))
    assert len(store.load_open_orders()) == 4


def test_the_timeline_keeps_its_order_its_times_and_its_values(store):
    first = tuple(replace(entry(1), kind=f"k{n}") for n in range(3))
    store.commit(created(1, timeline=first))
    later = (replace(entry(1), at=DAY - timedelta(days=1), params={}),)
    store.commit(replace(step(new_order(1)), timeline=later))
    store.commit(created(2))
    assert store.timeline(order_id(1)) == (*first, *later)


def test_a_source_of_a_later_program_is_told(store):
    store.commit(created(1))
    with store._writing() as connection:
        connection.execute("UPDATE timeline SET source = 'oracle'")
    with pytest.raises(JournalError) as refused:
        store.timeline(order_id(1))
    assert refused.value.problem == "newer"


def test_a_commit_closes_the_delivery_and_drops_the_draft(store):
    store.take_in([delivery(1), delivery(2)], merchant="m", cursor=Cursor("e1", "1"))
    store.save_draft(Draft("d1", {"note": "x"}, DAY))
    store.commit(
        created(
            1,
            applied_delivery=delivery(1).delivery_id,
            delivery_note="confirmed",
            drop_draft="d1",
        )
    )
    assert store.drafts() == ()
    assert [d.delivery_id for d in store.unapplied_deliveries()] == [delivery(2).delivery_id]


def test_a_refused_commit_leaves_nothing_behind(store):
    store.save_draft(Draft("d1", {"note": "x"}, DAY))
    refused = created(1, applied_delivery="never taken in", drop_draft="d1")
    with pytest.raises(JournalError, match="rule"):
        store.commit(refused)
    assert store.load_order(order_id(1)) is None
    assert store.timeline(order_id(1)) == ()
    assert store.search(SearchQuery(text="marie")) == ()
    assert len(store.drafts()) == 1
    store.commit(created(1))  # the journal itself is well
    assert store.examine() == ()


def test_a_step_from_an_old_version_is_a_conflict(store):
    store.commit(created(1))
    store.commit(step(new_order(1)))
    with pytest.raises(JournalError) as refused:
        store.commit(step(new_order(1), agent="other"))
    assert refused.value.problem == "conflict"
    assert store.load_order(order_id(1)).order.agent == new_order(1).agent


def test_a_step_on_an_order_that_is_not_there_is_a_conflict(store):
    with pytest.raises(JournalError) as refused:
        store.commit(step(new_order(1)))
    assert refused.value.problem == "conflict"


def test_a_second_order_of_the_same_number_is_a_conflict(store):
    store.commit(created(1))
    second = created(1, order=new_order(1, created_at=DAY + timedelta(days=1)))
    with pytest.raises(JournalError) as refused:
        store.commit(second)
    assert refused.value.problem == "conflict"


def test_a_timeline_may_grow_without_a_new_version(store):
    store.commit(created(1))
    same = replace(step(new_order(1)), order=new_order(1), timeline=(entry(1, "seen"),))
    store.commit(same)
    assert [e.kind for e in store.timeline(order_id(1))] == ["created", "seen"]


def test_a_changed_order_needs_a_new_version(store):
    store.commit(created(1))
    changed = replace(step(new_order(1)), order=new_order(1, agent="other"))
    _refused(store, changed, "new version")


def test_a_new_order_needs_its_own_details(store):
    _refused(store, created(1, details=None), "needs its details")
    _refused(store, created(1, details=details(2)), "another order")


def test_checkouts_and_operations_do_not_disappear(store):
    order = new_order(
        1,
        checkouts=(checkout(1),),
        operations=(operation(1, 1, OperationKind.AUTHORIZE),),
    )
    store.commit(created(1, order=order))
    _refused(store, step(order, checkouts=()), "checkout does not disappear")
    _refused(store, step(order, operations=()), "operation does not disappear")


def _refused(store, commit, words):
    with pytest.raises(JournalError, match=words) as refused:
        store.commit(commit)
    assert refused.value.problem == "rule"
