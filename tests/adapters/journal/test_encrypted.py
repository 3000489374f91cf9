"""Does the journal keep its contract towards the program, on both event loops?"""

import asyncio
import threading

import pytest

from telesales_desktop.adapters.journal import EncryptedJournal, place
from telesales_desktop.application.ports import Cursor, Draft, Journal, OrderFile, SearchQuery
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import OperationKind
from tests.adapters.journal.samples import (
    DAY,
    KEY,
    OTHER_KEY,
    created,
    delivery,
    details,
    entry,
    new_order,
    operation,
    order_id,
    step,
)


@pytest.fixture
async def journal(path):
    journal: Journal = EncryptedJournal(path, KEY)
    await journal.open()
    yield journal
    await journal.close()


async def live(journal):
    file = OrderFile(new_order(1), details(1))
    await journal.save_draft(Draft("d", {"a": 1}, DAY))
    await journal.take_in([delivery(1), delivery(2)], merchant="m", cursor=Cursor("e", "2"))
    await journal.commit(
        created(1, applied_delivery=delivery(1).delivery_id, delivery_note="n", drop_draft="d")
    )
    assert await journal.load_open_orders() == (file,)
    assert await journal.load_order(order_id(1)) == file
    assert await journal.timeline(order_id(1)) == (entry(1),)
    assert await journal.search(SearchQuery(text="jean-luc")) == (file,)
    assert await journal.cursor("m") == Cursor("e", "2")
    assert await journal.unapplied_deliveries() == (delivery(2),)
    await journal.mark_delivery(delivery(2).delivery_id, verdict="verified", note="n")
    assert await journal.unapplied_deliveries() == ()
    assert await journal.last_delivery_at() == delivery(2).received_at
    await journal.save_draft(Draft("e", {}, DAY))
    assert [d.draft_id for d in await journal.drafts()] == ["e"]
    await journal.delete_draft("e")
    await journal.set_meta("name", "value")
    assert await journal.get_meta("name") == "value"
    assert await journal.verify_audit() == ()
    assert await journal.examine() == ()


async def test_the_whole_contract(journal):
    await live(journal)


@pytest.mark.qt_loop
async def test_the_whole_contract_on_the_windows_loop(journal):
    await live(journal)


async def test_it_closes_and_opens_again(journal):
    await journal.commit(created(1))
    await journal.close()
    with pytest.raises(JournalError) as refused:
        await journal.load_open_orders()
    assert refused.value.problem == "closed"
    await journal.open()
    assert len(await journal.load_open_orders()) == 1


async def test_closing_one_that_never_opened_is_nothing(path):
    await EncryptedJournal(path, KEY).close()
    assert not path.exists()


async def test_a_second_one_is_refused_and_the_first_goes_on(journal, path):
    second = EncryptedJournal(path, KEY)
    with pytest.raises(JournalError) as refused:
        await second.open()
    assert refused.value.problem == "locked"
    with pytest.raises(JournalError) as refused:
        await second.set_aside()
    assert refused.value.problem == "locked"
    await second.close()
    await journal.commit(created(1))


async def test_another_key_is_refused(journal, path):
    await journal.close()
    other = EncryptedJournal(path, OTHER_KEY)
    with pytest.raises(JournalError) as refused:
        await other.open()
    assert refused.value.problem == "wrong_key"
    await other.close()


async def test_a_damaged_one_is_set_aside_and_a_new_one_made(journal, path):
    await journal.commit(created(1))
    await journal.close()
    path.write_bytes(b"x" * 5000)
    with pytest.raises(JournalError) as refused:
        await journal.open()
    assert refused.value.problem == "damaged"
    aside = await journal.set_aside()
    assert aside.read_bytes() == b"x" * 5000
    await journal.open()
    assert await journal.load_open_orders() == ()


async def test_a_whole_one_can_be_set_aside_too(journal):
    await journal.commit(created(1))
    aside = await journal.set_aside()
    assert aside.exists()
    await journal.open()
    assert await journal.load_open_orders() == ()


async def test_a_network_share_is_refused(path, monkeypatch):
    monkeypatch.setattr(place, "file_system_of", lambda path: "nfs")
    journal = EncryptedJournal(path, KEY)
    with pytest.raises(JournalError) as refused:
        await journal.open()
    assert refused.value.problem == "network"
    await journal.close()


async def test_a_file_that_vanished_while_its_mark_stays_is_damage(journal, path):
    await journal.commit(created(1))
    await journal.close()
    path.unlink()
    with pytest.raises(JournalError) as refused:
        await journal.open()
    assert refused.value.problem == "damaged"


async def test_start_that_cannot_be_read_tells_nothing(path):
    assert EncryptedJournal(path, KEY)._read_start() == b""


async def test_races_for_one_version_have_one_winner(journal):
    await journal.commit(created(1))
    intents = [
        step(new_order(1), operations=(operation(1, 1, OperationKind.AUTHORIZE, key=f"k{n}"),))
        for n in range(20)
    ]
    results = await asyncio.gather(*map(journal.commit, intents), return_exceptions=True)
    assert [r is None for r in results].count(True) == 1
    assert {r.problem for r in results if r is not None} == {"conflict"}
    assert len((await journal.load_order(order_id(1))).order.operations) == 1


async def test_a_cancelled_commit_is_carried_out(journal):
    task = asyncio.ensure_future(journal.commit(created(1)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await journal.load_order(order_id(1)) is not None


async def test_a_close_that_fails_or_hangs_is_told_and_raises_nothing(journal, caplog):
    def fail():
        raise JournalError("full")

    journal._store.close = fail
    await journal.close()
    assert "did not close cleanly" in caplog.text
    journal._store.let_go()
    await journal.open()
    gate = threading.Event()
    journal._store.close = lambda: (gate.wait(), journal._store.let_go())
    await journal.close(timeout_s=0.05)
    gate.set()
    assert "did not close within" in caplog.text


async def test_one_that_is_gone_is_to_be_filled_too(path):
    journal = EncryptedJournal(path, KEY)
    await journal.set_aside()
    await journal.open()
    assert await journal.is_unfilled()
    await journal.filled()
    assert not await journal.is_unfilled()
    await journal.close()
    assert not list(path.parent.glob("*.aside-*"))
