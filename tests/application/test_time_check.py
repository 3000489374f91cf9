"""Does nothing of weight leave before a server has told the time, and does nobody wait for it for ever?"""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest

from telesales_desktop.adapters.clock import SystemClock
from telesales_desktop.application.desk_values import AffirmContact
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmUnreachableError,
    CredentialsError,
    OutcomeUnknownError,
)
from telesales_desktop.domain.order import OperationKind
from tests.application.orders import authorized, put, waiting
from tests.fakes.affirm import Fault, refused
from tests.fakes.clock import START
from tests.fakes.workstation import Workstation, details_of

HOUR_S = 3600
REFUND = OperationKind.REFUND


class World:
    """The true time, a machine whose clock is wrong, and what Affirm's answers say of it."""

    def __init__(self):
        self.asleep_s = 0.0
        self.error_s = 0.0
        self.tells_date = True
        self.clock = SystemClock(self.wall, self.loop_s, self.since_boot_s)

    def loop_s(self):
        return asyncio.get_running_loop().time()

    def since_boot_s(self):
        return self.loop_s() + self.asleep_s

    def now(self):
        return START + timedelta(seconds=self.since_boot_s())

    def wall(self):
        return self.now() + timedelta(seconds=self.error_s)

    def answered(self):
        if self.tells_date:
            self.clock.observe_server_date(format_datetime(self.now(), usegmt=True))


class Station(Workstation):
    """A workstation that goes by a real clock; its reads of routine do not come in between."""

    def __init__(self, **given):
        super().__init__(relay=False, **given)
        self.world = World()
        self.clock = self.world.clock
        self.affirm.clock = self.clock
        self.affirm.on_answer = self.world.answered

    async def with_money(self, **changes):
        """A desk that holds captured money, and has not spoken to anybody."""
        have = authorized(word="captured", captured_cents=124_900, **changes)
        self.affirm.know(have)
        desk = await self.start()
        await self.have(have)
        return desk

    async def have(self, *orders):
        put(self.disk, *orders)
        await self.desk._book.load()

    @property
    def names(self):
        return [call.name for call in self.affirm.calls]

    def is_true(self, at):
        return abs(at - self.world.now()) < timedelta(seconds=5)

    def operation(self):
        return self.order().operations[-1]


@pytest.fixture
async def station():
    found = Station()
    yield found
    if found.desk is not None:
        await found.desk.close()


@pytest.mark.parametrize("error_s", [20 * HOUR_S, -20 * HOUR_S])
async def test_a_first_sending_bears_the_servers_time(station, error_s):
    station.world.error_s = error_s
    desk = await station.with_money()
    await desk.refund("4182", amount_cents=5000)
    assert station.names[:2] == ["try_keys", "refund"]
    assert station.operation().state.value == "done"
    assert station.is_true(station.operation().planned_at)
    assert station.is_true(station.operation().first_sent_at)
    assert station.affirm.moved(REFUND) == [5000]


async def test_a_link_bears_the_servers_time(station):
    station.world.error_s = 20 * HOUR_S
    desk = await station.start()
    await desk.send(details_of(), draft_id="")
    assert station.names == ["try_keys", "store"]
    assert station.order().checkouts[0].state.value == "accepted"
    assert station.is_true(station.order().created_at)
    assert station.is_true(station.order().checkouts[0].sent_at)


async def test_a_sure_clock_asks_nothing(station):
    desk = await station.with_money()
    station.world.answered()
    await desk.refund("4182", amount_cents=5000)
    await desk.refund("4182", amount_cents=6000)
    assert station.affirm.count("try_keys") == 0
    assert station.affirm.moved(REFUND) == [5000, 6000]


@pytest.mark.parametrize(
    "fault", [Fault.UNREACHABLE, OutcomeUnknownError("timeout"), ZeroDivisionError("a bug")]
)
async def test_while_nobody_tells_the_time_nothing_leaves_and_it_shows(station, fault, caplog):
    desk = await station.with_money()
    station.affirm.plan("try_keys", *[fault] * 6)
    await desk.refund("4182", amount_cents=5000)
    assert station.operation().state.value == "planned"
    assert (station.operation().first_sent_at, station.operation().sends) == (None, 0)
    assert station.told.status.affirm is AffirmContact.UNREACHABLE
    assert station.names == ["try_keys"]  # one for the plan and the sending
    await asyncio.sleep(300)
    assert station.operation().state.value == "done"
    assert station.affirm.count("try_keys") == 7
    assert station.affirm.count("refund") == 1
    assert station.told.status.affirm is AffirmContact.OK
    first = next(call.at_s for call in station.affirm.calls if call.name == "refund")
    sent_at = station.operation().first_sent_at
    assert abs(sent_at - START - timedelta(seconds=first)) < timedelta(seconds=5)


async def test_a_link_that_nobody_can_send_is_said_not_to_be_sent(station):
    desk = await station.start()
    station.affirm.plan("try_keys", Fault.UNREACHABLE)
    file = await desk.send(details_of(), draft_id="")
    assert (file.order.checkouts[0].state.value, file.order.checkouts[0].refusal) == (
        "refused",
        "not_sent",
    )
    assert station.told.status.affirm is AffirmContact.UNREACHABLE
    assert station.names == ["try_keys"]
    await asyncio.sleep(2)
    file = await desk.send_again("4182")
    assert file.order.checkouts[1].state.value == "accepted"
    assert station.names == ["try_keys", "try_keys", "store"]


@pytest.mark.parametrize("failures", [2, 3])
async def test_a_disk_that_is_slow_does_not_let_a_link_out_unasked(station, failures, caplog):
    """It was marked by the workstation's clock, since nobody told the time; then somebody does."""
    station.world.error_s = 20 * HOUR_S
    desk = await station.start()
    station.journal.write_s = 3.0
    station.affirm.plan("try_keys", *[Fault.UNREACHABLE] * failures)
    file = await desk.send(details_of(), draft_id="")
    assert file.order.checkouts[0].refusal == "not_sent"
    assert station.affirm.count("store") == 0


async def test_an_answer_without_a_date_blocks_nobody(station):
    station.world.tells_date = False
    desk = await station.with_money()
    await desk.refund("4182", amount_cents=5000)
    assert station.names[:2] == ["try_keys", "refund"]
    assert station.affirm.moved(REFUND) == [5000]


@pytest.mark.parametrize(
    "answer", [Fault.BUSY, refused("malformed"), AffirmCredentialsError(http_status=401, reason="")]
)
async def test_a_no_is_an_answer(station, answer):
    station.world.tells_date = False
    desk = await station.with_money()
    station.affirm.plan("try_keys", answer)
    await desk.refund("4182", amount_cents=5000)
    assert station.affirm.moved(REFUND) == [5000]


async def test_a_500_with_a_date_tells_the_time(station):
    station.world.error_s = 20 * HOUR_S
    desk = await station.with_money()
    station.affirm.plan("try_keys", OutcomeUnknownError("http_500"))
    asking = asyncio.create_task(desk.refund("4182", amount_cents=5000))
    await asyncio.sleep(0.05)
    station.world.answered()
    await asking
    assert station.affirm.count("try_keys") == 1
    assert station.affirm.moved(REFUND) == [5000]
    assert AffirmContact.UNREACHABLE not in {status.affirm for status in station.told.statuses}


async def test_a_429_holds_reads_back_too(station):
    desk = await station.with_money()
    station.affirm.plan("try_keys", Fault.BUSY)
    await desk.refund("4182", amount_cents=5000)
    at_s = {call.name: call.at_s for call in station.affirm.calls}
    assert at_s["refund"] < 1
    assert at_s["read_transaction"] >= station.affirm.retry_after_s


async def test_the_answer_shows_that_affirm_is_there(station):
    desk = await station.with_money()
    gate = station.affirm.hold("refund")
    asking = asyncio.create_task(desk.refund("4182", amount_cents=5000))
    await asyncio.sleep(1)
    assert station.told.status.affirm is AffirmContact.OK
    gate.set()
    await asking


async def test_a_locked_keyring_sends_nothing_and_says_so(station):
    desk = await station.with_money()
    station.affirm.plan("try_keys", CredentialsError("locked"))
    await desk.refund("4182", amount_cents=5000)
    assert station.operation().state.value == "planned"
    assert station.told.status.credentials_problem == "locked"
    await asyncio.sleep(10)
    assert station.affirm.moved(REFUND) == [5000]


async def test_after_a_jump_it_is_asked_again_and_after_a_sleep_it_is_not(station):
    desk = await station.with_money()
    station.world.answered()
    station.world.asleep_s += 25 * HOUR_S
    await desk.refund("4182", amount_cents=1000)
    assert station.affirm.count("try_keys") == 0
    await asyncio.sleep(60)
    station.world.error_s = -12 * HOUR_S
    await desk.refund("4182", amount_cents=2000)
    assert station.affirm.count("try_keys") == 1
    assert station.is_true(station.operation().first_sent_at)
    assert station.affirm.moved(REFUND) == [1000, 2000]


async def test_a_jump_right_after_the_answer_is_noticed(station):
    desk = await station.with_money()
    assert await desk._performer.time.is_told()
    station.world.error_s = -12 * HOUR_S
    station.affirm.plan("try_keys", Fault.UNREACHABLE)
    assert not await desk._performer.time.is_told()


async def test_many_ask_once(station):
    many = [authorized(str(n), word="captured", captured_cents=124_900) for n in range(5)]
    station.affirm.know(*many)
    desk = await station.start()
    await station.have(*many)
    await asyncio.gather(*(desk.refund(str(n), amount_cents=100) for n in range(5)))
    assert station.affirm.count("try_keys") == 1
    assert len(station.affirm.moved(REFUND)) == 5


async def test_a_question_that_hangs_holds_no_plan_up(station):
    """The wish is on the disk soon; it leaves when the time is told."""
    desk = await station.with_money()
    gate = station.affirm.hold("try_keys")
    asking = asyncio.create_task(desk.refund("4182", amount_cents=5000))
    await asyncio.sleep(8)
    assert station.operation().state.value == "planned"
    assert station.affirm.count("refund") == 0
    gate.set()
    await asking
    assert station.affirm.moved(REFUND) == [5000]


async def test_who_leaves_meanwhile_begins_nothing(station):
    desk = await station.with_money()
    gate = station.affirm.hold("try_keys")
    asking = asyncio.create_task(desk.refund("4182", amount_cents=5000))
    await asyncio.sleep(8)
    closing = asyncio.create_task(desk.close())
    await asyncio.sleep(1)
    gate.set()
    await closing
    await asking
    assert station.operation().state.value == "planned"
    assert station.affirm.count("refund") == 0


@pytest.mark.parametrize(("ahead_h", "asleep_h", "set_h"), [(20, 30, 20), (0, 25, -12), (0, 25, 0)])
async def test_a_key_that_slept_a_day_is_not_sent_again(station, ahead_h, asleep_h, set_h):
    """An answer is lost and the lid is closed; the clock was wrong at first, or is set meanwhile."""
    station.world.error_s = ahead_h * HOUR_S
    desk = await station.with_money()
    station.affirm.plan("refund", Fault.LOST_ANSWER)
    station.affirm.plan("read_transaction", *[AffirmUnreachableError()] * 3)
    await desk.refund("4182", amount_cents=5000)
    assert station.operation().state.value == "unknown"
    station.world.asleep_s += asleep_h * HOUR_S
    station.world.error_s = set_h * HOUR_S
    station.affirm._keys.clear()  # Affirm keeps them for a day
    await asyncio.sleep(600)
    assert station.affirm.moved(REFUND) == [5000]
    assert station.affirm.count("refund") == 1


async def test_a_verdict_that_nothing_happened_asks_for_the_time():
    station = Station(role=Role.SUPERVISOR)
    desk = await station.with_money()
    station.affirm.plan("try_keys", Fault.UNREACHABLE)
    with pytest.raises(AffirmUnreachableError):
        await desk.give_verdict("4182", "op", took_effect=False)
    await desk.close()


async def test_what_is_not_of_weight_does_not_ask(station):
    desk = await station.start()
    await station.have(waiting())
    station.affirm.know(waiting())
    await desk.refresh("4182")
    assert station.names == ["read"]
