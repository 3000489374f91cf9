"""What can be done about who works at this workstation? For Settings and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from telesales_desktop.application.profile import Profile, Role


@dataclass(frozen=True, slots=True)
class WorkstationPerson:
    """Somebody who was enrolled at this workstation; token and key are in the keyring."""

    person_id: str
    name: str
    role: Role
    is_current: bool = False


class WorkstationPeople(Protocol):
    """People who share this workstation, for one profile.

    Each has a token and a key of their own; the merchant's keys and the journal are the
    workstation's. Who switches opens the returned profile anew: the desk is built for one person.
    Errors of every call: ``CredentialsError`` the keyring; ``SettingsError`` the settings.
    """

    async def here(self) -> Sequence[WorkstationPerson]:
        """Everybody who was enrolled here and has not left, by name."""
        ...

    async def enrol(self, code: str) -> Profile:
        """Redeem a one-time code of the same merchant, and work as that person from now on.

        Errors: ``SettingsError`` whose ``fields`` names ``enrolment_code`` or ``relay_url``.
        """
        ...

    async def switch(self, person_id: str) -> Profile:
        """Work as somebody who is here. Errors: ``SettingsError`` naming ``person_id``."""
        ...

    async def leave(self, person_id: str = "") -> Profile:
        """Forget a person here (who works here now, unless named), at the relay first.

        Their token is worthless from then on. Whoever is left works on; with nobody left the
        profile is not enrolled. Errors: ``RelayUnreachableError`` and the relay's others: nobody
        was forgotten, for a token that the relay still takes must not be thrown away unseen.
        """
        ...
