"""Does the window have something to speak to before, while and after the desk opens?"""

import asyncio
import inspect

import pytest

from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.opening import QUESTIONS, OpeningDesk
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import (
    CommandRefusedError,
    CredentialsError,
    JournalError,
    SettingsError,
    TelesalesError,
)
from tests.application.orders import know, waiting
from tests.fakes.workstation import Told, details_of


class Opening:
    """A workstation whose desk is built when it is asked for."""

    def __init__(self, ws):
        self.ws = ws
        self.errors = []
        self.build_s = 0.0
        self.desk = OpeningDesk(self.build)
        self.told = Told()

    async def build(self):
        await asyncio.sleep(self.build_s)
        if self.errors:
            raise self.errors.pop(0)
        return self.ws.build()


@pytest.fixture
async def opening(ws):
    found = Opening(ws)
    yield found
    await found.desk.close()


async def test_questions_wait_until_the_desk_is_open(opening):
    know(opening.ws, waiting())
    asking = asyncio.create_task(opening.desk.open_orders())
    await asyncio.sleep(1)
    assert not asking.done()
    await opening.desk.open()
    assert [f.order.order_id for f in await asking] == ["4182"]
    file = await opening.desk.send(details_of("2"), draft_id="")
    assert file.order.order_id == "2"
    assert opening.desk.failure is None
    assert await opening.desk.opened() is opening.ws.desk


async def test_listeners_hear_of_a_desk_that_opens_later(opening):
    stop = opening.desk.subscribe(opening.told)
    assert opening.told.statuses == []
    await opening.desk.open()
    assert opening.told.statuses
    await opening.desk.send(details_of(), draft_id="")
    assert opening.told.files
    stop()
    stop()
    heard = len(opening.told.files)
    await opening.desk.supersede("4182")
    assert len(opening.told.files) == heard


async def test_a_listener_that_comes_while_the_desk_opens_is_told_too(opening):
    know(opening.ws, waiting())
    opening.ws.journal.write_s = 1.0
    task = asyncio.create_task(opening.desk.open())
    await asyncio.sleep(0)
    while opening.ws.desk is None:
        await asyncio.sleep(0)
    opening.desk.subscribe(opening.told)
    await task
    late = Told()
    opening.desk.subscribe(late)
    await opening.desk.send(details_of("2"), draft_id="")
    assert [f.order.order_id for f in opening.told.files][-1] == "2"
    assert [f.order.order_id for f in late.files][-1] == "2"


@pytest.mark.parametrize(
    ("error", "journal", "keyring"),
    [
        (CredentialsError("locked"), None, "locked"),
        (JournalError("network"), JournalProblem.NETWORK, ""),
        (JournalError("never heard of"), JournalProblem.IO, ""),
        (SettingsError("no keys"), None, ""),
    ],
)
async def test_a_failure_is_told_and_every_question_ends_with_it(
    opening, caplog, error, journal, keyring
):
    asking = asyncio.create_task(opening.desk.drafts())
    opening.errors = [error]
    opening.desk.subscribe(opening.told)
    await opening.desk.open()
    assert opening.desk.failure is error
    with pytest.raises(type(error)):
        await asking
    late = Told()
    opening.desk.subscribe(late)
    for told in (opening.told, late):
        assert told.status.journal_problem is journal
        assert told.status.credentials_problem == keyring
    assert caplog.messages == [f"the desk could not be opened: {error.code}"]


async def test_after_a_failure_it_can_be_opened_and_the_failed_one_is_closed(opening, caplog):
    opening.ws.journal.fail_open("locked")
    await opening.desk.open()
    assert opening.ws.affirm.is_closed
    opening.ws.affirm.is_closed = opening.ws.relay.is_closed = False
    await opening.desk.open()
    assert opening.desk.failure is None
    await opening.desk.send(details_of(), draft_id="")
    assert caplog.messages == ["the desk could not be opened: journal.unusable"]


async def test_a_crash_ends_the_waiting_too(opening, caplog):
    opening.errors = [ZeroDivisionError()]
    asking = asyncio.create_task(opening.desk.drafts())
    await opening.desk.open()
    with pytest.raises(TelesalesError, match="crashed"):
        await asking
    assert caplog.messages == ["opening the desk crashed"]


async def test_closing_while_it_is_built_lets_nobody_wait_and_leaves_nothing(opening):
    opening.build_s = 5.0
    asking = asyncio.create_task(opening.desk.drafts())
    task = asyncio.create_task(opening.desk.open())
    await asyncio.sleep(1)
    await opening.desk.close()
    with pytest.raises(CommandRefusedError):
        await asking
    await task
    assert opening.ws.journal.is_closed
    with pytest.raises(CommandRefusedError):
        await opening.desk.drafts()


async def test_closing_while_it_starts_leaves_nothing_running(opening, caplog):
    know(opening.ws, *(waiting(f"o{n}") for n in range(300)))
    task = asyncio.create_task(opening.desk.open())
    while not opening.ws.told.files:
        await asyncio.sleep(0)
    await opening.desk.close()
    await task
    assert opening.ws.journal.is_closed


async def test_giving_up_the_opening_closes_what_was_built(opening):
    know(opening.ws, *(waiting(f"o{n}") for n in range(300)))
    task = asyncio.create_task(opening.desk.open())
    while not opening.ws.told.files:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert opening.ws.journal.is_closed
    await opening.desk.close()


async def test_closing_what_was_never_opened(opening):
    await opening.desk.close()
    with pytest.raises(CommandRefusedError):
        await opening.desk.drafts()


async def test_only_what_the_desk_offers_can_be_asked_for(opening, ws):
    with pytest.raises(AttributeError):
        opening.desk.no_such_thing  # noqa: B018
    with pytest.raises(AttributeError):
        opening.desk._send  # noqa: B018
    assert opening.desk.now().tzinfo is not None
    await opening.desk.open()
    assert opening.desk.now() == ws.clock.now()


def test_all_that_a_desk_answers_may_be_asked_before_it_is_open():
    answered = {name for name, _ in inspect.getmembers(OrderDesk, inspect.iscoroutinefunction)}
    public = {name for name in answered if not name.startswith("_")}
    assert public - {"start", "close"} == QUESTIONS


async def test_a_desk_that_is_built_after_its_window_was_closed_begins_nothing(opening):
    """Another person's desk may open the same journal meanwhile."""
    know(opening.ws, waiting())
    opening.build_s = 1.0
    task = asyncio.create_task(opening.desk.open())
    await asyncio.sleep(0.5)
    await opening.desk.close()
    await task
    assert opening.ws.journal.opened == 0
    assert opening.ws.affirm.calls == []
    with pytest.raises(CommandRefusedError):
        await opening.desk.drafts()


@pytest.mark.parametrize("errors", [[], [CredentialsError("locked")]])
async def test_a_listener_that_raises_does_not_keep_the_desk_from_opening(opening, caplog, errors):
    class Broken(Told):
        def connection_changed(self, status):
            raise ZeroDivisionError

    opening.errors = [*errors]
    opening.desk.subscribe(Broken())
    opening.desk.subscribe(opening.told)
    await opening.desk.open()
    assert [opening.desk.failure] == (errors or [None])
    assert opening.told.statuses
