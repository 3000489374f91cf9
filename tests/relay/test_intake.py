import asyncio
import sqlite3

import pytest

from telesales_desktop.relay import backup, sqlite_file
from telesales_desktop.relay import intake as intake_module
from telesales_desktop.relay.intake import ORDER_RETENTION_S, RETENTION_S, Intake
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store import NoSuchMerchantError, StoreError
from tests.relay.parts import delivery, new_database, until


class FlakyStore:
    """A store that keeps, refuses or hangs as told."""

    def __init__(self) -> None:
        self.kept = []
        self.refuses = False
        self.hangs = False
        self.refused = {}
        self.prunes = [0]
        self.pruned_before = []

    async def append(self, new) -> bool:
        if self.hangs:
            await asyncio.Event().wait()
        if self.refuses:
            raise StoreError("disk I/O error")
        if new in self.refused:
            raise self.refused[new]
        if new in self.kept:
            return False
        self.kept.append(new)
        return True

    async def prune(self, before_us, orders_before_us) -> int:
        self.pruned_before.append((before_us, orders_before_us))
        if self.refuses:
            raise StoreError("disk I/O error")
        return self.prunes.pop(0) if self.prunes else 0


class FullSpool(Spool):
    def put(self, delivery) -> None:
        raise OSError(28, "No space left on device")


@pytest.fixture
def flaky() -> FlakyStore:
    return FlakyStore()


@pytest.fixture
async def intake(flaky, tmp_path, monkeypatch):
    monkeypatch.setattr(intake_module, "DRAIN_EVERY_S", 0.01)
    opened = Intake(flaky, Spool(tmp_path / "spool"))
    await opened.start()
    yield opened
    await opened.close()


async def test_what_the_database_takes_is_kept(intake, flaky):
    assert await intake.keep(delivery(1, received_us=70)) is True
    assert await intake.keep(delivery(1, received_us=70)) is True
    assert await intake.keep(delivery(2, received_us=60)) is True
    assert (intake.kept, intake.repeated, intake.spooled) == (2, 1, 0)
    assert intake.last_kept_us == 70
    assert not intake.spool_waits


async def test_what_it_refuses_waits_in_the_spool_until_it_does(intake, flaky, caplog):
    flaky.refuses = True
    assert await intake.keep(delivery(1)) is True
    assert await intake.keep(delivery(2)) is True
    assert intake.spool_waits
    assert (intake.spooled, intake.kept, intake.refused) == (2, 0, 0)
    flaky.refuses = False
    await until(lambda: intake.kept == 2)
    assert flaky.kept == [delivery(1), delivery(2)]
    assert not intake.spool_waits
    assert "spooled deliveries are in the database now" in caplog.text


async def test_what_hangs_goes_to_the_spool_as_well(intake, flaky, monkeypatch, caplog):
    monkeypatch.setattr(intake_module, "APPEND_TIMEOUT_S", 0.01)
    flaky.hangs = True
    await intake.keep(delivery(1))
    assert intake.spooled == 1


async def test_what_began_later_has_time_until_later(intake, flaky, monkeypatch, caplog):
    monkeypatch.setattr(intake_module, "APPEND_TIMEOUT_S", 0.01)
    flaky.hangs = True
    first = asyncio.create_task(intake.keep(delivery(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the store has begun with it
    flaky.hangs = False
    assert await intake.keep(delivery(2))
    flaky.hangs = True
    monkeypatch.setattr(intake_module, "APPEND_TIMEOUT_S", 3600)
    last = asyncio.create_task(intake.keep(delivery(3)))
    assert await first
    await until(lambda: len(intake._begun) == 1)
    assert not last.done()
    assert intake.spooled == 1
    last.cancel()


async def test_what_hangs_may_be_called_off(intake, flaky, monkeypatch):
    flaky.hangs = True
    keeping = asyncio.create_task(intake.keep(delivery(1)))
    await asyncio.sleep(0)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    flaky.hangs = False
    assert await intake.keep(delivery(2))
    assert intake.spooled == 0


async def test_what_nobody_takes_is_refused(flaky, tmp_path, caplog):
    intake = Intake(flaky, FullSpool(tmp_path / "spool"))
    flaky.refuses = True
    assert await intake.keep(delivery(1)) is False
    assert (intake.refused, intake.spooled, intake.last_kept_us) == (1, 0, 0)
    assert "could not be kept: No space left" in caplog.text
    await intake.close()


async def test_a_full_disk_is_not_filled_by_the_log_of_it(flaky, tmp_path, monkeypatch, caplog):
    intake = Intake(flaky, FullSpool(tmp_path / "spool"))
    flaky.refuses = True
    for number in range(50):
        assert await intake.keep(delivery(number)) is False
    assert caplog.text.count("a delivery could not be kept") == 1
    monkeypatch.setattr(intake_module, "_TELL_EVERY_S", 0.0)
    await intake.keep(delivery(50))
    assert "No space left on device (51 so far)" in caplog.text
    monkeypatch.setattr(intake_module, "_TELL_EVERY_S", 3600.0)
    intake._spool = Spool(tmp_path / "other")
    assert await intake.keep(delivery(51))
    assert "went to the spool: the database did not take it (1 so far)" in caplog.text
    await intake.close()


async def test_it_keeps_again_once_there_is_room_though_nothing_came(
    intake, flaky, monkeypatch, caplog
):
    def full(self, new):
        raise OSError(28, "No space left on device")

    flaky.refuses = True
    with monkeypatch.context() as patch:
        patch.setattr(Spool, "put", full)
        patch.setattr(Spool, "make_room", lambda self: False)
        await intake.keep(delivery(1))
        await asyncio.sleep(0.05)
        assert intake.refusing
    await until(lambda: not intake.refusing)


async def test_an_earlier_runs_spool_comes_first(flaky, tmp_path, caplog):
    Spool(tmp_path / "spool").put(delivery(1))
    intake = Intake(flaky, Spool(tmp_path / "spool"))
    await intake.start()
    assert flaky.kept == [delivery(1)]
    await intake.close()


async def test_a_spool_that_cannot_be_read_waits(intake, flaky, tmp_path, monkeypatch, caplog):
    def unreadable(self):
        raise OSError(5, "I/O error")

    flaky.refuses = True
    with monkeypatch.context() as patch:
        patch.setattr(Spool, "take", unreadable)
        await intake.keep(delivery(1))
        flaky.refuses = False
        await until(lambda: "I/O error" in caplog.text)
        assert flaky.kept == []
    await until(lambda: flaky.kept == [delivery(1)])


async def test_what_is_tried_in_vain_is_tried_less_and_less_often(
    intake, flaky, monkeypatch, caplog
):
    slept = []
    real = asyncio.sleep

    async def sleep(pause_s):
        slept.append(round(pause_s / intake_module.DRAIN_EVERY_S))
        await real(0)

    flaky.refuses = True
    await intake.keep(delivery(1))
    monkeypatch.setattr(intake_module.asyncio, "sleep", sleep)
    while len(slept) < 6:
        await real(0.01)
    assert slept[3:6] == [4, 4, 4]
    flaky.refuses = False
    while intake.spool_waits:
        await real(0.01)
    assert flaky.kept == [delivery(1)]


async def test_a_change_that_was_kept_after_all_is_not_kept_twice(intake, flaky, caplog):
    flaky.kept.append(delivery(1))
    flaky.refuses = True
    await intake.keep(delivery(1))
    flaky.refuses = False
    await until(lambda: not intake.spool_waits)
    assert flaky.kept == [delivery(1)]
    assert intake.kept == 0


async def test_old_changes_are_deleted_a_part_at_a_time(flaky, tmp_path, monkeypatch):
    monkeypatch.setattr(intake_module, "_PRUNE_EVERY_S", 0.01)
    monkeypatch.setattr(intake_module.time, "time_ns", lambda: ORDER_RETENTION_S * 10**9 + 7_000)
    flaky.prunes = [1000, 10, 0]
    intake = Intake(flaky, Spool(tmp_path / "spool"))
    await intake.start()
    await until(lambda: len(flaky.pruned_before) > 3)
    older_us = (ORDER_RETENTION_S - RETENTION_S) * 10**6
    assert set(flaky.pruned_before) == {(older_us + 7, 7)}
    await intake.close()


class LeapingClock:
    """Both clocks of a machine; ``leaps``: by how many seconds time goes ahead in which sleep."""

    def __init__(self, leaps) -> None:
        self.leaps, self.sleeps = leaps, 0
        self.wall, self.own = 2e9, 0.0
        self.done = asyncio.Event()

    def time(self):
        return self.wall

    def time_ns(self):
        return int(self.wall * 1e9)

    def monotonic(self):
        return self.own

    async def sleep(self, pause_s):
        self.sleeps += 1
        self.own += pause_s
        self.wall += pause_s + self.leaps.get(self.sleeps, 0)
        if self.sleeps > 10:
            self.done.set()
            await asyncio.Event().wait()


async def test_a_clock_that_leaps_ahead_deletes_nothing_at_once(
    flaky, tmp_path, monkeypatch, caplog
):
    """Else one wrong answer of a time server would take every delivery from the desks."""
    clock = LeapingClock({3: 20 * 86_400, 5: -20 * 86_400, 7: 3600, 9: 3601})
    intake = Intake(flaky, Spool(tmp_path / "spool"))
    monkeypatch.setattr(intake_module, "time", clock)
    monkeypatch.setattr(intake_module.asyncio, "sleep", clock.sleep)
    pruning = asyncio.create_task(intake._keep_pruning())
    await clock.done.wait()
    pruning.cancel()
    limits = [before_us // 10**6 for before_us, _ in flaky.pruned_before]
    assert len(limits) == 8  # of ten rounds, without the third and the ninth
    assert limits[2] - limits[1] == 20 * 86_400 + 2 * 600  # it said so ten minutes later, too
    assert caplog.text.count("nothing is deleted yet") == 2
    await intake.close()


async def test_pruning_goes_on_after_an_error(flaky, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(intake_module, "_PRUNE_EVERY_S", 0.01)
    flaky.refuses = True
    intake = Intake(flaky, Spool(tmp_path / "spool"))
    await intake.start()
    await until(lambda: len(flaky.pruned_before) > 2)
    assert "old entries could not be deleted" in caplog.text
    await intake.close()


async def test_over_a_real_database_that_another_process_locks(
    store, database, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(intake_module, "DRAIN_EVERY_S", 0.01)
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_S", 0)
    intake = Intake(store, Spool(tmp_path / "spool"))
    await intake.start()
    locker = sqlite3.connect(database, isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    await asyncio.gather(*(intake.keep(delivery(n)) for n in range(20)))
    assert intake.spooled == 20
    locker.execute("ROLLBACK")
    locker.close()
    await until(lambda: not intake.spool_waits)
    assert len((await store.read("main", 0, 99, 10**9, None)).entries) == 20
    await intake.close()


def set_aside(tmp_path) -> list:
    """What lies in the file for a person, read as the spool reads its own lines."""
    beside = tmp_path / "spool.refused"
    if not beside.exists():
        return []
    again = tmp_path / "again"
    again.write_bytes(beside.read_bytes())
    spool = Spool(again)
    read = spool.take()
    spool.done()
    return read


async def test_what_the_database_will_never_take_keeps_nothing_else_waiting(
    store, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(intake_module, "DRAIN_EVERY_S", 0.01)
    spool = Spool(tmp_path / "spool")
    strange = [delivery(n, merchant="nobody", received_us=n) for n in (2, 4)]
    for each in (delivery(1), strange[0], delivery(3), strange[1], delivery(5)):
        spool.put(each)
    intake = Intake(store, spool)
    await intake.start()
    assert len((await store.read("main", 0, 99, 10**9, None)).entries) == 3
    assert not intake.spool_waits
    assert (intake.kept, intake.refused) == (3, 0)
    assert set_aside(tmp_path) == strange
    assert (tmp_path / "spool.refused").stat().st_mode & 0o777 == 0o600
    assert "2 spooled deliveries are for merchants that the database does not know" in caplog.text
    assert "3 spooled deliveries are in the database now" in caplog.text
    assert await intake.keep(delivery(6, merchant="nobody")) is True
    await until(lambda: not intake.spool_waits)
    assert set_aside(tmp_path) == [*strange, delivery(6, merchant="nobody")]
    await intake.close()


async def test_with_several_kinds_of_trouble_all_wait_and_nothing_is_lost(
    flaky, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(intake_module, "DRAIN_EVERY_S", 0.01)
    spool = Spool(tmp_path / "spool")
    waiting = [delivery(n) for n in range(5)]
    for each in waiting:
        spool.put(each)
    flaky.refused = {
        waiting[1]: NoSuchMerchantError("there is no merchant nobody"),
        waiting[3]: StoreError("disk I/O error"),
    }
    intake = Intake(flaky, spool)
    await intake.start()
    assert "the spool waits: disk I/O error" in caplog.text
    assert intake.spool_waits
    assert (tmp_path / "spool.draining").exists()
    assert set_aside(tmp_path) == []
    assert intake.kept == 0
    del flaky.refused[waiting[3]]
    await until(lambda: intake.kept)
    assert not intake.spool_waits
    assert sorted(each.identity for each in flaky.kept) == [
        each.identity for each in waiting if each != waiting[1]
    ]
    assert set_aside(tmp_path) == [waiting[1]]
    assert intake.kept == 1, "the others were there already"
    await intake.close()


async def test_what_cannot_be_set_aside_waits_on(flaky, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(intake_module, "DRAIN_EVERY_S", 0.01)
    spool = Spool(tmp_path / "spool")
    spool.put(delivery(1))
    spool.put(delivery(2))
    flaky.refused = {delivery(1): NoSuchMerchantError("there is no merchant nobody")}
    (tmp_path / "spool.refused").mkdir()
    intake = Intake(flaky, spool)
    await intake.start()
    assert "the spool waits" in caplog.text
    assert intake.spool_waits
    (tmp_path / "spool.refused").rmdir()
    await until(lambda: not intake.spool_waits)
    assert flaky.kept == [delivery(2)]
    assert set_aside(tmp_path) == [delivery(1)]
    await intake.close()


async def test_over_a_database_that_was_moved_away_all_wait_for_the_move(
    store, database, tmp_path, caplog
):
    backup.move(database, tmp_path / "moved.db")
    intake = Intake(store, Spool(tmp_path / "spool"))
    assert await intake.keep(delivery(1)) is True
    await intake.start()
    assert "the spool waits" in caplog.text
    assert intake.spool_waits
    assert set_aside(tmp_path) == []
    await intake.close()


async def test_the_end_waits_for_the_spool_and_holds_up_nothing_else(flaky, tmp_path, caplog):
    class SlowSpool(Spool):
        def put(self, delivery) -> None:
            begun.set()
            asyncio.run_coroutine_threadsafe(disk.wait(), loop).result(60)
            super().put(delivery)

    loop, begun, disk = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    intake = Intake(flaky, SlowSpool(tmp_path / "spool"))
    flaky.refuses = True
    async with asyncio.timeout(60):
        keeping = asyncio.create_task(intake.keep(delivery(1)))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        closing = asyncio.create_task(intake.close())
        await asyncio.sleep(0.05)
        assert not closing.done()
        disk.set()
        await closing
        assert await keeping is True
    assert Spool(tmp_path / "spool").take() == [delivery(1)]


@pytest.fixture
def two_databases(tmp_path):
    """One that was served, with a spool, and the one that it was moved to."""
    (tmp_path / "old").mkdir()
    source, target = new_database(tmp_path / "old"), tmp_path / "new.db"
    backup.move(source, target)
    return source, target


async def test_what_a_move_brings_is_not_held_up_by_what_no_database_takes(two_databases, caplog):
    source, target = two_databases
    spool = Spool(source.with_name("relay.db.spool"))
    strange = delivery(2, merchant="nobody")
    for each in (delivery(1), strange, delivery(3)):
        spool.put(each)
    assert await backup.bring_spool(source, target) == 2
    assert not spool.waits()
    beside = source.with_name("relay.db.spool.refused")
    assert beside.stat().st_mode & 0o777 == 0o600
    beside.rename(source.with_name("relay.db.spool"))
    assert spool.take() == [strange]
    assert "1 spooled deliveries are for merchants" in caplog.text


async def test_what_a_move_cannot_bring_now_waits_whole(two_databases, monkeypatch, caplog):
    source, target = two_databases
    spool = Spool(source.with_name("relay.db.spool"))
    waiting = [delivery(1, merchant="nobody"), delivery(2)]
    for each in waiting:
        spool.put(each)
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_S", 0)
    locker = sqlite3.connect(target, isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        await backup.bring_spool(source, target)
    locker.close()
    assert spool.take() == waiting
    assert not source.with_name("relay.db.spool.refused").exists()
    assert await backup.bring_spool(source, target) == 1
