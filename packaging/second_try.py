"""What of a part of the tests is worth a second try, when the machine may have been to blame?

    python packaging/second_try.py build/tests-PART.log

Reads what `pytest -v` printed and prints what to run again, one a line: the tests that failed, if
they are at most three, or the word `all` where the run itself was ended by a test that never came
back. Exit status 1: nothing is tried again. What moves money is never excused: a test of the core,
of the journal or of the campaigns that failed once has failed.
"""

import re
import sys
from pathlib import Path

ALL = "all"
# More than this at once is no accident of timing.
MOST = 3
# Seeded and without a clock of their own, or about what must not fail once in a million times.
NEVER_EXCUSED = (
    "tests/domain/",
    "tests/adapters/journal/",
    "tests/properties/",
    "tests/campaigns/",
)
_VERDICT = re.compile(
    r"^(tests/\S+\.py::.+) (?:(?:FAILED|ERROR) +\[ *\d+%\]|Timeout \(.*)$", re.MULTILINE
)
_COLLECTED = re.compile(r"^collect.*collected \d+ items", re.MULTILINE)
_END = re.compile(r"^=+ .*\b(?P<failed>\d+) (?:failed|errors?)\b.* in [\d.]+s.*=+$", re.MULTILINE)
_HUNG = re.compile(r"(?:^| )Timeout \(\d+:\d\d:\d\d\)!$", re.MULTILINE)


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        print("second-try: usage: python packaging/second_try.py LOG", file=sys.stderr)
        return 2
    again = worth_another(Path(argv[0]).read_text("utf-8", errors="replace"))
    print("\n".join(again))
    return 0 if again else 1


def worth_another(log: str) -> list[str]:
    """The tests to run again, ``[ALL]``, or nothing."""
    failed = list(dict.fromkeys(_VERDICT.findall(log)))
    if any(name.startswith(NEVER_EXCUSED) for name in failed) or len(failed) > MOST:
        return []
    if _END.search(log):
        return failed
    return [ALL] if _COLLECTED.search(log) and _HUNG.search(log) else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
