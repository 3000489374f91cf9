"""What comes back after a journal was lost, and what does not, and does money stay where it was?"""

import asyncio
from dataclasses import replace

import pytest

from telesales_desktop.application.floor_values import Holding
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.application.profile import Role
from telesales_desktop.application.rebuilding import order_of
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    CommandRefusedError,
    JournalError,
)
from telesales_desktop.domain.order import OperationKind
from telesales_desktop.domain.relay_errors import RelayUnreachableError
from tests.application.orders import authorized, know
from tests.fakes.affirm import refused
from tests.fakes.clock import START
from tests.fakes.journal import Disk, MemoryJournal
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import Workstation, details_of, until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


async def lose_journal(station, *, unfilled=False):
    await station.kill()
    station.journal = MemoryJournal(Disk(unfilled={"since": "now"} if unfilled else {}))
    station.rebuilds = unfilled
    await station.start()
    await until(lambda: station.told.status.is_shared)


async def test_a_desks_own_orders_come_back_from_the_relay(floor):
    dana = await floor.desk("Dana")
    first = await floor.sent(dana, "1")
    floor.confirm(first, "1")
    await until(lambda: dana.state("1") == "authorized" and floor.is_uploaded(dana, "1"))
    await floor.sent(dana, "2")
    await lose_journal(dana)
    assert await dana.desk.open_orders() == []
    found = await dana.do(dana.desk.rebuild())
    assert (sorted(found.order_ids), found.from_relay) == (["1", "2"], True)
    assert dana.place("1").holding is Holding.HERE
    assert dana.order("1").taken_over  # the lost journal may have known more
    await dana.do(dana.desk.capture("1", amount_cents=None))
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]
    assert floor.affirm.moved(OperationKind.CAPTURE) == [124_900]
    again = await dana.do(dana.desk.rebuild())
    assert again.order_ids == ()


async def test_what_was_begun_and_not_uploaded_is_read_back_and_not_sent_again(floor):
    dana = await floor.desk("Dana")
    checkout_id = await floor.sent(dana)
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    dana.client.is_offline = True
    await dana.do(dana.desk.capture("4182", amount_cents=None))
    dana.client.is_offline = False
    await lose_journal(dana)
    await dana.do(dana.desk.rebuild())
    assert dana.state() == "captured"
    assert floor.affirm.moved(OperationKind.CAPTURE) == [124_900]


async def test_what_another_desk_acts_on_stays_there(floor):
    dana = await floor.desk("Dana")
    home = await floor.desk("Dana", workstation="home")
    await floor.sent(dana)
    await until(lambda: home.place())
    await home.do(home.desk.take_over("4182"))
    await until(lambda: floor.is_uploaded(home))
    await lose_journal(dana)
    found = await dana.do(dana.desk.rebuild())
    assert (found.order_ids, found.elsewhere) == ((), ("4182",))
    assert home.place().holding is Holding.HERE


async def test_a_colleagues_orders_are_not_taken(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())
    await lose_journal(boss)
    found = await boss.do(boss.desk.rebuild())
    assert (found.order_ids, found.elsewhere) == ((), ())


async def test_a_record_that_cannot_be_opened_any_more_is_told(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    await lose_journal(dana)
    get = dana.client.get

    async def newer(order_key):
        return replace(await get(order_key), content=None, is_newer=True)

    dana.client.get = newer
    found = await dana.do(dana.desk.rebuild())
    assert found.unusable == ("4182",)


async def test_a_record_that_is_refused_here_does_not_keep_the_others_away_for_ever(floor):
    dana = await floor.desk("Dana")
    for order_id in ("1", "2"):
        await floor.sent(dana, order_id)
    await lose_journal(dana, unfilled=True)
    hands = dana.desk._sharing.hands
    take_on = hands.take_on

    async def refuse_one(record, *, released):
        if record.order_key == "key-1":
            raise CommandRefusedError("record_does_not_fit")
        await take_on(record, released=released)

    hands.take_on = refuse_one
    found = await dana.do(dana.desk.rebuild())
    assert (found.order_ids, found.unusable) == (("2",), ("1",))
    await dana.do(dana.desk.supersede("2"))


async def test_a_rebuild_that_was_interrupted_is_known_at_the_next_start_and_gone_on_with(floor):
    dana = await floor.desk("Dana")
    for order_id in ("1", "2"):
        await floor.sent(dana, order_id)
    await lose_journal(dana, unfilled=True)
    await until(lambda: dana.journal.disk.meta.get("caught_up"))
    await asyncio.sleep(5)
    get, asked = dana.client.get, []

    async def get_one(order_key):
        asked.append(order_key)
        if len(asked) > 1:
            raise RelayUnreachableError
        return await get(order_key)

    dana.client.get = get_one
    with pytest.raises(RelayUnreachableError):
        await dana.do(dana.desk.rebuild())
    (only,) = await dana.desk.open_orders()
    with pytest.raises(CommandRefusedError, match="unfilled"):
        await dana.do(dana.desk.supersede(only.order.order_id))
    with pytest.raises(CommandRefusedError, match="unfilled"):
        await dana.do(dana.desk.send(details_of("3"), draft_id=""))
    with pytest.raises(CommandRefusedError, match="unfilled"):
        await dana.do(dana.desk.keep(details_of("3", payment=PaymentChoice.CARD), draft_id=""))
    await dana.kill()
    dana.client.get, dana.rebuilds = get, False
    with pytest.raises(JournalError, match="unfilled"):
        await dana.start()
    assert dana.told.status.journal_problem is JournalProblem.UNFILLED
    await dana.stop()
    dana.journal = MemoryJournal(dana.journal.disk)
    dana.rebuilds = True
    await dana.start()
    found = await dana.do(dana.desk.rebuild())
    assert sorted(found.order_ids) == ["1", "2"]
    await dana.do(dana.desk.send(details_of("3"), draft_id=""))
    await dana.kill()
    dana.rebuilds = False
    await dana.start()
    assert len(await dana.desk.open_orders()) == 3


@pytest.fixture
async def alone():
    station = Workstation(relay=False)
    yield station
    await station.desk.close()


async def test_without_a_relay_what_affirm_lists_comes_back(alone):
    known = authorized()
    know(alone, known)
    alone.disk.files.clear()
    desk = await alone.start()
    found = await desk.rebuild()
    assert (found.order_ids, found.from_relay, found.complete) == (("4182",), False, True)
    assert alone.order().transaction == known.transaction
    assert alone.order().checkouts[0].checkout_id == known.checkouts[0].checkout_id
    await desk.capture("4182", amount_cents=None)
    assert alone.affirm.moved(OperationKind.CAPTURE) == [124_900]
    again = await desk.rebuild()
    assert (again.order_ids, again.unusable) == ((), ())


async def test_without_a_relay_what_is_known_here_is_left_alone(alone):
    know(alone, authorized())
    desk = await alone.start()
    found = await desk.rebuild()
    assert (found.order_ids, found.unusable) == ((), ())


async def test_a_second_transaction_of_one_order_is_told(alone):
    """It holds money, too, and nothing else would ever ask for it."""
    know(alone, authorized())
    second = replace(authorized().transaction, transaction_id="TRAN-2", checkout_id="CHECKOUT-2")
    listing = alone.affirm.list_transactions

    async def both(*, since):
        listed, complete = await listing(since=since)
        return (*listed, second), complete

    alone.affirm.list_transactions = both
    alone.disk.files.clear()
    desk = await alone.start()
    found = await desk.rebuild()
    assert (found.order_ids, found.unusable) == (("4182",), ("TRAN-2",))
    again = await desk.rebuild()
    assert (again.order_ids, again.unusable) == ((), ("TRAN-2",))


async def test_a_list_that_does_not_end_says_so(alone):
    know(alone, authorized())
    alone.affirm.list_is_complete = False
    desk = await alone.start()
    assert not (await desk.rebuild()).complete


async def test_a_list_that_affirm_refuses_keeps_no_desk_shut_for_ever(alone):
    alone.disk.unfilled["since"] = "now"
    desk = alone.build()
    desk.rebuilds = True
    await desk.start()
    alone.affirm.plan("list", refused("no_such_right"))
    assert not (await desk.rebuild()).complete
    await desk.send(details_of(), draft_id="")
    assert len(alone.affirm.checkouts) == 1


async def test_keys_that_affirm_refuses_are_asked_for_first(alone):
    alone.disk.unfilled["since"] = "now"
    desk = alone.build()
    desk.rebuilds = True
    await desk.start()
    alone.affirm.plan("list", AffirmCredentialsError(http_status=401, reason="unauthorized"))
    with pytest.raises(AffirmCredentialsError):
        await desk.rebuild()
    with pytest.raises(CommandRefusedError, match="unfilled"):
        await desk.send(details_of(), draft_id="")


@pytest.mark.parametrize(
    "changes", [{"order_id": ""}, {"checkout_id": ""}, {"currency": "CAD"}, {"amount_cents": 0}]
)
def test_what_is_no_order_of_ours_makes_none(changes):
    transaction = replace(authorized().transaction, **changes)
    profile = Workstation(relay=False).profile
    assert order_of(transaction, profile, lambda order_id: "k", START) is None


def test_an_order_of_a_transaction_says_no_more_than_it_knows():
    transaction = replace(authorized().transaction, created_at=None)
    profile = Workstation(relay=False).profile
    file = order_of(transaction, profile, lambda order_id: f"key-{order_id}", START)
    assert file.order.created_at == START
    assert file.details.customer.full_name == ""
    assert not file.order.auto_authorize
    assert file.details.total_cents == details_of().total_cents
