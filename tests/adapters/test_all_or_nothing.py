import pytest

from telesales_desktop.adapters.all_or_nothing import all_or_nothing
from telesales_desktop.adapters.secret_stores import MemorySecretStore
from telesales_desktop.application.ports import SecretName
from telesales_desktop.domain.errors import CredentialsError, SettingsError
from tests.adapters.relay_bench import PROFILE

TOKEN, KEY = SecretName.RELAY_TOKEN, SecretName.DATA_KEY


class StopError(Exception):
    pass


async def test_what_ends_well_is_kept():
    store = MemorySecretStore(PROFILE)
    async with all_or_nothing(store) as kept:
        await kept.write("demo", TOKEN, "new")
        assert await kept.read("demo", TOKEN) == "new"
        assert await kept.check() == "memory"
        kept.on_failure(lambda: pytest.fail("nothing failed"))
    assert await store.read("demo", TOKEN) == "new"


async def test_what_fails_is_as_it_was_last_step_first():
    store = MemorySecretStore(PROFILE)
    await store.write("demo", TOKEN, "old")
    undone = []

    async def fails_at_the_end():
        async with all_or_nothing(store) as kept:
            kept.on_failure(lambda: undone.append(1))
            kept.on_failure(lambda: undone.append(2))
            await kept.write("demo", TOKEN, "new")
            await kept.write("demo", TOKEN, "newer")
            await kept.write("demo", KEY, "new")
            await kept.delete("demo", TOKEN)
            raise StopError

    with pytest.raises(StopError):
        await fails_at_the_end()
    assert await store.read("demo", TOKEN) == "old"
    assert await store.read("demo", KEY) is None
    assert undone == [2, 1]


async def test_what_cannot_be_put_back_does_not_stop_the_rest(caplog):
    class Stubborn(MemorySecretStore):
        async def delete(self, profile, name):
            if name is KEY:
                raise CredentialsError("locked")
            await super().delete(profile, name)

    def fail():
        raise SettingsError("cannot write")

    store = Stubborn(PROFILE)

    async def fails_at_the_end():
        async with all_or_nothing(store) as kept:
            kept.on_failure(fail)
            await kept.write("demo", TOKEN, "new")
            await kept.write("demo", KEY, "new")
            raise StopError

    with pytest.raises(StopError):
        await fails_at_the_end()
    assert await store.read("demo", TOKEN) is None
    assert "could not be put back: locked" in caplog.text
