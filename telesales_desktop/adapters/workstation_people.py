"""How do several people share one workstation? Each with a token and a key of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from telesales_desktop.adapters.all_or_nothing import all_or_nothing
from telesales_desktop.adapters.connection_tests import (
    Enrol,
    Enrolled,
    Leave,
    ensure_may_look,
    keep_enrolment,
)
from telesales_desktop.adapters.desk_keys import person_place
from telesales_desktop.adapters.people_files import PeopleFiles
from telesales_desktop.adapters.secret_stores import open_secret_store, read_credentials
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.application.ports import SecretName, SecretStore
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.errors import CredentialsError, SettingsError
from telesales_desktop.domain.relay_errors import RelayError


class PeopleHere:
    """The port ``WorkstationPeople`` for one profile; settings and keyring change together."""

    def __init__(
        self,
        profile_name: str,
        files: ProfileFiles,
        people: PeopleFiles,
        enrol: Enrol,
        leave: Leave,
        *,
        store_for: Callable[[Profile], SecretStore] = open_secret_store,
    ) -> None:
        self._name = profile_name
        self._files = files
        self._people = people
        self._enrol = enrol
        self._leave = leave
        self._store_for = store_for

    async def here(self) -> Sequence[WorkstationPerson]:
        """By name."""
        profile = self._files.load(self._name)
        return [
            replace(person, is_current=person.person_id == profile.person_id)
            for person in self._people.load(self._name)
        ]

    async def enrol(self, code: str) -> Profile:
        """One more person of the same merchant; their desk is the one that opens next."""
        profile = self._files.load(self._name)
        if not profile.relay_url:
            raise SettingsError("this profile has no relay", fields=("relay_url",))
        self._files.ensure_writable()
        enrolled = await self._enrol(profile, code.strip())
        made = replace(
            profile,
            relay_merchant=profile.relay_merchant or enrolled.merchant,
            relay_public_url=enrolled.public_url,
            person_id=enrolled.person_id,
            agent=enrolled.name,
            role=enrolled.role,
        )
        try:
            if enrolled.merchant != made.relay_merchant:
                raise SettingsError(
                    "this code is of another merchant; set up a profile for it",
                    fields=("enrolment_code",),
                )
            ensure_may_look(made)
            await self._keep(made, enrolled)
        except (SettingsError, CredentialsError):
            await self._give_back(profile, enrolled.token)
            raise
        return made

    async def switch(self, person_id: str) -> Profile:
        """Work as somebody else who is here."""
        profile = self._files.load(self._name)
        for person in self._people.load(self._name):
            if person.person_id == person_id:
                made = _as(profile, person)
                self._files.save(made)
                return made
        raise SettingsError("nobody of that name was enrolled here", fields=("person_id",))

    async def leave(self, person_id: str = "") -> Profile:
        """Forget a person, at the relay first: a token that it still takes stays in sight."""
        profile = self._files.load(self._name)
        leaving = person_id or profile.person_id
        people = self._people.load(self._name)
        if leaving and all(person.person_id != leaving for person in people):
            raise SettingsError("nobody of that name was enrolled here", fields=("person_id",))
        store = self._store_for(profile)
        place = person_place(replace(profile, person_id=leaving))
        token = await store.read(place, SecretName.RELAY_TOKEN)
        if token:
            await self._leave(profile, token)
        left = [person for person in people if person.person_id != leaving]
        made = profile
        if leaving == profile.person_id:
            made = _as(profile, left[0]) if left else _nobody(profile)
        before = self._people.content(self._name)
        async with all_or_nothing(store) as kept:
            kept.on_failure(lambda: self._people.restore(self._name, before))
            await kept.delete(place, SecretName.RELAY_TOKEN)
            await kept.delete(place, SecretName.PERSON_KEY)
            self._people.save(self._name, left)
            self._files.save(made)
        return made

    async def _keep(self, profile: Profile, enrolled: Enrolled) -> None:
        store = self._store_for(profile)
        api_keys: list[str] = []  # who only looks has none, and the data key already
        if not profile.looks_only:
            api_keys = [(await read_credentials(store, profile)).private_key]
        async with all_or_nothing(store) as kept:
            await keep_enrolment(kept, self._people, profile, enrolled, api_keys)
            self._files.save(profile)

    async def _give_back(self, profile: Profile, token: str) -> None:
        try:
            await self._leave(profile, token)
        except RelayError:
            return  # whoever runs the relay sees it in the list of tokens


def _as(profile: Profile, person: WorkstationPerson) -> Profile:
    return replace(profile, person_id=person.person_id, agent=person.name, role=person.role)


def _nobody(profile: Profile) -> Profile:
    """The profile stays, and its relay: it is not enrolled any more."""
    return replace(profile, person_id="", role=Role.AGENT)
