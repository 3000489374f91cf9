"""Does the key that is printed open again with the API key, and with nothing else?"""

import json

import httpx
import pytest

from telesales_desktop import sealing_key
from telesales_desktop.adapters.data_key import SealedError, unwrap
from telesales_desktop.wire.sealing import SealingKey
from tests.commands import bench
from tests.commands.bench import DATA_KEY, PRIVATE, PUBLIC, one_line

NEW = "the-next-private-key"


def made(command, *words, stdin=f"{PRIVATE}\n"):
    return command("sealing-key", "--private-key-stdin", *words, stdin=stdin)


def test_a_sealing_key_is_made_and_kept_nowhere(command, keyring):
    done = made(command, "--json")
    assert (done.status, done.err) == (0, "")
    told = json.loads(done.out)
    key = SealingKey.from_text(told["public_key"])
    assert told == {"public_key": key.text(), "fingerprint": key.fingerprint}
    assert unwrap(key.wrapped, PRIVATE, key.public_key).public_key == key.public_key
    with pytest.raises(SealedError):
        unwrap(key.wrapped, "another", key.public_key)
    assert not keyring
    assert not command.data_dir.exists()


def test_each_one_is_new(command):
    first, second = made(command, "--json"), made(command, "--json")
    assert json.loads(first.out)["fingerprint"] != json.loads(second.out)["fingerprint"]


def test_a_person_reads_a_name_and_a_value_a_line(command):
    lines = [line.split() for line in made(command).out.splitlines()]
    assert [name for name, _ in lines] == ["public_key", "fingerprint"]
    assert SealingKey.from_text(lines[0][1]).fingerprint == lines[1][1]


@pytest.mark.parametrize(
    ("stdin", "told"),
    [
        ("", "must give the private key"),
        ("\n", "must give the private key"),
        ("two words\n", "characters that no key has"),
        ("clé\n", "characters that no key has"),
    ],
)
def test_what_is_no_key_is_wrong_use(command, stdin, told):
    done = made(command, stdin=stdin)
    assert (done.status, done.out) == (2, "")
    assert told in one_line(done, "sealing-key")


def test_the_second_key_of_two_may_be_missing(command):
    done = made(command, "--rewrap", "--profile", "shop", stdin=f"{PRIVATE}\n")
    assert done.status == 2
    assert "the old private key and the new one" in one_line(done, "sealing-key")


def test_what_is_no_text_is_no_key(command, monkeypatch):
    class Bytes(bench.io.StringIO):
        def readline(self):
            return b"\xff".decode()

    monkeypatch.setattr("tests.commands.bench.io.StringIO", Bytes)
    done = made(command)
    assert done.status == 2
    assert "no text" in one_line(done, "sealing-key")


def test_a_person_is_asked_for_the_key(command, monkeypatch):
    class Terminal(bench.io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("tests.commands.bench.io.StringIO", Terminal)
    assert made(command).err == "The private key, one per line:\n"


# --- a new API key ---------------------------------------------------------------------------


@pytest.fixture
def enrolled(command, affirm, relay, keyring):
    """A workstation with the old API key."""
    words = ["--environment", "simulator", "--country", "US", "--affirm-url", affirm]
    code = ["--relay-url", relay.desks, "--enrolment-code", relay.code(name="Rae")]
    done = command(
        "configure",
        *["--profile", "shop", *words, "--merchant-name", "Lamp Shop", *code],
        stdin=f"{PUBLIC}\n{PRIVATE}\n",
    )
    assert done.status == 0, done.err
    return relay


def rewrap(command, old=PRIVATE, new=NEW, *, profile="shop"):
    return made(command, "--rewrap", "--json", "--profile", profile, stdin=f"{old}\n{new}\n")


def test_a_new_api_key_is_let_in(command, enrolled, keyring):
    done = rewrap(command)
    assert (done.status, done.err) == (0, "")
    told = json.loads(done.out)
    assert told["fingerprint"] == DATA_KEY.fingerprint
    assert rewrap(command).out == done.out  # again is no error
    # The new key opens what the old one did: it lets in the next.
    assert rewrap(command, NEW, "one-more-key").status == 0


def test_an_old_key_that_opens_nothing_is_said(command, enrolled):
    done = rewrap(command, "a-strangers-key")
    assert done.status == 1
    assert "does not open what the relay keeps" in one_line(done, "sealing-key")


def test_the_data_key_is_told_to_whoever_has_the_api_key(command, enrolled, keyring):
    done = made(command, "--data-key", "--profile", "shop")
    assert (done.status, done.out, done.err) == (0, f"{DATA_KEY.to_hex()}\n", "")
    told = json.loads(made(command, "--data-key", "--json", "--profile", "shop").out)
    assert told == {"data_key": DATA_KEY.to_hex(), "fingerprint": DATA_KEY.fingerprint}
    done = made(command, "--data-key", "--profile", "shop", stdin="a-strangers-key\n")
    assert (done.status, done.out) == (1, "")
    assert "does not open what the relay keeps" in one_line(done, "sealing-key")


@pytest.mark.parametrize("words", [["--data-key"], ["--data-key", "--rewrap", "--profile", "shop"]])
def test_the_data_key_is_of_a_profile_and_asked_for_alone(command, words):
    done = made(command, *words)
    assert (done.status, done.out) == (2, "")
    assert "--data-key" in one_line(done, "sealing-key")


def test_there_is_no_room_for_a_ninth(command, tmp_path, affirm, keyring):
    with bench.relay(tmp_path) as relay:
        words = ["--environment", "simulator", "--country", "US", "--affirm-url", affirm]
        code = ["--relay-url", relay.desks, "--enrolment-code", relay.code()]
        stdin = f"{PUBLIC}\n{PRIVATE}\n"
        command(
            "configure",
            *["--profile", "shop", *words, "--merchant-name", "L", *code],
            stdin=stdin,
        )
        for number in range(7):
            assert rewrap(command, new=f"key-{number}").status == 0
        done = rewrap(command, new="key-7")
    assert done.status == 1
    assert "eight wrapped keys at most" in one_line(done, "sealing-key")
    done = rewrap(command)
    assert done.status == 1
    assert "the relay does not answer" in one_line(done, "sealing-key")


def test_a_workstation_that_left_is_said(command, enrolled, keyring):
    assert command("people", "--profile", "shop", "leave").status == 0
    done = rewrap(command)
    assert done.status == 1
    assert "enrol it again" in one_line(done, "sealing-key")


def test_a_profile_that_is_not_there_or_has_no_relay_is_said(command, affirm):
    done = rewrap(command)
    assert done.status == 1
    assert "there is no profile 'shop'" in one_line(done, "sealing-key")
    words = ["--environment", "simulator", "--country", "US", "--affirm-url", affirm]
    command("--profile", "shop", "configure", *words, stdin=f"{PUBLIC}\n{PRIVATE}\n")
    done = rewrap(command)
    assert done.status == 1
    assert "has no relay" in one_line(done, "sealing-key")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (httpx.Response(200, content=b'{"public_key":null,"fingerprint":null,"wrapped":[]}'),
         "no sealing key yet"),
        (httpx.Response(503), "the relay is busy"),
        (httpx.Response(200, text="<html>"), "did not answer as expected"),
    ],
)  # fmt: skip
def test_what_a_relay_answers_is_said_in_one_line(
    command, enrolled, monkeypatch, answer, told, caplog
):
    real = sealing_key.RelayClient
    transport = httpx.MockTransport(lambda _request: answer)
    monkeypatch.setattr(
        sealing_key, "RelayClient", lambda url, token: real(url, token, transport=transport)
    )
    done = rewrap(command)
    assert done.status == 1
    assert told in one_line(done, "sealing-key")


def test_a_locked_keyring_is_said(command, enrolled, monkeypatch):
    monkeypatch.setattr("telesales_desktop.adapters.keyring_backends.ALLOWED", {})
    done = rewrap(command)
    assert done.status == 1
    assert "does not answer" in one_line(done, "sealing-key")
