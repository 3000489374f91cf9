"""Does one code give one token, however many ask at once, and does guessing give none?

    python -m tests.campaigns.relay_enrolment [--requests N] [--at-once K]

Codes are redeemed by K callers at once, again and again, until half of the requests are spent: each code must
give exactly one token. The other half are guesses, most of them with the beginning of a code that
there is: none may give a token, and a code may be tried no more than five times. The limits on how often one address may ask are
lifted: what is shown holds without them.

The controls let a code be used twice, and be tried for ever; both must be seen.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import logging
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from unittest import mock

from telesales_desktop.relay import access, allowance, serve
from telesales_desktop.wire.enrolment import ALPHABET, EnrolmentRequest, Role, one_time_code
from tests.campaigns import relay_mutants
from tests.campaigns.relay_in_process import call, new_database


@dataclass
class Result:
    """What the requests showed."""

    requests: int = 0
    codes: int = 0
    tokens: int = 0
    guesses: int = 0
    guessed: int = 0
    most_compared: int = 0
    broken: list[str] = field(default_factory=list)


class Enrolling:
    """Asks for tokens."""

    def __init__(self, running: serve.Relay, result: Result, seed: int) -> None:
        self._running = running
        self._result = result
        self._chance = Random(f"enrolment {seed}")
        self.compared: dict[str, int] = {}

    async def code(self) -> str:
        told = await access.make_code(
            self._running.store, merchant="main", role=Role.AGENT, name="Dana"
        )
        return one_time_code(told)

    async def ask(self, code: str) -> int:
        self._result.requests += 1
        body = EnrolmentRequest(code, "desk").to_json()
        status, _ = await call(self._running.desks, "POST", "/v1/enrolments", body)
        if status not in (201, 403):
            self._result.broken.append(f"an answer of {status}")
        return status

    async def redeem(self, at_once: int) -> None:
        """One code, by many."""
        code = await self.code()
        statuses = await asyncio.gather(*(self.ask(code) for _ in range(at_once)))
        self._result.codes += 1
        self._result.tokens += statuses.count(201)
        if statuses.count(201) != 1:
            self._result.broken.append(f"{statuses.count(201)} tokens for one code")

    async def guess(self, tries: int) -> None:
        """One code that there is, and guesses at it."""
        code = await self.code()
        for _ in range(tries):
            wrong = "".join(self._chance.choices(ALPHABET, k=len(code)))
            if self._chance.random() < 0.9:
                wrong = code[:3] + wrong[3:]
            if wrong != code:
                self._result.guesses += 1
                self._result.guessed += await self.ask(wrong) == 201


async def _go(folder: Path, requests: int, at_once: int, seed: int) -> Result:
    result = Result()
    compared: dict[bytes, int] = {}

    def cheap(code: str, salt: bytes) -> bytes:
        compared[salt] = compared.get(salt, 0) + 1
        return hashlib.sha256(salt + code.encode()).digest()

    with mock.patch.object(access, "_code_digest", cheap):
        async with serve.relay(folder / "relay.db") as running:
            enrolling = Enrolling(running, result, seed)
            while result.requests < requests // 2:
                await enrolling.redeem(min(at_once, requests // 2))
            compared.clear()
            while result.requests < requests:
                await enrolling.guess(min(200, requests - result.requests))
    # Once when it was made, and once a try.
    result.most_compared = max(compared.values(), default=1) - 1
    if result.guessed:
        result.broken.append(f"{result.guessed} guesses gave a token")
    if result.most_compared > access.CODE_TRIES:
        result.broken.append(f"a code was tried {result.most_compared} times")
    return result


def run(requests: int, at_once: int, seed: int = 1, mutant: str = "") -> Result:
    """So many requests, half of each kind."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    logging.disable(logging.CRITICAL)
    try:
        with (
            tempfile.TemporaryDirectory(dir=memory) as name,
            relay_mutants.planted(mutant),
            mock.patch.object(allowance.Allowance, "take", return_value=0.0),
        ):
            new_database(Path(name))
            return asyncio.run(_go(Path(name), requests, at_once, seed))
    finally:
        logging.disable(logging.NOTSET)


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if every code gave one token and no guess did; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_enrolment", description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--at-once", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(argv)
    if min(wanted.requests, wanted.at_once) < 2:
        parser.error("--requests and --at-once are at least 2")
    result = run(wanted.requests, wanted.at_once, wanted.seed)
    print(
        f"{result.requests} requests: {result.codes} codes, each redeemed {wanted.at_once} times at once,"
        f" gave {result.tokens} tokens; {result.guesses} guesses gave {result.guessed}; a code was"
        f" compared {result.most_compared} times at most"
    )
    wrong = list(result.broken[:20])
    for mutant in relay_mutants.OF_ENROLMENT:
        seen = run(min(wanted.requests, 1000), min(wanted.at_once, 50), wanted.seed, mutant).broken
        print(f"  control, {mutant}: {'seen' if seen else 'NOT seen'}")
        if not seen:
            wrong.append(mutant)
    for line in wrong:
        print(f"  {line}")
    print("BROKEN" if wrong else "kept")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
