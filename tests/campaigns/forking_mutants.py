"""How are thousands of seeded faults run in minutes? A pytest plugin: collect once, then a fork for each fault.

    cd mutants && python -m pytest -q -s -p tests.campaigns.forking_mutants tests/domain

``mutmut run NAME`` has seeded the faults and noted which tests reach which function; mutmut itself collects all tests
again for every fault. What the tests say is kept in mutmut's own files, as its own exit codes, so that either goes on
where the other stopped.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from _pytest.runner import runtestprotocol

SURVIVED, KILLED, NO_TESTS, TIMEOUT = 0, 1, 33, 36
SETTLED = frozenset({KILLED, TIMEOUT})
"""Anything else is run: faults that have survived may meet a new test."""

CPU_S = 30
KEEP_EVERY = 25


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", type=Path, default=Path("telesales_desktop/domain"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    stats = json.loads(Path("mutmut-stats.json").read_text("utf-8"))
    reach: dict[str, list[str]] = stats["tests_by_mangled_function_name"]
    quick: dict[str, float] = stats["duration_by_test"]
    items = {item.nodeid: item for item in session.items}
    files = sorted(session.config.getoption("--mutants").glob("*.meta"))
    kept = {file: json.loads(file.read_text("utf-8")) for file in files}
    todo = [
        (file, name)
        for file in files
        for name, code in kept[file]["exit_code_by_key"].items()
        if code not in SETTLED
    ]
    Random(1).shuffle(todo)  # stopped anywhere, what was run is a fair sample of all
    gc.collect()
    gc.freeze()  # a child's collector would copy every page that it looks at
    alive = 0
    for number, (file, name) in enumerate(todo, 1):
        reaching = set(reach.get(name.rpartition("__mutmut_")[0], ()))
        tests = [t for t in items if t in reaching or t not in quick]  # a new test may reach it
        chosen = sorted(tests, key=lambda t: (_is_far(t, file), quick.get(t, 0.0)))
        code = run_one(name, [items[t] for t in chosen])
        kept[file]["exit_code_by_key"][name] = code
        alive += code not in SETTLED
        if number % KEEP_EVERY == 0 or number == len(todo):
            for each in files:
                _keep(each, kept[each])
            print(f"{number} of {len(todo)} run, {alive} alive", file=sys.stderr, flush=True)
    return True


def _is_far(test: str, file: Path) -> bool:
    """Whether a test is of another module: those of the fault's own most likely notice it."""
    return file.name.partition(".")[0] not in test.partition("::")[0]


def _keep(file: Path, kept: dict[str, object]) -> None:
    written = file.with_suffix(".new")
    written.write_text(json.dumps(kept, indent=4), "utf-8")
    os.replace(written, file)


def run_one(name: str, items: Sequence[pytest.Item]) -> int:
    """Run these tests against one fault, in a process of its own, up to the first that fails."""
    if not items:
        return NO_TESTS
    pid = os.fork()
    if pid == 0:
        code = 3
        try:
            gc.disable()
            os.environ["MUTANT_UNDER_TEST"] = name
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
            code = KILLED if any(_fails(items)) else SURVIVED
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else TIMEOUT


def _fails(items: Sequence[pytest.Item]) -> Iterator[bool]:
    following = (*items[1:], None)
    for item, after in zip(items, following, strict=True):
        yield any(r.failed for r in runtestprotocol(item, nextitem=after, log=False))
