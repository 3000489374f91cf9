"""How is a journal that cannot be used moved out of the way, and never a whole one?"""

from __future__ import annotations

from pathlib import Path

from telesales_desktop.adapters.data_paths import data_root, prepare_profile_directory
from telesales_desktop.adapters.journal import EncryptedJournal
from telesales_desktop.adapters.secret_stores import open_secret_store
from telesales_desktop.application.ports import JournalProblem, SecretName, SecretStore
from telesales_desktop.application.profile import Profile
from telesales_desktop.bootstrap import JOURNAL_FILE
from telesales_desktop.domain.errors import JournalError

_NO_KEY = "00" * 32
_USELESS = frozenset({JournalProblem.DAMAGED, JournalProblem.WRONG_KEY})


async def set_journal_aside(
    profile: Profile, data_dir: Path | None, secrets: SecretStore | None = None
) -> bool:
    """Move a damaged journal away, keeping it; false, and untouched, if it is whole.

    True also where there is none (any more), and for one whose filling was interrupted: it stays,
    and its filling is to be gone on with.

    Errors: ``JournalError`` for what is not damage (another copy has it open, a full disk);
    ``CredentialsError``.
    """
    store = secrets or open_secret_store(profile)
    path = prepare_profile_directory(data_root(data_dir), profile.name) / JOURNAL_FILE
    key = await store.read(profile.name, SecretName.JOURNAL_KEY)
    journal = EncryptedJournal(path, key or _NO_KEY)
    try:
        try:
            if path.exists():
                await journal.open()
                if not await journal.examine():
                    return await journal.is_unfilled()
        except JournalError as error:
            if error.problem not in _USELESS:
                raise
        await journal.set_aside()
    finally:
        await journal.close()
    return True
