from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.relay import allowance as allowance_module
from telesales_desktop.relay.allowance import Allowance


class Clock:
    now = 64.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_then_one_by_one():
    clock = Clock()
    allowance = Allowance(4, 32, clock)
    assert [allowance.take("a") for _ in range(5)] == [0, 0, 0, 0, 8]
    assert allowance.take("b") == 0
    clock.now += 2
    assert allowance.take("a") == 6
    clock.now += 6
    assert [allowance.take("a") for _ in range(2)] == [0, 8]


def test_rest_does_not_add_up_beyond_the_burst():
    clock = Clock()
    allowance = Allowance(2, 2, clock)
    allowance.take("a")
    clock.now += 1000
    assert [allowance.take("a") for _ in range(3)] == [0, 0, 1]


def test_only_so_many_names_are_remembered(monkeypatch):
    monkeypatch.setattr(allowance_module, "_MOST_NAMES", 2)
    allowance = Allowance(1, 3600, Clock())
    assert [allowance.take(name) for name in "abc"] == [0, 0, 0]
    assert allowance.take("c") > 0
    assert allowance.take("a") == 0, "it was the one unseen for longest"


@given(st.lists(st.floats(0, 50), max_size=60))
def test_never_more_than_burst_and_refill(pauses):
    clock = Clock()
    allowance = Allowance(5, 10, clock)
    taken = 0
    for pause in pauses:
        clock.now += pause
        taken += allowance.take("a") == 0
        assert taken <= 5 + (clock.now - 64) * 0.5 + 1e-6
