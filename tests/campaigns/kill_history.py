"""How does one journal live through its kills? One desk after another, on the same file.

Each life begins with settling what the kill before left behind, with no fault any more; then everything is compared
with the stand-in. Then a command is given and, at a moment that the seed chooses, the program is killed.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.adapters.journal.mark import FileMark
from telesales_desktop.adapters.journal.place import MARK_SUFFIX
from telesales_desktop.adapters.journal.store import JournalStore
from tests.campaigns.fast_time import FastClock
from tests.campaigns.forked import DiedError
from tests.campaigns.kill_aims import Aim, Target, choose_aim, choose_target
from tests.campaigns.kill_child import JOURNAL_KEY, Life
from tests.campaigns.kill_oracle import Ledger, compare, compare_requests, resends
from tests.campaigns.kill_program import Program
from tests.campaigns.kill_stages import SENT, Stages
from tests.campaigns.stand_in import StandIn

CYCLES = 40
RATE = 20.0
BEHIND = timedelta(hours=12)
"""The program's clock runs faster than the stand-in's and must not overtake it: a list by time would hide things."""

SHORT_DEADLINES = 0.25
"""The share of journals whose calls have a deadline that a slow answer exceeds."""


@dataclass
class Result:
    """What one journal's kills have shown."""

    seed: int
    mutant: str = ""
    cycles: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    sent_kinds: Counter[str] = field(default_factory=Counter)
    aimed: Counter[str] = field(default_factory=Counter)
    in_recovery: int = 0
    settled_s: list[float] = field(default_factory=list)
    operations: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    sends: Counter[str] = field(default_factory=Counter)
    orders: int = 0
    resends: int = 0
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0


class History:
    """The lives of one journal."""

    def __init__(self, seed: int, cycles: int, affirm: StandIn, *, mutant: str = "") -> None:
        self.chance = Random(f"{seed} {mutant}")
        self.affirm = affirm
        self.ledger = Ledger()
        self.stages = Stages()
        self.result = Result(seed, mutant)
        self._cycles = cycles
        self._folder = Path(tempfile.mkdtemp(prefix="kill-desktop-"))
        short = self.chance.random() < SHORT_DEADLINES
        self.life = Life(
            affirm_url=affirm.url,
            journal=self._folder / "journal.db",
            clock=FastClock.beginning_now(RATE, behind=BEHIND),
            rate=RATE,
            call_timeout_s=20.0 if short else 100.0,
            mutant=mutant,
        )
        self._numbers = 0

    def run(self) -> Result:
        """Kill so many times, or until something is broken."""
        began = time.monotonic()
        self.affirm.reset(split_capture=True)
        self.affirm.break_with([])
        try:
            while self.result.cycles < self._cycles and not self.result.broken:
                self._live_once()
            if not self.result.broken:
                self._last_look()
        except DiedError as died:
            self.result.broken.append(f"the program ended by itself: {died}")
        finally:
            self.stages.close()
            shutil.rmtree(self._folder, ignore_errors=True)
        self.result.seconds = time.monotonic() - began
        return self.result

    # --- one life --------------------------------------------------------------------------

    def _live_once(self) -> None:
        aim = choose_aim(self.chance, is_first=not self.ledger.orders)
        self.result.aimed[aim.name] += 1
        self.affirm.break_with(aim.faults if aim.is_early else [])
        with Program(self.life, self.stages) as program:
            if aim.is_early:
                self._kill_early(program, aim)
            else:
                settled = program.settle(self._confirmed())
                self._compare(settled)
                if self.result.broken:
                    return
                self._act_and_kill(program, aim, settled["orders"])
        self._count_kill()
        for command, shown in program.acknowledged:
            self.ledger.acknowledge(command, shown)

    def _kill_early(self, program: Program, aim: Aim) -> None:
        """While it starts, or while it settles what was left."""
        if aim.name != "starting":
            program.until_open()
        program.wait(aim.pause_s(self.chance))
        program.kill()

    def _act_and_kill(self, program: Program, aim: Aim, orders: list[dict[str, Any]]) -> None:
        first = choose_target(self.chance, orders)
        targets = [first]
        if self.chance.random() < aim.second_share:
            others = [shown for shown in orders if shown["order_id"] != first.order_id]
            targets.append(choose_target(self.chance, others))
        known = {shown["order_id"]: shown for shown in orders}
        ready = [(self._prepare(program, target, known), target) for target in targets]
        self.affirm.break_with([fault for t in targets for fault in aim.faults_for(t.kind)])
        for order_id, target in ready:
            command = target.command(order_id, self._next())
            self.ledger.ask(command)
            program.begin(command)
        program.until(aim.moment, targets[-1].kind)
        program.wait(aim.pause_s(self.chance))
        program.kill()

    def _prepare(self, program: Program, target: Target, known: dict[str, dict[str, Any]]) -> str:
        """Bring an order to where the target can be commanded, without a fault."""
        order_id = target.order_id or f"K{self.result.seed}-{self._next()}"
        for step in target.steps:
            if step == "confirm":
                self._customer_confirms(known.get(order_id))
                continue
            if step == "draft":
                command: dict[str, Any] = {"do": "draft", "draft_id": f"draft-{self._next()}"}
            else:
                command = {"do": step, "order_id": order_id, "cents": None}
            if step == "send":
                command["cents"] = self.chance.randrange(5_000, 300_000)
            self.ledger.ask(command)
            answer = program.call(command)
            if step == "send" and "ok" in answer:
                known[order_id] = answer["ok"]
        return order_id

    def _customer_confirms(self, shown: dict[str, Any] | None) -> None:
        """The customer uses a link that the desk knows; of a lost one it hears from webhooks only."""
        for _, state, checkout_id in shown["checkouts"] if shown is not None else ():
            if state == "accepted":
                known = self.affirm.ask("GET", f"checkouts/{checkout_id}")
                if known["status"] == "unknown":
                    self.affirm.ask("POST", f"checkouts/{checkout_id}/confirm", {})
                return

    def _confirmed(self) -> list[str]:
        """Orders whose customer is done: each must end authorized."""
        return [
            checkout["order_id"]
            for checkout in self.affirm.ask("GET", "checkouts")
            if checkout["status"] == "confirmed"
        ]

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers

    # --- what it shows ---------------------------------------------------------------------

    def _compare(self, settled: dict[str, Any]) -> None:
        self.result.settled_s.append(settled["after_s"])
        for shown in settled["orders"]:
            self.ledger.see(shown)
        theirs = {
            what: self.affirm.ask("GET", what) for what in ("effects", "checkouts", "transactions")
        }
        self.result.broken += compare(self.ledger, settled, theirs)
        for told in settled["crashed"]:
            self.result.broken.append(f"a command crashed: {told}")

    def _count_kill(self) -> None:
        self.result.cycles += 1
        stage = self.stages.stage()
        self.result.stages[stage] += 1
        self.result.in_recovery += not self.stages.is_settled
        if stage != SENT:
            return
        key, kind = self.stages.key, self.stages.kind.value
        self.result.sent_kinds[kind] += 1
        arrived = [r for r in self.affirm.requests() if r["idempotency_key"] == key]
        happened = any(e["idempotency_key"] == key for e in self.affirm.effects())
        where = "not at Affirm yet" if not arrived else "at Affirm, not done"
        self.result.stages[f"{SENT}: {'done there' if happened else where}"] += 1

    def _last_look(self) -> None:
        """After the last kill: settle once more, then read the file itself."""
        self.affirm.break_with([])
        with Program(self.life, self.stages) as program:
            settled = program.settle(self._confirmed())
            self._compare(settled)
            program.leave()
        requests = self.affirm.requests()
        self.result.broken += compare_requests(settled, requests)
        self.result.resends = resends(requests)
        self.result.orders = len(settled["orders"])
        for shown in settled["orders"]:
            for operation in shown["operations"]:
                self.result.operations[f"{operation['kind']} {operation['state']}"] += 1
                self.result.looks[str(operation["tries"])] += 1
                self.result.sends[str(operation["sends"])] += 1
        self.result.effects = Counter(e["kind"] for e in self.affirm.effects())
        store = JournalStore(
            str(self.life.journal),
            JournalKey(JOURNAL_KEY),
            FileMark(self.life.journal.with_name(self.life.journal.name + MARK_SUFFIX)),
            read_start=lambda: self.life.journal.read_bytes()[:16],
        )
        store.open()
        self.result.broken += [f"journal: {problem}" for problem in store.examine()]
        self.result.broken += [f"audit: {cut}" for cut in store.verify_audit()]
        store.let_go()
