"""Which committer writes to the database of an address?"""

from __future__ import annotations

from pathlib import Path

from telesales_desktop.relay.committing import Committer
from telesales_desktop.relay.sqlite_file import open_file


def committer(database: Path | str, name: str = "") -> Committer:
    """``name``: who speaks, to other replicas."""
    if isinstance(database, Path):
        return Committer(lambda: open_file(database))
    # The process that only appends to a file does without PostgreSQL's driver.
    from telesales_desktop.relay import postgres_commit, postgres_schema

    return postgres_commit.PostgresCommitter(lambda: postgres_schema.connect(database), name)
