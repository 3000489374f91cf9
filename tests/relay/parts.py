"""A relay in this process, over a real SQLite file: what most tests of the room need."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.adapters.sealing import DeliveryOpener
from telesales_desktop.relay import databases, serve
from telesales_desktop.relay.access import digest, make_code
from telesales_desktop.relay.store import Store
from telesales_desktop.relay.store_values import Grant, Merchant, NewDelivery, WrapRow
from telesales_desktop.wire.enrolment import Enrolment, EnrolmentRequest, Role, one_time_code
from telesales_desktop.wire.feed import Change, ChangesPage
from telesales_desktop.wire.sealing import DeliveryContent, SealingKey

SECRET = "hook-secret"
HOOK = f"/hooks/affirm/{SECRET}"
ORDER_KEY = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "https://relay.example"
API_KEY = "private-api-key-of-a-test"
DATA_KEY = DataKey(bytes(range(32)))
PERSON = "p" + "a" * 15
_NUMBERS = itertools.count(1)


def sealing_key() -> SealingKey:
    return DATA_KEY.sealing_key(API_KEY)


def wrap_row(key: SealingKey) -> WrapRow:
    return WrapRow(key.wrap_id.hex(), key.wrapped)


def new_database(
    folder: Path, merchant="main", secret=SECRET, basic: str | None = None, *, sealed=True
) -> Path:
    path = folder / "relay.db"
    create(path, merchant, secret, basic, sealed=sealed)
    return path


def create(
    address: databases.Address,
    merchant="main",
    secret=SECRET,
    basic: str | None = None,
    *,
    sealed=True,
) -> None:
    key = sealing_key() if sealed else None
    databases.create(
        address,
        PUBLIC_URL,
        Merchant(merchant, digest(basic) if basic else None, key.public_key if key else None),
        digest(secret),
        wrap_row(key) if key else None,
    )


def delivery(
    number: int | None = None,
    *,
    merchant="main",
    received_us=1,
    size=10,
    order_key: str | None = None,
    checkout_hash: str | None = None,
) -> NewDelivery:
    """A delivery that is equal to another only under the same number."""
    number = next(_NUMBERS) if number is None else number
    return NewDelivery(
        merchant=merchant,
        identity=number.to_bytes(32),
        source="webhook",
        order_key=order_key,
        checkout_hash=checkout_hash,
        poison=False,
        received_us=received_us,
        content=b"\x01%0*d" % (size, number),
    )


def number_of(change: dict) -> int:
    """Which of ``delivery``'s it is, of a change in JSON."""
    return int(change["delivery"]["delivery_id"], 16)


def opened(change: Change, merchant="main") -> DeliveryContent:
    """What Affirm had sent, as a desk opens it."""
    sealed = change.delivery
    opener = DeliveryOpener(DATA_KEY, merchant)
    return opener.open(sealed.sealed, sealed.delivery_id, change.received_at)


def grant(token_id="abcdefghij", merchant="main", role="agent", person=PERSON) -> Grant:
    return Grant(token_id, merchant, person, role, "Dana", "desk", bytes(32), 1)


async def code_of(store: Store, **options) -> str:
    values = {"merchant": "main", "role": Role.AGENT, "name": "Dana R.", "by": "a test", **options}
    return one_time_code(await make_code(store, **values))


class InProcess:
    """Both listeners' applications, asked without a socket, and what stands behind them."""

    def __init__(self, relay: serve.Relay) -> None:
        self.relay = relay
        self.store = relay.store
        self.hooks = _client(relay.hooks)
        self.desks = _client(relay.desks)

    async def enrol(self, **options) -> Enrolment:
        request = EnrolmentRequest(await code_of(self.store, **options), "desk 1")
        return await self.relay.access.enrol(request)

    async def changes(self, token: str, **query) -> ChangesPage:
        answer = await self.desks.get("/v1/changes", params=query, headers=bearer(token))
        assert answer.status_code == 200, answer.text
        return ChangesPage.from_json(answer.content)


@asynccontextmanager
async def in_process(address: databases.Address, **options) -> AsyncIterator[InProcess]:
    async with serve.relay(address, **options) as relay:
        parts = InProcess(relay)
        async with parts.hooks, parts.desks:
            yield parts


def _client(app) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://relay.example")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def until(condition, patience: int = 2000) -> None:
    """Wait for something that must happen; give up only when a broken program is certain."""
    for _ in range(patience):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never happened")
