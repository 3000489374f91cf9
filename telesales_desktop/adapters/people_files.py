"""Who was enrolled at this workstation, for one profile? Names and roles, never a secret."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from telesales_desktop.adapters.data_paths import ensure_profile_name
from telesales_desktop.adapters.replacing import reason, replace_file
from telesales_desktop.adapters.strict_json import load_strict, text
from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.wire.enrolment import PERSON_ID, PRINTABLE

_MAX_FILE_BYTES = 256 * 1024


class PeopleFiles:
    """The people of every profile under one configuration directory, one file a profile."""

    def __init__(self, root: Path) -> None:
        self._directory = root / "people"

    def load(self, profile: str) -> tuple[WorkstationPerson, ...]:
        """By name; nobody where there is no file. Errors: ``SettingsError``."""
        content = self.content(profile)
        if content is None:
            return ()
        try:
            found = load_strict(content)
            people = [_person(each) for each in found] if isinstance(found, list) else None
        except ValueError:
            people = None
        if people is None:
            raise SettingsError(f"the list of people of profile {profile!r} is not readable")
        return tuple(sorted(people, key=lambda person: (person.name, person.person_id)))

    def save(self, profile: str, people: Sequence[WorkstationPerson]) -> None:
        """Replace the list whole. Errors: ``SettingsError``."""
        listed = [
            {"person_id": each.person_id, "name": each.name, "role": each.role.value}
            for each in people
        ]
        told = json.dumps(listed, ensure_ascii=False, indent=1)
        self.restore(profile, told.encode())

    def content(self, profile: str) -> bytes | None:
        """The file as it is, None where there is none. Errors: ``SettingsError``."""
        try:
            with self._path(profile).open("rb") as file:
                return file.read(_MAX_FILE_BYTES)
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise SettingsError(f"cannot read: {reason(exc)}") from exc

    def restore(self, profile: str, content: bytes | None) -> None:
        """Put a file back as ``content`` gave it. Errors: ``SettingsError``."""
        path = self._path(profile)
        try:
            if content is None:
                path.unlink(missing_ok=True)
                return
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(path, content)
        except OSError as exc:
            raise SettingsError(f"cannot write: {reason(exc)}") from exc

    def _path(self, profile: str) -> Path:
        return self._directory / f"{ensure_profile_name(profile)}.json"


def _person(value: object) -> WorkstationPerson:
    if not isinstance(value, dict):
        raise ValueError("not a person")
    person_id, name = text(value.get("person_id")), text(value.get("name"))
    if not PERSON_ID.fullmatch(person_id) or not PRINTABLE.fullmatch(name):
        raise ValueError("not a person")
    return WorkstationPerson(person_id, name, Role(text(value.get("role"))))
