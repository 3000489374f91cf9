"""Does the relay answer as its OpenAPI document says, whatever is asked of it?

    python -m tests.campaigns.relay_openapi [--calls N] [--seed S]

schemathesis makes requests from the document, right ones and wrong ones, alone and in sequences, and
sends them to a relay with an agent's, a supervisor's and no token in turn. No answer may be a 5xx, or one that the
document does not name. The limits on how often a token may ask are lifted.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from telesales_desktop.relay import allowance
from tests.campaigns import relay_desk
from tests.campaigns.relay_forked import ForkedRelay
from tests.campaigns.relay_sealing import Sealing

_HOOK = "/hooks/affirm/campaign-hook-secret"
_CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
_MOST_EXAMPLES = 2000


@dataclass
class Result:
    """What the rounds showed."""

    calls: int = 0
    rounds: int = 0
    failures: list[str] = field(default_factory=list)


def run(calls: int, seed: int = 1, examples: int = 100) -> Result:
    """Rounds with one caller each, until there were so many calls."""
    result = Result()
    with (
        tempfile.TemporaryDirectory() as name,
        mock.patch.object(allowance.Allowance, "take", return_value=0.0),
    ):
        folder, sealing = Path(name), Sealing()
        database = str(folder / "relay.db")
        sealing.init(database, _HOOK)
        codes = [sealing.code(database, role, role) for role in ("agent", "supervisor")]
        relay = ForkedRelay(database, str(folder / "log"), ("--development",))
        try:
            tokens = [*(relay_desk.enrol(relay.desks, code) for code in codes), ""]
            while result.calls < calls:
                token = tokens[result.rounds % len(tokens)]
                _round(relay.desks, token, seed + result.rounds, examples, folder, result)
                result.rounds += 1
                if result.failures:
                    break
                examples = min(_MOST_EXAMPLES, examples * 2)
            if relay.stop():
                result.failures.append("the relay did not end well")
        finally:
            relay.kill()
        log = (folder / "log").read_text("utf-8", "replace")
        if "fault of the relay" in log:
            result.failures.append(log[-500:])
    return result


def _round(port: int, token: str, seed: int, examples: int, folder: Path, result: Result) -> None:
    words = [sys.executable, "-m", "schemathesis.cli", "run"]
    words += [f"http://127.0.0.1:{port}/openapi.json", "--checks", _CHECKS, "--seed", str(seed)]
    words += ["--max-examples", str(examples), "--no-color", "--request-timeout", "40"]
    # A desk that leaves is refused from then on: nothing more would be asked with its token.
    words += ["--exclude-path", "/v1/token"]
    if token:
        words += ["--header", f"Authorization: Bearer {token}"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    counted = sum(int(number) for number in re.findall(r"(\d+) generated", done.stdout))
    if not counted:
        result.failures.append((done.stdout + done.stderr)[-1500:])
    result.calls += counted
    if done.returncode:
        result.failures.append(done.stdout[-3000:])


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if every answer was as the document says; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_openapi", description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(argv)
    if wanted.calls < 1:
        parser.error("--calls is at least 1")
    result = run(wanted.calls, wanted.seed)
    print(json.dumps({"calls": result.calls, "rounds": result.rounds}))
    for failure in result.failures[:3]:
        print(failure)
    print("BROKEN" if result.failures else "kept")
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
