import os
import stat

import pytest

from telesales_desktop.adapters.people_files import PeopleFiles
from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import SettingsError

DANA = WorkstationPerson("p" + "a" * 15, "Dana R.", Role.AGENT)
ZOE = WorkstationPerson("p" + "b" * 15, "Zoé", Role.SUPERVISOR)


@pytest.fixture
def files(tmp_path):
    return PeopleFiles(tmp_path)


def test_people_come_back_by_name(files):
    assert files.load("shop") == ()
    files.save("shop", [ZOE, DANA])
    assert files.load("shop") == (DANA, ZOE)
    assert files.load("other") == ()
    files.save("shop", [])
    assert files.load("shop") == ()


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_the_list_is_for_this_user_alone(files, tmp_path):
    files.save("shop", [DANA])
    (path,) = (tmp_path / "people").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_list_is_put_back_as_it_was(files):
    files.restore("shop", None)
    files.save("shop", [DANA])
    before = files.content("shop")
    files.save("shop", [ZOE])
    files.restore("shop", before)
    assert files.load("shop") == (DANA,)
    files.restore("shop", None)
    assert files.content("shop") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[5]",
        b'[{"person_id":"p","name":"x","role":"agent"}]',
        b'[{"person_id":"paaaaaaaaaaaaaaa","name":"","role":"agent"}]',
        b'[{"person_id":"paaaaaaaaaaaaaaa","name":"x","role":"king"}]',
        b"\xff",
    ],
)
def test_what_cannot_be_read_is_said(files, content):
    files.restore("shop", content)
    with pytest.raises(SettingsError, match="not readable"):
        files.load("shop")


def test_a_name_that_is_no_file_is_refused(files):
    with pytest.raises(SettingsError):
        files.load("../shop")


def test_a_folder_that_cannot_be_used_is_said(tmp_path):
    (tmp_path / "people").write_text("a file")
    files = PeopleFiles(tmp_path)
    with pytest.raises(SettingsError, match="cannot read"):
        files.load("shop")
    with pytest.raises(SettingsError, match="cannot write"):
        files.save("shop", [DANA])
