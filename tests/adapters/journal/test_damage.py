"""Is a journal whose bytes were changed or cut noticed, before anything in it is believed?

``TELESALES_DAMAGE=10000`` makes the long run, ``TELESALES_SEED`` another one.
"""

import shutil

import pytest

from telesales_desktop.application.ports import Cursor, SearchQuery
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal.conftest import parts, store_at
from tests.adapters.journal.samples import (
    created,
    delivery,
    details,
    finished_order,
    new_order,
    order_id,
    step,
)

COPIES = 150
ORDERS = 12


def contents(store):
    """All that the program would ever believe."""
    return (
        store.load_open_orders(),
        [store.load_order(order_id(n)) for n in range(ORDERS + 2)],
        [store.timeline(order_id(n)) for n in range(ORDERS + 2)],
        store.search(SearchQuery(text="marie")),
        store.search(SearchQuery(text="m")),
        store.unapplied_deliveries(),
        store.cursor("m"),
        store.drafts(),
        store.verify_audit(),
    )


@pytest.fixture(params=["closed", "killed"])
def original(request, tmp_path):
    """A journal as a program leaves it, orderly or not (then its log is not moved)."""
    path = tmp_path / "original" / "journal.db"
    path.parent.mkdir()
    store = store_at(path)
    store.open()
    for number in range(ORDERS):
        made = finished_order(number) if number % 2 else new_order(number)
        store.commit(created(number, order=made, details=details(number)))
    store.take_in([delivery(n) for n in range(3)], merchant="m", cursor=Cursor("e", "1"))
    if request.param == "closed":
        store.close()
        store.open()
        believed = contents(store)
        store.close()
    else:
        store.checkpoint()
        for number in range(0, ORDERS, 2):
            store.commit(step(new_order(number), agent="late"))
        believed = contents(store)
        store.let_go()
    return path, believed


def copy_of(original, folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(original.parent, folder)
    return folder / original.name


def is_noticed(path, believed):
    """Whether it is refused with the right reason; if not, everything must be as it was."""
    store = store_at(path)
    try:
        store.open()
        assert contents(store) == believed
        return bool(store.examine())
    except JournalError as error:
        return error.problem in ("damaged", "wrong_key", "newer")
    finally:
        store.let_go()


def test_an_unharmed_copy_is_believed(original, tmp_path):
    path, believed = original
    assert not is_noticed(copy_of(path, tmp_path / "copy"), believed)


@pytest.mark.parametrize("part", parts(COPIES))
def test_every_flipped_bit_is_noticed_or_harmless(original, tmp_path, chance, part):
    path, believed = original
    noticed = 0
    for _ in range(COPIES):
        copy = copy_of(path, tmp_path / "copy")
        changed = chance.choice([p for p in sorted(copy.parent.iterdir()) if p.stat().st_size])
        content = bytearray(changed.read_bytes())
        for _ in range(chance.choice([1, 1, 1, 8])):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        changed.write_bytes(content)
        noticed += is_noticed(copy, believed)
    assert noticed > COPIES / 4  # a flipped mark is harmless, and so is what nobody reads


@pytest.mark.parametrize("part", parts(COPIES))
def test_every_cut_is_noticed_or_harmless(original, tmp_path, chance, part):
    path, believed = original
    noticed = 0
    for _ in range(COPIES // 3):
        copy = copy_of(path, tmp_path / "copy")
        changed = chance.choice([p for p in sorted(copy.parent.iterdir()) if p.stat().st_size])
        size = chance.randrange(changed.stat().st_size)
        with changed.open("r+b") as file:
            file.truncate(size)
        noticed += is_noticed(copy, believed)
    assert noticed > COPIES / 30  # or nothing would be looked at


@pytest.mark.parametrize("part", parts(COPIES))
def test_every_overwritten_sector_is_noticed_or_harmless(original, tmp_path, chance, part):
    path, believed = original
    noticed = 0
    for _ in range(COPIES // 3):
        copy = copy_of(path, tmp_path / "copy")
        changed = chance.choice([p for p in sorted(copy.parent.iterdir()) if p.stat().st_size])
        content = bytearray(changed.read_bytes())
        place = chance.randrange(0, len(content), 512)
        end = min(place + 512, len(content))
        content[place:end] = chance.randbytes(end - place)
        changed.write_bytes(content)
        noticed += is_noticed(copy, believed)
    assert noticed > COPIES / 30  # or nothing would be looked at
