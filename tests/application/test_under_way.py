"""Does waiting for quiet end, and does leaving end everything it may and wait for what it must?"""

import asyncio

import pytest

from telesales_desktop.application.under_way import GRACE_S, UnderWay


def now():
    return asyncio.get_running_loop().time()


@pytest.fixture
def under_way():
    return UnderWay()


def sleeping(under_way, seconds, *, order_id="o", is_write=False, then=None):
    async def work():
        await asyncio.sleep(seconds)
        if then is not None:
            then()

    return under_way.start(order_id, work(), name=f"sleep {seconds}", is_write=is_write)


async def test_quiet_is_when_the_last_task_ended_also_one_started_by_another(under_way):
    sleeping(under_way, 1, then=lambda: sleeping(under_way, 2))
    await under_way.until_quiet("o")
    assert now() == 3


async def test_an_order_without_tasks_is_quiet(under_way):
    sleeping(under_way, 5, order_id="other")
    await under_way.until_quiet("o")
    assert now() == 0
    await under_way.until_quiet("other")


async def test_several_may_wait_for_one_order(under_way):
    sleeping(under_way, 1)
    await asyncio.gather(*(under_way.until_quiet("o") for _ in range(3)))
    assert now() == 1


async def test_patience_ends(under_way):
    task = sleeping(under_way, 1000)
    await under_way.until_quiet("o", patience_s=7)
    assert now() == 7
    task.cancel()
    await under_way.until_quiet("o")


async def test_nobody_waits_for_a_task_that_stands_apart(under_way):
    async def work():
        await asyncio.sleep(1)
        with under_way.apart("o"):
            await asyncio.sleep(1000)
        await asyncio.sleep(1)

    task = under_way.start("o", work(), name="apart", is_write=False)
    await under_way.until_quiet("o")
    assert now() == 1
    await asyncio.sleep(999)
    under_way.wait_for_again(task)  # somebody asks for just this now
    await under_way.until_quiet("o")
    assert now() == 1002


async def test_a_pause_is_a_pause(under_way):
    await under_way.pause(5)
    assert now() == 5


async def test_a_crash_is_said_and_leaves_the_order_quiet(under_way, caplog):
    async def crash():
        raise ZeroDivisionError

    under_way.start("o", crash(), name="a write", is_write=True)
    await under_way.until_quiet("o")
    assert caplog.messages == ["a write crashed"]
    await under_way.leave(patience_s=1)


async def test_leaving_cancels_reads_and_waits_for_writes_and_what_they_start(under_way):
    done = []
    read = sleeping(under_way, 1, then=lambda: done.append("read"))

    def follow():
        done.append("first")
        sleeping(under_way, 2, is_write=True, then=lambda: done.append("second"))

    sleeping(under_way, 3, is_write=True, then=follow)
    await asyncio.sleep(0)
    assert not under_way.is_leaving
    await under_way.leave(patience_s=25)
    assert under_way.is_leaving
    assert (done, now()) == (["first", "second"], 5)
    assert read.cancelled()


async def test_leaving_gives_up_on_a_write_that_does_not_end(under_way):
    write = sleeping(under_way, 1000, is_write=True)
    await under_way.leave(patience_s=25)
    assert now() == 25
    assert write.cancelled()


async def test_leaving_ends_even_if_a_task_does_not(under_way):
    async def stubborn():
        for _ in range(3):
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                continue

    task = under_way.start("o", stubborn(), name="stubborn", is_write=True)
    await under_way.leave(patience_s=1)
    assert now() == 1 + GRACE_S
    await task


async def test_leaving_wakes_a_pause(under_way):
    async def pausing():
        await under_way.pause(1000)

    under_way.start("o", pausing(), name="pausing", is_write=True)
    await asyncio.sleep(1)
    await under_way.leave(patience_s=25)
    assert now() == 1


async def test_leaving_with_nothing_under_way_is_quick(under_way):
    await under_way.leave(patience_s=25)
    assert now() == 0
