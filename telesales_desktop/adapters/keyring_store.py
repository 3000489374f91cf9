"""How does the program keep a secret? In the operating system's keyring, off the UI thread."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from telesales_desktop.adapters.keyring_backends import Backend, open_backend
from telesales_desktop.application.ports import SecretName
from telesales_desktop.domain.errors import CredentialsError

MAX_SECRET_CHARS = 1_280
"""Windows keeps 2,560 bytes of UTF-16; beyond that its error says nothing a person can use."""
DEADLINE_S = 30.0
"""A keyring may be waiting for a person who types its password."""
_ACCOUNT = "telesales-desktop"

T = TypeVar("T")


class KeyringStore:
    """Secrets in the keyring; implements ``SecretStore``. One item a secret.

    A keyring call can block on a prompt for as long as it likes. Each one runs in a daemon thread
    of its own, one at a time, so that neither the window nor the program's end waits for it; a
    call whose deadline has passed before its turn came is not made. A write that was already
    under way when the deadline passed may still happen.
    Errors: ``CredentialsError`` with one of its words. Units: ``deadline_s`` seconds.
    """

    def __init__(
        self,
        opener: Callable[[], tuple[str, Backend]] = open_backend,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._opener = opener
        self._deadline_s = deadline_s
        self._one_at_a_time = threading.Lock()
        self._opened: tuple[str, Backend] | None = None

    async def read(self, profile: str, name: SecretName) -> str | None:
        """The secret, or None where the keyring has none of that name."""
        service = _service(profile, name)
        return await self._call(lambda backend: backend.get_password(service, _ACCOUNT) or None)

    async def write(self, profile: str, name: SecretName, value: str) -> None:
        """Keep a secret, replacing the one of that name."""
        if not value or len(value) > MAX_SECRET_CHARS:
            raise CredentialsError("not_allowed", f"1 to {MAX_SECRET_CHARS} characters")
        service = _service(profile, name)
        await self._call(lambda backend: backend.set_password(service, _ACCOUNT, value))

    async def delete(self, profile: str, name: SecretName) -> None:
        """Forget a secret; one that is not there is forgotten already."""
        service = _service(profile, name)
        await self._call(lambda backend: _forget(backend, service))

    async def check(self) -> str:
        """Write, read and delete a canary; returns the keyring's title."""
        return await self._call(self._check)

    def _check(self, backend: Backend) -> str:
        service = f"telesales-desktop/canary/{secrets.token_hex(8)}"
        canary = secrets.token_urlsafe(32)
        backend.set_password(service, _ACCOUNT, canary)
        try:
            kept = backend.get_password(service, _ACCOUNT)
        finally:
            _forget(backend, service)
        if kept != canary or backend.get_password(service, _ACCOUNT) is not None:
            raise CredentialsError("refused", "the keyring does not keep what it is given")
        assert self._opened is not None
        return self._opened[0]

    def _backend(self) -> Backend:
        if self._opened is None:
            self._opened = self._opener()
        return self._opened[1]

    async def _call(self, work: Callable[[Backend], T]) -> T:
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        given_up = threading.Event()

        def settle(result: T | None, error: BaseException | None) -> None:
            if outcome.done():
                return
            if error is not None:
                outcome.set_exception(error)
            else:
                outcome.set_result(result)  # type: ignore[arg-type]  # T may itself be optional

        def run() -> None:
            result: T | None = None
            error: BaseException | None = None
            with self._one_at_a_time:
                if given_up.is_set():
                    return
                try:
                    result = work(self._backend())
                except Exception as exc:  # noqa: BLE001 - each platform raises its own classes
                    error = _typed(exc)
            with contextlib.suppress(RuntimeError):  # the program ended while a prompt was open
                loop.call_soon_threadsafe(settle, result, error)

        threading.Thread(target=run, name="keyring", daemon=True).start()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await outcome
        except TimeoutError:
            raise CredentialsError("timed_out", "the keyring did not answer") from None
        finally:
            given_up.set()


def _service(profile: str, name: SecretName) -> str:
    return f"telesales-desktop/{profile}/{name.value}"


def _forget(backend: Backend, service: str) -> None:
    # The backends differ in how they say "there is none": asking first is the same for all.
    if backend.get_password(service, _ACCOUNT) is not None:
        backend.delete_password(service, _ACCOUNT)


def _typed(exc: Exception) -> CredentialsError:
    """Our word for a keyring's error; its message is left out, for it may quote a name."""
    if isinstance(exc, CredentialsError):
        return exc
    from keyring import errors

    problem = "refused"
    if isinstance(exc, errors.KeyringLocked) or type(exc).__name__ == "LockedException":
        problem = "locked"
    elif isinstance(exc, errors.NoKeyringError | errors.InitError):
        problem = "no_keyring"
    return CredentialsError(problem, type(exc).__name__)
