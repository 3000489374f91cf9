from dataclasses import replace

import httpx
import pytest

from telesales_desktop.adapters.connection_tests import Enrolled
from telesales_desktop.adapters.desk_keys import this_workstation
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.adapters.relay_enrolment import enrol_workstation, leave_relay
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.relay_errors import RelayUnreachableError
from telesales_desktop.wire.enrolment import Role as WireRole
from telesales_desktop.wire.refusal import Refusal
from tests.adapters.test_relay_client import ENROLMENT, META, SEALING_KEY, Answering

PROFILE = Profile(
    name="p",
    environment=Environment.SANDBOX,
    country=Country.US,
    affirm_url="https://sandbox.affirm.com",
    relay_url="https://relay.example",
)


async def enrol(*answers, code="k7q-4mpx-9tb", **options) -> tuple[Enrolled, Answering]:
    relay = Answering(*answers)

    def client_for(url: str) -> RelayClient:
        async def token() -> str:  # of what is given back
            return ENROLMENT.token

        return RelayClient(url, token, transport=httpx.MockTransport(relay))

    return await enrol_workstation(PROFILE, code, client_for=client_for, **options), relay


async def test_it_learns_token_merchant_and_public_address():
    enrolled, relay = await enrol(
        httpx.Response(200, content=META.to_json()),
        httpx.Response(201, content=ENROLMENT.to_json()),
        workstation="desk 1",
    )
    assert enrolled == Enrolled(
        merchant="main",
        public_url="https://hooks.example",
        token=ENROLMENT.token,
        role=Role.SUPERVISOR,
        name="Dana",
        person_id=ENROLMENT.person_id,
        sealing_key=SEALING_KEY,
    )
    assert [request.url.path for request in relay.requests] == ["/v1/meta", "/v1/enrolments"]
    assert b'"code":"K7Q4MPX9TB","workstation":"desk 1"' in relay.requests[1].content


async def test_the_machine_names_itself():
    _, relay = await enrol(
        httpx.Response(200, content=META.to_json()),
        httpx.Response(201, content=ENROLMENT.to_json()),
    )
    assert f'"workstation":"{this_workstation()}"'.encode() in relay.requests[1].content


@pytest.mark.parametrize(
    "given_back", [httpx.Response(200, content=b'{"done":true}'), httpx.ConnectError("gone")]
)
async def test_a_code_for_watching_the_relay_is_given_back(given_back):
    watcher = replace(ENROLMENT, role=WireRole.OPERATIONS)
    with pytest.raises(SettingsError, match="not for a desk") as raised:
        await enrol(
            httpx.Response(200, content=META.to_json()),
            httpx.Response(201, content=watcher.to_json()),
            given_back,
        )
    assert raised.value.fields == ("enrolment_code",)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(204), httpx.Response(401, content=Refusal("token_refused", "").to_json())],
)
async def test_leaving_sends_the_token_and_takes_a_worthless_one_for_left(answer):
    relay = Answering(answer)

    async def token() -> str:
        return "tok-2"

    def client_for(url: str) -> RelayClient:
        return RelayClient(url, token, transport=httpx.MockTransport(relay))

    await leave_relay(PROFILE, "tok-2", client_for=client_for)
    (request,) = relay.requests
    assert (request.method, request.url.path) == ("DELETE", "/v1/token")
    assert request.headers["authorization"] == "Bearer tok-2"


async def test_leaving_a_relay_that_is_not_there_is_an_error():
    with pytest.raises(RelayUnreachableError):
        await leave_relay(replace(PROFILE, relay_url="http://127.0.0.1:1"), "tok-2")


async def test_a_code_that_cannot_be_one_is_not_sent():
    with pytest.raises(SettingsError, match="ten letters") as raised:
        await enrol(code="nonsense")
    assert raised.value.fields == ("enrolment_code",)


async def test_a_refused_code_is_named():
    refused = httpx.Response(403, content=Refusal("enrolment_refused", "no").to_json())
    with pytest.raises(SettingsError, match="wrong, used or expired") as raised:
        await enrol(httpx.Response(200, content=META.to_json()), refused)
    assert raised.value.fields == ("enrolment_code",)


@pytest.mark.parametrize(
    "answers",
    [
        [httpx.ConnectError("no route")],
        [httpx.Response(200, text="<html>")],
        [httpx.Response(200, content=META.to_json()), httpx.ReadTimeout("lost")],
    ],
)
async def test_a_relay_that_does_not_answer_is_named(answers, caplog):
    with pytest.raises(SettingsError) as raised:
        await enrol(*answers)
    assert raised.value.fields == ("relay_url",)


async def test_another_contract_costs_no_code():
    other = META.to_json().replace(b'"contract":1', b'"contract":2')
    with pytest.raises(SettingsError, match="contract 2") as raised:
        await enrol(httpx.Response(200, content=other))
    assert raised.value.fields == ("relay_url",)


async def test_the_address_of_the_profile_is_tried():
    profile = replace(PROFILE, relay_url="http://127.0.0.1:1")
    with pytest.raises(SettingsError, match="cannot be reached: nobody listens there") as raised:
        await enrol_workstation(profile, "K7Q4MPX9TB")
    assert raised.value.fields == ("relay_url",)


async def test_a_profile_without_an_address_is_named():
    with pytest.raises(SettingsError) as raised:
        await enrol_workstation(
            Profile("p", Environment.SANDBOX, Country.US, "https://sandbox.affirm.com"),
            "K7Q4MPX9TB",
        )
    assert raised.value.fields == ("relay_url",)
