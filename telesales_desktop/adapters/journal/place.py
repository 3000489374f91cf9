"""Where does the journal lie, may it lie there, and how is one that cannot be used moved aside?"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePath

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError

MARK_SUFFIX = "-mark"
UNFILLED_SUFFIX = "-unfilled"
"""Of an empty file beside a journal that took the place of a lost one, until it is filled."""
# In this order: whatever moves first is missed by what is left, so that a crash in between cannot
# leave a journal that looks whole. The mark goes last: it tells that commits are missing.
_PARTS = ("-wal", "-journal", "-shm", "", MARK_SUFFIX)

# Locks and syncs across a network are promises of somebody else's; two desks could write at once.
_NETWORK = frozenset(
    {
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.ceph",
        "fuse.davfs",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "orangefs",
        "smb2",
        "smb3",
        "smbfs",
        "webdav",
    }
)
# A synchronised folder copies the file while it changes and brings old states back.
_SYNCED_NAMES = frozenset(
    {
        "cloudstorage",
        "dropbox",
        "google drive",
        "googledrive",
        "icloud drive",
        "iclouddrive",
        "mobile documents",
        "my drive",
        "nextcloud",
        "onedrive",
        "owncloud",
        "pcloud drive",
        "proton drive",
    }
)
_SYNCED_MARKERS = (".dropbox", ".dropbox.cache", ".stfolder", ".sync", ".owncloudsync.log")
_SYNCED_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer", "Dropbox")


def prepare(path: Path, *, file_system: Callable[[Path], str] | None = None) -> None:
    """Make the folder and an empty file that only this account reads.

    Errors: ``NETWORK`` for a network share or a synchronised folder; ``READ_ONLY`` for a place
    that cannot be written.
    """
    why = why_not_here(path, (file_system or file_system_of)(path), os.environ)
    if why:
        raise JournalError(JournalProblem.NETWORK, why)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            _sync_folder(path.parent)
    except OSError as error:
        raise JournalError(JournalProblem.READ_ONLY, type(error).__name__) from error


def set_aside(path: Path) -> Path:
    """Move a journal that cannot be used out of the way, whole; returns its new path.

    The next ``open`` makes a new one, to be filled from Affirm and the relay; it counts as
    unfilled from now on. Killed in between, the rest is moved by the next call.
    Errors: ``IO``, ``FULL``, ``READ_ONLY``; the journal stays then.
    """
    mark_unfilled(path)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"{path.name}.aside-{stamp}")
    try:
        for suffix in _PARTS:
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        _sync_folder(path.parent)
    except OSError as error:
        raise _journal_error(error) from error
    return aside


def mark_unfilled(path: Path) -> None:
    """Note, before the lost journal moves, that the next one is to be filled; durable on return.

    Errors: as ``set_aside``.
    """
    try:
        os.close(os.open(_unfilled(path), os.O_WRONLY | os.O_CREAT, 0o600))
        _sync_folder(path.parent)
    except OSError as error:
        raise _journal_error(error) from error


def is_unfilled(path: Path) -> bool:
    """Whether the journal took the place of a lost one and was not filled to the end.

    Errors: ``IO``, ``READ_ONLY`` where that cannot be told.
    """
    try:
        _unfilled(path).stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _journal_error(error) from error
    return True


def mark_filled(path: Path) -> None:
    """The journal is filled; durable on return. Errors: as ``set_aside``; it is unfilled then."""
    try:
        _unfilled(path).unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise _journal_error(error) from error


def _unfilled(path: Path) -> Path:
    return path.with_name(path.name + UNFILLED_SUFFIX)


def _journal_error(error: OSError) -> JournalError:
    problem = JournalProblem.IO
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        problem = JournalProblem.READ_ONLY
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        problem = JournalProblem.FULL
    return JournalError(problem, type(error).__name__)


def why_not_here(path: Path, file_system: str, environment: Mapping[str, str]) -> str:
    """Why a journal may not lie there; empty if it may."""
    if file_system.lower() in _NETWORK:
        return f"network file system {file_system}"
    folders = [folder for folder in path.resolve().parents if folder != folder.parent]
    for variable in _SYNCED_VARIABLES:
        root = environment.get(variable, "")
        if root and PurePath(root) in folders:
            return f"synchronised folder ({variable})"
    for folder in folders:
        name = folder.name.casefold()
        if name in _SYNCED_NAMES or name.startswith("onedrive - "):
            return f"synchronised folder ({folder.name})"
        if any((folder / marker).exists() for marker in _SYNCED_MARKERS):
            return f"synchronised folder ({folder.name})"
    return ""


def file_system_of(path: Path) -> str:
    """The kind of file system that a path lies on; empty where it cannot be told."""
    if sys.platform == "win32":
        return _on_windows(path)
    if sys.platform == "darwin":
        return by_mount_table(path, _mac_mounts())
    return by_mount_table(path, linux_mounts())


def by_mount_table(path: Path, mounts: Iterable[tuple[str, str]]) -> str:
    """The kind of the deepest mount point above the path; of several there, the last one."""
    resolved = path.absolute().parent.resolve()
    deepest, kind = -1, ""
    for point, of_kind in mounts:
        depth = len(PurePath(point).parts)
        if resolved.is_relative_to(point) and depth >= deepest:
            deepest, kind = depth, of_kind
    return kind


def linux_mounts(table: Path = Path("/proc/self/mounts")) -> Iterable[tuple[str, str]]:
    """Mount points and kinds, in the order in which they were mounted."""
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return
    for fields in (line.split(b" ") for line in lines):
        if len(fields) > 2:
            # The table spells blanks in names as octal numbers.
            point = re.sub(rb"\\([0-7]{3})", lambda m: bytes([int(m[1], 8)]), fields[1])
            yield os.fsdecode(point), os.fsdecode(fields[2])


def _mac_mounts() -> Iterable[tuple[str, str]]:  # pragma: no cover - macOS only
    told = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
    return parse_mac_mounts(told)


def parse_mac_mounts(told: str) -> Iterable[tuple[str, str]]:
    """Mount points and kinds from lines like ``//a@b/c on /Volumes/c (smbfs, nodev, …)``."""
    for line in told.splitlines():
        before, _, options = line.rpartition(" (")
        _, _, point = before.partition(" on ")
        if point:
            yield point, options.rstrip(")").split(",")[0]


def _on_windows(path: Path) -> str:  # pragma: no cover - Windows only
    if sys.platform == "win32":
        import ctypes

        drive = path.absolute().drive
        drive_remote = 4  # GetDriveType's word for a share that has a letter
        if drive.startswith("\\\\"):
            return "smbfs"
        if ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == drive_remote:
            return "smbfs"
    return ""


def _sync_folder(folder: Path) -> None:
    """Make a new or moved name durable, where the system lets folders be synced."""
    if sys.platform == "win32":  # pragma: no cover - Windows only
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
