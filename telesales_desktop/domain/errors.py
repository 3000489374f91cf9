"""Which errors does the program speak of?

TelesalesError                     anything we expect and can explain
├── InputError                     what a person typed cannot be used; names the field
├── CommandRefusedError            a rule of ours refuses a command; nothing was sent
├── AffirmError
│   ├── AffirmUnreachableError     never sent: Affirm did nothing
│   ├── AffirmRejectedError        refused: Affirm says no, and did nothing
│   │   └── AffirmCredentialsError the keys are wrong, inactive or of another environment
│   ├── AffirmBusyError            not processed now: wait, then the same request again
│   └── OutcomeUnknownError        sent, no verdict: it may or may not have happened
├── CredentialsError               the keyring is missing, locked, refuses, or lacks the keys
├── JournalError                   the journal cannot be trusted or written: no money moves
└── SettingsError                  a profile is incomplete or contradicts itself
"""

from __future__ import annotations

from collections.abc import Mapping


class TelesalesError(Exception):
    """An error that we expect. ``code`` is stable; sentences live in ``ui``."""

    code = "telesales.error"

    def __init__(self, message: str = "", **params: str | int) -> None:
        super().__init__(message or self.code)
        self.params: Mapping[str, str | int] = params


class InputError(TelesalesError):
    """A value that a person gave cannot be used."""

    code = "input.invalid"

    def __init__(self, field: str, problem: str, **params: str | int) -> None:
        super().__init__(f"{field}: {problem}", **params)
        self.field = field
        self.problem = problem


class CommandRefusedError(TelesalesError):
    """A rule of ours refuses the command. Nothing was sent, nothing changed."""

    code = "command.refused"

    def __init__(self, reason: str, **params: str | int) -> None:
        super().__init__(reason, **params)
        self.reason = reason


class AffirmError(TelesalesError):
    """Something about a call to Affirm. ``request_id`` is Affirm's own, when it sent one."""

    code = "affirm.error"

    def __init__(self, message: str = "", *, request_id: str = "", **params: str | int) -> None:
        super().__init__(message, **params)
        self.request_id = request_id


class AffirmUnreachableError(AffirmError):
    """The request never left: conclude that nothing happened."""

    code = "affirm.unreachable"


class AffirmRejectedError(AffirmError):
    """Affirm answered and said no: conclude that this request did nothing.

    Units: ``http_status`` is the status line's number. ``reason`` is Affirm's ``code`` or, where
    that is absent, its ``type`` (the Transactions API discriminates by ``type``).
    """

    code = "affirm.rejected"

    def __init__(
        self,
        *,
        http_status: int,
        reason: str,
        affirm_message: str = "",
        field: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(f"{http_status} {reason}", request_id=request_id)
        self.http_status = http_status
        self.reason = reason
        self.affirm_message = affirm_message
        self.field = field


class AffirmCredentialsError(AffirmRejectedError):
    """Affirm does not accept the key pair."""

    code = "affirm.credentials"


class AffirmBusyError(AffirmError):
    """Not processed now (429, 503 with Retry-After, or 409 "key is processing").

    ``in_progress``: it may take effect all the same. ``is_for_all``: every call has to wait, not
    only this one. Units: ``retry_after_s`` seconds, as Affirm asked or our own first step.
    """

    code = "affirm.busy"

    def __init__(
        self,
        *,
        retry_after_s: float,
        in_progress: bool,
        request_id: str = "",
        is_for_all: bool = False,
    ) -> None:
        super().__init__("busy", request_id=request_id)
        self.retry_after_s = retry_after_s
        self.in_progress = in_progress
        self.is_for_all = is_for_all or not in_progress


class OutcomeUnknownError(AffirmError):
    """The request may or may not have taken effect. Read back; never take it for a failure."""

    code = "affirm.outcome_unknown"


class CredentialsError(TelesalesError):
    """The OS keyring cannot be used. ``problem`` is one of the words below.

    ``no_keyring``, ``locked``, ``refused``, ``not_allowed``, ``timed_out``, ``missing``.
    """

    code = "credentials.unavailable"

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}" if detail else problem)
        self.problem = problem


class JournalError(TelesalesError):
    """The journal cannot be trusted or written. ``problem``: see ``application.ports``."""

    code = "journal.unusable"

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}" if detail else problem)
        self.problem = problem


class SettingsError(TelesalesError):
    """A profile is incomplete or contradicts itself; names every gap."""

    code = "settings.invalid"

    def __init__(self, message: str, *, fields: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields
