"""What does the set-up assistant ask the program to try?

Every method is a coroutine; the assistant shows what it raises (a ``TelesalesError``) in words and
lets the person correct it. Nothing is kept before ``save``.
"""

from __future__ import annotations

from typing import Protocol

from telesales_desktop.application.ports import Credentials
from telesales_desktop.application.profile import Profile


class SetupChecks(Protocol):
    """Each step of the assistant, tried for real."""

    async def check_keyring(self) -> str:
        """Write, read and delete a canary; returns the keyring's name.

        Errors: ``CredentialsError``.
        """
        ...

    async def check_keys(self, profile: Profile, credentials: Credentials) -> None:
        """Ask Affirm something harmless with these keys.

        Errors: ``AffirmCredentialsError``, ``AffirmUnreachableError``, ``SettingsError`` for a
        live key in the sandbox or the reverse, ``AffirmError``.
        """
        ...

    async def check_relay(self, profile: Profile, enrolment_code: str) -> Profile:
        """Enrol this workstation; returns the profile with what the relay told about itself.

        The one-time code is used up: the token stays with the checks until ``save``.
        Errors: ``SettingsError`` (``fields`` names ``relay_url`` or ``enrolment_code``).
        """
        ...

    async def check_profile(self, profile: Profile) -> None:
        """Whether the profile could send. Errors: ``SettingsError`` naming every gap."""
        ...

    async def save(self, profile: Profile, credentials: Credentials) -> None:
        """Keep keys and token in the keyring, the rest in the settings."""
        ...
