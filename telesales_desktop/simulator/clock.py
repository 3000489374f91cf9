"""What time is it at the stand-in, and how does a test move it?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Wall time plus an offset that only moves forward."""

    def __init__(self, wall: Callable[[], datetime] = _utc_now) -> None:
        self._wall = wall
        self._offset = timedelta()

    def now(self) -> datetime:
        """The simulated time: expiries, retention and every recorded instant use it."""
        return self._wall() + self._offset

    def wall(self) -> datetime:
        """The real time, for signatures: their receiver checks them by its own clock."""
        return self._wall()

    def advance(self, seconds: float) -> None:
        """Units: ``seconds``, at least zero."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._offset += timedelta(seconds=seconds)


def rfc3339(moment: datetime) -> str:
    """The Transactions API's spelling of an instant: seconds and ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def webhook_instant(moment: datetime) -> str:
    """The webhooks' spelling of an instant: microseconds and no time zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
