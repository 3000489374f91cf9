"""Did money move twice, or by another amount, was anything lost, and is what the desk says true?

``Ledger`` is what was asked of the program and what it acknowledged; the stand-in counts what happened.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_EFFECT = {
    "authorize": "authorize",
    "capture": "capture",
    "partial_capture": "capture",
    "refund": "refund",
    "void": "void",
}


@dataclass
class Asked:
    """One order: what was asked for it, and what the program has acknowledged."""

    cents: int
    sends: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    amounts: Counter[tuple[str, int]] = field(default_factory=Counter)
    is_acknowledged: bool = False
    version: int = 0
    states: dict[str, str] = field(default_factory=dict)


@dataclass
class Ledger:
    """Everything asked of one journal's desk, over all its lives."""

    orders: dict[str, Asked] = field(default_factory=dict)
    drafts: set[str] = field(default_factory=set)

    def ask(self, command: dict[str, Any]) -> None:
        """A command was written to the program."""
        order_id = command.get("order_id", "")
        do = command["do"]
        if do == "send":
            self.orders[order_id] = Asked(command["cents"], sends=1)
        elif do == "send_again":
            self.orders[order_id].sends += 1
        elif do in ("capture", "refund", "void", "update"):
            asked = self.orders[order_id]
            asked.commands[do] += 1
            if command.get("cents") is not None:
                asked.amounts[do, command["cents"]] += 1

    def acknowledge(self, command: dict[str, Any], shown: dict[str, Any]) -> None:
        """The program said that it is done, or on its way."""
        if command["do"] == "draft":
            self.drafts.add(command["draft_id"])
            return
        self.drafts.discard(command.get("draft_id", ""))
        self.see(shown)

    def see(self, shown: dict[str, Any]) -> None:
        """The program has shown an order: what it has shown must not be forgotten."""
        asked = self.orders[shown["order_id"]]
        asked.is_acknowledged = True
        asked.version = max(asked.version, shown["version"])
        for operation in shown["operations"]:
            asked.states[operation["id"]] = operation["state"]


def compare(ledger: Ledger, settled: dict[str, Any], affirm: dict[str, Any]) -> list[str]:
    """What is broken, in words. ``affirm``: effects, checkouts and transactions of the stand-in."""
    orders = {shown["order_id"]: shown for shown in settled["orders"]}
    broken = list(settled["stuck"])
    if not broken:
        watched = [shown for shown in settled["orders"] if shown["alerts"] or shown["frozen"]]
        broken = [f"{s['order_id']}: for a supervisor, without need: {s}" for s in watched]
    for order_id, asked in ledger.orders.items():
        if order_id in orders:
            broken += _kept(asked, orders[order_id])
        elif asked.is_acknowledged:
            broken.append(f"{order_id}: acknowledged, and lost")
    broken += [f"draft {d}: acknowledged, and lost" for d in ledger.drafts - {*settled["drafts"]}]
    links = Counter(checkout["order_id"] for checkout in affirm["checkouts"])
    money = {entry["id"]: entry for entry in affirm["transactions"]}
    effects: dict[str, list[dict[str, Any]]] = {order_id: [] for order_id in ledger.orders}
    for effect in affirm["effects"]:
        effects[effect["order_id"]].append(effect)
    for order_id, asked in ledger.orders.items():
        if links[order_id] > asked.sends:
            broken.append(f"{order_id}: {links[order_id]} links for {asked.sends} commands")
        shown = orders.get(order_id)
        if shown is None:
            if effects[order_id]:
                broken.append(f"{order_id}: money moved for an order that is not there")
            continue
        broken += _effects(shown, effects[order_id])
        broken += _as_asked(shown, asked, effects[order_id])
        broken += _truth(shown, money)
    return broken


def _kept(asked: Asked, shown: dict[str, Any]) -> list[str]:
    """What was once shown is still there, and does not go back."""
    order_id = shown["order_id"]
    states = {o["id"]: o["state"] for o in shown["operations"]}
    broken = []
    if shown["version"] < asked.version:
        broken.append(f"{order_id}: went back from version {asked.version} to {shown['version']}")
    for operation_id, state in asked.states.items():
        if operation_id not in states:
            broken.append(f"{order_id}: a command that was shown is lost")
        elif state == "done" and states[operation_id] != "done":
            broken.append(f"{order_id}: done, then {states[operation_id]}")
    return broken


def _effects(shown: dict[str, Any], effects: list[dict[str, Any]]) -> list[str]:
    """One intent, one effect, of the amount that was asked; done if and only if it happened."""
    order_id, broken = shown["order_id"], []
    by_key = Counter(e["idempotency_key"] for e in effects)
    operations = [o for o in shown["operations"] if o["kind"] in _EFFECT]
    for key, count in by_key.items():
        if count > 1:
            broken.append(f"{order_id}: {count} effects under one key")
        if all(o["key"] != key for o in operations):
            broken.append(f"{order_id}: an effect under a key that the journal does not know")
    for effect in effects:
        for operation in operations:
            if operation["key"] != effect["idempotency_key"]:
                continue
            said = (_EFFECT[operation["kind"]], operation["cents"])
            if said != (effect["kind"], effect["amount_cents"]):
                broken.append(
                    f"{order_id}: {said} became {effect['kind']} {effect['amount_cents']}"
                )
    for operation in operations:
        done = sum(o["state"] == "done" for o in operations if o["key"] == operation["key"])
        if done != by_key[operation["key"]]:
            broken.append(
                f"{order_id}: {operation['kind']} is {operation['state']}"
                f" ({operation['verdict']}), effects {by_key[operation['key']]}"
            )
    return broken


def _as_asked(shown: dict[str, Any], asked: Asked, effects: list[dict[str, Any]]) -> list[str]:
    """Not more often than it was asked for, and for those amounts."""
    order_id, broken = shown["order_id"], []
    happened = Counter(e["kind"] for e in effects)
    for kind, most in (
        ("authorize", 1),
        *((k, asked.commands[k]) for k in ("capture", "refund", "void")),
    ):
        if happened[kind] > most:
            broken.append(f"{order_id}: {happened[kind]} x {kind} for {most} commands")
    whole = sum(e["amount_cents"] != asked.cents for e in effects if e["kind"] == "authorize")
    if whole:
        broken.append(f"{order_id}: authorized for another amount than {asked.cents}")
    parts = Counter((e["kind"], e["amount_cents"]) for e in effects)
    for (kind, cents), count in parts.items():
        unnamed = asked.commands[kind] - sum(n for (k, _), n in asked.amounts.items() if k == kind)
        if kind in ("capture", "refund") and count > asked.amounts[kind, cents] + unnamed:
            broken.append(f"{order_id}: {kind} of {cents}, which nobody asked for")
    return broken


def _truth(shown: dict[str, Any], money: dict[str, dict[str, Any]]) -> list[str]:
    """What the desk shows of the money is Affirm's record."""
    held = shown["transaction"]
    if held is None:
        return []
    theirs = money[held["id"]]
    captured = sum(
        e["amount"] for e in theirs["events"] if e["type"] in ("capture", "split_capture")
    )
    broken = []
    ours = (held["word"], held["held"], held["captured"], held["refunded"])
    if ours != (theirs["status"], theirs["amount"], captured, theirs["amount_refunded"]):
        broken.append(f"{shown['order_id']}: shows {ours}, Affirm {theirs['status']} {captured}")
    updates = sum(e["type"] == "update" for e in theirs["events"])
    done = [o for o in shown["operations"] if o["kind"] == "update" and o["state"] == "done"]
    if updates != len(done):
        broken.append(f"{shown['order_id']}: {updates} updates at Affirm, {len(done)} here")
    return broken


def compare_requests(settled: dict[str, Any], requests: list[dict[str, Any]]) -> list[str]:
    """Every sending of a command had the key and the bytes that are on the disk."""
    known = {o["key"]: o["body"] for shown in settled["orders"] for o in shown["operations"]}
    broken = []
    for request in requests:
        key = request["idempotency_key"]
        if key is None:
            continue
        if key not in known:
            broken.append(f"{request['endpoint']}: sent under a key that is not on the disk")
        elif request["body_sha256"] != known[key]:
            broken.append(f"{request['endpoint']}: sent with other bytes than are on the disk")
    return broken


def resends(requests: list[dict[str, Any]]) -> int:
    """How many requests were a command's second sending or a later one."""
    keys = Counter(r["idempotency_key"] for r in requests if r["idempotency_key"])
    return sum(count - 1 for count in keys.values())
