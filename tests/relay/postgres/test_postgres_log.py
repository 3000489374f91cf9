"""Is a batch in PostgreSQL the same as one delivery after the other in SQLite?"""

import asyncio
from random import Random

import pytest

from telesales_desktop.relay import databases, orders
from telesales_desktop.relay.store_values import AuditEntry, Code, Grant
from telesales_desktop.wire.orders import RecordPut
from tests.relay import parts
from tests.relay.postgres import bases
from tests.relay.postgres.bases import delivery

pytestmark = pytest.mark.postgres
DANA = Grant("tokentoken", "main", "p" + "a" * 15, "agent", "Dana", "desk", bytes(32), 1)
KEYS = [f"{number:032x}" for number in range(3)]
CHECKOUTS = [f"{number:064x}" for number in range(3)]


async def with_orders(store):
    """Two orders of Dana's, each with a checkout of its own."""
    code = Code("abc", "main", "agent", "Dana", b"salt", bytes(32), 2**50)
    await store.add_code(code)
    await store.redeem(code, DANA, 1)
    for key, checkout in zip(KEYS[:2], CHECKOUTS[:2], strict=True):
        what = RecordPut(1, "sandbox", (checkout,), (), b"\x01" * 40)
        audit = AuditEntry(1, "main", DANA.token_id, "put", key)
        await store.change_order("main", key, orders.put(key, DANA, 0, what, 5), audit)


def drawn(seed: int) -> list:
    """Deliveries with known and unknown keys and checkouts, some of them twice."""
    chance = Random(seed)
    return [
        delivery(
            chance.randrange(20),
            order_key=chance.choice((None, *KEYS)),
            checkout_hash=chance.choice((None, *CHECKOUTS)),
        )
        for _ in range(40)
    ]


async def told(store) -> list:
    pages = [
        await store.read("main", 0, 1000, 1 << 30, reader)
        for reader in (None, DANA.person_id, "pnobody")
    ]
    rows = [[(e.seq, e.chain, e.kind, e.content) for e in page.entries] for page in pages]
    return [rows, (await store.pulse()).heads["main"]]


@pytest.mark.parametrize("seed", range(4))
async def test_a_batch_is_one_after_the_other(cluster, tmp_path, seed):
    url = bases.empty(cluster)
    await asyncio.to_thread(parts.create, url)
    at_once, single = [
        await databases.open_store(address) for address in (url, parts.new_database(tmp_path))
    ]
    for store in (at_once, single):
        await with_orders(store)
    wanted = drawn(seed)
    # What is equal under its number must be equal: the first one counts.
    results = await asyncio.gather(*(at_once.append(each) for each in wanted))
    assert results == [await single.append(each) for each in wanted]
    assert await told(at_once) == await told(single)
    await at_once.close()
    await single.close()
