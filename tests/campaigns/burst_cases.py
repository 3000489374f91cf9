"""What is each burst aimed at, and what may come of it: one operation, or none where a question is only opened?"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from telesales_desktop.ui.order_form import FormPage
from tests.campaigns.burst_desk import BurstDesk, LostError, place_of
from tests.campaigns.burst_hands import Burst, Target, draw, play
from tests.campaigns.x_input import XInput

_READY = {
    "send": "",
    "authorize": "link_sent",
    "capture": "authorized",
    "void": "authorized",
    "refund": "captured",
    "refund_part": "captured",
}
_SHORTCUTS = {
    "send": ("Control", "Return"),
    "authorize": ("Control", "Shift", "a"),
    "capture": ("Control", "Shift", "c"),
    "void": ("Control", "Shift", "d"),
    "refund": ("Control", "Shift", "r"),
    "refund_part": (),
}
_BUTTONS = {
    "authorize": "command_authorize",
    "capture": "command_capture",
    "void": "command_void",
    "refund": "command_refund",
    "refund_part": "command_partial_refund",
}
KINDS = tuple(_READY)
ASKED_FIRST = ("void", "refund", "refund_part")
_SLOW = ("delay_before", "delay_after")


@dataclass
class CaseResult:
    """One order's bursts and what came of them."""

    number: int
    kind: str
    windows: int
    bursts: list[list[object]] = field(default_factory=list)
    left_open: int = 0
    broken: list[str] = field(default_factory=list)


def _caused(kind: str) -> Counter[str]:
    """All that the kind may cause, here and at Affirm."""
    if kind == "send":
        return Counter({"links here": 1, "store request": 1})
    name = "refund" if kind.startswith("refund") else kind
    return Counter({f"{name} here": 1, f"{name} effect": 1, f"{name} request": 1})


class Case:
    """One kind of command on an order of its own."""

    def __init__(self, number: int, seed: int, desk: BurstDesk, hands: XInput) -> None:
        self._chance = Random(f"{seed} {number}")
        self._desk = desk
        self._hands = hands
        kind = KINDS[number % len(KINDS)]
        self.result = CaseResult(number, kind, self._chance.choice((1, 1, 2)))
        self._order_id = f"B{seed}-{number}"
        self._cents = self._chance.randrange(5_000, 300_000)

    async def run(self) -> CaseResult:
        """Prepare the order, then burst. Whatever else happens, nothing is left for the next."""
        result, desk = self.result, self._desk
        try:
            if result.kind == "send":
                await self._send()
            else:
                await desk.order_in(self._order_id, self._cents, _READY[result.kind])
                await self._command()
        except LostError as lost:
            result.broken.append(f"never came to show {lost}")
        result.broken = [f"{result.kind}, {result.windows} window(s): {b}" for b in result.broken]
        return result

    # --- what is aimed at ------------------------------------------------------------------

    async def _send(self) -> None:
        desk, windows = self._desk, self.result.windows
        desk.fill(self._order_id, self._cents, windows)
        review = [await desk.button("readBackAndSend", w) for w in range(windows)]
        await desk.to_front(review[0])
        review[0].setFocus(Qt.FocusReason.TabFocusReason)
        places = tuple(place_of(button) for button in review)
        for each in review[1:]:
            each.click()  # the other window's agent was there before
        target = Target(places[:1], _SHORTCUTS["send"], has_focus=True)
        await self._burst("read back", target, Counter())
        if self.result.broken:
            return  # what comes next is not there any more
        for presenter in desk.presenters[:windows]:
            if presenter.window.form.page is not FormPage.READING_BACK:
                presenter.window.form.review()  # the burst itself has gone back
        send = [await desk.button("sendToCustomer", w) for w in range(windows)]
        await desk.to_front(send[0])
        target = Target(tuple(place_of(b) for b in send), _SHORTCUTS["send"], has_focus=True)
        await self._burst("send", target, _caused("send"), endpoint="store")
        for presenter in desk.presenters:
            presenter.window.form.show_typing()
            presenter.window.form.clear()

    async def _command(self) -> None:
        desk, kind = self._desk, self.result.kind
        await desk.show(self._order_id, self.result.windows)
        buttons = [await desk.button(_BUTTONS[kind], w) for w in range(self.result.windows)]
        await desk.to_front(buttons[0])
        buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
        places = tuple(place_of(button) for button in buttons)
        target = Target(places, _SHORTCUTS[kind], has_focus=True)
        if kind not in ASKED_FIRST:
            await self._burst(kind, target, _caused(kind), endpoint=kind)
            return
        await self._burst(f"open {kind}", target, Counter())
        if self.result.broken:
            return
        desk.close_strangers(self._order_id)
        if QApplication.activeModalWidget() is None:
            # The burst itself has answered "do nothing"; a press that follows at once is its echo.
            await asyncio.sleep(2 * QApplication.doubleClickInterval() / 1000)
            buttons[0].click()
        if kind == "refund_part":
            await desk.type_amount(f"{self._chance.randrange(1, self._cents // 40) / 100:.2f}")
        yes = await desk.dialog_part("confirmYes")
        await desk.to_front(yes)
        yes.setFocus(Qt.FocusReason.TabFocusReason)
        target = Target((place_of(yes), *places[1:]), (), has_focus=True)
        endpoint = "refund" if kind.startswith("refund") else kind
        await self._burst(f"confirm {kind}", target, _caused(kind), endpoint=endpoint)

    # --- one burst -------------------------------------------------------------------------

    async def _burst(
        self, name: str, target: Target, may_cause: Counter[str], endpoint: str = ""
    ) -> None:
        desk = self._desk
        desk.affirm.break_with(self._slowness(endpoint) if endpoint else [])
        before, versions = await desk.counts(), await desk.versions()
        burst = draw(self._chance, target)
        self._note(name, burst)
        await play(self._hands, burst, target)
        await asyncio.sleep(QApplication.doubleClickInterval() / 1000)
        if may_cause:
            self.result.left_open += desk.close_dialogs()
        await desk.at_rest()
        caused = await desk.counts() - before
        self.result.bursts[-1].append(sum(caused.values()) > 0)
        if not caused and burst.may_miss:
            return
        if caused != may_cause:
            changed = "; ".join(await desk.changed_since(versions))
            self.result.broken.append(
                f"{name} by {burst}: {dict(caused)}, not {dict(may_cause)}; {changed}"
            )

    def _slowness(self, endpoint: str) -> list[dict[str, object]]:
        """Affirm answers at once, within the burst, or long after it."""
        seconds = self._chance.choice((0.0, self._chance.uniform(0.0, 0.3), 0.6))
        if not seconds:
            return []
        return [{"kind": self._chance.choice(_SLOW), "endpoint": endpoint, "seconds": seconds}]

    def _note(self, name: str, burst: Burst) -> None:
        self.result.bursts.append([name, burst.shape, burst.events, round(burst.pause_s, 4)])
