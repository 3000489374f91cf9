"""Which part of the stand-in answers a request?"""

from collections.abc import Sequence

import httpx

from telesales_desktop.simulator import control, customer_page
from telesales_desktop.simulator.api import AffirmApi
from telesales_desktop.simulator.clock import Clock
from telesales_desktop.simulator.control import ControlApi
from telesales_desktop.simulator.customer_page import CustomerPage
from telesales_desktop.simulator.exchange import (
    Answer,
    BodyCutError,
    BodyTooLargeError,
    Call,
    Receive,
    Scope,
    Send,
    json_answer,
    read_call,
    send_answer,
)
from telesales_desktop.simulator.fault_answers import ELSEWHERE
from telesales_desktop.simulator.faults import Fault
from telesales_desktop.simulator.settings import Keys, Settings
from telesales_desktop.simulator.simulated_affirm import SimulatedAffirm
from telesales_desktop.simulator.webhook_sender import WebhookSender


class SimulatorApp:
    """An ASGI application: Affirm's API, the customer's page and the control API."""

    def __init__(
        self, affirm: SimulatedAffirm, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.affirm = affirm
        self.webhooks = WebhookSender(affirm.account, affirm.faults, transport)
        affirm.listener = self.webhooks.submit
        self.api = AffirmApi(affirm)
        self._page = CustomerPage(affirm)
        self._control = ControlApi(affirm, self.api, self.webhooks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                answer = await self._answer(await read_call(scope, receive))
            except BodyCutError:
                return
            except BodyTooLargeError:
                answer = json_answer(413, {"status_code": 413, "message": "The body is too large."})
            await send_answer(answer, scope, receive, send)

    async def aclose(self) -> None:
        """Drop the webhooks that are on their way; an in-process caller calls this himself."""
        await self.webhooks.aclose()

    async def _answer(self, call: Call) -> Answer:
        if call.path.startswith("/api/"):
            return await self.api.answer(call)
        if call.path.startswith(control.PREFIX):
            return await self._control.answer(call)
        if call.path.startswith(f"{ELSEWHERE}/"):
            self._control.redirects_followed += 1
        elif call.path == "/" or call.path.startswith(customer_page.PREFIX):
            if call.method in ("GET", "HEAD", "POST"):
                return self._page.answer(call)
            return json_answer(405, {"status_code": 405, "message": "Method not allowed."})
        return json_answer(404, {"status_code": 404, "message": "Not found."})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.aclose()
                await send({"type": "lifespan.shutdown.complete"})
                return


def create_app(
    public_key: str,
    private_key: str,
    *,
    settings: Settings | None = None,
    faults: Sequence[Fault] = (),
    seed: int | None = None,
    clock: Clock | None = None,
    hook_transport: httpx.AsyncBaseTransport | None = None,
) -> SimulatorApp:
    """A stand-in of its own, for uvicorn or ``httpx.ASGITransport``.

    ``settings.hook_url`` is where webhooks go; ``hook_transport`` lets them go in-process.
    """
    affirm = SimulatedAffirm(Keys(public_key, private_key), settings, clock=clock, seed=seed)
    for fault in faults:
        affirm.faults.add(fault)
    return SimulatorApp(affirm, hook_transport)
