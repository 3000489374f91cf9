"""Is memory believed no more once the disk may hold something else?"""

import pytest

from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import JournalError
from tests.application.orders import an_order, applied, authorized, put, waiting
from tests.fakes.workstation import details_of

SEND = events.SendRequested("Dana R.")


async def keep(shelf):
    return await shelf.book.submit_with_details(an_order(), details_of(), (SEND,), draft_id="")


async def test_what_was_not_written_is_as_if_it_had_never_been(shelf):
    shelf.journal.fail("io")
    with pytest.raises(JournalError):
        await keep(shelf)
    assert shelf.book.unsure() == ("4182",)
    with pytest.raises(JournalError):  # closed until it is opened again
        await keep(shelf)
    await shelf.reopen()
    await keep(shelf)
    assert shelf.book.unsure() == ()
    assert shelf.performed == [fx.StartSend(1)]


async def test_what_was_written_all_the_same_is_never_done_later(shelf):
    """The agent was told that it failed: the link may not go out minutes afterwards."""
    shelf.journal.fail("io", written=True)
    with pytest.raises(JournalError):
        await keep(shelf)
    await shelf.reopen()
    await shelf.book.make_sure("4182")
    assert shelf.performed == []
    checkout = shelf.journal.order("4182").checkouts[0]
    assert (checkout.state.value, checkout.refusal) == ("refused", "not_sent")
    await shelf.book.submit("4182", SEND)
    assert shelf.performed == [fx.StartSend(2)]


async def test_a_capture_that_may_be_written_does_not_leave_behind_the_agents_back(shelf):
    put(shelf.journal.disk, authorized())
    await shelf.book.load()
    shelf.journal.fail("io", written=True)
    with pytest.raises(JournalError):
        await shelf.book.submit("4182", events.CaptureRequested("Dana R.", "op-1", "key-1"))
    await shelf.reopen()
    await shelf.book.submit("4182", events.Ticked())
    assert [type(effect).__name__ for effect in shelf.performed].count("StartTransmit") == 0
    assert shelf.journal.order("4182").operations[0].state.value == "refused"


async def test_a_capture_in_doubt_does_not_leave_while_the_disk_is_full(shelf):
    """What settles the doubt may fail as well: the doubt stays, and nothing is done meanwhile."""
    put(shelf.journal.disk, authorized())
    await shelf.book.load()
    shelf.journal.fail("io", written=True)
    with pytest.raises(JournalError):
        await shelf.book.submit("4182", events.CaptureRequested("Dana R.", "op-1", "key-1"))
    await shelf.reopen()
    shelf.journal.fail("full", times=2)
    for _ in range(2):
        with pytest.raises(JournalError):
            await shelf.book.submit("4182", events.Ticked())
    assert shelf.book.unsure() == ("4182",)
    await shelf.book.submit("4182", events.Ticked())
    assert shelf.book.unsure() == ()
    assert [type(effect).__name__ for effect in shelf.performed].count("StartTransmit") == 0
    assert shelf.journal.order("4182").operations[0].state.value == "refused"


async def test_a_sending_that_may_be_written_is_in_doubt(shelf):
    await keep(shelf)
    shelf.journal.fail("io", written=True)
    with pytest.raises(JournalError):
        await shelf.book.submit("4182", events.SendStarted(1))
    await shelf.reopen()
    await shelf.book.make_sure("4182")
    assert shelf.journal.order("4182").checkouts[0].state.value == "unknown"
    assert fx.SendCheckout(1) not in shelf.performed


async def test_a_conflict_makes_the_journal_read_again(shelf):
    put(shelf.journal.disk, waiting())
    await shelf.book.load()
    other = events.SupersedeRequested("another program")
    put(shelf.journal.disk, applied(waiting(), other))
    with pytest.raises(JournalError) as conflict:
        await shelf.book.submit("4182", events.AuthorizeRequested("Dana R."))
    assert conflict.value.problem == "conflict"
    await shelf.book.make_sure("4182")
    assert shelf.book.file("4182").order.checkouts[0].superseded


@pytest.mark.parametrize("problem", ["full", "rule"])
async def test_a_write_of_which_nothing_is_there_raises_no_doubt(shelf, problem):
    put(shelf.journal.disk, waiting())
    await shelf.book.load()
    shelf.journal.fail(problem)
    with pytest.raises(JournalError):
        await shelf.book.submit("4182", events.SupersedeRequested("Dana R."))
    assert shelf.book.unsure() == ()


async def test_a_crash_of_the_journals_own_raises_doubt(shelf, monkeypatch):
    put(shelf.journal.disk, waiting())
    await shelf.book.load()

    async def crash(commit):
        raise ZeroDivisionError

    monkeypatch.setattr(shelf.journal, "commit", crash)
    with pytest.raises(ZeroDivisionError):
        await shelf.book.submit("4182", events.SupersedeRequested("Dana R."))
    assert shelf.book.unsure() == ("4182",)
    monkeypatch.undo()
    await shelf.book.make_sure("4182")
    assert shelf.book.unsure() == ()
    assert not shelf.book.file("4182").order.checkouts[0].superseded


async def test_doubt_stays_as_long_as_the_journal_cannot_be_read(shelf):
    shelf.journal.fail("io")
    with pytest.raises(JournalError):
        await keep(shelf)
    with pytest.raises(JournalError):
        await shelf.book.make_sure("4182")
    assert shelf.book.unsure() == ("4182",)
    assert shelf.log == [("failed", "io"), ("failed", "io")]


@pytest.mark.parametrize("is_written", [True, False])
async def test_what_became_true_in_doubt_is_told_once_that_is_settled(shelf, is_written):
    """The agent waits for the word that the sale can be closed, whatever the disk does."""
    read = events.CheckoutRead("CHECKOUT-4182", "confirmed", 124_900, "USD", "4182", 99)
    order = applied(waiting(), read)
    operation = order.operations[0]
    order = applied(order, events.TransmitStarted(operation.operation_id))
    put(shelf.journal.disk, order)
    await shelf.book.load()
    accepted = events.Accepted(transaction=authorized().transaction)
    answer = events.OperationAnswered(operation.operation_id, 1, accepted)
    shelf.journal.fail("io", written=is_written)
    with pytest.raises(JournalError):
        await shelf.book.submit("4182", answer)
    await shelf.reopen()
    await shelf.book.make_sure("4182")
    await shelf.book.submit("4182", answer)
    told = [effect for effect in shelf.performed if isinstance(effect, fx.Announce)]
    assert told == [fx.Announce(fx.Notice.AUTHORIZED)]
