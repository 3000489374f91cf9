"""The whole flow: real window, client, relay process, simulator process and Secret Service."""

import asyncio

import pytest

from telesales_desktop.demo.customer import Choice
from telesales_desktop.domain.order_state import OrderState
from tests.journeys.floor import Floor, Seat, open_floor, take_seat

pytestmark = [pytest.mark.journey, pytest.mark.qt_loop]


async def act(floor: Floor, seat: Seat, choice: Choice) -> None:
    for step in floor.customer.steps(choice):
        await floor.customer.act(seat.checkout_id, step)


async def test_approve_ends_captured_and_each_effect_happens_once():
    async with open_floor() as floor, take_seat(floor) as seat:
        await seat.send()
        await act(floor, seat, Choice.APPROVE)
        await seat.until(OrderState.AUTHORIZED)
        assert "$1,249.00" in seat.sentence()
        await seat.hands.click("command_capture")
        await seat.until(OrderState.CAPTURED)
        assert len(await floor.effects("authorize")) == 1
        assert len(await floor.effects("capture")) == 1


async def test_decline_ends_not_approved_and_moves_nothing():
    async with open_floor() as floor, take_seat(floor) as seat:
        await seat.send()
        await act(floor, seat, Choice.DECLINE)
        await seat.until(OrderState.NOT_APPROVED)
        assert await floor.effects("authorize") == []
        assert seat.hands.look("command_capture") is None


async def test_more_information_is_told_and_the_customer_may_go_on():
    async with open_floor() as floor, take_seat(floor) as seat:
        await seat.send()
        await act(floor, seat, Choice.MORE_INFORMATION)
        await seat.until(OrderState.MORE_INFORMATION_NEEDED)
        for step in ("approve", "confirm"):
            await floor.customer.act(seat.checkout_id, step)
        await seat.until(OrderState.AUTHORIZED)


async def test_an_abandoned_order_stays_opened():
    async with open_floor() as floor, take_seat(floor) as seat:
        await seat.send()
        await act(floor, seat, Choice.ABANDON)
        await seat.until(OrderState.OPENED)
        assert await seat.witness.unchanged(OrderState.OPENED, patience_s=6)
        assert await floor.effects("authorize") == []


async def test_lost_webhooks_are_made_up_for_by_reads():
    async with open_floor() as floor, take_seat(floor) as seat:
        await floor.customer.lose_webhooks()
        await seat.send()
        for step in ("open", "approve", "confirm"):
            await floor.ask("POST", f"checkouts/{seat.checkout_id}/{step}", {})
        await seat.until(OrderState.AUTHORIZED)
        sources = {entry.source.value for entry in await timeline(seat)}
        assert "webhook" not in sources
        assert "browser" not in sources


async def test_without_a_relay_the_desk_reads_affirm_itself():
    async with open_floor(with_relay=False) as floor, take_seat(floor) as seat:
        await seat.send()
        for step in ("open", "approve", "confirm"):
            await floor.ask("POST", f"checkouts/{seat.checkout_id}/{step}", {})
        await seat.until(OrderState.AUTHORIZED)
        assert len(await floor.effects("authorize")) == 1


async def test_where_reads_hide_confirmed_the_agent_says_so_and_an_early_no_is_normal():
    async with open_floor(with_relay=False) as floor, take_seat(floor) as seat:
        await floor.ask("PATCH", "settings", {"reads_show_confirmed": False})
        await seat.send()
        await seat.hands.click("command_authorize")  # too early: the customer has not confirmed
        await seat.until(OrderState.AUTHORIZING)
        await seat.until(OrderState.LINK_SENT)
        assert await floor.effects("authorize") == []
        for step in ("open", "approve", "confirm"):
            await floor.ask("POST", f"checkouts/{seat.checkout_id}/{step}", {})
        await seat.hands.click("command_authorize")
        await seat.until(OrderState.AUTHORIZED)
        assert len(await floor.effects("authorize")) == 1


@pytest.mark.parametrize(
    "kind", ["lost_reply", "error_after", "drop_before", "processing", "html", "drip"]
)
async def test_a_lost_authorize_is_settled_without_a_second_effect(kind: str):
    async with open_floor(call_timeout_s=3.0) as floor, take_seat(floor) as seat:
        await floor.ask("POST", "faults", {"kind": kind, "endpoint": "authorize", "times": 2})
        await seat.send()
        await act(floor, seat, Choice.APPROVE)
        await seat.until(OrderState.AUTHORIZED)
        assert len(await floor.effects("authorize")) == 1


@pytest.mark.parametrize(
    "kind", ["lost_reply", "error_after", "overloaded_after", "processing", "drip"]
)
async def test_a_lost_capture_and_a_lost_refund_are_settled_without_a_second_effect(kind: str):
    async with open_floor(call_timeout_s=3.0) as floor, take_seat(floor) as seat:
        await seat.send()
        await act(floor, seat, Choice.APPROVE)
        await seat.until(OrderState.AUTHORIZED)
        for endpoint in ("capture", "refund"):
            await floor.ask("POST", "faults", {"kind": kind, "endpoint": endpoint, "times": 1})
        await seat.hands.click("command_capture")
        await seat.until(OrderState.CAPTURED)
        await seat.hands.click("command_refund")
        await seat.hands.click("confirmYes")
        await seat.until(OrderState.REFUNDED)
        amounts = {
            kind: [effect["amount_cents"] for effect in await floor.effects(kind)]
            for kind in ("authorize", "capture", "refund")
        }
        assert amounts == {"authorize": [124_900], "capture": [124_900], "refund": [124_900]}


async def test_a_lost_void_is_settled_without_a_second_effect():
    async with open_floor(call_timeout_s=3.0) as floor, take_seat(floor) as seat:
        await seat.send()
        await act(floor, seat, Choice.APPROVE)
        await seat.until(OrderState.AUTHORIZED)
        await floor.ask("POST", "faults", {"kind": "lost_reply", "endpoint": "void", "times": 1})
        await seat.hands.click("command_void")
        await seat.hands.click("confirmYes")
        await seat.until(OrderState.VOIDED)
        assert len(await floor.effects("void")) == 1
        assert await floor.effects("capture") == []


async def test_a_lost_store_answer_is_said_and_adopted_from_the_webhook():
    async with open_floor() as floor, take_seat(floor) as seat:
        await floor.ask("POST", "faults", {"kind": "lost_reply", "endpoint": "store", "times": 1})
        with pytest.raises(AssertionError):
            await asyncio.wait_for(send_expecting_silence(seat), 30)
        assert seat.witness.state is OrderState.MAY_HAVE_BEEN_SENT
        told = await floor.ask("GET", "checkouts")
        checkouts = told["checkouts"] if isinstance(told, dict) else told
        assert len(checkouts) == 1  # nothing was sent a second time
        checkout_id = checkouts[0].get("checkout_id") or checkouts[0]["id"]
        for step in ("open", "approve", "confirm"):
            await floor.customer.act(checkout_id, step)
        await seat.until(OrderState.AUTHORIZED)
        assert seat.checkout_id == checkout_id


async def send_expecting_silence(seat: Seat) -> None:
    sending = asyncio.ensure_future(seat.send())
    while seat.witness.state is not OrderState.MAY_HAVE_BEEN_SENT:
        await asyncio.sleep(0.02)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    raise AssertionError("the answer was lost, as planned")


async def timeline(seat: Seat):
    assert seat.witness.file is not None
    return await seat.session.desk.timeline(seat.witness.file.order.order_id)
