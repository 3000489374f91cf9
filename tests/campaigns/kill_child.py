"""What is killed? The whole program without its window: desk, journal file and Affirm's client, all real.

It is driven by lines on a pipe, as a window would drive it, and tells on another pipe what comes of them. Its
time runs faster than the world's (``fast_time``).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import httpcore  # noqa: F401 - httpx loads it at its first request: once here, not once in each fork

from telesales_desktop.adapters.webhook_parsing import read_delivery
from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.ports import Credentials, Draft, OrderFile
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.details import Address, Customer, LineItem, OrderDetails
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.keys import order_key
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.order import Order, SendState
from telesales_desktop.domain.order_state import order_state
from tests.campaigns import kill_mutants
from tests.campaigns.fast_time import FastClock, FastLoop
from tests.campaigns.kill_stages import Slot, Stages, WatchedAffirm, WatchedJournal
from tests.campaigns.stand_in import KEYS

JOURNAL_KEY = "5a" * 32
ORDER_SECRET = b"\x17" * 32
MOST_TRIES = 400
"""So many looks at an unknown outcome, with no fault any more, must settle it."""

LONGEST_S = 3 * 3600.0
"""Seconds of the program's time: what waits for no operation, a confirmation say, is not seen after that."""

CUSTOMER = Customer(
    "Marie",
    "Tremblay",
    "+14155552222",
    "marie@example.com",
    Address("325 Pacific Ave", "", "San Francisco", "CA", "94111", Country.US),
)


@dataclass(frozen=True)
class Life:
    """All that a child is given."""

    affirm_url: str
    journal: Path
    clock: FastClock
    rate: float
    call_timeout_s: float = 100.0
    mutant: str = ""

    @property
    def profile(self) -> Profile:
        return Profile(
            name="campaign",
            environment=Environment.SIMULATOR,
            country=Country.US,
            affirm_url=self.affirm_url,
            merchant_name="Northwind Outfitters",
            confirmation_url="http://127.0.0.1:9/confirmed/{order_key}",
            cancel_url="http://127.0.0.1:9/cancelled/{order_key}",
            agent="Dana R.",
            role=Role.SUPERVISOR,
            split_capture=True,
            call_timeout_s=self.call_timeout_s,
            practice=True,
        )


def details(order_id: str, total_cents: int) -> OrderDetails:
    """An order as it was typed."""
    items = (LineItem("TENT-2", "Tent", total_cents),)
    return OrderDetails(order_id, CUSTOMER, items, total_cents=total_cents)


def live(life: Life, commands: int, told: int, stages: Stages) -> NoReturn:
    """Be the child, until killed; 0 when the commands end, 70 for a bug."""
    status = 70
    try:
        with asyncio.Runner(loop_factory=lambda: FastLoop(life.rate)) as runner:
            runner.run(_Child(life, told, stages).run(commands))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


class _Child:
    def __init__(self, life: Life, told: int, stages: Stages) -> None:
        self._life = life
        self._told = told
        self._stages = stages
        answered: set[str] = set()
        affirm_class, journal_class = kill_mutants.classes(life.mutant)
        gateway: WatchedAffirm = affirm_class(life.profile, keys)
        journal: WatchedJournal = journal_class(life.journal, JOURNAL_KEY)
        gateway.stages = journal.stages = stages
        gateway.tell = journal.tell = lambda at, kind: self._say({"at": at, "kind": kind})
        gateway.answered = journal.answered = answered
        journal.planned = {}
        self._desk = OrderDesk(
            life.profile,
            journal=journal,
            gateway=gateway,
            feed=None,
            clock=life.clock,
            make_order_key=lambda order_id: order_key(ORDER_SECRET, "simulator", order_id),
            landing_urls=lambda key: ("http://127.0.0.1:9/yes/" + key, "http://127.0.0.1:9/no/"),
            check_signature=_no_signature,
            read_delivery=read_delivery,
        )
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, commands: int) -> None:
        began_s = self._life.clock.monotonic_s()
        kill_mutants.plant(self._life.mutant)
        reader = asyncio.StreamReader()
        pipe = os.fdopen(commands, "rb", 0)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        await self._desk.start()
        self._stages.set(Slot.OPEN, 1)
        self._say({"at": "open", "kind": ""})
        while line := await reader.readline():
            task = asyncio.create_task(self._obey(json.loads(line), began_s))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _say(self, told: dict[str, Any]) -> None:
        os.write(self._told, json.dumps(told).encode() + b"\n")

    async def _obey(self, asked: dict[str, Any], began_s: float) -> None:
        answer: dict[str, Any] = {"n": asked["n"]}
        try:
            if asked["do"] == "settle":
                answer["settled"] = await self._settle(asked["confirmed"], began_s)
            elif asked["do"] == "draft":
                content = {"order_id": asked["draft_id"]}
                await self._desk.save_draft(
                    Draft(asked["draft_id"], content, self._life.clock.now())
                )
                answer["ok"] = {}
            else:
                answer["ok"] = shown(await self._command(asked), self._life.clock)
        except TelesalesError as refused:
            answer["refused"] = f"{refused.code} {refused}"
        except BaseException:
            answer["crashed"] = traceback.format_exc()
        self._say(answer)

    async def _command(self, asked: dict[str, Any]) -> OrderFile:
        desk, order_id = self._desk, asked["order_id"]
        call: Callable[[], Any] = {
            "send": lambda: desk.send(
                details(order_id, asked["cents"]), draft_id=asked.get("draft_id", "")
            ),
            "send_again": lambda: desk.send_again(order_id),
            "refresh": lambda: desk.refresh(order_id),
            "authorize": lambda: desk.authorize(order_id),
            "capture": lambda: desk.capture(order_id, amount_cents=asked["cents"]),
            "refund": lambda: desk.refund(order_id, amount_cents=asked["cents"]),
            "void": lambda: desk.void(order_id),
            "update": lambda: desk.update_shipping(
                order_id, carrier="USPS", confirmation=asked["confirmation"]
            ),
        }[asked["do"]]
        file: OrderFile = await call()
        return file

    async def _settle(self, confirmed: list[str], began_s: float) -> dict[str, Any]:
        """Let the program settle everything by itself; its own clock does the rest."""
        stuck: list[str] = []
        before = {
            op.operation_id: op.tries
            for file in await self._desk.open_orders()
            for op in file.order.operations
        }
        while True:
            files = await self._desk.open_orders()
            waiting = [f.order for f in files if is_waiting(f.order, confirmed)]
            stuck = [o.order_id for o in waiting if _is_given_up(o, before)]
            if self._life.clock.monotonic_s() - began_s > LONGEST_S:
                stuck = [o.order_id for o in waiting]
            if stuck or not waiting:
                break
            await asyncio.sleep(0.4)
        self._stages.set(Slot.SETTLED, 1)
        return {
            "after_s": self._life.clock.monotonic_s() - began_s,
            "stuck": [await self._story(order_id) for order_id in stuck],
            "orders": [shown(file, self._life.clock) for file in files],
            "drafts": [draft.draft_id for draft in await self._desk.drafts()],
        }

    async def _story(self, order_id: str) -> str:
        """The last lines of an order that does not come to rest."""
        entries = await self._desk.timeline(order_id)
        told = [f"{e.at:%H:%M:%S} {e.kind} {dict(e.params)}" for e in entries[-12:]]
        return f"{order_id} does not settle: {'; '.join(told)}"


def is_waiting(order: Order, confirmed: list[str]) -> bool:
    """Whether something of the order is still under way, or a confirmation was not seen."""
    return (
        order.open_operation is not None
        or any(c.state in (SendState.PLANNED, SendState.SENT) for c in order.checkouts)
        or (order.order_id in confirmed and order.transaction is None)
    )


def _is_given_up(order: Order, before: dict[str, int]) -> bool:
    """Too many looks in vain. After ten minutes a supervisor is told; the looks go on."""
    return any(
        not o.settled and o.tries - before.get(o.operation_id, 0) > MOST_TRIES
        for o in order.operations
    )


def shown(file: OrderFile, clock: FastClock) -> dict[str, Any]:
    """What the parent compares with Affirm's side."""
    order = file.order
    money = order.transaction
    return {
        "order_id": order.order_id,
        "version": order.version,
        "total": order.total_cents,
        "state": order_state(order, clock.now()).value,
        "frozen": order.freeze is not None,
        "alerts": [alert.value for alert in order.alerts],
        "checkouts": [[c.attempt, c.state.value, c.checkout_id] for c in order.checkouts],
        "operations": [
            {
                "id": o.operation_id,
                "kind": o.kind.value,
                "cents": o.amount_cents,
                "key": o.key,
                "body": hashlib.sha256(o.body.encode()).hexdigest(),
                "state": o.state.value,
                "sends": o.sends,
                "tries": o.tries,
                "verdict": o.verdict,
            }
            for o in order.operations
        ],
        "transaction": money
        and {
            "id": money.transaction_id,
            "word": money.word,
            "held": money.amount_cents,
            "captured": money.captured_cents,
            "refunded": money.refunded_cents,
        },
    }


async def keys() -> Credentials:
    """The stand-in's key pair."""
    return KEYS


async def _no_signature(delivery: object) -> str:
    return "unsigned"
