"""Several desks without windows: real relay, real stand-in for Affirm, real journals, no keyring."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from telesales_desktop.adapters.desk_keys import person_place
from telesales_desktop.adapters.relay_enrolment import enrol_workstation
from telesales_desktop.adapters.secret_stores import MemorySecretStore, write_credentials
from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.floor_values import SharedOrder
from telesales_desktop.application.ports import OrderFile, SecretName
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.bootstrap import build_desk
from telesales_desktop.demo import programs
from telesales_desktop.demo.customer import SimulatedCustomer
from telesales_desktop.demo.stage import Stage, StageRequest
from telesales_desktop.domain.details import Address, Customer, LineItem, OrderDetails
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.money import Country
from telesales_desktop.domain.order_state import OrderState, order_state

LONG_S = 60.0
SILENCE_S = 3.0


def typed(order_id: str = "4182") -> OrderDetails:
    """What an agent has typed."""
    address = Address("1 Main Street", "", "Denver", "CO", "80202", Country.US)
    customer = Customer("Marie", "Tremblay", "+14155552222", "marie@example.com", address)
    items = (LineItem("sofa", "Sofa", 124_900),)
    return OrderDetails(order_id, customer, items, total_cents=124_900)


async def until(holds: Callable[[], object], *, within_s: float = LONG_S) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.05)


@dataclass
class Seat:
    """One person at one desk."""

    profile: Profile
    secrets: MemorySecretStore
    data_dir: Path
    files: dict[str, OrderFile] = field(default_factory=dict)
    places: dict[str, SharedOrder] = field(default_factory=dict)
    status: ConnectionStatus = field(default_factory=ConnectionStatus)
    running: OrderDesk | None = None

    @property
    def desk(self) -> OrderDesk:
        assert self.running is not None
        return self.running

    @property
    def journal(self) -> Path:
        return next(self.data_dir.rglob("journal.db"))

    async def open(self) -> None:
        """Start the program, and wait until it has caught up with the relay."""
        self.files.clear()
        self.places.clear()
        self.running = await build_desk(
            self.profile,
            data_dir=self.data_dir,
            secrets=self.secrets,
            read_spacing_s=0.1,
            silence_s=SILENCE_S,
            jitter_s=1.0,
        )
        self.running.subscribe(self)
        self.running.subscribe_floor(self.shared_changed)
        await self.running.start()

    async def close(self) -> None:
        """Leave the program, if it runs."""
        desk, self.running = self.running, None
        if desk is not None:
            await desk.close()

    async def crash(self) -> None:
        """Let nothing more come of this desk: no write to its disk, no call of its own."""
        desk, self.running = self.running, None
        assert desk is not None
        for task in desk._tasks:
            task.cancel()
        await desk._journal.close()
        await desk.close()

    def order_changed(self, file: OrderFile) -> None:
        self.files[file.order.order_id] = file

    def shared_changed(self, shared: SharedOrder) -> None:
        self.places[shared.order_id] = shared

    def noticed(self, order_id: str, notice: Notice, at: object) -> None:
        pass

    def connection_changed(self, status: ConnectionStatus) -> None:
        self.status = status

    def state(self, order_id: str = "4182") -> OrderState | None:
        """Of the order that is in this journal."""
        file = self.files.get(order_id)
        return None if file is None else order_state(file.order, self.desk.now())

    def place(self, order_id: str = "4182") -> SharedOrder | None:
        """The order as this desk sees it on the floor."""
        return self.places.get(order_id)

    async def send(self, order_id: str = "4182") -> str:
        """Send a customer the link; returns the checkout's id once the relay has the order."""
        file = await self.desk.send(typed(order_id), draft_id="")
        checkout = file.order.checkout
        assert checkout is not None
        assert checkout.checkout_id
        async with asyncio.timeout(LONG_S):
            while await self.desk._journal.outbox():  # marked with the step itself, unlike the note
                await asyncio.sleep(0.05)
        return checkout.checkout_id


@dataclass
class House:
    """The servers, and who sits in front of them."""

    stage: Stage
    profile: Profile
    customer: SimulatedCustomer
    seats: list[Seat] = field(default_factory=list)

    async def enrol(self, name: str, role: Role) -> str:
        """A one-time code."""
        told = await programs.run(
            programs.command(
                "relay",
                "enrol",
                "--database",
                str(self.stage.folder / "relay.db"),
                "--role",
                role.value,
                "--name",
                name,
            )
        )
        return told[-1].strip()

    async def seat(self, name: str, role: Role = Role.AGENT, *, opens: bool = True) -> Seat:
        """A person at a new desk."""
        enrolled = await enrol_workstation(self.profile, await self.enrol(name, role))
        profile = replace(
            self.profile,
            name=f"desk{len(self.seats)}",
            relay_merchant=enrolled.merchant,
            relay_public_url=enrolled.public_url,
            person_id=enrolled.person_id,
            role=enrolled.role,
            agent=enrolled.name,
        )
        secrets = MemorySecretStore(profile)
        await write_credentials(secrets, profile, self.stage.credentials)
        await secrets.write(person_place(profile), SecretName.RELAY_TOKEN, enrolled.token)
        seat = Seat(profile, secrets, self.stage.folder / profile.name)
        self.seats.append(seat)
        if opens:
            await seat.open()
            await until(lambda: seat.status.is_shared)
        return seat

    async def confirm(self, checkout_id: str) -> None:
        """The customer applies and is done."""
        for step in ("open", "approve", "confirm"):
            await self.customer.act(checkout_id, step)

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
async def open_house() -> AsyncIterator[House]:
    """Start the servers; everybody leaves at the end."""
    stage = Stage(StageRequest())
    try:
        profile = await stage.set_up()
        customer = SimulatedCustomer(stage.simulator_url)
        house = House(stage, profile, customer)
        try:
            yield house
        finally:
            for seat in house.seats:
                await seat.close()
            await customer.close()
    finally:
        await stage.clear()
