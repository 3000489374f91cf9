"""What the journal's tests share: a file of its own for each, and ways to look at it."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.adapters.journal.mark import FileMark
from telesales_desktop.adapters.journal.store import JournalStore
from tests.adapters.journal.samples import KEY


def store_at(
    path: Path, key: str = KEY, vfs: str | None = None, of: tuple[str, str] | None = None
) -> JournalStore:
    """A store on a file, as ``EncryptedJournal`` makes it, not opened yet."""
    return JournalStore(
        str(path),
        JournalKey(key),
        FileMark(path.with_name(path.name + "-mark")),
        read_start=lambda: path.read_bytes()[:16],
        vfs=vfs,
        of=of,
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


DAMAGE = int(os.environ.get("TELESALES_DAMAGE", "0"))
"""How many copies, edits and the like a long run asks for; 0 for the short one."""


def parts(each: int) -> range:
    """A long run in parts of so many, each a test that ends in a minute or so."""
    return range(max(1, -(-DAMAGE // each)))


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that can be repeated: of the test, and of ``TELESALES_SEED``."""
    return random.Random(f"{os.environ.get('TELESALES_SEED', '1')} {request.node.name}")
