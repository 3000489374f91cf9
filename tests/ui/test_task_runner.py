"""Does a coroutine that a click started run once, and end in one of four ways?"""

import asyncio

import pytest

from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.ui.task_runner import Endings, TaskRunner

pytestmark = pytest.mark.qt_loop


class Heard:
    """Which endings were called, with what."""

    def __init__(self):
        self.calls = []
        self.endings = Endings(
            done=lambda result: self.calls.append(("done", result)),
            failed=lambda error: self.calls.append(("failed", error.code)),
            cancelled=lambda: self.calls.append(("cancelled",)),
            always=lambda: self.calls.append(("always",)),
        )


@pytest.fixture
def crashes():
    return []


@pytest.fixture
async def runner(crashes):
    loop = asyncio.get_running_loop()
    return TaskRunner(loop, lambda name, error: crashes.append((name, type(error))))


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_done(runner, crashes):
    heard = Heard()

    async def work():
        return 42

    assert runner.start("a", work, heard.endings)
    await settle()
    assert heard.calls == [("done", 42), ("always",)]
    assert not runner.is_running("a")
    assert crashes == []


async def test_an_error_that_we_expect_is_a_failure(runner, crashes):
    heard = Heard()

    async def work():
        raise CommandRefusedError("frozen")

    runner.start("a", work, heard.endings)
    await settle()
    assert heard.calls == [("failed", "command.refused"), ("always",)]
    assert crashes == []


async def test_any_other_error_is_a_bug_and_told(runner, crashes):
    heard = Heard()

    async def work():
        raise KeyError("x")

    runner.start("a", work, heard.endings)
    await settle()
    assert heard.calls == [("always",)]
    assert crashes == [("a", KeyError)]


async def test_cancelled(runner):
    heard = Heard()
    runner.start("a", lambda: asyncio.sleep(60), heard.endings)
    await settle()
    runner.cancel("a")
    runner.cancel("unheard of")
    await settle()
    assert heard.calls == [("cancelled",), ("always",)]


async def test_a_second_task_of_the_same_name_is_refused_and_never_begun(runner):
    begun = []
    gate = asyncio.Event()

    async def work():
        begun.append(1)
        await gate.wait()

    assert runner.start("refund:4182", work)
    assert not runner.start("refund:4182", work)
    assert runner.start("refund:4183", work)
    gate.set()
    await settle()
    assert len(begun) == 2
    assert runner.start("refund:4182", work)
    await settle()


async def test_endings_may_all_be_left_out(runner, crashes):
    async def fails():
        raise CommandRefusedError("frozen")

    for number, work in enumerate((fails, lambda: asyncio.sleep(0))):
        assert runner.start(str(number), work)
    runner.start("c", lambda: asyncio.sleep(60))
    await settle()
    runner.cancel("c")
    await settle()
    assert crashes == []


async def test_closing_cuts_reads_off_and_waits_for_writes(runner):
    read, write = Heard(), Heard()
    gate = asyncio.Event()

    async def writes():
        await gate.wait()
        return "kept"

    runner.start("read", lambda: asyncio.sleep(60), read.endings)
    runner.start("write", writes, write.endings, writes=True)
    await settle()
    closing = asyncio.get_running_loop().create_task(runner.close(timeout_s=60))
    await settle()
    assert read.calls == [("cancelled",), ("always",)]
    assert not closing.done()
    gate.set()
    assert await closing
    await settle()
    assert write.calls == [("done", "kept"), ("always",)]
    assert not runner.start("late", writes)


async def test_closing_gives_up_in_the_end(runner):
    runner.start("write", lambda: asyncio.sleep(60), writes=True)
    await settle()
    assert not await runner.close(timeout_s=0.01)
    await settle()
    assert not runner.is_running("write")


async def test_closing_with_nothing_to_do(runner):
    assert await runner.close(timeout_s=0)
