"""Can several people share a workstation from the command line?"""

import json

import pytest

from telesales_desktop.adapters.settings import ProfileFiles
from tests.commands.bench import PRIVATE, PUBLIC, one_line


@pytest.fixture
def shop(command, affirm, relay, keyring):
    """A workstation where Dana works."""
    words = ["--environment", "simulator", "--country", "US", "--affirm-url", affirm]
    code = ["--relay-url", relay.desks, "--enrolment-code", relay.code()]
    done = command(
        *["--profile", "shop", "configure", *words, "--merchant-name", "Lamp Shop", *code],
        stdin=f"{PUBLIC}\n{PRIVATE}\n",
    )
    assert done.status == 0, done.err
    return lambda *words: command("people", "--profile", "shop", *words)


def listed(shop):
    return [json.loads(line) for line in shop("list", "--json").out.splitlines()]


def test_a_second_person_enrols_and_the_first_comes_back(shop, relay, command):
    done = shop("enrol", "--code", relay.code(name="Sam S.", role="supervisor"))
    assert (done.status, done.out) == (0, "Sam S. works here now (supervisor).\n")
    assert shop("list").out == "  Dana R. (agent)\n* Sam S. (supervisor)\n"
    done = shop("switch", "dana r.")
    assert (done.status, done.out) == (0, "Dana R. works here now (agent).\n")
    assert [(each["name"], each["role"], each["current"]) for each in listed(shop)] == [
        ("Dana R.", "agent", True),
        ("Sam S.", "supervisor", False),
    ]
    assert ProfileFiles(command.data_dir / "config").load("shop").agent == "Dana R."


def test_a_person_is_named_by_id_where_names_are_alike(shop, relay):
    shop("enrol", "--code", relay.code(name="sam"))
    shop("enrol", "--code", relay.code(name="SAM"))
    done = shop("switch", "Sam")
    assert done.status == 2
    assert "several of the name Sam" in one_line(done, "people")
    assert shop("switch", "sam").out == "sam works here now (agent).\n"
    (person_id,) = [each["person_id"] for each in listed(shop) if each["name"] == "SAM"]
    assert shop("switch", person_id).out == "SAM works here now (agent).\n"


def test_who_leaves_has_a_worthless_token(shop, relay, keyring):
    shop("enrol", "--code", relay.code(name="Lee"))
    assert shop("leave").out == "Dana R. works here now (agent).\n"
    assert any("Lee" in line and "revoked" in line for line in relay.tokens())
    assert [each["name"] for each in listed(shop)] == ["Dana R."]
    assert shop("leave", "Dana R.").out == "Nobody is enrolled here any more.\n"
    assert shop("list").out == ""
    assert not [service for service in keyring if "token" in service]


def test_a_wrong_code_and_a_wrong_name_are_one_line(shop):
    done = shop("enrol", "--code", "K7Q4MPX9TB")
    assert done.status == 1
    assert "wrong, used or expired" in one_line(done, "people")
    for words in (["switch", "Nobody"], ["leave", "Nobody"]):
        done = shop(*words)
        assert done.status == 1
        assert "nobody of the name Nobody" in one_line(done, "people")


def test_a_profile_that_is_not_there_is_said(command):
    done = command("people", "list")
    assert done.status == 1
    assert "there is no profile 'default'" in one_line(done, "people")
