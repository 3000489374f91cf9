"""People who share a computer, as the keyring and the relay would keep them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.errors import SettingsError, TelesalesError
from tests.ui import samples

DANA = WorkstationPerson("p-dana", "Dana R.", Role.SUPERVISOR, is_current=True)
SAM = WorkstationPerson("p-sam", "Sam K.", Role.AGENT)
CODE = "K7QF-W2NM"


class FakePeople:
    """``calls`` names what was asked; ``fail_next`` is raised by the next call."""

    def __init__(self, *people: WorkstationPerson, profile: Profile | None = None) -> None:
        self.people = list(people)
        self.profile = profile or samples.profile(role=Role.SUPERVISOR)
        self.calls: list[tuple[str, str]] = []
        self.fail_next: TelesalesError | None = None
        self.gate: asyncio.Event | None = None

    async def here(self) -> Sequence[WorkstationPerson]:
        await self._answer("here", "")
        return sorted(self.people, key=lambda person: person.name)

    async def enrol(self, code: str) -> Profile:
        await self._answer("enrol", code)
        if code != CODE:
            raise SettingsError("refused", fields=("enrolment_code",))
        return self._as(WorkstationPerson("p-new", "Émilie Gagnon", Role.AGENT))

    async def switch(self, person_id: str) -> Profile:
        await self._answer("switch", person_id)
        return self._as(next(p for p in self.people if p.person_id == person_id))

    async def leave(self, person_id: str = "") -> Profile:
        await self._answer("leave", person_id)
        self.people = [p for p in self.people if p.person_id != person_id]
        return self._as(self.people[0]) if self.people else replace(self.profile, person_id="")

    def _as(self, person: WorkstationPerson) -> Profile:
        return replace(
            self.profile, person_id=person.person_id, agent=person.name, role=person.role
        )

    async def _answer(self, call: str, subject: str) -> None:
        self.calls.append((call, subject))
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error
