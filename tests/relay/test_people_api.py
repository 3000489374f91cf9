import asyncio
import threading

import pytest

from telesales_desktop.relay.access import digest
from telesales_desktop.relay.store_values import Merchant
from telesales_desktop.wire.orders import Lookup
from telesales_desktop.wire.people import People, PersonKeyPut
from telesales_desktop.wire.sealing import SealingKey
from telesales_desktop.wire.sealing_answers import Sealing, WrapPut
from tests.relay import parts
from tests.relay.parts import bearer

PUT = PersonKeyPut("ab" * 32, "cd" * 32)


async def ask(relay, who, method, path, value=None):
    content = value.to_json() if value is not None else None
    return await relay.desks.request(method, path, content=content, headers=bearer(who.token))


@pytest.fixture
async def dana(relay):
    return await relay.enrol(name="Dana")


@pytest.fixture
async def boss(relay):
    return await relay.enrol(name="Boss", role="supervisor")


# --- people and their keys ---


async def test_a_person_is_one_however_often_enrolled(relay, dana, boss):
    again = await relay.enrol(name="Dana", role="supervisor")
    assert again.person_id == dana.person_id != boss.person_id
    assert again.token_id != dana.token_id
    people = People.from_json((await ask(relay, dana, "GET", "/v1/people")).content).people
    assert [(each.name, each.role) for each in people] == [
        ("Boss", "supervisor"),
        ("Dana", "supervisor"),
    ]


async def test_an_enrolment_brings_the_sealing_key(dana):
    key = SealingKey.from_text(dana.sealing_key)
    assert key.fingerprint == parts.DATA_KEY.fingerprint


async def test_a_key_is_told_to_colleagues_and_never_replaced(relay, dana, boss):
    for _ in range(2):
        assert (await ask(relay, dana, "PUT", "/v1/person-key", PUT)).status_code == 200
    other = PersonKeyPut("ef" * 32, "cd" * 32)
    refused = await ask(relay, dana, "PUT", "/v1/person-key", other)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "taken")
    people = People.from_json((await ask(relay, boss, "GET", "/v1/people")).content).people
    (key,) = people[1].keys
    assert (key.token_id, key.workstation, key.public_key) == (
        dana.token_id,
        "desk 1",
        PUT.public_key,
    )
    assert key.revoked is False
    assert people[0].keys == ()


async def test_who_asks_for_people_keeps_no_revocation_waiting(relay, dana):
    """All tokens of all merchants were read for each, where what ends access is looked for."""
    await ask(relay, dana, "GET", "/v1/people")  # from here on the token is known
    held = threading.Event()
    looking = asyncio.create_task(relay.store._read_first(lambda db: held.wait()))
    try:
        async with asyncio.timeout(10):
            asked = await ask(relay, dana, "GET", "/v1/people")
    finally:
        held.set()
    assert asked.status_code == 200
    await looking


async def test_who_leaves_has_no_token_any_more_and_is_still_known(relay, dana, boss):
    await ask(relay, dana, "PUT", "/v1/person-key", PUT)
    assert (await ask(relay, dana, "DELETE", "/v1/token")).status_code == 200
    assert (await ask(relay, dana, "GET", "/v1/people")).status_code == 401
    people = People.from_json((await ask(relay, boss, "GET", "/v1/people")).content).people
    assert [key.revoked for key in people[1].keys] == [True]
    noted = [entry.what for entry in await relay.store.audited("main", 9)]
    assert f"revoked by {dana.token_id}" in noted


async def test_another_merchants_people_are_not_told(relay, dana):
    await relay.store.add_merchant(Merchant("ca", None, None), digest("x"), None)
    await relay.relay.access.refresh()
    theirs = await relay.enrol(name="Zoe", merchant="ca")
    await ask(relay, dana, "PUT", "/v1/person-key", PUT)
    people = People.from_json((await ask(relay, theirs, "GET", "/v1/people")).content).people
    assert [each.name for each in people] == ["Zoe"]
    assert theirs.sealing_key is None
    sealing = await ask(relay, theirs, "GET", "/v1/sealing")
    assert Sealing.from_json(sealing.content) == Sealing(None, None, ())
    put = await ask(relay, theirs, "PUT", f"/v1/sealing/{'ab' * 8}", WrapPut(bytes(60)))
    assert put.status_code == 404
    meta = await ask(relay, theirs, "GET", "/v1/meta")
    assert meta.json()["sealing_fingerprint"] is None
    assert (await relay.desks.get("/v1/meta")).json()["sealing_fingerprint"] is None
    ours = await ask(relay, dana, "GET", "/v1/meta")
    assert ours.json()["sealing_fingerprint"] == parts.DATA_KEY.fingerprint


# --- the sealing key ---


async def sealing(relay, who) -> Sealing:
    return Sealing.from_json((await ask(relay, who, "GET", "/v1/sealing")).content)


async def test_a_desk_gets_the_wrapped_data_key(relay, dana):
    told = await sealing(relay, dana)
    assert told.public_key == parts.DATA_KEY.public_key.hex()
    assert told.fingerprint == parts.DATA_KEY.fingerprint
    assert [wrap.wrap_id for wrap in told.wrapped] == [parts.sealing_key().wrap_id.hex()]


async def test_a_new_api_key_gets_a_wrap_of_its_own(relay, dana, boss):
    first = (await sealing(relay, dana)).wrapped[0]
    path = f"/v1/sealing/{'ab' * 8}"
    for _ in range(2):
        assert (await ask(relay, dana, "PUT", path, WrapPut(bytes(60)))).status_code == 200
    assert len((await sealing(relay, dana)).wrapped) == 2
    assert (await ask(relay, dana, "PUT", path, WrapPut(b"x" * 60))).status_code == 409
    assert (await ask(relay, dana, "DELETE", path)).status_code == 404, "supervisors only"
    assert (await ask(relay, boss, "DELETE", f"/v1/sealing/{first.wrap_id}")).status_code == 200
    assert (await ask(relay, boss, "DELETE", f"/v1/sealing/{first.wrap_id}")).status_code == 404
    assert (await ask(relay, boss, "DELETE", path)).status_code == 404, "the last one stays"
    assert [wrap.wrap_id for wrap in (await sealing(relay, dana)).wrapped] == ["ab" * 8]


async def test_there_are_few_wraps(relay, dana):
    for number in range(7):
        path = f"/v1/sealing/{number:016x}"
        assert (await ask(relay, dana, "PUT", path, WrapPut(bytes(60)))).status_code == 200
    refused = await ask(relay, dana, "PUT", f"/v1/sealing/{9:016x}", WrapPut(bytes(60)))
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "taken")


async def test_operations_reads_figures_and_nothing_else(relay):
    operations = await relay.enrol(name="Ops", role="operations")
    for path in ("/v1/people", "/v1/sealing", "/v1/changes", "/v1/orders"):
        assert (await ask(relay, operations, "GET", path)).status_code == 404
    assert (await ask(relay, operations, "DELETE", "/v1/token")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "value"),
    [
        ("GET", "/v1/changes", None),
        ("GET", "/v1/orders", None),
        ("GET", "/v1/people", None),
        ("GET", "/v1/sealing", None),
        ("POST", "/v1/lookups", Lookup(("ab" * 32,))),
    ],
)
async def test_a_token_that_is_revoked_while_its_answer_is_read_reads_nothing(
    relay, dana, method, path, value
):
    """Pages wait for each other: half a minute, where somebody asks for all they may."""
    await relay.store.append(parts.delivery())
    assert (await ask(relay, dana, method, path, value)).status_code == 200
    held = threading.Event()
    holding = [asyncio.create_task(relay.store._read(lambda db: held.wait())) for _ in range(4)]
    await asyncio.sleep(0.01)
    asking = asyncio.create_task(ask(relay, dana, method, path, value))
    try:
        await asyncio.sleep(0.05)
        assert await relay.store.revoke(dana.token_id, 1, "a test")
        await relay.relay.access.refresh()
    finally:
        held.set()
    assert (await asking).json()["error"]["code"] == "token_refused"
    await asyncio.gather(*holding)


async def test_a_token_that_is_revoked_while_its_body_comes_changes_nothing(relay, dana):
    """A body may take ten seconds; a revocation acts before."""
    content = PUT.to_json()

    async def slowly():
        yield content[:9]
        assert await relay.store.revoke(dana.token_id, 1, "a test")
        await relay.relay.access.refresh()
        yield content[9:]

    answer = await relay.desks.put("/v1/person-key", content=slowly(), headers=bearer(dana.token))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_refused")
    assert await relay.store.person_keys("main") == []
