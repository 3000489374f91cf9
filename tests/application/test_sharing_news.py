"""Does news reach whoever acts, and does every list say who that is?"""

import asyncio
import time
from dataclasses import replace

import pytest

from telesales_desktop.application.floor_values import Holding
from telesales_desktop.application.opening import OpeningDesk
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import (
    NotYoursError,
)
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import OperationKind
from telesales_desktop.domain.relay_errors import (
    RelayBusyError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)
from tests.application.orders import authorized, file_of, know, waiting
from tests.fakes.clock import START
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import Workstation, details_of, until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


async def refused(call):
    with pytest.raises(CommandRefusedError) as raised:
        await call
    return raised.value.reason


async def two_desks(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())
    return dana, boss


async def test_a_delivery_without_an_order_key_finds_the_record_by_its_checkout(floor):
    dana, _boss = await two_desks(floor)
    checkout_id = floor.affirm.newest
    await dana.kill()
    floor.affirm.confirm(checkout_id)
    floor.relay.routes.clear()
    floor.relay.deliver("confirmed", checkout_id)
    await until(lambda: floor.affirm.effects)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_a_delivery_of_nobodys_is_nobodys(floor):
    _dana, boss = await two_desks(floor)
    floor.relay.deliver("confirmed", "UNKNOWN", order_key="key-unknown")
    await until(lambda: boss.journal.disk.closed)
    assert {d.note for d in boss.journal.disk.closed.values()} == {"no_such_order"}


async def test_a_fault_beside_the_feed_is_told_in_the_log(floor, caplog):
    dana = await floor.desk("Dana")

    async def crash():
        raise RuntimeError("bug")

    dana.desk._sharing._later(crash())
    await asyncio.sleep(1)
    assert "work with other desks crashed" in caplog.text


async def test_a_desk_that_is_only_opening_tells_the_floor_too(floor):
    dana = floor.station("Dana")
    told = []

    async def build():
        return dana.build()

    opening = OpeningDesk(build)
    stop = opening.subscribe_floor(told.append)
    await opening.open()
    await opening.send(details_of(), draft_id="")
    assert told
    assert [s.order_id for s in await opening.shared_orders()] == ["4182"]
    stop()
    await opening.close()
    dana.desk = None


async def test_a_desk_without_a_relay_has_a_floor_of_its_own():
    station = Workstation(relay=False)
    station.disk.files["4182"] = file_of(waiting(at=START))
    desk = await station.start()
    (shared,) = await desk.shared_orders()
    assert (shared.holding, shared.allowed, shared.version) == (Holding.HERE, frozenset(), 0)
    assert await refused(desk.take_over("4182")) == "not_shared"
    await desk.close()


async def test_a_lost_order_is_not_ticked_and_takes_no_news(floor):
    dana, boss = await two_desks(floor)
    await boss.do(boss.desk.take_over("4182"))
    await until(lambda: dana.place().holding is Holding.ELSEWHERE)
    version = dana.order().version
    await asyncio.sleep(3600)
    assert dana.order().version == version
    book = dana.desk._book
    assert book.is_dormant("4182")
    with pytest.raises(CommandRefusedError, match="held_elsewhere"):
        await book.submit("4182", events.SendRequested("x"))


async def test_an_order_that_a_person_gave_away_may_not_be_seen_by_them_any_more(floor):
    dana = await floor.desk("Dana")
    home = await floor.desk("Dana", workstation="home")
    await floor.desk("Alex")
    await floor.sent(dana)
    await until(lambda: home.place())
    given = await home.do(home.desk.hand_over("4182", "p-Alex"))
    assert (given.owner_id, given.allowed) == ("p-Alex", frozenset())
    await until(lambda: home.place() is None)
    assert home.shared[-1].file.order.archived  # it leaves the list


async def test_a_second_link_of_an_order_that_was_given_away_is_not_sent(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)

    async def not_yours(file, *, seen_version, ends_claim=False):
        raise NotYoursError

    dana.client.put = not_yours
    assert await refused(dana.desk.supersede("4182")) == "held_elsewhere"


async def test_a_colleague_who_gives_up_waiting_tries_again(floor, caplog):
    dana, boss = await two_desks(floor)
    await dana.kill()
    floor.confirm(floor.affirm.newest)
    claim, faults = boss.client.claim, [RuntimeError("bug")]

    async def crash(*args, **options):
        if faults:
            raise faults.pop()
        return await claim(*args, **options)

    boss.client.claim = crash
    await asyncio.sleep(100)
    assert floor.affirm.effects == []  # a fault of ours: it is left to others until the next start


async def test_what_cannot_be_given_back_yet_is_given_back_later(floor, caplog):
    dana, boss = await two_desks(floor)
    await dana.kill()
    hand_over, faults = boss.client.hand_over, [RelayBusyError(1.0), RuntimeError("bug")]

    async def fail(*args, **options):
        if faults:
            raise faults.pop(0)
        return await hand_over(*args, **options)

    boss.client.hand_over = fail
    floor.confirm(floor.affirm.newest)
    await until(lambda: boss.place().holding is Holding.NOBODY)
    assert boss.place().owner_name == "Dana"
    assert faults == []


async def test_one_that_was_authorized_meanwhile_is_left_alone(floor):
    dana, boss = await two_desks(floor)
    dana.client.is_offline = True
    floor.confirm(floor.affirm.newest)
    await until(lambda: dana.state() == "authorized")
    await asyncio.sleep(20)
    dana.client.is_offline = False
    await asyncio.sleep(200)
    assert boss.client.claims == []


async def test_what_is_listed_and_fits_nothing_is_told(caplog):
    station = Workstation(relay=False)
    good, bad = authorized(), authorized("5")
    know(station, good, bad)
    station.disk.files.clear()
    odd = replace(bad.transaction, currency="CAD")
    station.affirm.transactions[odd.transaction_id] = odd
    desk = await station.start()
    station.journal.fail(JournalProblem.RULE, when=lambda commit: commit is not None)
    found = await desk.rebuild()
    assert set(found.unusable) == {"4182", "5"}
    assert found.order_ids == ()
    await desk.close()


@pytest.mark.parametrize("error", [RelayUnreachableError(), RelayBusyError(3)])
async def test_what_was_given_while_the_relay_was_slow_is_taken_all_the_same(floor, error):
    """Nobody acts on it otherwise, and its new owner is not told that nobody does."""
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    dana = await floor.desk("Dana")
    await floor.sent(boss)
    claim, errors = dana.client.claim, [error] * 3

    async def fail(*given, **options):
        if errors:
            raise errors.pop()
        return await claim(*given, **options)

    dana.client.claim = fail
    await boss.do(boss.desk.hand_over("4182", dana.me.person_id))
    await until(lambda: dana.place() and dana.place().holding is Holding.HERE, within_s=30)


async def test_what_was_given_and_went_to_somebody_else_is_let_go(floor):
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    dana = await floor.desk("Dana")
    await floor.sent(boss)
    asked = []

    async def fail(*given, **options):
        asked.append(given)
        raise RelayUnreachableError

    dana.client.claim = fail
    await boss.do(boss.desk.hand_over("4182", dana.me.person_id))
    await until(lambda: len(asked) == 2, within_s=30)
    await boss.do(boss.desk.take_over("4182"))
    await asyncio.sleep(60)
    assert len(asked) <= 3
    assert boss.place().holding is Holding.HERE


async def test_a_desk_that_is_not_known_any_more_does_not_ask_for_what_was_given(floor):
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    dana = await floor.desk("Dana")
    await floor.sent(boss)
    asked = []

    async def fail(*given, **options):
        asked.append(given)
        raise RelayTokenRefusedError

    dana.client.claim = fail
    await boss.do(boss.desk.hand_over("4182", dana.me.person_id))
    await asyncio.sleep(300)
    assert len(asked) == 1


async def test_news_of_nobodys_looks_through_no_record(floor):
    _dana, boss = await two_desks(floor)
    seen, known = boss.desk._floor, floor.affirm.newest
    (record,) = seen.records()
    seen._records = {f"{number}": record for number in range(50_000)} | seen._records
    before_s = time.perf_counter()
    for number in range(100):
        assert seen.key_of((), f"another's {number}") == ""
    assert time.perf_counter() - before_s < 0.2
    assert seen.key_of((), known) == "key-4182"


async def test_a_checkout_of_an_order_that_is_held_here_names_no_record(floor):
    _dana, boss = await two_desks(floor)
    seen, known = boss.desk._floor, floor.affirm.newest
    await boss.do(boss.desk.take_over("4182"))
    assert seen.key_of((), known) == ""
    assert seen._checkouts == {}
