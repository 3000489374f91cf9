"""Does an order go from the form to captured money through the desk, and only once?"""

from telesales_desktop.domain.order import OperationKind
from tests.fakes.workstation import details_of, until


async def test_an_order_goes_from_the_form_to_captured_money(ws):
    desk = await ws.start()
    file = await desk.send(details_of(), draft_id="")
    assert ws.state() == "link_sent"
    checkout_id = file.order.checkout.checkout_id
    ws.affirm.confirm(checkout_id)
    ws.relay.webhook("confirmed", checkout_id, order_id="4182")
    await until(lambda: ws.state() == "authorized", within_s=5)
    file = await desk.capture("4182", amount_cents=None)
    assert file.order.transaction.word == "captured"
    assert ws.affirm.moved(OperationKind.CAPTURE) == [124_900]
