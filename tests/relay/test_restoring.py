"""A backup does not bring back what was revoked after it was made."""

import asyncio
import sqlite3

import pytest

from telesales_desktop.relay import databases, ended, sqlite_file
from telesales_desktop.relay.access import EnrolmentRefusedError, digest, now_us
from telesales_desktop.relay.operator import operator
from telesales_desktop.relay.spool import Spool
from telesales_desktop.wire.enrolment import EnrolmentRequest, one_time_code
from tests.relay import parts
from tests.relay.conftest import ENGINES

NEW_SECRET = "another-secret-of-32-characters-"
both = pytest.mark.parametrize("engine", ENGINES)


async def _enrol(address, *names):
    async with parts.in_process(address) as relay:
        return [await relay.enrol(name=name) for name in names]


@pytest.fixture
def backed_up(address, typed, tmp_path):
    """A backup of a relay with Dana, Rex and Zoe, a code, and one webhook address; after it Rex was
    revoked, Zoe has left and the address was replaced at once."""
    dana, rex, zoe = asyncio.run(_enrol(address, "Dana", "Rex", "Zoe"))
    code = typed("enrol", "--database", address, "--role", "agent", "--name", "Late")[1]
    kept = tmp_path / "kept.db"
    assert typed("backup", "--database", address, "--to", kept)[0] == 0
    assert typed("tokens", "--database", address, "revoke", rex.token_id)[0] == 0

    async def leave():
        async with parts.in_process(address) as relay:
            left = await relay.desks.delete("/v1/token", headers=parts.bearer(zoe.token))
            assert left.status_code == 200

    asyncio.run(leave())
    rotate = ["merchants", "--database", address, "rotate-hook", "--keep-days", "0"]
    assert typed(*rotate, "--hook-secret", NEW_SECRET)[0] == 0
    return kept, (dana, rex, zoe), one_time_code(code.splitlines()[-1])


def opened_by(address, people, secret=parts.SECRET):
    """Which of them have access, and whether the first webhook address is open."""

    async def look():
        async with parts.in_process(address) as relay:
            grants = [await relay.relay.access.grant(each.token) for each in people]
            names = [grant.name for grant in grants if grant]
            return names, relay.relay.access.hook(secret) is not None

    return asyncio.run(look())


@both
def test_what_has_ended_stays_ended(backed_up, typed, address, elsewhere):
    kept, people, code = backed_up
    restore = ["restore", "--from", kept, "--database", elsewhere]
    status, told, complaint = typed(*restore, "--former", address)
    assert (status, complaint) == (0, "")
    assert "ended here too: 2 tokens, 1 webhook address;" in told
    assert str(databases.shown(address)) in told
    assert opened_by(elsewhere, people) == (["Dana"], False)
    assert opened_by(elsewhere, people, NEW_SECRET) == (["Dana"], True), "where Affirm posts now"
    assert "no webhook address" not in told

    async def redeem():
        async with parts.in_process(elsewhere) as relay:
            with pytest.raises(EnrolmentRefusedError):
                await relay.relay.access.enrol(EnrolmentRequest(code, "desk"))

    asyncio.run(redeem())
    audit = typed("audit", "--database", elsewhere)[1]
    assert f"restored from a backup by {operator()}" in audit
    assert audit.count(f"revoked by a restore ({operator()})") == 2


@both
def test_nobody_gets_access_that_nobody_decided_on(backed_up, typed, elsewhere):
    kept, _, _ = backed_up
    status, told, complaint = typed("restore", "--from", kept, "--database", elsewhere)
    assert (status, told) == (2, "")
    assert "--former" in complaint
    assert complaint.count("\n") == 1
    assert typed("tokens", "--database", elsewhere, "list")[0] == 2, "nothing was made"


@both
def test_it_can_be_said_that_all_is_as_it_was(backed_up, typed, elsewhere):
    kept, people, _ = backed_up
    status, told, _ = typed("restore", "--from", kept, "--database", elsewhere, "--keep-access")
    assert status == 0
    assert "revoke again" in told
    assert opened_by(elsewhere, people) == (["Dana", "Rex", "Zoe"], True)


@both
def test_it_can_be_said_that_all_is_over(backed_up, typed, elsewhere):
    kept, people, _ = backed_up
    status, told, _ = typed("restore", "--from", kept, "--database", elsewhere, "--end-access")
    assert status == 0
    assert "Every token has ended (3)" in told
    assert opened_by(elsewhere, people) == ([], True)


@both
def test_the_password_that_affirm_uses_now_is_taken_on(typed, address, elsewhere, tmp_path):
    typed("merchants", "--database", address, "add", "--merchant", "ca", "--basic-auth")
    kept = tmp_path / "kept.db"
    typed("backup", "--database", address, "--to", kept)
    credentials = ["hook-credentials", "--database", address, "--merchant"]
    pair = typed(*credentials, "main")[1].split()[-2:]
    typed(*credentials, "ca", "--none")
    typed("merchants", "--database", address, "add", "--merchant", "later")
    assert typed("migrate", "--from", address, "--to", tmp_path / "moved.db")[0] == 0
    restore = ["restore", "--from", kept, "--database", elsewhere]
    assert typed(*restore, "--former", address)[0] == 0, "also from one that was moved away"

    async def look():
        async with parts.in_process(elsewhere) as relay:
            known = {row.merchant: row.basic_digest for row in relay.relay.access.merchants}
            assert known == {"main": digest(":".join(pair)), "ca": None}
            assert {hook.merchant for hook in await relay.store.hooks()} == {"main", "ca"}

    asyncio.run(look())


def test_no_older_copy_brings_an_older_password_back(typed, address, tmp_path):
    """With it every webhook would be refused, and none is sent again."""
    credentials = ["hook-credentials", "--database", address]
    copies, pairs = [tmp_path / f"copy-{number}.db" for number in range(3)], []
    for copy in copies:
        pairs.append(typed(*credentials)[1].split()[-2:])
        assert typed("backup", "--database", address, "--to", copy)[0] == 0
    oldest, backup, newest = copies

    def restored(name, *formers):
        words = ["restore", "--from", backup, "--database", tmp_path / name]
        status, told, _ = typed(*words, *(word for each in formers for word in ("--former", each)))
        assert status == 0

        async def look():
            async with parts.in_process(tmp_path / name) as relay:
                return [row.basic_digest for row in relay.relay.access.merchants]

        digests = [digest(":".join(pair)) for pair in pairs]
        (found,) = asyncio.run(look())
        return digests.index(found), "passwords that were made since" in told

    assert restored("a.db", newest, oldest) == (2, False)
    assert restored("b.db", oldest) == (1, True)


def test_a_backup_that_is_not_there_is_told(typed, tmp_path):
    restore = ["restore", "--from", tmp_path / "no.db", "--database", tmp_path / "new.db"]
    status, _, complaint = typed(*restore, "--keep-access")
    assert (status, complaint) == (2, f"telesales-relay: {tmp_path / 'no.db'} is not there\n")


def test_two_answers_are_a_wrong_use(backed_up, typed, elsewhere):
    kept, _, _ = backed_up
    both_said = ["--keep-access", "--end-access"]
    assert typed("restore", "--from", kept, "--database", elsewhere, *both_said)[0] == 2


@both
def test_a_former_database_that_cannot_be_read_is_told(backed_up, typed, elsewhere, tmp_path):
    kept, _, _ = backed_up
    nothing = tmp_path / "nothing.db"
    restore = ["restore", "--from", kept, "--database", elsewhere, "--former", nothing]
    status, _, complaint = typed(*restore)
    assert status == 1
    assert f"--former {nothing}: is not there, nor is the list beside it" in complaint
    assert typed("tokens", "--database", elsewhere, "list")[0] == 2, "nothing was made"


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0" + b"\xff" * 5000, None])
def test_the_list_beside_a_lost_file_is_enough(backed_up, typed, address, elsewhere, damage):
    kept, people, _ = backed_up
    address.unlink()
    if damage is not None:
        address.write_bytes(damage)
    restore = ["restore", "--from", kept, "--database", elsewhere]
    status, told, _ = typed(*restore, "--former", address)
    assert status == 0
    assert "2 tokens, 1 webhook address; read from " + str(ended.ended_file(address)) in told
    assert "main has no webhook address any more" in told
    assert "passwords that were made since are not in it" in told
    assert opened_by(elsewhere, people) == (["Dana"], False)


def test_the_list_beside_a_file_that_the_disk_does_not_give_is_enough(
    backed_up, typed, address, elsewhere, monkeypatch
):
    kept, _, _ = backed_up
    real = sqlite_file.open_file

    def torn(path, **options):
        if path == address:
            raise sqlite3.OperationalError("disk I/O error")
        return real(path, **options)

    monkeypatch.setattr(sqlite_file, "open_file", torn)
    restore = ["restore", "--from", kept, "--database", elsewhere]
    status, told, _ = typed(*restore, "--former", address)
    assert status == 0
    assert "2 tokens, 1 webhook address; read from " + str(ended.ended_file(address)) in told
    ended.ended_file(address).unlink()
    status, _, complaint = typed(*restore[:-1], address.with_name("more.db"), "--former", address)
    assert (status, complaint) == (
        1,
        f"telesales-relay: --former {address}: disk I/O error\n",
    )


def test_in_the_place_of_a_lost_file_its_list_is_found(backed_up, typed, address):
    kept, people, _ = backed_up
    address.unlink()
    assert typed("restore", "--from", kept, "--database", address)[0] == 0
    assert opened_by(address, people) == (["Dana"], False)


def test_a_second_restore_knows_what_the_first_had_learnt(backed_up, typed, address, elsewhere):
    kept, people, _ = backed_up
    first = ["restore", "--from", kept, "--database", elsewhere, "--former", address]
    assert typed(*first)[0] == 0
    typed("tokens", "--database", elsewhere, "revoke", people[0].token_id)
    address.unlink()
    elsewhere.unlink()
    assert typed("restore", "--from", kept, "--database", elsewhere)[0] == 0
    assert opened_by(elsewhere, people) == ([], False)


@pytest.mark.parametrize("named", [[], ["address"]])
def test_an_older_copy_revives_nothing_that_the_list_ended(
    backed_up, typed, address, tmp_path, named
):
    """Neither a token nor an address that the copy still holds valid and the list does not."""
    kept, people, _ = backed_up
    older = tmp_path / "older.db"
    assert typed("backup", "--database", address, "--to", older)[0] == 0
    typed("tokens", "--database", address, "revoke", people[0].token_id)
    rotate = ["merchants", "--database", address, "rotate-hook", "--keep-days", "0"]
    assert typed(*rotate, "--hook-secret", "a-third-secret-of-32-characters--")[0] == 0
    address.unlink()
    formers = ["--former", older] + ["--former", address] * len(named)
    status, told, _ = typed("restore", "--from", kept, "--database", address, *formers)
    assert status == 0
    assert told.count(str(ended.ended_file(address))) == 1
    assert opened_by(address, people, NEW_SECRET) == ([], False)
    assert "main has no webhook address any more" in told


def test_a_new_list_begins_with_what_had_ended_before(backed_up, typed, address, elsewhere):
    """After a move there is none beside the new file until something ends there."""
    kept, people, _ = backed_up
    assert typed("migrate", "--from", address, "--to", elsewhere)[0] == 0
    typed("tokens", "--database", elsewhere, "revoke", people[0].token_id)
    elsewhere.unlink()
    assert typed("restore", "--from", kept, "--database", elsewhere)[0] == 0
    assert opened_by(elsewhere, people) == ([], False)


def test_of_a_token_only_a_hash_rests_in_the_list(backed_up, address):
    _, people, _ = backed_up
    file = ended.ended_file(address)
    text = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert ended.of_token(people[1].token_id).encode() in text
    assert not any(each.token_id.encode() in text for each in people)
    assert digest(parts.SECRET).hex().encode() not in text


async def test_the_list_is_written_before_the_database_is_told(store, database, monkeypatch):
    async def killed(job):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        await store.revoke("abcdefghij", 7, "somebody")
    with pytest.raises(KeyboardInterrupt):
        await store.add_hook("main", digest(NEW_SECRET), 9)
    listed = ended.read(ended.ended_file(database))
    first = ended.of_hook(digest(parts.SECRET))
    assert listed == {ended.of_token("abcdefghij"): 7, first: 9}


def test_a_list_that_takes_nothing_keeps_nobody_from_revoking(typed, database):
    (dana,) = asyncio.run(_enrol(database, "Dana"))
    ended.ended_file(database).mkdir()
    status, _, complaint = typed("tokens", "--database", database, "revoke", dana.token_id)
    assert status == 1
    assert "a restore would undo it" in complaint
    assert opened_by(database, [dana]) == ([], True)


def test_what_waited_beside_the_former_database_is_not_left_behind(
    database, typed, tmp_path, caplog
):
    """A relay spools where its database is broken, and then somebody restores it elsewhere."""
    kept, new = tmp_path / "kept.db", tmp_path / "new" / "relay.db"
    assert typed("backup", "--database", database, "--to", kept)[0] == 0
    spool = Spool(databases.spool_file(database))
    waiting = [parts.delivery(number, received_us=now_us()) for number in range(4)]
    spool.put(waiting[0])
    spool.take()
    for each in waiting[1:]:
        spool.put(each)
    with databases.spool_file(database).open("ab") as file:
        file.write(b"half a line")
    database.write_bytes(b"broken")
    new.parent.mkdir()
    restore = ["restore", "--from", kept, "--database", new, "--former", database]
    ended.note(ended.ended_file(database), {ended.of_token("nobody"): 1})
    assert typed(*restore)[0] == 0
    assert databases.spool_file(new).stat().st_mode & 0o777 == 0o600

    async def look():
        async with parts.in_process(new) as relay:
            return (await relay.store.read("main", 0, 99, 10**9, None)).entries

    found = {entry.content for entry in asyncio.run(look())}
    assert len(found) == len(waiting)
    assert spool.waits(), "what was there is left to whoever restores yet another time"
