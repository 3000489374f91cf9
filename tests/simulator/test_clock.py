from datetime import UTC, datetime, timedelta, timezone

import pytest

from telesales_desktop.simulator.clock import Clock, rfc3339, webhook_instant
from tests.simulator.orders import NOON, fixed_clock


def test_the_clock_moves_only_when_it_is_told_and_only_forward():
    clock = fixed_clock()
    clock.advance(90)
    assert clock.now() == NOON + timedelta(seconds=90)
    assert clock.wall() == NOON
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)


def test_an_unmoved_clock_shows_aware_utc():
    before = datetime.now(UTC)
    assert before <= Clock().now() <= datetime.now(UTC)


def test_instants_are_spelled_as_affirm_spells_them():
    noon_in_paris = NOON.astimezone(timezone(timedelta(hours=1)))
    assert rfc3339(noon_in_paris) == "2026-03-02T12:00:00Z"
    assert webhook_instant(noon_in_paris) == "2026-03-02T12:00:00.123456"
