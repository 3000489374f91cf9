"""Can secrets rest in memory for practice, and for nothing else?"""

from dataclasses import replace

import pytest

from telesales_desktop.adapters.keyring_store import MAX_SECRET_CHARS, KeyringStore
from telesales_desktop.adapters.secret_stores import (
    MemorySecretStore,
    open_secret_store,
    read_credentials,
    write_credentials,
)
from telesales_desktop.application.ports import Credentials, SecretName
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.money import Country, Environment

PRACTICE = Profile(
    "demo", Environment.SIMULATOR, Country.US, "http://127.0.0.1:8000", practice=True
)
KEYS = Credentials("PUBLIC", "private")


@pytest.mark.parametrize(
    "profile",
    [
        replace(PRACTICE, practice=False),
        replace(PRACTICE, environment=Environment.SANDBOX),
        replace(PRACTICE, environment=Environment.LIVE),
    ],
)
def test_memory_is_refused_to_every_profile_that_is_not_for_practice(profile):
    with pytest.raises(CredentialsError) as refused:
        MemorySecretStore(profile)
    assert refused.value.problem == "not_allowed"


def test_practice_keeps_in_memory_and_everyone_else_in_the_keyring():
    assert isinstance(open_secret_store(PRACTICE), MemorySecretStore)
    assert isinstance(open_secret_store(replace(PRACTICE, practice=False)), KeyringStore)
    with pytest.raises(CredentialsError):
        open_secret_store(replace(PRACTICE, environment=Environment.LIVE))


async def test_memory_keeps_reads_and_forgets():
    store = MemorySecretStore(PRACTICE)
    assert await store.check() == "memory"
    assert await store.read("demo", SecretName.RELAY_TOKEN) is None
    await store.write("demo", SecretName.RELAY_TOKEN, "token")
    assert await store.read("demo", SecretName.RELAY_TOKEN) == "token"
    await store.delete("demo", SecretName.RELAY_TOKEN)
    await store.delete("demo", SecretName.RELAY_TOKEN)
    assert await store.read("demo", SecretName.RELAY_TOKEN) is None


async def test_memory_serves_its_own_profile_and_refuses_what_a_keyring_would():
    store = MemorySecretStore(PRACTICE)
    for call in (
        store.read("shop", SecretName.PRIVATE_KEY),
        store.write("shop", SecretName.PRIVATE_KEY, "x"),
        store.delete("shop", SecretName.PRIVATE_KEY),
        store.write("demo", SecretName.PRIVATE_KEY, ""),
        store.write("demo", SecretName.PRIVATE_KEY, "x" * (MAX_SECRET_CHARS + 1)),
    ):
        with pytest.raises(CredentialsError) as refused:
            await call
        assert refused.value.problem == "not_allowed"


async def test_a_key_pair_comes_back_and_never_shows():
    store = MemorySecretStore(PRACTICE)
    await write_credentials(store, PRACTICE, KEYS)
    assert await read_credentials(store, PRACTICE) == KEYS
    assert "private" not in repr(await read_credentials(store, PRACTICE)).replace("private_key", "")


@pytest.mark.parametrize("lost", [SecretName.PUBLIC_KEY, SecretName.PRIVATE_KEY])
async def test_half_a_key_pair_is_missing(lost):
    store = MemorySecretStore(PRACTICE)
    await write_credentials(store, PRACTICE, KEYS)
    await store.delete("demo", lost)
    with pytest.raises(CredentialsError) as missing:
        await read_credentials(store, PRACTICE)
    assert missing.value.problem == "missing"


@pytest.mark.parametrize("key", ["two words", "a:b", "line\n", "clé", "\x00"])
async def test_a_key_that_cannot_travel_is_refused_before_anything_is_kept(key):
    store = MemorySecretStore(PRACTICE)
    for keys in (Credentials(key, "private"), Credentials("PUBLIC", key)):
        with pytest.raises(CredentialsError) as refused:
            await write_credentials(store, PRACTICE, keys)
        assert refused.value.problem == "not_allowed"
    assert await store.read("demo", SecretName.PRIVATE_KEY) is None
