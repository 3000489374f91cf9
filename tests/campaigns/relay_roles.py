"""Does the relay ever tell somebody what is not theirs, whatever they ask?

    python -m tests.campaigns.relay_roles --requests N [--seed S] [--workers W] [--resume FILE]

Two merchants with agents, supervisors and operators, a revoked desk and callers without a token
ask for everything, by random: their own keys and everybody else's, well formed and not; they put,
claim and hand orders over, so that owners change all the while. A model knows who may see what. An
answer that holds a name of another merchant, or of a colleague's delivery, or a sealed record that is
not the reader's, is a leak; so is a success where a 404 belongs, and two 404s that differ.

The control is the same relay with a check taken out, and must be seen to leak.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
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
from typing import Any
from unittest import mock

from telesales_desktop.relay import access, allowance, serve
from telesales_desktop.wire.enrolment import EnrolmentRequest, Role, one_time_code
from tests.campaigns import relay_load, relay_mutants
from tests.campaigns.relay_in_process import call
from tests.campaigns.relay_roles_asking import Asking, Request
from tests.campaigns.relay_roles_world import Caller, Thing, World
from tests.campaigns.relay_sealing import Sealing

REQUESTS_A_TASK = 20_000
_ASKER = "192.0.2.7"
_OPEN = {"meta", "healthz", "readyz"}
MERCHANTS = ("alpha", "beta")
_PEOPLE = (
    ("ada", Role.AGENT),
    ("ben", Role.AGENT),
    ("sue", Role.SUPERVISOR),
    ("olaf", Role.OPERATIONS),
)


@dataclass
class Result:
    """What the requests of one world showed."""

    seed: int
    mutant: str
    requests: int = 0
    leaks: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    endpoints: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


class Matrix:
    """One world, and everything that is asked in it."""

    def __init__(self, running: serve.Relay, seed: int) -> None:
        self._running = running
        self._chance = Random(f"roles {seed}")
        self.world = World()
        self._asking = Asking(self.world, self._chance)
        self._not_found: set[bytes] = set()
        self.leaks: list[str] = []
        self.statuses: Counter[str] = Counter()
        self.endpoints: Counter[str] = Counter()

    async def people_it(self) -> None:
        """Enrol everybody, and give each agent orders and deliveries."""
        for merchant in MERCHANTS:
            for name, role in (*_PEOPLE, ("rex", Role.AGENT)):
                await self._enrol(merchant, name, role)
            rex = self.world.callers.pop()
            await self._running.store.revoke(rex.token_id, access.now_us(), "")
            self.world.callers.append(Caller("rex", merchant, "", rex.token))
        await self._running.access.refresh()
        self.world.callers.append(Caller("nobody", "", "", ""))
        self.world.callers.append(Caller("stranger", "", "", "atr1_aaaaaaaaaa_x_00000000"))
        for caller in self.world.callers:
            if caller.role == "agent":
                for _ in range(3):
                    await self.ask(caller, self._asking.new_order(caller))
        for merchant in MERCHANTS:
            await self._deliveries(merchant)

    async def _enrol(self, merchant: str, name: str, role: Role) -> None:
        code = await access.make_code(
            self._running.store, merchant=merchant, role=role, name=f"Name-{merchant}-{name}"
        )
        request = EnrolmentRequest(one_time_code(code), f"Name-{merchant}-{name}-desk")
        given = await self._running.access.enrol(request)
        caller = Caller(name, merchant, str(role), given.token, given.token_id, given.person_id)
        self.world.callers.append(caller)
        for marker in (given.token_id, given.person_id, f"Name-{merchant}-{name}"):
            self.world.things[marker] = Thing("person", merchant)

    async def _deliveries(self, merchant: str) -> None:
        keys = [key for of, key in self.world.owners if of == merchant]
        for number, key in enumerate((*keys, None, None)):
            before = await self._running.store.pulse()
            content = relay_load.body(MERCHANTS.index(merchant), number)
            if key:
                content += f"&webhook_session_id={key}".encode()
            status, _ = await call(
                self._running.hooks, "POST", f"/hooks/affirm/campaign-hook-of-{merchant}", content
            )
            assert status == 200
            head = before.heads[merchant]
            page = await self._running.store.read(merchant, head.seq, 10, 1 << 20, None)
            told = json.loads(page.entries[-1].content)
            self.world.things[told["delivery_id"]] = Thing("delivery", merchant, key)

    async def ask(self, caller: Caller, request: Request) -> None:
        """Ask, and hold the answer against the model."""
        headers = [*request.headers]
        if caller.token:
            headers.append((b"authorization", f"Bearer {caller.token}".encode()))
        application = self._running.desks
        status, told = await call(
            application, request.method, request.path, request.body, headers, _ASKER
        )
        self.endpoints[request.name] += 1
        self.statuses[str(status)] += 1
        self._judge(caller, request, status, told)

    def _judge(self, caller: Caller, request: Request, status: int, told: bytes) -> None:
        where = f"{caller.merchant}/{caller.name} {request.method} {request.name} -> {status}"
        if status >= 500:
            self._leak(f"{where}: a 5xx")
        if status == 404:
            self._not_found.add(told)
            if len(self._not_found) > 1:
                self._leak(f"{where}: two kinds of 404")
        if status == 200 and caller.role == "" and request.name not in _OPEN:
            self._leak(f"{where}: without a token")
        if status < 300 and caller.role == "operations" and request.name not in (
            "meta", "healthz", "readyz", "metrics"
        ):  # fmt: skip
            self._leak(f"{where}: for operations")
        if caller.role == "operations" and request.name == "metrics":
            return  # which tell of every desk, by its token's id
        for leak in self.world.leaks(caller, told.decode("utf-8", "replace")):
            self._leak(f"{where}: {leak}")
        if status in (200, 409):
            for sealed in _sealed(json.loads(told) if told[:1] == b"{" else {}):
                place = self.world.sealed.get(sealed)
                if place and not self.world.may_see_order(caller, *place):
                    self._leak(f"{where}: a record of {place[0]}")
        place = (caller.merchant, request.order_key or "")
        if status in (200, 409) and place in self.world.owners:
            if not self.world.may_see_order(caller, *place):
                self._leak(f"{where}: {status} where 404 belongs")
        if status == 200:
            request.done(caller, json.loads(told) if told[:1] == b"{" else {})

    def _leak(self, what: str) -> None:
        self.leaks.append(what)

    async def go(self, requests: int) -> None:
        await self.people_it()
        for _ in range(requests):
            caller = self._chance.choice(self.world.callers)
            await self.ask(caller, self._asking.any(caller))


def _sealed(value: Any) -> list[str]:
    """Every text under "sealed" in an answer."""
    if isinstance(value, dict):
        own = [value["sealed"]] if isinstance(value.get("sealed"), str) else []
        return own + [text for each in value.values() for text in _sealed(each)]
    if isinstance(value, list):
        return [text for each in value for text in _sealed(each)]
    return []


def database(folder: Path) -> Path:
    """A relay with two merchants."""
    path = folder / "relay.db"
    for number, merchant in enumerate(MERCHANTS):
        sealing, hook = Sealing(merchant), f"/hooks/affirm/campaign-hook-of-{merchant}"
        if number == 0:
            sealing.init(str(path), hook)
        else:
            sealing.add(str(path), hook)
    return path


async def _run_in(path: Path, seed: int, requests: int) -> Matrix:
    async with serve.relay(path) as running:
        matrix = Matrix(running, seed)
        await matrix.go(requests)
        return matrix


def run(seed: int, requests: int, mutant: str = "") -> Result:
    """One world, and so many requests."""
    started = time.monotonic()
    result = Result(seed, mutant, requests)
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    cheap = mock.patch.object(
        access, "_code_digest", lambda code, salt: hashlib.sha256(salt + code.encode()).digest()
    )
    unlimited = mock.patch.object(allowance.Allowance, "take", return_value=0.0)
    with (
        tempfile.TemporaryDirectory(dir=memory) as name,
        cheap,
        unlimited,
        relay_mutants.planted(mutant),
    ):
        matrix = asyncio.run(_run_in(database(Path(name)), seed, requests))
    result.leaks = matrix.leaks[:10]
    result.statuses = dict(sorted(matrix.statuses.items()))
    result.endpoints = dict(sorted(matrix.endpoints.items()))
    result.seconds = time.monotonic() - started
    return result


def _run(task: tuple[int, int, str]) -> Result:
    logging.disable(logging.CRITICAL)
    return run(*task)


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if nothing leaked and the controls did; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_roles", description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    wanted = parser.parse_args(argv)
    if wanted.requests < 1 or wanted.workers < 1:
        parser.error("--requests and --workers are at least 1")
    results = []
    if wanted.resume and wanted.resume.exists():
        lines = wanted.resume.read_text("utf-8").splitlines()
        results = [Result(**json.loads(line)) for line in lines]
    known = {(result.seed, result.mutant) for result in results}
    tasks = [(wanted.seed, min(wanted.requests, 5000), mutant) for mutant in relay_mutants.OF_ROLES]
    tasks += [
        (wanted.seed + number, min(REQUESTS_A_TASK, wanted.requests - start), "")
        for number, start in enumerate(range(0, wanted.requests, REQUESTS_A_TASK))
    ]
    tasks = [task for task in tasks if (task[0], task[2]) not in known]
    with multiprocessing.get_context("spawn").Pool(wanted.workers) as pool:
        for result in pool.imap_unordered(_run, tasks):
            results.append(result)
            if wanted.resume:
                with wanted.resume.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(result)) + "\n")
    return report(results)


def report(results: list[Result]) -> int:
    """Print the figures; 0 if they show what they must."""
    real = [result for result in results if not result.mutant]
    statuses: Counter[str] = Counter()
    endpoints: Counter[str] = Counter()
    for result in real:
        statuses.update(result.statuses)
        endpoints.update(result.endpoints)
    requests = sum(result.requests for result in real)
    rate = requests / max(sum(result.seconds for result in real), 1e-9)
    print(f"{requests} requests in {len(real)} worlds, {rate:.0f} a second and worker")
    print(f"  answers {dict(statuses)}")
    print(f"  asked {dict(endpoints)}")
    wrong = [f"seed {result.seed}: {leak}" for result in real for leak in result.leaks]
    if not statuses["200"] or not statuses["404"] or not statuses["409"]:
        wrong.append("too little was asked")
    for mutant in relay_mutants.OF_ROLES:
        if any(result.leaks for result in results if result.mutant == mutant):
            print(f"  control, {mutant}: seen")
        else:
            wrong.append(f"control, {mutant}: NOT seen")
    for line in wrong[:20]:
        print(f"  {line}")
    print("BROKEN" if wrong else "kept")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
