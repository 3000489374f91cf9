"""Whatever desks do to orders, in whatever order: one holder, the newest wins, nobody sees what is
another's, and nobody misses what is theirs."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from telesales_desktop.relay import orders
from telesales_desktop.relay.entries import EVERYBODY
from telesales_desktop.relay.orders import Order, Refused
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store_values import AuditEntry, Grant
from telesales_desktop.wire.claims import ClaimKind, ClaimRequest, HandOverRequest
from telesales_desktop.wire.orders import RecordPut
from telesales_desktop.wire.refusal import RefusalCode
from telesales_desktop.wire.strict_json import decode
from tests.relay import parts

AT = datetime(2026, 11, 24, tzinfo=UTC)
SIGNED = "ab" * 64
PEOPLE = ["p" + letter * 15 for letter in "abs"]
DESKS = [
    Grant(f"{name:a<10}", "main", person, role, name, "desk", bytes(32), 1)
    for name, person, role in [
        ("dana", PEOPLE[0], "agent"),
        ("danb", PEOPLE[0], "agent"),
        ("sam", PEOPLE[1], "agent"),
        ("boss", PEOPLE[2], "supervisor"),
    ]
]
KEYS = ["x" * 16, "y" * 16]
CHECKOUTS = ["c" * 64, "d" * 64]
AUDIT = AuditEntry(1, "main", "", "test")

desks, keys = st.sampled_from(DESKS), st.sampled_from(KEYS)
stale = st.integers(-1, 2)  # how far from the newest version a desk is; mostly not at all
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), desks, keys, st.just(0) | stale, st.sets(st.sampled_from(CHECKOUTS))),
        st.tuples(st.just("claim"), desks, keys, st.just(0) | stale, st.sampled_from(ClaimKind)),
        st.tuples(st.just("give"), desks, keys, st.just(0) | stale, st.sampled_from(PEOPLE),
                  st.booleans()),
        st.tuples(st.just("delivery"), st.none() | keys, st.none() | st.sampled_from(CHECKOUTS)),
        st.tuples(st.just("poll"), desks, st.integers(1, 3)),
        st.tuples(st.just("wait")),
    ),
    min_size=12,
    max_size=40,
)  # fmt: skip


class World:
    """The store, and beside it what must be true, kept in plain dictionaries."""

    def __init__(self, store) -> None:
        self.store = store
        self.now_us = 1_000_000
        self.known: dict[str, Order] = {}
        self.named: dict[str, str] = {}  # checkout to order
        self.sent: dict[bytes, list[str | None]] = {}  # order, checkout, whether it is an order
        self.places = dict.fromkeys(range(len(DESKS)), 0)
        self.seen: dict[int, dict] = {number: {} for number in range(len(DESKS))}

    def adopt(self, key):
        """The order has what names it, and what nobody had of its checkouts."""
        for sent in self.sent.values():
            nobodys = sent[0] not in self.known
            if nobodys and self.named.get(sent[1]) == key:
                sent[0] = key

    async def put(self, desk, key, off, checkouts):
        before = self.known.get(key)
        seen = max(0, (before.version if before else 0) + off)
        what = RecordPut(seen + 1, "live", tuple(sorted(checkouts)), (), b"%d" % self.now_us)
        done = await self.change(key, orders.put(key, desk, seen, what, self.now_us))
        if isinstance(done, Refused):
            return
        assert before is None or (before.holder == desk.token_id and before.version <= seen)
        assert (done.version, done.sealed) == (seen + 1, what.sealed)
        for checkout in [name for name, owner in self.named.items() if owner == key]:
            if checkout not in checkouts:
                del self.named[checkout]
        for checkout in checkouts:
            self.named.setdefault(checkout, key)
        self.adopt(key)

    async def claim(self, desk, key, off, kind):
        if kind is ClaimKind.HAND_OVER:
            return
        before = self.known.get(key)
        asked = ClaimRequest(kind, max(1, (before.version if before else 1) + off), 30, AT, SIGNED)
        done = await self.change(key, orders.claim(desk, asked, self.now_us))
        if isinstance(done, Order):
            assert orders.reader_of(desk) in (None, before.owner)
            assert before.version == asked.version == done.version
            assert before.claim_until_us <= self.now_us or before.holder in (None, desk.token_id)
            assert done.holder == desk.token_id
            assert done.owner == (before.owner if kind == "authorize" else desk.person_id)

    async def give(self, desk, key, off, person, released):
        before = self.known.get(key)
        version = max(1, (before.version if before else 1) + off)
        asked = HandOverRequest(person, version, released, AT, SIGNED)
        done = await self.change(key, orders.hand_over(desk, asked, self.now_us))
        if isinstance(done, Order):
            assert orders.reader_of(desk) in (None, before.owner)
            assert done.owner == person
            assert done.holder == (None if released else before.holder)
            assert not released or before.holder in (None, desk.token_id)

    async def change(self, key, decide):
        before = self.known.get(key)
        done = await self.store.change_order("main", key, decide, AUDIT)
        if isinstance(done, Refused):
            assert done.order == before or done.code is RefusalCode.NOT_FOUND
        else:
            self.known[key] = done
        assert await self.store.order("main", key) == self.known.get(key)
        return done

    async def delivery(self, key, checkout):
        new = parts.delivery(order_key=key, checkout_hash=checkout, received_us=self.now_us)
        if key not in self.known:
            key = self.named.get(checkout, key)
        self.sent[new.identity] = [key, checkout]
        assert await self.store.append(new)

    async def poll(self, desk, limit):
        number = DESKS.index(desk)
        reader = orders.reader_of(desk)
        page = await self.store.read("main", self.places[number], limit, 10**9, reader)
        assert not page.lost
        places = [entry.seq for entry in page.entries]
        assert places == sorted(set(places))
        assert page.seq >= self.places[number]
        self.places[number] = page.seq
        for entry in page.entries:
            members = decode(entry.content)
            if entry.kind == "record":
                self.look_at(number, members, reader)
            else:
                identity = bytes.fromhex(members.text("delivery_id"))
                order = self.known.get(self.sent[identity][0] or "")
                assert order is None or reader in (None, order.owner)
                self.seen[number][identity] = True

    def look_at(self, number, members, reader):
        order = self.known[members.text("order_key")]
        told = (members.integer("version", least=1, most=99), members.text("owner"))
        assert told == (order.version, order.owner), "only ever the newest"
        readable = members.octets_or_none("sealed", most=999)
        assert readable == (order.sealed if reader in (None, order.owner) else None)
        assert reader in (None, order.owner, order.former)
        self.seen[number][order.order_key] = (order.version, order.owner, order.holder)

    async def at_the_end(self):
        """Everybody reads on to the end, and has all that is theirs."""
        head = (await self.store.pulse()).heads["main"]
        for number, desk in enumerate(DESKS):
            while self.places[number] < head.seq:
                await self.poll(desk, 3)
            reader = orders.reader_of(desk)
            for key, order in self.known.items():
                if reader in (None, order.owner):
                    newest = (order.version, order.owner, order.holder)
                    assert self.seen[number].get(key) == newest
            for identity, (key, checkout) in self.sent.items():
                order = self.known.get(key or "")
                if order is None or reader in (None, order.owner):
                    assert identity in self.seen[number], (desk, key, checkout)
            fresh = await self.store.read("main", 0, 999, 10**9, reader)
            public = await self.store.read("main", 0, 999, 10**9, EVERYBODY)
            assert {entry.seq for entry in public.entries} <= {entry.seq for entry in fresh.entries}


@settings(max_examples=60, deadline=None)
@given(steps)
async def test_nothing_is_lost_and_nothing_leaks(taken):
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(parts.new_database(Path(folder)))
        try:
            world = World(store)
            for step, *details in taken:
                world.now_us += 1_000_000
                if step == "wait":
                    world.now_us += 60_000_000
                else:
                    await getattr(world, step)(*details)
            await world.at_the_end()
        finally:
            await store.close()


def test_one_of_many_claims_at_once_is_granted(tmp_path):
    async def race() -> list[bool]:
        store = await SqliteStore.open(parts.new_database(tmp_path))
        what = RecordPut(1, "live", (), (), b"\x01")
        await store.change_order("main", KEYS[0], orders.put(KEYS[0], DESKS[0], 0, what, 1), AUDIT)
        asked = ClaimRequest(ClaimKind.TAKE_OVER, 1, 30, AT, SIGNED)
        claims = [
            orders.claim(Grant(f"desk{n:06d}", "main", PEOPLE[2], "supervisor", "b", "", b"", 1),
                         asked, 2)
            for n in range(100)
        ]  # fmt: skip
        done = await asyncio.gather(
            *(store.change_order("main", KEYS[0], decide, AUDIT) for decide in claims)
        )
        await store.close()
        return [isinstance(each, Order) for each in done]

    assert sum(asyncio.run(race())) == 1
