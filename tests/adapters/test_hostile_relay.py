"""Whatever a relay answers: does the desk go on, and believe nothing that no desk has sealed?"""

import asyncio
import copy
import json
import logging
from dataclasses import replace

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telesales_desktop.adapters import sealing
from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.adapters.person_key import PersonKey, attestation
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import (
    ClaimKind,
    SharedPage,
    Wanted,
)
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayError,
)
from telesales_desktop.wire.orders import RecordKept
from tests.adapters.relay_bench import MERCHANT, Bench, Desk
from tests.adapters.test_shared_relay import KEY, file, two_desks

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["a" * 64, "0" * 128, "p" + "a" * 15, "2026-01-02T03:04:05.000000Z", "main"]),
    st.binary(max_size=20).map(lambda raw: raw.hex()),
    st.just([]),
    st.just({}),
    st.just([[]] * 600),
    st.just("x" * 300_000),
)


async def made():
    """What an honest relay has: a delivery, a record, a claim, two people; and the desk's hands."""
    bench = Bench()
    hands = Desk(bench)
    dana = await hands.open()
    sam = await Desk(bench, letter="b", name="Sam S.", role=Role.SUPERVISOR).open()
    bench.deliver(b"{}", order_key=KEY, signatures=("t=1",))
    await dana.put(file(), seen_version=0)
    await sam.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60)
    await hands.start().changes(None, wait_s=0, limit=9)  # the data key is in the keyring
    return bench, hands


BENCH, HANDS = asyncio.run(made())
HONEST = file()


def places(value, path=()):
    """Every place of a JSON value."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


def spoiled(content, draw):
    """The answer with one or two of its places changed, or left out, or given twice."""
    value = json.loads(content)
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(sorted(places(value), key=repr)))
        if not path:
            value = copy.deepcopy(draw(VALUES))
            break
        inner = value
        for step in path[:-1]:
            inner = inner[step]
        what = draw(st.sampled_from(["replace", "drop", "repeat"]))
        if what == "replace":
            inner[path[-1]] = copy.deepcopy(draw(VALUES))
        elif what == "drop":
            del inner[path[-1]]
        elif isinstance(inner, list):
            inner.append(copy.deepcopy(inner[path[-1]]))
        if not isinstance(value, dict | list):
            break
    return json.dumps(value).encode()


CALLS = {
    "changes": lambda desk: desk.changes(None, wait_s=0, limit=9),
    "get": lambda desk: desk.get(KEY),
    "snapshot": lambda desk: desk.snapshot(),
    "people": lambda desk: desk.people(),
    "claim": lambda desk: desk.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60),
    "put": lambda desk: desk.put(file(), seen_version=0),
    "sealing": lambda desk: desk.sealing(),
}


@pytest.fixture(autouse=True)
def quiet():
    """Every answer is refused with a line in the log; that is what is wanted here."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_answer_with_other_things_in_it_is_refused_or_read_and_never_a_crash(name, data):
    def answered(request):
        answer = BENCH._answer(request)
        return httpx.Response(answer.status_code, content=spoiled(answer.content, data.draw))

    async def ask():
        desk = HANDS.start()
        kept = list(BENCH.changes), dict(BENCH.records)
        try:
            if name != "sealing":
                await desk.changes(None, wait_s=0, limit=1)  # compared, and our key told
            BENCH.fault(answered)
            return await CALLS[name](desk)
        except RelayError as error:
            return error
        finally:
            BENCH.plan.clear()
            BENCH.changes[:] = kept[0]
            BENCH.records.clear()
            BENCH.records.update(kept[1])

    told = asyncio.run(ask())
    if isinstance(told, SharedPage):
        for record in told.records:
            assert record.content is None or record.content.file == HONEST


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_no_answer(content):
    async def ask():
        desk = HANDS.start()
        BENCH.fault(httpx.Response(200, content=content))
        with pytest.raises(RelayError):
            await desk.changes(None, wait_s=0, limit=9)
        BENCH.plan.clear()

    asyncio.run(ask())


# --- what is told ----------------------------------------------------------------------------


async def test_a_record_that_no_desk_sealed_is_told_and_not_believed():
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    kept = bench.records[KEY]
    for forged in (
        replace(kept, sealed=sealing.seal_record(DataKey(b"\x05" * 32), b"{}", b"x")),
        replace(kept, version=2),  # an old one as a new one
        replace(kept, order_key="x" * 32),  # of another order
        replace(kept, environment="live"),
        replace(kept, sealed=b""),
    ):
        bench.changes.clear()
        bench.keep(forged)
        page = await sam.changes(None, wait_s=0, limit=9)
        assert page.records[0].content is None
        assert not page.records[0].is_newer
        assert page.alarms == {SharingAlarm.FORGED_RECORD}


async def test_a_record_that_was_taken_away_is_no_forgery():
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    bench.keep(replace(bench.records[KEY], sealed=None))
    page = await sam.changes(None, wait_s=0, limit=9)
    record = page.records[-1]
    assert (record.content, record.is_taken_away) == (None, True)
    assert page.alarms == frozenset()


async def test_a_record_of_a_newer_program_is_no_forgery(monkeypatch):
    bench, dana, sam = await two_desks()
    monkeypatch.setattr("telesales_desktop.adapters.record_content.FORMAT", 99)
    await dana.put(file(), seen_version=0)
    monkeypatch.undo()
    page = await sam.changes(None, wait_s=0, limit=9)
    assert (page.records[0].content, page.records[0].is_newer) == (None, True)
    assert page.alarms == frozenset()
    assert bench.records


async def test_a_claim_that_its_person_has_not_signed_is_told():
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    await sam.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60)
    kept = bench.records[KEY]
    other = "p" + "a" * 15
    for forged in (
        replace(kept, claim=replace(kept.claim, signature="0" * 128)),
        replace(kept, owner=other, claim=replace(kept.claim, person_id=other)),
        replace(kept, owner=other),  # who owns it is not what the claim says
        replace(kept, holder="a" * 10),
        replace(kept, claim=replace(kept.claim, version=2)),
        replace(kept, holder="c" * 10, claim=replace(kept.claim, token_id="c" * 10)),
    ):
        bench.changes.clear()
        bench.keep(forged)
        page = await dana.changes(None, wait_s=0, limit=9)
        assert not page.records[0].claim.proven
        assert page.alarms == {SharingAlarm.FORGED_CLAIM}
    bench.changes.clear()
    bench.keep(kept)
    assert (await dana.changes(None, wait_s=0, limit=9)).records[0].claim.proven


async def test_a_hand_over_to_somebody_else_is_told():
    bench, dana, sam = await two_desks()
    await sam.put_person_key()
    await dana.put(file(), seen_version=0)
    await dana.hand_over(KEY, "p" + "b" * 15, version=1, released=True)
    kept = bench.records[KEY]
    bench.changes.clear()
    bench.keep(replace(kept, owner="p" + "a" * 15))
    page = await sam.changes(None, wait_s=0, limit=9)
    assert page.alarms == {SharingAlarm.FORGED_CLAIM}
    assert not page.records[0].claim.proven


async def test_a_key_that_no_desk_attests_is_told_and_proves_nothing():
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    await sam.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60)
    person = bench.people["p" + "b" * 15]
    forged = replace(person.keys[0], public_key=DataKey(b"\x06" * 32).public_key.hex())
    bench.people["p" + "b" * 15] = replace(person, keys=(forged,))
    page = await dana.changes(None, wait_s=0, limit=9)
    assert page.alarms == {SharingAlarm.SWAPPED_KEY, SharingAlarm.FORGED_CLAIM}
    told = {each.name: each for each in await dana.people()}
    assert not told["Sam S."].proven


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("attested_by", ["nobody", "the earlier key", "a colleague", "the relay"])
async def test_a_key_that_the_relay_swaps_later_proves_nothing(attested_by, is_restarted):
    """Nothing is remembered of the earlier key where the desk was started again: it need not be."""
    bench, dana, sam = await two_desks()
    await dana.put_person_key()
    await dana.put(file(), seen_version=0)
    await sam.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60)
    assert (await dana.get(KEY)).claim.proven
    person = bench.people["p" + "b" * 15]
    (earlier,) = person.keys
    its_own = PersonKey.make()
    forged = replace(
        earlier,
        public_key=its_own.public_key,
        attestation={
            "nobody": "0" * 64,
            "the earlier key": earlier.attestation,
            "a colleague": bench.people["p" + "a" * 15].keys[0].attestation,
            "the relay": attestation(
                DataKey(b"\x06" * 32), MERCHANT, person.person_id, earlier.token_id,
                its_own.public_key,
            ),
        }[attested_by],
    )  # fmt: skip
    bench.people[person.person_id] = replace(person, keys=(forged,))
    kept = bench.records[KEY]
    message = kept.claim.message(MERCHANT, KEY)
    signed_anew = replace(kept, claim=replace(kept.claim, signature=its_own.sign(message)))
    if is_restarted:
        dana = await Desk(bench).open()
    bench.changes.clear()
    bench.keep(signed_anew)
    page = await dana.changes(None, wait_s=0, limit=9)
    assert not page.records[0].claim.proven
    assert SharingAlarm.FORGED_CLAIM in page.alarms
    assert not {each.name: each for each in await dana.people()}["Sam S."].proven
    if is_restarted:
        assert SharingAlarm.SWAPPED_KEY in page.alarms


async def test_a_key_once_attested_is_not_forgotten_because_the_relay_hides_it():
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    await sam.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60)
    assert (await dana.get(KEY)).claim.proven
    bench.people["p" + "b" * 15] = replace(bench.people["p" + "b" * 15], keys=())
    assert (await dana.get(KEY)).claim.proven


async def test_unknown_keys_are_asked_for_once_a_page():
    bench, dana, sam = await two_desks()
    keys = [f"{n:032d}" for n in range(20)]
    for n, key in enumerate(keys):
        await dana.put(file(n + 1, key=key), seen_version=0)
        await sam.claim(key, ClaimKind.TAKE_OVER, version=1, seconds=60)
    bench.people["p" + "b" * 15] = replace(bench.people["p" + "b" * 15], keys=())
    bench.asked.clear()
    page = await dana.changes(None, wait_s=0, limit=200)
    assert len(page.records) == 40
    assert bench.paths().count("GET /v1/people") == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: httpx.Response(200, content=answer.content[:-1]),
        lambda answer: httpx.Response(
            200, content=answer.content.replace(b'"version":', b'"versi":')
        ),
        lambda answer: httpx.Response(200, content=b"[" * 100_000),
        lambda answer: httpx.Response(200, content=bytes(5_000_000)),
        lambda answer: httpx.Response(409, content=b'{"error":{"code":"conflict","message":""}}'),
        lambda answer: httpx.Response(500),
    ],
)
async def test_an_answer_that_is_none_never_crashes_a_desk(spoil, caplog):
    bench, dana, _ = await two_desks()
    await dana.put(file(), seen_version=0)
    for call in (
        lambda: dana.get(KEY),
        lambda: dana.put(file(), seen_version=1),
        lambda: dana.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60),
    ):
        await dana.changes(None, wait_s=0, limit=9)  # compared: the fault meets the call itself
        bench.fault(spoil)
        with pytest.raises(RelayAnswerError):
            await call()


async def test_a_kept_version_is_the_relays_word_and_bounded(caplog):
    bench, dana, _ = await two_desks()
    await dana.changes(None, wait_s=0, limit=9)
    bench.fault(lambda answer: httpx.Response(200, content=RecordKept(2**40).to_json()))
    with pytest.raises(RelayAnswerError):
        await dana.put(file(), seen_version=0)


async def test_found_orders_that_were_not_asked_for_are_left_out():
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    bench.fault(None, None, lambda answer: httpx.Response(200, content=answer.content))
    bench.tags[KEY] = ("f" * 64,)
    real = bench._look_up
    bench._look_up = lambda asked: real(replace(asked, tags=("f" * 64,)))
    assert list(await sam.look_up(Wanted(order_id="O-1"))) == []


async def test_a_version_that_was_not_put_is_not_taken_for_the_orders():
    bench, dana, _ = await two_desks()
    await dana.changes(None, wait_s=0, limit=9)
    bench.fault(lambda answer: httpx.Response(200, content=RecordKept(2**31 - 1).to_json()))
    with pytest.raises(RelayAnswerError):
        await dana.put(file(), seen_version=0)


OTHER = "o" + KEY[1:]


@pytest.mark.parametrize(
    "ask",
    [
        lambda desk: desk.get(KEY),
        lambda desk: desk.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60),
        lambda desk: desk.hand_over(KEY, "p" + "b" * 15, version=1, released=False),
        lambda desk: desk.put(file(), seen_version=0),
    ],
)
async def test_a_record_of_another_order_is_no_answer(ask):
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    await dana.put(file(4, key=OTHER), seen_version=0)
    await sam.changes(None, wait_s=0, limit=9)

    def of_another(answer):
        other = bench.records[OTHER]
        content = other.to_json()
        if answer.status_code == 409:
            refused = {"error": {"code": "conflict", "message": "-"}, "record": other.members()}
            content = json.dumps(refused).encode()
        return httpx.Response(answer.status_code, content=content)

    bench.fault(of_another)
    with pytest.raises(RelayAnswerError):
        await ask(sam)


async def test_a_claim_is_not_answered_with_an_older_record():
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    older = bench.records[KEY]
    await dana.put(file(), seen_version=1)
    await sam.changes(None, wait_s=0, limit=9)
    bench.fault(lambda answer: httpx.Response(200, content=older.to_json()))
    with pytest.raises(RelayAnswerError):
        await sam.claim(KEY, ClaimKind.TAKE_OVER, version=2, seconds=60)


@pytest.mark.parametrize(("after", "next_key"), [("", OTHER), (KEY, KEY), ("z" * 32, KEY)])
async def test_records_that_never_end_are_no_answer(after, next_key):
    bench, dana, _ = await two_desks()
    await dana.put(file(), seen_version=0)
    page = {"orders": [bench.records[KEY].members()], "next": next_key, "cursor": "c1"}
    bench.fault(lambda answer: httpx.Response(200, content=json.dumps(page)))
    with pytest.raises(RelayAnswerError):
        await dana.snapshot(after)


async def test_a_page_without_records_does_not_go_on():
    bench, dana, _ = await two_desks()
    await dana.changes(None, wait_s=0, limit=9)
    page = {"orders": [], "next": KEY, "cursor": "c1"}
    bench.fault(lambda answer: httpx.Response(200, content=json.dumps(page)))
    with pytest.raises(RelayAnswerError):
        await dana.snapshot()
