"""What do thousands of parked polls cost, how fast are they woken, and do they hold a webhook up?

    python -m tests.benchmarks.relay_polls [--polls 5000] [--slow 500] [--rounds K]

A relay on SQLite, sealed and synced, on loopback; the polls are parked by this process. Measured:
memory a parked poll; from a POST to the answered poll of the one desk of a merchant, while all
others are parked; from a POST to the answers of all; and how long Affirm waits for its 200 while
they are parked and as many slow connections as asked dribble into the ingress. Judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from tests.benchmarks import relay_desks
from tests.benchmarks.relay_desks import POLLS_A_TOKEN, Desk
from tests.benchmarks.telling import processor_s, rss_mb
from tests.campaigns import relay_load, relay_sealing
from tests.campaigns.relay_sealing import Sealing

_HOOKS = {name: f"/hooks/affirm/benchmark-hook-of-{name}" for name in ("main", "quiet")}


def database(folder: Path) -> Path:
    """A relay with two merchants."""
    path = folder / "relay.db"
    Sealing("main").init(str(path), _HOOKS["main"])
    Sealing("quiet").add(str(path), _HOOKS["quiet"])
    return path


class Poster:
    """Affirm: one connection that posts."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = 0

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, merchant: str) -> tuple[float, float]:
        """When it was sent, and when it was answered."""
        self._numbers += 1
        content = relay_load.body(os.getpid() % 1_000_000, self._numbers)
        sent = time.perf_counter()
        self._writer.write(relay_load.request(_HOOKS[merchant], content))
        assert await relay_load.answer(self._reader) == 200
        return sent, time.perf_counter()


@contextlib.asynccontextmanager
async def slow_connections(port: int, count: int) -> AsyncIterator[None]:
    """Connections to the ingress that send a byte now and then."""

    async def one() -> None:
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                with contextlib.suppress(ConnectionError):
                    for byte in b"POST /hooks/affirm/x HTTP/1.1\r\nx-slow: " + b"a" * 1000:
                        writer.write(bytes([byte]))
                        await writer.drain()
                        await asyncio.sleep(0.5)
                writer.close()

    tasks = [asyncio.create_task(one()) for _ in range(count)]
    await asyncio.sleep(min(2.0, count / 100))
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def measure(
    ports: tuple[int, int], pid: int, keys: dict[str, list[str]], wanted: argparse.Namespace
) -> None:
    desks_port, hooks_port = ports
    poster = Poster(hooks_port)
    await poster.connect()
    await poster.post("main")
    await poster.post("quiet")
    bare = [(await _acknowledged(poster)) for _ in range(200)]
    _tell("200 after (ms), nothing parked", bare)
    empty_mb = rss_mb(pid)
    after = await relay_desks.newest(desks_port, keys["main"][0])
    crowd = [
        Desk(desks_port, keys["main"][number // POLLS_A_TOKEN], after)
        for number in range(wanted.polls)
    ]
    for start in range(0, len(crowd), 200):
        some = crowd[start : start + 200]
        await asyncio.gather(*(desk.connect() for desk in some))
        for desk in some:
            desk.park()
    # They park again by themselves whenever their thirty seconds are over.
    waiting = [asyncio.create_task(desk.wait()) for desk in crowd]
    await asyncio.sleep(3)
    print(f"memory a parked poll: {(rss_mb(pid) - empty_mb) * 1000 / len(crowd):.1f} kB")
    await _wake_one(desks_port, keys["quiet"][0], poster, wanted.rounds)
    # Posts of the quiet merchant wake nobody of the crowd: it stays parked.
    _tell("200 after (ms), all parked", [await _acknowledged(poster) for _ in range(500)])
    async with slow_connections(hooks_port, wanted.slow):
        told = [await _acknowledged(poster) for _ in range(500)]
    _tell(f"200 after (ms), all parked and {wanted.slow} slow connections", told)
    await _wake_all(crowd, waiting, poster, wanted.rounds, pid)
    for desk in crowd:
        desk.close()


async def _acknowledged(poster: Poster) -> float:
    sent, answered = await poster.post("quiet")
    return (answered - sent) * 1000


async def _wake_one(port: int, token: str, poster: Poster, rounds: int) -> None:
    desk = Desk(port, token, await relay_desks.newest(port, token))
    await desk.connect()
    woken = []
    for _ in range(rounds * 20):
        desk.park()
        waiting = asyncio.create_task(desk.wait())
        await asyncio.sleep(0.02)
        sent, _ = await poster.post("quiet")
        await waiting
        woken.append((desk.woken_at - sent) * 1000)
    desk.close()
    _tell("POST to the one desk's answer (ms)", woken)


async def _wake_all(
    crowd: list[Desk], waiting: list[asyncio.Task[None]], poster: Poster, rounds: int, pid: int
) -> None:
    half, last, busy = [], [], []
    for _ in range(rounds):
        await asyncio.sleep(2)
        before_s = processor_s(pid)
        sent, _ = await poster.post("main")
        await asyncio.gather(*waiting)
        busy.append((processor_s(pid) - before_s) * 1e6 / len(crowd))
        woken = sorted((desk.woken_at - sent) * 1000 for desk in crowd)
        half.append(woken[len(woken) // 2])
        last.append(woken[-1])
        for desk in crowd:
            desk.park()
        waiting = [asyncio.create_task(desk.wait()) for desk in crowd]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    print(
        f"POST to the answers of all {len(crowd)} (ms): half of them {statistics.median(half):.0f},"
        f" the last {statistics.median(last):.0f};"
        f" {statistics.median(busy):.0f} µs of the relay's processor each"
    )


def _tell(what: str, values: list[float]) -> None:
    ordered = sorted(values)
    at = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{what}: median {statistics.median(ordered):.2f}, p99 {at:.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="relay_polls", description=__doc__.splitlines()[0])
    parser.add_argument("--polls", type=int, default=5000)
    parser.add_argument("--slow", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < 2 * wanted.polls:
        print(f"needs more open files than {hard}", file=sys.stderr)
        return 2
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory(dir=relay_sealing.disk()) as name:
        path = database(Path(name))
        keys = {
            "main": relay_desks.tokens(path, "main", wanted.polls // POLLS_A_TOKEN + 1),
            "quiet": relay_desks.tokens(path, "quiet", 1),
        }
        words = [sys.executable, "-m", "telesales_desktop.relay", "serve", "--database", str(path)]
        words += ["--listen", "127.0.0.1:0", "--hook-listen", "127.0.0.1:0"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().split() for _ in range(2)]
            ports = {name: urlsplit(url).port or 0 for name, url in lines}
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                measuring = measure((ports["desks"], ports["hooks"]), process.pid, keys, wanted)
                runner.run(measuring)
        finally:
            process.terminate()
            process.communicate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
