"""Who is there, what is whose, and who may see it? The world that the matrix of roles asks about."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from random import Random

MARKER = re.compile(
    r"[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16}|p[a-z2-7]{15}|[a-z2-7]{10}|Name-[A-Za-z0-9-]+"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks. ``role`` "": nobody, with a token that is none, or is no longer one."""

    name: str
    merchant: str
    role: str
    token: str
    token_id: str = ""
    person_id: str = ""


@dataclass
class Thing:
    """Something with a name that shows in answers. ``order_key``: it goes where that order goes."""

    kind: str
    merchant: str
    order_key: str | None = None


@dataclass
class World:
    """The model: every name that could leak, and who owns which order now."""

    callers: list[Caller] = field(default_factory=list)
    things: dict[str, Thing] = field(default_factory=dict)
    owners: dict[tuple[str, str], str] = field(default_factory=dict)
    """By merchant and order key: two merchants may have the same key, and two orders."""

    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    sealed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Which order a sealed text belongs to."""

    def keys(self) -> list[str]:
        return sorted({key for _, key in self.owners})

    def may_see_order(self, caller: Caller, merchant: str, order_key: str) -> bool:
        owner = self.owners.get((merchant, order_key))
        if caller.merchant != merchant or owner is None:
            return False
        return caller.role == "supervisor" or (caller.role == "agent" and caller.person_id == owner)

    def may_see(self, caller: Caller, name: str, thing: Thing) -> bool:
        """Whether a name may show in an answer to this caller."""
        if caller.role not in ("agent", "supervisor"):
            return False
        if thing.kind == "order key":  # look-ups tell it to the whole merchant
            return (caller.merchant, name) in self.owners
        if thing.merchant != caller.merchant:
            return False
        if thing.kind == "delivery" and (thing.merchant, thing.order_key) in self.owners:
            return self.may_see_order(caller, thing.merchant, str(thing.order_key))
        return True  # its people, and what nobody owns

    def leaks(self, caller: Caller, told: str) -> list[str]:
        """Names in an answer that this caller must not see."""
        found = set(MARKER.findall(told)) - {caller.token_id, caller.person_id}
        return [
            f"{thing.kind} of {thing.merchant}"
            for name in found
            if (thing := self.things.get(name)) and not self.may_see(caller, name, thing)
        ]


def order_key(chance: Random) -> str:
    return chance.randbytes(16).hex()


def digest(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
