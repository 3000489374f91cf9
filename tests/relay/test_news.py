import pytest

from telesales_desktop.relay import news as news_module
from telesales_desktop.relay.news import News
from telesales_desktop.relay.store_values import Appended


def appended(seq: int, *readers: str) -> Appended:
    return Appended("main", seq, bytes(8), frozenset(readers))


@pytest.fixture
def news():
    opened = News(5)
    for each in (appended(6, "dana"), appended(7), appended(8, "sam", "dana"), appended(9, "sam")):
        opened.add(each)
    return opened


@pytest.mark.parametrize(
    ("seq", "person", "told"),
    [
        (5, "dana", (True, True)),
        (7, "dana", (False, True)),
        (8, "dana", (False, False)),
        (5, "boss", (True, False)),
        (7, "boss", (False, False)),
        (9, "sam", (False, False)),
    ],
)
def test_it_knows_for_whom_there_is_something(news, seq, person, told):
    assert news.covers(seq)
    assert news.since(seq, person) == told


def test_what_was_before_is_not_known(news):
    assert not news.covers(4)
    assert News(5).covers(5)
    assert not News(5).covers(4)


def test_what_another_process_appended_is_not_known(news):
    news.add(appended(11, "dana"))
    assert news.since(9, "dana") == (False, False)
    news.reach(11)
    assert not news.covers(10)
    assert news.covers(11)
    news.reach(3)
    news.add(appended(12, "dana"))
    assert news.since(11, "dana") == (False, True)


def test_it_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(news_module, "_MOST", 2)
    news = News(0)
    for seq in range(1, 5):
        news.add(appended(seq))
    assert [news.covers(seq) for seq in range(5)] == [False, False, True, True, True]


def test_what_is_doubted_is_asked_of_the_database():
    news = News(4)
    news.add(appended(5, "p1"))
    news.doubt()
    news.add(appended(6, "p1"))
    assert [news.covers(seq) for seq in (4, 5, 6)] == [False, False, True]
