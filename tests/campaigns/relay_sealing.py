"""How does a campaign make a relay, and read what it has sealed?"""

from __future__ import annotations

import base64
import contextlib
import io
import tempfile
from pathlib import Path
from typing import Any

from telesales_desktop.relay import cli


def disk() -> str:
    """A folder on a real disk, for what is synced."""
    return "/var/tmp" if Path("/var/tmp").is_dir() else tempfile.gettempdir()


def command(words: list[str]) -> None:
    """Do one of the relay's commands in this process. Errors: ``RuntimeError``."""
    complaints = io.StringIO()
    with contextlib.redirect_stderr(complaints):
        status = cli.main(words)
    if status:
        raise RuntimeError(f"{words[0]}: {complaints.getvalue()}")


class Sealing:
    """The merchant data key of a campaign's desks."""

    def init(self, database: str, hook: str) -> None:
        """Make the relay's database."""
        with contextlib.redirect_stdout(io.StringIO()):
            command(["init", "--database", database, "--hook-secret", hook.rpartition("/")[2]])

    def body(self, change: dict[str, Any]) -> bytes:
        """What Affirm had sent."""
        return base64.b64decode(change["delivery"]["body"])
