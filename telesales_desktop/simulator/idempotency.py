"""Was this idempotency key used before, and with which answer?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from telesales_desktop.simulator import refusals
from telesales_desktop.simulator.account import Account
from telesales_desktop.simulator.refusals import RefusalError


@dataclass
class _Entry:
    parameters: Mapping[str, object]
    begun_at: datetime
    answer: tuple[int, bytes] | None = None  # None while the first request is still running


class IdempotencyKeys:
    """The first answer under a key is every later answer, until the key is forgotten."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._entries: dict[str, _Entry] = {}

    def begin(self, key: str, parameters: Mapping[str, object]) -> tuple[int, bytes] | None:
        """The kept answer, or None when this request is the first and must be carried out.

        Errors: ``RefusalError`` 409 while the first is running; another for other parameters.
        """
        now = self._account.now()
        entry = self._entries.get(key)
        retention = timedelta(seconds=self._account.settings.key_retention_s)
        if entry is None or now - entry.begun_at >= retention:
            self._entries[key] = _Entry(parameters, now)
            return None
        if entry.parameters != parameters:
            raise RefusalError(
                self._account.settings.key_conflict_status,
                "The idempotency key was used with other parameters.",
                kind="invalid_request",
            )
        if entry.answer is None:
            raise refusals.processing()
        return entry.answer

    def finish(self, key: str, status: int, body: bytes) -> None:
        """Keep the answer; a refusal only where the account keeps refusals."""
        entry = self._entries.get(key)
        if entry is None:  # everything was reset meanwhile
            return
        if status < 400 or self._account.settings.key_keeps_refusals:
            entry.answer = (status, body)
        else:
            self.forget(key)

    def forget(self, key: str) -> None:
        """The request under this key came to nothing."""
        self._entries.pop(key, None)
