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


async def live_through(ws, order_ids=("4182",)):
    """From the form to a partial refund. Returns how often the program died."""
    deaths = 0
    is_running = False
    async with asyncio.timeout(PATIENCE_S):
        while not all(is_done(ws, order_id) for order_id in order_ids):
            work = [_step(ws, order_id) for order_id in order_ids] if is_running else [ws.start()]
            steps = [asyncio.create_task(one) for one in work]
            death = asyncio.create_task(ws.journal.died.wait())
            both = asyncio.gather(*steps, return_exceptions=True)
            await asyncio.wait({both, death}, return_when=asyncio.FIRST_COMPLETED)
            if ws.journal.died.is_set():
                is_running = False
                deaths += 1
                await ws.kill()  # every task is gone, these as well
                continue
            death.cancel()
            for error in await both:
                if isinstance(error, BaseException) and not isinstance(error, TelesalesError):
                    raise error
            is_running = is_running or steps[0].exception() is None
            await asyncio.sleep(0.1)  # nobody clicks faster
    return deaths


def is_done(ws, order_id="4182"):
    file = ws.journal.disk.files.get(order_id)
    transaction = file.order.transaction if file is not None else None
    return (
        transaction is not None
        and transaction.refunded_cents == REFUND_CENTS
        and file.order.open_operation is None
    )


async def finish(ws, order_ids=("4182",)):
    """Leave (it may have died with the very last write), and look whether all is right."""
    ws.journal.live_on()
    if ws.journal.died.is_set():
        await ws.kill()
    else:
        await ws.desk.close()
    check(ws, order_ids)


def check(ws, order_ids=("4182",)):
    """Whatever went wrong: each command took effect once, and for its amount."""
    for order_id in order_ids:
        order = ws.order(order_id)
        assert order.freeze is None
        mine = {order.transaction.transaction_id, *(c.checkout_id for c in order.checkouts)}
        effects = [(kind, cents) for kind, subject, cents in ws.affirm.effects if subject in mine]
        assert effects == [
            (OperationKind.AUTHORIZE, 124_900),
            (OperationKind.CAPTURE, 124_900),
            (OperationKind.REFUND, REFUND_CENTS),
        ]
    assert len(ws.affirm.effects) == 3 * len(order_ids)
    bodies = {call.key: call.body for call in ws.affirm.calls if call.key}
    assert all(call.body == bodies[call.key] for call in ws.affirm.calls if call.key)


async def _step(ws, order_id):
    """One thing that one of them does now."""
    desk, file = ws.desk, ws.journal.disk.files.get(order_id)
    if file is None:
        await desk.send(details_of(order_id), draft_id="")
        return
    order = file.order
    allowed = allowed_commands(order, ws.clock.now())
    if {CommandName.SEND, CommandName.SEND_AGAIN} & allowed:
        await desk.send_again(order_id)  # the customer says that nothing came
    elif order.transaction is None and order.checkout.checkout_id:
        await _customer_confirms(ws, order_id, order.checkout.checkout_id)
    elif CommandName.CAPTURE in allowed:
        await desk.capture(order_id, amount_cents=None)
    elif CommandName.PARTIAL_REFUND in allowed and not order.transaction.refunded_cents:
        await desk.refund(order_id, amount_cents=REFUND_CENTS)
    else:
        await asyncio.sleep(1)


async def _customer_confirms(ws, order_id, checkout_id):
    if not ws.affirm.checkouts[checkout_id].is_confirmed:
        ws.affirm.confirm(checkout_id)
        if ws.relay is not None:
            ws.relay.webhook("confirmed", checkout_id, order_id=order_id)
    await asyncio.sleep(1)
