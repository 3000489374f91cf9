"""Does a desk start with all it had, leave in order, and hold out a failing neighbour?"""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.application.desk import CLOSE_PATIENCE_S
from telesales_desktop.application.desk_values import RelayContact
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import OperationKind
from tests.application.orders import authorized, capturing, know, planned, put, sent, waiting
from tests.fakes.affirm import Fault
from tests.fakes.clock import START
from tests.fakes.workstation import Told, Workstation, details_of, until


async def test_every_order_is_told_and_what_is_over_costs_no_write(ws):
    know(ws, *(authorized(f"o{n}", word="voided") for n in range(300)), waiting())
    await ws.start()
    assert {file.order.order_id for file in ws.told.files} >= {f"o{n}" for n in range(300)}
    assert ws.journal.commits == []
    assert len(await ws.desk.open_orders()) == 301


async def test_what_was_in_flight_is_settled(ws):
    know(ws, sent("sent"), planned("planned"), capturing("money"), waiting("waiting"))
    ws.affirm.confirm("CHECKOUT-waiting")
    await ws.start()
    assert ws.state("sent") == "may_have_been_sent"
    assert ws.state("planned") == "send_refused"
    await until(lambda: ws.state("money") == "captured", within_s=60)
    await until(lambda: ws.state("waiting") == "authorized", within_s=10)
    assert ws.affirm.moved(OperationKind.CAPTURE) == [124_900]


async def test_a_proof_that_died_with_the_program_is_asked_for_again(ws):
    """Else every command on the order is refused until its next look, hours later."""
    know(ws, replace(authorized(), unproven=True, next_read_at=START + timedelta(hours=6)))
    desk = await ws.start()
    await until(lambda: not ws.order().unproven, within_s=5)
    file = await desk.capture("4182", amount_cents=None)
    assert file.order.transaction.word == "captured"


@pytest.mark.parametrize("problem", ["locked", "wrong_key", "damaged"])
async def test_a_journal_that_does_not_open_is_said_and_raised(ws, problem):
    ws.journal.fail_open(problem)
    with pytest.raises(JournalError):
        await ws.start()
    assert ws.told.status.journal_problem is JournalProblem(problem)
    assert ws.affirm.calls == []


async def test_a_journal_that_cannot_be_read_is_said_and_raised(ws, monkeypatch):
    async def damaged():
        raise JournalError("damaged")

    monkeypatch.setattr(ws.journal, "load_open_orders", damaged)
    with pytest.raises(JournalError):
        await ws.start()
    assert ws.told.status.journal_problem is JournalProblem.DAMAGED


async def test_a_disk_that_is_full_at_the_start_is_mended_later(ws):
    know(ws, sent("1"), sent("2"))
    ws.journal.fail("full", times=3)
    await ws.start()
    assert ws.told.status.journal_problem is JournalProblem.FULL
    await asyncio.sleep(30)
    assert (ws.state("1"), ws.state("2")) == ("may_have_been_sent", "may_have_been_sent")
    assert ws.told.status.journal_problem is None


async def test_a_crash_with_one_order_does_not_cost_the_others(ws, caplog):
    broken = replace(sent("broken"), operations=(object(),))
    know(ws, sent("fine"))
    put(ws.disk, broken)
    await ws.start()
    assert ws.state("fine") == "may_have_been_sent"
    assert "an order could not be taken up" in caplog.messages


async def test_a_listener_that_fails_costs_nobody_else_anything(ws, caplog):
    class Broken(Told):
        def order_changed(self, file):
            raise ZeroDivisionError

        def noticed(self, order_id, notice, at):
            raise ZeroDivisionError

    desk = ws.build()
    stop_broken = desk.subscribe(Broken())
    other = Told()
    stop_other = desk.subscribe(other)
    await desk.start()
    await desk.send(details_of(), draft_id="")
    assert ws.state() == "link_sent"
    assert [f.order for f in other.files] == [f.order for f in ws.told.files]
    assert "a listener failed" in caplog.messages
    for stop in (stop_broken, stop_other, stop_other):
        stop()
    ws.affirm.say(ws.affirm.newest, "not_approved")
    await desk.refresh("4182")
    assert ws.told.notices
    assert other.notices == []


async def test_a_subscriber_is_told_at_once_how_it_stands(ws):
    ws.build()
    assert [status.relay for status in ws.told.statuses] == [RelayContact.CONNECTING]


async def test_what_is_over_is_archived_while_the_desk_runs(ws):
    know(ws, authorized("over", word="voided"), waiting())
    ws.clock.set_by(31 * 24 * 3600)
    desk = await ws.start()
    await until(lambda: ws.order("over").archived)
    assert [f.order.order_id for f in await desk.open_orders()] == ["4182"]
    ws.relay.webhook("confirmed", "CHECKOUT-over")
    await until(lambda: not ws.order("over").archived)


# --- without news --------------------------------------------------------------------------


@pytest.mark.parametrize("relay", [True, False])
async def test_with_every_webhook_lost_a_confirmation_is_found_within_a_minute(relay):
    ws = Workstation(relay=relay)
    desk = await ws.start()
    await desk.send(details_of(), draft_id="")
    await asyncio.sleep(1800)
    ws.affirm.confirm(ws.affirm.newest)
    await until(lambda: ws.state() == "authorized", within_s=70)
    await desk.close()


async def test_the_lid_was_closed_while_the_customer_confirmed(ws):
    desk = await ws.start()
    await desk.send(details_of(), draft_id="")
    await asyncio.sleep(3 * 3600)
    ws.relay.plan(*[None] * 3)
    ws.affirm.confirm(ws.affirm.newest)
    ws.clock.sleep_machine(8 * 3600)
    await until(lambda: ws.state() == "authorized", within_s=20)


async def test_reads_keep_their_manners_with_many_waiting_orders(ws):
    know(ws, *(waiting(f"o{n}") for n in range(40)))
    await ws.start()
    await asyncio.sleep(300)
    times = [call.at_s for call in ws.affirm.calls if call.name == "read"]
    assert len(times) > 100
    assert min(b - a for a, b in itertools.pairwise(times)) > 0.999


# --- leaving -------------------------------------------------------------------------------


async def test_leaving_waits_for_the_answer_that_is_out_and_closes_everything(ws):
    desk = await ws.start()
    ws.affirm.call_s = 10
    sending = asyncio.create_task(desk.send(details_of(), draft_id=""))
    await asyncio.sleep(1)
    await desk.close()
    assert (await sending).order.checkout.state.value == "accepted"
    assert ws.affirm.is_closed
    assert ws.relay.is_closed
    assert ws.journal.is_closed


async def test_leaving_has_an_end_and_the_next_start_settles(ws):
    desk = await ws.start()
    gate = ws.affirm.hold("store")
    sending = asyncio.create_task(desk.send(details_of(), draft_id=""))
    await asyncio.sleep(1)
    left_at = asyncio.get_running_loop().time()
    await desk.close()
    assert asyncio.get_running_loop().time() - left_at < CLOSE_PATIENCE_S + 5
    assert (await sending).order.checkout.state.value == "sent"
    gate.set()
    await ws.restart()
    assert ws.state() == "may_have_been_sent"


async def test_leaving_has_an_end_although_the_disk_hangs_for_good(ws):
    know(ws, waiting())
    desk = await ws.start()
    ws.journal.die(after_writes=1, written=False)  # a write that is never answered
    sending = asyncio.create_task(desk.send(details_of("2"), draft_id=""))
    ws.relay.webhook("opened", "CHECKOUT-4182")
    await asyncio.sleep(30)
    left_at = asyncio.get_running_loop().time()
    await desk.close()
    assert asyncio.get_running_loop().time() - left_at < CLOSE_PATIENCE_S + 10
    assert ws.journal.is_closed
    assert not sending.done()
    await ws.kill()  # the process ends, and its threads with it


async def test_leaving_twice_is_leaving_once(ws):
    desk = await ws.start()
    await asyncio.gather(desk.close(), desk.close())
    await desk.close()


async def test_leaving_before_a_start_closes_what_is_there(ws):
    await ws.build().close()
    assert ws.journal.is_closed


async def test_a_neighbour_that_does_not_close_keeps_nobody_else_open(ws, caplog, monkeypatch):
    async def fail():
        raise OSError("no")

    desk = await ws.start()
    monkeypatch.setattr(ws.relay, "close", fail)
    await desk.close()
    assert caplog.messages == ["something did not close"]
    assert ws.journal.is_closed


async def test_nothing_can_be_asked_of_a_desk_that_has_closed(ws):
    desk = await ws.start()
    await desk.close()
    with pytest.raises(JournalError):
        await desk.send(details_of(), draft_id="")
    assert ws.affirm.calls == []


async def test_leaving_in_the_middle_of_everything_leaves_a_disk_that_is_right(ws):
    know(ws, *(waiting(f"o{n}") for n in range(5)), authorized("money"))
    desk = await ws.start()
    ws.affirm.plan("capture", Fault.LOST_ANSWER)
    commands = [
        desk.capture("money", amount_cents=None),
        desk.send(details_of("new"), draft_id=""),
        *(desk.refresh(f"o{n}") for n in range(5)),
    ]
    running = [asyncio.create_task(command) for command in commands]
    await asyncio.sleep(0.08)
    await desk.close()
    await asyncio.gather(*running, return_exceptions=True)
    await ws.restart()
    await until(lambda: ws.state("money") == "captured", within_s=90)
    assert ws.affirm.moved(OperationKind.CAPTURE) == [124_900]


async def test_a_loop_that_crashes_is_said(ws, caplog, monkeypatch):
    async def crash():
        raise ZeroDivisionError

    desk = ws.build()
    monkeypatch.setattr(desk._archivist, "run", crash)
    await desk.start()
    await asyncio.sleep(1)
    assert caplog.messages == ["a loop of the desk crashed"]
