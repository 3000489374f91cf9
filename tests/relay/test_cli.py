import argparse
import asyncio
import re
import runpy
import socket
import sys

import pytest

from telesales_desktop import __version__
from telesales_desktop.relay import cli, cli_values, sqlite_file
from telesales_desktop.relay.access import digest
from telesales_desktop.relay.listening import Listen
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store_values import Merchant
from telesales_desktop.wire.enrolment import one_time_code
from tests.relay import parts, program
from tests.relay.parts import code_of, grant


def ask(capsys, *words) -> tuple[int, list[str], list[str]]:
    """Exit status, lines of stdout, lines of stderr."""
    try:
        status = cli.main([str(word) for word in words])
    except SystemExit as end:
        status = end.code
    out, err = capsys.readouterr()
    return status, out.splitlines(), err.splitlines()


# --- init ---


def test_init_prints_the_whole_webhook_address(capsys, tmp_path):
    path = tmp_path / "relay.db"
    status, out, err = ask(
        capsys, "init", "--database", f"sqlite:///{path}", "--public-url", "https://relay.example/"
    )
    assert (status, err) == (0, [])
    (address,) = [line for line in out if "/hooks/affirm/" in line]
    assert re.fullmatch(r"https://relay\.example/hooks/affirm/[A-Za-z0-9_-]{43}", address)
    assert out[-1].startswith(f"telesales-relay serve --database {path} --listen ")
    assert asyncio.run(facts(path))[:2] == ("https://relay.example", ["main"])


async def facts(path):
    store = await SqliteStore.open(path)
    merchants = await store.merchants()
    await store.close()
    return store.public_url, [row.merchant for row in merchants], merchants[0].basic_digest


def test_init_with_everything_given(capsys, tmp_path):
    status, out, _ = ask(
        capsys, "init", "--database", tmp_path / "r.db", "--merchant", "us-1", "--hook-secret", "s",
        "--basic-auth",
    )  # fmt: skip
    assert status == 0
    assert "http://127.0.0.1:8701/hooks/affirm/s" in out
    assert any("Affirm needs the public one" in line for line in out)
    (pair,) = [line for line in out if line.startswith("affirm ")]
    _, merchants, basic_digest = asyncio.run(facts(tmp_path / "r.db"))
    assert merchants == ["us-1"]
    assert basic_digest == digest(pair.replace(" ", ":"))


def test_init_writes_nothing_over(capsys, database):
    before = database.read_bytes()
    status, out, err = ask(capsys, "init", "--database", database)
    assert (status, out) == (2, [])
    assert err == [f"telesales-relay: {database} is there already; choose another file"]
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--hook-secret", "a/b"], "--hook-secret"),
        (["--hook-secret", ""], "--hook-secret"),
        (["--hook-secret", "short", "--public-url", "https://r.example"], "at least 16"),
        (["--public-url", "http://r.example"], "https"),
        (["--merchant", "Main"], "Main"),
    ],
)
def test_init_refuses_what_cannot_work(capsys, tmp_path, words, named):
    status, out, err = ask(capsys, "init", "--database", tmp_path / "r.db", *words)
    assert (status, out, len(err)) == (2, [], 1)
    assert named in err[0]
    assert list(tmp_path.iterdir()) == []


# --- where --database may stand ---


@pytest.mark.parametrize(
    ("group", "action"),
    [("tokens", ["list"]), ("merchants", ["list"]), ("tokens", ["revoke", "x"])],
)
def test_the_database_may_stand_before_the_action_or_after_it(capsys, database, group, action):
    before = ask(capsys, group, "--database", database, *action)
    after = ask(capsys, group, *action, "--database", database)
    assert before == after
    assert str(database) not in str(after[2])
    assert after[0] == (2 if action[-1] == "x" else 0)


# --- wrong use ---


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["init"],
        ["serve"],
        ["serve", "--database", "x"],
        ["serve", "--database", "x", "--listen", "127.0.0.1:0"],
        ["serve", "--database", "x", "--listen", "nonsense", "--hook-listen", "127.0.0.1:0"],
        ["serve", "--database", "x", "--listen", ":1", "--hook-listen", "127.0.0.1:0"],
        ["serve", "--database", "x", "--listen", "a:99999", "--hook-listen", "127.0.0.1:0"],
        ["serve", "--database", "x", "--listen", "a:-1", "--hook-listen", "127.0.0.1:0"],
        [
            "serve",
            "--database",
            "x",
            "--listen",
            "a:1",
            "--hook-listen",
            "a:1",
            "--public-url",
            "x",
        ],
        ["serve", "--data", "x", "--listen", "a:1", "--hook-listen", "a:1"],
        [
            "serve",
            "--database",
            "missing.db",
            "--listen",
            "127.0.0.1:0",
            "--hook-listen",
            "127.0.0.1:0",
        ],
        ["init", "--database", "mysql://localhost/relay"],
        ["init", "--database", "sqlite://relay.db"],
        ["init", "--database", "sqlite:///"],
        ["init", "--database", ""],
        ["init", "--database", "no/such/folder/relay.db"],
        ["enrol", "--database", "missing.db", "--role", "agent", "--name", "Dana"],
        ["enrol", "--database", "x", "--role", "owner", "--name", "Dana"],
        ["enrol", "--database", "x", "--role", "agent"],
        ["enrol", "--database", "x", "--role", "agent", "--name", " "],
        ["enrol", "--database", "x", "--role", "agent", "--name", "a\nb"],
        ["enrol", "--database", "x", "--role", "agent", "--name", "n" * 101],
        ["tokens"],
        ["tokens", "--database", "x"],
        ["tokens", "--database", "missing.db", "list"],
        ["tokens", "list"],
        ["merchants", "list"],
        ["tokens", "list", "--database", "missing.db"],
        ["tokens", "--database", "x", "revoke"],
        ["tokens", "--database", "x", "forget", "1"],
    ],
)
def test_a_wrong_use_is_one_clear_line_and_exit_2(capsys, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    status, out, err = ask(capsys, *words)
    assert (status, out) == (2, [])
    assert len(err) == 1
    assert err[0].startswith("telesales-relay")
    assert "Traceback" not in err[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "of"),
    [
        ([], ""),
        (["serve", "--database", "x"], " serve"),
        (["tokens", "--database", "x", "revoke"], " tokens revoke"),
        (["enrol", "--database", "x", "--role", "agent", "--name", "Dana", "--what"], ""),
    ],
)
def test_what_is_missing_or_unknown_is_explained_by_the_help(capsys, words, of):
    _, _, (line,) = ask(capsys, *words)
    assert line.endswith(f"; see telesales-relay{of} --help")


@pytest.mark.parametrize("words", [[], ["init"], ["serve"], ["enrol"], ["tokens"]])
def test_each_command_explains_itself(capsys, words):
    status, out, err = ask(capsys, *words, "--help")
    assert (status, err) == (0, [])
    assert len(out) > 5


@pytest.mark.parametrize(
    ("option", "given", "told"),
    [
        ("--trusted-proxy", "proxy.example", "the address that the proxy comes from"),
        ("--trusted-proxy", "10.0.0.5/24", "or its network"),
        ("--trusted-proxy", "127.0.0.1:443", "such as 127.0.0.1"),
        ("--host", "https://desks.example.com", "without https:// and port"),
        ("--host", "desks.example.com:443", "such as desks.example.com"),
    ],
)
def test_what_would_never_be_met_is_refused(capsys, option, given, told):
    status, out, (line,) = ask(
        capsys, "serve", "--database", "x", "--listen", "127.0.0.1:1", "--hook-listen",
        "127.0.0.1:2", option, given,
    )  # fmt: skip
    assert (status, out) == (2, [])
    assert line.startswith(f"telesales-relay serve: argument {option}: {given}: must be ")
    assert told in line


@pytest.mark.parametrize("given", ["127.0.0.1", "10.0.0.0/24", "::1", "*"])
def test_what_a_proxy_may_come_from(given):
    assert cli_values.proxy(given) == given


@pytest.mark.parametrize("given", ["desks.example.com", "Desk-Relay_1", "192.0.2.7"])
def test_what_a_host_may_be_called(given):
    assert cli_values.host(given) == given


def test_every_option_says_what_it_is_for():
    assert untold(cli._parser()) == []


def untold(parser: argparse.ArgumentParser) -> list[str]:
    """Every option without a help, of a command and of those below it."""
    found = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                found += untold(below)
        elif not action.help:
            found.append(f"{parser.prog} {action.option_strings or action.dest}")
    return found


def test_the_version(capsys):
    assert ask(capsys, "--version") == (0, [f"telesales-relay {__version__}"], [])


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("relay.db", "relay.db"),
        ("/var/lib/relay.db", "/var/lib/relay.db"),
        ("sqlite:///relay.db", "relay.db"),
        ("sqlite:////var/lib/relay.db", "/var/lib/relay.db"),
        ("C:\\relay.db", "C:\\relay.db"),
        ("sqlite:///C:/relay.db", "C:/relay.db"),
    ],
)
def test_a_database_is_a_path_or_an_address_of_one(text, path):
    assert str(cli_values.database(text)) == path


@pytest.mark.parametrize(
    ("text", "listen"),
    [("127.0.0.1:0", Listen("127.0.0.1", 0)), ("[::1]:80", Listen("::1", 80)),
     ("localhost:8700", Listen("localhost", 8700))],
)  # fmt: skip
def test_where_to_listen(text, listen):
    assert cli_values.listen(text) == listen


# --- enrol and tokens ---


def test_a_code_stands_alone_on_the_last_line(capsys, database):
    status, out, err = ask(
        capsys, "enrol", "--database", database, "--role", "agent", "--name", "Zoé"
    )
    assert (status, err) == (0, [])
    assert out[0] == "One-time code for Zoé (agent), for one workstation, 10 minutes:"
    assert one_time_code(out[-1])


def test_where_there_are_several_merchants_one_must_be_named(capsys, database):
    with sqlite_file.open_file(database) as raw:
        raw.execute(
            "INSERT INTO merchants SELECT 'ca', X'00', NULL, 0, chain, 0, chain FROM merchants"
        )
    raw.close()
    words = ["enrol", "--database", database, "--role", "agent", "--name", "Zoé"]
    assert ask(capsys, *words)[::2] == (2, ["telesales-relay: --merchant is needed: ca, main"])
    assert ask(capsys, *words, "--merchant", "ca")[0] == 0
    status, _, err = ask(capsys, *words, "--merchant", "other")
    assert (status, err) == (
        2,
        ["telesales-relay: --merchant other is not known; there is ca, main"],
    )


def test_tokens_are_listed_and_revoked(capsys, database):
    async def enrol():
        store = await SqliteStore.open(database)
        code = await store.try_code((await code_of(store))[:3], 1, 5)
        await store.redeem(code, grant(), 1)
        await store.close()

    asyncio.run(enrol())
    status, out, _ = ask(capsys, "tokens", "--database", database, "list")
    assert status == 0
    assert " ".join(out[1].split()) == "abcdefghij agent Dana desk main 1970-01-01 00:00Z - valid"
    assert ask(capsys, "tokens", "--database", database, "revoke", "abcdefghij")[:2] == (
        0,
        ["Revoked abcdefghij."],
    )
    assert "revoked 20" in ask(capsys, "tokens", "--database", database, "list")[1][1]
    status, out, err = ask(capsys, "tokens", "--database", database, "revoke", "abcdefghij")
    assert (status, out, len(err)) == (2, [], 1)


def test_a_database_that_is_locked_is_status_1(capsys, database, monkeypatch, caplog):
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_S", 0)
    locker = sqlite_file.open_file(database)
    locker.execute("BEGIN IMMEDIATE")
    status, out, err = ask(
        capsys, "enrol", "--database", database, "--role", "agent", "--name", "Z"
    )
    locker.close()
    assert (status, out) == (1, [])
    assert err[-1] == "telesales-relay: database is locked"


def test_a_port_that_is_taken_is_status_1(capsys, database):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, out, err = ask(
            capsys, "serve", "--database", database, "--listen", f"127.0.0.1:{port}",
            "--hook-listen", "127.0.0.1:0",
        )  # fmt: skip
    assert (status, out) == (1, [])
    assert err == [f"telesales-relay: cannot listen at 127.0.0.1:{port}: Address already in use"]


def test_an_address_that_is_not_this_machines_is_status_1(capsys, database):
    status, _, err = ask(
        capsys, "serve", "--database", database, "--listen", "no.such.host.invalid:0",
        "--hook-listen", "127.0.0.1:0",
    )  # fmt: skip
    assert (status, len(err)) == (1, 1)


def test_as_a_module(tmp_path):
    done = program.run("--version")
    assert (done.returncode, done.stdout) == (0, f"telesales-relay {__version__}\n")


def test_the_module_is_the_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["relay", "--version"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("telesales_desktop.relay", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out == f"telesales-relay {__version__}\n"


def test_a_file_of_its_own_kind(tmp_path):
    path = tmp_path / "r.db"
    sqlite_file.create(path, parts.PUBLIC_URL, Merchant("main", None, None), b"x", None)
    assert path.read_bytes()[68:72] == sqlite_file._APPLICATION_ID.to_bytes(4, "big")


def test_a_letter_that_the_output_does_not_know_is_spelled_out(database, monkeypatch):
    """As where Windows writes into a file: the code was made, and nobody was told it."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii:strict")
    done = program.run("enrol", "--database", database, "--role", "agent", "--name", "\u0141ukasz")
    assert (done.returncode, done.stderr) == (0, "")
    told, code = done.stdout.splitlines()
    assert told.startswith("One-time code for \\u0141ukasz (agent)")
    assert one_time_code(code)
