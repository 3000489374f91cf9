"""Does anything that can be posted make the relay's ingress fail, or grow?

    python -m tests.campaigns.relay_webhook_fuzz --calls N [--seed S] [--workers W] [--resume FILE]

Webhooks are grown from Affirm's own shapes (forms and JSON) by mutation, and posted to the ingress
application: the hook address, near misses of it, and the pages that a customer comes back to. One
in a thousand goes into a real database; the others are parsed, identified and sealed all the same,
and dropped where the database would take them. A body of one part has come whole, as most do. No answer may be a 5xx, every post to the hook
address that is neither too long nor broken off must be answered 200, and the process may not grow.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

from telesales_desktop.relay.deadlines import CYCLE, WHOLE
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.wire.feed import MOST_BODY
from tests.campaigns.relay_fuzz_shapes import Shape, grow
from tests.campaigns.relay_in_process import HOOK, new_database, relay

CALLS_A_TASK = 100_000
WARM = 20_000
MOST_GROWTH_KB = 24 * 1024
REAL = 1000


@dataclass
class Result:
    """What the calls of one process showed."""

    seed: int
    calls: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    warm_kb: int = 0
    most_kb: int = 0
    seconds: float = 0.0


async def fuzz(seed: int, calls: int, database: Path) -> Result:
    """So many calls, one after the other."""
    result = Result(seed)
    chance = Random(f"fuzz {seed}")
    statuses: Counter[int] = Counter()
    really = SqliteStore.append
    taken = 0

    async def append(store: SqliteStore, *words: Any, **options: Any) -> Any:
        nonlocal taken
        taken += 1
        return await really(store, *words, **options) if taken % REAL == 0 else True

    started = time.monotonic()
    with mock.patch.object(SqliteStore, "append", append):
        async with relay(database) as running:
            # Customers' visits are limited in rate; here they are to be looked at.
            running.hooks._visits_each._burst = running.hooks._visits_all._burst = 1 << 40
            for number in range(calls):
                shape = grow(chance, HOOK)
                status = await _call(running.hooks, shape)
                statuses[status] += 1
                if _is_wrong(shape, status) and len(result.failed) < 10:
                    result.failed.append(f"call {number}: {status} for {shape!r:.300}")
                if number == min(WARM, calls // 2):
                    result.warm_kb = _memory_kb()
                elif number % 10_000 == 0:
                    result.most_kb = max(result.most_kb, _memory_kb())
            result.most_kb = max(result.most_kb, _memory_kb())
    result.calls = calls
    result.seconds = time.monotonic() - started
    result.statuses = {str(status): count for status, count in sorted(statuses.items())}
    return result


def _is_wrong(shape: Shape, status: int) -> bool:
    if status >= 500 or status == 0:
        return shape.broken_off is False or status != 0
    is_hook = shape.path == HOOK and shape.method == "POST"
    fits = sum(map(len, shape.chunks)) <= MOST_BODY
    return is_hook and fits and not shape.broken_off and status != 200


async def _call(application: Any, shape: Shape) -> int:
    """The status of the answer; 0 for none, which is right where the sender hung up."""
    path, _, query = shape.path.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": shape.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": query.encode("latin-1", "replace"),
        "root_path": "",
        "headers": shape.headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }
    chunks = list(reversed(shape.chunks))
    if len(chunks) == 1 and not shape.broken_off:
        scope |= {WHOLE: True, CYCLE: _come_whole(chunks.pop())}
    told = 0

    async def receive() -> Any:
        if chunks:
            chunk = chunks.pop()
            more = bool(chunks) or shape.broken_off
            return {"type": "http.request", "body": chunk, "more_body": more}
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal told
        if message["type"] == "http.response.start":
            told = message["status"]

    await application(scope, receive, send)
    return told


def _come_whole(body: bytes) -> SimpleNamespace:
    """What the server has of a request that it has read; its answer is to be seen, so sent."""
    return SimpleNamespace(
        body=bytearray(body),
        disconnected=False,
        response_complete=False,
        flow=SimpleNamespace(write_paused=True),
    )


def _memory_kb() -> int:
    """What this process has in memory now."""
    text = Path("/proc/self/statm")
    return int(text.read_text().split()[1]) * 4 if text.exists() else 0


def _run(task: tuple[int, int]) -> Result:
    seed, calls = task
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as name:
        new_database(Path(name))
        return asyncio.run(fuzz(seed, calls, Path(name) / "relay.db"))


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if nothing failed or grew; 1 if something did; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_webhook_fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    wanted = parser.parse_args(argv)
    if wanted.calls < 1 or wanted.workers < 1:
        parser.error("--calls and --workers are at least 1")
    results = []
    if wanted.resume and wanted.resume.exists():
        lines = wanted.resume.read_text("utf-8").splitlines()
        results = [Result(**json.loads(line)) for line in lines]
    known = {result.seed for result in results}
    tasks = [
        (wanted.seed + number, min(CALLS_A_TASK, wanted.calls - start))
        for number, start in enumerate(range(0, wanted.calls, CALLS_A_TASK))
    ]
    context = multiprocessing.get_context("spawn")
    with context.Pool(wanted.workers, maxtasksperchild=1) as pool:
        for result in pool.imap_unordered(_run, [task for task in tasks if task[0] not in known]):
            results.append(result)
            if wanted.resume:
                with wanted.resume.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(result)) + "\n")
    return report(results)


def report(results: list[Result]) -> int:
    """Print the figures; 0 if they show what they must."""
    statuses: Counter[str] = Counter()
    for result in results:
        statuses.update(result.statuses)
    calls = sum(result.calls for result in results)
    growth = max((result.most_kb - result.warm_kb for result in results), default=0)
    seconds = max(sum(result.seconds for result in results), 1e-9)
    print(f"{calls} calls, {calls / seconds:.0f} a second and worker; {dict(statuses)}")
    print(f"most growth of a process after {WARM} calls: {growth} kB")
    wrong = [f"seed {result.seed}, {line}" for result in results for line in result.failed]
    if growth > MOST_GROWTH_KB:
        wrong.append("a process grew")
    if not statuses["200"]:
        wrong.append("nothing was kept")
    for line in wrong[:20]:
        print(f"  {line}")
    print("BROKEN" if wrong else "kept")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
