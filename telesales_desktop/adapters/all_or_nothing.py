"""How are secrets and settings kept together: all of them, or as they were before?"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from telesales_desktop.application.ports import SecretName, SecretStore
from telesales_desktop.domain.errors import CredentialsError, TelesalesError

_log = logging.getLogger(__name__)


class Undoing:
    """A ``SecretStore`` that remembers what it replaced, so that it can be put back."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store
        self._before: dict[tuple[str, SecretName], str | None] = {}
        self._steps: list[Callable[[], None]] = []

    async def read(self, profile: str, name: SecretName) -> str | None:
        return await self._store.read(profile, name)

    async def write(self, profile: str, name: SecretName, value: str) -> None:
        await self._remember(profile, name)
        await self._store.write(profile, name, value)

    async def delete(self, profile: str, name: SecretName) -> None:
        await self._remember(profile, name)
        await self._store.delete(profile, name)

    async def check(self) -> str:
        return await self._store.check()

    def on_failure(self, step: Callable[[], None]) -> None:
        """Do this too when everything is put back."""
        self._steps.append(step)

    async def put_back(self) -> None:
        """Everything as it was; what cannot be put back does not stop the rest."""
        for step in reversed(self._steps):
            with contextlib.suppress(OSError, TelesalesError):
                step()
        for (profile, name), before in reversed(self._before.items()):
            try:
                if before is None:
                    await self._store.delete(profile, name)
                else:
                    await self._store.write(profile, name, before)
            except CredentialsError as error:
                _log.error("the keyring could not be put back: %s", error.problem)

    async def _remember(self, profile: str, name: SecretName) -> None:
        if (profile, name) not in self._before:
            self._before[profile, name] = await self._store.read(profile, name)


@asynccontextmanager
async def all_or_nothing(store: SecretStore) -> AsyncIterator[Undoing]:
    """Keep through what this gives; when the block fails, everything is as it was before."""
    undoing = Undoing(store)
    try:
        yield undoing
    except BaseException:
        await undoing.put_back()
        raise
