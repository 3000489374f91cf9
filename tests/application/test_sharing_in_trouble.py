"""What do desks that share do when relay, disk or a colleague are not as they should be?"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from telesales_desktop.application.floor_values import Holding, SharingAlarm
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import (
    DataKeyMissingError,
    NotYoursError,
    RecordConflictError,
)
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from telesales_desktop.domain.relay_errors import RelayBusyError
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


async def two_desks(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())
    return dana, boss


# --- the relay ---------------------------------------------------------------------------------


async def test_without_a_sealing_key_a_desk_works_by_itself(floor):
    floor.relay.fingerprint = ""
    dana = floor.station("Dana")

    async def changes(after, *, wait_s, limit):
        await asyncio.sleep(wait_s or 1.0)
        return await type(dana.client).changes(floor_client, after, wait_s=0, limit=limit)

    floor_client = floor.relay.client(dana.me)
    floor_client._trusted = floor_client._reach
    dana.client.changes = changes
    await dana.start()
    await dana.do(dana.desk.send(details_of(), draft_id=""))
    await asyncio.sleep(120)
    assert not dana.told.status.is_shared
    assert dana.client.puts == []
    assert await refused(dana.desk.people()) == "not_shared"
    assert await refused(dana.desk.hand_over("4182", "p-x")) == "not_shared"


async def test_without_the_data_key_it_says_so(floor, caplog):
    dana = floor.station("Dana")

    async def people():
        raise DataKeyMissingError

    dana.client.people = people
    await dana.start()
    await until(lambda: SharingAlarm.NO_DATA_KEY in dana.told.status.alarms)


async def test_a_busy_relay_is_asked_again_when_it_said(floor):
    dana = await floor.desk("Dana")
    put, asked = dana.client.put, []

    async def busy(file, *, seen_version, ends_claim=False):
        asked.append(floor.clock.now())
        if len(asked) < 3:
            raise RelayBusyError(40.0)
        return await put(file, seen_version=seen_version)

    dana.client.put = busy
    await floor.sent(dana)
    assert all(b - a >= timedelta(seconds=40) for a, b in pairwise(asked))


async def test_a_relay_that_says_to_come_back_in_hours_is_asked_again_before(floor):
    dana = await floor.desk("Dana")
    put, busy = dana.client.put, [RelayBusyError(9999.0)]

    async def once_busy(file, *, seen_version, ends_claim=False):
        if busy:
            raise busy.pop()
        return await put(file, seen_version=seen_version)

    dana.client.put = once_busy
    await dana.do(dana.desk.send(details_of(), draft_id=""))
    await until(lambda: floor.is_uploaded(dana), within_s=90)


async def test_a_fault_of_ours_in_an_upload_ends_nothing(floor, caplog):
    dana = await floor.desk("Dana")
    put, faults = dana.client.put, [RuntimeError("bug")]

    async def crash(file, *, seen_version, ends_claim=False):
        if faults:
            raise faults.pop()
        return await put(file, seen_version=seen_version)

    dana.client.put = crash
    await floor.sent(dana)
    assert "an upload crashed" in caplog.text


async def test_an_order_that_is_anothers_is_held_back_and_tried_again(floor):
    dana = await floor.desk("Dana")
    put, asked = dana.client.put, []

    async def not_yours(file, *, seen_version, ends_claim=False):
        asked.append((file.order.order_id, seen_version))
        if file.order.order_id == "1" and len(asked) < 6:
            raise NotYoursError
        return await put(file, seen_version=seen_version)

    dana.client.put = not_yours
    await dana.do(dana.desk.send(details_of("1"), draft_id=""))
    await floor.sent(dana, "2")
    await until(lambda: floor.is_uploaded(dana, "1"))


async def test_after_a_new_enrolment_own_orders_are_claimed_again(floor):
    dana = await floor.desk("Dana")
    checkout_id = await floor.sent(dana)
    await dana.stop()
    dana.client.is_revoked = True
    dana.me = floor.relay.enrol("Dana", workstation=dana.me.workstation)
    dana.client = floor.relay.client(dana.me)
    await dana.start()
    await until(lambda: dana.told.status.is_shared)
    assert dana.place().holding is Holding.HERE
    floor.confirm(checkout_id)
    await until(lambda: dana.state() == "authorized" and floor.is_uploaded(dana))
    assert floor.relay.heads["key-4182"].holder_id == dana.me.token_id


async def test_a_gap_makes_a_desk_read_every_record_again(floor):
    _dana, boss = await two_desks(floor)
    floor.relay.log.clear()  # and what was announced is lost
    floor.relay.epoch = "another"
    head = floor.relay.heads["key-4182"]
    floor.relay.show(replace(head, version=head.version + 1))
    floor.relay.log.clear()
    await until(lambda: boss.place().version == head.version + 1, within_s=120)


async def test_a_closed_order_leaves_every_list(floor):
    dana, boss = await two_desks(floor)
    await dana.desk._book.archive("4182", lambda order: True)
    await until(lambda: boss.place() is None)
    assert boss.shared[-1].file.order.archived
    assert await boss.desk.shared_orders() == []


async def test_a_claimed_order_is_told_to_be_held_elsewhere(floor):
    _dana, boss = await two_desks(floor)
    head = floor.relay.heads["key-4182"]

    async def claimed(*args, **options):
        raise RecordConflictError("claimed", head)

    boss.client.claim = claimed
    assert await refused(boss.desk.take_over("4182")) == "held_elsewhere"


async def test_nobody_waits_for_a_claim_whose_work_is_done(floor):
    _dana, boss = await two_desks(floor)
    other = await floor.desk("Alex", Role.SUPERVISOR)
    await boss.do(boss.desk.take_over("4182"))
    await until(lambda: floor.is_uploaded(boss) and not boss.order().unproven)
    await until(lambda: other.place().owner_name == "Sam")
    assert floor.relay.heads["key-4182"].claim.at > floor.clock.now() - timedelta(seconds=20)
    await other.do(other.desk.take_over("4182"))
    assert other.place().holding is Holding.HERE
    await until(lambda: boss.place().holding is Holding.ELSEWHERE)


async def test_a_newer_record_is_claimed_instead(floor):
    dana, boss = await two_desks(floor)
    get = boss.client.get

    async def older(order_key):
        record = await get(order_key)
        boss.client.get = get
        await dana.do(dana.desk.supersede("4182"))
        await until(lambda: floor.is_uploaded(dana))
        return record

    boss.client.get = older
    file = await boss.do(boss.desk.take_over("4182"))
    assert file.order.checkout.superseded


async def test_an_order_that_is_gone_cannot_be_taken(floor):
    _dana, boss = await two_desks(floor)

    async def gone(order_key):
        raise NotYoursError

    boss.client.get = gone
    assert await refused(boss.desk.take_over("4182")) == "no_such_order"


@pytest.mark.parametrize(
    ("error", "reason"),
    [(None, "order_moved"), (NotYoursError(), "not_yours")],
)
async def test_a_hand_over_that_is_refused_says_why(floor, error, reason):
    _dana, boss = await two_desks(floor)
    head = floor.relay.heads["key-4182"]

    async def refuse(*args, **options):
        raise error or RecordConflictError("version", head)

    boss.client.hand_over = refuse
    assert await refused(boss.desk.hand_over("4182", "p-Dana")) == reason


# --- the disk ----------------------------------------------------------------------------------


async def test_a_disk_that_fails_at_an_upload_is_mended(floor, caplog):
    dana = await floor.desk("Dana")
    uploaded = dana.journal.uploaded

    async def fail_once(*args):
        dana.journal.uploaded = uploaded
        dana.journal.fail(JournalProblem.IO)
        return await uploaded(*args)

    dana.journal.uploaded = fail_once
    await floor.sent(dana)
    assert dana.told.status.journal_problem is None


async def test_what_was_given_while_the_disk_was_full_is_taken_when_there_is_room(floor, caplog):
    dana, _ = await two_desks(floor)
    alex = await floor.desk("Alex")
    is_full = [True]
    alex.journal.fail("full", when=lambda commit: commit is not None and is_full, times=999)
    await dana.do(dana.desk.hand_over("4182", alex.me.person_id))
    await until(lambda: any(s.journal_problem for s in alex.told.statuses))
    await asyncio.sleep(60)
    assert alex.place().holding is not Holding.HERE
    is_full.clear()
    await until(lambda: (place := alex.place()) and place.holding is Holding.HERE)


async def test_a_disk_that_fails_while_the_relay_is_asked_to_agree_is_told(floor, caplog):
    dana, _ = await two_desks(floor)

    async def full(keys):
        raise JournalError(JournalProblem.FULL)

    heads_of, dana.journal.heads_of = dana.journal.heads_of, full
    with pytest.raises(JournalError):
        await dana.do(dana.desk.supersede("4182"))
    assert dana.told.status.journal_problem is JournalProblem.FULL
    dana.journal.heads_of = heads_of
    await until(lambda: dana.told.status.journal_problem is None)
    await dana.do(dana.desk.supersede("4182"))


async def test_a_record_that_breaks_a_rule_here_is_not_gone_on_with(floor, caplog):
    _dana, boss = await two_desks(floor)
    boss.journal.fail(JournalProblem.RULE, when=lambda commit: commit and commit.taken_over)
    caught = await refused(boss.do(boss.desk.take_over("4182")))
    assert caught == "record_does_not_fit"


async def test_another_failure_is_told_as_it_is(floor, caplog):
    _dana, boss = await two_desks(floor)
    boss.journal.fail(JournalProblem.IO, when=lambda commit: commit and commit.taken_over)
    with pytest.raises(Exception, match="io"):
        await boss.do(boss.desk.take_over("4182"))


async def test_nothing_is_at_rest_that_is_not_there(floor):
    dana = await floor.desk("Dana")
    with pytest.raises(CommandRefusedError, match="no_such_order"):
        async with dana.desk._book.at_rest("unknown"):
            raise AssertionError
    assert await dana.desk._book.lose("unknown") is None


async def test_an_older_record_that_is_still_looked_at_takes_back_nothing_that_was_taken_over(
    floor,
):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place() is not None and boss.place().version == dana.place().version)
    journal, gate, held = boss.journal, asyncio.Event(), []
    order_ids, lost = journal.order_ids, []
    mark_lost = journal.mark_lost

    async def slow(order_keys):
        held.append(order_keys)
        await gate.wait()
        return await order_ids(order_keys)

    async def marked(order_id, at):
        lost.append(order_id)
        await mark_lost(order_id, at)

    journal.order_ids, journal.mark_lost = slow, marked
    await dana.do(dana.desk.refresh("4182"))
    await until(lambda: held)
    journal.order_ids = order_ids
    await boss.do(boss.desk.take_over("4182"))
    gate.set()
    await asyncio.sleep(60)
    assert lost == []
    assert boss.place().holding is Holding.HERE


async def test_an_older_record_that_comes_during_a_take_over_takes_back_nothing(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place() is not None and boss.place().version == dana.place().version)
    journal, come, keep, lost = boss.journal, asyncio.Event(), asyncio.Event(), []
    changes, keep_records, mark_lost = boss.client.changes, journal.keep_records, journal.mark_lost
    held = []

    async def late(after, *, wait_s, limit):
        page = await changes(after, wait_s=wait_s, limit=limit)
        if page.records:
            held.append(page)
            await come.wait()
        return page

    async def slow(records):
        await keep.wait()
        await keep_records(records)

    async def marked(order_id, at):
        lost.append(order_id)
        await mark_lost(order_id, at)

    boss.client.changes, journal.mark_lost = late, marked
    await asyncio.sleep(30)  # the poll that is parked
    await dana.do(dana.desk.refresh("4182"))
    await until(lambda: held)
    journal.keep_records = slow
    taking = asyncio.create_task(boss.do(boss.desk.take_over("4182")))
    await until(lambda: boss.journal.disk.files)
    come.set()
    await asyncio.sleep(1)
    keep.set()
    await taking
    await asyncio.sleep(60)
    assert lost == []
    assert boss.place().holding is Holding.HERE
