"""Does a real Secret Service keep our secrets, hostile environment or not, and say when it is locked?"""

import asyncio
import os
import subprocess
import sys
import uuid

import pytest

from telesales_desktop.adapters.keyring_store import KeyringStore
from telesales_desktop.adapters.secret_stores import (
    open_secret_store,
    read_credentials,
    write_credentials,
)
from telesales_desktop.application.ports import Credentials, SecretName
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.money import Country, Environment

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's"),
]


@pytest.fixture
def profile():
    return Profile(
        f"journey-{uuid.uuid4().hex[:8]}",
        Environment.SANDBOX,
        Country.US,
        "https://sandbox.affirm.com",
    )


async def test_a_key_pair_survives_in_the_real_keyring(profile):
    store = open_secret_store(profile)
    assert isinstance(store, KeyringStore)
    assert await store.check() == "Secret Service"
    with pytest.raises(CredentialsError) as missing:
        await read_credentials(store, profile)
    assert missing.value.problem == "missing"
    keys = Credentials("PUBLICKEY0123456", "private-key-0123456789")
    await write_credentials(store, profile, keys)
    try:
        assert await read_credentials(KeyringStore(), profile) == keys
        await store.write(profile.name, SecretName.RELAY_TOKEN, "é" * 1_280)
        assert await store.read(profile.name, SecretName.RELAY_TOKEN) == "é" * 1_280
    finally:
        for name in SecretName:
            await store.delete(profile.name, name)
    assert await store.read(profile.name, SecretName.PRIVATE_KEY) is None


async def test_calls_at_once_do_not_mix(profile):
    store = KeyringStore()
    names = list(SecretName)
    await asyncio.gather(*(store.write(profile.name, n, f"value of {n.value}") for n in names))
    found = await asyncio.gather(*(store.read(profile.name, n) for n in names))
    assert found == [f"value of {n.value}" for n in names]
    await asyncio.gather(*(store.delete(profile.name, n) for n in names))


def test_a_variable_that_names_a_forgetful_keyring_is_not_honoured(profile):
    source = """
import asyncio, sys
from telesales_desktop.adapters.keyring_store import KeyringStore
print(asyncio.run(KeyringStore().check()))
"""
    environment = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/none",
        "KEYRING_PROPERTY_SCHEME": "KeePassXC",
    }
    done = subprocess.run(
        [sys.executable, "-c", source], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "Secret Service"


LOCKED = """
import asyncio, secretstorage
from telesales_desktop.adapters.keyring_store import KeyringStore
from telesales_desktop.application.ports import SecretName
from telesales_desktop.domain.errors import CredentialsError

async def tried():
    store = KeyringStore(deadline_s=5)
    await store.check()
    bus = secretstorage.dbus_init()
    secretstorage.get_default_collection(bus).lock()
    bus.close()
    try:
        await store.read("journey", SecretName.PRIVATE_KEY)
    except CredentialsError as error:
        return error.problem

print(asyncio.run(tried()))
"""


def test_a_locked_keyring_says_so_and_nothing_hangs(tmp_path):
    """On a bus and with a keyring of its own, so that no other test meets the lock."""
    inner = (
        "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "
        '"$0" -c "$1"'
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}
    }
    environment |= {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    environment |= {"XDG_DATA_HOME": str(tmp_path / "data")}
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", inner, sys.executable, LOCKED],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.strip() in ("locked", "timed_out"), done.stderr
