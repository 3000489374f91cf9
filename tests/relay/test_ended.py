import os

import pytest

from telesales_desktop.relay import ended


@pytest.fixture
def file(tmp_path):
    return ended.ended_file(tmp_path / "relay.db")


A, B = ended.of_token("a"), ended.of_hook(b"b")


def test_without_a_file_nothing_is_known(file):
    assert ended.read(file) is None
    ended.note(file, {})
    assert ended.read(file) is None


def test_the_earliest_end_stands(file):
    ended.note(file, {A: 5, B: 9})
    ended.note(file, {B: 7})
    ended.note(file, {B: 8})
    assert ended.read(file) == {A: 5, B: 7}


def test_what_a_crash_has_cut_ends_with_the_next_line(file):
    ended.note(file, {A: 5})
    with file.open("ab") as cut:
        cut.write(b"\n" + B.encode()[:30])
    assert ended.read(file) == {A: 5}
    ended.note(file, {B: 6})
    assert ended.read(file) == {A: 5, B: 6}


def test_it_is_synced_before_it_counts(file, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(real(handle)))
    ended.note(file, {A: 5})
    assert len(synced) == 2, "the file and the folder that it is new in"


def test_the_folder_is_synced_though_the_first_note_failed(file, monkeypatch):
    def broken(*_):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", broken)
        with pytest.raises(OSError, match="full"):
            ended.note(file, {A: 5})
    synced = []
    monkeypatch.setattr(ended, "sync_directory", synced.append)
    ended.note(file, {A: 5})
    assert synced == [file.parent]


@pytest.mark.skipif(os.name == "nt", reason="as root types commands")
@pytest.mark.parametrize("is_there", [False, True])
def test_it_is_not_written_elsewhere(file, tmp_path, is_there):
    """Root types commands: whoever owns the folder must not choose what root makes or writes."""
    other = tmp_path / "elsewhere"
    if is_there:
        other.write_bytes(b"kept")
    file.symlink_to(other)
    with pytest.raises(OSError, match="symbolic links"):
        ended.note(file, {A: 5})
    assert (other.read_bytes() if other.exists() else None) == (b"kept" if is_there else None)


def test_a_disk_that_takes_half_of_it_is_an_error(file, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, text: real(handle, text[:20]))
    with pytest.raises(OSError, match="full"):
        ended.note(file, {A: 5})
    monkeypatch.undo()
    ended.note(file, {A: 5})
    assert ended.read(file) == {A: 5}
