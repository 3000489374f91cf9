"""What goes wrong between a workstation and Affirm? One draw a request, all from the seed."""

from random import Random

WRITE_FAULTS = (
    "not_sent",  # the connection failed before the first byte
    "lost",  # it left and never arrived
    "delayed",  # it arrives after our deadline, perhaps after a later one
    "reply_lost",
    "reset",  # the answer is torn off at once
    "error_before",  # 5xx, nothing done
    "error_after",  # 5xx, done
    "busy_before",  # 503 with Retry-After, nothing done
    "busy_after",  # 503 with Retry-After, done
    "too_many",  # 429
    "processing",  # 409 although nothing of the kind is under way
    "slow",  # under way for a long time: a second one meets 409
    "html",  # a captive portal's page with status 200
    "truncated",  # done, and the answer cannot be read
    "wrong_answer",  # done, and the answer names another amount
    "refused",  # a 4xx that is true now and not later (keys rotated, a validation that is mended)
)
READ_FAULTS = ("failed", "stale", "html", "too_many", "slow", "wrong_amount", "no_events")

DEADLINE_S = 20.0
LONGEST_DELAY_S = 75.0
LONGEST_LAG_S = 45.0


class Weather:
    """Which faults this schedule has, and how often. ``stop`` ends them all."""

    def __init__(self, rng: Random, *, dense: bool = False) -> None:
        self.rng = rng
        self.is_fair = False
        self.write_share = rng.choice((0.0, 0.1, 0.25, 0.45))
        self.read_share = rng.choice((0.0, 0.1, 0.3))
        if dense:
            self.write_share = max(0.3, self.write_share)
        self.writes = [f for f in WRITE_FAULTS if rng.random() < 0.6] or ["reply_lost"]
        self.reads = [f for f in READ_FAULTS if rng.random() < 0.6] or ["failed"]
        self.delivery_loss = rng.choice((0.0, 0.3, 1.0))
        self.delivery_twice = rng.choice((0.0, 0.3))
        self.delivery_late = rng.choice((0.0, 0.3))
        self.unsigned = rng.choice((0.0, 0.0, 0.5))
        self.browser = rng.choice((0.0, 0.5))
        self.hits = 0

    def stop(self) -> None:
        """From now on everything works."""
        self.is_fair = True

    def write(self) -> str:
        """The fault that this write meets, or nothing."""
        rng = self.rng
        if self.is_fair or rng.random() >= self.write_share:
            return ""
        self.hits += 1
        return self.writes[int(rng.random() * len(self.writes))]

    def read(self) -> str:
        """The fault that this read meets, or nothing."""
        rng = self.rng
        if self.is_fair or rng.random() >= self.read_share:
            return ""
        self.hits += 1
        return self.reads[int(rng.random() * len(self.reads))]
