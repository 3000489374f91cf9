"""Is a workstation set up by command whole or not at all, against real servers?"""

import asyncio
import contextlib
import io
import os
import signal
from dataclasses import replace

import pytest

from telesales_desktop.adapters import keyring_backends
from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.application.profile import Role, UrlAction
from telesales_desktop.bootstrap import build_desk
from telesales_desktop.domain.errors import CredentialsError, JournalError
from telesales_desktop.domain.money import Country
from telesales_desktop.domain.relay_errors import RelayUnreachableError
from tests.adapters.journal import samples
from tests.commands import bench
from tests.commands.bench import DATA_KEY, PRIVATE, PUBLIC, one_line
from tests.fakes.keyring_backend import Keyring
from tests.relay import program

KEYS = f"{PUBLIC}\n{PRIVATE}\n"
PLACE = ["--environment", "simulator", "--country", "US"]
OWN_URLS = [
    "--confirmation-url",
    "https://shop.example/y",
    "--cancel-url",
    "https://shop.example/n",
]


def configure(command, *words, profile="shop", stdin=KEYS):
    return command("--profile", profile, "configure", *words, stdin=stdin)


def kept(command, profile="shop"):
    return ProfileFiles(command.data_dir / "config").load(profile)


def nothing_is_left(command, keyring):
    return not keyring and not list(command.data_dir.rglob("*"))


# --- with a relay ----------------------------------------------------------------------------


def test_a_workstation_is_set_up_and_enrolled(command, affirm, relay, keyring):
    done = configure(
        command,
        *PLACE,
        *("--affirm-url", affirm),
        *("--relay-url", relay.desks, "--enrolment-code", relay.code(role="supervisor")),
        *("--merchant-name", "Lamp Shop", "--store", "Denver"),
    )
    assert (done.status, done.err) == (0, "")
    assert "Keyring: Memory." in done.out
    assert "Affirm: the keys are accepted." in done.out
    assert "Relay: enrolled as main." in done.out
    assert f"Sealing key: {DATA_KEY.fingerprint}." in done.out
    assert "Profile shop is ready." in done.out
    assert f"webhook address   {relay.public_url}/hooks/affirm/SECRET" in done.out
    profile = kept(command)
    assert (profile.relay_merchant, profile.role, profile.agent) == (
        "main",
        Role.SUPERVISOR,
        "Dana R.",
    )
    assert profile.person_id.startswith("p")
    assert set(keyring) == {
        "telesales-desktop/shop/affirm-public-key",
        "telesales-desktop/shop/affirm-private-key",
        "telesales-desktop/shop/merchant-data-key",
        f"telesales-desktop/shop/{profile.person_id}/relay-token",
    }
    assert keyring["telesales-desktop/shop/merchant-data-key"] == DATA_KEY.to_hex()
    written = "".join(p.read_text() for p in command.data_dir.rglob("*") if p.is_file())
    for secret in (PRIVATE, DATA_KEY.to_hex(), *keyring.values()):
        assert secret not in written


def look(command, affirm, relay, code, *, stdin=None):
    stdin = f"{DATA_KEY.to_hex()}\n" if stdin is None else stdin
    given = ["--affirm-url", affirm, "--relay-url", relay.desks, "--enrolment-code", code]
    return configure(command, *PLACE, "--looks-only", *given, stdin=stdin)


def test_a_supervisor_who_only_looks_has_no_key_of_affirms(command, affirm, relay, keyring):
    keyring["telesales-desktop/shop/affirm-private-key"] = PRIVATE  # of a profile that is gone
    done = look(command, affirm, relay, relay.code(name="Lee", role="supervisor"))
    assert (done.status, done.err) == (0, "")
    assert f"Sealing key: {DATA_KEY.fingerprint}." in done.out
    assert "It shows orders and acts on none." in done.out
    assert "Affirm" not in done.out
    profile = kept(command)
    assert (profile.looks_only, profile.role, profile.agent) == (True, Role.SUPERVISOR, "Lee")
    assert set(keyring) == {
        "telesales-desktop/shop/merchant-data-key",
        f"telesales-desktop/shop/{profile.person_id}/relay-token",
    }
    assert DATA_KEY.to_hex() not in done.out
    done = command("--profile", "shop", "watch")
    assert done.status == 1
    assert "only looks" in one_line(done, "watch")


def test_a_desk_that_acts_on_orders_keeps_the_keys_that_they_need(command, affirm, relay, keyring):
    assert configure(command, *PLACE, "--affirm-url", affirm).status == 0
    before, tokens = dict(keyring), relay.tokens()
    done = look(command, affirm, relay, relay.code(name="Lee", role="supervisor"))
    assert done.status == 2
    assert "another name" in one_line(done, "configure")
    assert (keyring, relay.tokens(), kept(command).looks_only) == (before, tokens, False)


def test_the_desk_of_one_who_only_looks_opens_without_keys(command, affirm, relay, keyring):
    assert look(command, affirm, relay, relay.code(name="Lee", role="supervisor")).status == 0
    profile = kept(command)

    async def opened():
        desk = await build_desk(profile, data_dir=command.data_dir)
        shared = asyncio.Event()

        class Told:
            def connection_changed(self, status):
                if status.is_shared:
                    assert status.credentials_problem == ""
                    shared.set()

        stop = desk.subscribe(Told())
        await desk.start()
        await shared.wait()
        stop()
        await desk.close()

    asyncio.run(opened())
    del keyring["telesales-desktop/shop/merchant-data-key"]
    with pytest.raises(CredentialsError, match="merchant-data-key"):
        asyncio.run(build_desk(profile, data_dir=command.data_dir))


@pytest.mark.parametrize(("country", "is_opened"), [(Country.US, True), (Country.CA, False)])
def test_a_desk_does_not_act_on_orders_of_another_place(
    command, affirm, keyring, country, is_opened
):
    """Affirm would not know them there: a refund in doubt would pass for one that never was."""
    assert configure(command, *PLACE, "--affirm-url", affirm, *OWN_URLS).status == 0
    order = replace(samples.new_order(1), country=country)

    async def opened():
        journal = (await build_desk(kept(command), data_dir=command.data_dir))._journal
        await journal.open()
        return journal

    async def live():
        journal = await opened()
        await journal.commit(samples.created(1, order=order))
        await journal.close()
        with contextlib.nullcontext() if is_opened else pytest.raises(JournalError) as refused:
            await (await opened()).close()
        assert is_opened or refused.value.problem is JournalProblem.OTHER_PLACE

    asyncio.run(live())


def test_whoever_gets_keys_later_acts_again(command, affirm, relay, keyring):
    assert look(command, affirm, relay, relay.code(name="Lee", role="supervisor")).status == 0
    assert configure(command, *PLACE, "--affirm-url", affirm).status == 0
    assert kept(command).looks_only is False


@pytest.mark.parametrize(
    ("role", "key", "told"),
    [
        ("agent", DATA_KEY, "--role supervisor"),
        ("supervisor", DataKey(bytes(32)), "not the merchant's data key"),
    ],
)
def test_who_may_not_look_gets_nothing(command, affirm, relay, keyring, role, key, told):
    before = relay.tokens()
    done = look(
        command, affirm, relay, relay.code(name="Lou", role=role), stdin=f"{key.to_hex()}\n"
    )
    assert done.status == 1
    assert told in one_line(done, "configure")
    assert not keyring
    assert not list(command.data_dir.rglob("*.toml"))
    known = {line.split()[0] for line in before}
    (given,) = [line for line in relay.tokens() if line.split()[0] not in known]
    assert " revoked " in given


@pytest.mark.parametrize("stdin", ["", "\n", KEYS, "ab\n", f"{DATA_KEY.to_hex()}00\n"])
def test_what_is_no_data_key_costs_no_code(command, affirm, relay, keyring, stdin):
    before = relay.tokens()
    done = look(command, affirm, relay, "K7Q4MPX9TB", stdin=stdin)
    assert done.status == 2
    assert "the merchant's data key" in one_line(done, "configure")
    assert nothing_is_left(command, keyring)
    assert relay.tokens() == before


def test_without_a_relay_there_is_nothing_to_look_at(command, affirm, keyring):
    done = configure(command, *PLACE, "--looks-only", "--affirm-url", affirm)
    assert done.status == 2
    assert "--relay-url" in one_line(done, "configure")


def test_a_relay_without_a_sealing_key_has_nothing_to_look_at(command, affirm, keyring, tmp_path):
    with bench.relay(tmp_path, is_sealed=False) as relay:
        done = look(command, affirm, relay, relay.code(role="supervisor"))
    assert done.status == 1
    assert "not the merchant's data key" in one_line(done, "configure")


def test_a_refused_code_leaves_nothing_behind(command, affirm, relay, keyring):
    done = configure(
        command,
        *PLACE,
        *("--affirm-url", affirm, "--relay-url", relay.desks, "--enrolment-code", "K7Q4MPX9TB"),
    )
    assert done.status == 1
    assert "wrong, used or expired" in one_line(done, "configure")
    assert nothing_is_left(command, keyring)


@pytest.mark.parametrize("place", ["config", "data"])
def test_a_folder_that_cannot_be_written_costs_no_code(command, affirm, relay, keyring, place):
    command.data_dir.mkdir()
    (command.data_dir / place).write_text("a file where a folder should be")
    code = relay.code()
    words = [*PLACE, "--affirm-url", affirm, "--relay-url", relay.desks, "--enrolment-code", code]
    done = configure(command, *words)
    assert done.status == 1
    assert "cannot be written" in one_line(done, "configure")
    (command.data_dir / place).unlink()
    assert nothing_is_left(command, keyring)
    assert configure(command, *words).status == 0


def test_a_keyring_that_refuses_leaves_nothing_behind_and_the_token_is_given_back(
    command, affirm, relay, keyring
):
    Keyring.refuses.add("relay-token")
    code = relay.code(name="Kim")
    done = configure(
        command,
        *PLACE,
        *("--affirm-url", affirm, "--relay-url", relay.desks, "--enrolment-code", code),
    )
    assert done.status == 1
    assert "the keyring refused to keep a secret" in one_line(done, "configure")
    assert nothing_is_left(command, keyring)
    (token,) = [line for line in relay.tokens() if "Kim" in line]
    assert "revoked" in token


def test_whoever_interrupts_the_keeping_leaves_nothing_behind(
    command, affirm, relay, keyring, monkeypatch
):
    keep = Keyring.set_password

    def interrupted(self, service, username, password):
        if service.endswith("relay-token"):
            os.kill(os.getpid(), signal.SIGINT)
        keep(self, service, username, password)

    monkeypatch.setattr(Keyring, "set_password", interrupted)
    code = ["--relay-url", relay.desks, "--enrolment-code", relay.code(name="Ann")]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests
    try:
        done = configure(command, *PLACE, "--affirm-url", affirm, *code)
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.status == 130
    assert nothing_is_left(command, keyring)
    (token,) = [line for line in relay.tokens() if "Ann" in line]
    assert "revoked" in token


def test_a_relay_that_is_not_there_is_named(command, affirm, keyring):
    code = ["--relay-url", "http://127.0.0.1:1", "--enrolment-code", "K7Q4MPX9TB"]
    done = configure(command, *PLACE, "--affirm-url", affirm, *code)
    assert done.status == 1
    assert "cannot be reached: nobody listens there" in one_line(done, "configure")
    assert nothing_is_left(command, keyring)


def test_a_new_api_key_is_let_in_at_the_relay(command, affirm, relay, keyring):
    words = [*PLACE, "--merchant-name", "Lamp Shop"]
    code = ["--relay-url", relay.desks, "--enrolment-code", relay.code()]
    assert configure(command, *words, "--affirm-url", affirm, *code).status == 0
    with bench.simulator(private="the-next-private-key") as rotated:
        done = configure(
            command, *PLACE, "--affirm-url", rotated, stdin=f"{PUBLIC}\nthe-next-private-key\n"
        )
        assert (done.status, done.err) == (0, "")
        assert f"Sealing key: {DATA_KEY.fingerprint}." in done.out
        assert "webhook address" not in done.out  # nothing new to ask for
        assert kept(command).merchant_name == "Lamp Shop"
        assert kept(command).relay_url == relay.desks
        assert keyring["telesales-desktop/shop/affirm-private-key"].endswith("the-next-private-key")
        # A workstation that has only ever had the new key reads everything.
        keyring.clear()
        code = ["--relay-url", relay.desks, "--enrolment-code", relay.code()]
        done = configure(
            command,
            *[*PLACE, "--affirm-url", rotated, *code],
            profile="other",
            stdin=f"{PUBLIC}\nthe-next-private-key\n",
        )
    assert f"Sealing key: {DATA_KEY.fingerprint}." in done.out
    assert keyring["telesales-desktop/other/merchant-data-key"] == DATA_KEY.to_hex()


def test_an_api_key_that_opens_nothing_is_told(command, relay, keyring, caplog):
    with bench.simulator(private="a-strangers-key") as strange:
        code = ["--relay-url", relay.desks, "--enrolment-code", relay.code()]
        done = configure(
            command,
            *[*PLACE, "--affirm-url", strange, "--merchant-name", "Lamp Shop", *code],
            stdin=f"{PUBLIC}\na-strangers-key\n",
        )
    assert done.status == 0
    assert "sealing-key --rewrap" in one_line(done, "configure")


def test_a_data_key_that_leaked_is_left_with_its_merchant(command, affirm, keyring, tmp_path):
    """As the operator's handbook says it: another merchant, and each desk set up with its code."""
    with bench.relay(tmp_path) as relay:
        words = [*PLACE, "--affirm-url", affirm, "--merchant-name", "L", "--relay-url", relay.desks]
        assert configure(command, *words, "--enrolment-code", relay.code()).status == 0
        other = DataKey(bytes(32))
        database = ["--database", str(relay.database)]
        key = ["--sealing-key", other.sealing_key(PRIVATE).text()]
        done = program.run("merchants", "add", *database, "--merchant", "main-2", *key)
        assert done.returncode == 0, done.stderr
        enrol = ["--merchant", "main-2", "--role", "agent", "--name", "Dana R."]
        code = program.run("enrol", *database, *enrol).stdout.splitlines()[-1]
        done = configure(command, *words, "--enrolment-code", code)
    assert (done.status, done.err) == (0, "")
    assert f"Sealing key: {other.fingerprint}." in done.out
    assert kept(command).relay_merchant == "main-2"
    assert keyring["telesales-desktop/shop/merchant-data-key"] == other.to_hex()


def test_a_relay_with_another_sealing_key_is_told(command, affirm, relay, keyring, caplog):
    code = ["--relay-url", relay.desks, "--enrolment-code", relay.code()]
    words = [*PLACE, "--affirm-url", affirm, "--merchant-name", "Lamp Shop"]
    assert configure(command, *words, *code).status == 0
    keyring["telesales-desktop/shop/merchant-data-key"] = "05" * 32
    done = configure(command, *words)
    assert done.status == 0
    assert "not this merchant's" in one_line(done, "configure")


def test_a_relay_that_answers_no_more_is_told_and_the_rest_is_kept(command, affirm, relay, keyring):
    code = ["--relay-url", relay.desks, "--enrolment-code", relay.code()]
    words = [*PLACE, "--affirm-url", affirm, "--merchant-name", "Lamp Shop"]
    assert configure(command, *words, *code).status == 0
    del keyring[f"telesales-desktop/shop/{kept(command).person_id}/relay-token"]
    done = configure(command, *words, "--store", "Denver")
    assert done.status == 0
    assert "not compared yet: the relay does not know this workstation" in one_line(
        done, "configure"
    )
    assert kept(command).store == "Denver"


# --- without a relay -------------------------------------------------------------------------


def test_without_a_relay_the_merchants_own_pages_are_used(command, affirm, keyring):
    words = [*PLACE, "--affirm-url", affirm, *OWN_URLS, "--merchant-name", "Lamp Shop"]
    done = configure(command, *words, "--confirmation-action", "GET", "--agent", "Dana")
    assert (done.status, done.err) == (0, "")
    assert "Profile shop is ready." in done.out
    assert "Relay" not in done.out
    profile = kept(command)
    assert (profile.agent, profile.confirmation_action) == ("Dana", UrlAction.GET)
    assert len(keyring) == 2


def test_what_is_not_given_stays_as_it_was_and_what_is_given_empty_goes(command, affirm, keyring):
    words = [*PLACE, "--affirm-url", affirm, *OWN_URLS, "--store", "Denver", "--entity", "E1"]
    configure(command, *words, "--confirmation-action", "GET", "--merchant-name", "Lamp Shop")
    done = configure(command, *PLACE, "--entity", "")
    assert done.status == 0
    profile = kept(command)
    assert (profile.store, profile.entity, profile.affirm_url) == ("Denver", "", affirm)
    assert profile.confirmation_action is UrlAction.GET


def test_of_another_country_nothing_stays(command, keyring):
    words = ["--environment", "simulator", "--affirm-url", "http://127.0.0.1:1", *OWN_URLS]
    configure(command, *words, "--country", "US", "--store", "Denver")
    assert kept(command).store == "Denver"
    configure(command, *words, "--country", "CA")
    assert kept(command).store == ""


def test_a_settings_file_that_cannot_be_read_is_written_anew(command, affirm, keyring):
    folder = command.data_dir / "config" / "profiles"
    folder.mkdir(parents=True)
    (folder / "shop.toml").write_text("environment = ")
    done = configure(command, *PLACE, "--affirm-url", affirm, *OWN_URLS)
    assert done.status == 0
    assert "profile shop cannot be read" in done.err.splitlines()[0]
    assert kept(command).affirm_url == affirm
    assert (folder / "shop.toml.spoilt").read_text() == "environment = "


def test_gaps_are_told_and_the_profile_is_kept(command, affirm, keyring):
    done = configure(command, *PLACE, "--affirm-url", affirm)
    assert done.status == 0
    lines = done.err.splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == [
        "--merchant-name is needed",
        "--confirmation-url is needed",
        "--cancel-url is needed",
    ]
    assert "Profile shop is kept." in done.out


def test_keys_that_affirm_does_not_know_are_not_kept(command, affirm, keyring):
    done = configure(command, *PLACE, "--affirm-url", affirm, stdin=f"{PUBLIC}\nanother\n")
    assert done.status == 1
    assert "does not accept these keys" in one_line(done, "configure")
    assert nothing_is_left(command, keyring)


def test_a_machine_may_be_set_up_before_it_is_connected(command, keyring):
    words = [*PLACE, "--affirm-url", "http://127.0.0.1:1", *OWN_URLS, "--merchant-name", "L"]
    done = configure(command, *words)
    assert done.status == 0
    assert (
        done.err == "Affirm: not reached (nobody listens there), so the keys are not proved yet.\n"
    )


def test_an_answer_that_proves_nothing_is_no_acceptance(command, relay, keyring):
    done = configure(command, *PLACE, "--affirm-url", relay.desks, *OWN_URLS)
    assert done.status == 1
    assert "proves nothing about the keys" in one_line(done, "configure")


def test_without_a_keyring_nothing_is_tried(command, affirm, monkeypatch):
    monkeypatch.setattr(keyring_backends, "ALLOWED", {})
    done = configure(command, *PLACE, "--affirm-url", affirm)
    assert done.status == 1
    assert "install one" in one_line(done, "configure")


def test_a_relay_without_a_sealing_key_is_told(command, affirm, keyring, tmp_path):
    with bench.relay(tmp_path, is_sealed=False) as bare:
        code = ["--relay-url", bare.desks, "--enrolment-code", bare.code()]
        words = [*PLACE, "--affirm-url", affirm, "--merchant-name", "Lamp Shop"]
        done = configure(command, *words, *code)
    assert done.status == 0
    assert "no sealing key yet: it takes no webhooks" in one_line(done, "configure")
    assert "telesales-desktop/shop/merchant-data-key" not in keyring


def test_a_token_that_cannot_even_be_given_back_is_told(
    command, affirm, relay, keyring, monkeypatch
):
    async def unreachable(_profile, _token):
        raise RelayUnreachableError

    Keyring.refuses.add("relay-token")
    monkeypatch.setattr("telesales_desktop.bootstrap.leave_relay", unreachable)
    code = ["--relay-url", relay.desks, "--enrolment-code", relay.code()]
    done = configure(command, *PLACE, "--affirm-url", affirm, *code)
    assert done.status == 1
    told = done.err.splitlines()
    assert "revoke it there" in told[0]
    assert "refused to keep" in told[1]
    assert nothing_is_left(command, keyring)


def test_a_person_is_asked_for_the_keys(command, affirm, monkeypatch, keyring):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("tests.commands.bench.io.StringIO", Terminal)
    done = configure(command, *PLACE, "--affirm-url", affirm, *OWN_URLS, "--merchant-name", "L")
    assert (done.status, done.err) == (0, "Public key, then private key, one per line:\n")


def test_what_is_no_text_is_no_key(command, keyring, monkeypatch):
    class Bytes(io.StringIO):
        def readline(self):
            return b"\xff".decode()

    monkeypatch.setattr("tests.commands.bench.io.StringIO", Bytes)
    done = configure(command, "--environment", "live", "--country", "US")
    assert done.status == 2
    assert "no text" in one_line(done, "configure")


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (["--environment", "simulator"], KEYS, "needs --affirm-url"),
        (["--environment", "live", "--affirm-url", "http://127.0.0.1:1"], KEYS, "goes with"),
        (["--environment", "live", "--relay-url", "https://r.example"], KEYS, "go together"),
        (["--environment", "live", "--enrolment-code", "K7Q4MPX9TB"], KEYS, "go together"),
        (["--environment", "live", "--cancel-url", "https://a.example"], KEYS, "must be given too"),
        (["--environment", "live", "--merchant-name", "x" * 300], KEYS, "is too long"),
        (
            ["--environment", "live", "--relay-url", "http://r", "--enrolment-code", "K"],
            KEYS,
            "https",
        ),
        (["--environment", "live"], "", "two lines"),
        (["--environment", "live"], f"{PUBLIC}\n", "two lines"),
        (["--environment", "live"], f"{PUBLIC}\nwith blank\n", "line 2"),
        (["--environment", "live"], f"é\n{PRIVATE}\n", "line 1"),
    ],
)
def test_wrong_use_is_one_line_and_exit_status_2(command, keyring, words, stdin, told):
    done = configure(command, "--country", "US", *words, stdin=stdin)
    assert done.status == 2
    assert told in one_line(done, "configure")
    assert nothing_is_left(command, keyring)
