"""Does a workstation with a wrong clock still know what time it is?"""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from telesales_desktop.adapters.clock import SystemClock

TRUE = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)


class Workstation:
    """A wall clock that is wrong by ``error``, and the world's time, which a test moves."""

    def __init__(self, error=timedelta()):
        self.error = error
        self.true = TRUE
        self.clock = SystemClock(lambda: self.true + self.error, lambda: 17.0, self.since_boot_s)

    def since_boot_s(self):
        return (self.true - TRUE).total_seconds()

    def hear(self, offset=timedelta(), at=None):
        date = (at or self.true) + offset
        self.clock.observe_server_date(format_datetime(date, usegmt=True))


@pytest.mark.parametrize(
    "error", [timedelta(days=-2), timedelta(hours=-1), timedelta(minutes=5), timedelta(days=2)]
)
def test_a_wrong_clock_is_put_right_by_one_servers_date(error):
    station = Workstation(error)
    assert station.clock.now() == TRUE + error
    station.hear()
    assert abs(station.clock.now() - TRUE) <= timedelta(seconds=0.5)
    assert station.clock.skew_s == pytest.approx(-error.total_seconds(), abs=0.5)
    station.true += timedelta(hours=3)
    assert abs(station.clock.now() - station.true) <= timedelta(seconds=0.5)


@pytest.mark.parametrize("error_s", [-1.4, 0.0, 1.4])
def test_what_a_date_cannot_tell_is_not_corrected(error_s):
    station = Workstation(timedelta(seconds=error_s))
    station.hear()
    assert station.clock.skew_s == 0.0
    assert station.clock.now() == TRUE + timedelta(seconds=error_s)


def test_one_server_that_is_wrong_moves_nothing():
    station = Workstation()
    for _ in range(3):
        station.hear()
    station.hear(offset=timedelta(days=400))
    station.hear(offset=timedelta(days=-400))
    assert station.clock.skew_s == 0.0


def test_old_dates_are_forgotten():
    """A clock that creeps is followed, though no single step of it is a jump."""
    station = Workstation()
    for _ in range(9):
        station.hear()
    for _ in range(4):
        station.error += timedelta(seconds=4)
        assert station.clock.is_sure
    for _ in range(3):
        station.hear()
    assert abs(station.clock.now() - station.true) <= timedelta(seconds=0.5)


@pytest.mark.parametrize("hours", [-12, -1, 1, 30])
@pytest.mark.parametrize("sleep", [timedelta(), timedelta(hours=25)])
def test_a_clock_that_was_set_makes_the_dates_of_before_worthless(hours, sleep):
    station = Workstation(timedelta(hours=3))
    for _ in range(5):
        station.hear()
    station.true += sleep
    station.error += timedelta(hours=hours)
    assert not station.clock.is_sure
    assert station.clock.skew_s == 0.0
    station.hear()
    assert station.clock.is_sure
    assert abs(station.clock.now() - station.true) <= timedelta(seconds=0.5)


def test_the_first_date_after_a_jump_counts_alone_though_nobody_looked_before():
    station = Workstation()
    for _ in range(5):
        station.hear()
    station.error = timedelta(hours=1)
    station.hear()
    assert abs(station.clock.now() - station.true) <= timedelta(seconds=0.5)


def test_a_sleep_is_no_jump():
    station = Workstation(timedelta(hours=20))
    station.hear()
    station.true += timedelta(hours=30)
    assert station.clock.is_sure
    assert abs(station.clock.now() - station.true) <= timedelta(seconds=0.5)


@pytest.mark.parametrize(("seconds", "is_sure"), [(5, True), (-5, True), (6, False), (-6, False)])
def test_what_counts_as_a_jump(seconds, is_sure):
    station = Workstation()
    station.hear()
    station.error += timedelta(seconds=seconds)
    assert station.clock.is_sure is is_sure


def test_nobody_has_told_the_time_at_the_start():
    station = Workstation()
    assert not station.clock.is_sure
    station.clock.observe_server_date("yesterday")
    assert not station.clock.is_sure
    station.hear()
    assert station.clock.is_sure


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "Fri, 99 Jan 2026 03:04:05 GMT",
        "0" * 1000,
        "Fri, 31 Dec 9999 23:59:59 -0100",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_a_date_that_is_none_changes_nothing(value):
    station = Workstation()
    station.clock.observe_server_date(value)
    assert station.clock.now() == TRUE


def test_a_date_without_a_zone_is_taken_as_utc():
    station = Workstation(timedelta(hours=1))
    station.clock.observe_server_date("Fri, 02 Jan 2026 12:00:00 -0000")
    assert abs(station.clock.now() - TRUE) <= timedelta(seconds=0.5)


def test_waiting_goes_by_another_clock():
    assert Workstation(timedelta(days=1)).clock.monotonic_s() == 17.0


def test_the_machines_own_clocks_are_the_default():
    clock = SystemClock()
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.monotonic_s() <= clock.monotonic_s()
    clock.observe_server_date(format_datetime(before, usegmt=True))
    assert clock.is_sure
