import asyncio

import pytest

from telesales_desktop.relay.parking import PARKED_PER_TOKEN, Parking, Wake
from tests.relay.parts import grant

LONG_S = 3600


@pytest.fixture
def parking() -> Parking:
    return Parking()


async def park(parking, *grants, wait_s=LONG_S):
    polls = [asyncio.create_task(parking.wait(each, wait_s)) for each in grants]
    await asyncio.sleep(0)
    return polls


async def test_news_wakes_the_merchants_desks_only(parking):
    ours, theirs = await park(parking, grant("a"), grant("b", merchant="other"))
    parking.wake("main")
    parking.wake("nobody")
    assert await ours is Wake.NEWS
    assert not theirs.done()
    parking.close()
    assert await theirs is Wake.LEAVE


async def test_patience_ends(parking):
    (poll,) = await park(parking, grant(), wait_s=0.001)
    assert await poll is Wake.LEAVE
    assert len(parking) == 0


async def test_a_revoked_token_is_sent_away_now_and_for_good(parking):
    revoked, other = await park(parking, grant("a"), grant("b"))
    parking.revoke({"a", "unknown"})
    assert await revoked is Wake.REVOKED
    assert not other.done()
    assert await parking.wait(grant("a"), LONG_S) is Wake.REVOKED
    parking.close()
    await other


async def test_one_token_keeps_a_few_places_and_the_oldest_gives_way(parking):
    polls = await park(parking, *[grant("a")] * PARKED_PER_TOKEN, grant("b"))
    (newest,) = await park(parking, grant("a"))
    assert await polls[0] is Wake.LEAVE
    assert not any(poll.done() for poll in [*polls[1:], newest])
    assert len(parking) == PARKED_PER_TOKEN + 1
    parking.wake("main")
    assert set(await asyncio.gather(*polls[1:], newest)) == {Wake.NEWS}
    assert len(parking) == 0


async def test_after_the_end_nobody_is_parked(parking):
    parking.close()
    assert await parking.wait(grant(), LONG_S) is Wake.LEAVE


async def test_a_poll_that_is_cancelled_leaves_its_place(parking):
    (poll,) = await park(parking, grant())
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    assert len(parking) == 0


async def test_the_first_reason_counts(parking):
    (poll,) = await park(parking, grant("a"))
    parking.wake("main")
    parking.revoke({"a"})
    assert await poll is Wake.NEWS
