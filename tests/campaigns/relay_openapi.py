"""Does the relay answer as its OpenAPI document says, whatever is asked of it?

    python -m tests.campaigns.relay_openapi [--calls N] [--seed S] [--workers W] [--resume FILE]

schemathesis makes requests from the document, right ones and wrong ones, alone and in sequences, and
sends them to a relay: in each round to a new one, with an agent's, a supervisor's or no token. No
answer may be a 5xx, or one that the document does not name. The limits on how often a token may ask
are lifted, and a poll is parked for a moment only.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from unittest import mock

from telesales_desktop.relay import allowance, parking
from tests.campaigns import relay_desk
from tests.campaigns.relay_forked import ForkedRelay
from tests.campaigns.relay_sealing import Sealing

EXAMPLES = 100
"""For each operation, of a round."""

_MOST_PARKED_S = 0.2
_HOOK = "/hooks/affirm/campaign-hook-secret"
_CALLERS = ("agent", "supervisor", "")
_CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


@dataclass
class Result:
    """What a round showed."""

    seed: int
    caller: str
    calls: int = 0
    failures: list[str] = field(default_factory=list)


def run(seed: int, caller: str, examples: int = EXAMPLES) -> Result:
    """One round: a new relay, and one caller, who has this role or none."""
    result = Result(seed, caller)
    wait = parking.Parking.wait
    with (
        tempfile.TemporaryDirectory() as name,
        mock.patch.object(allowance.Allowance, "take", return_value=0.0),
        mock.patch.object(
            parking.Parking,
            "wait",
            lambda self, grant, wait_s: wait(self, grant, min(wait_s, _MOST_PARKED_S)),
        ),
    ):
        folder, sealing = Path(name), Sealing()
        database = str(folder / "relay.db")
        sealing.init(database, _HOOK)
        code = sealing.code(database, caller, caller) if caller else ""
        relay = ForkedRelay(database, str(folder / "log"), ("--development",))
        try:
            token = relay_desk.enrol(relay.desks, code) if code else ""
            _ask(relay.desks, token, examples, folder, result)
            if relay.stop():
                result.failures.append("the relay did not end well")
        finally:
            relay.kill()
        log = (folder / "log").read_text("utf-8", "replace")
        if "fault of the relay" in log:
            result.failures.append(log[-500:])
    return result


def _ask(port: int, token: str, examples: int, folder: Path, result: Result) -> None:
    words = [sys.executable, "-m", "schemathesis.cli", "run"]
    words += [f"http://127.0.0.1:{port}/openapi.json", "--checks", _CHECKS]
    words += ["--seed", str(result.seed), "--max-examples", str(examples)]
    words += ["--no-color", "--request-timeout", "40"]
    # A desk that leaves is refused from then on: nothing more would be asked with its token.
    words += ["--exclude-path", "/v1/token"]
    if token:
        words += ["--header", f"Authorization: Bearer {token}"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    result.calls = sum(int(number) for number in re.findall(r"(\d+) generated", done.stdout))
    if not result.calls:
        result.failures.append((done.stdout + done.stderr)[-1500:])
    if done.returncode:
        result.failures.append(done.stdout[-3000:])


def _run(task: tuple[int, str]) -> Result:
    return run(*task)


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if every answer was as the document says; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_openapi", description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="keep results in this file, and go on from it")
    wanted = parser.parse_args(argv)
    if wanted.calls < 1 or wanted.workers < 1:
        parser.error("--calls and --workers are at least 1")
    results: list[Result] = []
    if wanted.resume and wanted.resume.exists():
        lines = wanted.resume.read_text("utf-8").splitlines()
        results = [Result(**json.loads(line)) for line in lines]
    seed = max([wanted.seed - 1, *(result.seed for result in results)]) + 1
    context = multiprocessing.get_context("spawn")
    with context.Pool(wanted.workers, maxtasksperchild=1) as pool:
        while sum(result.calls for result in results) < wanted.calls and not _failures(results):
            seeds = range(seed, seed + wanted.workers)
            seed += wanted.workers
            tasks = [(each, _CALLERS[each % len(_CALLERS)]) for each in seeds]
            for result in pool.imap_unordered(_run, tasks):
                results.append(result)
                if wanted.resume:
                    with wanted.resume.open("a", encoding="utf-8") as out:
                        out.write(json.dumps(asdict(result)) + "\n")
    return report(results)


def report(results: list[Result]) -> int:
    """Print the figures; 0 if they show what they must."""
    calls = {caller: 0 for caller in _CALLERS}
    for result in results:
        calls[result.caller] += result.calls
    told = ", ".join(f"{number} as {caller or 'nobody'}" for caller, number in calls.items())
    print(f"{sum(calls.values())} calls in {len(results)} rounds: {told}")
    failures = _failures(results)
    for failure in failures[:3]:
        print(failure)
    print("BROKEN" if failures else "kept")
    return 1 if failures else 0


def _failures(results: list[Result]) -> list[str]:
    return [f"seed {result.seed}: {each}" for result in results for each in result.failures]


if __name__ == "__main__":
    sys.exit(main())
