"""Does each neighbour answer, before anything is kept? What the set-up assistant tries."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.keyring_store import KeyringStore
from telesales_desktop.adapters.profile_checks import ensure_can_send, ensure_sound
from telesales_desktop.adapters.secret_stores import open_secret_store, write_credentials
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.ports import Credentials, SecretName, SecretStore
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmRejectedError,
    OutcomeUnknownError,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a relay gives a new workstation. The secrets never show in a repr."""

    merchant: str
    public_url: str
    token: str = field(repr=False)
    order_key_secret: str = field(default="", repr=False)
    role: Role = Role.AGENT
    name: str = ""


class Enrol(Protocol):
    """Redeem a one-time code at a relay, once.

    Errors: ``SettingsError`` (``fields`` names ``relay_url`` or ``enrolment_code``).
    """

    async def __call__(self, profile: Profile, code: str) -> Enrolled: ...


class ConnectionTests:
    """Tries keyring, keys and relay for one set-up, and keeps what passed. Nothing rests here
    after ``save``."""

    def __init__(
        self,
        files: ProfileFiles,
        enrol: Enrol,
        *,
        store_for: Callable[[Profile], SecretStore] = open_secret_store,
        client_for: Callable[[Profile, Callable[[], Awaitable[Credentials]]], AffirmClient] = (
            AffirmClient
        ),
        keyring: SecretStore | None = None,
    ) -> None:
        self._files = files
        self._enrol = enrol
        self._store_for = store_for
        self._client_for = client_for
        self._keyring: SecretStore = keyring or KeyringStore()
        self._enrolled: Enrolled | None = None

    async def check_keyring(self) -> str:
        """Write, read and delete a canary; returns the keyring's name. Errors:
        ``CredentialsError``."""
        return await self._keyring.check()

    async def check_keys(self, profile: Profile, credentials: Credentials) -> None:
        """Ask Affirm for a list of at most one transaction with these keys.

        It is the one documented read that needs no id of anything, only good keys: an answer of
        JSON says that the pair is known to that environment and country; 401 says it is not. It
        does not say that the pair is of the telesales channel: no read of Affirm's tells.
        Errors: ``AffirmCredentialsError`` refused; ``AffirmRejectedError``,
        ``OutcomeUnknownError`` nothing can be concluded; ``AffirmUnreachableError``,
        ``AffirmBusyError`` later; ``SettingsError`` the profile may not speak to that address.
        """

        async def given() -> Credentials:
            return credentials

        client = self._client_for(profile, given)
        try:
            await client.try_keys()
        except AffirmCredentialsError as error:
            _log.info("keys refused: %s", error.reason)
            raise
        except (AffirmRejectedError, OutcomeUnknownError) as error:
            _log.info("keys neither taken nor refused: %s", error.code)
            raise
        finally:
            await client.close()

    async def check_relay(self, profile: Profile, enrolment_code: str) -> Profile:
        """Enrol this workstation; the token stays here until ``save``.

        Errors: ``SettingsError`` naming ``relay_url`` or ``enrolment_code``.
        """
        ensure_sound(profile)
        self._enrolled = await self._enrol(profile, enrolment_code.strip())
        return replace(
            profile,
            relay_merchant=self._enrolled.merchant,
            relay_public_url=self._enrolled.public_url,
            role=self._enrolled.role,
            agent=profile.agent or self._enrolled.name,
        )

    async def check_profile(self, profile: Profile) -> None:
        """Errors: ``SettingsError`` naming every gap."""
        ensure_can_send(profile)

    async def save(self, profile: Profile, credentials: Credentials) -> None:
        """Keep keys and token in the keyring, then the rest in the settings.

        In that order: a profile that can be chosen has its keys. Errors: ``CredentialsError``,
        ``SettingsError``; what was kept before it failed is written over by the next try.
        """
        ensure_sound(profile)
        store = self._store_for(profile)
        await write_credentials(store, profile, credentials)
        if self._enrolled is not None:
            await store.write(profile.name, SecretName.RELAY_TOKEN, self._enrolled.token)
            if self._enrolled.order_key_secret:
                secret = self._enrolled.order_key_secret
                await store.write(profile.name, SecretName.ORDER_KEY_SECRET, secret)
        self._files.save(profile)
        self._enrolled = None
