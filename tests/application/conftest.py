"""Every coroutine in this room runs on virtual time, and no task may be left behind."""

import asyncio

import pytest

from tests.fakes.virtual_loop import VirtualLoop
from tests.fakes.workstation import Workstation


def pytest_asyncio_loop_factories(config, item):
    return {"virtual": VirtualLoop}


@pytest.fixture
async def ws():
    """A workstation whose desk is closed after the test, and which leaves nothing running."""
    before = asyncio.all_tasks()
    unheard = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: unheard.append(context))
    station = Workstation()
    yield station
    if station.desk is not None:
        await station.desk.close()
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, f"left behind: {left}"
    assert not unheard, f"nobody heard: {unheard}"
