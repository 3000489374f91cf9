"""Is a journal kept only where locks and syncs can be trusted, and moved aside whole?"""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from telesales_desktop.adapters.journal import place
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal.conftest import store_at
from tests.adapters.journal.samples import created


@pytest.mark.parametrize("kind", ["nfs4", "CIFS", "fuse.sshfs", "smbfs"])
def test_a_network_share_is_refused(path, kind):
    with pytest.raises(JournalError, match=kind) as refused:
        place.prepare(path, file_system=lambda _: kind)
    assert refused.value.problem == "network"
    assert not path.exists()


@pytest.mark.parametrize(
    "folder",
    [
        "Dropbox",
        "OneDrive",
        "OneDrive - Northwind Ltd",
        "Library/Mobile Documents",
        "Google Drive/x",
    ],
)
def test_a_synchronised_folder_is_refused(tmp_path, folder):
    with pytest.raises(JournalError, match="synchronised") as refused:
        place.prepare(tmp_path / folder / "journal.db")
    assert refused.value.problem == "network"


@pytest.mark.parametrize("marker", [".dropbox", ".stfolder"])
def test_it_is_known_by_its_marker_too(tmp_path, marker):
    (tmp_path / "sync" / marker).mkdir(parents=True)
    assert place.why_not_here(tmp_path / "sync" / "deep" / "journal.db", "ext4", {})


def test_it_is_known_by_the_systems_variable_too(tmp_path):
    root = tmp_path / "Work files"
    environment = {"OneDriveCommercial": str(root), "Dropbox": ""}
    assert place.why_not_here(root / "a" / "journal.db", "ntfs", environment)
    assert not place.why_not_here(tmp_path / "journal.db", "ntfs", environment)


def test_a_link_into_a_synchronised_folder_is_seen_through(tmp_path):
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "Dropbox")
    assert place.why_not_here(tmp_path / "link" / "journal.db", "ext4", {})


def test_it_is_made_for_this_account_alone(tmp_path):
    path = tmp_path / "new" / "journal.db"
    place.prepare(path)
    place.prepare(path)  # it may be there already
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    store = store_at(path)
    store.open()
    store.commit(created(1))
    if sys.platform != "win32":
        modes = {stat.S_IMODE(part.stat().st_mode) for part in path.parent.iterdir()}
        assert modes == {0o600}
    store.close()


def test_a_place_that_cannot_be_made_is_read_only(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(JournalError) as refused:
        place.prepare(tmp_path / "file" / "journal.db")
    assert refused.value.problem == "read_only"


def test_the_kind_of_file_system_is_known_here(tmp_path):
    if sys.platform == "linux":
        # In a changed root the table may name no mount above a folder: then nothing can be told.
        points = [Path(point) for point, _ in place.linux_mounts()]
        is_named = any(point in tmp_path.parents for point in points)
        assert bool(place.file_system_of(tmp_path / "journal.db")) is is_named
        assert place.file_system_of(Path("/proc/journal.db")) == "proc"


def test_the_deepest_mount_decides_and_of_those_the_last():
    mounts = [("/", "ext4"), ("/proc", "proc"), ("/proc/self", "a"), ("/proc/self", "nfs")]
    assert place.by_mount_table(Path("/usr/journal.db"), mounts) == "ext4"
    assert place.by_mount_table(Path("/proc/journal.db"), mounts) == "proc"
    assert place.by_mount_table(Path("/usr/journal.db"), []) == ""


def test_the_mount_table_is_read_as_linux_writes_it(tmp_path):
    table = tmp_path / "mounts"
    table.write_bytes(
        b"/dev/sda1 / ext4 rw 0 0\nserver:/a /mnt/my\\040share nfs4 rw 0 0\n\nshort line\n"
        b"none /\xff tmpfs rw 0 0\n"
    )
    read = list(place.linux_mounts(table))
    assert read[:2] == [("/", "ext4"), ("/mnt/my share", "nfs4")]
    assert [kind for _, kind in read] == ["ext4", "nfs4", "tmpfs"]
    assert list(place.linux_mounts(tmp_path / "none")) == []


def test_the_mount_list_is_read_as_macos_writes_it():
    told = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "//ann@server/share on /Volumes/my share (smbfs, nodev, nosuid, mounted by ann)\n"
        "nothing like it\n"
    )
    assert list(place.parse_mac_mounts(told)) == [("/", "apfs"), ("/Volumes/my share", "smbfs")]


@pytest.mark.parametrize(("platform", "kind"), [("darwin", "smbfs"), ("win32", "")])
def test_every_system_has_its_own_way(monkeypatch, platform, kind):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(place, "_mac_mounts", lambda: [("/", "apfs"), ("/usr", "smbfs")])
    monkeypatch.setattr(place, "_on_windows", lambda path: "")
    assert place.file_system_of(Path("/usr/journal.db")) == kind


def test_it_moves_aside_whole_and_a_new_one_is_made(path):
    store = store_at(path)
    store.open()
    store.commit(created(1))
    store.let_go()
    aside = place.set_aside(path)
    assert {p.name for p in path.parent.iterdir()} == {
        aside.name,
        f"{aside.name}-wal",
        f"{aside.name}-mark",
        "journal.db-unfilled",
    }
    store.open()
    assert store.load_open_orders() == ()
    store.close()
    old = store_at(aside)
    old.open()
    assert len(old.load_open_orders()) == 1
    old.close()


def set_aside_killed_after(moved, path, monkeypatch):
    """Killed once so many of its parts were moved."""
    renamed = []
    rename = Path.rename

    def stop_after(self, target):
        if len(renamed) == moved:
            raise KeyboardInterrupt
        renamed.append(target)
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", stop_after)
        with pytest.raises(KeyboardInterrupt):
            place.set_aside(path)


@pytest.mark.parametrize("moved", [1, 2])
def test_stopped_on_the_way_it_never_looks_whole(path, monkeypatch, moved):
    store = store_at(path)
    store.open()
    store.commit(created(1))
    store.checkpoint()
    store.commit(created(2))
    store.let_go()
    set_aside_killed_after(moved, path, monkeypatch)
    with pytest.raises(JournalError) as refused:
        store.open()
    assert refused.value.problem == "damaged"
    place.set_aside(path)
    store.open()
    assert store.load_open_orders() == ()
    store.close()


@pytest.mark.parametrize(("error", "problem"), [(PermissionError, "read_only"), (OSError, "io")])
def test_one_that_cannot_be_moved_stays(path, monkeypatch, error, problem):
    path.write_bytes(b"x")

    def refuse(self, target):
        raise error

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(JournalError) as refused:
        place.set_aside(path)
    assert refused.value.problem == problem
    assert set(os.listdir(path.parent)) == {path.name, f"{path.name}-unfilled"}


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_journal_that_took_a_lost_ones_place_is_unfilled_until_it_is_filled(
    path, monkeypatch, moved
):
    store = store_at(path)
    store.open()
    store.commit(created(1))
    store.let_go()
    assert not place.is_unfilled(path)
    set_aside_killed_after(moved, path, monkeypatch)
    assert place.is_unfilled(path)
    place.set_aside(path)
    place.prepare(path)
    assert place.is_unfilled(path)
    place.mark_filled(path)
    assert not place.is_unfilled(path)
    place.mark_filled(path)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (PermissionError(), "read_only"),
        (OSError(errno.EROFS, "read-only"), "read_only"),
        (OSError(errno.ENOSPC, "no room"), "full"),
        (OSError(errno.EIO, "the disk"), "io"),
    ],
)
def test_a_disk_that_keeps_no_note_says_why(path, monkeypatch, error, problem):
    def refuse(*_, **__):
        raise error

    for name, ask in (
        ("os.open", place.mark_unfilled),
        ("pathlib.Path.stat", place.is_unfilled),
        ("pathlib.Path.unlink", place.mark_filled),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(name, refuse)
            with pytest.raises(JournalError) as refused:
                ask(path)
        assert refused.value.problem == problem
