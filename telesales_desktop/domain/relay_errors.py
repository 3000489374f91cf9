"""What can go wrong between a desk and its relay, and what may be concluded?

RelayError                          the relay is no source of news just now; Affirm still is
├── RelayUnreachableError           no answer in time, or no connection at all
├── RelayBusyError                  asked too often, or its database is down: wait, ask again
├── RelayTokenRefusedError          this workstation's token is not, or no longer, valid
├── RelayEnrolmentRefusedError      the one-time code is wrong, used or expired
└── RelayAnswerError                it answered, but not as the contract says
"""

from __future__ import annotations

from telesales_desktop.domain.errors import TelesalesError


class RelayError(TelesalesError):
    """News from the relay is missing; what is known of orders stays as true as it was."""

    code = "relay.error"


class RelayUnreachableError(RelayError):
    """No answer. For an enrolment this means: the code may be used up; ask for another."""

    code = "relay.unreachable"


class RelayBusyError(RelayError):
    """Not now. Units: ``retry_after_s`` seconds, as the relay asked or our own first step."""

    code = "relay.busy"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("busy")
        self.retry_after_s = retry_after_s


class RelayTokenRefusedError(RelayError):
    """The token is not valid: this workstation must be enrolled again."""

    code = "relay.token_refused"


class RelayEnrolmentRefusedError(RelayError):
    """The code gives no token; the relay does not say why. Nothing was enrolled."""

    code = "relay.enrolment_refused"


class RelayAnswerError(RelayError):
    """What answered is not our relay, or one that this version does not understand.

    Units: ``http_status`` is the status line's number.
    """

    code = "relay.answer"

    def __init__(self, problem: str, *, http_status: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.http_status = http_status
