"""Does news in any order end in one state, in short? ``event_orders`` is the long run."""

from itertools import permutations

import pytest

from tests.campaigns.event_orders import MOST, STORIES, Story, main, orders_of, run

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_order_ends_in_one_state(story):
    most = min(len(story.news), 4) + 1 if len(story.news) < MOST else MOST
    if len(story.news) > 4:
        story = Story(story.name, story.word, story.news[-4:], story.known)
        most = 5
    played, ends = run(story, most)
    assert len(ends) == 1
    assert played >= 48


def test_orders_are_all_permutations_with_repeats():
    news = (("a", True, False), ("b", True, False))
    found = list(orders_of(news, 3))
    assert len(found) == len(set(found))
    wanted = set(permutations((0, 1))) | set(permutations((0, 0, 1))) | set(permutations((0, 1, 1)))
    assert set(found) == wanted


def test_an_end_that_depends_on_the_order_is_told(monkeypatch, capsys):
    ends = iter(range(10**6))
    monkeypatch.setattr("tests.campaigns.event_orders.final_state", lambda _: str(next(ends)))
    monkeypatch.setattr("tests.campaigns.event_orders.STORIES", STORIES[-2:-1])
    assert main(["--most", "3"]) == 1
    assert '"ends"' in capsys.readouterr().out
