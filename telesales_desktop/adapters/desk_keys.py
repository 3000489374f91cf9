"""Which keys does the keyring hold for the person at this desk, and whose are they?"""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable
from typing import TypeVar

from telesales_desktop.adapters.data_key import DataKey, SealedError
from telesales_desktop.adapters.person_key import PersonKey
from telesales_desktop.adapters.secret_stores import read_credentials
from telesales_desktop.application.ports import SecretName, SecretStore
from telesales_desktop.application.profile import Profile
from telesales_desktop.application.sharing_ports import Identity
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.relay_errors import RelayTokenRefusedError
from telesales_desktop.wire.enrolment import TOKEN

_Key = TypeVar("_Key")


def person_place(profile: Profile) -> str:
    """Under which name the keyring holds what is a person's own: theirs, not the workstation's."""
    return f"{profile.name}/{profile.person_id}" if profile.person_id else profile.name


def this_workstation() -> str:
    """The machine's name, by which people tell their desks apart."""
    name = "".join(character for character in platform.node() if character.isprintable())
    return name[:100] or "workstation"


class DeskKeys:
    """The keys of one profile and the person that it names. Nothing here is ever logged.

    Errors of every call: ``CredentialsError``.
    """

    def __init__(self, store: SecretStore, profile: Profile, *, workstation: str = "") -> None:
        self._store = store
        self._profile = profile
        self._workstation = workstation or this_workstation()
        self._data_key: DataKey | None = None
        self._person_key: PersonKey | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def merchant(self) -> str:
        """What the relay calls this merchant."""
        return self._profile.relay_merchant

    @property
    def environment(self) -> str:
        """Every order of this profile is of this environment."""
        return self._profile.environment.value

    @property
    def known_data_key(self) -> DataKey | None:
        """The merchant data key, where it was read or found already; asks nobody."""
        return self._data_key

    async def token(self) -> str | None:
        """What the relay knows this person at this workstation by."""
        return await self._store.read(person_place(self._profile), SecretName.RELAY_TOKEN)

    async def identity(self) -> Identity:
        """Who works here. Errors: ``RelayTokenRefusedError`` where nobody is enrolled."""
        token = await self.token()
        if not token or not TOKEN.fullmatch(token) or not self._profile.person_id:
            raise RelayTokenRefusedError("this workstation has no token")
        return Identity(
            merchant=self._profile.relay_merchant,
            person_id=self._profile.person_id,
            token_id=token.split("_")[1],
            name=self._profile.agent,
            role=self._profile.role,
            workstation=self._workstation,
        )

    async def private_api_key(self) -> str:
        """The private half of Affirm's keys: it opens the merchant data key."""
        return (await read_credentials(self._store, self._profile)).private_key

    async def data_key(self) -> DataKey | None:
        """The merchant data key, None where this desk has not opened it yet."""
        if self._data_key is None:
            kept = await self._store.read(self._profile.name, SecretName.DATA_KEY)
            self._data_key = _whole(DataKey.from_hex, kept) if kept else None
        return self._data_key

    async def keep_data_key(self, data_key: DataKey) -> None:
        """Keep it for the next start, which may be without the relay."""
        await self._store.write(self._profile.name, SecretName.DATA_KEY, data_key.to_hex())
        self._data_key = data_key

    async def person_key(self) -> PersonKey:
        """This person's signing key; it is made where there is none, and only once.

        The relay takes one key a token: a second one, made meanwhile, would be nobody's.
        """
        async with self._one_at_a_time:
            if self._person_key is None:
                place = person_place(self._profile)
                kept = await self._store.read(place, SecretName.PERSON_KEY)
                if kept:
                    self._person_key = _whole(PersonKey.from_hex, kept)
                else:
                    made = PersonKey.make()
                    await self._store.write(place, SecretName.PERSON_KEY, made.to_hex())
                    self._person_key = made
            return self._person_key


def _whole(read: Callable[[str], _Key], kept: str) -> _Key:
    try:
        return read(kept)
    except SealedError:
        raise CredentialsError("refused", "the keyring holds no key under that name") from None
