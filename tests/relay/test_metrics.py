"""What Prometheus reads: well formed, complete, and without anybody's name."""

from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from telesales_desktop.relay import metrics
from telesales_desktop.relay.metrics import Metrics, commit_times

NOW_US = 1_800_000_000_000_000


def figures(**options):
    intake = SimpleNamespace(
        kept=3, repeated=1, spooled=0, refused=0, last_kept_us=NOW_US - 2_500_000, spool_waits=False
    )
    values = {
        "intake": intake,
        "answers": {"answered": 4, "not_found": 2},
        "parked": lambda: 7,
        "seen_us": lambda: {"abcdefghij": NOW_US - 60_000_000},
        "commits": commit_times(),
        "now_us": lambda: NOW_US,
        **options,
    }
    return Metrics(**values)


def samples(told: Metrics) -> dict[tuple[str, tuple[str, ...]], float]:
    families = text_string_to_metric_families(told.exposition().decode())
    return {
        (sample.name.removeprefix("telesales_relay_"), tuple(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_ages_and_counts_are_told():
    told = samples(figures())
    assert told["last_delivery_age_seconds", ()] == 2.5
    assert told["desk_last_poll_age_seconds", ("abcdefghij",)] == 60
    assert told["parked_polls", ()] == 7
    assert told["spool_waits", ()] == 0
    assert told["deliveries_total", ("kept",)] == 3
    assert told["deliveries_total", ("repeated",)] == 1
    assert told["ingress_total", ("not_found",)] == 2


def test_before_the_first_delivery_there_is_no_age_that_could_calm():
    intake = SimpleNamespace(
        kept=0, repeated=0, spooled=0, refused=0, last_kept_us=0, spool_waits=True
    )
    told = samples(figures(intake=intake))
    assert ("last_delivery_age_seconds", ()) not in told
    assert told["spool_waits", ()] == 1


def test_commits_are_told_by_how_long_they_took():
    commits = commit_times()
    for seconds in (0.0004, 0.02, 0.02, 9.0):
        commits.observe(seconds)
    told = samples(figures(commits=commits))
    assert told["commit_seconds_count", ()] == 4
    assert told["commit_seconds_bucket", ("0.0005",)] == 1
    assert told["commit_seconds_bucket", ("0.025",)] == 3
    assert told["commit_seconds_bucket", ("+Inf",)] == 4


def test_a_clock_that_was_set_back_gives_no_age_below_zero():
    told = samples(figures(seen_us=lambda: {"abcdefghij": NOW_US + 5}))
    assert told["desk_last_poll_age_seconds", ("abcdefghij",)] == 0


def test_of_very_many_desks_those_that_polled_last_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(metrics, "MOST_DESKS", 2)
    seen = {"oldest": NOW_US - 9, "newest": NOW_US, "second": NOW_US - 1}
    told = samples(figures(seen_us=lambda: seen))
    desks = {labels for name, labels in told if name == "desk_last_poll_age_seconds"}
    assert desks == {("newest",), ("second",)}
