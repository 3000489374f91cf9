"""Is everybody told, also where one of them fails?"""

from telesales_desktop.application.listeners import Listeners


def test_each_is_told_and_one_that_raises_stops_nobody(caplog):
    listeners = Listeners()
    heard = []

    def broken(news):
        raise ZeroDivisionError(news)

    listeners.add(heard.append)
    listeners.add(broken)
    listeners.add(heard.append)
    listeners.tell(lambda listener: listener("news"))
    assert heard == ["news", "news"]
    assert [record.message for record in caplog.records] == ["a listener failed"]


def test_stopping_twice_stops_one_subscription():
    listeners = Listeners()
    heard = []
    stop = listeners.add(heard.append)
    listeners.add(heard.append)  # the same listener, subscribed again
    stop()
    stop()
    listeners.tell(lambda listener: listener("news"))
    assert heard == ["news"]


def test_one_may_stop_another_while_they_are_told():
    listeners = Listeners()
    heard = []
    stops = []
    listeners.add(lambda news: stops[0]())
    stops.append(listeners.add(heard.append))
    listeners.tell(lambda listener: listener(1))
    listeners.tell(lambda listener: listener(2))
    assert heard == [1]  # it was subscribed when the telling began
