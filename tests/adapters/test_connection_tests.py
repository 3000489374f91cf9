"""Does set-up try each neighbour for real, say what is wrong, and keep only what passed?"""

from dataclasses import replace

import httpx
import pytest

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.connection_tests import ConnectionTests, Enrolled
from telesales_desktop.adapters.data_key import DataKey, wrap_id
from telesales_desktop.adapters.people_files import PeopleFiles
from telesales_desktop.adapters.secret_stores import MemorySecretStore, read_credentials
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.application.ports import Credentials, SecretName
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.application.sharing_ports import SealingState
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmRejectedError,
    AffirmUnreachableError,
    CredentialsError,
    OutcomeUnknownError,
    SettingsError,
)
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.wire.sealing import SealingKey

PROFILE = Profile(
    "demo",
    Environment.SIMULATOR,
    Country.US,
    "http://127.0.0.1:43121",
    merchant_name="Lamp Shop",
    relay_url="http://127.0.0.1:43122",
    practice=True,
)
KEYS = Credentials("PUBLIC", "private")
DATA_KEY = DataKey(bytes(range(32)))
ENROLLED = Enrolled(
    merchant="m1",
    public_url="https://relay.example",
    token="relay-token",
    role=Role.SUPERVISOR,
    name="Dana R.",
    person_id="p" + "a" * 15,
    sealing_key=DATA_KEY.sealing_key("private").text(),
)
PLACE = f"demo/{ENROLLED.person_id}"


class Bench:
    def __init__(self, root, answer):
        self.root = root
        self.files = ProfileFiles(root / "config")
        self.people = PeopleFiles(root / "config")
        self.store = MemorySecretStore(PROFILE)
        self.enrolments = []
        self.left = []
        self.enrolled = ENROLLED
        self.closed = 0
        self.answer = answer
        self.tests = ConnectionTests(
            self.files,
            self.people,
            self.enrol,
            self.leave,
            self.compare,
            data_root=root / "data",
            store_for=lambda _profile: self.store,
            client_for=self.client_for,
            keyring=self.store,
        )

    async def enrol(self, profile, code):
        self.enrolments.append((profile.relay_url, code))
        if code == "WRONG":
            raise SettingsError("the code is used", fields=("enrolment_code",))
        return self.enrolled

    async def leave(self, profile, token):
        self.left.append((profile.relay_url, token))

    async def compare(self, profile, store):
        return SealingState(profile.relay_url, str(store is self.store))

    async def kept(self):
        """Everything that the keyring holds."""
        return dict(self.store._kept)

    def client_for(self, profile, credentials):
        bench = self

        class Wire(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request):
                bench.asked = request
                if isinstance(bench.answer, Exception):
                    raise bench.answer
                status, content = bench.answer
                return httpx.Response(
                    status,
                    headers={"Content-Type": "application/json"},
                    stream=httpx.ByteStream(content),
                )

            async def aclose(self):
                bench.closed += 1

        return AffirmClient(profile, credentials, transport=Wire())


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path, (200, b'{"data":[]}'))


async def test_the_keyring_is_tried(bench):
    assert await bench.tests.check_keyring() == "memory"


async def test_good_keys_pass_and_are_not_kept(bench):
    await bench.tests.check_keys(PROFILE, KEYS)
    assert bench.asked.method == "GET"
    assert bench.asked.url.path == "/api/v1/transactions"
    assert bench.closed == 1
    assert await bench.store.read("demo", SecretName.PRIVATE_KEY) is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, b'{"code":"api-key-pair-invalid"}'), AffirmCredentialsError),
        ((403, b'{"type":"forbidden"}'), AffirmRejectedError),
        ((500, b"{}"), OutcomeUnknownError),
        ((200, b"<html>"), OutcomeUnknownError),
        (httpx.ConnectError("no"), AffirmUnreachableError),
    ],
)
async def test_keys_that_do_not_pass_say_why(bench, answer, error):
    bench.answer = answer
    with pytest.raises(error) as failed:
        await bench.tests.check_keys(PROFILE, KEYS)
    assert type(failed.value) is error
    assert bench.closed == 1


async def test_a_live_key_cannot_even_be_tried_in_the_sandbox(bench):
    live = replace(PROFILE, environment=Environment.LIVE, affirm_url="https://sandbox.affirm.com")
    with pytest.raises(SettingsError):
        await bench.tests.check_keys(live, KEYS)


async def test_the_relay_tells_about_itself_and_its_token_waits_for_save(bench):
    profile = await bench.tests.check_relay(PROFILE, "  ABCD-EFGH ")
    assert bench.enrolments == [(PROFILE.relay_url, "ABCD-EFGH")]
    assert (profile.relay_merchant, profile.relay_public_url) == ("m1", "https://relay.example")
    assert (profile.role, profile.agent) == (Role.SUPERVISOR, "Dana R.")
    assert not await bench.kept()
    assert not list(bench.root.iterdir())
    await bench.tests.check_profile(profile)
    await bench.tests.save(profile, KEYS)
    assert bench.files.load("demo") == profile
    assert await read_credentials(bench.store, profile) == KEYS
    assert await bench.store.read(PLACE, SecretName.RELAY_TOKEN) == "relay-token"
    assert await bench.store.read("demo", SecretName.DATA_KEY) == DATA_KEY.to_hex()
    me = WorkstationPerson(ENROLLED.person_id, "Dana R.", Role.SUPERVISOR)
    assert bench.people.load("demo") == (me,)


async def test_a_name_that_was_typed_is_kept(bench):
    profile = await bench.tests.check_relay(replace(PROFILE, agent="D. R."), "ABCD")
    assert profile.agent == "D. R."


async def test_a_code_that_is_refused_changes_nothing(bench):
    with pytest.raises(SettingsError) as refused:
        await bench.tests.check_relay(PROFILE, "WRONG")
    assert refused.value.fields == ("enrolment_code",)
    await bench.tests.save(PROFILE, KEYS)
    assert await bench.store.read("demo", SecretName.RELAY_TOKEN) is None


async def test_an_unsound_profile_costs_no_code(bench):
    with pytest.raises(SettingsError) as refused:
        await bench.tests.check_relay(replace(PROFILE, relay_url="nowhere"), "ABCD")
    assert refused.value.fields == ("relay_url",)
    assert bench.enrolments == []


async def test_a_profile_with_gaps_says_so(bench):
    with pytest.raises(SettingsError) as gaps:
        await bench.tests.check_profile(replace(PROFILE, merchant_name=""))
    assert gaps.value.fields == ("merchant_name", "confirmation_url", "cancel_url")


async def test_without_keys_in_the_keyring_there_is_no_profile(bench):
    with pytest.raises(CredentialsError):
        await bench.tests.save(PROFILE, Credentials("two words", "private"))
    assert bench.files.names() == ()


async def test_no_secret_is_in_any_file_nor_in_a_repr(bench):
    profile = await bench.tests.check_relay(PROFILE, "ABCD")
    await bench.tests.save(profile, KEYS)
    written = b"".join(path.read_bytes() for path in bench.root.rglob("*") if path.is_file())
    assert b"Lamp Shop" in written
    for secret in ("private", "relay-token", DATA_KEY.to_hex()):
        assert secret.encode() not in written
        assert secret not in repr(ENROLLED)


# --- all of it or nothing --------------------------------------------------------------------


async def test_what_cannot_be_kept_costs_no_code(bench):
    (bench.root / "config").write_text("a file where a folder should be")
    with pytest.raises(SettingsError) as refused:
        await bench.tests.check_relay(PROFILE, "ABCD")
    assert refused.value.fields == ("data_dir",)
    (bench.root / "config").unlink()
    (bench.root / "data").write_text("a file where a folder should be")
    with pytest.raises(SettingsError) as refused:
        await bench.tests.check_relay(PROFILE, "ABCD")
    assert refused.value.fields == ("data_dir",)
    assert bench.enrolments == []
    assert [path.name for path in bench.root.iterdir()] == ["data"]


async def test_settings_that_cannot_be_written_leave_nothing_in_the_keyring(bench):
    profile = await bench.tests.check_relay(PROFILE, "ABCD")
    (bench.root / "config").mkdir()
    (bench.root / "config" / "profiles").write_text("the disk was exchanged meanwhile")
    with pytest.raises(SettingsError):
        await bench.tests.save(profile, KEYS)
    assert not await bench.kept()
    assert bench.people.load("demo") == ()
    (bench.root / "config" / "profiles").unlink()
    await bench.tests.save(profile, KEYS)  # the token has waited
    assert await bench.store.read(PLACE, SecretName.RELAY_TOKEN) == "relay-token"
    await bench.tests.abandon(profile)
    assert bench.left == []


async def test_a_keyring_that_fails_half_way_is_as_it_was(bench):
    await bench.tests.save(PROFILE, Credentials("OLD", "old"))
    before = await bench.kept()
    profile = await bench.tests.check_relay(PROFILE, "ABCD")

    class Failing(MemorySecretStore):
        async def write(self, name, secret, value):
            if secret is SecretName.DATA_KEY:
                raise CredentialsError("refused")
            await super().write(name, secret, value)

    failing = Failing(PROFILE)
    failing._kept = bench.store._kept
    bench.store = failing
    with pytest.raises(CredentialsError):
        await bench.tests.save(profile, KEYS)
    assert await bench.kept() == before
    assert bench.files.load("demo") == PROFILE
    await bench.tests.abandon(profile)
    await bench.tests.abandon(profile)
    assert bench.left == [(PROFILE.relay_url, "relay-token")]


async def test_a_keyring_that_cannot_be_put_back_is_told(bench, caplog):
    class Broken(MemorySecretStore):
        async def write(self, name, secret, value):
            if secret is SecretName.RELAY_TOKEN:
                raise CredentialsError("locked")
            await super().write(name, secret, value)

        async def delete(self, name, secret):
            raise CredentialsError("locked")

    bench.store = Broken(PROFILE)
    bench.enrolled = replace(ENROLLED, merchant="main")
    profile = await bench.tests.check_relay(PROFILE, "ABCD")
    bench.files.save(profile)
    with pytest.raises(CredentialsError):
        await bench.tests.save(profile, KEYS)
    assert "could not be put back: locked" in caplog.text


async def test_a_relay_of_another_merchant_brings_its_own_data_key(bench):
    await bench.store.write("demo", SecretName.DATA_KEY, "05" * 32)
    await bench.tests.save(await bench.tests.check_relay(PROFILE, "ABCD"), KEYS)
    assert await bench.store.read("demo", SecretName.DATA_KEY) == DATA_KEY.to_hex()


async def test_the_same_relay_with_another_data_key_is_not_believed(bench):
    await bench.tests.save(await bench.tests.check_relay(PROFILE, "ABCD"), KEYS)
    other = DataKey(b"\x05" * 32).sealing_key("private").text()
    bench.enrolled = replace(ENROLLED, sealing_key=other)
    await bench.tests.save(await bench.tests.check_relay(PROFILE, "ABCD"), KEYS)
    assert await bench.store.read("demo", SecretName.DATA_KEY) == DATA_KEY.to_hex()


@pytest.mark.parametrize(
    ("sealing_key", "warned"),
    [
        ("", False),
        ("tsk1_rubbish", False),
        (DATA_KEY.sealing_key("another-api-key").text(), False),
        (
            SealingKey(DATA_KEY.public_key, bytes.fromhex(wrap_id("private")), bytes(60)).text(),
            True,
        ),
    ],
)
async def test_a_data_key_that_does_not_open_is_left_to_the_first_connection(
    bench, sealing_key, warned, caplog
):
    bench.enrolled = replace(ENROLLED, sealing_key=sealing_key)
    await bench.tests.save(await bench.tests.check_relay(PROFILE, "ABCD"), KEYS)
    assert await bench.store.read("demo", SecretName.DATA_KEY) is None
    assert ("does not open" in caplog.text) == warned


async def test_the_old_api_key_opens_the_data_key_while_it_is_still_there(bench):
    await bench.tests.save(PROFILE, Credentials("OLD", "old"))
    bench.enrolled = replace(ENROLLED, sealing_key=DATA_KEY.sealing_key("old").text())
    await bench.tests.save(await bench.tests.check_relay(PROFILE, "ABCD"), KEYS)
    assert await bench.store.read("demo", SecretName.DATA_KEY) == DATA_KEY.to_hex()
    assert (await read_credentials(bench.store, PROFILE)).private_key == "private"


async def test_comparing_is_done_with_the_profiles_own_keyring(bench):
    assert await bench.tests.compare(PROFILE) == SealingState(PROFILE.relay_url, "True")


async def test_an_enrolment_without_a_person_is_kept_for_the_profile(bench):
    bench.enrolled = replace(ENROLLED, person_id="")
    await bench.tests.save(await bench.tests.check_relay(PROFILE, "ABCD"), KEYS)
    assert await bench.store.read("demo", SecretName.RELAY_TOKEN) == "relay-token"
    assert bench.people.load("demo") == ()
