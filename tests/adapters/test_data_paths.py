"""Is the journal kept off network shares and synchronised folders, and for this user alone?"""

import os
import stat
import subprocess
import sys
import types
from pathlib import Path

import pytest

from telesales_desktop.adapters import data_paths
from telesales_desktop.adapters.data_paths import (
    ensure_profile_name,
    file_system_kind,
    kind_in_mountinfo,
    prepare_profile_directory,
    refuse_unsafe_place,
)
from telesales_desktop.domain.errors import JournalError, SettingsError


def local(_path):
    return "ext4"


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_a_directory_is_made_for_this_user_alone_even_if_it_was_open(tmp_path):
    made = prepare_profile_directory(tmp_path / "data", "shop", kind_of=local)
    assert made == tmp_path / "data" / "shop"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    made.chmod(0o755)
    prepare_profile_directory(tmp_path / "data", "shop", kind_of=local)
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_name_may_not_leave_the_root(tmp_path):
    with pytest.raises(SettingsError):
        prepare_profile_directory(tmp_path, "../shop", kind_of=local)
    assert ensure_profile_name("shop_2-ca") == "shop_2-ca"


def problem(call):
    with pytest.raises(JournalError) as refused:
        call()
    return refused.value.problem


def test_a_file_in_the_way_is_said(tmp_path):
    (tmp_path / "shop").write_text("")
    assert problem(lambda: prepare_profile_directory(tmp_path, "shop", kind_of=local)) == "io"


def test_a_place_without_rights_is_said(tmp_path, monkeypatch):
    def refuse(*_given, **_named):
        raise PermissionError

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert problem(lambda: prepare_profile_directory(tmp_path, "s", kind_of=local)) == "read_only"


@pytest.mark.parametrize("kind", ["nfs4", "CIFS", "fuse.sshfs", "smb3", "davfs"])
def test_a_network_file_system_is_refused(tmp_path, kind):
    assert problem(lambda: refuse_unsafe_place(tmp_path, kind_of=lambda _: kind)) == "network"


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "apfs", "tmpfs", "fuse.gocryptfs", ""])
def test_a_file_system_of_this_machine_is_taken(tmp_path, kind):
    refuse_unsafe_place(tmp_path / "not" / "yet", kind_of=lambda _: kind)


@pytest.mark.parametrize(
    "folder",
    [
        "OneDrive",
        "OneDrive - Lamp Shop",
        "Dropbox",
        "Dropbox (Work)",
        "Google Drive",
        "iCloudDrive",
    ],
)
def test_a_synchronised_folder_is_refused(tmp_path, folder):
    place = tmp_path / folder / "telesales"
    assert problem(lambda: refuse_unsafe_place(place, kind_of=local)) == "network"


def test_a_link_into_a_synchronised_folder_is_refused(tmp_path):
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox", target_is_directory=True)
    assert problem(lambda: refuse_unsafe_place(tmp_path / "data", kind_of=local)) == "network"


def test_onedrive_under_another_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Shop files"))
    place = tmp_path / "Shop files" / "x"
    assert problem(lambda: refuse_unsafe_place(place, kind_of=local)) == "network"
    refuse_unsafe_place(tmp_path / "else", kind_of=local)


@pytest.mark.parametrize("place", ["//server/share/x", "\\\\server\\share\\x"])
def test_a_share_by_its_own_name_is_refused(monkeypatch, place):
    monkeypatch.setattr(os.path, "realpath", str)
    monkeypatch.setattr(data_paths, "Path", lambda text: _AsSpelled(str(text)))
    assert problem(lambda: refuse_unsafe_place(Path(place), kind_of=local)) == "network"


class _AsSpelled(str):
    """A path of another platform, of which only the spelling counts here."""

    parts = ()
    __slots__ = ()


MOUNTS = r"""22 1 0:20 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:30 / /home rw,relatime shared:2 - btrfs /dev/vdb rw
31 30 0:31 / /home/my\040share rw,relatime - cifs //server/share rw
32 22 0:32 / /mnt rw - ext4 /dev/vdc rw
33 22 0:33 / /mnt rw - nfs4 server:/export rw
broken line
40 22 0:40 / /odd rw -
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/jane/x", "btrfs"),
        ("/home/my share/x", "cifs"),
        ("/home/my shared/x", "btrfs"),
        ("/mnt/x", "nfs4"),  # the later mount hides the earlier one
        ("/etc", "ext4"),
        ("/odd", "ext4"),
    ],
)
def test_the_nearest_mount_decides(path, kind):
    assert kind_in_mountinfo(Path(path), MOUNTS) == kind


def test_no_mount_table_says_nothing():
    assert kind_in_mountinfo(Path("/x"), "") == ""


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's mount table")
def test_this_machines_own_table_is_read(tmp_path, monkeypatch):
    assert file_system_kind(tmp_path)

    def gone(*_given):
        raise OSError

    monkeypatch.setattr(Path, "read_text", gone)
    assert file_system_kind(tmp_path, "linux") == ""


def test_macos_tells_by_its_mount_command(monkeypatch):
    listing = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "//jane@nas/share on /Volumes/share (smbfs, nodev, nosuid, mounted by jane)\n"
    )
    asked = []

    def run(command, **_given):
        asked.append(command)
        return types.SimpleNamespace(stdout=listing)

    monkeypatch.setattr(subprocess, "run", run)
    assert file_system_kind(Path("/Volumes/share/x"), "darwin") == "smbfs"
    assert file_system_kind(Path("/Users/jane"), "darwin") == "apfs"
    assert asked == [["/sbin/mount"]] * 2


@pytest.mark.parametrize(("drive_type", "kind"), [(4, "smb"), (3, "")])
def test_windows_tells_by_the_kind_of_drive(monkeypatch, drive_type, kind):
    import ctypes

    kernel = types.SimpleNamespace(GetDriveTypeW=lambda _anchor: drive_type)
    monkeypatch.setattr(ctypes, "windll", types.SimpleNamespace(kernel32=kernel), raising=False)
    assert file_system_kind(Path("/x"), "win32") == kind


def test_a_directory_is_prepared_where_this_machine_says_it_is_safe(tmp_path):
    assert prepare_profile_directory(tmp_path, "shop").is_dir()
