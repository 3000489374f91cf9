"""Can an agent and a supervisor do what the window offers, and is each told the truth?"""

import asyncio
import inspect
from dataclasses import replace

import pytest

from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.ports import Draft, JournalProblem, SearchQuery
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.errors import CommandRefusedError, InputError, JournalError
from telesales_desktop.domain.order import Freeze, FreezeReason, OperationKind
from telesales_desktop.ui.desk import Desk
from tests.application.orders import put
from tests.fakes.affirm import Fault, refused
from tests.fakes.clock import START
from tests.fakes.workstation import Workstation, details_of, until


@pytest.fixture
async def supervised():
    station = Workstation(role=Role.SUPERVISOR)
    yield station
    await station.desk.close()


async def authorized(ws, order_id="4182"):
    """An order whose customer has confirmed; returns the desk."""
    desk = ws.desk or await ws.start()
    await desk.send(details_of(order_id), draft_id="")
    checkout_id = ws.affirm.newest
    ws.affirm.confirm(checkout_id)
    ws.relay.webhook("confirmed", checkout_id, order_id=order_id)
    await until(lambda: ws.state(order_id) == "authorized", within_s=30)
    return desk


def test_the_desk_can_do_what_the_window_asks_of_it():
    """Every method of the window's protocol, with parameters that its calls fit."""
    asked = {n: f for n, f in inspect.getmembers(Desk, inspect.isfunction) if n[0] != "_"}
    assert len(asked) > 20
    for name, wanted in asked.items():
        offered = inspect.signature(getattr(OrderDesk, name)).parameters
        for parameter in inspect.signature(wanted).parameters.values():
            assert parameter.name in offered, f"{name}({parameter.name})"
            assert offered[parameter.name].kind is parameter.kind, f"{name}({parameter.name})"
        extra = offered.keys() - inspect.signature(wanted).parameters.keys()
        assert all(offered[n].default is not inspect.Parameter.empty for n in extra), name


async def test_an_order_goes_from_the_form_to_captured_money(ws):
    desk = await authorized(ws)
    assert [n for _, n in ws.told.notices] == [Notice.CONFIRMED, Notice.AUTHORIZED]
    file = await desk.capture("4182", amount_cents=None)
    assert file.order.transaction.word == "captured"
    assert ws.affirm.moved(OperationKind.CAPTURE) == [124_900]
    kinds = [line.kind for line in await desk.timeline("4182")]
    assert kinds[:2] == ["send_asked", "link_sent"]
    assert {"authorize_done", "capture_done"} <= set(kinds)
    assert ws.told.files[-1].order == file.order == ws.order()


async def test_money_comes_back_in_parts_or_whole(ws):
    desk = await authorized(ws)
    await desk.capture("4182", amount_cents=None)
    file = await desk.refund("4182", amount_cents=4_900)
    assert file.order.transaction.word == "partially_refunded"
    file = await desk.refund("4182", amount_cents=None)
    assert file.order.transaction.word == "refunded"
    assert ws.affirm.moved(OperationKind.REFUND) == [4_900, 120_000]


async def test_a_hold_is_released(ws):
    desk = await authorized(ws)
    file = await desk.void("4182")
    assert file.order.transaction.word == "voided"


async def test_the_shipment_is_told(ws):
    desk = await authorized(ws)
    await desk.update_shipping("4182", carrier="UPS", confirmation="1Z")
    body = next(call.body for call in ws.affirm.calls if call.name == "update")
    assert '"shipping_confirmation":"1Z"' in body


async def test_a_part_is_captured_only_where_the_merchant_may(ws):
    desk = await authorized(ws)
    with pytest.raises(CommandRefusedError):
        await desk.capture("4182", amount_cents=100)
    assert ws.affirm.moved(OperationKind.CAPTURE) == []


async def test_the_customer_says_it_is_done_where_reads_do_not_show_it(ws):
    ws.affirm.shows_confirmed = False
    desk = await ws.start()
    await desk.send(details_of(), draft_id="")
    file = await desk.authorize("4182")  # not yet: a no is a normal answer
    assert file.order.transaction is None
    ws.affirm.confirm(ws.affirm.newest)
    file = await desk.authorize("4182")
    assert file.order.transaction.word == "authorized"
    assert ws.affirm.moved(OperationKind.AUTHORIZE) == [124_900]


async def test_the_same_link_again_and_a_new_one_for_a_corrected_order(ws):
    desk = await ws.start()
    await desk.send(details_of(), draft_id="")
    await asyncio.sleep(60)
    await desk.resend("4182")
    assert ws.affirm.count("resend") == 1
    file = await desk.correct(details_of(total_cents=99_900), draft_id="")
    assert [c.superseded for c in file.order.checkouts] == [True, False]
    assert file.order.total_cents == 99_900
    file = await desk.supersede("4182")
    assert ws.state() == "closed"
    file = await desk.send_again("4182")
    assert len(file.order.checkouts) == 3
    assert ws.state() == "link_sent"


async def test_a_look_at_affirm_now(ws):
    desk = await ws.start()
    await desk.send(details_of(), draft_id="")
    ws.affirm.say(ws.affirm.newest, "opened")
    file = await desk.refresh("4182")
    assert file.order.checkout.word == "opened"


@pytest.mark.parametrize(
    "command",
    [
        lambda desk: desk.send(details_of(), draft_id=""),
        lambda desk: desk.capture("7", amount_cents=None),
        lambda desk: desk.capture("7", amount_cents=124_900),
        lambda desk: desk.void("7"),
        lambda desk: desk.update_shipping("7", carrier="a", confirmation="b"),
    ],
)
async def test_a_double_click_is_one_operation(ws, command):
    desk = await authorized(ws, "7")
    outcomes = await asyncio.gather(*(command(desk) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(o, CommandRefusedError) for o in outcomes) == 3
    assert ws.affirm.count("store") <= 2
    assert len(ws.affirm.effects) <= 2
    assert len(ws.order("7").operations) <= 2


@pytest.mark.parametrize("name", ["authorize", "resend"])
async def test_a_double_click_on_the_link_is_one_request(ws, name):
    desk = await ws.start()
    await desk.send(details_of(), draft_id="")
    await asyncio.sleep(60)
    ws.affirm.confirm(ws.affirm.newest) if name == "authorize" else None
    command = getattr(desk, name)
    await asyncio.gather(*(command("4182") for _ in range(4)), return_exceptions=True)
    assert ws.affirm.count(name) == 1


async def test_the_same_order_sent_from_two_windows_is_one_link(ws):
    desk = await ws.start()
    sends = [desk.send(details_of(), draft_id="") for _ in range(5)]
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert sum(isinstance(o, CommandRefusedError) for o in outcomes) == 4
    assert ws.affirm.count("store") == 1


async def test_an_order_paid_another_way_is_kept_and_never_sent(ws):
    desk = await ws.start()
    file = await desk.keep(details_of(payment=PaymentChoice.CARD), draft_id="")
    assert (ws.state(), ws.affirm.calls) == ("kept", [])
    assert not file.order.is_affirm
    with pytest.raises(CommandRefusedError):
        await desk.send_again("4182")
    await desk.send(details_of(), draft_id="")  # the customer thinks again
    assert ws.state() == "link_sent"


async def test_what_may_not_leave_is_refused_before_it_is_written(ws):
    desk = await ws.start()
    with pytest.raises(InputError):
        await desk.send(details_of(tax_cents=1), draft_id="")
    with pytest.raises(InputError):
        await desk.keep(details_of(), draft_id="")
    assert ws.journal.commits == []


async def test_what_affirm_refuses_and_what_is_lost_are_no_exceptions(ws):
    ws.affirm.plan("store", refused("invalid_field", 400, "phone"), Fault.LOST_ANSWER)
    desk = await ws.start()
    file = await desk.send(details_of(), draft_id="")
    assert file.order.checkout.refusal_field == "phone"
    await desk.send_again("4182")
    assert ws.state() == "may_have_been_sent"


async def test_drafts_searches_and_open_orders(ws):
    desk = await ws.start()
    draft = Draft("d", {"first_name": "Marie"}, START)
    await desk.save_draft(draft)
    assert list(await desk.drafts()) == [draft]
    await desk.delete_draft("d")
    assert list(await desk.drafts()) == []
    await desk.save_draft(draft)
    await desk.send(details_of("1"), draft_id="d")
    await asyncio.sleep(1)
    await desk.send(details_of("2"), draft_id="")
    assert list(await desk.drafts()) == []
    assert [f.order.order_id for f in await desk.open_orders()] == ["2", "1"]
    found = await desk.search(SearchQuery(text="1", limit=1))
    assert [f.order.order_id for f in found] == ["1"]
    assert desk.now() == ws.clock.now()


async def test_a_journal_that_fails_a_view_is_seen_to(ws):
    desk = await ws.start()
    ws.journal.break_down("io")
    with pytest.raises(JournalError):
        await desk.drafts()
    assert ws.told.status.journal_problem is JournalProblem.IO
    await asyncio.sleep(6)
    assert ws.told.status.journal_problem is None
    assert list(await desk.drafts()) == []


async def test_the_link_lives_as_long_as_the_profile_says():
    ws = Workstation(link_life_s=3600)
    desk = await ws.start()
    file = await desk.send(details_of(), draft_id="")
    life = file.order.checkout.expires_at - file.order.checkout.sent_at
    assert 3600 <= life.total_seconds() < 3601
    await desk.close()


# --- a supervisor --------------------------------------------------------------------------


async def test_only_a_supervisor_decides(ws):
    desk = await authorized(ws)
    for decide in (
        desk.lift_freeze("4182"),
        desk.raise_generation("4182"),
        desk.give_verdict("4182", took_effect=True),
    ):
        with pytest.raises(CommandRefusedError) as refusal:
            await decide
        assert refusal.value.reason == "supervisors_only"


async def test_a_supervisor_lets_a_frozen_order_go_on(supervised):
    ws = supervised
    desk = await authorized(ws)
    await desk.close()
    frozen = replace(ws.order(), freeze=Freeze(FreezeReason.AMOUNT, "1", "2", START))
    put(ws.disk, frozen)
    desk = await ws.restart()
    with pytest.raises(CommandRefusedError):
        await desk.capture("4182", amount_cents=None)
    file = await desk.lift_freeze("4182")
    assert file.order.freeze is None
    file = await desk.capture("4182", amount_cents=None)
    assert file.order.transaction.word == "captured"


async def test_a_supervisor_allows_a_new_key_after_a_refusal(supervised):
    ws = supervised
    desk = await authorized(ws)
    ws.affirm.plan("capture", refused("capture-declined"))
    file = await desk.capture("4182", amount_cents=None)
    assert file.order.operations[-1].verdict == "capture-declined"
    file = await desk.raise_generation("4182")
    assert file.order.generation == 1
    file = await desk.capture("4182", amount_cents=None)
    assert file.order.transaction.word == "captured"
    assert len({call.key for call in ws.affirm.calls if call.name == "capture"}) == 2


async def test_a_command_that_has_not_left_can_be_dropped(ws):
    desk = await authorized(ws)
    ws.affirm.plan("capture", *[Fault.UNREACHABLE] * 50)
    await desk.capture("4182", amount_cents=None)
    file = await desk.cancel_planned("4182")
    assert file.order.operations[-1].verdict == "cancelled"
    await asyncio.sleep(600)
    assert ws.affirm.moved(OperationKind.CAPTURE) == []
    with pytest.raises(CommandRefusedError):
        await desk.cancel_planned("4182")
    with pytest.raises(CommandRefusedError):
        await desk.cancel_planned("unknown")


async def test_a_supervisor_closes_what_machinery_may_not(supervised):
    ws = supervised
    desk = await authorized(ws)
    await desk.capture("4182", amount_cents=None)
    ws.affirm.plan("refund", Fault.LOST_ANSWER)
    ws.affirm.plan("read_transaction", *[Fault.UNREACHABLE] * 200)
    await desk.refund("4182", amount_cents=100)
    with pytest.raises(CommandRefusedError):
        await desk.give_verdict("4182", took_effect=True)  # still checking
    await asyncio.sleep(700)
    assert (ws.order().order_id, Notice.NEEDS_SUPERVISOR) in [
        (order_id, notice) for order_id, notice in ws.told.notices
    ]
    file = await desk.give_verdict("4182", took_effect=True)
    assert file.order.operations[-1].state.value == "done"
    assert ws.affirm.moved(OperationKind.REFUND) == [100]
