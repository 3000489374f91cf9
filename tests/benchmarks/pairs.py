"""How are two ways of doing one thing compared on a machine that does other things too?

By turns, in one run: whatever else the machine does meets both. The figure that counts is the median
of the rounds' ratios; milliseconds are told for the reader's sense of scale.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Sample = Mapping[str, float]
"""What one run gave, by the name of the figure; the unit is the name's ending."""


@dataclass
class Way:
    """One way of doing it. ``floor`` names the way that it is measured against."""

    name: str
    run: Callable[[], Any]  # gives a Sample, or an Awaitable of one
    floor: str = ""
    samples: list[Sample] = field(default_factory=list)


def measure(ways: list[Way], rounds: int) -> None:
    """Run every way once to warm it up, then ``rounds`` times by turns."""
    for way in ways:
        way.run()
    for _ in range(rounds):
        for way in ways:
            way.samples.append(way.run())


async def measure_async(ways: list[Way], rounds: int) -> None:
    """The same for ways that are coroutines."""
    for way in ways:
        await _sample(way)
    for _ in range(rounds):
        for way in ways:
            way.samples.append(await _sample(way))


async def _sample(way: Way) -> Sample:
    found: Awaitable[Sample] = way.run()
    return await found


def report(title: str, ways: list[Way]) -> list[str]:
    """A line for each way and figure: median, least and most, and how many times the floor."""
    by_name = {way.name: way for way in ways}
    lines = [title]
    for way in ways:
        for figure in way.samples[0]:
            values = [sample[figure] for sample in way.samples if figure in sample]
            line = (
                f"  {way.name:<34}{figure:<16}{statistics.median(values):10.1f}"
                f"   ({min(values):.1f} to {max(values):.1f})"
            )
            floor = by_name.get(way.floor)
            if floor is not None and figure in floor.samples[0]:
                line += f"   {ratio(way, floor, figure):5.2f} x {floor.name}"
            lines.append(line)
    return lines


def ratio(way: Way, floor: Way, figure: str) -> float:
    """The median of the rounds' ratios."""
    pairs = zip(way.samples, floor.samples, strict=True)
    return statistics.median(mine[figure] / theirs[figure] for mine, theirs in pairs)


def go_first() -> bool:
    """Run before everything else on this machine, children too, where the system lets us.

    On a busy machine that takes most of the noise away. Linux, and only for the superuser.
    """
    if not hasattr(os, "sched_setscheduler"):
        return False
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        return False
    return True
