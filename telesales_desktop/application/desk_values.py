"""What do the window and the desk tell each other, beside orders? Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.ports import JournalProblem


class RelayContact(StrEnum):
    """How it stands between this desk and the relay."""

    NOT_SET = "not_set"  # the profile names no relay: this desk reads Affirm itself
    CONNECTING = "connecting"  # no answer yet since the start
    OK = "ok"  # a poll is parked, or was answered a moment ago
    UNREACHABLE = "unreachable"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a state, not a secret


class AffirmContact(StrEnum):
    """How it stands between this desk and Affirm."""

    NOT_ASKED = "not_asked"  # nothing was asked since the start
    OK = "ok"
    UNREACHABLE = "unreachable"
    BUSY = "busy"  # Affirm asked us to wait
    KEYS_REFUSED = "keys_refused"


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """What the header says about the world outside. Times are aware UTC.

    ``credentials_problem`` is a ``CredentialsError.problem`` word ("" when all is well).
    ``relay_at``: the last contact. ``gap_at``: when the relay last announced that news may have
    been missed. ``alarms``: what the relay did that an honest one never does; they stay until the
    program starts again. ``waiting_uploads``: orders of which the relay lacks the newest record,
    since ``waiting_since``. ``doubtful_webhook``: why the last one that should have been signed
    was not believed (a word of ``SignatureCheck``), and when it came.
    """

    relay: RelayContact = RelayContact.NOT_SET
    relay_at: datetime | None = None
    affirm: AffirmContact = AffirmContact.NOT_ASKED
    affirm_at: datetime | None = None
    last_webhook_at: datetime | None = None
    webhooks_expected: bool = False  # a relay is set: "no webhook seen yet" is worth saying
    journal_problem: JournalProblem | None = None
    credentials_problem: str = ""
    gap_at: datetime | None = None
    is_shared: bool = False  # orders are shared with other desks through the relay
    alarms: frozenset[SharingAlarm] = frozenset()
    waiting_uploads: int = 0
    waiting_since: datetime | None = None
    doubtful_webhook: str = ""
    doubtful_webhook_at: datetime | None = None
