"""Does news in any order, with repeats, end in one state? ``python -m tests.campaigns.event_orders``.

Affirm's side stands still while its news comes in: every permutation of up to six deliveries, each once
or twice, with the reads answered as they are asked or all at the end. All must end in one state.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import permutations
from typing import Any

from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events
from telesales_desktop.domain.core import step
from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.order import Order, Transaction
from tests.campaigns import fast_replace
from tests.campaigns.world import ORIGIN

LINK, TOTAL = "CHK1", 5000
MOST = 6


@dataclass(frozen=True)
class Story:
    """What Affirm shows while the news arrives, and which news there is."""

    name: str
    word: str
    news: tuple[tuple[str, bool, bool], ...]  # word, verified, from the browser
    known: bool = True  # the answer to the store call came


def _webhooks(*words: str) -> tuple[tuple[str, bool, bool], ...]:
    return tuple((word, True, False) for word in words)


BROWSER = ("confirmed", False, True)
UNSIGNED = ("confirmed", False, False)
PATH = ("sent", "opened", "approved", "confirmed")
STORIES = (
    Story("confirmed", "confirmed", (*_webhooks(*PATH), BROWSER, UNSIGNED)),
    Story("confirmed, reads hide it", "opened", (*_webhooks(*PATH), BROWSER, UNSIGNED)),
    Story("confirmed, the store answer lost", "confirmed", _webhooks(*PATH), known=False),
    Story("hidden, the store answer lost", "unknown", (*_webhooks(*PATH), BROWSER), known=False),
    Story("declined", "not_approved", _webhooks("sent", "opened", "approved", "not_approved")),
    Story(
        "more information",
        "more_information_needed",
        _webhooks("sent", "opened", "more_information_needed"),
    ),
    Story("approved", "approved", _webhooks("sent", "opened", "approved")),
    Story("voided", "voided", (*_webhooks("opened", "approved", "voided"),)),
    Story("authorized at the portal", "authorized", (*_webhooks(*PATH), BROWSER)),
)


class Desk:
    """One desk that takes news in and has its reads answered at once, or all at the end."""

    def __init__(self, story: Story, *, answers_late: bool) -> None:
        self.story = story
        self.answers_late = answers_late
        self.at = ORIGIN
        self.asked: list[tuple[Any, int]] = []
        self.authorizes = 0
        self.order = Order(
            "O1",
            "k",
            Environment.SANDBOX,
            Country.US,
            TOTAL,
            Currency.USD,
            "ann",
            ORIGIN,
            ORIGIN,
        )
        self._feed(events.SendRequested("ann"))
        self._feed(events.SendStarted(1))
        yes = events.CheckoutAccepted(LINK, "u")
        self._feed(events.SendAnswered(1, yes if story.known else events.NoVerdict()))

    def take(self, news: tuple[str, bool, bool]) -> None:
        """A delivery arrives."""
        word, verified, from_browser = news
        self._feed(events.DeliveryObserved(word, LINK, verified, from_browser, self.at, "O1"))
        if not self.answers_late:
            self.answer_all()

    def answer_all(self) -> None:
        """Everything that was asked is answered, and what that leads to as well."""
        while self.asked:
            effect, version = self.asked.pop(0)
            self._answer(effect, version)

    def settle(self) -> None:
        """Time passes until nothing moves any more."""
        for _ in range(8):
            self.answer_all()
            self.at += timedelta(seconds=70)
            self._feed(events.Ticked())
        self.answer_all()

    def _feed(self, event: events.Event) -> None:
        self.at += timedelta(milliseconds=5)
        done = step(self.order, event, at=self.at)
        self.order = done.order
        for effect in done.effects:
            match effect:
                case fx.StartTransmit(operation_id):
                    self._feed(events.TransmitStarted(operation_id))
                case fx.Transmit(operation_id, send):
                    self.authorizes += 1
                    yes = events.Accepted(transaction=self._money())
                    self._feed(events.OperationAnswered(operation_id, send, yes))
                case fx.ReadCheckout() | fx.ReadTransaction() | fx.FindTransactions():
                    if all(asked != effect for asked, _ in self.asked):
                        self.asked.append((effect, self.order.version))

    def _answer(self, effect: Any, version: int) -> None:
        is_paid = self.authorizes > 0 or self.story.word == "authorized"
        match effect:
            case fx.ReadCheckout():
                word = "authorized" if is_paid else self.story.word
                self._feed(events.CheckoutRead(LINK, word, TOTAL, "USD", "O1", version))
            case fx.ReadTransaction():
                self._feed(
                    events.TransactionRead(replace(self._money(), events_known=True), version)
                )
            case _:
                found = (self._money(),) if is_paid else ()
                self._feed(events.TransactionsListed(found, True, version))

    def _money(self) -> Transaction:
        expires = ORIGIN + timedelta(days=30)
        return Transaction("TXN1", LINK, "O1", "authorized", TOTAL, "USD", 0, 0, expires, ORIGIN)


def final_state(desk: Desk) -> str:
    """What must be the same: everything but counters, clocks and versions."""
    order = desk.order
    is_paid = order.transaction is not None  # who said so first is of no account then
    links = [
        (
            c.state.value,
            c.checkout_id,
            c.word,
            c.superseded,
            c.matched,
            "" if is_paid else c.hint.value,
        )
        for c in order.checkouts
    ]
    operations = [(o.kind.value, o.key, o.state.value, o.sends) for o in order.operations]
    word = order.transaction.word if order.transaction else ""
    rest = (order.freeze, order.alerts, order.orphans, order.unproven, desk.authorizes)
    return repr((links, operations, word, rest))


def orders_of(news: Sequence[tuple[str, bool, bool]], most: int) -> Iterator[tuple[int, ...]]:
    """Every permutation of the news, and of the news with one or more repeats, up to ``most``."""
    places = tuple(range(len(news)))
    for extra in range(most - len(places) + 1):
        repeated = {
            tuple(sorted(places[i % len(places)] for i in c)) for c in _choices(places, extra)
        }
        for more in sorted(repeated):
            yield from sorted(set(permutations((*places, *more))))


def _choices(places: tuple[int, ...], extra: int) -> Iterator[tuple[int, ...]]:
    if extra == 0:
        yield ()
        return
    for rest in _choices(places, extra - 1):
        for place in places:
            yield (*rest, place)


def run(story: Story, most: int = MOST) -> tuple[int, set[str]]:
    """How many orders of the story's news were played, and the states that they ended in."""
    ends: set[str] = set()
    played = 0
    for order in orders_of(story.news, most):
        for answers_late in (False, True):
            desk = Desk(story, answers_late=answers_late)
            for place in order:
                desk.take(story.news[place])
            desk.settle()
            ends.add(final_state(desk))
            played += 1
    return played, ends


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=MOST, help="events in an order (6)")
    asked = parser.parse_args(arguments)
    fast_replace.install()
    report = {}
    failed = False
    for story in STORIES:
        played, ends = run(story, asked.most)
        report[story.name] = {"orders": played, "final_states": len(ends)}
        if len(ends) != 1:
            failed = True
            report[story.name]["ends"] = sorted(ends)[:3]
    total = sum(entry["orders"] for entry in report.values())
    print(json.dumps({"orders": total, "stories": report}, indent=1))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
