"""How are races run? Desks that live for some orders, each with its own journal, started at one moment."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, NoReturn

from tests.campaigns.fast_time import FastClock
from tests.campaigns.forked import DiedError, Forked
from tests.campaigns.kill_child import Life
from tests.campaigns.race_child import live
from tests.campaigns.race_mutants import OWN_LINK
from tests.campaigns.race_oracle import Race, compare
from tests.campaigns.stand_in import StandIn

ORDERS = 25
MOST_DESKS = 8
RATE = 20.0
BEHIND = timedelta(hours=12)

_BEGINNINGS = ("refresh", "says_done", "webhook", "gap", "take_over")
_TROUBLES: tuple[dict[str, object] | None, ...] = (
    None,
    None,
    None,
    {"kind": "delay_before", "seconds": 0.03, "times": 2},
    {"kind": "delay_before", "seconds": 0.1},
    {"kind": "delay_after", "seconds": 0.1},
    {"kind": "lost_reply"},
    {"kind": "lost_reply", "times": 3},
    {"kind": "error_after", "status": 500},
    {"kind": "error_before", "status": 503},
    {"kind": "overloaded_after", "seconds": 1.0},
    {"kind": "processing", "times": 2},
    {"kind": "drop_before"},
    {"kind": "rate_limited", "seconds": 1.0},
)


@dataclass
class Result:
    """What a batch of races has shown."""

    seed: int
    mutant: str = ""
    races: Counter[str] = field(default_factory=Counter)
    desks: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    beginnings: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def orders(self) -> int:
        return self.races["authorize"]


class Batch:
    """So many orders, raced for by the same desks."""

    def __init__(self, seed: int, orders: int, affirm: StandIn, *, mutant: str = "") -> None:
        self._chance = Random(f"{seed} {mutant}")
        self._affirm = affirm
        self._orders = orders
        self._result = Result(seed, mutant)
        self._folder = Path(tempfile.mkdtemp(prefix="races-"))
        self._numbers = 0

    def run(self) -> Result:
        """Race, until something is broken."""
        began = time.monotonic()
        self._affirm.reset()
        self._affirm.break_with([])
        try:
            with ExitStack() as everybody:
                clerk = everybody.enter_context(self._desk(0, rate=1.0))
                desks = [
                    everybody.enter_context(self._desk(number, rate=RATE))
                    for number in range(1, MOST_DESKS + 1)
                ]
                while self._result.orders < self._orders and not self._result.broken:
                    self._race_for_one_order(clerk, desks)
        except DiedError as died:
            self._result.broken.append(f"a desk ended by itself: {died}")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._result.seconds = time.monotonic() - began
        return self._result

    def _desk(self, number: int, *, rate: float) -> Forked:
        folder = self._folder / str(number)
        folder.mkdir()
        behind = BEHIND if rate > 1 else timedelta()
        clock = FastClock.beginning_now(rate, behind=behind)
        life = Life(
            self._affirm.url, folder / "journal.db", clock, rate, mutant=self._result.mutant
        )

        def be(commands: int, told: int) -> NoReturn:
            live(life, number, number > 0, commands, told)

        return Forked(be)

    # --- one order -------------------------------------------------------------------------

    def _race_for_one_order(self, clerk: Forked, desks: list[Forked]) -> None:
        self._numbers += 1
        order_id = f"R{self._result.seed}-{self._numbers}"
        cents = self._chance.randrange(5_000, 300_000)
        racing = self._chance.sample(desks, self._chance.randint(2, MOST_DESKS))
        same_key = self._chance.random() < 0.5
        generations = [0 if same_key else number for number in range(len(racing))]
        sent = self._send(clerk, order_id, cents)
        for desk, generation in zip(racing, generations, strict=True):
            if self._result.mutant == OWN_LINK:
                sent = self._send(clerk, order_id, cents, do="correct")
            lay = {"do": "lay", "order": sent["order"], "details": sent["details"]}
            _ok(desk.call(lay | {"generation": generation}))
        self._result.desks[str(len(racing))] += 1
        self._result.keys["one key" if same_key else "a key each"] += 1
        self._authorize(order_id, cents, racing, sent["shown"], same_key=same_key)
        if self._result.broken:
            return
        if self._chance.random() < 0.5:
            commands = ["capture"] * len(racing)
        else:
            commands = [self._chance.choice(("capture", "void")) for _ in racing]
            commands[:2] = ["capture", "void"]
        self._take_or_release(order_id, cents, racing, commands, same_key=same_key)

    def _send(
        self, clerk: Forked, order_id: str, cents: int, *, do: str = "send"
    ) -> dict[str, Any]:
        """The customer gets a link, and is done with it before any desk looks."""
        sent = _ok(clerk.call({"do": do, "order_id": order_id, "cents": cents}))
        checkout_id = sent["shown"]["checkouts"][-1][2]
        self._affirm.ask("POST", f"checkouts/{checkout_id}/confirm", {})
        return sent

    def _authorize(
        self,
        order_id: str,
        cents: int,
        racing: list[Forked],
        sent: dict[str, Any],
        *,
        same_key: bool,
    ) -> None:
        how = [self._chance.choice(_BEGINNINGS) for _ in racing]
        self._result.beginnings.update(how)
        commands = [
            {"do": do, "checkout_id": sent["checkouts"][0][2], "ends": ["authorized"]} for do in how
        ]
        told = self._race("authorize", order_id, racing, commands)
        race = Race("authorize", order_id, cents, tuple(how), same_key)
        self._judge(race, told)

    def _take_or_release(
        self,
        order_id: str,
        cents: int,
        racing: list[Forked],
        how: list[str],
        *,
        same_key: bool,
    ) -> None:
        name = "capture" if "void" not in how else "void or capture"
        commands = [{"do": do, "ends": ["captured", "voided"]} for do in how]
        told = self._race(self._chance.choice(how), order_id, racing, commands)
        self._judge(Race(name, order_id, cents, tuple(how), same_key), told)

    def _race(
        self,
        endpoint: str,
        order_id: str,
        racing: list[Forked],
        commands: list[dict[str, Any]],
    ) -> list[dict[str, Any]]:
        """All begin at one moment, in any order; what each of them shows at its end."""
        trouble = self._chance.choice(_TROUBLES)
        faults = [] if trouble is None else [trouble | {"endpoint": endpoint}]
        self._affirm.break_with(faults)
        begun = {}
        starts = list(range(len(racing)))
        self._chance.shuffle(starts)
        apart_s = self._chance.choice((0.0, 0.0, 0.001, 0.005))
        for number in starts:
            begun[number] = racing[number].begin(commands[number] | {"order_id": order_id})
            if apart_s:
                time.sleep(self._chance.uniform(0.0, apart_s))
        told = [racing[number].end(begun[number]) for number in range(len(racing))]
        self._affirm.break_with([])
        return told

    def _judge(self, race: Race, told: list[dict[str, Any]]) -> None:
        self._result.races[race.name] += 1
        effects = self._affirm.effects(race.order_id)
        money = self._affirm.ask("GET", f"transactions?order_id={race.order_id}")
        requests = self._affirm.requests()
        self._result.broken += compare(race, told, effects, money, requests)


def _ok(answer: dict[str, Any]) -> dict[str, Any]:
    if "ok" not in answer:
        raise DiedError(str(answer))
    found: dict[str, Any] = answer["ok"]
    return found


def fork_is_here() -> bool:
    """Whether this system can fork."""
    return hasattr(os, "fork")
