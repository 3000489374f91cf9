"""How is a small file replaced so that a power cut leaves the old one or the new one?"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write beside, sync, and rename over. Errors: ``OSError``; the old file is there."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def reason(refused: OSError) -> str:
    """Why, in the system's words, which name no path."""
    return refused.strerror or type(refused).__name__


def try_directory(directory: Path) -> None:
    """Prove that files can be kept in there, and leave nothing behind. Errors: ``OSError``."""
    missing = []
    place = directory
    while not place.exists():
        missing.append(place)
        place = place.parent
    made = []
    try:
        for each in reversed(missing):
            each.mkdir(mode=0o700)
            made.append(each)
        handle, name = tempfile.mkstemp(prefix=".try-", dir=directory)
        os.close(handle)
        Path(name).unlink()
    finally:
        for each in reversed(made):
            with contextlib.suppress(OSError):  # somebody else uses it already
                each.rmdir()
