"""Is a confirmed order authorized while its owner's desk is off, once, by whoever is there?"""

import asyncio

import pytest

from telesales_desktop.application.floor_values import Holding
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.order import OperationKind
from telesales_desktop.domain.relay_errors import RelayBusyError, RelayUnreachableError
from tests.fakes.affirm import Fault
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


async def confirmed_and_off(floor, dana):
    """Dana's desk dies, then the customer confirms; returns when that was."""
    checkout_id = await floor.sent(dana)
    await asyncio.sleep(30)
    await dana.kill()
    floor.confirm(checkout_id)
    return floor.clock.now()


async def test_a_supervisors_desk_authorizes_after_a_minute_and_gives_the_order_back(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    at = await confirmed_and_off(floor, dana)
    await until(lambda: boss.place().confirmed_at is not None)
    assert boss.place().stuck_since is not None
    await until(lambda: floor.affirm.effects)
    assert 60 <= (floor.clock.now() - at).total_seconds() <= 75
    await until(lambda: boss.place().holding is Holding.NOBODY)
    assert boss.place().owner_name == "Dana"
    assert boss.place().confirmed_at is None
    await dana.start()
    await until(lambda: dana.place() and dana.place().holding is Holding.HERE)
    await until(lambda: dana.state() == "authorized" and not dana.order().unproven)
    await dana.do(dana.desk.capture("4182", amount_cents=None))
    assert floor.affirm.effects == [
        (OperationKind.AUTHORIZE, floor.affirm.newest, 124_900),
        (OperationKind.CAPTURE, dana.order().transaction.transaction_id, 124_900),
    ]


async def test_a_new_desk_learns_of_what_was_confirmed_before_it_knew_of_any_order(floor):
    dana = await floor.desk("Dana")
    await confirmed_and_off(floor, dana)
    for number in range(300):  # more than one page
        floor.relay.deliver("opened", f"another's {number}")
    await asyncio.sleep(3600)
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await until(lambda: boss.place().confirmed_at is not None)
    await until(lambda: floor.affirm.effects, within_s=75)
    await until(lambda: boss.place().holding is Holding.NOBODY)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]
    assert len(boss.journal.disk.inbox) == 1


async def test_looking_back_is_done_once_and_gone_on_with_after_trouble(floor, caplog):
    dana = await floor.desk("Dana")
    await confirmed_and_off(floor, dana)
    for number in range(300):
        floor.relay.deliver("opened", f"another's {number}")
    boss = floor.station("Sam", Role.SUPERVISOR)
    changes, asked = boss.client.changes, []

    async def troubled(after, *, wait_s, limit):
        if wait_s == 0 and boss.told.status.is_shared:
            asked.append(after)
            if len(asked) == 2:
                raise RelayBusyError(3)
            if len(asked) == 3:
                raise RelayUnreachableError
            if len(asked) == 4:
                boss.journal.fail("full", when=lambda commit: commit is None)
        return await changes(after, wait_s=wait_s, limit=limit)

    boss.client.changes = troubled
    await boss.start()
    await until(lambda: floor.affirm.effects)
    await until(lambda: boss.journal.disk.meta.get("looked_back") == boss.me.token_id)
    assert len(asked) >= 5
    boss.client.changes = changes
    await boss.kill()
    asked.clear()
    boss.client.changes = troubled
    await boss.start()
    await asyncio.sleep(300)
    assert len(asked) <= 1  # the feed's own first poll
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_looking_back_is_not_put_off_for_hours(floor):
    dana = await floor.desk("Dana")
    await confirmed_and_off(floor, dana)
    boss = floor.station("Sam", Role.SUPERVISOR)
    changes, busy = boss.client.changes, [RelayBusyError(9999)]

    async def once_busy(after, *, wait_s, limit):
        if wait_s == 0 and boss.told.status.is_shared and busy:
            if (await boss.journal.cursor("m")) != after:  # not the feed's own poll
                raise busy.pop()
        return await changes(after, wait_s=wait_s, limit=limit)

    boss.client.changes = once_busy
    await boss.start()
    await until(lambda: boss.journal.disk.meta.get("looked_back") == boss.me.token_id, within_s=90)
    assert not busy


async def test_several_who_watch_are_one_authorize(floor):
    dana = await floor.desk("Dana")
    others = [await floor.desk(f"Sam {n}", Role.SUPERVISOR) for n in range(3)]
    await confirmed_and_off(floor, dana)
    await until(lambda: floor.affirm.effects)
    await asyncio.sleep(200)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]
    assert sum(len(other.client.claims) for other in others) >= 1
    assert {other.place().file.order.transaction.word for other in others} == {"authorized"}


async def test_the_owner_who_is_there_is_left_alone(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized")
    await asyncio.sleep(200)
    assert boss.client.claims == []
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_an_owner_who_gives_a_sign_gets_another_minute(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    await dana.do(dana.desk.refresh("4182"))
    floor.affirm.plan("read", *[Fault.UNREACHABLE] * 1000)  # Dana's line to Affirm is down
    floor.confirm(checkout_id)
    at = floor.clock.now()
    await asyncio.sleep(40)
    saying = asyncio.create_task(dana.do(dana.desk.authorize("4182")))
    await asyncio.sleep(50)
    assert boss.client.claims == []
    # But not for ever: it may reach the relay, and not Affirm.
    await until(lambda: boss.client.claims)
    assert (floor.clock.now() - at).total_seconds() < 310
    floor.affirm._faults["read"].clear()
    await saying
    await until(lambda: floor.affirm.effects)
    await asyncio.sleep(60)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_another_agent_never_stands_in(floor):
    dana = await floor.desk("Dana")
    alex = await floor.desk("Alex")
    await confirmed_and_off(floor, dana)
    await asyncio.sleep(300)
    assert floor.affirm.effects == []
    assert alex.client.claims == []


async def test_the_owners_own_second_desk_stands_in(floor):
    dana = await floor.desk("Dana")
    home = await floor.desk("Dana", workstation="home")
    await confirmed_and_off(floor, dana)
    await until(lambda: home.state() == "authorized")
    await asyncio.sleep(100)
    assert home.place().holding is Holding.HERE  # it is Dana's, and so is this desk


async def test_what_the_agent_must_say_is_not_said_by_a_machine(floor):
    dana = await floor.desk("Dana", auto_authorize=False)
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await confirmed_and_off(floor, dana)
    await asyncio.sleep(300)
    assert floor.affirm.effects == []
    assert boss.client.claims == []
    assert boss.place().confirmed_at is not None  # but a supervisor sees it


async def test_an_old_link_is_not_accepted_by_anyone(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    await dana.do(dana.desk.supersede("4182"))
    await until(lambda: floor.is_uploaded(dana))
    await dana.kill()
    floor.confirm(checkout_id)
    await asyncio.sleep(300)
    assert floor.affirm.effects == []
    assert boss.client.claims == []


async def test_an_unsigned_delivery_makes_nobody_stand_in(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    await dana.kill()
    floor.relay.deliver("confirmed", checkout_id, order_key="key-4182", signed=False)
    await asyncio.sleep(300)
    assert boss.client.claims == []


async def test_a_desk_that_starts_later_finds_what_nobody_authorized(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await confirmed_and_off(floor, dana)
    await asyncio.sleep(20)
    await boss.kill()
    await asyncio.sleep(3600)
    assert floor.affirm.effects == []
    await boss.start()
    await until(lambda: floor.affirm.effects, within_s=30)


async def test_one_that_dies_after_its_claim_goes_on_at_its_next_start(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await confirmed_and_off(floor, dana)
    await until(lambda: boss.client.claims)
    boss.journal.die(after_writes=1, written=False)
    await asyncio.sleep(5)
    await boss.kill()
    await boss.start()
    await until(lambda: floor.affirm.effects)
    await until(lambda: boss.place().holding is Holding.NOBODY)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_while_the_relay_cannot_be_asked_nobody_stands_in(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await confirmed_and_off(floor, dana)
    await until(lambda: boss.place().confirmed_at is not None)
    boss.client.is_offline = True
    await asyncio.sleep(600)
    assert floor.affirm.effects == []
    boss.client.is_offline = False
    await until(lambda: floor.affirm.effects)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_what_cannot_be_given_back_is_tried_again_in_its_time(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await confirmed_and_off(floor, dana)
    people, asked = boss.client.people, []

    async def without_dana():
        asked.append(floor.clock.now())
        return [person for person in await people() if person.name != "Dana"]

    boss.client.people = without_dana
    await until(lambda: boss.state() == "authorized")
    await asyncio.sleep(10)
    asked.clear()
    await asyncio.sleep(600)
    assert 10 <= len(asked) <= 25
    boss.client.people = people
    await until(lambda: boss.place().holding is Holding.NOBODY, within_s=60)


async def test_a_second_link_is_stood_in_for_once_the_first_was_closed(floor):
    """Both were confirmed within the minute that the owner's desk has."""
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    first = await floor.sent(dana)
    await until(lambda: boss.place())
    dana.client.is_offline = True  # it hears of no confirmation
    floor.relay.deliver("confirmed", first, order_id="4182", order_key="key-4182")
    await until(lambda: boss.desk._stand_in._waiting)
    dana.client.is_offline = False
    await dana.do(dana.desk.supersede("4182"))
    await dana.do(dana.desk.send_again("4182"))
    await until(lambda: floor.is_uploaded(dana))
    second = floor.affirm.newest
    await dana.kill()
    heard = asyncio.get_running_loop().time()
    floor.confirm(second)
    await until(lambda: floor.affirm.effects, within_s=85)
    assert asyncio.get_running_loop().time() - heard > 55
    assert floor.affirm.effects[0][1] == second
