"""How does IT set a workstation up without the window? The assistant's checks, in words."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TextIO

from telesales_desktop.adapters.affirm_hosts import default_affirm_url
from telesales_desktop.adapters.profile_checks import ensure_sound, profile_gaps
from telesales_desktop.adapters.secret_stores import is_key
from telesales_desktop.application.ports import Credentials
from telesales_desktop.application.profile import Profile, UrlAction
from telesales_desktop.bootstrap import connection_tests
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmError,
    AffirmUnreachableError,
    CredentialsError,
    SettingsError,
    TelesalesError,
)
from telesales_desktop.domain.money import Country, Environment

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
}
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
_KEYRING = {
    "no_keyring": "this system has no keyring; install one (on Linux: gnome-keyring or KWallet)",
    "locked": "the keyring is locked; unlock it, then try again",
    "refused": "the keyring refused to keep a secret",
    "not_allowed": "the keyring, or what was to be kept in it, is not allowed",
    "timed_out": "the keyring did not answer; it may be waiting for its password",
    "missing": "the keyring has no keys for this profile",
}


class UsageError(Exception):
    """What was given cannot be right, whatever the world outside says."""


def configure(options: argparse.Namespace, keys: TextIO) -> int:
    """Exit status: 0 set up, 1 something outside refused (nothing was kept), 2 wrong use."""
    try:
        profile = _profile(options)
        credentials = _read_keys(keys)
        ensure_sound(profile)
    except UsageError as wrong:
        _complain(str(wrong))
        return USAGE
    except SettingsError as wrong:
        _complain(sentence(wrong))
        return USAGE
    try:
        return asyncio.run(_set_up(profile, credentials, options))
    except TelesalesError as refused:
        _complain(sentence(refused))
        return FAILED


def _profile(options: argparse.Namespace) -> Profile:
    environment = Environment(options.environment)
    if options.affirm_url and environment is not Environment.SIMULATOR:
        raise UsageError("--affirm-url goes with --environment simulator only")
    if environment is Environment.SIMULATOR and not options.affirm_url:
        raise UsageError("--environment simulator needs --affirm-url")
    if bool(options.relay_url) != bool(options.enrolment_code):
        raise UsageError("--relay-url and --enrolment-code go together")
    country = Country(options.country)
    return Profile(
        name=options.profile,
        environment=environment,
        country=country,
        affirm_url=options.affirm_url or default_affirm_url(environment, country),
        merchant_name=options.merchant_name,
        relay_url=options.relay_url,
        confirmation_url=options.confirmation_url,
        cancel_url=options.cancel_url,
        confirmation_action=UrlAction(options.confirmation_action),
        store=options.store,
        entity=options.entity,
        agent=options.agent,
    )


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


async def _set_up(profile: Profile, credentials: Credentials, options: argparse.Namespace) -> int:
    checks = connection_tests(options.data_dir)
    backend = await checks.check_keyring()
    print(f"Keyring: {backend}.")
    try:
        await checks.check_keys(profile, credentials)
        print("Affirm: the keys are accepted.")
    except (AffirmUnreachableError, AffirmBusyError):
        # A machine may be set up before it is connected: said, and not taken for a refusal.
        print("Affirm: not reached, so the keys are not proved yet.", file=sys.stderr)
    if profile.relay_url:
        profile = await checks.check_relay(profile, options.enrolment_code)
        print(f"Relay: enrolled as {profile.relay_merchant}.")
    await checks.save(profile, credentials)
    gaps = profile_gaps(profile)
    for gap in gaps:
        _complain(f"the profile cannot send yet: {_gap(f'{gap.field}: {gap.problem}')}")
    print(f"Profile {profile.name} is {'kept' if gaps else 'ready'}.")
    if profile.relay_public_url:
        print(_REQUEST.format(base=profile.relay_public_url))
    return 0


def sentence(error: TelesalesError) -> str:
    """One line that says what is wrong and what to do."""
    match error:
        case SettingsError():
            parts = str(error).split(", ")
            return "; ".join(map(_gap, parts)) if all(map(_is_gap, parts)) else str(error)
        case CredentialsError():
            return _KEYRING.get(error.problem, str(error))
        case AffirmCredentialsError():
            return (
                f"Affirm does not accept these keys ({error.reason}); check that they belong to "
                "this environment and country"
            )
        case AffirmError():
            return "Affirm's answer proves nothing about the keys; try again later"
        case _:
            return str(error)


def _is_gap(text: str) -> bool:
    return text.partition(": ")[0] in _OPTIONS


def _gap(text: str) -> str:
    field, _, problem = text.partition(": ")
    return f"{_OPTIONS.get(field, field)} {_PROBLEMS.get(problem, problem)}"


def _complain(told: str) -> None:
    print(f"telesales-desktop configure: {told}", file=sys.stderr)
