"""How do people share a workstation, on the command line?"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from telesales_desktop.application.people_ports import WorkstationPeople, WorkstationPerson
from telesales_desktop.application.profile import Profile
from telesales_desktop.bootstrap import workstation_people
from telesales_desktop.domain.errors import SettingsError, TelesalesError
from telesales_desktop.sentences import sentence

FAILED = 1
USAGE = 2


class UsageError(Exception):
    """What was given cannot be right, whatever the world outside says."""


def people(options: argparse.Namespace) -> int:
    """Exit status: 0 done, 1 it could not be done (nothing was changed), 2 wrong use."""
    try:
        return asyncio.run(_run(options, workstation_people(options.profile, options.data_dir)))
    except UsageError as wrong:
        _complain(str(wrong))
        return USAGE
    except TelesalesError as refused:
        _complain(sentence(refused))
        return FAILED


async def _run(options: argparse.Namespace, here: WorkstationPeople) -> int:
    match options.action:
        case "list":
            _show(await here.here(), as_json=options.json)
        case "enrol":
            _now(await here.enrol(options.code))
        case "switch":
            _now(await here.switch(_named(await here.here(), options.name)))
        case _:
            everybody = await here.here()
            leaving = _named(everybody, options.name) if options.name else ""
            _now(await here.leave(leaving))
    return 0


def _show(everybody: Sequence[WorkstationPerson], *, as_json: bool) -> None:
    for person in everybody:
        if as_json:
            told = {
                "person_id": person.person_id,
                "name": person.name,
                "role": person.role.value,
                "current": person.is_current,
            }
            print(json.dumps(told))  # in ASCII: any pipe takes it as it is
        else:
            print(f"{'*' if person.is_current else ' '} {person.name} ({person.role.value})")


def _now(profile: Profile) -> None:
    if profile.person_id:
        print(f"{profile.agent} works here now ({profile.role.value}).")
    else:
        print("Nobody is enrolled here any more.")


def _named(everybody: Sequence[WorkstationPerson], name: str) -> str:
    """The id of who is meant: by id, or by a name as it is, or else in any case."""
    folded = name.casefold()
    for found in (
        [person.person_id for person in everybody if person.person_id == name],
        [person.person_id for person in everybody if person.name == name],
        [person.person_id for person in everybody if person.name.casefold() == folded],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"there are several of the name {name}; give the person's id instead")
    raise SettingsError(f"nobody of the name {name} was enrolled here")


def _complain(told: str) -> None:
    print(f"telesales-desktop people: {told}", file=sys.stderr)
