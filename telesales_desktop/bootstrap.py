"""Which object serves which? The graph of one profile, built in one place."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable, Sequence
from pathlib import Path

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.clock import SystemClock
from telesales_desktop.adapters.connection_tests import ConnectionTests
from telesales_desktop.adapters.data_paths import config_root, data_root, prepare_profile_directory
from telesales_desktop.adapters.desk_keys import DeskKeys
from telesales_desktop.adapters.journal import EncryptedJournal
from telesales_desktop.adapters.people_files import PeopleFiles
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.adapters.relay_enrolment import enrol_workstation, leave_relay
from telesales_desktop.adapters.relay_trust import compare_sealing
from telesales_desktop.adapters.secret_stores import open_secret_store, read_credentials
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.adapters.shared_relay import SharedRelay
from telesales_desktop.adapters.webhook_parsing import read_delivery
from telesales_desktop.adapters.webhook_signature import SignatureChecker
from telesales_desktop.adapters.workstation_people import PeopleHere
from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.ports import Credentials, SecretName, SecretStore
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.keys import order_key
from telesales_desktop.wire.addresses import landing_url

JOURNAL_FILE = "journal.db"
_KEY_BYTES = 32


def profile_files(data_dir: Path | None) -> ProfileFiles:
    """The settings of every profile on this workstation."""
    return ProfileFiles(config_root(data_dir))


def connection_tests(data_dir: Path | None) -> ConnectionTests:
    """What the set-up assistant and ``configure`` try."""
    return ConnectionTests(
        profile_files(data_dir),
        PeopleFiles(config_root(data_dir)),
        enrol_workstation,
        leave_relay,
        compare_sealing,
        data_root=data_root(data_dir),
    )


def workstation_people(profile_name: str, data_dir: Path | None) -> PeopleHere:
    """Who shares this workstation, for one profile: what Settings and the command line ask."""
    return PeopleHere(
        profile_name,
        profile_files(data_dir),
        PeopleFiles(config_root(data_dir)),
        enrol_workstation,
        leave_relay,
    )


async def build_desk(
    profile: Profile,
    *,
    data_dir: Path | None = None,
    secrets: SecretStore | None = None,
    read_spacing_s: float = 1.0,
    silence_s: float = 60.0,
    jitter_s: float = 10.0,
) -> OrderDesk:
    """The desk of one profile, not started yet. Units: seconds; see ``OrderDesk``.

    Errors: ``CredentialsError`` when the keyring cannot be used or holds no keys; ``JournalError``
    when the data must not lie where it would lie; ``SettingsError`` for an unsound profile.
    """
    store = secrets or open_secret_store(profile)
    await _ensure_keys(store, profile)  # said at the start, not at the first customer
    directory = prepare_profile_directory(data_root(data_dir), profile.name)
    journal_path = directory / JOURNAL_FILE
    journal_key = await _own_key(
        store, profile, SecretName.JOURNAL_KEY, may_make=not journal_path.exists()
    )
    keys = DeskKeys(store, profile)
    make_order_key = await _order_keys(store, profile, keys)

    async def credentials() -> Credentials:
        return await read_credentials(store, profile)

    async def private_keys() -> Sequence[str]:
        return [] if profile.looks_only else [(await credentials()).private_key]

    of = (profile.environment.value, profile.country.value)
    clock = SystemClock()
    relay = None
    if profile.relay_url:
        relay = SharedRelay(RelayClient(profile.relay_url, keys.token), keys, now=clock.now)
    return OrderDesk(
        profile,
        journal=EncryptedJournal(journal_path, journal_key, of=of),
        gateway=AffirmClient(profile, credentials, on_server_date=clock.observe_server_date),
        feed=relay,
        shared=relay,
        clock=clock,
        make_order_key=make_order_key,
        landing_urls=lambda key: landing_urls(profile, key),
        check_signature=SignatureChecker(private_keys),
        read_delivery=read_delivery,
        read_spacing_s=read_spacing_s,
        silence_s=silence_s,
        jitter_s=jitter_s,
    )


async def _ensure_keys(store: SecretStore, profile: Profile) -> None:
    """Who only looks has the merchant's data key and no key of Affirm's."""
    if not profile.looks_only:
        await read_credentials(store, profile)
    elif await store.read(profile.name, SecretName.DATA_KEY) is None:
        raise CredentialsError("missing", f"the keyring lacks {SecretName.DATA_KEY.value}")


def landing_urls(profile: Profile, key: str) -> tuple[str, str]:
    """Where Affirm sends the customer's browser: confirmed, cancelled.

    The profile's own addresses, with the order key in place of ``{order_key}``; else the relay's.
    """
    if profile.confirmation_url and profile.cancel_url:
        own = (profile.confirmation_url, profile.cancel_url)
        return own[0].replace("{order_key}", key), own[1].replace("{order_key}", key)
    if not profile.relay_public_url or not profile.relay_merchant:
        return "", ""
    base, merchant = profile.relay_public_url, profile.relay_merchant
    return (
        landing_url(base, merchant, key, "confirmed"),
        landing_url(base, merchant, key, "cancelled"),
    )


async def _order_keys(store: SecretStore, profile: Profile, keys: DeskKeys) -> Callable[[str], str]:
    """Names orders alike at every desk of the merchant, once the merchant's data key is open here.

    An order keeps the name that it was given.
    """
    await keys.data_key()
    own = bytes.fromhex(await _own_key(store, profile, SecretName.ORDER_KEY_SECRET, may_make=True))

    def make(order_id: str) -> str:
        shared = keys.known_data_key
        secret = shared.order_key_key if shared else own
        return order_key(secret, profile.environment.value, order_id)

    return make


async def _own_key(
    store: SecretStore, profile: Profile, name: SecretName, *, may_make: bool
) -> str:
    """A random 256-bit key of this workstation, as hexadecimal digits.

    Errors: ``CredentialsError`` ``missing`` when there is a journal and its key is gone: a new key
    would not open it, and a new journal would forget what is in flight.
    """
    kept = await store.read(profile.name, name)
    if kept:
        return kept
    if not may_make:
        raise CredentialsError("missing", f"the keyring lacks {name.value}")
    made = random.token_bytes(_KEY_BYTES).hex()
    await store.write(profile.name, name, made)
    return made
