"""What does Prometheus learn from the relay? Figures; no name, order, merchant or address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST_DESKS = 10_000
"""So many desks have a figure each, those that polled last: more would burden Prometheus."""

_PREFIX = "telesales_relay_"
_COMMIT_BUCKETS_S = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
)  # fmt: skip


def commit_times() -> Histogram:
    """Where a store notes how long each of its commits took. Units: seconds."""
    return Histogram(
        f"{_PREFIX}commit_seconds",
        "Time from a transaction's begin until it is durable.",
        buckets=_COMMIT_BUCKETS_S,
        registry=None,
    )


class _Intake(Protocol):
    """What the metrics read of ``intake.Intake``."""

    kept: int
    repeated: int
    spooled: int
    refused: int
    last_kept_us: int

    @property
    def spool_waits(self) -> bool: ...


class Metrics(Collector):
    """All figures of one process, read when they are asked for: counting costs the work nothing.

    Units: ``now_us`` and the seen instants microseconds since 1970.
    """

    def __init__(
        self,
        *,
        intake: _Intake,
        answers: Mapping[str, int],
        parked: Callable[[], int],
        seen_us: Callable[[], Mapping[str, int]],
        commits: Histogram,
        now_us: Callable[[], int],
    ) -> None:
        self._intake = intake
        self._answers = answers
        self._parked = parked
        self._seen_us = seen_us
        self._now_us = now_us
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._registry.register(commits)
        ProcessCollector(registry=self._registry)

    def exposition(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        intake = self._intake
        yield _counter(
            "deliveries",
            "Deliveries by what became of them; repeated ones were in the log already.",
            "outcome",
            {
                "kept": intake.kept,
                "repeated": intake.repeated,
                "spooled": intake.spooled,
                "refused": intake.refused,
            },
        )
        yield _counter("ingress", "What came to the ingress listener.", "what", self._answers)
        if intake.last_kept_us:
            yield _gauge(
                "last_delivery_age_seconds",
                "Time since this process kept a delivery; absent before the first one.",
                self._age_s(intake.last_kept_us),
            )
        yield _gauge("spool_waits", "1 while deliveries wait in the spool.", intake.spool_waits)
        yield _gauge("parked_polls", "Polls that are parked.", self._parked())
        yield self._desks()

    def _desks(self) -> Metric:
        ages = GaugeMetricFamily(
            f"{_PREFIX}desk_last_poll_age_seconds",
            "Time since a token was last used here; its id, as `tokens list` shows it.",
            labels=["desk"],
        )
        newest = sorted(self._seen_us().items(), key=lambda seen: seen[1], reverse=True)
        for token_id, seen_us in newest[:MOST_DESKS]:
            ages.add_metric([token_id], self._age_s(seen_us))
        return ages

    def _age_s(self, since_us: int) -> float:
        return max(0.0, (self._now_us() - since_us) / 1_000_000)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, told, value=value)


def _counter(name: str, told: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(_PREFIX + name, told, labels=[label])
    for value in sorted(values):
        family.add_metric([value], values[value])
    return family
