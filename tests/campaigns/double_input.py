"""Does a nervous hand cause one operation, and nothing else?

    python packaging/test_session.py PYTHON -m tests.campaigns.double_input --bursts N [--seed S] [--resume FILE]

A real pointer and a real keyboard (XTEST, with keys that the server repeats) burst 2 to 20 events within 300 ms at
the buttons of the real window: Read back and Send, Customer is done, Capture, Void, Refund and a part's refund, the
last three with the question that they ask first; in one window, or in turns in two windows of one desk. Affirm answers
before the burst is over, or long after. Counted are commands and links in the journal, requests and effects at Affirm.

The controls are windows without their guards; each must be caught, or the campaign proves nothing.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from telesales_desktop.window import Shell, open_shell, run_in
from tests.campaigns.burst_cases import KINDS, Case, CaseResult
from tests.campaigns.burst_desk import open_desk
from tests.campaigns.burst_hands import REPEAT_AFTER_MS, REPEAT_EVERY_MS
from tests.campaigns.burst_mutants import MUTANTS, plant
from tests.campaigns.stand_in import Servers, StandIn
from tests.campaigns.x_input import XInput

CASES_A_SESSION = 30
CONTROL_CASES = 12
"""A window without guards must show within so many cases of its kind."""


async def run_cases(
    shell: Shell, affirm: StandIn, numbers: list[int], seed: int
) -> list[CaseResult]:
    """Open the windows, live through these cases, close them."""
    affirm.reset()
    hands = XInput.here()
    hands.repeat_after(REPEAT_AFTER_MS, REPEAT_EVERY_MS)
    results = []
    try:
        async with open_desk(shell, affirm) as desk:
            for number in numbers:
                results.append(await Case(number, seed, desk, hands).run())
                desk.close_dialogs()
    finally:
        hands.close()
        affirm.break_with([])
    return results


async def run_control(shell: Shell, affirm: StandIn, mutant: str, seed: int) -> str:
    """What the first case that shows the planted fault says; "" if none does."""
    first = KINDS.index(MUTANTS[mutant])
    mend = plant(mutant)
    try:
        for number in range(CONTROL_CASES):
            case = first + number * len(KINDS)
            (result,) = await run_cases(shell, affirm, [case], seed)
            if result.broken:
                return result.broken[0]
    finally:
        mend()
    return ""


async def _campaign(shell: Shell, affirm: StandIn, wanted: argparse.Namespace) -> int:
    results = _read(wanted.resume)
    controls = {m: await run_control(shell, affirm, m, wanted.seed) for m in MUTANTS}
    began = time.monotonic()
    number = max((r.number for r in results), default=-1) + 1
    while _bursts(results) < wanted.bursts:
        count = min(CASES_A_SESSION, wanted.bursts - _bursts(results))
        found = await run_cases(shell, affirm, list(range(number, number + count)), wanted.seed)
        number += count
        results += found
        _keep(wanted.resume, found)
        broken = sum(bool(r.broken) for r in results)
        print(f"{_bursts(results)}/{wanted.bursts} bursts, {broken} broken", file=sys.stderr)
    figures = add_up(results, controls, time.monotonic() - began)
    wrong = verdict(figures)
    if wanted.report is not None:
        wanted.report.write_text(json.dumps(figures | {"wrong": wrong}, indent=1), "utf-8")
    print(json.dumps(figures | {"broken": figures["broken"][:20]}, indent=1))
    print(f"{'BROKEN' if wrong else 'kept'}: double_input, {figures['bursts']} bursts")
    return 1 if wrong else 0


def _bursts(results: list[CaseResult]) -> int:
    return sum(len(r.bursts) for r in results)


def add_up(results: list[CaseResult], controls: dict[str, str], seconds: float) -> dict[str, Any]:
    """The figures of all cases together."""
    bursts = [burst for result in results for burst in result.bursts]
    events = [int(str(burst[2])) for burst in bursts]
    return {
        "bursts": len(bursts),
        "aimed_at": dict(Counter(str(burst[0]) for burst in bursts)),
        "shapes": dict(Counter(str(burst[1]) for burst in bursts)),
        "events": sum(events),
        "bursts_with_an_operation": sum(bool(burst[4]) for burst in bursts if len(burst) > 4),
        "in_two_windows": sum(r.windows > 1 for r in results),
        "questions_left_open": sum(r.left_open for r in results),
        "broken": [f"case {r.number}: {line}" for r in results for line in r.broken],
        "controls": controls,
        "this_run_s": round(seconds),
    }


def verdict(figures: dict[str, Any]) -> list[str]:
    """What is wrong, in words; empty for a pass."""
    wrong = list(figures["broken"])
    wrong += [
        f"the control {m} was not caught" for m, told in figures["controls"].items() if not told
    ]
    if not figures["bursts"]:
        wrong.append("no burst")
    return wrong


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if each burst was one operation and every control broke; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="double_input", description=__doc__.splitlines()[0])
    parser.add_argument("--bursts", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    parser.add_argument("--report", type=Path, help="write the figures as JSON")
    wanted = parser.parse_args(argv)
    if wanted.bursts < 1:
        parser.error("--bursts is at least 1")
    if os.environ.get("QT_QPA_PLATFORM") != "xcb" or not os.environ.get("DISPLAY"):
        parser.error("run it inside packaging/test_session.py: it moves the pointer")
    logging.basicConfig(level=logging.ERROR)
    Servers.mind_signals()
    shell = open_shell()
    with Servers(1, seed=wanted.seed) as (url,):
        return run_in(shell, lambda: _campaign(shell, StandIn(url), wanted))


def _read(file: Path | None) -> list[CaseResult]:
    if file is None or not file.exists():
        return []
    return [CaseResult(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def _keep(file: Path | None, found: list[CaseResult]) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as out:
            out.writelines(json.dumps(vars(result)) + "\n" for result in found)


if __name__ == "__main__":
    sys.exit(main())
