"""Who races? A desk of its own, with a journal of its own, that is given another desk's order and a command."""

from __future__ import annotations

import asyncio
import json
import os
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, NoReturn

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.journal import EncryptedJournal, codec
from telesales_desktop.adapters.webhook_parsing import read_delivery
from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.ports import Commit
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.keys import order_key
from telesales_desktop.domain.order_state import order_state
from tests.campaigns import race_mutants
from tests.campaigns.fast_time import FastLoop
from tests.campaigns.kill_child import JOURNAL_KEY, ORDER_SECRET, Life, details, keys, shown

LONGEST_S = 3 * 3600.0
"""Seconds of the program's time after which a race is over, whatever came of it."""


def live(life: Life, number: int, auto_authorize: bool, commands: int, told: int) -> NoReturn:
    """Be the child until the commands end; then 0, or 70 for a bug."""
    status = 70
    try:
        with asyncio.Runner(loop_factory=lambda: FastLoop(life.rate)) as runner:
            runner.run(_Racer(life, number, auto_authorize, told).run(commands))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


class _Racer:
    def __init__(self, life: Life, number: int, auto_authorize: bool, told: int) -> None:
        self._life = life
        self._told = told
        self._agent = f"Agent {number}"
        self._journal = EncryptedJournal(life.journal, JOURNAL_KEY)
        profile = replace(life.profile, agent=self._agent, auto_authorize=auto_authorize)
        self._desk = OrderDesk(
            profile,
            journal=self._journal,
            gateway=AffirmClient(profile, keys),
            feed=None,
            clock=life.clock,
            make_order_key=lambda order_id: order_key(ORDER_SECRET, "simulator", order_id),
            landing_urls=lambda key: ("http://127.0.0.1:9/yes/" + key, "http://127.0.0.1:9/no/"),
            check_signature=_no_signature,
            read_delivery=read_delivery,
        )

    async def run(self, commands: int) -> None:
        race_mutants.plant(self._life.mutant)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(commands, "rb", 0)
        )
        await self._desk.start()
        while line := await reader.readline():
            asked = json.loads(line)
            answer: dict[str, Any] = {"n": asked["n"]}
            try:
                answer["ok"] = await self._obey(asked)
            except TelesalesError as refused:
                answer["refused"] = f"{refused.code} {refused}"
            except BaseException:
                answer["crashed"] = traceback.format_exc()
            os.write(self._told, json.dumps(answer).encode() + b"\n")
        await self._desk.close()

    async def _obey(self, asked: dict[str, Any]) -> dict[str, Any]:
        match asked["do"]:
            case "send" | "correct":
                typed = details(asked["order_id"], asked["cents"])
                ask = self._desk.send if asked["do"] == "send" else self._desk.correct
                file = await ask(typed, draft_id="")
                return {
                    "order": codec.encode_order(file.order),
                    "details": codec.encode_details(file.details),
                    "shown": shown(file, self._life.clock),
                }
            case "lay":
                await self._lay(asked)
                return {}
            case _:
                return await self._race(asked)

    async def _lay(self, asked: dict[str, Any]) -> None:
        """Keep another desk's order; this one looks at it when the race begins."""
        order = codec.decode_order(codec.FORMAT, asked["order"])
        order = replace(
            order, agent=self._agent, generation=asked["generation"], auto_authorize=True
        )
        if self._life.mutant == race_mutants.OWN_LINK:
            order = replace(order, checkouts=order.checkouts[-1:])
        state = order_state(order, self._life.clock.now()).value
        typed = codec.decode_details(codec.FORMAT, asked["details"])
        await self._journal.commit(Commit(order, 0, state, details=typed))

    async def _race(self, asked: dict[str, Any]) -> dict[str, Any]:
        order_id = asked["order_id"]
        book, desk = self._desk._book, self._desk
        checkout_id = asked.get("checkout_id", "")
        told = events.DeliveryObserved(
            "confirmed", checkout_id, True, False, self._life.clock.now(), order_id
        )
        begin: dict[str, Callable[[], Awaitable[object]]] = {
            "refresh": lambda: desk.refresh(order_id),
            "says_done": lambda: desk.authorize(order_id),
            "webhook": lambda: book.submit(order_id, told),
            "gap": lambda: book.submit(order_id, events.GapAnnounced()),
            "take_over": lambda: book.submit(order_id, events.TakenOver(self._agent)),
            "capture": lambda: desk.capture(order_id, amount_cents=None),
            "void": lambda: desk.void(order_id),
        }
        await begin[asked["do"]]()
        end = self._life.clock.monotonic_s() + LONGEST_S
        while True:
            file = await book.find(order_id)
            assert file is not None
            now = shown(file, self._life.clock)
            order = file.order
            is_busy = order.open_operation is not None or order.unproven
            if (
                now["state"] in asked["ends"] and not is_busy
            ) or self._life.clock.monotonic_s() > end:
                return now
            await asyncio.sleep(1.0)


async def _no_signature(delivery: object) -> str:
    return "unsigned"
