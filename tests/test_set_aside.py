"""Is a damaged journal moved away whole, and a whole one never touched?"""

import pytest

from telesales_desktop.adapters.data_paths import data_root, prepare_profile_directory
from telesales_desktop.adapters.journal import EncryptedJournal
from telesales_desktop.adapters.secret_stores import MemorySecretStore
from telesales_desktop.application.ports import SecretName
from telesales_desktop.bootstrap import JOURNAL_FILE
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.money import Environment
from telesales_desktop.set_aside import set_journal_aside
from tests.ui import samples

KEY = "5a" * 32
PROFILE = samples.profile(Environment.SIMULATOR, practice=True)


@pytest.fixture
async def secrets():
    store = MemorySecretStore(PROFILE)
    await store.write(PROFILE.name, SecretName.JOURNAL_KEY, KEY)
    return store


@pytest.fixture
def path(tmp_path):
    return prepare_profile_directory(data_root(tmp_path), PROFILE.name) / JOURNAL_FILE


async def made(path):
    journal = EncryptedJournal(path, KEY)
    await journal.open()
    await journal.close()
    return path.read_bytes()


def aside(path):
    return [other for other in path.parent.iterdir() if ".aside-" in other.name]


async def test_a_whole_journal_stays(path, tmp_path, secrets):
    before = await made(path)
    assert not await set_journal_aside(PROFILE, tmp_path, secrets)
    assert path.read_bytes() == before
    assert aside(path) == []


async def test_a_damaged_one_is_kept_beside_the_next(path, tmp_path, secrets):
    whole = await made(path)
    damaged = whole[:4096] + bytes(len(whole) - 4096)
    path.write_bytes(damaged)
    assert await set_journal_aside(PROFILE, tmp_path, secrets)
    assert not path.exists()
    assert damaged in [part.read_bytes() for part in aside(path)]


async def test_without_a_journal_the_next_is_to_be_filled(path, tmp_path, secrets):
    assert await set_journal_aside(PROFILE, tmp_path, secrets)


async def test_one_that_another_copy_has_open_is_left_alone(path, tmp_path, secrets):
    journal = EncryptedJournal(path, KEY)
    await journal.open()
    try:
        with pytest.raises(JournalError) as refused:
            await set_journal_aside(PROFILE, tmp_path, secrets)
        assert refused.value.problem == "locked"
    finally:
        await journal.close()
    assert path.exists()
