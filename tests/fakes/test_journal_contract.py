"""Does the journal in memory hold what the sealed one holds? The same questions, put to both."""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.adapters.journal import EncryptedJournal
from telesales_desktop.application.ports import (
    Commit,
    Cursor,
    Draft,
    JournalProblem,
    SearchQuery,
    StoredDelivery,
)
from telesales_desktop.application.sharing_journal import SeenRecord
from telesales_desktop.domain.core import step
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.events import SupersedeRequested
from tests.application.orders import authorized, capturing, file_of, waiting
from tests.fakes.clock import START
from tests.fakes.journal import MemoryJournal


@pytest.fixture(params=["memory", "sealed"])
async def journal(request, tmp_path):
    if request.param == "memory":
        found = MemoryJournal()
    else:
        found = EncryptedJournal(tmp_path / "journal.db", "5a" * 32)
    await found.open()
    yield found
    await found.close()


def new(order, /, **changes):
    """A commit that brings an order in."""
    given = {"order": order, "expected_version": 0, "state": "s", "details": file_of(order).details}
    return Commit(**(given | changes))


def next_of(order, /, **changes):
    result = step(order, SupersedeRequested("Dana R."), at=START)
    given = {
        "order": result.order,
        "expected_version": order.version,
        "state": "s",
        "timeline": result.timeline,
    }
    return Commit(**(given | changes))


def delivery(n, source="webhook"):
    at = START + timedelta(seconds=n)
    return StoredDelivery(f"d-{n}", str(n), source, "application/json", ("t",), b"{}", at)


async def problem_of(call):
    with pytest.raises(JournalError) as raised:
        await call
    return JournalProblem(raised.value.problem)


async def test_what_is_committed_comes_back(journal):
    order = waiting()
    await journal.commit(new(order))
    await journal.commit(next_of(order))
    expected = next_of(order).order
    assert await journal.load_order("4182") == file_of(expected)
    assert list(await journal.load_open_orders()) == [file_of(expected)]
    assert [line.kind for line in await journal.timeline("4182")] == ["superseded"]
    assert await journal.load_order("unknown") is None
    assert list(await journal.timeline("unknown")) == []


async def test_open_orders_come_newest_first_and_archived_ones_not_at_all(journal):
    for n in range(3):
        await journal.commit(new(waiting(f"o{n}", START + timedelta(seconds=n))))
    gone = (await journal.load_order("o1")).order
    archived = replace(gone, archived=True, version=gone.version + 1)
    await journal.commit(Commit(order=archived, expected_version=gone.version, state="s"))
    assert [f.order.order_id for f in await journal.load_open_orders()] == ["o2", "o0"]
    assert (await journal.load_order("o1")).order.archived


async def test_a_second_writer_is_told(journal):
    order = waiting()
    await journal.commit(new(order))
    await journal.commit(next_of(order))
    assert await problem_of(journal.commit(next_of(order))) is JournalProblem.CONFLICT
    assert await problem_of(journal.commit(new(order))) is JournalProblem.CONFLICT
    await journal.set_meta("still", "well")


@pytest.mark.parametrize(
    "commit",
    [
        new(waiting("2"), details=None),
        new(waiting("2"), applied_delivery="never taken in"),
        next_of(waiting(), order=replace(waiting(), agent="another")),
    ],
)
async def test_a_write_that_breaks_a_rule_leaves_nothing(journal, commit):
    await journal.commit(new(waiting()))
    assert await problem_of(journal.commit(commit)) is JournalProblem.RULE
    assert await journal.load_order("2") is None
    assert await journal.load_order("4182") == file_of(waiting())
    await journal.set_meta("still", "well")


async def test_a_second_authorize_breaks_a_rule(journal):
    first = capturing().operations[0]
    kind = type(first.kind).AUTHORIZE
    twice = tuple(replace(first, kind=kind, operation_id=f"op-{n}") for n in range(2))
    commit = new(replace(authorized(), operations=twice))
    assert await problem_of(journal.commit(commit)) is JournalProblem.RULE


async def test_deliveries_are_kept_once_and_closed_once(journal):
    first, second = delivery(1), delivery(2, "customer")
    await journal.take_in([first], merchant="m", cursor=Cursor("e", "1"))
    await journal.take_in([first, second], merchant="m", cursor=Cursor("e", "2"))
    assert list(await journal.unapplied_deliveries()) == [first, second]
    assert await journal.cursor("m") == Cursor("e", "2")
    assert await journal.cursor("other") is None
    assert await journal.last_delivery_at() == first.received_at
    await journal.commit(new(waiting(), applied_delivery="d-1", delivery_note="verified"))
    assert list(await journal.unapplied_deliveries()) == [second]
    await journal.mark_delivery("d-2", verdict="unsigned", note="no_such_order")
    assert list(await journal.unapplied_deliveries()) == []
    await journal.take_in([first], merchant="m", cursor=Cursor("e", "3"))
    assert list(await journal.unapplied_deliveries()) == []
    assert await problem_of(journal.mark_delivery("d-9", verdict="", note="")) == "rule"


async def test_before_the_first_delivery(journal):
    assert await journal.last_delivery_at() is None
    assert list(await journal.unapplied_deliveries()) == []


async def test_drafts_come_and_go_with_the_order_too(journal):
    drafts = [Draft(name, {"phone": "1"}, START) for name in ("a", "b")]
    for draft in drafts:
        await journal.save_draft(draft)
    assert sorted(d.draft_id for d in await journal.drafts()) == ["a", "b"]
    await journal.commit(new(waiting(), drop_draft="a"))
    await journal.delete_draft("b")
    await journal.delete_draft("b")
    assert list(await journal.drafts()) == []


async def test_an_order_is_found_by_its_number_and_its_checkout(journal):
    await journal.commit(new(waiting("4182", checkout_id="HEYR6TCV4VBX6NPM")))
    await journal.commit(new(waiting("4183", START + timedelta(seconds=1))))
    for text in ("4182", "HEYR6TCV4VBX6NPM", "heyr6tcv4vbx6npm"):
        found = await journal.search(SearchQuery(text=text))
        assert [f.order.order_id for f in found] == ["4182"], text


async def test_small_facts(journal):
    assert await journal.get_meta("x") == ""
    await journal.set_meta("x", "y")
    assert await journal.get_meta("x") == "y"


async def test_closed_it_says_so_and_opened_again_it_has_everything(journal):
    await journal.commit(new(waiting()))
    await journal.close()
    assert await problem_of(journal.load_open_orders()) is JournalProblem.CLOSED
    assert await problem_of(journal.commit(next_of(waiting()))) is JournalProblem.CLOSED
    await journal.open()
    await journal.open()  # does no harm
    assert await journal.load_order("4182") == file_of(waiting())


def record(order, version=1, /, **changes):
    given = {
        "order_key": order.order_key,
        "version": version,
        "owner": "p1",
        "holder": "t1",
        "seen_at": START,
        "holder_name": "Dana R.",
        "workstation": "front desk",
        "file": file_of(order),
    }
    return SeenRecord(**(given | changes))


async def test_what_is_shared_is_marked_with_its_step_until_it_was_uploaded(journal):
    order = waiting()
    await journal.commit(new(order, share=True))
    await journal.commit(new(waiting("4183", START + timedelta(seconds=1)), share=True))
    assert [(e.order_id, e.marks) for e in await journal.outbox()] == [("4182", 1), ("4183", 1)]
    await journal.commit(next_of(order, share=True))
    own = record(order, file=None)
    await journal.uploaded("4182", 1, own)
    assert [(e.order_id, e.marks) for e in await journal.outbox()] == [("4182", 2), ("4183", 1)]
    await journal.uploaded("4182", 2, replace(own, version=2))
    assert [e.order_id for e in await journal.outbox()] == ["4183"]
    assert (await journal.heads_of([order.order_key]))[order.order_key] == replace(own, version=2)
    assert list(await journal.open_records()) == []


async def test_what_was_put_does_not_replace_what_was_seen_of_that_version(journal):
    """The answer to a put may come after the news that a colleague took the order over."""
    order = waiting()
    await journal.commit(new(order, share=True))
    seen = record(order, 2, holder="t9")
    await journal.keep_records([seen])
    await journal.uploaded("4182", 1, record(order, 2, file=None))
    assert list(await journal.outbox()) == []
    assert list(await journal.open_records()) == [seen]
    await journal.uploaded("4182", 1, record(order, 3, file=None))
    assert (await journal.heads_of([order.order_key]))[order.order_key].holder == "t1"


async def test_a_lost_order_is_uploaded_no_more_until_it_is_taken_back(journal):
    order = waiting()
    await journal.commit(new(order, share=True))
    await journal.mark_lost("4182", START)
    await journal.mark_lost("4182", START + timedelta(seconds=1))
    assert list(await journal.outbox()) == []
    assert list(await journal.lost_orders()) == ["4182"]
    await journal.commit(next_of(order, share=True, taken_over=True))
    assert list(await journal.lost_orders()) == []
    assert [e.order_id for e in await journal.outbox()] == ["4182"]
    assert await problem_of(journal.mark_lost("unknown", START)) == "rule"


async def test_heads_of_others_are_kept_by_version_and_archived_ones_leave_the_list(journal):
    first, second = waiting(), waiting("4183", START + timedelta(seconds=1))
    await journal.keep_records([record(first, 3), record(second, 1)])
    await journal.take_in(
        [], merchant="m", cursor=Cursor("e", "1"), records=[record(first, 2, holder="t9")]
    )
    assert (await journal.heads_of([first.order_key]))[first.order_key] == record(
        first, 3, file=None
    )
    assert [r.order_key for r in await journal.open_records()] == [
        second.order_key,
        first.order_key,
    ]
    gone = replace(first, archived=True)
    await journal.keep_records([record(gone, 4)])
    assert [r.order_key for r in await journal.open_records()] == [second.order_key]
    assert (await journal.heads_of([first.order_key]))[first.order_key].version == 4
    assert await journal.heads_of(["unknown"]) == {}


async def test_an_archived_order_is_found_by_its_order_key_alone(journal):
    archived = replace(waiting(), archived=True)
    await journal.commit(new(archived))
    assert await journal.load_by_order_key(archived.order_key) == file_of(archived)
    assert await journal.load_by_order_key("unknown") is None
    assert await journal.order_ids([archived.order_key, "unknown"]) == {
        archived.order_key: archived.order_id
    }


@pytest.mark.parametrize(
    ("note", "comes_back"), [("no_such_order", True), ("elsewhere k", True), ("unreadable", False)]
)
async def test_what_was_nobodys_is_applied_again_when_it_is_announced_again(
    journal, note, comes_back
):
    await journal.take_in([delivery(1)], merchant="m", cursor=Cursor("e", "1"))
    await journal.mark_delivery("d-1", verdict="verified", note=note)
    await journal.take_in([delivery(1)], merchant="m", cursor=Cursor("e", "2"))
    found = [d.delivery_id for d in await journal.unapplied_deliveries()]
    assert found == (["d-1"] if comes_back else [])


async def test_what_went_elsewhere_is_applied_here_after_all(journal):
    for n, note in ((1, "elsewhere k"), (2, "elsewhere other"), (3, "no_such_order")):
        await journal.take_in([delivery(n)], merchant="m", cursor=Cursor("e", str(n)))
        await journal.mark_delivery(f"d-{n}", verdict="verified", note=note)
    await journal.reopen_deliveries(["elsewhere k", "elsewhere unknown"])
    assert [d.delivery_id for d in await journal.unapplied_deliveries()] == ["d-1"]


async def test_a_take_over_and_what_went_elsewhere_until_then_are_one_write(journal):
    order = waiting()
    await journal.commit(new(order))
    await journal.take_in([delivery(1)], merchant="m", cursor=Cursor("e", "1"))
    await journal.mark_delivery("d-1", verdict="verified", note="elsewhere k")
    taken = next_of(order, taken_over=True, reopens=("elsewhere k",))
    assert await problem_of(journal.commit(replace(taken, expected_version=7))) == "conflict"
    assert not await journal.unapplied_deliveries()
    await journal.commit(taken)
    assert [d.delivery_id for d in await journal.unapplied_deliveries()] == ["d-1"]


async def test_only_one_in_a_lost_ones_place_is_unfilled(journal):
    assert not await journal.is_unfilled()
    await journal.filled()
    assert not await journal.is_unfilled()
