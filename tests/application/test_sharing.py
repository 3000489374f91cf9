"""Do several desks act on shared orders as one: who holds it acts, and all see the same?"""

import asyncio
from dataclasses import replace

import pytest

from telesales_desktop.application.floor_values import FloorCommand, Holding
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import OperationKind
from telesales_desktop.domain.relay_errors import RelayUnreachableError
from tests.fakes.affirm import Fault
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import details_of, until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


async def refused(call):
    with pytest.raises(CommandRefusedError) as raised:
        await call
    return raised.value.reason


# --- uploading ---------------------------------------------------------------------------------


async def test_what_an_agent_does_is_seen_at_a_supervisors_desk(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place() is not None and boss.place().version == dana.place().version)
    seen = boss.place()
    assert (seen.holding, seen.owner_name, seen.workstation) == (
        Holding.ELSEWHERE,
        "Dana",
        "Dana's desk",
    )
    assert seen.file == dana.place().file
    assert seen.allowed == {FloorCommand.TAKE_OVER, FloorCommand.HAND_OVER}
    assert dana.place().holding is Holding.HERE
    assert [shared.order_id for shared in await boss.desk.shared_orders()] == ["4182"]
    assert boss.shared[-1] == seen


async def test_a_merchants_many_orders_do_not_hold_up_the_window(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    shown = dana.place()
    seen = dana.desk._floor
    seen._keys = {f"{number}": f"{number:032x}" for number in range(1000)}
    seen.shared = lambda order_id: shown
    turns = []

    async def window():
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    drawing = asyncio.create_task(window())
    assert len(await dana.desk.shared_orders()) == 1001
    drawing.cancel()
    assert len(turns) >= 5


async def test_another_agent_does_not_see_it(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex")
    await floor.sent(dana)
    await asyncio.sleep(5)
    assert await alex.desk.shared_orders() == []
    assert await refused(alex.desk.take_over("4182")) == "no_such_order"


async def test_a_burst_of_steps_is_few_uploads(floor):
    dana = await floor.desk("Dana")
    checkout_id = await floor.sent(dana)
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized")
    await until(lambda: floor.is_uploaded(dana))
    assert dana.order().version > len(dana.client.puts)


async def authorized(floor):
    """An authorized order's desk; the relay has all of it."""
    dana = await floor.desk("Dana")
    floor.confirm(await floor.sent(dana))
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    return dana


async def test_what_was_done_in_the_last_instant_is_uploaded_on_leaving(floor):
    dana = await authorized(floor)
    await dana.do(dana.desk.capture("4182", amount_cents=None))
    assert not floor.is_uploaded(dana)
    await dana.stop()
    assert floor.is_uploaded(dana)


async def test_leaving_waits_a_second_for_a_relay_that_hangs(floor, monkeypatch):
    dana = await authorized(floor)
    now = asyncio.get_running_loop().time
    monkeypatch.setattr(dana.client, "put", lambda *_, **__: asyncio.sleep(3600))
    await dana.do(dana.desk.capture("4182", amount_cents=None))
    left_at = now()
    await dana.stop()
    assert now() - left_at == pytest.approx(1.0, abs=0.1)
    assert "4182" in dana.journal.disk.outbox


async def test_leaving_asks_nothing_of_a_relay_that_did_not_answer_before(floor):
    dana = await authorized(floor)
    dana.client.is_offline = True
    await dana.do(dana.desk.capture("4182", amount_cents=None))
    await asyncio.sleep(5)
    dana.client.is_offline = False
    puts = len(dana.client.puts)
    await dana.stop()
    assert len(dana.client.puts) == puts
    assert "4182" in dana.journal.disk.outbox


async def test_days_without_the_relay_end_with_one_upload_each(floor):
    dana = await floor.desk("Dana")
    dana.client.is_offline = True
    for order_id in ("1", "2"):
        await dana.do(dana.desk.send(details_of(order_id), draft_id=""))
    await asyncio.sleep(2 * 24 * 3600)
    assert dana.told.status.waiting_uploads == 2
    assert dana.place("1").waits_to_upload
    await dana.kill()
    await dana.start()
    await asyncio.sleep(600)
    assert dana.told.status.waiting_uploads == 2
    dana.client.is_offline = False
    await until(lambda: floor.is_uploaded(dana, "1") and floor.is_uploaded(dana, "2"))
    await until(lambda: dana.told.status.waiting_uploads == 0)
    assert [key for key, _ in dana.client.puts] in (["key-1", "key-2"], ["key-2", "key-1"])


async def test_a_put_whose_answer_is_lost_is_gone_on_from(floor):
    dana = await floor.desk("Dana")
    dana.client.loses_answers = 1
    checkout_id = await floor.sent(dana)
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    assert floor.relay.heads["key-4182"].holder_id == dana.me.token_id
    assert not dana.told.status.alarms


# --- taking over ---------------------------------------------------------------------------------


async def test_a_supervisor_takes_over_and_goes_on_after_a_look_at_affirm(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    await until(lambda: boss.place().file == dana.place().file)
    assert await refused(boss.desk.capture("4182", amount_cents=None)) == "held_elsewhere"
    reads = floor.affirm.count("read_transaction")
    file = await boss.do(boss.desk.take_over("4182"))
    assert floor.affirm.count("read_transaction") > reads
    assert not file.order.unproven
    await until(lambda: dana.place().holding is Holding.ELSEWHERE)
    await until(lambda: dana.place().owner_name == "Sam")
    assert dana.place().holder_name == "Sam"
    assert await refused(dana.desk.capture("4182", amount_cents=None)) == "held_elsewhere"
    await boss.do(boss.desk.capture("4182", amount_cents=None))
    assert floor.affirm.moved(OperationKind.CAPTURE) == [124_900]
    assert dana.told.files[-1].order.order_id == "4182"


async def test_the_owner_takes_it_back_and_knows_what_was_done(floor):
    dana = await floor.desk("Dana")
    elsewhere = await floor.desk("Dana", workstation="the back office")
    checkout_id = await floor.sent(dana)
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    await until(lambda: elsewhere.place() is not None and elsewhere.place().file.order.transaction)
    await elsewhere.do(elsewhere.desk.take_over("4182"))
    await elsewhere.do(elsewhere.desk.capture("4182", amount_cents=None))
    await until(lambda: floor.is_uploaded(elsewhere))
    await until(lambda: dana.place().file.order.transaction.captured_cents == 124_900)
    await asyncio.sleep(60)  # the claim runs out
    file = await dana.do(dana.desk.take_over("4182"))
    assert [o.kind for o in file.order.operations] == [
        OperationKind.AUTHORIZE,
        OperationKind.CAPTURE,
    ]
    await dana.do(dana.desk.refund("4182", amount_cents=4_900))
    assert floor.affirm.moved(OperationKind.REFUND) == [4_900]
    assert elsewhere.place().holding is Holding.ELSEWHERE
    assert await dana.desk.take_over("4182") == dana.place().file  # it is here already


async def test_taking_back_waits_for_a_command_that_was_begun_here(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    gate = floor.affirm.hold("capture")
    capture = asyncio.create_task(dana.do(dana.desk.capture("4182", amount_cents=None)))
    await until(lambda: dana.state() == "operation_running")
    await until(lambda: boss.place().file.order.open_operation is not None)
    await boss.do(boss.desk.take_over("4182"))
    await until(lambda: dana.place().holding is Holding.ELSEWHERE)
    assert dana.place().why_not_taken == "own_command_open"
    await asyncio.sleep(40)
    assert await refused(dana.desk.take_over("4182")) == "own_command_open"
    gate.set()
    await capture
    await until(lambda: boss.state() == "captured")
    assert floor.affirm.moved(OperationKind.CAPTURE) == [124_900]
    await until(lambda: dana.place().why_not_taken == "not_yours")  # it is Sam's now


async def test_two_desks_at_once_are_one_effect_and_both_are_told(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    other = await floor.desk("Kim", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place() and other.place())
    taken = await asyncio.gather(
        boss.do(boss.desk.take_over("4182")),
        other.do(other.desk.take_over("4182")),
        return_exceptions=True,
    )
    reasons = [str(one) for one in taken if isinstance(one, CommandRefusedError)]
    assert reasons == ["held_elsewhere"]
    await until(lambda: {s.place().holder_name for s in (dana, boss, other)} <= {"Sam", "Kim"})
    assert len({s.place().holder_name for s in (dana, boss, other)}) == 1


async def test_a_desk_that_died_between_claim_and_journal_takes_the_order_on(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())
    boss.journal.die(after_writes=1, written=False)
    taking = asyncio.create_task(boss.do(boss.desk.take_over("4182")))
    await until(lambda: floor.relay.heads["key-4182"].holder_id == boss.me.token_id)
    await asyncio.sleep(1)
    await boss.kill()
    await asyncio.gather(taking, return_exceptions=True)
    assert boss.state() == ""
    await boss.start()
    await until(lambda: boss.place() and boss.place().holding is Holding.HERE)
    assert boss.order().taken_over


async def test_an_order_that_this_desk_contradicts_is_not_even_claimed(floor):
    """Else the relay would say that this desk acts, and nobody did."""
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    await until(lambda: boss.place())
    twice = replace(dana.order().checkouts[0], attempt=2)
    contradiction = replace(dana.order(), checkouts=(*dana.order().checkouts, twice))
    file = boss.desk._floor.record(dana.order().order_key).file
    shared = floor.relay.heads["key-4182"]
    floor.relay.heads["key-4182"] = replace(
        shared, content=replace(shared.content, file=replace(file, order=contradiction))
    )
    with pytest.raises(CommandRefusedError, match="record_does_not_fit"):
        await boss.do(boss.desk.take_over("4182"))
    assert floor.relay.heads["key-4182"].holder_id == dana.me.token_id
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized")


# --- handing over --------------------------------------------------------------------------------


async def test_a_colleague_gets_an_order_and_goes_on_with_it(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex")
    checkout_id = await floor.sent(dana)
    people = {person.name: person for person in await dana.desk.people()}
    assert people["Dana"].is_me
    assert people["Alex"].proven
    given = await dana.do(dana.desk.hand_over("4182", people["Alex"].person_id))
    assert (given.owner_name, given.holding) == ("Alex", Holding.NOBODY)
    await until(lambda: alex.place() and alex.place().holding is Holding.HERE)
    assert not alex.order().taken_over  # it was released: nothing of it is open elsewhere
    floor.confirm(checkout_id)
    await until(lambda: alex.state() == "authorized")
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]
    assert dana.place().holding is not Holding.HERE


async def test_a_delivery_that_came_before_its_reader_is_applied_by_it(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex", auto_authorize=True)
    checkout_id = await floor.sent(dana)
    floor.affirm.plan("authorize", *[Fault.UNREACHABLE] * 3)
    dana.client.is_offline = True
    floor.confirm(checkout_id)
    floor.affirm.shows_confirmed = False
    await asyncio.sleep(5)
    dana.client.is_offline = False
    assert "key-4182" not in {d.order_key for d in alex.journal.disk.inbox.values()}
    await dana.do(dana.desk.hand_over("4182", alex.me.person_id))
    await until(lambda: alex.state() == "authorized")
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_only_a_person_who_is_there_gets_an_order(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    assert await refused(dana.desk.hand_over("4182", "p-nobody")) == "no_such_person"
    assert await refused(dana.desk.hand_over("unknown", "p-nobody")) == "not_shared"


async def test_what_is_open_is_not_given_away(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex")
    checkout_id = await floor.sent(dana)
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    gate = floor.affirm.hold("capture")
    capture = asyncio.create_task(dana.do(dana.desk.capture("4182", amount_cents=None)))
    await until(lambda: dana.state() == "operation_running")
    assert dana.place().allowed == frozenset()
    assert await refused(dana.desk.hand_over("4182", alex.me.person_id)) == "own_command_open"
    gate.set()
    await capture
    await dana.do(dana.desk.hand_over("4182", alex.me.person_id))
    await until(lambda: alex.place() and alex.place().holding is Holding.HERE)
    assert floor.affirm.moved(OperationKind.CAPTURE) == [124_900]


async def test_a_supervisor_gives_what_another_desk_holds_and_its_new_owner_takes_it(floor):
    dana, alex = await floor.desk("Dana"), floor.station("Alex")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    await until(lambda: boss.place())
    given = await boss.do(boss.desk.hand_over("4182", alex.me.person_id))
    assert (given.holding, given.owner_name) == (Holding.ELSEWHERE, "Alex")
    await until(lambda: dana.place().owner_name == "Alex")
    # Alex is not there yet: the desk that acts goes on, and begins nothing that two could begin.
    assert dana.place().holding is Holding.HERE
    assert await refused(dana.desk.supersede("4182")) == "held_elsewhere"
    floor.affirm.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized")
    await alex.start()
    await until(lambda: alex.place() and alex.place().holding is Holding.HERE)
    await until(lambda: alex.state() == "authorized")
    assert alex.order().taken_over  # Dana's desk never said that it acts no more
    await until(lambda: boss.place().holder_name == "Alex")
    await until(lambda: dana.place().holding is Holding.ELSEWHERE)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_after_a_restart_an_own_order_can_be_given_away(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex")
    await floor.sent(dana)
    await dana.kill()
    await dana.start()
    await until(lambda: dana.told.status.is_shared)
    assert dana.place().version > 0
    await dana.do(dana.desk.hand_over("4182", alex.me.person_id))
    await until(lambda: alex.place() and alex.place().holding is Holding.HERE)


# --- the relay's agreement -----------------------------------------------------------------------


async def test_a_second_link_needs_the_relays_agreement(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    dana.client.is_offline = True
    assert await refused(dana.desk.supersede("4182")) == "relay_must_agree"
    assert not dana.order().checkout.superseded
    dana.client.is_offline = False
    await dana.do(dana.desk.supersede("4182"))
    assert dana.order().checkout.superseded
    assert floor.relay.heads["key-4182"].content.file.order.checkout.superseded


async def test_an_order_that_nobody_else_can_know_of_needs_no_agreement(floor):
    dana = await floor.desk("Dana")
    dana.client.is_offline = True
    await dana.do(dana.desk.send(details_of(), draft_id=""))
    await dana.do(dana.desk.supersede("4182"))
    assert dana.order().checkout.superseded


async def test_a_desk_that_lost_the_order_sends_no_second_link(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())

    async def nothing(*args, **options):
        await asyncio.sleep(40)
        raise RelayUnreachableError

    dana.client.changes = nothing  # news comes too late
    await asyncio.sleep(30)
    await boss.do(boss.desk.take_over("4182"))
    assert await refused(dana.desk.supersede("4182")) == "held_elsewhere"
    del dana.client.changes
    await until(lambda: dana.place().holding is Holding.ELSEWHERE)
    assert not dana.order().checkout.superseded


async def test_the_same_number_at_two_desks_is_one_order(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: alex.place())
    assert await refused(alex.desk.send(details_of(), draft_id="")) == "held_elsewhere"
    assert floor.affirm.count("store") == 1
