"""Is the order that has been due for longest the next one, whatever was set before?"""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.application.due_times import DueTimes
from tests.fakes.clock import START

NAMES = st.sampled_from("abcde")
TIMES = st.none() | st.integers(0, 20).map(lambda s: START + timedelta(seconds=s))
SETTINGS = st.lists(st.tuples(NAMES, TIMES), max_size=300)


@given(SETTINGS)
def test_it_is_the_minimum_of_what_was_set_last(settings):
    times, model = DueTimes(), {}
    for name, due in settings:
        news = model.get(name) != due
        assert times.set(name, due) is news
        model[name] = due
        assert times.earliest() == min((d for d in model.values() if d), default=None)


@given(SETTINGS, st.integers(0, 20))
def test_taking_gives_what_is_due_oldest_first_and_once(settings, seconds):
    times, model = DueTimes(), {}
    for name, due in settings:
        times.set(name, due)
        model[name] = due
    at = START + timedelta(seconds=seconds)
    taken = []
    while (name := times.take(at)) is not None:
        taken.append(name)
    due = [name for name, when in model.items() if when is not None and when <= at]
    assert sorted(taken) == sorted(due)
    assert [model[name] for name in taken] == sorted(model[name] for name in taken)


def test_postponing_moves_only_what_is_due_earlier():
    times = DueTimes()
    times.set("early", START)
    times.set("late", START + timedelta(seconds=9))
    for name in ("early", "late", "never"):
        times.postpone(name, START + timedelta(seconds=5))
    assert times.take(START + timedelta(seconds=4)) is None
    assert times.take(START + timedelta(seconds=5)) == "early"
    assert times.earliest() == START + timedelta(seconds=9)


def test_what_is_true_no_more_is_not_kept_for_ever():
    times = DueTimes()
    for second in range(10_000):
        times.set("one", START + timedelta(seconds=second))
    assert len(times._heap) < 100
    assert times.earliest() == START + timedelta(seconds=9_999)
