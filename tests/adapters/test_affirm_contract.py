"""Do the client and the stand-in for Affirm, written apart from the same facts, agree?

Every call and every fault, in-process; what only a socket can do (a reset, a cut, a drip) also over
loopback.
"""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.application.ports import Credentials
from telesales_desktop.application.profile import StorePath
from telesales_desktop.domain.details import Address
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    OutcomeUnknownError,
)
from telesales_desktop.domain.keys import canonical_body
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.order import OperationKind
from telesales_desktop.simulator.app import create_app
from telesales_desktop.simulator.faults import AFTER_KINDS, BEFORE_KINDS, ENDPOINTS, Fault
from telesales_desktop.simulator.server import base_url, bind, server_for
from telesales_desktop.simulator.settings import Settings
from tests.adapters.affirm_bench import CANADA, DETAILS, KEYS, PROFILE, REQUEST

HERE = "http://127.0.0.1:43121"
SIMULATED = replace(
    PROFILE, environment=Environment.SIMULATOR, affirm_url=HERE, call_timeout_s=10.0
)
KIND = OperationKind
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Bench:
    """A client and its Affirm; ``do`` plays the customer."""

    def __init__(self, settings=None, *, profile=SIMULATED, keys=KEYS, transport=None):
        self.app = create_app(KEYS.public_key, KEYS.private_key, settings=settings, seed=1)
        self.transport = transport or httpx.ASGITransport(self.app)

        async def credentials():
            return keys

        self.client = AffirmClient(profile, credentials, transport=self.transport)

    async def do(self, checkout_id, action):
        async with httpx.AsyncClient(transport=self.transport, base_url=HERE) as http:
            done = await http.post(f"/_simulator/checkouts/{checkout_id}/{action}", json={})
        assert done.status_code == 200, done.text

    async def confirmed(self, request=REQUEST):
        stored = await self.client.store_checkout(request)
        await self.do(stored.checkout_id, "confirm")
        return stored.checkout_id

    async def authorized(self, key="a-1"):
        checkout_id = await self.confirmed()
        return (await self.authorize(checkout_id, key)).transaction

    async def authorize(self, checkout_id, key="a-1"):
        body = canonical_body({"transaction_id": checkout_id, "order_id": DETAILS.order_id})
        return await self.client.perform(
            KIND.AUTHORIZE, checkout_id, body=body, idempotency_key=key
        )

    async def perform(self, kind, transaction_id, key="m-1", **body):
        return await self.client.perform(
            kind, transaction_id, body=canonical_body(body), idempotency_key=key
        )

    def effects(self):
        return self.app.affirm.transactions.effects

    def breaks(self, kind, **given):
        self.app.affirm.faults.add(Fault(kind, **given))


@contextlib.asynccontextmanager
async def bench(settings=None, **given):
    made = Bench(settings, **given)
    try:
        yield made
    finally:
        await made.client.close()
        await made.app.aclose()


@pytest.fixture
async def affirm():
    async with bench() as made:
        yield made


async def test_a_whole_life(affirm):
    client = affirm.client
    stored = await client.store_checkout(REQUEST)
    assert stored.redirect_url.startswith(HERE)
    assert stored.request_id
    assert (await client.read_checkout(stored.checkout_id)).word in ("unknown", "opened")
    resent = await client.resend_checkout(stored.checkout_id)
    assert resent.checkout_id == stored.checkout_id
    await affirm.do(stored.checkout_id, "confirm")
    read = await client.read_checkout(stored.checkout_id)
    assert (read.word, read.total_cents, read.currency, read.order_id) == (
        "confirmed",
        DETAILS.total_cents,
        "USD",
        "4182",
    )
    held = (await affirm.authorize(stored.checkout_id)).transaction
    assert (held.checkout_id, held.order_id) == (stored.checkout_id, "4182")
    assert (held.amount_cents, held.currency) == (DETAILS.total_cents, "USD")
    assert (held.captured_cents, held.refunded_cents) == (0, 0)
    assert held.authorization_expires_at - held.created_at > timedelta(days=29)

    captured = await affirm.perform(KIND.CAPTURE, held.transaction_id)
    assert captured.event.amount_cents == DETAILS.total_cents
    assert captured.event_currency == "USD"
    refunded = await affirm.perform(KIND.REFUND, held.transaction_id, "m-2", amount=2_500)
    assert refunded.event.amount_cents == 2_500
    read = await client.read_transaction(held.transaction_id)
    assert read.events_known
    assert (read.word, read.captured_cents, read.refunded_cents) == (
        "partially_refunded",
        DETAILS.total_cents,
        2_500,
    )
    assert {event.type for event in read.events} >= {"auth", "capture", "refund"}


async def test_the_rest_of_a_voided_order_is_told(affirm):
    held = await affirm.authorized()
    updated = await affirm.perform(
        KIND.UPDATE, held.transaction_id, "u-1", shipping_carrier="UPS", shipping_confirmation="1Z"
    )
    assert updated.event.type == "update"
    await affirm.client.update_checkout(held.checkout_id, shipping_carrier="UPS")
    voided = await affirm.perform(KIND.VOID, held.transaction_id, "v-1")
    assert (voided.event.type, voided.event.amount_cents) == ("void", 0)
    read = await affirm.client.read_transaction(held.transaction_id)
    assert (read.word, read.captured_cents) == ("voided", 0)


async def test_a_hold_is_captured_in_parts_where_the_merchant_may():
    async with bench(Settings().changed({"split_capture": True})) as affirm:
        held = await affirm.authorized()
        part = await affirm.perform(KIND.PARTIAL_CAPTURE, held.transaction_id, amount=3_000)
        assert part.event.amount_cents == 3_000
        read = await affirm.client.read_transaction(held.transaction_id)
        assert read.captured_cents == 3_000
        (listed,), complete = await affirm.client.list_transactions(since=LONG_AGO)
        assert complete
        assert listed.transaction_id == held.transaction_id


async def test_canada():
    settings = Settings.for_country("CA")
    profile = replace(CANADA, environment=Environment.SIMULATOR, affirm_url=HERE)
    customer = replace(
        DETAILS.customer,
        phone="+15145550123",
        address=Address("1 rue Peel", "", "Montréal", "QC", "H3B 1K9", Country.CA),
    )
    request = replace(REQUEST, details=replace(DETAILS, customer=customer))
    async with bench(settings, profile=profile) as affirm:
        checkout_id = await affirm.confirmed(request)
        held = (await affirm.authorize(checkout_id)).transaction
        assert held.currency == "CAD"


async def test_both_paths_send_a_link():
    async with bench(profile=replace(SIMULATED, store_path=StorePath.TELESALES)) as affirm:
        assert (await affirm.client.store_checkout(REQUEST)).checkout_id


@pytest.mark.parametrize("shape", ["data", "named", "list"])
async def test_lists_are_read_to_their_end_in_every_envelope(shape):
    async with bench(Settings().changed({"page_shape": shape})) as affirm:
        for number in range(7):
            order = replace(REQUEST, details=replace(DETAILS, order_id=f"N{number}"))
            await affirm.authorize(await affirm.confirmed(order), key=f"a-{number}")
        found, complete = await affirm.client.list_transactions(since=LONG_AGO)
        assert complete
        assert len({item.checkout_id for item in found}) == 7
        events = await affirm.client.list_events(since=LONG_AGO)
        assert sum(event.type == "auth" for event in events) == 7
        assert all(event.transaction_id for event in events)
        later = datetime.now(UTC) + timedelta(days=1)
        assert await affirm.client.list_transactions(since=later) == ([], True)
        assert list(await affirm.client.list_events(since=later)) == []


async def test_the_same_key_gives_the_same_answer_and_no_second_effect(affirm):
    checkout_id = await affirm.confirmed()
    first = await affirm.authorize(checkout_id, "same")
    again = await affirm.authorize(checkout_id, "same")
    assert first.transaction.transaction_id == again.transaction.transaction_id
    assert len(affirm.effects()) == 1


async def refusal(awaitable):
    with pytest.raises(AffirmRejectedError) as refused:
        await awaitable
    assert refused.value.request_id
    return refused.value


async def test_refusals_have_affirms_own_reasons(affirm):
    held = await affirm.authorized()
    tx = held.transaction_id
    assert (await refusal(affirm.authorize(held.checkout_id, "b"))).reason == "already_authorized"
    assert (await refusal(affirm.perform(KIND.REFUND, tx, "c"))).reason == (
        "refund_forbidden_on_authorized"
    )
    await affirm.perform(KIND.CAPTURE, tx, "d")
    assert (await refusal(affirm.perform(KIND.CAPTURE, tx, "e"))).reason == "already_captured"
    assert (
        await refusal(affirm.perform(KIND.VOID, tx, "f"))
    ).reason == "void_forbidden_on_captured"
    assert (await refusal(affirm.client.read_transaction("ZZZZ-ZZZZ"))).http_status == 404
    unconfirmed = await affirm.client.store_checkout(REQUEST)
    await refusal(affirm.authorize(unconfirmed.checkout_id, "g"))


async def test_a_checkout_that_is_not_there_is_refused_without_its_body(affirm):
    error = await refusal(affirm.client.read_checkout("NOSUCHCHECKOUT00"))
    assert (error.http_status, error.reason, error.affirm_message) == (404, "http_404", "")


async def test_a_phone_that_affirm_refuses_names_its_field(affirm):
    customer = replace(DETAILS.customer, phone="+15550000000")
    request = replace(REQUEST, details=replace(DETAILS, customer=customer))
    error = await refusal(affirm.client.store_checkout(request))
    assert error.reason == "invalid_field"
    assert error.field.startswith("billing.phone_number")


async def test_keys_are_told_good_from_bad(affirm):
    assert await affirm.client.try_keys()
    wrong = Credentials(KEYS.public_key, "not-the-private-key")
    async with bench(keys=wrong) as other:
        with pytest.raises(AffirmCredentialsError) as refused:
            await other.client.try_keys()
        assert refused.value.reason == "api-key-pair-invalid"
        with pytest.raises(AffirmCredentialsError):
            await other.client.read_checkout("A")


def every_call(affirm, held, fresh, sent):
    """One call for each endpoint: ``held`` is authorized, ``fresh`` confirmed, ``sent`` a link."""
    client, tx = affirm.client, held.transaction_id
    return {
        "store": lambda: client.store_checkout(REQUEST),
        "resend": lambda: client.resend_checkout(sent),
        "read_checkout": lambda: client.read_checkout(held.checkout_id),
        "update_checkout": lambda: client.update_checkout(held.checkout_id, order_id="4182"),
        "authorize": lambda: affirm.authorize(fresh, "x-1"),
        "read_transaction": lambda: client.read_transaction(tx),
        "list_transactions": lambda: client.list_transactions(since=LONG_AGO),
        "list_events": lambda: client.list_events(since=LONG_AGO),
        "capture": lambda: affirm.perform(KIND.CAPTURE, tx, "x-2"),
        "refund": lambda: affirm.perform(KIND.REFUND, tx, "x-3"),
        "void": lambda: affirm.perform(KIND.VOID, tx, "x-4"),
        "update_transaction": lambda: affirm.perform(KIND.UPDATE, tx, "x-5", order_id="4182"),
    }


# Whether it may take effect all the same, and how long to wait.
BUSY = {"processing": (True, 2.0), "overloaded_after": (True, 7.0), "rate_limited": (False, 7.0)}
ALTERED = {kind for kind in AFTER_KINDS if kind.startswith("wrong_") and kind != "wrong_type"}
UNKNOWN = sorted((BEFORE_KINDS | AFTER_KINDS) - set(BUSY) - ALTERED - {"drip"})


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("kind", UNKNOWN)
async def test_each_fault_of_each_call_is_an_unknown_outcome(affirm, kind, endpoint):
    held = await affirm.authorized()
    if endpoint == "refund":
        await affirm.perform(KIND.CAPTURE, held.transaction_id, "before")
    fresh = await affirm.confirmed()
    sent = (await affirm.client.store_checkout(REQUEST)).checkout_id
    affirm.breaks(kind, endpoint=endpoint)
    with pytest.raises(OutcomeUnknownError):
        await every_call(affirm, held, fresh, sent)[endpoint]()
    assert affirm.app.affirm.faults.queue == ()  # it struck, once: nothing was asked twice


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("kind", sorted(BUSY))
async def test_each_call_can_be_told_to_wait(affirm, kind, endpoint):
    held = await affirm.authorized()
    if endpoint == "refund":
        await affirm.perform(KIND.CAPTURE, held.transaction_id, "before")
    fresh = await affirm.confirmed()
    sent = (await affirm.client.store_checkout(REQUEST)).checkout_id
    affirm.breaks(kind, endpoint=endpoint, seconds=7)
    with pytest.raises(AffirmBusyError) as busy:
        await every_call(affirm, held, fresh, sent)[endpoint]()
    assert (busy.value.in_progress, busy.value.retry_after_s) == BUSY[kind]


@pytest.mark.parametrize("kind", sorted(ALTERED))
async def test_what_affirm_states_is_handed_on_for_the_core_to_compare(affirm, kind):
    checkout_id = await affirm.confirmed()
    affirm.breaks(kind, endpoint="authorize")
    found = (await affirm.authorize(checkout_id)).transaction
    truth = {
        "wrong_amount": found.amount_cents == DETAILS.total_cents,
        "wrong_currency": found.currency == "USD",
        "wrong_order_id": found.order_id == "4182",
        "wrong_checkout_id": found.checkout_id == checkout_id,
        "wrong_status": found.word == "authorized",
    }
    assert [name for name, true in truth.items() if not true] == [kind]


async def test_a_lost_answer_is_settled_by_the_same_key(affirm):
    held = await affirm.authorized()
    await affirm.perform(KIND.CAPTURE, held.transaction_id, "c")
    affirm.breaks("lost_reply", endpoint="refund")
    with pytest.raises(OutcomeUnknownError):
        await affirm.perform(KIND.REFUND, held.transaction_id, "r", amount=500)
    again = await affirm.perform(KIND.REFUND, held.transaction_id, "r", amount=500)
    assert again.event.amount_cents == 500
    read = await affirm.client.read_transaction(held.transaction_id)
    assert read.refunded_cents == 500


@contextlib.asynccontextmanager
async def on_a_socket(timeout_s=10.0):
    app = create_app(KEYS.public_key, KEYS.private_key, seed=1)
    with bind("127.0.0.1", 0) as listener:
        server = server_for(app)
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.005)

        async def credentials():
            return KEYS

        profile = replace(SIMULATED, affirm_url=base_url(listener), call_timeout_s=timeout_s)
        client = AffirmClient(profile, credentials)
        try:
            yield app, client
        finally:
            await client.close()
            server.should_exit = True
            await serving


@pytest.mark.parametrize("kind", ["drop_before", "lost_reply", "cut", "truncated", "redirect"])
async def test_a_broken_connection_is_an_unknown_outcome(kind):
    async with on_a_socket() as (app, client):
        app.affirm.faults.add(Fault(kind, endpoint="store"))
        with pytest.raises(OutcomeUnknownError):
            await client.store_checkout(REQUEST)
        assert (await client.store_checkout(REQUEST)).checkout_id


async def test_a_drip_ends_at_the_deadline():
    async with on_a_socket(timeout_s=0.5) as (app, client):
        app.affirm.faults.add(Fault("drip", endpoint="store", interval_s=0.1))
        with pytest.raises(OutcomeUnknownError) as unknown:
            await client.store_checkout(REQUEST)
        assert str(unknown.value) == "deadline"
