import asyncio
import platform
from dataclasses import replace

import pytest

from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.adapters.desk_keys import DeskKeys, person_place, this_workstation
from telesales_desktop.adapters.secret_stores import MemorySecretStore
from telesales_desktop.application.ports import SecretName
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.relay_errors import RelayTokenRefusedError
from tests.adapters.relay_bench import PROFILE, token_of

OTHER = replace(PROFILE, person_id="p" + "b" * 15, agent="Sam S.")


@pytest.fixture
def store():
    return MemorySecretStore(PROFILE)


async def test_two_people_have_two_tokens_and_two_keys_and_one_data_key(store):
    dana, sam = DeskKeys(store, PROFILE), DeskKeys(store, OTHER)
    for keys, profile, letter in ((dana, PROFILE, "a"), (sam, OTHER, "b")):
        token = token_of(letter * 10)
        await store.write(person_place(profile), SecretName.RELAY_TOKEN, token)
        assert await keys.token() == token
        assert (await keys.identity()).token_id == letter * 10
    assert (await dana.person_key()).public_key != (await sam.person_key()).public_key
    data_key = DataKey.make()
    await dana.keep_data_key(data_key)
    assert await sam.data_key() == data_key == dana.known_data_key
    assert (dana.merchant, dana.environment) == ("main", "simulator")


async def test_keys_are_made_once_and_read_again(store):
    made = await DeskKeys(store, PROFILE).person_key()
    again = DeskKeys(store, PROFILE)
    assert (await again.person_key()).public_key == made.public_key
    assert await again.person_key() is await again.person_key()
    assert await again.data_key() is None
    assert again.known_data_key is None


async def test_two_that_sign_at_the_same_time_sign_with_the_key_that_is_kept(store):
    """A keyring answers late: the feed tells the key while a claim is signed with it."""

    class Late(MemorySecretStore):
        async def read(self, profile, name):
            await asyncio.sleep(0)
            return await super().read(profile, name)

        async def write(self, profile, name, value):
            await asyncio.sleep(0)
            await super().write(profile, name, value)

    late = Late(PROFILE)
    keys = DeskKeys(late, PROFILE)
    one, other = await asyncio.gather(keys.person_key(), keys.person_key())
    kept = await DeskKeys(late, PROFILE).person_key()
    assert one.public_key == other.public_key == kept.public_key


@pytest.mark.parametrize("token", ["", "atr1_x", "something"])
async def test_without_a_token_nobody_works_here(store, token):
    if token:
        await store.write(person_place(PROFILE), SecretName.RELAY_TOKEN, token)
    with pytest.raises(RelayTokenRefusedError):
        await DeskKeys(store, PROFILE).identity()


async def test_without_a_person_nobody_works_here(store):
    profile = replace(PROFILE, person_id="")
    assert person_place(profile) == "demo"
    await store.write("demo", SecretName.RELAY_TOKEN, token_of("a" * 10))
    with pytest.raises(RelayTokenRefusedError):
        await DeskKeys(store, profile).identity()


async def test_what_is_no_key_is_not_taken_for_none(store):
    """A new key in the place of one that cannot be read would be a silent change of hands."""
    await store.write("demo", SecretName.DATA_KEY, "rubbish")
    await store.write(person_place(PROFILE), SecretName.PERSON_KEY, "rubbish")
    keys = DeskKeys(store, PROFILE)
    for read in (keys.data_key, keys.person_key):
        with pytest.raises(CredentialsError) as raised:
            await read()
        assert raised.value.problem == "refused"


@pytest.mark.parametrize(
    ("node", "named"), [("desk-7", "desk-7"), ("", "workstation"), ("a\x00b", "ab")]
)
def test_a_workstation_has_its_machines_name(monkeypatch, node, named):
    monkeypatch.setattr(platform, "node", lambda: node)
    assert this_workstation() == named
