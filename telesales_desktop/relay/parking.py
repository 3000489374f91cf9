"""Who waits for news, and who sends them away?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from enum import StrEnum

from telesales_desktop.relay.orders import reader_of
from telesales_desktop.relay.store_values import Grant

PARKED_PER_TOKEN = 4
"""A desk that reconnects leaves polls behind; beyond this many its oldest is answered."""


class Wake(StrEnum):
    """Why a parked poll goes on."""

    NEWS = "news"
    REVOKED = "revoked"  # its token is no longer valid
    LEAVE = "leave"  # its time is up, or its place is needed


_Poll = asyncio.Future[Wake]


class Parking:
    """Parked polls, by merchant and token; ``_people``: as whom each token reads."""

    def __init__(self) -> None:
        self._polls: dict[str, dict[str, list[_Poll]]] = {}
        self._people: dict[str, str | None] = {}
        self._revoked: set[str] = set()
        self._closing = False

    def __len__(self) -> int:
        return sum(len(polls) for tokens in self._polls.values() for polls in tokens.values())

    async def wait(self, grant: Grant, wait_s: float) -> Wake:
        """Wait for one of the reasons to go on. Units: seconds."""
        if grant.token_id in self._revoked:
            return Wake.REVOKED  # it was revoked on the way here
        if self._closing:
            return Wake.LEAVE
        loop = asyncio.get_running_loop()
        poll: _Poll = loop.create_future()
        polls = self._polls.setdefault(grant.merchant, {}).setdefault(grant.token_id, [])
        self._people[grant.token_id] = reader_of(grant)
        if len(polls) >= PARKED_PER_TOKEN:
            _end(polls[0], Wake.LEAVE)
        polls.append(poll)
        alarm = loop.call_later(wait_s, _end, poll, Wake.LEAVE)
        try:
            return await poll
        finally:
            alarm.cancel()
            polls.remove(poll)

    def wake(self, merchant: str, people: frozenset[str] = frozenset()) -> None:
        """There is news for a merchant's supervisors and these people; for everybody if none."""
        for token_id, polls in self._polls.get(merchant, {}).items():
            person = self._people[token_id]
            if not people or person is None or person in people:
                _end_all(polls, Wake.NEWS)

    def revoke(self, token_ids: set[str]) -> None:
        """These tokens are not valid any more, now and for the life of this process."""
        self._revoked |= token_ids
        for tokens in self._polls.values():
            for token_id in token_ids:
                _end_all(tokens.get(token_id, ()), Wake.REVOKED)

    def close(self) -> None:
        """Send everybody away; from here on nobody is parked."""
        self._closing = True
        for tokens in self._polls.values():
            for polls in tokens.values():
                _end_all(polls, Wake.LEAVE)


def _end_all(polls: Iterable[_Poll], wake: Wake) -> None:
    for poll in polls:
        _end(poll, wake)


def _end(poll: _Poll, wake: Wake) -> None:
    if not poll.done():
        poll.set_result(wake)
