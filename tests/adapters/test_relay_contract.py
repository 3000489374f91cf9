"""Do a desk and a real relay understand each other? The whole contract, without a socket."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from telesales_desktop.adapters.data_key import unwrap, wrap_id
from telesales_desktop.adapters.desk_keys import DeskKeys, person_place
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.adapters.relay_enrolment import enrol_workstation, leave_relay
from telesales_desktop.adapters.secret_stores import MemorySecretStore, write_credentials
from telesales_desktop.adapters.shared_relay import SharedRelay
from telesales_desktop.application.ports import Credentials, OrderFile, SecretName
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import (
    ClaimKind,
    NotYoursError,
    RecordConflictError,
    Wanted,
)
from telesales_desktop.domain.relay_errors import RelayTokenRefusedError
from telesales_desktop.wire.enrolment import Role as WireRole
from tests.adapters.journal import samples
from tests.adapters.relay_bench import ENVIRONMENT, PROFILE
from tests.relay import parts

KEY = "k" * 32


def file(number=3, key=KEY, **changes) -> OrderFile:
    order = samples.finished_order(number, environment=ENVIRONMENT, order_key=key, **changes)
    return OrderFile(order, samples.details(number))


class Desk:
    def __init__(self, relay, profile, store):
        self.relay, self.profile, self.store = relay, profile, store
        keys = DeskKeys(store, profile, workstation=f"desk of {profile.agent}")
        self.shared = SharedRelay(client(relay, keys.token), keys, now=lambda: datetime.now(UTC))


def client(relay, token) -> RelayClient:
    transport = httpx.ASGITransport(relay.relay.desks, client=("127.0.0.1", 5000))
    return RelayClient(PROFILE.relay_url, token, transport=transport)


async def desk(relay, name, role=WireRole.AGENT, api_key=parts.API_KEY, at="") -> Desk:
    """Enrolled as set-up does it, with a keyring of its own."""

    async def nobody():
        return None

    code = await parts.code_of(relay.store, name=name, role=role)
    enrolled = await enrol_workstation(
        PROFILE, code, workstation=at or name, client_for=lambda _url: client(relay, nobody)
    )
    profile = replace(
        PROFILE,
        relay_merchant=enrolled.merchant,
        person_id=enrolled.person_id,
        agent=enrolled.name,
        role=enrolled.role,
    )
    store = MemorySecretStore(profile)
    await write_credentials(store, profile, Credentials("PUBLIC", api_key))
    await store.write(person_place(profile), SecretName.RELAY_TOKEN, enrolled.token)
    return Desk(relay, profile, store)


@asynccontextmanager
async def floor(tmp_path):
    async with parts.in_process(parts.new_database(tmp_path)) as relay:
        yield relay


async def all_changes(desk):
    """Everything that this desk may see, page by page."""
    deliveries, records, cursor, alarms = [], [], None, set()
    while True:
        page = await desk.shared.changes(cursor, wait_s=0, limit=50)
        deliveries += page.deliveries
        records += page.records
        alarms |= page.alarms
        cursor = page.cursor
        if not page.more:
            return deliveries, records, alarms


async def test_an_enrolment_brings_who_one_is(tmp_path):
    async with floor(tmp_path) as relay:
        dana = await desk(relay, "Dana R.")
        sam = await desk(relay, "Sam S.", WireRole.SUPERVISOR)
        again = await desk(relay, "Dana R.", at="another desk")
        assert (dana.profile.role, sam.profile.role) == (Role.AGENT, Role.SUPERVISOR)
        assert dana.profile.person_id == again.profile.person_id != sam.profile.person_id
        me = await dana.shared.identity()
        assert me.token_id != (await again.shared.identity()).token_id
        assert (await dana.shared.sealing()).agrees


async def test_who_enrols_anew_at_a_workstation_has_one_token_there(tmp_path):
    async with floor(tmp_path) as relay:
        lost, new = await desk(relay, "Dana R."), await desk(relay, "Dana R.")
        assert (await lost.shared.sealing()).agrees
        assert (await new.shared.sealing()).agrees
        with pytest.raises(RelayTokenRefusedError):
            await lost.shared.sealing()


async def test_a_sealed_webhook_is_opened_at_the_desk(tmp_path):
    async with floor(tmp_path) as relay:
        dana = await desk(relay, "Dana R.")
        head = {"content-type": "application/json", "x-affirm-signature": "t=1,v0=aa"}
        body = b'{"event":"confirmed","checkout_token":"C-1"}'
        answer = await relay.hooks.post(parts.HOOK, content=body, headers=head)
        assert answer.status_code == 200
        await relay.hooks.get(f"/customer/main/{KEY}/confirmed?checkout_token=C-1")
        deliveries, _, alarms = await all_changes(dana)
        webhook = next(each for each in deliveries if each.source == "webhook")
        assert (webhook.body, webhook.signatures) == (body, ("t=1,v0=aa",))
        visit = next(each for each in deliveries if each.source == "customer")
        assert (visit.landing, visit.order_key) == ("confirmed", KEY)
        assert not alarms


async def test_an_order_goes_from_desk_to_desk(tmp_path):
    async with floor(tmp_path) as relay:
        dana = await desk(relay, "Dana R.")
        sam = await desk(relay, "Sam S.", WireRole.SUPERVISOR)
        kim = await desk(relay, "Kim")
        assert await dana.shared.put(file(), seen_version=0) == 1
        assert await dana.shared.put(file(), seen_version=1) == 2
        with pytest.raises(RecordConflictError) as slower:
            await dana.shared.put(file(), seen_version=1)
        assert (slower.value.reason, slower.value.record.version) == ("version", 2)
        _, records, alarms = await all_changes(sam)
        assert [each.content.file for each in records] == [file()]
        assert (records[0].version, records[0].content.person_name) == (2, "Dana R.")
        assert not alarms
        assert (await all_changes(kim))[1] == []
        for call in (
            lambda: kim.shared.get(KEY),
            lambda: kim.shared.claim(KEY, ClaimKind.TAKE_OVER, version=2, seconds=60),
            lambda: kim.shared.put(file(), seen_version=2),
        ):
            with pytest.raises(NotYoursError):
                await call()
        taken = await sam.shared.claim(KEY, ClaimKind.TAKE_OVER, version=2, seconds=60)
        assert taken.owner_id == sam.profile.person_id
        assert taken.holder_id == (await sam.shared.identity()).token_id
        assert taken.claim.proven
        _, records, alarms = await all_changes(dana)
        assert records[-1].is_taken_away
        assert not alarms
        assert await sam.shared.put(file(), seen_version=2) == 3
        to = kim.profile.person_id
        given = await sam.shared.hand_over(KEY, to, version=3, released=True)
        assert (given.owner_id, given.holder_id) == (to, "")
        _, records, alarms = await all_changes(kim)
        assert records[-1].content.file == file()
        assert records[-1].claim.proven
        assert records[-1].claim.to_person_id == to
        assert not alarms
        mine = await kim.shared.claim(KEY, ClaimKind.TAKE_OVER, version=3, seconds=60)
        assert mine.holder_id == (await kim.shared.identity()).token_id
        with pytest.raises(RecordConflictError) as raised:
            await sam.shared.claim(KEY, ClaimKind.AUTHORIZE, version=3, seconds=60)
        assert raised.value.reason == "claimed"
        with pytest.raises(RecordConflictError) as raised:
            await sam.shared.put(file(), seen_version=3)
        assert raised.value.reason == "not_holder"


async def test_one_of_many_claims_wins(tmp_path):
    async with floor(tmp_path) as relay:
        dana = await desk(relay, "Dana R.")
        rivals = [await desk(relay, f"Sam {n}", WireRole.SUPERVISOR) for n in range(4)]
        await dana.shared.put(file(), seen_version=0)
        claims = [
            each.shared.claim(KEY, ClaimKind.AUTHORIZE, version=1, seconds=60) for each in rivals
        ]
        told = await asyncio.gather(*claims, return_exceptions=True)
        won = [each for each in told if not isinstance(each, Exception)]
        lost = [each for each in told if isinstance(each, RecordConflictError)]
        assert (len(won), len(lost)) == (1, 3)
        assert {each.reason for each in lost} == {"claimed"}
        assert won[0].owner_id == dana.profile.person_id


async def test_a_new_desk_catches_up(tmp_path):
    async with floor(tmp_path) as relay:
        dana = await desk(relay, "Dana R.")
        keys = [f"{n:032d}" for n in range(7)]
        for n, key in enumerate(keys):
            await dana.shared.put(file(n + 1, key), seen_version=0)
        sam = await desk(relay, "Sam S.", WireRole.SUPERVISOR)
        first = await sam.shared.snapshot(limit=4)
        told, after = [*first.records], first.next
        while after:
            page = await sam.shared.snapshot(after, limit=4)
            told, after = [*told, *page.records], page.next
        assert [each.content.file.order.order_key for each in told] == keys
        await dana.shared.put(file(1, keys[0]), seen_version=1)
        page = await sam.shared.changes(first.cursor, wait_s=0, limit=50)
        assert [(each.order_key, each.version) for each in page.records] == [(keys[0], 2)]
        assert not page.gap


async def test_the_same_customer_is_found(tmp_path):
    async with floor(tmp_path) as relay:
        dana, kim = await desk(relay, "Dana R."), await desk(relay, "Kim")
        made = file()
        await dana.shared.put(made, seen_version=0)
        email = made.details.customer.email
        (found,) = await kim.shared.look_up(Wanted(email=email.upper()))
        assert (found.kind, found.order_key, found.owner_name) == ("email", KEY, "Dana R.")
        assert not await kim.shared.look_up(Wanted(email="nobody@example.com"))


async def test_people_and_their_keys_are_proved(tmp_path):
    async with floor(tmp_path) as relay:
        dana = await desk(relay, "Dana R.")
        sam = await desk(relay, "Sam S.", WireRole.SUPERVISOR)
        await dana.shared.put_person_key()
        told = {each.name: each for each in await sam.shared.people()}
        assert told["Dana R."].proven
        assert told["Sam S."].proven
        assert (told["Dana R."].role, told["Sam S."].role) == (Role.AGENT, Role.SUPERVISOR)


async def test_leaving_ends_the_token_and_a_second_time_is_no_error(tmp_path):
    async with floor(tmp_path) as relay:
        dana = await desk(relay, "Dana R.")
        await dana.shared.leave()
        with pytest.raises(RelayTokenRefusedError):
            await dana.shared.changes(None, wait_s=0, limit=9)
        await dana.shared.leave()

        async def none():
            return "atr1_nothing"

        await leave_relay(dana.profile, "x", client_for=lambda _url: client(relay, none))


async def test_a_new_api_key_is_let_in_by_the_first_desk_that_has_it(tmp_path):
    async with floor(tmp_path) as relay:
        dana = await desk(relay, "Dana R.")
        await dana.shared.changes(None, wait_s=0, limit=9)
        await write_credentials(dana.store, dana.profile, Credentials("PUBLIC", "the-next-key"))
        await Desk(relay, dana.profile, dana.store).shared.changes(None, wait_s=0, limit=9)
        sam = await desk(relay, "Sam S.", api_key="the-next-key")
        assert (await sam.shared.sealing()).agrees
        wraps = {row.wrap_id: row.blob for row in await relay.store.wraps("main")}
        blob = wraps[wrap_id("the-next-key")]
        assert unwrap(blob, "the-next-key", parts.DATA_KEY.public_key) == parts.DATA_KEY
