"""What the journal's tests share: a file of its own for each, and ways to look at it."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.adapters.journal.mark import FileMark
from telesales_desktop.adapters.journal.store import JournalStore
from tests.adapters.journal.samples import KEY


def store_at(path: Path, key: str = KEY, vfs: str | None = None) -> JournalStore:
    """A store on a file, as ``EncryptedJournal`` makes it, not opened yet."""
    return JournalStore(
        str(path),
        JournalKey(key),
        FileMark(path.with_name(path.name + "-mark")),
        read_start=lambda: path.read_bytes()[:16],
        vfs=vfs,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def store(path: Path) -> Iterator[JournalStore]:
    opened = store_at(path)
    opened.open()
    yield opened
    opened.let_go()


@dataclass(frozen=True)
class Seeded:
    """Chance that can be repeated, and how much of it was asked for."""

    random: random.Random
    edits: int | None
    copies: int | None


@pytest.fixture
def seeded() -> Seeded:
    """``TELESALES_DAMAGE=10000`` makes the long run of what is random here."""
    amount = os.environ.get("TELESALES_DAMAGE")
    count = int(amount) if amount else None
    return Seeded(random.Random(os.environ.get("TELESALES_SEED", "1")), count, count)
