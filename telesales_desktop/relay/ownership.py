"""Whose is a file that the operator's command makes for a relay that runs under its own account?"""

from __future__ import annotations

import os
from pathlib import Path

# Windows would write two bytes for each line feed, and a line's checksum would never fit.
_AS_IT_IS: int = getattr(os, "O_BINARY", 0)


def open_beside(place: Path, flags: int) -> int:
    """Open one of the relay's own files; where it is made it is its owner's alone.

    Root may type the command: the folder's owner must not lead it to another file by a link.
    Errors: ``OSError``.
    """
    stay = os.O_NOFOLLOW if os.name != "nt" and os.geteuid() == 0 else 0
    return os.open(place, flags | stay | _AS_IT_IS, 0o600)


def give_to_owner_of(place: Path, opened: int) -> None:
    """What root makes beside the relay's files must be the relay's, or it could not write there.

    SQLite does the same for its own files. Without root it changes nothing. Errors: ``OSError``.
    """
    if os.name != "nt" and os.geteuid() == 0:
        owner = place.stat()
        os.fchown(opened, owner.st_uid, owner.st_gid)
