"""What does a failure of SQLite mean for the journal, and is the handle still to be trusted?"""

from __future__ import annotations

import apsw

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError

_PROBLEMS: tuple[tuple[type[apsw.Error], JournalProblem], ...] = (
    (apsw.BusyError, JournalProblem.LOCKED),
    (apsw.LockedError, JournalProblem.LOCKED),
    (apsw.NotADBError, JournalProblem.DAMAGED),
    (apsw.CorruptError, JournalProblem.DAMAGED),
    (apsw.FormatError, JournalProblem.DAMAGED),
    (apsw.ReadOnlyError, JournalProblem.READ_ONLY),
    (apsw.PermissionsError, JournalProblem.READ_ONLY),
    (apsw.CantOpenError, JournalProblem.READ_ONLY),
    (apsw.FullError, JournalProblem.FULL),
    (apsw.ConstraintError, JournalProblem.RULE),
    # A statement of ours is wrong: the tables were proved on opening, so they are not.
    (apsw.SQLError, JournalProblem.RULE),
    (apsw.MismatchError, JournalProblem.RULE),
    (apsw.TooBigError, JournalProblem.RULE),
    (apsw.ConnectionClosedError, JournalProblem.CLOSED),
)

SPENT = frozenset(
    {
        JournalProblem.IO,
        JournalProblem.DAMAGED,
        JournalProblem.NEWER,
        JournalProblem.LOCKED,
        JournalProblem.READ_ONLY,
    }
)
"""After these the handle is not used again: a sync that failed once may "succeed" next time
without having written anything, so trying again on the same handle can lose what was promised."""


def journal_error(error: apsw.Error) -> JournalError:
    """Our error for SQLite's. Its detail names no value, only SQLite's own words for the fault."""
    problem = next((p for kind, p in _PROBLEMS if isinstance(error, kind)), JournalProblem.IO)
    name = type(error).__name__.removesuffix("Error")
    code = getattr(error, "extendedresult", 0)
    return JournalError(problem, f"{name} {code} {error}".strip())
