"""Which object serves which? The graph of one profile, built in one place."""

from __future__ import annotations

import secrets as random
from collections.abc import Sequence
from pathlib import Path

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.clock import SystemClock
from telesales_desktop.adapters.connection_tests import ConnectionTests
from telesales_desktop.adapters.data_paths import config_root, data_root, prepare_profile_directory
from telesales_desktop.adapters.journal import EncryptedJournal
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.adapters.relay_enrolment import enrol_workstation
from telesales_desktop.adapters.secret_stores import open_secret_store, read_credentials
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.adapters.webhook_parsing import read_delivery
from telesales_desktop.adapters.webhook_signature import SignatureChecker
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
    return ConnectionTests(profile_files(data_dir), enrol_workstation)


async def build_desk(
    profile: Profile,
    *,
    data_dir: Path | None = None,
    secrets: SecretStore | None = None,
    read_spacing_s: float = 1.0,
) -> OrderDesk:
    """The desk of one profile, not started yet.

    Errors: ``CredentialsError`` when the keyring cannot be used or holds no keys; ``JournalError``
    when the data must not lie where it would lie; ``SettingsError`` for an unsound profile.
    """
    store = secrets or open_secret_store(profile)
    await read_credentials(store, profile)  # said at the start, not at the first customer
    directory = prepare_profile_directory(data_root(data_dir), profile.name)
    journal_path = directory / JOURNAL_FILE
    journal_key = await _own_key(
        store, profile, SecretName.JOURNAL_KEY, may_make=not journal_path.exists()
    )
    order_secret = await _own_key(store, profile, SecretName.ORDER_KEY_SECRET, may_make=True)

    async def credentials() -> Credentials:
        return await read_credentials(store, profile)

    async def private_keys() -> Sequence[str]:
        return [(await credentials()).private_key]

    async def relay_token() -> str | None:
        return await store.read(profile.name, SecretName.RELAY_TOKEN)

    clock = SystemClock()
    return OrderDesk(
        profile,
        journal=EncryptedJournal(journal_path, journal_key),
        gateway=AffirmClient(profile, credentials, on_server_date=clock.observe_server_date),
        feed=RelayClient(profile.relay_url, relay_token) if profile.relay_url else None,
        clock=clock,
        make_order_key=lambda order_id: order_key(
            bytes.fromhex(order_secret), profile.environment.value, order_id
        ),
        landing_urls=lambda key: landing_urls(profile, key),
        check_signature=SignatureChecker(private_keys),
        read_delivery=read_delivery,
        read_spacing_s=read_spacing_s,
    )


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
