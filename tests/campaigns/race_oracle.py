"""Was there one effect, and does every desk that raced for it say what is true?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

_KINDS = {
    "authorize": ("authorize",),
    "capture": ("capture",),
    "void or capture": ("capture", "void"),
}


@dataclass(frozen=True)
class Race:
    """What was raced for, and with which command each desk began."""

    name: str
    order_id: str
    cents: int
    commands: tuple[str, ...]
    same_key: bool


def compare(
    race: Race,
    told: list[dict[str, Any]],
    effects: list[dict[str, Any]],
    money: list[dict[str, Any]],
    requests: list[dict[str, Any]],
) -> list[str]:
    """What is broken, in words."""
    kinds = _KINDS[race.name]
    happened = [e for e in effects if e["kind"] in kinds]
    broken = []
    if len(happened) != 1:
        broken.append(f"{len(happened)} effects: {Counter(e['kind'] for e in happened)}")
    if len(money) != 1:
        broken.append(f"{len(money)} transactions")
    if any(e["amount_cents"] != race.cents for e in happened):
        broken.append(f"another amount than {race.cents}")
    if not broken:
        for command, answer in zip(race.commands, told, strict=True):
            broken += _truth(command, answer, money[0], happened[0])
        if race.same_key and not broken:
            broken += _one_key(kinds, told)
    broken += _one_body(requests)
    return [f"{race.name} {race.order_id} {race.commands}: {line}" for line in broken]


def _truth(
    command: str, answer: dict[str, Any], theirs: dict[str, Any], effect: dict[str, Any]
) -> list[str]:
    """The desk ended where Affirm stands, and its own command is called what it came to."""
    if "ok" not in answer:
        return [f"{command} ended with {answer}"]
    shown = answer["ok"]
    if shown["state"] != theirs["status"]:
        return [f"{command} shows {shown['state']}, Affirm {theirs['status']}"]
    broken = []
    if shown["frozen"] or shown["alerts"]:
        broken.append(f"{command}: frozen {shown['frozen']}, {shown['alerts']}")
    if shown["transaction"]["id"] != theirs["id"]:
        broken.append(f"{command} shows another transaction")
    for operation in shown["operations"]:
        if operation["kind"] not in ("authorize", "capture", "void"):
            continue
        is_so = operation["kind"] == effect["kind"] or operation["kind"] == "authorize"
        allowed = {"done"} if is_so else {"refused"}
        if operation["kind"] == "void" and operation["key"] != effect["idempotency_key"]:
            # Voided under another desk's key: of ours Affirm says no, in no word that is documented.
            allowed.add("refused")
        if operation["state"] not in allowed:
            broken.append(
                f"{command}: its {operation['kind']} is {operation['state']}"
                f" ({operation['verdict']}) where {effect['kind']} happened"
            )
    return broken


def _one_key(kinds: tuple[str, ...], told: list[dict[str, Any]]) -> list[str]:
    """Desks of one generation derive one key, each by itself."""
    broken = []
    for kind in kinds:
        keys = {
            operation["key"]
            for answer in told
            for operation in answer["ok"]["operations"]
            if operation["kind"] == kind
        }
        if len(keys) > 1:
            broken.append(f"{len(keys)} keys for one {kind}")
    return broken


def _one_body(requests: list[dict[str, Any]]) -> list[str]:
    """Whoever sends a key sends the same bytes under it."""
    bodies: dict[str, set[str]] = {}
    for request in requests:
        if request["idempotency_key"]:
            bodies.setdefault(request["idempotency_key"], set()).add(request["body_sha256"])
    return [f"{len(found)} bodies under one key" for found in bodies.values() if len(found) > 1]
