"""Is a relay that fails asked again in its time, never in a loop, and is that said?"""

import asyncio
from dataclasses import replace
from itertools import count

import pytest

from telesales_desktop.application.desk_values import RelayContact
from telesales_desktop.application.following import (
    EMPTY_PAGE_S,
    POLL_S,
    SHORTEST_POLL_S,
    TOKEN_PAUSE_S,
)
from telesales_desktop.application.ports import Cursor, FeedPage
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayBusyError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)


@pytest.mark.parametrize(
    ("fault", "contact", "pause_s"),
    [
        (RelayUnreachableError(), RelayContact.UNREACHABLE, 0.5),
        (RelayAnswerError("malformed"), RelayContact.UNREACHABLE, 0.5),
        (RelayBusyError(12), RelayContact.UNREACHABLE, 12),
        (RelayBusyError(9999), RelayContact.UNREACHABLE, TOKEN_PAUSE_S),
        (RelayTokenRefusedError(), RelayContact.TOKEN_REFUSED, TOKEN_PAUSE_S),
        (CredentialsError("locked"), RelayContact.CONNECTING, 30),
        (ZeroDivisionError(), RelayContact.UNREACHABLE, 30),
    ],
)
async def test_a_failing_relay_is_said_and_asked_again_in_its_time(
    feed, caplog, fault, contact, pause_s
):
    feed.relay.plan(fault)
    feed.relay.webhook("confirmed", "CHECKOUT-4182")
    feed.run()
    await asyncio.sleep(pause_s - 0.1)
    assert feed.connection.status.relay is contact
    assert feed.reads == []
    await asyncio.sleep(0.5)
    assert feed.reads == ["CHECKOUT-4182"]
    assert feed.connection.status.relay is RelayContact.OK


async def test_a_relay_that_stays_away_is_asked_ever_more_slowly_and_then_at_once_again(feed):
    feed.relay.plan(*[RelayUnreachableError() for _ in range(12)])
    feed.run()
    await asyncio.sleep(300)
    assert 12 <= len(feed.relay.polls) <= 25
    feed.relay.plan(RelayUnreachableError())
    polls = len(feed.relay.polls)
    await asyncio.sleep(POLL_S + 2)
    assert len(feed.relay.polls) - polls >= 2  # the pauses began anew


async def test_after_a_failure_the_first_poll_does_not_park(feed):
    feed.relay.plan(RelayUnreachableError(), None, None)
    feed.run()
    await asyncio.sleep(2)
    assert [wait_s for _, wait_s in feed.relay.polls] == [0, 0, POLL_S]


async def test_a_relay_that_parks_no_poll_is_not_asked_in_a_loop(feed):
    feed.relay.parks = False
    feed.run()
    await asyncio.sleep(20 * SHORTEST_POLL_S)
    assert len(feed.relay.polls) <= 22


async def test_a_relay_that_announces_a_gap_for_ever_is_not_asked_in_a_loop(feed, monkeypatch):
    changes = feed.relay.changes

    async def stuck(after, *, wait_s, limit):
        page = await changes(after, wait_s=0, limit=limit)
        return replace(page, gap=True, more=True)

    monkeypatch.setattr(feed.relay, "changes", stuck)
    feed.run()
    await asyncio.sleep(20 * SHORTEST_POLL_S)
    assert len(feed.relay.polls) <= 22


async def test_many_pages_are_fetched_without_waiting(feed):
    for _ in range(450):
        feed.relay.webhook("opened", "CHECKOUT-x")
    feed.run()
    await asyncio.sleep(5)
    assert len(feed.journal.disk.closed) == 450


async def test_a_relay_that_goes_on_for_ever_with_nothing_is_not_asked_in_a_loop(feed, monkeypatch):
    places = count()

    async def endless(after, *, wait_s, limit):
        polls.append(wait_s)
        await asyncio.sleep(0.01)
        return FeedPage((), Cursor("e1", f"place-{next(places)}"), gap=False, more=True)

    polls = []
    monkeypatch.setattr(feed.relay, "changes", endless)
    feed.run()
    await asyncio.sleep(20 * SHORTEST_POLL_S)
    assert len(polls) <= 20 * SHORTEST_POLL_S / EMPTY_PAGE_S + 2
