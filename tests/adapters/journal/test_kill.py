"""Is everything that was acknowledged there after ``kill -9``, whenever it falls?

``TELESALES_KILLS=1000`` makes the long run. A killed program leaves what it wrote to the system:
what a power cut leaves is the campaign's matter (``tests/campaigns/power_cut.py``).
"""

import os
import signal
import subprocess
import sys

import pytest

from tests.adapters.journal.conftest import store_at
from tests.adapters.journal.samples import KEY

KILLS = 12
PARTS = max(1, -(-int(os.environ.get("TELESALES_KILLS", "0")) // KILLS))

WRITER = """
import sys
from pathlib import Path
from tests.adapters.journal.conftest import store_at
from telesales_desktop.application.ports import Cursor
from tests.adapters.journal.samples import created, delivery, new_order, step
store = store_at(Path(sys.argv[1]), sys.argv[2])
first = int(sys.argv[3])
print("ready", flush=True)
store.open()
for number in range(first, first + 100_000):
    store.take_in([delivery(number)], merchant="m", cursor=Cursor("e", str(number)))
    print("delivery", number, flush=True)
    applied = delivery(number).delivery_id
    store.commit(created(number, applied_delivery=applied, delivery_note="n"))
    print("order", number, flush=True)
    store.commit(step(new_order(number), agent="late"))
    print("late", number, flush=True)
    if number % 3 == 0:
        store.checkpoint()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of other systems")
@pytest.mark.parametrize("part", range(PARTS))
def test_what_was_acknowledged_is_there(path, chance, part):
    acknowledged = {"delivery": set(), "order": set(), "late": set()}
    for cycle in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), KEY, str(cycle * 100_000)],
            stdout=subprocess.PIPE,
            text=True,
        )
        with writer:
            assert writer.stdout.readline() == "ready\n"
            lines = chance.randrange(0, 40)
            told = [writer.stdout.readline() for _ in range(lines)]
            if not lines:
                os.sched_yield()
            writer.send_signal(signal.SIGKILL)
            told += writer.stdout.readlines()
        for line in told:
            if line.endswith("\n"):
                what, number = line.split()
                acknowledged[what].add(int(number))
        demand(path, acknowledged)
    assert len(acknowledged["late"]) > KILLS


def demand(path, acknowledged):
    store = store_at(path)
    store.open()
    files = {int(f.order.order_id[3:]): f.order for f in store.load_open_orders()}
    assert acknowledged["order"] <= files.keys()
    assert all(files[n].agent == "late" for n in acknowledged["late"])
    open_ones = [int(d.cursor) for d in store.unapplied_deliveries()]
    assert acknowledged["delivery"] <= files.keys() | set(open_ones)
    assert not files.keys() & set(open_ones)  # applied and there, or neither
    if acknowledged["delivery"]:
        assert int(store.cursor("m").position) >= max(acknowledged["delivery"])
    assert store.examine() == ()
    store.let_go()
