"""Where on this machine may settings, journal and logs lie?"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError, SettingsError

APP_NAME = "telesales-desktop"
_PROFILE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?", re.ASCII)
_WINDOWS_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]", re.ASCII)
_NETWORK_KINDS = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs"),
        *("afs", "afpfs", "webdav", "davfs", "ceph", "glusterfs", "lustre"),
        *("fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.s3fs"),
        *("fuse.smbnetfs", "fuse.glusterfs", "fuse.ceph", "fuse.onedrive", "fuse.google-drive-ocamlfuse"),
    }
)
_SYNCED_FOLDERS = re.compile(
    r"onedrive(?: - .*)?|dropbox(?: \(.*\))?|google ?drive|my drive|icloud ?drive|"
    r"mobile documents|cloudstorage|box(?: sync)?|nextcloud|owncloud|pclouddrive|syncthing",
    re.IGNORECASE,
)
_DRIVE_REMOTE = 4


def config_root(data_dir: Path | None = None) -> Path:
    """Where profiles lie: the platform's own place, or ``--data-dir``."""
    if data_dir is not None:
        return data_dir / "config"
    from platformdirs import user_config_path

    return user_config_path(APP_NAME, appauthor=False)


def data_root(data_dir: Path | None = None) -> Path:
    """Where journals and logs lie; never a folder that roams or is synchronised by itself."""
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


def prepare_profile_directory(
    root: Path, profile: str, *, kind_of: Callable[[Path], str] | None = None
) -> Path:
    """The profile's own directory under ``root``, made if need be, for this user alone.

    Errors: ``JournalError`` ``network`` on a network share or in a synchronised folder, where a
    lock or a sync to disk means nothing; ``read_only`` or ``io`` where it cannot be made.
    """
    directory = root / ensure_profile_name(profile)
    refuse_unsafe_place(directory, kind_of=kind_of)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkdir leaves a directory that exists as it is; this one may hold the journal.
        os.chmod(directory, 0o700)
    except PermissionError as exc:
        raise JournalError(JournalProblem.READ_ONLY, "no right to write there") from exc
    except OSError as exc:
        raise JournalError(JournalProblem.IO, type(exc).__name__) from exc
    return directory


def refuse_unsafe_place(path: Path, *, kind_of: Callable[[Path], str] | None = None) -> None:
    """Refuse network shares and synchronised folders for the journal.

    ``kind_of`` names the file system under a path. Errors: ``JournalError`` ``network``.
    """
    real = Path(os.path.realpath(path))
    if any(_SYNCED_FOLDERS.fullmatch(part) for part in real.parts) or _is_in_onedrive(real):
        raise JournalError(JournalProblem.NETWORK, "a synchronised folder")
    if str(real).startswith(("\\\\", "//")):
        raise JournalError(JournalProblem.NETWORK, "a network share")
    kind = (kind_of or file_system_kind)(_nearest_existing(real))
    if kind.lower() in _NETWORK_KINDS:
        raise JournalError(JournalProblem.NETWORK, "a network share")


def file_system_kind(path: Path, platform: str = sys.platform) -> str:
    """The name of the file system under ``path`` as the platform spells it; "" if unknown."""
    if platform == "win32":
        return _windows_kind(path)
    if platform == "darwin":
        return _kind_in_mount_list(path, _run_mount())
    try:
        return kind_in_mountinfo(path, Path("/proc/self/mountinfo").read_text("utf-8"))
    except OSError:
        return ""


def kind_in_mountinfo(path: Path, table: str) -> str:
    """The file system of the longest mount point above ``path``, in Linux's own table."""
    mounts = []
    for line in table.splitlines():
        before, _, after = line.partition(" - ")
        columns = before.split()
        if len(columns) > 4 and after:
            point = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), columns[4])
            mounts.append((point, after.split()[0]))
    return _kind_of_longest(path, mounts)


def _kind_in_mount_list(path: Path, listing: str) -> str:
    """The same from the output of macOS's ``mount``: ``what on /point (kind, option, ...)``."""
    found = re.findall(r"^.+? on (/.*) \(([^,)]+)", listing, re.MULTILINE)
    return _kind_of_longest(path, found)


def _kind_of_longest(path: Path, mounts: list[tuple[str, str]]) -> str:
    above = [mount for mount in mounts if path.is_relative_to(mount[0])]
    # The last of equals: a later mount hides an earlier one.
    return max(reversed(above), key=lambda mount: len(mount[0]))[1] if above else ""


def _run_mount() -> str:
    import subprocess

    done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False, timeout=10)
    return done.stdout


def _windows_kind(path: Path) -> str:
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only Windows has it
    return "smb" if kernel.GetDriveTypeW(path.anchor) == _DRIVE_REMOTE else ""


def _is_in_onedrive(path: Path) -> bool:
    """OneDrive may have any name; Windows tells where it is."""
    places = (os.environ.get(name) for name in ("OneDrive", "OneDriveCommercial"))
    return any(path.is_relative_to(os.path.realpath(place)) for place in places if place)


def _nearest_existing(path: Path) -> Path:
    return next((place for place in (path, *path.parents) if place.exists()), path)
