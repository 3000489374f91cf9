import asyncio

import pytest

from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.relay import cli
from telesales_desktop.relay.operator import operator
from telesales_desktop.wire.enrolment import one_time_code
from tests.relay import parts

WHO = operator()
KEY = parts.sealing_key().text()
OTHER = DataKey(bytes(32)).sealing_key("another").text()
FINGERPRINT = parts.DATA_KEY.fingerprint


@pytest.fixture
def ask(capsys, tmp_path):
    """The command's exit status, what it prints and what it complains of."""
    database = tmp_path / "relay.db"

    def run(*words: str):
        end = 0
        try:
            end = cli.main([words[0], "--database", str(database), *words[1:]])
        except SystemExit as left:
            end = left.code
        told = capsys.readouterr()
        return end, told.out.splitlines(), told.err

    run.database = database
    return run


@pytest.fixture
def made(ask):
    assert ask("init", "--merchant", "us", "--public-url", "https://relay.example")[0] == 0
    return ask


def address(lines: list[str]) -> str:
    (found,) = [line for line in lines if "/hooks/affirm/" in line]
    return found.removeprefix("https://relay.example")


def test_init_says_what_is_missing_and_seal_sets_it_once(made):
    assert made("merchants", "list")[1] == [
        "us  no sealing key  1 webhook address  no Basic authentication"
    ]
    assert made("merchants", "seal", "--sealing-key", KEY)[1][1] == FINGERPRINT
    assert made("merchants", "seal", "--sealing-key", KEY)[0] == 0
    status, _, complaint = made("merchants", "seal", "--sealing-key", OTHER)
    assert (status, "never replaced" in complaint) == (2, True)
    assert FINGERPRINT in made("merchants", "list")[1][0]


def test_no_more_wraps_are_set_than_a_desk_reads(made):
    keys = [parts.DATA_KEY.sealing_key(f"api-key-{number}").text() for number in range(9)]
    for key in keys[:8]:
        assert made("merchants", "seal", "--sealing-key", key)[0] == 0
    status, _, complaint = made("merchants", "seal", "--sealing-key", keys[8])
    assert (status, "wrapped for 8 API keys already" in complaint) == (2, True)
    assert made("merchants", "seal", "--sealing-key", keys[0])[0] == 0


def test_init_takes_the_sealing_key(ask):
    status, lines, _ = ask("init", "--sealing-key", KEY)
    assert status == 0
    assert FINGERPRINT in lines
    assert not any("refused" in line for line in lines)


def test_a_merchant_more(made):
    status, lines, _ = made("merchants", "add", "--merchant", "ca", "--sealing-key", KEY,
                            "--basic-auth")  # fmt: skip
    assert status == 0
    assert address(lines).startswith("/hooks/affirm/")
    assert any(line.startswith("affirm ") for line in lines)
    assert made("merchants", "add", "--merchant", "ca")[0] == 2
    listed = made("merchants", "list")[1]
    assert [line.split()[0] for line in listed] == ["ca", "us"]
    assert listed[0].endswith("  Basic authentication")
    assert "--merchant is needed: ca, us" in made("enrol", "--role", "agent", "--name", "D")[2]
    assert "is not known" in made("merchants", "seal", "--merchant", "x", "--sealing-key", KEY)[2]
    code = made("enrol", "--role", "operations", "--name", "Ops", "--merchant", "ca")[1][-1]
    assert one_time_code(code)


def post(database, path, **options):
    async def once():
        async with parts.in_process(database) as relay:
            return (await relay.hooks.post(path, content="event=x", **options)).status_code

    return asyncio.run(once())


def test_a_new_address_and_the_old_one_for_a_while(made, ask):
    made("merchants", "seal", "--sealing-key", KEY)
    first = address(made("merchants", "rotate-hook")[1])
    second = address(made("merchants", "rotate-hook", "--keep-days", "3")[1])
    assert [post(ask.database, path) for path in (first, second)] == [200, 200]
    assert "  3 webhook addresses  " in made("merchants", "list")[1][0]
    status, lines, _ = made("merchants", "rotate-hook", "--keep-days", "0")
    assert lines[-1] == "Earlier addresses of us end now."
    third = address(lines)
    paths = (first, second, third)
    assert [post(ask.database, path) for path in paths] == [404, 404, 200]
    assert "  1 webhook address  " in made("merchants", "list")[1][0]
    secret = third.rpartition("/")[2]
    status, _, complaint = made("merchants", "rotate-hook", "--hook-secret", secret)
    assert (status, "given out already" in complaint) == (2, True)


def test_new_credentials_for_webhooks(made, ask):
    made("merchants", "seal", "--sealing-key", KEY)
    path = address(made("merchants", "rotate-hook")[1])
    told = made("hook-credentials")[1]
    assert "refused without these" in told[0], "what is refused is lost"
    user, password = told[-1].split()
    assert post(ask.database, path) == 401
    assert post(ask.database, path, auth=(user, password)) == 200
    assert "no Basic" in made("hook-credentials", "--none")[1][0]
    assert post(ask.database, path) == 200


def test_who_did_what_is_told(made, ask):
    async def read():
        async with parts.in_process(ask.database) as relay:
            enrolment = await relay.enrol(merchant="us", name="Dana")
            grant = await relay.relay.access.grant(enrolment.token)
            relay.relay.access.note(grant, "read", count=7)
            return enrolment

    enrolment = asyncio.run(read())
    made("tokens", "revoke", enrolment.token_id)
    lines = made("audit")[1]
    assert [line.split("  ")[1:] for line in lines] == [
        ["us", enrolment.token_id, f"revoked by {WHO}"],
        ["us", enrolment.token_id, "read (7 times)"],
        ["us", enrolment.token_id, "enrolled"],
        ["us", "-", "code for the role agent made by a test"],
        ["us", "-", f"made by {WHO}"],
    ]
    made("merchants", "seal", "--sealing-key", KEY)
    made("merchants", "rotate-hook", "--keep-days", "3")
    secrets = [address(made("merchants", "rotate-hook", "--keep-days", "0")[1])]
    secrets += made("hook-credentials")[1][-1].split()[1:]
    made("hook-credentials", "--none")
    secrets += made("enrol", "--role", "agent", "--name", "Dana")[1][-1:]
    secrets += made("merchants", "add", "--merchant", "ca", "--sealing-key", KEY)[1][2:3]
    lines = made("audit")[1]
    assert [line.split("  ")[1:] for line in lines[:7]] == [
        ["ca", "-", f"added by {WHO}, sealed to {FINGERPRINT}"],
        ["us", "-", f"code for the role agent made by {WHO}"],
        ["us", "-", f"webhook password ended by {WHO}"],
        ["us", "-", f"webhook password replaced by {WHO}"],
        ["us", "-", f"webhook address added (earlier ones end now) by {WHO}"],
        ["us", "-", f"webhook address added (earlier ones end in 3 days) by {WHO}"],
        ["us", "-", f"sealed to {FINGERPRINT} by {WHO}"],
    ]
    assert len(secrets) == 4
    assert not any(secret in "\n".join(lines) for secret in secrets)
    assert len(made("audit", "--merchant", "us", "--limit", "1")[1]) == 1
    assert made("audit", "--merchant", "nobody")[0] == 2


@pytest.mark.parametrize(
    "words",
    [
        ["merchants", "add", "--merchant", "ca", "--sealing-key", "tsk1_short"],
        ["merchants", "rotate-hook", "--keep-days", "x"],
        ["merchants", "rotate-hook", "--hook-secret", "short"],
        ["merchants", "rotate-hook", "--hook-secret", "a b"],
        ["merchants", "sell"],
        ["audit", "--limit", "0"],
        ["merchants", "seal"],
    ],
)
def test_a_wrong_use_is_one_line(made, words):
    status, lines, complaint = made(*words)
    assert (status, lines) == (2, [])
    assert len(complaint.splitlines()) == 1
