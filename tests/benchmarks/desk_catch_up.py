"""How long does a supervisor's new desk need until it has, and shows, every order of its merchant?

    python -m tests.benchmarks.desk_catch_up [--orders 20000]

Real records, sealed as a desk seals them, in a real relay; then a supervisor's first start: it reads,
opens, judges and keeps each of them in its sealed journal, and has them on its floor. Then the
second start, from the journal. Beside it, in the same run: the same pages only read over HTTP.
Judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import sys
import time
from dataclasses import replace

from telesales_desktop.adapters.desk_keys import person_place
from telesales_desktop.adapters.record_content import write_content
from telesales_desktop.adapters.sealing import seal_record
from telesales_desktop.application.ports import OrderFile, SecretName
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import RecordContent
from telesales_desktop.relay import sqlite_file
from telesales_desktop.wire.sealing import record_place
from tests.benchmarks.floor_data import order_file
from tests.benchmarks.relay_catch_up import catch_up
from tests.journeys.several_desks import House, Seat, open_house, until

_AT_ONCE = 1000
_ORDER = (
    "INSERT INTO orders (merchant, order_key, seq, version, environment, owner, holder,"
    " holder_name, former, claim, claim_until_us, put_us, changed_us, sealed)"
    " VALUES (?, ?, ?, 1, ?, ?, NULL, '', NULL, NULL, 0, ?, ?, ?)"
)
_CHANGE = "INSERT INTO changes (merchant, seq, chain, at_us) VALUES (?, ?, ?, ?)"


async def fill(house: House, owner: Seat, orders: int) -> int:
    """Captured orders of one agent, at the relay; how many bytes each has there."""
    shared = owner.desk._sharing.shared
    data_key, me = await shared._data_key(), await shared.identity()
    environment, size = owner.profile.environment, 0
    db = sqlite_file.open_file(house.stage.folder / "relay.db")
    db.execute("BEGIN IMMEDIATE")
    merchant, seq = db.execute("SELECT merchant, seq FROM merchants").fetchone()
    now_us = time.time_ns() // 1000
    for start in range(0, orders, _AT_ONCE):
        rows, changes = [], []
        for number in range(start, min(start + _AT_ONCE, orders)):
            seq, key = seq + 1, f"{number:032x}"
            made = order_file(number, orders, archived=False)
            order = replace(made.order, order_key=key, environment=environment)
            file = OrderFile(order, made.details)
            plain = write_content(RecordContent(file, me.person_id, owner.profile.agent, "desk"))
            sealed = seal_record(data_key, plain, record_place(merchant, environment.value, key, 1))
            size += len(sealed)
            rows.append(
                (merchant, key, seq, environment.value, me.person_id, now_us, now_us, sealed)
            )
            changes.append((merchant, seq, seq.to_bytes(8), now_us))
        db.executemany(_ORDER, rows)
        db.executemany(_CHANGE, changes)
    db.execute("UPDATE merchants SET seq = ?, chain = ?", (seq, seq.to_bytes(8)))
    db.execute("COMMIT")
    db.close()
    return size // orders


async def _start(seat: Seat, orders: int) -> tuple[float, float]:
    """Seconds, and seconds of processor, until it has caught up."""
    started, worked = time.perf_counter(), time.process_time()
    await seat.open()
    sharing = seat.desk._sharing
    await until(lambda: seat.status.is_shared and sharing._is_caught_up, within_s=3600)
    assert len(sharing._floor.records()) >= orders
    return time.perf_counter() - started, time.process_time() - worked


async def _measure(orders: int) -> None:
    async with open_house() as house:
        owner = await house.seat("Dana R.")
        size = await fill(house, owner, orders)
        await owner.close()
        print(f"{orders} records of {size} bytes")
        boss = await house.seat("Sam K.", Role.SUPERVISOR, opens=False)
        token = await boss.secrets.read(person_place(boss.profile), SecretName.RELAY_TOKEN)
        port = int(house.profile.relay_url.rpartition(":")[2].rstrip("/"))
        started = time.perf_counter()
        await asyncio.to_thread(catch_up, port, token or "")
        only_read = time.perf_counter() - started
        print(f"{'the pages, only read':24} {only_read:6.1f} s")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for name in ("a new desk", "its second start"):
            took, worked = await _start(boss, orders)
            if name == "a new desk":
                grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            print(
                f"{name:24} {took:6.1f} s, {took / only_read:.1f} times as long; "
                f"{worked / orders * 1000:.2f} ms of processor an order"
            )
            started = time.perf_counter()
            shown = len(await boss.desk.shared_orders())
            print(f"{'  all for the window':24} {time.perf_counter() - started:6.2f} s for {shown}")
            await boss.close()
        print(f"memory: {grown / orders:.1f} kB an order")


def main() -> int:
    parser = argparse.ArgumentParser(prog="desk_catch_up", description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=20_000)
    wanted = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    asyncio.run(_measure(wanted.orders))
    return 0


if __name__ == "__main__":
    sys.exit(main())
