"""Does every crash at every place, under every fault, twice over, leave one effect and the truth?

``python -m tests.campaigns.exhaustive``. For each kind of command: every fault that its request can meet
(on the first sending, or on the first two), times every place where the process may die, times every place
where it may die again while it recovers. Afterwards a person who reads "refused" asks once more.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator
from random import Random
from typing import Any

from telesales_desktop.domain import events
from telesales_desktop.domain.order import OperationState, Order
from telesales_desktop.domain.policy import Policy
from tests.campaigns import endings, fast_replace
from tests.campaigns.affirm_model import Checkout
from tests.campaigns.weather import WRITE_FAULTS, Weather
from tests.campaigns.workstation import Workstation
from tests.campaigns.world import World

KINDS = ("send", "authorize", "capture", "partial_capture", "refund", "void", "update")
FAULTS = ("", *WRITE_FAULTS)
TOTAL = 5000
TROUBLE_S = 45.0
RETRY_S = 200.0
PEACE_S = 340.0


class Scripted(Weather):
    """The first sendings after ``arm`` meet the fault; everything else is fair."""

    def __init__(self, rng: Random, fault: str, times: int) -> None:
        super().__init__(rng)
        self.stop()
        self.unsigned = self.browser = 0.0
        self.delivery_loss = self.delivery_twice = self.delivery_late = 0.0
        self.fault, self.left, self.is_armed = fault, times, False

    def write(self) -> str:
        if not self.is_armed or not self.left:
            return ""
        self.left -= 1
        return self.fault


class Case(World):
    """One command, one fault, up to two crashes."""

    def __init__(self, kind: str, fault: str, times: int, crashes: tuple[int, ...]) -> None:
        super().__init__(Random(11))
        self.kind = kind
        self.script = self.weather = Scripted(Random(12), fault, times)
        self.affirm.split_capture = True
        self.upload_share = 1.0
        self.desk = self.add_desk(Policy(split_capture=True), 0.0)
        self.oracles.totals["O1"] = TOTAL
        for name in ("first", "again"):
            self.oracles.intents[name] = ("wish", 1000)
        self.wanted = set(crashes)
        self.places = 0  # where the process could die while there was trouble
        self._reach()

    # --- what the world asks ---------------------------------------------------------------

    def link_expiry(self, order: Order) -> None:
        return None

    def affirm_total(self, order: Order) -> int:
        return order.total_cents

    def link_arrived(self, checkout: Checkout) -> None:
        if self.kind not in ("send", "authorize"):
            self.after(0.2, None, self.affirm.customer, checkout.checkout_id, "confirmed", 1.0)

    def _crashed(self, desk: Workstation) -> None:
        self.crashes += 1
        desk.crash()
        self.at(self.now + 0.5, None, self.restart, desk)

    # --- the course of it ------------------------------------------------------------------

    def _reach(self) -> None:
        """Lead the order to where the command can be given, in fair weather."""
        auto = self.kind != "send"
        at = self.desk.now()
        order = self.new_order(1, TOTAL, "ann", at, auto=auto, is_affirm=True)
        self.desk.journal["O1"] = order
        self.desk.is_sure = True
        if self.kind == "send":
            return
        self.desk.feed("O1", events.SendRequested("ann"))
        self.run(20.0)
        if self.kind == "refund":
            self.desk.feed("O1", events.CaptureRequested("ann", "cap", "cap"))
            self.run(24.0)

    def play(self) -> None:
        """Give the command, with its faults and crashes; then peace; then one more wish."""
        self.boundaries = 0
        self.crash_points = self.wanted
        self.script.is_armed = True
        start = self.now
        self._give("first")
        self.run(start + TROUBLE_S)
        self.places = self.boundaries
        self.is_quiet = True
        self.script.is_armed = False
        self.run(start + RETRY_S)
        self._wish_again()
        self.run(start + PEACE_S)
        endings.check_settled(self)
        self.soon(self.desk, self.desk.feed, "O1", events.RefreshRequested("ann"))
        self.run(self.now + 20.0)
        endings.check_truth(self)
        endings.check_confirmed(self)

    def _give(self, name: str) -> None:
        if self.kind == "authorize":
            checkout_id = next(iter(self.affirm.checkouts))
            self.affirm.customer(checkout_id, "confirmed", self.now)
            self.deliver(checkout_id, "confirmed")
            return
        command: Any = {
            "send": events.SendRequested("ann"),
            "capture": events.CaptureRequested("ann", name, name),
            "partial_capture": events.CaptureRequested("ann", name, name, 1000),
            "refund": events.RefundRequested("ann", name, name, 1000),
            "void": events.VoidRequested("ann"),
            "update": events.UpdateRequested("ann", name, name, "UPS", "1Z"),
        }[self.kind]
        self.at(self.now, self.desk, self.desk.feed, "O1", command)

    def _wish_again(self) -> None:
        """Whoever reads "refused" asks once more: nothing may have happened before."""
        order = self.desk.journal["O1"]
        operation = order.operation("first")
        if operation is not None and operation.state is OperationState.REFUSED:
            self._give("again")


def play(kind: str, fault: str, times: int, crashes: tuple[int, ...]) -> Case:
    """Play one case to its end."""
    case = Case(kind, fault, times, crashes)
    case.play()
    return case


def cases_of(
    kind: str, fault: str, times: int, deep: int
) -> Iterator[tuple[tuple[int, ...], Case]]:
    """The case without a crash, then with each first crash, then with each second one."""
    calm = play(kind, fault, times, ())
    yield (), calm
    if deep < 1:
        return
    for first in range(1, calm.places + 1):
        once = play(kind, fault, times, (first,))
        yield (first,), once
        if deep < 2:
            continue
        for second in range(first + 1, once.places + 1):
            yield (first, second), play(kind, fault, times, (first, second))


def run_part(part: tuple[str, str, int, int]) -> dict[str, Any]:
    """Every crash of one kind under one fault."""
    kind, fault, times, deep = part
    fast_replace.install()
    gc.disable()
    counts = [0, 0, 0]
    broken: list[str] = []
    for crashes, case in cases_of(kind, fault, times, deep):
        counts[len(crashes)] += 1
        if case.crashes != len(crashes):
            broken.append(f"{kind} {fault} {times} {crashes}: died {case.crashes} times")
        for line in case.oracles.broken[:2]:
            broken.append(f"{kind} {fault or 'no fault'} x{times} crashes {crashes}: {line}")
        if sum(counts) % 50 == 0:
            gc.collect()
    gc.enable()
    return {"kind": kind, "counts": counts, "broken": broken}


def parts(deep: int, kinds: tuple[str, ...] = KINDS) -> list[tuple[str, str, int, int]]:
    """Every kind under every fault, on the first sending and on the first two."""
    return [
        (kind, fault, times, deep)
        for kind in kinds
        for fault in FAULTS
        for times in (1, 2)
        if fault or times == 1
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deep", type=int, default=2, help="crashes in a row (2)")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS)
    asked = parser.parse_args(arguments)
    started = time.perf_counter()
    todo = parts(asked.deep, (asked.kind,) if asked.kind else KINDS)
    totals = {kind: [0, 0, 0] for kind in KINDS}
    broken: list[str] = []
    context = multiprocessing.get_context("spawn")
    with context.Pool(asked.workers) as pool:
        for done in pool.imap_unordered(run_part, todo):
            totals[done["kind"]] = [
                a + b for a, b in zip(totals[done["kind"]], done["counts"], strict=True)
            ]
            broken += done["broken"]
    report = {
        "cases": sum(map(sum, totals.values())),
        "by_kind (no crash, one, two)": totals,
        "faults": len(FAULTS),
        "broken": len(broken),
        "first_broken": broken[:20],
        "wall_s": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(report, indent=1))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
