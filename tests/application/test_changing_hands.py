"""What if news, or an answer of the relay's, comes in the very moment when an order changes hands?"""

import asyncio

import pytest

from telesales_desktop.application.profile import Role
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


def slowly(call, *, before_s=0.0, after_s=0.0):
    """The same call over a slow line."""

    async def slow(*given, **options):
        await asyncio.sleep(before_s)
        answer = await call(*given, **options)
        await asyncio.sleep(after_s)
        return answer

    return slow


async def test_a_confirmation_that_comes_during_a_hand_over_is_the_new_owners(floor):
    """This desk acts no more: it has to know that somebody must, if the new owner is not there."""
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    dana = floor.station("Dana")
    checkout_id = await floor.sent(boss)
    boss.client.hand_over = slowly(boss.client.hand_over, before_s=3, after_s=3)
    giving = asyncio.create_task(boss.do(boss.desk.hand_over("4182", dana.me.person_id)))
    await asyncio.sleep(1)
    floor.confirm(checkout_id)
    await giving
    await until(lambda: boss.place().confirmed_at is not None, within_s=5)
    await until(lambda: boss.journal.disk.closed, within_s=5)
    (closed,) = boss.journal.disk.closed.values()
    assert closed.note == "elsewhere confirmed key-4182"
    await until(lambda: boss.order().transaction is not None, within_s=85)


async def test_an_answer_of_the_relays_that_is_overtaken_takes_nothing_back(floor):
    """A put was taken, and the order claimed by a colleague, before the answer to the put came."""
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())
    dana.client.put = slowly(dana.client.put, after_s=5)
    version = floor.relay.heads["key-4182"].version
    await dana.do(dana.desk.refresh("4182"))
    await until(lambda: floor.relay.heads["key-4182"].version == version + 1)
    boss.client.put = slowly(boss.client.put, before_s=600)
    await boss.do(boss.desk.take_over("4182"))
    await asyncio.sleep(20)
    assert floor.relay.heads["key-4182"].version == version + 1
    place = dana.place()
    assert (place.holder_name, place.owner_name) == ("Sam", "Sam")
    assert dana.journal.disk.records["key-4182"].holder == boss.me.token_id


async def test_a_desk_learns_that_it_acts_no_more_while_its_own_put_is_unanswered(floor):
    """The answer is written between what the feed brought and the look at what that means."""
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())
    answered = asyncio.Event()
    put, order_ids = dana.client.put, dana.journal.order_ids

    async def put_in_time(*given, **options):
        version = await put(*given, **options)
        await answered.wait()
        return version

    async def look_later(order_keys):
        if floor.relay.heads["key-4182"].holder_id == boss.me.token_id:
            answered.set()
            await asyncio.sleep(1)
        return await order_ids(order_keys)

    dana.client.put, dana.journal.order_ids = put_in_time, look_later
    await dana.do(dana.desk.refresh("4182"))
    await asyncio.sleep(3)
    boss.client.put = slowly(boss.client.put, before_s=600)
    await boss.do(boss.desk.take_over("4182"))
    await asyncio.sleep(20)
    assert dana.desk._book.is_lost("4182")


async def test_a_hand_over_over_a_slow_line_keeps_no_other_order_waiting(floor):
    dana = await floor.desk("Dana")
    boss = floor.station("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await floor.sent(dana, "2")
    await asyncio.sleep(400)
    dana.client.hand_over = slowly(dana.client.hand_over, before_s=300)
    giving = asyncio.create_task(dana.do(dana.desk.hand_over("4182", boss.me.person_id)))
    await asyncio.sleep(90)
    floor.affirm.confirm(floor.affirm.newest)  # no webhook tells of it
    await until(lambda: dana.order("2").transaction is not None, within_s=65)
    assert not giving.done()
    await giving


async def test_news_of_an_order_that_waits_for_a_slow_relay_keeps_no_other_news_waiting(floor):
    dana = await floor.desk("Dana")
    boss = floor.station("Sam", Role.SUPERVISOR)
    held = await floor.sent(dana)
    other = await floor.sent(dana, "2")
    await asyncio.sleep(8000)  # read every five minutes now
    dana.client.hand_over = slowly(dana.client.hand_over, before_s=60)
    giving = asyncio.create_task(dana.do(dana.desk.hand_over("4182", boss.me.person_id)))
    await asyncio.sleep(1)
    delivery = floor.relay.deliver("opened", held, order_id="4182", order_key="key-4182")
    await asyncio.sleep(5)
    floor.confirm(other, "2")
    await until(lambda: dana.order("2").transaction is not None, within_s=5)
    assert delivery.delivery_id not in dana.journal.disk.closed
    await giving
    await until(lambda: delivery.delivery_id in dana.journal.disk.closed, within_s=5)
