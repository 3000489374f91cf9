"""How does it stand between this desk and the world outside?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from telesales_desktop.application.desk_values import AffirmContact, ConnectionStatus, RelayContact
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.listeners import Listeners
from telesales_desktop.application.ports import Clock, JournalProblem
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    AffirmUnreachableError,
    CredentialsError,
    TelesalesError,
)

log = logging.getLogger(__name__)


class Connection:
    """Gathers what each neighbour last told, and tells listeners when it changes."""

    def __init__(self, clock: Clock, *, relay_is_set: bool) -> None:
        self._clock = clock
        self._listeners: Listeners[Callable[[ConnectionStatus], None]] = Listeners()
        self._contact = asyncio.Event()
        self.status = ConnectionStatus(
            relay=RelayContact.CONNECTING if relay_is_set else RelayContact.NOT_SET,
            webhooks_expected=relay_is_set,
        )

    def subscribe(self, listener: Callable[[ConnectionStatus], None]) -> Callable[[], None]:
        """Tell ``listener`` now and at every change; call the result to stop."""
        stop = self._listeners.add(listener)
        listener(self.status)
        return stop

    def now(self) -> datetime:
        """Aware UTC, corrected by servers' dates where known."""
        return self._clock.now()

    async def contact(self) -> None:
        """Wait until Affirm or the relay has answered: their dates have set our clock right."""
        await self._contact.wait()

    def affirm_answered(self) -> None:
        """Affirm gave an answer that we could read."""
        self._contact.set()
        self._put(
            replace(
                self.status,
                affirm=AffirmContact.OK,
                affirm_at=self._clock.now(),
                credentials_problem="",
            )
        )

    def affirm_failed(self, error: TelesalesError) -> None:
        """A call to Affirm failed."""
        match error:
            case AffirmCredentialsError():
                contact = AffirmContact.KEYS_REFUSED
            case AffirmRejectedError():
                self.affirm_answered()  # a no is an answer
                return
            case AffirmBusyError():
                contact = AffirmContact.BUSY
            case AffirmUnreachableError():
                contact = AffirmContact.UNREACHABLE
            case CredentialsError():
                self._put(replace(self.status, credentials_problem=error.problem))
                return
            case _:
                return
        self._put(replace(self.status, affirm=contact))

    def relay_answered(self) -> None:
        """The relay answered a poll."""
        self._contact.set()
        self._put(replace(self.status, relay=RelayContact.OK, relay_at=self._clock.now()))

    def relay_failed(self, *, token_refused: bool) -> None:
        """The relay could not be reached, or no longer knows this workstation."""
        contact = RelayContact.TOKEN_REFUSED if token_refused else RelayContact.UNREACHABLE
        self._put(replace(self.status, relay=contact))

    def gap_announced(self) -> None:
        """The relay said that news may have been missed."""
        self._put(replace(self.status, gap_at=self._clock.now()))

    def webhook_seen(self, at: datetime) -> None:
        """A webhook of Affirm's has come in."""
        last = self.status.last_webhook_at
        if last is None or at > last:
            self._put(replace(self.status, last_webhook_at=at))

    def webhook_doubted(self, verdict: str, at: datetime) -> None:
        """One came that should have been signed and was not: it was a hint and no more."""
        last = self.status.doubtful_webhook_at
        if last is None or at > last:
            self._put(replace(self.status, doubtful_webhook=verdict, doubtful_webhook_at=at))

    def shared(self) -> None:
        """Orders are shared with other desks from now on."""
        self._put(replace(self.status, is_shared=True))

    def alarmed(self, *alarms: SharingAlarm) -> None:
        """The relay did what an honest one never does; it is said until the program ends."""
        known = self.status.alarms
        for alarm in alarms:
            if alarm not in known:
                log.error("the relay is not to be trusted: %s", alarm.value)
        self._put(replace(self.status, alarms=known.union(alarms)))

    def uploads_wait(self, count: int, since: datetime | None) -> None:
        """How many orders the relay has an older record of than this desk, and since when."""
        self._put(replace(self.status, waiting_uploads=count, waiting_since=since))

    def journal_failed(self, problem: JournalProblem) -> None:
        """The journal cannot be written: no money moves until it can."""
        self._put(replace(self.status, journal_problem=problem))

    def journal_written(self) -> None:
        """The journal was written: it is well."""
        if self.status.journal_problem is not None:
            self._put(replace(self.status, journal_problem=None))

    def _put(self, status: ConnectionStatus) -> None:
        if status != self.status:
            self.status = status
            self._listeners.tell(lambda listener: listener(status))
