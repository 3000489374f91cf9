"""An agent and a customer who do what the order allows, until the money is where it should be.

The program may die at any write or at any moment: it is started again and they go on.
"""

import asyncio

from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.order import OperationKind
from telesales_desktop.domain.order_state import CommandName, allowed_commands
from tests.fakes.affirm import Fault
from tests.fakes.workstation import details_of

REFUND_CENTS = 4_900
PATIENCE_S = 3600.0

FAULTS = [
    (name, fault)
    for name in ("store", "authorize", "capture", "refund")
    for fault in (
        Fault.LOST_ANSWER,
        Fault.LOST_REQUEST,
        Fault.UNREACHABLE,
        Fault.BUSY,
        Fault.PROCESSING,
        Fault.CRASH,
    )
] + [(name, Fault.LOST_ANSWER) for name in ("read", "read_transaction", "list")]


async def live_through(ws):
    """From the form to a partial refund. Returns how often the program died."""
    deaths = 0
    is_running = False
    async with asyncio.timeout(PATIENCE_S):
        while not is_done(ws):
            step = asyncio.create_task(_step(ws) if is_running else ws.start())
            death = asyncio.create_task(ws.journal.died.wait())
            await asyncio.wait({step, death}, return_when=asyncio.FIRST_COMPLETED)
            is_running = not ws.journal.died.is_set()
            if not is_running:
                deaths += 1
                await ws.kill()  # every task is gone, these two as well
                continue
            death.cancel()
            await asyncio.gather(step, death, return_exceptions=True)
            error = step.exception()
            if error is not None and not isinstance(error, TelesalesError):
                raise error
            await asyncio.sleep(0.1)  # nobody clicks faster
    return deaths


def is_done(ws):
    file = ws.journal.disk.files.get("4182")
    transaction = file.order.transaction if file is not None else None
    return (
        transaction is not None
        and transaction.refunded_cents == REFUND_CENTS
        and file.order.open_operation is None
    )


def check(ws):
    """Whatever went wrong: each command took effect once, and for its amount."""
    assert ws.affirm.moved(OperationKind.AUTHORIZE) == [124_900]
    assert ws.affirm.moved(OperationKind.CAPTURE) == [124_900]
    assert ws.affirm.moved(OperationKind.REFUND) == [REFUND_CENTS]
    order = ws.order()
    assert order.freeze is None
    bodies = {call.key: call.body for call in ws.affirm.calls if call.key}
    assert all(call.body == bodies[call.key] for call in ws.affirm.calls if call.key)


async def _step(ws):
    """One thing that one of them does now."""
    desk, file = ws.desk, ws.journal.disk.files.get("4182")
    if file is None:
        await desk.send(details_of(), draft_id="")
        return
    order = file.order
    allowed = allowed_commands(order, ws.clock.now())
    if {CommandName.SEND, CommandName.SEND_AGAIN} & allowed:
        await desk.send_again("4182")  # the customer says that nothing came
    elif order.transaction is None and order.checkout.checkout_id:
        await _customer_confirms(ws, order.checkout.checkout_id)
    elif CommandName.CAPTURE in allowed:
        await desk.capture("4182", amount_cents=None)
    elif CommandName.PARTIAL_REFUND in allowed and not order.transaction.refunded_cents:
        await desk.refund("4182", amount_cents=REFUND_CENTS)
    else:
        await asyncio.sleep(1)


async def _customer_confirms(ws, checkout_id):
    if not ws.affirm.checkouts[checkout_id].is_confirmed:
        ws.affirm.confirm(checkout_id)
        if ws.relay is not None:
            ws.relay.webhook("confirmed", checkout_id, order_id="4182")
    await asyncio.sleep(1)
