"""At which moment is the program killed, at what command, and what goes wrong meanwhile?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Fault = dict[str, object]

_ENDPOINT = {
    "store": "store",
    "authorize": "authorize",
    "capture": "capture",
    "partial_capture": "capture",
    "refund": "refund",
    "partial_refund": "refund",
    "void": "void",
    "update": "update_transaction",
}
TARGETS = tuple(_ENDPOINT)

_TROUBLES: tuple[Fault, ...] = (
    {"kind": "lost_reply"},
    {"kind": "error_after", "status": 500},
    {"kind": "error_after", "status": 503},
    {"kind": "error_before", "status": 502},
    {"kind": "drop_before"},
    {"kind": "processing"},
    {"kind": "processing", "times": 2},
    {"kind": "rate_limited", "seconds": 1.0},
    {"kind": "html"},
    {"kind": "html_after"},
    {"kind": "truncated"},
    {"kind": "cut"},
    {"kind": "empty"},
    {"kind": "wrong_type"},
    {"kind": "drip", "interval_s": 0.05},
    {"kind": "delay_after", "seconds": 1.3},
    {"kind": "delay_before", "seconds": 1.3},
)


@dataclass(frozen=True)
class Aim:
    """Where one kill is meant to fall. What it hits is counted, not assumed."""

    name: str
    moment: str  # of the child's own words; "" for none
    longest_s: float  # the kill comes within so many seconds after the moment
    delay: Fault | None = None
    trouble: Fault | None = None
    second_share: float = 0.0

    @property
    def is_early(self) -> bool:
        return self.name in ("starting", "settling")

    @property
    def faults(self) -> list[Fault]:
        """Of whatever is asked first."""
        return [fault for fault in (self.trouble, self.delay) if fault is not None]

    def faults_for(self, target: str) -> list[Fault]:
        """Of the command's own endpoint."""
        return [fault | {"endpoint": _ENDPOINT[target]} for fault in self.faults]

    def pause_s(self, chance: Random) -> float:
        return chance.uniform(0.0, self.longest_s)


def choose_aim(chance: Random, *, is_first: bool) -> Aim:
    """One kill in two is meant for a command that is out."""
    name = chance.choices(
        ("sent", "trouble", "answered", "planned", "any", "settling", "starting"),
        (50, 16, 8, 6, 6, 9, 5),
    )[0]
    if name == "settling" and is_first:
        name = "sent"  # there is nothing to settle yet
    slow = chance.uniform(0.03, 0.12)
    delay: Fault = {"kind": chance.choice(("delay_before", "delay_after")), "seconds": slow}
    match name:
        case "sent":
            return Aim(name, "sent", slow * 0.95, delay, second_share=0.25)
        case "trouble":
            return Aim(name, "sent", 0.3, delay, chance.choice(_TROUBLES))
        case "answered":
            return Aim(name, "answered", 0.004)
        case "planned":
            return Aim(name, "planning", 0.02)
        case "settling":
            return Aim(name, "", 0.15, delay | {"times": 2}, chance.choice((None, *_TROUBLES)))
        case "starting":
            return Aim(name, "", 0.04)
        case _:
            return Aim(name, "", 0.2, second_share=0.5)


@dataclass(frozen=True)
class Target:
    """The command that is to be under way, and what has to come first."""

    kind: str
    order_id: str  # "" for a new order
    steps: tuple[str, ...]
    cents: int | None = None

    def command(self, order_id: str, number: int) -> dict[str, Any]:
        """The command as the child takes it."""
        do = {
            "store": "send",
            "authorize": "refresh",
            "partial_capture": "capture",
            "partial_refund": "refund",
        }.get(self.kind, self.kind)
        command: dict[str, Any] = {"do": do, "order_id": order_id, "cents": self.cents}
        if self.kind == "store" and self.order_id:
            command["do"] = "send_again"
        if self.kind == "update":
            command["confirmation"] = f"9400{number}"
        if self.kind == "authorize" and number % 2:
            command["do"] = "authorize"  # the agent says that the customer is done
        return command


def choose_target(chance: Random, orders: list[dict[str, Any]]) -> Target:
    """Each kind of command as often, on an order that is ready for it or on a new one."""
    kind = chance.choice(TARGETS)
    if kind == "store":
        again = [o for o in orders if o["state"] in ("may_have_been_sent", "send_refused")]
        if again and chance.random() < 0.3:
            return Target("store", chance.choice(again)["order_id"], ())
        first = ("draft",) if chance.random() < 0.5 else ()
        return Target(kind, "", first, chance.randrange(5_000, 300_000))
    ready = [o for o in orders if _READY[kind](o)]
    order = chance.choice(ready) if ready and chance.random() < 0.8 else None
    steps = _FIRST[kind] if order is None else ("confirm",) * (kind == "authorize")
    cents = None
    if kind.startswith("partial"):
        most = _left(order, kind) if order is not None else 5_000
        cents = chance.randrange(1, most)
    return Target(kind, "" if order is None else order["order_id"], steps, cents)


def _left(order: dict[str, Any], kind: str) -> int:
    money = order["transaction"]
    if kind == "partial_capture":
        return int(money["held"] - money["captured"])
    return int(money["captured"] - money["refunded"])


def _has(*words: str) -> Callable[[dict[str, Any]], bool]:
    return lambda order: order["state"] in words


_AUTHORIZE = ("send", "confirm", "refresh")
_FIRST = {
    "authorize": ("send", "confirm"),
    "capture": _AUTHORIZE,
    "partial_capture": _AUTHORIZE,
    "refund": (*_AUTHORIZE, "capture"),
    "partial_refund": (*_AUTHORIZE, "capture"),
    "void": _AUTHORIZE,
    "update": _AUTHORIZE,
}
_READY: dict[str, Callable[[dict[str, Any]], bool]] = {
    "authorize": _has("link_sent"),
    "capture": _has("authorized"),
    "partial_capture": lambda o: (
        _has("authorized", "partially_captured")(o) and _left(o, "partial_capture") > 1
    ),
    "refund": _has("captured", "partially_captured", "partially_refunded"),
    "partial_refund": lambda o: (
        _has("captured", "partially_captured", "partially_refunded")(o)
        and _left(o, "partial_refund") > 1
    ),
    "void": _has("authorized"),
    "update": _has("authorized", "captured", "partially_captured"),
}
