"""Backup, restore, move and the doctor, as they are typed, on both engines."""

import pytest

from telesales_desktop.relay import doctor
from telesales_desktop.relay.operator import operator
from telesales_desktop.relay.spool import Spool
from tests.relay import parts, program
from tests.relay.conftest import ENGINES
from tests.relay.postgres import bases

both = pytest.mark.parametrize("engine", ENGINES)


@both
def test_a_backup_writes_nothing_over(typed, address, tmp_path):
    kept = tmp_path / "kept.db"
    assert typed("backup", "--database", address, "--to", kept)[0] == 0
    status, told, complaint = typed("backup", "--database", address, "--to", kept)
    assert (status, told) == (2, "")
    assert "already" in complaint


@both
def test_a_move_tells_where_to_go_on(typed, address, elsewhere, tmp_path, monkeypatch):
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    from telesales_desktop.relay.databases import shown, spool_file

    Spool(spool_file(address)).put(parts.delivery())
    status, told, _ = typed("migrate", "--from", address, "--to", elsewhere)
    assert status == 0
    assert "Brought 1 delivery from its spool." in told
    assert f"--database {shown(elsewhere)}" in told
    audit = typed("audit", "--database", elsewhere)[1]
    assert f"main  -  moved here from another database by {operator()}" in audit
    status, _, complaint = typed("tokens", "--database", address, "list")
    assert status == 2
    assert "moved" in complaint
    assert typed("migrate", "--from", address, "--to", address)[0] == 2


def test_what_is_served_is_neither_moved_nor_replaced(typed, database, tmp_path):
    kept, new = tmp_path / "kept.db", tmp_path / "new.db"
    assert typed("backup", "--database", database, "--to", kept)[0] == 0
    move = ["migrate", "--from", database, "--to", new]
    with program.serving(database):
        for command in (move, ["restore", "--from", kept, "--database", new, "--former", database]):
            status, told, complaint = typed(*command)
            assert (status, told) == (2, "")
            assert f"a relay still serves {database}: stop it first" in complaint
            assert not new.exists()
    assert typed(*move)[0] == 0


@both
def test_the_doctor_says_what_is_wrong_and_leaves_1(typed, address, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 1)
    monkeypatch.setattr(doctor, "SLOW_COMMIT_S", 60)
    options = ["--public-url", "http://127.0.0.1:9", "--spool", tmp_path / "spool"]
    status, told, complaint = typed("doctor", "--database", address, *options)
    assert (status, complaint) == (1, "")
    wrong = [line for line in told.splitlines() if line.startswith("FAIL")]
    assert len(wrong) == 1
    assert "public address" in wrong[0]
    assert "ok    database" in told


def test_the_doctor_looks_at_the_rest_where_no_database_answers(typed, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 1)
    options = ["--database", "postgresql://nobody@127.0.0.1:9/relay", "--spool", tmp_path / "spool"]
    for more, address in (([], "not known"), (["--public-url", "http://127.0.0.1:9"], "answer")):
        status, told, complaint = typed("doctor", *options, *more)
        assert (status, complaint) == (1, "")
        looked_at = {line[6:21].strip(): line for line in told.splitlines()}
        assert looked_at["database"].startswith("FAIL  database         cannot be opened: ")
        assert address in looked_at["public address"]
        assert looked_at["disk"].startswith("ok")
        assert looked_at["spool"].startswith("ok")


@both
def test_a_relay_that_serves_is_well(typed, address, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 1)
    monkeypatch.setattr(doctor, "SLOW_COMMIT_S", 60)
    spool = tmp_path / "spool"
    with program.serving(address, "--spool", str(spool)) as running:
        options = ["--public-url", running.hooks, "--spool", spool]
        status, told, _ = typed("doctor", "--database", address, *options)
        assert running.stop() == 0
    assert status == 0, told


@pytest.mark.parametrize("command", ["doctor", "backup"])
def test_a_database_that_is_not_there_is_a_wrong_use(typed, tmp_path, command):
    more = ["--to", tmp_path / "x"] if command == "backup" else []
    status, _, complaint = typed(command, "--database", tmp_path / "no.db", *more)
    assert status == 2
    assert complaint.count("\n") == 1


@pytest.mark.postgres
def test_two_relays_on_one_spool_are_refused(cluster, tmp_path):
    url = bases.empty(cluster)
    parts.create(url)
    spool = str(tmp_path / "spool")
    with program.serving(url, "--spool", spool) as running:
        listen = ["--listen", "127.0.0.1:0", "--hook-listen", "127.0.0.1:0"]
        done = program.run("serve", "--database", url, *listen, "--spool", spool)
        assert done.returncode == 2
        assert "already" in done.stderr
        assert running.stop() == 0
