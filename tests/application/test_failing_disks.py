"""Whatever the disk does at whichever write, is each command given once and nothing stuck?"""

import itertools

import pytest

from tests.application.floor import finish, live_through
from tests.fakes.workstation import Workstation

PROBLEMS = [
    ("full", False, 1),
    ("full", False, 4),
    ("io", False, 1),
    ("io", True, 1),
    ("locked", True, 3),
    ("read_only", False, 2),
    ("conflict", False, 1),
    ("rule", False, 1),
]


@pytest.mark.parametrize(("problem", "written", "times"), PROBLEMS)
async def test_a_disk_that_fails_at_each_write(caplog, problem, written, times):
    failed = 0
    for number in itertools.count(1):
        writes = itertools.count(1)

        def is_due(commit, number=number, writes=writes):
            return next(writes) >= number

        ws = Workstation()
        ws.journal.fail(problem, when=is_due, times=times, written=written)
        assert await live_through(ws) == 0
        await finish(ws)
        if next(writes) <= number:
            break
        failed += 1
    assert failed > 15
