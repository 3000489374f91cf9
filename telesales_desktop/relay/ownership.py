"""Whose is a file that the operator's command makes for a relay that runs under its own account?"""

from __future__ import annotations

import os
from pathlib import Path


def give_to_owner_of(place: Path, opened: int) -> None:
    """What root makes beside the relay's files must be the relay's, or it could not write there.

    SQLite does the same for its own files. Without root it changes nothing. Errors: ``OSError``.
    """
    if os.name != "nt" and os.geteuid() == 0:
        owner = place.stat()
        os.fchown(opened, owner.st_uid, owner.st_gid)
