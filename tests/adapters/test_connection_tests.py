"""Does set-up try each neighbour for real, say what is wrong, and keep only what passed?"""

from dataclasses import replace

import httpx
import pytest

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.connection_tests import ConnectionTests, Enrolled
from telesales_desktop.adapters.secret_stores import MemorySecretStore, read_credentials
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.ports import Credentials, SecretName
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmRejectedError,
    AffirmUnreachableError,
    CredentialsError,
    OutcomeUnknownError,
    SettingsError,
)
from telesales_desktop.domain.money import Country, Environment

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
ENROLLED = Enrolled(
    merchant="m1",
    public_url="https://relay.example",
    token="relay-token",
    role=Role.SUPERVISOR,
    name="Dana R.",
)


class Bench:
    def __init__(self, root, answer):
        self.files = ProfileFiles(root)
        self.store = MemorySecretStore(PROFILE)
        self.enrolments = []
        self.closed = 0
        self.answer = answer
        self.tests = ConnectionTests(
            self.files,
            self.enrol,
            store_for=lambda _profile: self.store,
            client_for=self.client_for,
            keyring=self.store,
        )

    async def enrol(self, profile, code):
        self.enrolments.append((profile.relay_url, code))
        if code == "WRONG":
            raise SettingsError("the code is used", fields=("enrolment_code",))
        return ENROLLED

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
    assert await bench.store.read("demo", SecretName.RELAY_TOKEN) is None
    await bench.tests.check_profile(profile)
    await bench.tests.save(profile, KEYS)
    assert bench.files.load("demo") == profile
    assert await read_credentials(bench.store, profile) == KEYS
    assert await bench.store.read("demo", SecretName.RELAY_TOKEN) == "relay-token"
    assert await bench.store.read("demo", SecretName.ORDER_KEY_SECRET) is None


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


async def test_no_secret_is_in_any_file_nor_in_a_repr(bench, tmp_path):
    secrets = ("private", "relay-token", "order-secret")
    enrolled = replace(ENROLLED, order_key_secret="order-secret")
    bench.enrol = None
    tests = ConnectionTests(
        bench.files,
        lambda _profile, _code: _given(enrolled),
        store_for=lambda _profile: bench.store,
        keyring=bench.store,
    )
    profile = await tests.check_relay(PROFILE, "ABCD")
    await tests.save(profile, Credentials("PUBLIC", "private"))
    assert await bench.store.read("demo", SecretName.ORDER_KEY_SECRET) == "order-secret"
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Lamp Shop" in written
    for secret in secrets:
        assert secret.encode() not in written
        assert secret not in repr(enrolled)


async def _given(enrolled):
    return enrolled
