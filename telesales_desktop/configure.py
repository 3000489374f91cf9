"""How does IT set a workstation up without the window? The assistant's checks, in words."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Awaitable
from dataclasses import replace
from typing import TextIO

from telesales_desktop.adapters.affirm_hosts import default_affirm_url
from telesales_desktop.adapters.connection_tests import ConnectionTests
from telesales_desktop.adapters.data_key import DataKey, SealedError
from telesales_desktop.adapters.profile_checks import ensure_sound, profile_gaps
from telesales_desktop.adapters.secret_stores import is_key
from telesales_desktop.adapters.settings import SPOILT_SUFFIX, ProfileFiles
from telesales_desktop.application.ports import Credentials
from telesales_desktop.application.profile import Profile, UrlAction
from telesales_desktop.application.sharing_ports import DataKeyMissingError, RelayFingerprintError
from telesales_desktop.bootstrap import connection_tests, profile_files
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmError,
    AffirmUnreachableError,
    SettingsError,
    TelesalesError,
)
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.relay_errors import RelayError
from telesales_desktop.sentences import sentence as plain_sentence

USAGE = 2
FAILED = 1

_OPTIONS = {
    "name": "--profile",
    "affirm_url": "--affirm-url",
    "relay_url": "--relay-url",
    "enrolment_code": "--enrolment-code",
    "confirmation_url": "--confirmation-url",
    "cancel_url": "--cancel-url",
    "merchant_name": "--merchant-name",
    "store": "--store",
    "entity": "--entity",
    "agent": "--agent",
    "data_dir": "--data-dir",
}
_GIVEN = (
    "affirm_url",
    "relay_url",
    "confirmation_url",
    "cancel_url",
    "merchant_name",
    "store",
    "entity",
    "agent",
)
_PROBLEMS = {
    "not_allowed": "this profile may not speak to that address",
    "not_a_url": "must be an https address",
    "needs_other": "must be given too: Affirm needs both addresses",
    "missing": "is needed",
    "too_long": "is too long",
    "not_printable": "has characters that cannot be shown",
}
_REQUEST = """\
Ask Affirm's account team, for this environment and country:
  webhook address   {base}/hooks/affirm/SECRET (whole, as telesales-relay init printed it)
  events            sent, opened, approved, more_information_needed, not_approved, confirmed
  signing           on, with X-Affirm-Signature
  Basic auth        user name and password in that address, if the relay stands behind them
  data sharing      on, so that opened, approved and not_approved are sent too
The window shows 'no webhook seen yet' until one arrives."""


class UsageError(Exception):
    """What was given cannot be right, whatever the world outside says."""


def configure(options: argparse.Namespace, keys: TextIO) -> int:
    """Exit status: 0 set up, 1 something outside refused (nothing was kept), 2 wrong use."""
    try:
        profile = _profile(options, profile_files(options.data_dir))
        given = _read_data_key(keys) if profile.looks_only else _read_keys(keys)
        ensure_sound(profile)
    except UsageError as wrong:
        _complain(str(wrong))
        return USAGE
    except SettingsError as wrong:
        _complain(sentence(wrong))
        return USAGE
    try:
        if isinstance(given, DataKey):
            return asyncio.run(_set_up_looking(profile, given, options))
        return asyncio.run(_set_up(profile, given, options))
    except TelesalesError as refused:
        _complain(sentence(refused))
        return FAILED


def _profile(options: argparse.Namespace, files: ProfileFiles) -> Profile:
    """The profile as it shall be: as it was, but for what is given."""
    environment, country = Environment(options.environment), Country(options.country)
    if bool(options.relay_url) != bool(options.enrolment_code):
        raise UsageError("--relay-url and --enrolment-code go together")
    if options.looks_only and not options.relay_url:
        raise UsageError("--looks-only needs --relay-url and --enrolment-code")
    base = _before(files, options.profile, environment, country)
    if options.looks_only and options.profile in files.names() and not base.looks_only:
        raise UsageError(
            f"profile {options.profile} acts on orders, and would lose the keys that they need: "
            "give the one that only looks another name"
        )
    base = replace(base, looks_only=options.looks_only)
    given = {name: getattr(options, name) for name in _GIVEN}
    given = {name: value for name, value in given.items() if value is not None}
    if options.relay_url:
        # Another relay, or another person: what the relay tells comes with the enrolment.
        base = replace(base, relay_merchant="", relay_public_url="", person_id="", agent="")
    if options.confirmation_action:
        base = replace(base, confirmation_action=UrlAction(options.confirmation_action))
    profile = replace(base, **given)
    if options.affirm_url and environment is not Environment.SIMULATOR:
        raise UsageError("--affirm-url goes with --environment simulator only")
    if environment is Environment.SIMULATOR and not profile.affirm_url:
        raise UsageError("--environment simulator needs --affirm-url")
    return profile


def _before(files: ProfileFiles, name: str, environment: Environment, country: Country) -> Profile:
    """The profile of that name, if it is of the same place: else nothing of it holds."""
    with contextlib.suppress(SettingsError):  # none of that name, or none that can be read
        kept = files.load(name)
        if (kept.environment, kept.country) == (environment, country):
            return kept
    if files.is_spoilt(name):
        _complain(
            f"the settings of profile {name} cannot be read: they are begun anew, "
            f"and what was there is kept as {name}.toml{SPOILT_SUFFIX}"
        )
    is_affirm = environment is not Environment.SIMULATOR
    url = default_affirm_url(environment, country) if is_affirm else ""
    return Profile(name, environment, country, url)


def _read_keys(stream: TextIO) -> Credentials:
    if stream.isatty():
        print("Public key, then private key, one per line:", file=sys.stderr)
    try:
        public_key, private_key = stream.readline().strip(), stream.readline().strip()
    except UnicodeDecodeError:
        raise UsageError("what came on standard input is no text, so no keys") from None
    if not public_key or not private_key:
        raise UsageError("standard input must give two lines: the public key, then the private key")
    for number, key in enumerate((public_key, private_key), start=1):
        if not is_key(key):
            raise UsageError(f"line {number} of standard input has characters that no key has")
    return Credentials(public_key, private_key)


def _read_data_key(stream: TextIO) -> DataKey:
    if stream.isatty():
        print(
            "The merchant's data key (telesales-desktop sealing-key --data-key):", file=sys.stderr
        )
    try:
        return DataKey.from_hex(stream.readline().strip())
    except (UnicodeDecodeError, SealedError):
        raise UsageError(
            "standard input must give the merchant's data key, as sealing-key --data-key prints it"
        ) from None


async def _set_up_looking(profile: Profile, data_key: DataKey, options: argparse.Namespace) -> int:
    """A supervisor who only looks: nothing is asked of Affirm."""
    checks = connection_tests(options.data_dir)
    checks.check_folders(profile)
    print(f"Keyring: {await checks.check_keyring()}.")
    profile = await checks.check_relay(profile, options.enrolment_code)
    print(f"Relay: enrolled as {profile.relay_merchant}.")
    await _save(checks, profile, checks.save_looking(profile, data_key))
    print(f"Profile {profile.name} is ready. It shows orders and acts on none.")
    await _compare(checks, profile)
    return 0


async def _set_up(profile: Profile, credentials: Credentials, options: argparse.Namespace) -> int:
    checks = connection_tests(options.data_dir)
    checks.check_folders(profile)
    print(f"Keyring: {await checks.check_keyring()}.")
    try:
        await checks.check_keys(profile, credentials)
        print("Affirm: the keys are accepted.")
    except (AffirmUnreachableError, AffirmBusyError) as lost:
        # A machine may be set up before it is connected: said, and not taken for a refusal.
        why = f" ({lost})" if isinstance(lost, AffirmUnreachableError) else ""
        print(f"Affirm: not reached{why}, so the keys are not proved yet.", file=sys.stderr)
    if options.relay_url:
        profile = await checks.check_relay(profile, options.enrolment_code)
        print(f"Relay: enrolled as {profile.relay_merchant}.")
    await _save(checks, profile, checks.save(profile, credentials))
    gaps = profile_gaps(profile)
    for gap in gaps:
        _complain(f"the profile cannot send yet: {_gap(f'{gap.field}: {gap.problem}')}")
    print(f"Profile {profile.name} is {'kept' if gaps else 'ready'}.")
    if profile.relay_url:
        await _compare(checks, profile)
    if options.relay_url:
        print(_REQUEST.format(base=profile.relay_public_url))
    return 0


async def _save(checks: ConnectionTests, profile: Profile, saving: Awaitable[None]) -> None:
    """Keep the profile; what the relay gave out goes back if it cannot be kept."""
    try:
        await saving
    except BaseException:  # Ctrl+C too, such as at a keyring that asks for its password
        await _give_back(checks, profile)
        raise


async def _give_back(checks: ConnectionTests, profile: Profile) -> None:
    """A token that could not be kept is worthless from now on."""
    try:
        await checks.abandon(profile)
    except RelayError:
        _complain("the relay has given out a token that was not kept; revoke it there")


async def _compare(checks: ConnectionTests, profile: Profile) -> None:
    """Open the merchant's data key now, while somebody looks: every start does it again."""
    try:
        state = await checks.compare(profile)
    except RelayFingerprintError:
        _complain("the relay's sealing key is not this merchant's: nothing is shared through it")
    except DataKeyMissingError:
        _complain(
            "the merchant's data key does not open with this API key: run telesales-desktop "
            "sealing-key --rewrap where the old API key is at hand"
        )
    except TelesalesError as error:
        _complain(f"the sealing key was not compared yet: {plain_sentence(error)}")
    else:
        if state.agrees:
            print(f"Sealing key: {state.ours}.")
        else:
            _complain("the relay has no sealing key yet: it takes no webhooks")


def sentence(error: TelesalesError) -> str:
    """One line that says what is wrong and what to do."""
    match error:
        case SettingsError():
            parts = str(error).split(", ")
            return "; ".join(map(_gap, parts)) if all(map(_is_gap, parts)) else str(error)
        case AffirmCredentialsError():
            return (
                f"Affirm does not accept these keys ({error.reason}); check that they belong to "
                "this environment and country"
            )
        case AffirmError():
            return "Affirm's answer proves nothing about the keys; try again later"
        case _:
            return plain_sentence(error)


def _is_gap(text: str) -> bool:
    return text.partition(": ")[0] in _OPTIONS


def _gap(text: str) -> str:
    field, _, problem = text.partition(": ")
    return f"{_OPTIONS.get(field, field)} {_PROBLEMS.get(problem, problem)}"


def _complain(told: str) -> None:
    print(f"telesales-desktop configure: {told}", file=sys.stderr)
