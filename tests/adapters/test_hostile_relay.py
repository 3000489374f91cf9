"""Whatever a relay answers: does the desk go on, and believe nothing that no desk has sealed?"""

import asyncio
import copy
import json
import logging

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import ClaimKind, SharedPage
from telesales_desktop.domain.relay_errors import RelayError
from tests.adapters.relay_bench import Bench, Desk
from tests.adapters.test_shared_relay import KEY, file

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
