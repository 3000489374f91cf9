"""Where on this machine do settings, journal and logs lie?"""

from __future__ import annotations

import os
import re
from pathlib import Path

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError, SettingsError

APP_NAME = "telesales-desktop"
_PROFILE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?", re.ASCII)
_WINDOWS_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]", re.ASCII)


def config_root(data_dir: Path | None = None) -> Path:
    """Where profiles lie: the platform's own place, or ``--data-dir``."""
    if data_dir is not None:
        return data_dir / "config"
    from platformdirs import user_config_path

    return user_config_path(APP_NAME, appauthor=False)


def data_root(data_dir: Path | None = None) -> Path:
    """Where journals and logs lie; never a folder that roams with the user's account."""
    if data_dir is not None:
        return data_dir / "data"
    from platformdirs import user_data_path

    return user_data_path(APP_NAME, appauthor=False, roaming=False)


def ensure_profile_name(name: str) -> str:
    """``name``, if it can be a file and a keyring item on every platform.

    Errors: ``SettingsError`` naming ``name``.
    """
    if not _PROFILE_NAME.fullmatch(name) or _WINDOWS_DEVICES.fullmatch(name):
        raise SettingsError(
            "a profile's name has 1 to 40 of a-z, 0-9, - and _, and starts and ends with a letter "
            "or a digit",
            fields=("name",),
        )
    return name


def prepare_profile_directory(root: Path, profile: str) -> Path:
    """The profile's own directory under ``root``, made if need be, for this user alone.

    Whether a journal may lie there (no network share, no synchronised folder) is the journal's
    to refuse. Errors: ``JournalError`` ``read_only`` or ``io`` where it cannot be made.
    """
    directory = root / ensure_profile_name(profile)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkdir leaves a directory that exists as it is; this one may hold the journal.
        os.chmod(directory, 0o700)
    except PermissionError as exc:
        raise JournalError(JournalProblem.READ_ONLY, "no right to write there") from exc
    except OSError as exc:
        raise JournalError(JournalProblem.IO, type(exc).__name__) from exc
    return directory
