"""What can a relay do that lies? Hide, deny and repeat, never move money; and it is noticed."""

import asyncio
from dataclasses import replace

import pytest

from telesales_desktop.application.floor_values import Holding, SharingAlarm
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import RecordConflictError, SharedClaim
from telesales_desktop.domain.order import OperationKind
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import details_of, until

ONE_AUTHORIZE = [124_900]


@pytest.fixture
async def floor(caplog):  # an alarm is an error in the log
    found = SharedFloor()
    yield found
    await found.close()


async def authorized(floor, station):
    checkout_id = await floor.sent(station)
    floor.confirm(checkout_id)
    await until(lambda: station.state() == "authorized" and floor.is_uploaded(station))
    return floor.relay.heads["key-4182"]


def claim_of(head, me, **changes):
    given = {
        "kind": "take_over",
        "version": head.version,
        "person_id": me.person_id,
        "token_id": me.token_id,
        "at": head.put_at,
        "proven": False,
    }
    return SharedClaim(**(given | changes))


async def goes_on(floor, station):
    """The desk still acts on its order, and each command moves money once."""
    assert station.place().holding is Holding.HERE
    await station.do(station.desk.capture("4182", amount_cents=None))
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == ONE_AUTHORIZE
    assert floor.affirm.moved(OperationKind.CAPTURE) == [124_900]


async def test_one_that_exchanges_its_sealing_key_gets_nothing_more(floor):
    dana = await floor.desk("Dana")
    checkout_id = await floor.sent(dana)
    floor.relay.fingerprint = "another"
    puts = len(dana.client.puts)
    floor.affirm.confirm(checkout_id)  # and the webhook is withheld
    await until(lambda: dana.state() == "authorized")
    await dana.do(dana.desk.capture("4182", amount_cents=None))
    await until(lambda: SharingAlarm.FINGERPRINT in dana.told.status.alarms)
    assert len(dana.client.puts) == puts
    assert floor.affirm.moved(OperationKind.CAPTURE) == [124_900]


async def test_one_that_had_another_key_from_the_start_gets_nothing_at_all(floor):
    floor.relay.fingerprint = "another"
    dana = floor.station("Dana")
    await dana.start()
    await dana.do(dana.desk.send(details_of(), draft_id=""))
    await until(lambda: SharingAlarm.FINGERPRINT in dana.told.status.alarms)
    await asyncio.sleep(3600)
    assert dana.client.puts == []
    assert not dana.told.status.is_shared


async def test_a_record_that_nobody_sealed_changes_nothing(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    head = await authorized(floor, dana)
    floor.relay.show(replace(head, version=head.version + 1, content=None))
    await until(lambda: SharingAlarm.FORGED_RECORD in boss.told.status.alarms)
    assert boss.place().file == head.content.file
    await goes_on(floor, dana)


async def test_a_claim_that_nobody_signed_takes_no_order_away(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    head = await authorized(floor, dana)
    floor.relay.show(
        replace(head, holder_id=boss.me.token_id, claim=claim_of(head, boss.me, proven=False))
    )
    await until(lambda: SharingAlarm.FORGED_CLAIM in dana.told.status.alarms)
    await until(lambda: SharingAlarm.FORGED_CLAIM in boss.told.status.alarms)
    assert boss.state() == ""  # it takes on nothing that it has not asked for
    await goes_on(floor, dana)


async def test_an_order_cannot_be_taken_away_without_a_signature(floor):
    dana = await floor.desk("Dana")
    head = await authorized(floor, dana)
    taken = replace(head, owner_id="p-x", content=None, is_taken_away=True)
    dana.client.relay.told = lambda me, shown: taken
    floor.relay.announce("key-4182")
    await until(lambda: SharingAlarm.FORGED_CLAIM in dana.told.status.alarms)
    await goes_on(floor, dana)


async def test_an_old_record_shown_again_is_told_and_not_believed(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())
    old = floor.relay.heads["key-4182"]
    await dana.do(dana.desk.supersede("4182"))
    await until(lambda: floor.is_uploaded(dana))
    await until(lambda: boss.place().version > old.version)
    floor.relay.show(old)
    await until(lambda: SharingAlarm.OLDER_RECORD in boss.told.status.alarms)
    assert boss.place().file.order.checkout.superseded
    # The link that is not accepted any more stays so, whatever is shown and confirmed.
    floor.confirm(floor.affirm.newest)
    await dana.kill()
    await asyncio.sleep(400)
    assert floor.affirm.effects == []


async def test_an_old_claim_shown_again_brings_nothing_back(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await authorized(floor, dana)
    await until(lambda: boss.place().file.order.transaction is not None)
    await boss.do(boss.desk.take_over("4182"))
    old = floor.relay.heads["key-4182"].claim
    await boss.do(boss.desk.hand_over("4182", dana.me.person_id))
    await until(lambda: dana.place().holding is Holding.HERE and not dana.order().unproven)
    await until(lambda: floor.is_uploaded(dana))
    head = floor.relay.heads["key-4182"]
    floor.relay.show(replace(head, holder_id=boss.me.token_id, owner_id="p-Sam", claim=old))
    await until(lambda: SharingAlarm.FORGED_CLAIM in boss.told.status.alarms)
    assert boss.place().holding is not Holding.HERE
    await goes_on(floor, dana)


async def test_an_old_hand_over_shown_again_gives_nothing(floor):
    dana, alex = await floor.desk("Dana"), await floor.desk("Alex")
    await floor.sent(dana)
    await dana.do(dana.desk.hand_over("4182", alex.me.person_id))
    await until(lambda: alex.place() and alex.place().holding is Holding.HERE)
    old = floor.relay.heads["key-4182"].claim
    given = next(h for h in [old] if h is not None)
    await until(lambda: floor.is_uploaded(alex))
    head = floor.relay.heads["key-4182"]
    forged = replace(given, kind="hand_over", to_person_id="p-Dana", proven=True, version=1)
    floor.relay.show(replace(head, owner_id="p-Dana", holder_id="", claim=forged))
    await until(lambda: SharingAlarm.FORGED_CLAIM in dana.told.status.alarms)
    assert dana.place() is None or dana.place().holding is not Holding.HERE
    assert floor.affirm.effects == []


async def test_one_that_refuses_every_put_keeps_no_desk_from_its_work(floor):
    dana = await floor.desk("Dana")
    head = await authorized(floor, dana)
    forged = replace(head, holder_id="t-x", version=head.version + 3, content=None)

    async def put(file, *, seen_version, ends_claim=False):
        await asyncio.sleep(0.01)
        raise RecordConflictError("not_holder", forged)

    dana.client.put = put
    await goes_on(floor, dana)
    await until(lambda: SharingAlarm.FORGED_RECORD in dana.told.status.alarms)
    await until(lambda: dana.told.status.waiting_uploads == 1)


async def test_one_that_withholds_everything_loses_no_confirmation(floor):
    dana = await floor.desk("Dana")
    checkout_id = await floor.sent(dana)
    floor.relay.page = lambda me, start, limit: ([], [], len(floor.relay.log))
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized", within_s=90)
    assert floor.affirm.moved(OperationKind.AUTHORIZE) == ONE_AUTHORIZE


async def test_a_forged_confirmation_authorizes_nothing(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    checkout_id = await floor.sent(dana)
    for _ in range(5):  # it has no key to sign with
        floor.relay.deliver("confirmed", checkout_id, order_key="key-4182", signed=False)
    await asyncio.sleep(400)
    assert floor.affirm.count("authorize") == 0
    assert (dana.state(), boss.state()) == ("said_done", "")


async def test_a_relay_from_a_backup_is_noticed_and_mended(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    old = floor.relay.heads["key-4182"]
    floor.confirm(floor.affirm.newest)
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    await until(lambda: boss.place().file.order.transaction is not None)
    floor.relay.epoch = "epoch-2"
    floor.relay.show(old)
    await until(lambda: dana.told.status.gap_at is not None)
    await dana.do(dana.desk.capture("4182", amount_cents=None))
    await until(lambda: floor.is_uploaded(dana))
    await until(lambda: boss.place().file == dana.place().file)
