"""What do the window and the relay hold in memory when nothing happens?

    python -m tests.benchmarks.memory [--rounds K] [--orders N ...] [--stay SECONDS]

By turns: a bare PySide6 window, the program on journals of every size, the relay program, and a bare
uvicorn with nothing to do. Linux. Judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.demo import programs as neighbours
from tests.benchmarks import programs
from tests.benchmarks.floor_data import prepare
from tests.benchmarks.pairs import Sample, Way, measure, report
from tests.benchmarks.telling import rss_mb

OPEN_ORDERS = 200
_BARE_SERVER = """
import asyncio, uvicorn
async def app(scope, receive, send):
    pass
async def main():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print("listening", server.servers[0].sockets[0].getsockname(), flush=True)
    await serving
asyncio.run(main())
"""


def _window(module: str, *arguments: str) -> Sample:
    return {"rss_mb": programs.run(module, *arguments)["rss_mb"]}


async def _server(command: list[str], word: str, folder: Path, stay_s: float) -> Sample:
    served = await neighbours.serve(command, announces=(word,), log=folder / "log")
    try:
        await asyncio.sleep(stay_s)
        return {"rss_mb": rss_mb(served.process.pid)}
    finally:
        with suppress(ProcessLookupError):
            await served.stop()


async def _relay(folder: Path, stay_s: float) -> Sample:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        database = str(Path(place) / "relay.db")
        sealing_key = DataKey.make().sealing_key("a private key of nobody's").text()
        init = ("init", "--database", database, "--sealing-key", sealing_key)
        await neighbours.run(neighbours.command("relay", *init))
        command = neighbours.command(
            "relay", "serve", "--database", database,
            "--listen", "127.0.0.1:0", "--hook-listen", "127.0.0.1:0",
        )  # fmt: skip
        return await _server(command, "desks", folder, stay_s)


async def _bare_server(folder: Path, stay_s: float) -> Sample:
    return await _server([sys.executable, "-c", _BARE_SERVER], "listening", folder, stay_s)


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0; 2 for usage."""
    parser = argparse.ArgumentParser(prog="memory", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--orders", type=int, nargs="+", default=[0, 1_000, 100_000])
    parser.add_argument("--stay", type=float, default=3.0)
    wanted = parser.parse_args(argv)
    if wanted.rounds < 1 or min(wanted.orders) < 0 or wanted.stay <= 0:
        parser.error("--rounds is at least 1, --orders at least 0, --stay more than 0")
    stay = str(wanted.stay)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ways = [Way("bare window", partial(_window, "bare_window", "--stay", stay))]
        for size in wanted.orders:
            data = folder / str(size)
            data.mkdir()
            prepare(data, size, min(size, OPEN_ORDERS))
            run = partial(_window, "whole_window", "--data-dir", str(data), "--stay", stay)
            ways.append(Way(f"program, {size} orders", run, "bare window"))
        ways.append(Way("bare uvicorn", lambda: asyncio.run(_bare_server(folder, wanted.stay))))
        relay = Way("relay", lambda: asyncio.run(_relay(folder, wanted.stay)), "bare uvicorn")
        ways.append(relay)
        measure(ways, wanted.rounds)
    print("\n".join(report("memory when idle", ways)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
