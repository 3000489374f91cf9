"""What does a nervous hand do? Two to twenty events within 300 ms, from a real pointer and a real keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.campaigns.x_input import Point, XInput

LONGEST_S = 0.3
MOST_EVENTS = 20
REPEAT_AFTER_MS, REPEAT_EVERY_MS = 30, 15
"""As fast as a key can be set to repeat: up to twenty times within a burst."""


@dataclass(frozen=True)
class Target:
    """What the hand is after: a button on the screen, perhaps with a shortcut or with the focus.

    ``places``: the same button in each window that shows it.
    """

    places: tuple[Point, ...]
    shortcut: tuple[str, ...] = ()
    has_focus: bool = False


@dataclass(frozen=True)
class Burst:
    """One burst, as drawn. ``keys`` are pressed together."""

    shape: str
    events: int
    pause_s: float
    keys: tuple[str, ...] = ()

    @property
    def may_miss(self) -> bool:
        """Enter presses no button of a window, and "do nothing" where something is asked first."""
        return bool({"Return", "Enter"} & set(self.keys)) and "Control" not in self.keys


def draw(chance: Random, target: Target) -> Burst:
    """A burst that this target allows."""
    shapes = ["clicks", "clicks"]
    if target.shortcut:
        shapes += ["held", "struck", "struck and clicks"]
    if target.has_focus:
        shapes += ["held on focus", "struck on focus", "focus and clicks"]
    shape = chance.choice(shapes)
    events = chance.randint(2, MOST_EVENTS)
    keys = target.shortcut
    if "focus" in shape:
        keys = (chance.choice(("Return", "space", "Enter")),)
    return Burst(shape, events, chance.uniform(0.0, LONGEST_S) / events, keys)


async def play(hands: XInput, burst: Burst, target: Target) -> None:
    """Do it. Between two events the window's loop runs, as it does under a real hand."""
    if burst.shape.startswith("held"):
        await _hold(hands, burst)
        return
    hands.move(target.places[0])
    for number in range(burst.events):
        is_key = burst.shape.startswith("struck") or "focus" in burst.shape
        if "clicks" in burst.shape and (burst.shape == "clicks" or number % 2):
            is_key = False
        if is_key:
            await _strike(hands, burst.keys, burst.pause_s)
        else:
            hands.move(target.places[number % len(target.places)])
            await _click(hands, burst.pause_s)


async def _click(hands: XInput, pause_s: float) -> None:
    hands.button_down()
    await asyncio.sleep(pause_s / 2)
    hands.button_up()
    await asyncio.sleep(pause_s / 2)


async def _strike(hands: XInput, keys: Sequence[str], pause_s: float) -> None:
    for key in keys:
        hands.key_down(key)
    await asyncio.sleep(pause_s / 2)
    for key in reversed(keys):
        hands.key_up(key)
    await asyncio.sleep(pause_s / 2)


async def _hold(hands: XInput, burst: Burst) -> None:
    for key in burst.keys:
        hands.key_down(key)
    await asyncio.sleep(burst.pause_s * burst.events)
    for key in reversed(burst.keys):
        hands.key_up(key)
