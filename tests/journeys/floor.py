"""What does a journey walk through? Real servers on loopback, a real keyring, the real window."""

import argparse
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from PySide6.QtCore import Qt

from telesales_desktop.application.ports import Credentials
from telesales_desktop.application.profile import Profile
from telesales_desktop.bootstrap import connection_tests
from telesales_desktop.demo.customer import SimulatedCustomer
from telesales_desktop.demo.hands import Hands
from telesales_desktop.demo.headless import fill_form
from telesales_desktop.demo.stage import Stage, StageRequest
from telesales_desktop.demo.witness import Witness
from telesales_desktop.domain.money import Country
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.window import WindowSession, open_shell

LONG_S = 60.0
TYPED = argparse.Namespace(country="US", language="en_US")


@dataclass
class Floor:
    """Relay, simulator and a profile whose secrets are in the system's keyring."""

    stage: Stage
    profile: Profile
    customer: SimulatedCustomer

    @property
    def data_dir(self) -> Path:
        return self.stage.folder / "desk"

    async def ask(self, method: str, path: str, body: object = None) -> object:
        """Speak to the simulator's controls."""
        async with httpx.AsyncClient(base_url=self.stage.simulator_url, trust_env=False) as http:
            answer = await http.request(method, f"/_simulator/{path}", json=body)
            answer.raise_for_status()
            return answer.json() if answer.content else None

    async def effects(self, kind: str) -> list[object]:
        """Every movement of money of one kind, as Affirm's side counts it."""
        told = await self.ask("GET", f"effects?kind={kind}")
        return list(told["effects"] if isinstance(told, dict) else told)  # type: ignore[call-overload]


@asynccontextmanager
async def open_floor(
    *, with_relay: bool = True, country: Country = Country.US, call_timeout_s: float = 20.0
) -> AsyncIterator[Floor]:
    """Start the servers and set this workstation up, as the assistant would. Units: seconds."""
    stage = Stage(StageRequest(country=country))
    try:
        profile = replace(
            await stage.set_up(),
            name="journey",
            practice=False,
            locale="en_US",
            call_timeout_s=call_timeout_s,
        )
        if not with_relay:
            profile = replace(
                profile,
                relay_url="",
                relay_public_url="",
                confirmation_url="https://shop.example.com/confirmed",
                cancel_url="https://shop.example.com/cancelled",
            )
        checks = connection_tests(stage.folder / "desk")
        credentials = Credentials(stage.credentials.public_key, stage.credentials.private_key)
        await checks.check_keyring()
        await checks.check_keys(profile, credentials)
        if with_relay:
            profile = await checks.check_relay(profile, stage.enrolment_code)
        await checks.save(profile, credentials)
        customer = SimulatedCustomer(stage.simulator_url)
        try:
            yield Floor(stage, profile, customer)
        finally:
            await customer.close()
    finally:
        await stage.clear()


@dataclass
class Seat:
    """An agent in front of the window."""

    session: WindowSession
    hands: Hands
    witness: Witness

    @property
    def checkout_id(self) -> str:
        assert self.witness.file is not None
        checkout = self.witness.file.order.checkout
        assert checkout is not None
        return checkout.checkout_id

    def sentence(self) -> str:
        """What the window says of the chosen order."""
        label = self.hands.look("stateSentence")
        return label.text() if label is not None else ""  # type: ignore[attr-defined]

    async def until(self, *states: OrderState) -> None:
        """Wait until the order is in one of ``states``, and fail if it ends elsewhere."""
        reached = await self.witness.until(*states, deadline=time.monotonic() + LONG_S)
        assert reached, self.witness.state

    async def send(self) -> None:
        """Type the sample order, read it back, send the link."""
        await fill_form(self.hands, TYPED)
        await self.hands.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await self.hands.press_when_ready("sendToCustomer")
        await self.until(OrderState.LINK_SENT, OrderState.OPENED)


@asynccontextmanager
async def take_seat(floor: Floor) -> AsyncIterator[Seat]:
    """Open the window on the floor's profile."""
    shell = open_shell(data_dir=floor.data_dir)
    session = WindowSession(shell, floor.profile, chime=lambda: None)
    witness = Witness()
    session.desk.subscribe(witness)
    session.show()
    hands = Hands(
        session.presenter.window, screenshots=None, deadline=time.monotonic() + 2 * LONG_S
    )
    await hands.come_forward()
    try:
        yield Seat(session, hands, witness)
    finally:
        await session.close()
