from dataclasses import replace

import pytest

from telesales_desktop.adapters.connection_tests import Enrolled
from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.adapters.people_files import PeopleFiles
from telesales_desktop.adapters.secret_stores import MemorySecretStore, write_credentials
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.adapters.workstation_people import PeopleHere
from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.application.ports import Credentials, SecretName
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import CredentialsError, SettingsError
from telesales_desktop.domain.relay_errors import RelayUnreachableError
from tests.adapters.relay_bench import PROFILE

KEYS = Credentials("PUBLIC", "private")
DATA_KEY = DataKey(bytes(range(32)))
DANA, SAM = "p" + "a" * 15, "p" + "b" * 15


def enrolled(letter="a", name="Dana R.", role=Role.AGENT, merchant="main"):
    return Enrolled(
        merchant=merchant,
        public_url="https://hooks.example",
        token=f"token-{letter}",
        role=role,
        name=name,
        person_id="p" + letter * 15,
        sealing_key=DATA_KEY.sealing_key("private").text(),
    )


class Bench:
    def __init__(self, root):
        self.files, self.people = ProfileFiles(root), PeopleFiles(root)
        self.store = MemorySecretStore(PROFILE)
        self.codes = {"DANA": enrolled(), "SAM": enrolled("b", "Sam S.", Role.SUPERVISOR)}
        self.left = []
        self.root = root
        self.unreachable = False
        self.here = PeopleHere(
            "demo",
            self.files,
            self.people,
            self.enrol,
            self.leave,
            store_for=lambda _profile: self.store,
        )

    async def enrol(self, profile, code):
        return self.codes.pop(code)

    async def leave(self, profile, token):
        if self.unreachable:
            raise RelayUnreachableError
        self.left.append(token)

    async def token(self, person_id):
        return await self.store.read(f"demo/{person_id}", SecretName.RELAY_TOKEN)


@pytest.fixture
async def bench(tmp_path):
    bench = Bench(tmp_path)
    bench.files.save(replace(PROFILE, person_id="", agent=""))
    await write_credentials(bench.store, PROFILE, KEYS)
    return bench


async def test_two_people_share_a_workstation(bench):
    profile = await bench.here.enrol(" DANA ")
    assert (profile.person_id, profile.agent, profile.role) == (DANA, "Dana R.", Role.AGENT)
    assert bench.files.load("demo") == profile
    profile = await bench.here.enrol("SAM")
    assert (profile.person_id, profile.agent, profile.role) == (SAM, "Sam S.", Role.SUPERVISOR)
    assert [await bench.token(DANA), await bench.token(SAM)] == ["token-a", "token-b"]
    assert await bench.store.read("demo", SecretName.DATA_KEY) == DATA_KEY.to_hex()
    assert await bench.here.here() == [
        WorkstationPerson(DANA, "Dana R.", Role.AGENT),
        WorkstationPerson(SAM, "Sam S.", Role.SUPERVISOR, is_current=True),
    ]


async def test_switching_asks_nobody_and_keeps_both(bench):
    await bench.here.enrol("DANA")
    await bench.here.enrol("SAM")
    profile = await bench.here.switch(DANA)
    assert (profile.person_id, profile.agent, profile.role) == (DANA, "Dana R.", Role.AGENT)
    assert bench.files.load("demo") == profile
    assert await bench.token(SAM) == "token-b"
    with pytest.raises(SettingsError) as refused:
        await bench.here.switch("p" + "z" * 15)
    assert refused.value.fields == ("person_id",)


async def test_who_leaves_is_forgotten_at_the_relay_first_and_the_other_works_on(bench):
    await bench.here.enrol("DANA")
    await bench.here.enrol("SAM")
    await bench.store.write(f"demo/{SAM}", SecretName.PERSON_KEY, "key")
    profile = await bench.here.leave()
    assert bench.left == ["token-b"]
    assert (profile.person_id, profile.agent) == (DANA, "Dana R.")
    assert await bench.token(SAM) is None
    assert await bench.store.read(f"demo/{SAM}", SecretName.PERSON_KEY) is None
    assert [each.name for each in await bench.here.here()] == ["Dana R."]
    profile = await bench.here.leave()
    assert (profile.person_id, profile.role) == ("", Role.AGENT)
    assert profile.relay_url == PROFILE.relay_url
    assert bench.left == ["token-b", "token-a"]
    assert await bench.here.here() == []
    assert await bench.store.read("demo", SecretName.PRIVATE_KEY) is not None


async def test_somebody_else_may_leave(bench):
    await bench.here.enrol("DANA")
    await bench.here.enrol("SAM")
    profile = await bench.here.leave(DANA)
    assert profile.person_id == SAM
    assert bench.left == ["token-a"]
    with pytest.raises(SettingsError):
        await bench.here.leave(DANA)


async def test_nobody_can_leave_twice(bench):
    profile = await bench.here.leave()
    assert (profile.person_id, bench.left) == ("", [])


async def test_without_the_relay_nobody_is_forgotten(bench):
    await bench.here.enrol("DANA")
    bench.unreachable = True
    with pytest.raises(RelayUnreachableError):
        await bench.here.leave()
    assert await bench.token(DANA) == "token-a"
    assert bench.files.load("demo").person_id == DANA


async def test_a_code_of_another_merchant_is_given_back(bench):
    await bench.here.enrol("DANA")
    bench.codes["OTHER"] = enrolled("c", "Kim", merchant="other")
    with pytest.raises(SettingsError, match="another merchant") as refused:
        await bench.here.enrol("OTHER")
    assert refused.value.fields == ("enrolment_code",)
    assert bench.left == ["token-c"]
    assert bench.files.load("demo").person_id == DANA
    assert len(await bench.here.here()) == 1


async def test_what_cannot_be_kept_is_given_back_and_leaves_nothing(bench):
    await bench.store.delete("demo", SecretName.PRIVATE_KEY)
    with pytest.raises(CredentialsError):
        await bench.here.enrol("DANA")
    bench.unreachable = True
    with pytest.raises(CredentialsError):
        await bench.here.enrol("SAM")
    assert bench.left == ["token-a"]
    assert await bench.token(DANA) is None
    assert await bench.here.here() == []


async def test_where_one_only_looks_another_supervisor_needs_no_key_of_affirms(bench):
    bench.files.save(replace(PROFILE, person_id="", agent="", looks_only=True))
    for name in (SecretName.PRIVATE_KEY, SecretName.PUBLIC_KEY):
        await bench.store.delete("demo", name)
    await bench.store.write("demo", SecretName.DATA_KEY, DATA_KEY.to_hex())
    made = await bench.here.enrol("SAM")
    assert made.looks_only
    assert made.role is Role.SUPERVISOR
    assert await bench.token(made.person_id) == "token-b"
    assert await bench.store.read("demo", SecretName.DATA_KEY) == DATA_KEY.to_hex()
    with pytest.raises(SettingsError, match="only a supervisor") as refused:
        await bench.here.enrol("DANA")
    assert refused.value.fields == ("enrolment_code",)
    assert bench.left == ["token-a"]
    assert [person.name for person in await bench.here.here()] == ["Sam S."]


async def test_settings_that_cannot_be_written_cost_no_code(bench, monkeypatch):
    def refuse(_directory):
        raise PermissionError

    monkeypatch.setattr("telesales_desktop.adapters.settings.try_directory", refuse)
    with pytest.raises(SettingsError) as refused:
        await bench.here.enrol("DANA")
    assert refused.value.fields == ("data_dir",)
    assert "DANA" in bench.codes


async def test_a_leaving_that_cannot_be_kept_puts_everything_back(bench, monkeypatch):
    await bench.here.enrol("DANA")
    await bench.here.enrol("SAM")

    def refuse(_profile):
        raise SettingsError("cannot write")

    monkeypatch.setattr(bench.files, "save", refuse)
    with pytest.raises(SettingsError):
        await bench.here.leave()
    assert await bench.token(SAM) == "token-b"
    assert len(await bench.here.here()) == 2


async def test_a_profile_without_a_relay_has_nobody_to_enrol(bench):
    bench.files.save(replace(PROFILE, relay_url="", relay_merchant="", person_id=""))
    with pytest.raises(SettingsError) as refused:
        await bench.here.enrol("DANA")
    assert refused.value.fields == ("relay_url",)
    assert "DANA" in bench.codes
