"""Does any reader miss or repeat a change when replicas on one PostgreSQL are killed and restarted?

    python -m tests.campaigns.relay_replicas --changes N [--seed S] [--resume FILE]

Writers post through all replicas, each post at one drawn by chance, and again at another one when
no answer came (as a proxy does). Pollers read the feed with long polls at replicas drawn by chance,
and keep their cursor when one dies under them. All the while replicas are killed (kill -9), or told
to end, and started again at the same addresses. In the end every poller must have come to the log's
end and have been handed every acknowledged delivery once and no delivery twice, all of them in the
same order, without a gap.

The control gives the numbers out as a ``bigserial`` column does, outside of the transaction that
keeps the change, and must be noticed: a change is skipped, or a poller is told of a gap by the digest
in its cursor, which then hands it all again and so heals most of what was skipped.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from telesales_desktop.relay.spool import Spool
from tests.campaigns import relay_desk, relay_load, relay_mutants
from tests.campaigns.relay_forked import ForkedRelay, NotStartedError
from tests.campaigns.relay_load import Sent
from tests.campaigns.relay_sealing import Sealing
from tests.relay import postgres_cluster

POLLERS = 6
_CONTROLS = 5
CHANGES_A_RUN = 5_000
_HOOK = "/hooks/affirm/campaign-hook-secret"
_LONGEST_LIFE_S = 4.0
_PATIENCE_S = 60.0


class Nursery:
    """A process that forks relays off, kills them and starts them again at their addresses."""

    def __init__(self, database: str, folder: Path, count: int) -> None:
        self.ports: list[tuple[int, int]] = []
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._commands)
            os.close(self._answers)
            _nurse(database, str(folder / "log"), commands, answers)
        os.close(commands)
        os.close(answers)
        self._reader = os.fdopen(self._answers, "r")
        self.ports = [tuple(self._ask(f"start {number}")) for number in range(count)]  # type: ignore[misc]

    def again(self, number: int, how: str) -> None:
        """Kill (or stop) a replica, and start it anew."""
        self._ask(f"{how} {number}")
        self._ask(f"start {number}")

    def end(self) -> None:
        os.close(self._commands)
        os.waitpid(self._pid, 0)
        self._reader.close()

    def _ask(self, command: str) -> Any:
        os.write(self._commands, command.encode() + b"\n")
        return json.loads(self._reader.readline())


def _nurse(database: str, log: str, commands: int, answers: int) -> None:
    relays: dict[str, ForkedRelay] = {}
    ports: dict[str, tuple[int, int]] = {}
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for line in os.fdopen(commands, "r"):
        word, number = line.split()
        if word == "start":
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            spool = ("--spool", f"{log}-spool-{number}")
            relays[number] = _started(database, log, spool, ports.get(number, (0, 0)))
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            ports[number] = relays[number].desks, relays[number].hooks
        elif word == "kill":
            relays[number].kill()
        else:
            relays[number].stop()
        os.write(answers, json.dumps(ports[number]).encode() + b"\n")
    for relay in relays.values():
        relay.kill()
    os._exit(0)


def _started(
    database: str, log: str, options: tuple[str, ...], ports: tuple[int, int]
) -> ForkedRelay:
    for _ in range(100):
        try:
            return ForkedRelay(database, log, options, ports)
        except NotStartedError:
            time.sleep(0.1)  # somebody's connection has the port just now
    return ForkedRelay(database, log, options, ports)


@dataclass
class Result:
    """What one run showed."""

    seed: int = 0
    mutant: str = ""
    changes: int = 0
    acknowledged: int = 0
    kills: int = 0
    stops: int = 0
    skipped: int = 0
    doubled: int = 0
    seconds: float = 0.0
    answers: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


@dataclass
class Reader:
    """One poller: what it was handed, in order."""

    token: str
    cursor: str = ""
    handed: list[str] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    gaps: int = 0

    @property
    def place(self) -> int:
        """The number of the last change that was handed to it, or that was not for it."""
        return int(self.cursor.split(".")[1]) if self.cursor else 0


class Run:
    """Replicas, writers, pollers and a killer, until so many changes are acknowledged."""

    def __init__(
        self,
        nursery: Nursery,
        sealing: Sealing,
        tokens: list[str],
        seed: int,
        log_end: Callable[[], int],
    ) -> None:
        """``log_end``: the number of the last change, once no spool holds one any more."""
        self._log_end = log_end
        self._nursery = nursery
        self._sealing = sealing
        self._chance = Random(f"replicas {seed}")
        self._seed = seed
        self.sent = Sent()
        self.readers = [Reader(token) for token in tokens]
        self.result = Result()
        self._end: int | None = None  # known when nobody writes any more

    async def go(self, changes: int, writers: int) -> None:
        async with asyncio.TaskGroup() as group:
            readers = [group.create_task(self._read(reader)) for reader in self.readers]
            killer = group.create_task(self._kill())
            work = [group.create_task(self._write(changes)) for _ in range(writers)]
            await asyncio.wait(work)
            killer.cancel()
            await asyncio.wait([killer])
            self._end = await asyncio.to_thread(self._log_end)
            await asyncio.wait(readers, timeout=_PATIENCE_S)
            for reader in readers:
                reader.cancel()

    async def _kill(self) -> None:
        while True:
            await asyncio.sleep(
                self._chance.uniform(0.2, _LONGEST_LIFE_S / len(self._nursery.ports))
            )
            how = "kill" if self._chance.random() < 0.75 else "stop"
            number = self._chance.randrange(len(self._nursery.ports))
            await asyncio.shield(asyncio.to_thread(self._nursery.again, number, how))
            self.result.kills += how == "kill"
            self.result.stops += how == "stop"

    async def _write(self, changes: int) -> None:
        while len(self.sent.acknowledged) < changes:
            number = self.sent.next(self._chance)
            await self._deliver(number)

    async def _deliver(self, number: int) -> None:
        """Post until somebody says that it is kept."""
        content = relay_load.request(_HOOK, relay_load.body(self._seed, number))
        while True:
            _, port = self._chance.choice(self._nursery.ports)
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    writer.write(content)
                    status = await relay_load.answer(reader)
                finally:
                    writer.close()
            except (OSError, EOFError):
                status = 0
                await asyncio.sleep(0.01)
            self.sent.answers[status] = self.sent.answers.get(status, 0) + 1
            if status == 200:
                self.sent.acknowledged.add(number)
                return

    async def _read(self, poller: Reader) -> None:
        while self._end is None or poller.place < self._end:
            port, _ = self._chance.choice(self._nursery.ports)
            try:
                page = await _page(port, poller, 5 if self._end is None else 1)
            except (OSError, EOFError):
                await asyncio.sleep(0.01)
                continue
            poller.cursor = page["next"]
            poller.gaps += bool(page["gap"])
            for change in page["changes"]:
                poller.handed.append(change["delivery"]["delivery_id"])
                if poller is self.readers[0]:
                    poller.numbers.add(relay_load.number_of(self._sealing.body(change)))

    def verdict(self) -> Result:
        """Hold what the pollers were handed against what was acknowledged."""
        result, first = self.result, self.readers[0]
        result.acknowledged = len(self.sent.acknowledged)
        result.changes = len(set(first.handed))
        result.answers = {str(status): n for status, n in sorted(self.sent.answers.items())}
        missing = self.sent.acknowledged - first.numbers
        result.skipped += len(missing)
        whole = {handed for poller in self.readers for handed in poller.handed}
        for number, poller in enumerate(self.readers):
            doubled = sum(count - 1 for count in Counter(poller.handed).values())
            skipped = len(whole - set(poller.handed))
            result.doubled += doubled
            result.skipped += skipped
            if self._end is None or poller.place < self._end:
                result.broken.append(f"poller {number} came to {poller.place} of {self._end}")
            if poller.handed != first.handed and not doubled and not skipped:
                result.broken.append(f"poller {number} was handed another order")
            if poller.gaps:
                result.broken.append(f"poller {number} was told of {poller.gaps} gaps")
        return result


async def _page(port: int, poller: Reader, wait_s: int) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        path = f"/v1/changes?limit=500&wait={wait_s}&after={poller.cursor}"
        head = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {poller.token}\r\n\r\n"
        writer.write(head.encode())
        status, content = await relay_load.whole_answer(reader)
    finally:
        writer.close()
    if status >= 500:
        raise OSError(f"{status} {content[:100]!r}")
    if status != 200:
        raise ValueError(f"{status} {content[:100]!r}")
    return json.loads(content)


def run(changes: int, seed: int, replicas: int = 3, writers: int = 8, mutant: str = "") -> Result:
    """One run on a PostgreSQL of its own."""
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as name,
        postgres_cluster.running(shared_buffers="128MB") as cluster,
        relay_mutants.planted(mutant),
    ):
        cluster.sql("CREATE DATABASE relay")
        url, sealing = cluster.url("relay"), Sealing()
        sealing.init(url, _HOOK)
        cluster.sql("CREATE SEQUENCE mutant_seq", "relay")
        codes = [sealing.code(url, f"Poller {number}") for number in range(POLLERS)]
        nursery = Nursery(url, Path(name), replicas)
        try:
            tokens = [relay_desk.enrol(nursery.ports[0][0], code) for code in codes]
            whole = Run(
                nursery, sealing, tokens, seed, lambda: _log_end(cluster, Path(name), replicas)
            )
            asyncio.run(whole.go(changes, writers))
            result = whole.verdict()
        finally:
            nursery.end()
    result.seconds = time.monotonic() - started
    result.seed, result.mutant = seed, mutant
    return result


def _log_end(cluster: postgres_cluster.Cluster, folder: Path, replicas: int) -> int:
    spools = [Spool(folder / f"log-spool-{number}") for number in range(replicas)]
    until = time.monotonic() + _PATIENCE_S
    while any(spool.waits() for spool in spools) and time.monotonic() < until:
        time.sleep(0.1)
    return int(cluster.sql("SELECT seq FROM merchants", "relay"))


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if nothing was skipped or doubled and the control was; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_replicas", description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    wanted = parser.parse_args(argv)
    if min(wanted.changes, wanted.replicas, wanted.writers) < 1:
        parser.error("--changes, --replicas and --writers are at least 1")
    results = _kept(wanted.resume)
    tasks = [
        (wanted.seed + number, min(CHANGES_A_RUN, wanted.changes - start), "")
        for number, start in enumerate(range(0, wanted.changes, CHANGES_A_RUN))
    ]
    # A cursor that can skip need not be caught in every run.
    tasks += [
        (wanted.seed + number, min(wanted.changes, 2000), relay_mutants.BIGSERIAL)
        for number in range(_CONTROLS)
    ]
    known = {(result.seed, result.mutant) for result in results}
    for seed, changes, mutant in tasks:
        seen = any(is_noticed(result) for result in results if result.mutant)
        if (seed, mutant) not in known and not (mutant and seen):
            result = run(changes, seed, wanted.replicas, wanted.writers, mutant)
            results.append(result)
            if wanted.resume:
                with wanted.resume.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(result)) + "\n")
    return report(results)


def _kept(file: Path | None) -> list[Result]:
    if file is None or not file.exists():
        return []
    return [Result(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def is_noticed(result: Result) -> bool:
    """Whether a run showed that something was wrong."""
    return bool(result.skipped or result.broken)


def report(results: list[Result]) -> int:
    """Print the figures; 0 if they show what they must."""
    real = [result for result in results if not result.mutant]
    total = {
        name: sum(getattr(result, name) for result in real)
        for name in ("changes", "acknowledged", "kills", "stops", "skipped", "doubled")
    }
    print(f"{POLLERS} pollers, {len(real)} runs: {total}")
    wrong = [f"seed {result.seed}: {line}" for result in real for line in result.broken]
    if total["skipped"] or total["doubled"] or not total["kills"] or not total["acknowledged"]:
        wrong.append("skipped, doubled, or nothing was tried")
    control = [result for result in results if result.mutant]
    skipped, told = sum(each.skipped for each in control), sum(len(each.broken) for each in control)
    print(f"  control, {relay_mutants.BIGSERIAL}: {skipped} skipped, {told} complaints")
    if not any(map(is_noticed, control)):
        wrong.append("the control was NOT noticed")
    for line in wrong[:20]:
        print(f"  {line}")
    print("BROKEN" if wrong else "kept")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
