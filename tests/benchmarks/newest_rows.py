"""How long from a closed journal to its newest rows on the screen?

    python -m tests.benchmarks.newest_rows [--orders N ...] [--open N] [--rounds K] [--first]

By turns: a plain sqlite3 file, read and painted in a bare table; and the sealed journal, opened, read
whole and painted in the real list. Every size has as many open orders. Judges nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QTableView

from telesales_desktop.adapters.data_paths import data_root
from telesales_desktop.adapters.journal import EncryptedJournal
from telesales_desktop.bootstrap import JOURNAL_FILE
from telesales_desktop.ui.order_row import row_of
from telesales_desktop.window import Shell, open_shell, run_in
from tests.adapters.journal.samples import KEY
from tests.benchmarks.bare_window import Rows, read_rows
from tests.benchmarks.floor_data import NAME, plain_path, prepare
from tests.benchmarks.open_window import Painted, open_window
from tests.benchmarks.pairs import Way, go_first, measure_async, ratio, report


async def run(
    shell: Shell, folder: Path, sizes: list[int], open_orders: int, rounds: int
) -> list[Way]:
    table = QTableView()
    table.resize(900, 640)
    table.show()
    painted_table = Painted(table.viewport())

    async def floor(path: str) -> dict[str, float]:
        started = time.perf_counter()
        table.setModel(Rows(read_rows(path)))
        await painted_table.again()
        return {"painted_ms": (time.perf_counter() - started) * 1e3}

    async with open_window(shell, []) as presenter:
        panel = presenter.window.orders
        painted_list = Painted(panel.view.viewport())

        async def sealed(path: Path) -> dict[str, float]:
            started = time.perf_counter()
            journal = EncryptedJournal(path, KEY)
            await journal.open()
            files = await journal.load_open_orders()
            now = presenter._desk.now()
            panel.show_orders([row_of(file, now) for file in files])
            await painted_list.again()
            took = (time.perf_counter() - started) * 1e3
            await journal.close()
            return {"painted_ms": took}

        ways = []
        for size in sizes:
            data = folder / str(size)
            data.mkdir()
            prepare(data, size, min(size, open_orders))
            plain, path = str(plain_path(data)), data_root(data) / NAME / JOURNAL_FILE
            ways.append(Way(f"plain sqlite3, {size}", partial(floor, plain)))
            against = f"plain sqlite3, {size}"
            ways.append(Way(f"sealed journal, {size}", partial(sealed, path), against))
        await measure_async(ways, rounds)
    table.close()
    return ways


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0; 2 for usage."""
    parser = argparse.ArgumentParser(prog="newest_rows", description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--open", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--first", action="store_true", help="run before all else (superuser)")
    wanted = parser.parse_args(argv)
    if wanted.rounds < 1 or min(wanted.orders) < 1 or wanted.open < 1:
        parser.error("--rounds, --orders and --open are at least 1")
    if wanted.first and not go_first():
        parser.error("--first needs Linux and the superuser")
    shell = open_shell()
    found: list[Way] = []

    async def all_of_it() -> int:
        with tempfile.TemporaryDirectory() as folder:
            found.extend(await run(shell, Path(folder), wanted.orders, wanted.open, wanted.rounds))
        return 0

    run_in(shell, all_of_it)
    print("\n".join(report(f"newest rows, {wanted.open} open orders", found)))
    sealed = [way for way in found if way.floor]
    if len(sealed) > 1:
        times = ratio(sealed[-1], sealed[0], "painted_ms")
        print(f"  {sealed[-1].name} against {sealed[0].name}: {times:.2f} x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
