"""What is asked in the matrix of roles? Every endpoint, with one's own keys and with everybody's."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from telesales_desktop.wire.orders import if_match
from telesales_desktop.wire.strict_json import instant_text
from tests.campaigns.relay_roles_world import Caller, Thing, World, digest, order_key

_NOISE = ("", "0", "-1", "x" * 33, "../", "%00", "\u202e", "f" * 32, "p" + "a" * 15)


def _nothing(_caller: Caller, _told: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``order_key``: whose answer depends on it; ``done``: what a 200 changes."""

    name: str
    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    order_key: str | None = None
    done: Callable[[Caller, Any], None] = field(default=_nothing)


class Asking:
    """Makes requests out of what there is in a world."""

    def __init__(self, world: World, chance: Random) -> None:
        self._world = world
        self._chance = chance
        self._cursors: dict[tuple[str, str], str] = {}
        self._ways: tuple[tuple[int, Callable[[Caller], Request]], ...] = (
            (8, self._changes), (4, self._orders), (6, self._order), (6, self._put), (1, self.new_order),
            (4, self._claim), (3, self._hand_over), (3, self._look_up), (2, self._people),
            (1, self._sealing), (1, self._put_wrap), (1, self._drop_wrap), (1, self._person_key),
            (2, self._open), (2, self._noise),
        )  # fmt: skip

    def any(self, caller: Caller) -> Request:
        weights = [weight for weight, _ in self._ways]
        return self._chance.choices([way for _, way in self._ways], weights)[0](caller)

    # --- reading

    def _changes(self, caller: Caller) -> Request:
        place = (caller.merchant, caller.name)
        own = self._cursors.get(place, "")
        foreign = self._chance.choice([*self._cursors.values(), "", "zz"])
        after = own if self._chance.random() < 0.8 else foreign
        limit = self._chance.choice(("1", "5", "500", "0", "x"))

        def go_on(_caller: Caller, told: Any) -> None:
            self._cursors[place] = told["next"] if self._chance.random() < 0.9 else ""

        return Request("changes", "GET", f"/v1/changes?after={after}&limit={limit}", done=go_on)

    def _orders(self, _caller: Caller) -> Request:
        after = self._chance.choice(("", self._key(), "0" * 32))
        query = f"after={after}&limit=500" if after else "limit=500"
        return Request("orders", "GET", f"/v1/orders?{query}")

    def _order(self, _caller: Caller) -> Request:
        key = self._key()
        return Request("order", "GET", f"/v1/orders/{key}", order_key=key)

    def _look_up(self, _caller: Caller) -> Request:
        tags = [digest("tag", self._key()) for _ in range(self._chance.choice((1, 2, 16)))]
        return Request("look_up", "POST", "/v1/lookups", _json({"tags": tags}))

    def _people(self, _caller: Caller) -> Request:
        return Request("people", "GET", "/v1/people")

    def _sealing(self, _caller: Caller) -> Request:
        return Request("sealing", "GET", "/v1/sealing")

    def _open(self, _caller: Caller) -> Request:
        name = self._chance.choice(("meta", "healthz", "readyz", "metrics"))
        return Request(name, "GET", f"/v1/{name}" if name == "meta" else f"/{name}")

    def _noise(self, _caller: Caller) -> Request:
        path = self._chance.choice(
            ("/v1/orders/", "/v1/", "/", "/openapi.json", "/hooks/affirm/", "/customer/")
        )
        method = self._chance.choice(("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"))
        return Request("noise", method, path + self._chance.choice((*_NOISE, self._key())))

    # --- changing

    def new_order(self, caller: Caller) -> Request:
        """A first put of an order that nobody has."""
        return self._put_of(order_key(self._chance), 0)

    def _put(self, caller: Caller) -> Request:
        key = self._key()
        seen = self._world.versions.get((caller.merchant, key), 0)
        return self._put_of(key, seen if self._chance.random() < 0.8 else self._chance.randrange(5))

    def _put_of(self, key: str, seen: int) -> Request:
        sealed = base64.b64encode(b"\x01" + self._chance.randbytes(40)).decode()
        body = {
            "version": seen + 1,
            "environment": "sandbox",
            "checkout_hashes": [digest("checkout", self._chance.choice((key, self._key())))],
            "tags": [digest("tag", key)],
            "sealed": sealed,
        }

        def kept(caller: Caller, _told: Any) -> None:
            world, place = self._world, (caller.merchant, key)
            world.owners.setdefault(place, caller.person_id)
            world.things[key] = Thing("order key", caller.merchant)
            world.versions[place] = seen + 1
            world.sealed[sealed] = place

        return Request(
            "put", "PUT", f"/v1/orders/{key}", _json(body),
            ((b"if-match", if_match(seen).encode()),), key, kept,
        )  # fmt: skip

    def _claim(self, caller: Caller) -> Request:
        key, kind = self._key(), self._chance.choice(("authorize", "take_over", "hand_over"))
        body = self._signed(caller, key) | {
            "kind": kind,
            "seconds": self._chance.choice((10, 300, 5)),
        }

        def claimed(by: Caller, _told: Any) -> None:
            if kind == "take_over":
                self._world.owners[by.merchant, key] = by.person_id

        return Request("claim", "POST", f"/v1/orders/{key}/claim", _json(body), (), key, claimed)

    def _hand_over(self, caller: Caller) -> Request:
        key, to = self._key(), self._chance.choice([c.person_id for c in self._world.callers])
        body = self._signed(caller, key) | {"to": to, "released": self._chance.random() < 0.5}

        def given(by: Caller, _told: Any) -> None:
            self._world.owners[by.merchant, key] = to

        path = f"/v1/orders/{key}/hand-over"
        return Request("hand_over", "POST", path, _json(body), (), key, given)

    def _signed(self, caller: Caller, key: str) -> dict[str, object]:
        version = self._world.versions.get((caller.merchant, key), 1)
        at = instant_text(datetime.now(UTC))
        return {"version": version, "at": at, "signature": self._chance.randbytes(64).hex()}

    def _put_wrap(self, _caller: Caller) -> Request:
        wrap_id = self._chance.randbytes(8).hex()
        blob = base64.b64encode(self._chance.randbytes(60)).decode()

        def kept(caller: Caller, _told: Any) -> None:
            self._world.things[wrap_id] = Thing("wrap", caller.merchant)

        return Request(
            "put_wrap", "PUT", f"/v1/sealing/{wrap_id}", _json({"blob": blob}), (), None, kept
        )

    def _drop_wrap(self, _caller: Caller) -> Request:
        wraps = [name for name, thing in self._world.things.items() if thing.kind == "wrap"]
        return Request(
            "drop_wrap", "DELETE", f"/v1/sealing/{self._chance.choice([*wraps, 'f' * 16])}"
        )

    def _person_key(self, _caller: Caller) -> Request:
        body = {
            "public_key": self._chance.randbytes(32).hex(),
            "attestation": digest(self._chance.random()),
        }

        def kept(caller: Caller, _told: Any) -> None:
            self._world.things[str(body["public_key"])] = Thing("person", caller.merchant)

        return Request("person_key", "PUT", "/v1/person-key", _json(body), (), None, kept)

    def _key(self) -> str:
        """An order's key: of any merchant's, or of none."""
        return self._chance.choice([*self._world.keys(), order_key(self._chance)])


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
