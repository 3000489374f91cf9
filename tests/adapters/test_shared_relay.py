import zlib
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from telesales_desktop.adapters import sealing
from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.adapters.sealing import tag
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.ports import Cursor, OrderFile
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_ports import (
    ClaimKind,
    DataKeyMissingError,
    Found,
    Identity,
    NotYoursError,
    RecordConflictError,
    RelayFingerprintError,
    SharedPage,
    Wanted,
)
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.relay_errors import (
    RelayAnswerError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)
from telesales_desktop.wire import people as wire_people
from telesales_desktop.wire.sealing import checkout_hash, record_place
from tests.adapters.journal import samples
from tests.adapters.relay_bench import AT, ENVIRONMENT, MERCHANT, Bench, Desk, no

KEY = "k" * 32


def file(number=3, key=KEY, **changes) -> OrderFile:
    order = samples.finished_order(number, environment=ENVIRONMENT, order_key=key, **changes)
    return OrderFile(order, samples.details(number))


async def two_desks():
    bench = Bench()
    dana = await Desk(bench).open()
    sam = await Desk(bench, letter="b", name="Sam S.", role=Role.SUPERVISOR).open()
    return bench, dana, sam


# --- the feed --------------------------------------------------------------------------------


async def test_a_sealed_delivery_is_opened():
    bench = Bench()
    bench.deliver(b"{}", order_key=KEY, signatures=("t=1",), landing="confirmed")
    desk = await Desk(bench).open()
    page = await desk.changes(None, wait_s=0, limit=200)
    assert isinstance(page, SharedPage)
    (delivery,) = page.deliveries
    assert (delivery.body, delivery.signatures) == (b"{}", ("t=1",))
    assert (delivery.content_type, delivery.landing) == ("application/json", "confirmed")
    assert (delivery.order_key, delivery.received_at, delivery.source) == (KEY, AT, "webhook")
    assert (page.cursor, page.gap, page.more) == (Cursor("e1", "1"), False, False)
    assert page.alarms == frozenset()


async def test_the_feed_goes_on_from_its_cursor():
    bench = Bench()
    for number in range(1, 4):
        bench.deliver(b"%d" % number, number=number)
    desk = await Desk(bench).open()
    first = await desk.changes(None, wait_s=0, limit=2)
    second = await desk.changes(first.cursor, wait_s=0, limit=2)
    assert [each.body for each in first.deliveries] == [b"1", b"2"]
    assert (first.more, second.more) == (True, False)
    assert [each.body for each in second.deliveries] == [b"3"]


async def test_an_unsealed_delivery_is_a_hint_like_any_other():
    bench = Bench()
    frame = b'{"delivery_id":"%b","merchant":"main","source":"customer","content_type":"",'
    rest = b'"signatures":[],"body":"","order_key":null,"landing":"cancelled","poison":false}'
    bench.announce("delivery", frame % (b"ab" * 32) + rest)
    page = await (await Desk(bench).open()).changes(None, wait_s=0, limit=9)
    assert page.deliveries[0].landing == "cancelled"


async def test_a_delivery_that_does_not_open_stays_as_a_hint_and_the_relay_is_doubted():
    bench = Bench()
    bench.deliver(b"{}", order_key=KEY, data_key=DataKey(b"\x05" * 32))
    desk = await Desk(bench).open()
    page = await desk.changes(None, wait_s=0, limit=200)
    (delivery,) = page.deliveries
    assert (delivery.body, delivery.order_key, delivery.signatures) == (b"", KEY, ())
    assert page.alarms == {SharingAlarm.FORGED_RECORD}
    bench.asked.clear()
    await desk.changes(page.cursor, wait_s=0, limit=200)
    assert bench.paths() == ["GET /v1/sealing", "GET /v1/changes"]


async def test_a_record_is_told_to_the_other_desk():
    _, dana, sam = await two_desks()
    assert await dana.put(file(), seen_version=0) == 1
    page = await sam.changes(None, wait_s=0, limit=200)
    (record,) = page.records
    assert record.content is not None
    assert record.content.file == file()
    assert record.content.person_id == "p" + "a" * 15
    assert (record.content.person_name, record.content.workstation) == ("Dana R.", "desk a")
    assert (record.order_key, record.version, record.environment) == (KEY, 1, ENVIRONMENT.value)
    assert (record.owner_id, record.holder_id) == ("p" + "a" * 15, "a" * 10)
    assert (record.claim, record.put_at, record.holder_name) == (None, AT, "Dana R.")
    assert not page.alarms


# --- putting ---------------------------------------------------------------------------------


async def test_the_relay_learns_of_a_record_only_what_it_may():
    bench, dana, _ = await two_desks()
    made = file()
    await dana.put(made, seen_version=0)
    kept = bench.records[KEY]
    place = record_place(MERCHANT, ENVIRONMENT.value, KEY, 1)
    plain = zlib.decompress(sealing.open_record(bench.data_key, kept.sealed, place))
    customer = made.details.customer
    assert set(bench.tags[KEY]) == {
        tag(bench.data_key, "phone", customer.phone),
        tag(bench.data_key, "email", customer.email),
        tag(bench.data_key, "order", made.order.order_id),
    }
    named = [each.checkout_id for each in made.order.checkouts if each.checkout_id]
    assert named
    assert set(bench.hashes[KEY]) == {checkout_hash(MERCHANT, each) for each in named}
    (request,) = [
        each for each in bench.asked if each.method == "PUT" and "orders" in str(each.url)
    ]
    assert request.headers["if-match"] == '"0"'
    for secret in (customer.email, customer.last_name, customer.phone, *named, made.order.order_id):
        assert secret.encode() in plain
        assert secret.encode() not in request.content


async def test_an_orphan_checkout_is_known_by_its_hash_and_the_newest_count():
    bench, dana, _ = await two_desks()
    await dana.put(file(orphans=("C-ORPHAN",)), seen_version=0)
    assert checkout_hash(MERCHANT, "C-ORPHAN") in bench.hashes[KEY]
    many = tuple(samples.checkout(n, checkout_id=f"C-{n}", attempt=n) for n in range(1, 80))
    await dana.put(file(checkouts=many), seen_version=1)
    assert len(bench.hashes[KEY]) == 64
    assert checkout_hash(MERCHANT, "C-79") in bench.hashes[KEY]
    assert checkout_hash(MERCHANT, "C-1") not in bench.hashes[KEY]


async def test_empty_fields_have_no_tag():
    bench, dana, _ = await two_desks()
    made = file()
    customer = replace(made.details.customer, phone=" ", email="")
    await dana.put(replace(made, details=replace(made.details, customer=customer)), seen_version=0)
    assert bench.tags[KEY] == (tag(bench.data_key, "order", made.order.order_id),)


async def test_versions_grow_by_one():
    bench, dana, _ = await two_desks()
    assert await dana.put(file(), seen_version=0) == 1
    assert await dana.put(file(), seen_version=1) == 2
    assert bench.records[KEY].version == 2


async def test_who_is_slower_gets_the_newest_record():
    bench, dana, _ = await two_desks()
    await dana.put(file(), seen_version=0)
    with pytest.raises(RecordConflictError) as raised:
        await dana.put(file(), seen_version=0)
    assert raised.value.reason == "version"
    assert raised.value.record.version == 1
    assert raised.value.record.content.file == file()
    bench.records[KEY] = replace(bench.records[KEY], holder="z" * 10)
    with pytest.raises(RecordConflictError) as raised:
        await dana.put(file(), seen_version=1)
    assert raised.value.reason == "not_holder"


async def test_an_order_of_others_is_not_there():
    bench, dana, _ = await two_desks()
    await dana.put(file(), seen_version=0)
    for call in (
        lambda: dana.get("x" * 32),
        lambda: dana.claim("x" * 32, ClaimKind.TAKE_OVER, version=1, seconds=60),
        lambda: dana.hand_over(KEY, "p" + "z" * 15, version=1, released=True),
        lambda: dana.hand_over(KEY, "nobody", version=1, released=True),
    ):
        with pytest.raises(NotYoursError):
            await call()
    bench.fault(no(404, "not_found"))
    with pytest.raises(NotYoursError):
        await dana.put(file(), seen_version=1)
    assert (await dana.get(KEY)).content.file == file()


async def test_what_the_relay_would_refuse_for_its_size_is_not_sent(monkeypatch):
    bench, dana, _ = await two_desks()
    monkeypatch.setattr("telesales_desktop.adapters.shared_relay.MOST_SEALED_RECORD", 100)
    with pytest.raises(RelayAnswerError, match="record_too_large"):
        await dana.put(file(), seen_version=0)
    assert not bench.records


async def test_what_would_not_come_back_is_not_sealed():
    bench, dana, _ = await two_desks()
    with pytest.raises(JournalError):
        await dana.put(file(created_at=datetime(2026, 1, 1)), seen_version=0)  # noqa: DTZ001
    assert not bench.records


# --- the snapshot ----------------------------------------------------------------------------


async def test_a_new_desk_catches_up_page_by_page():
    bench, dana, sam = await two_desks()
    keys = [f"{n:032d}" for n in range(5)]
    for n, key in enumerate(keys):
        await dana.put(file(n + 1, key=key), seen_version=0)
    bench.most_per_page = 2
    first = await sam.snapshot()
    second = await sam.snapshot(first.next)
    third = await sam.snapshot(second.next)
    told = [*first.records, *second.records, *third.records]
    assert [each.order_key for each in told] == keys
    assert [each.content.file.order.order_key for each in told] == keys
    assert third.next == ""
    assert first.cursor == Cursor("", "5")
    assert first.alarms == frozenset()


@pytest.mark.parametrize("earlier", [False, True])
async def test_the_last_page_may_have_records_or_none(earlier):
    bench, dana, sam = await two_desks()
    for n in range(4):
        await dana.put(file(n + 1, key=f"{n:032d}"), seen_version=0)
    bench.most_per_page, bench.is_of_an_earlier_version = 2, earlier
    pages, after = [], ""
    while not pages or after:
        page = await sam.snapshot(after)
        pages.append(len(page.records))
        after = page.next
    assert pages == ([2, 2, 0] if earlier else [2, 2])


# --- claims ----------------------------------------------------------------------------------


async def test_a_claim_is_signed_and_proved_at_the_other_desk():
    bench, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    record = await sam.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=5)
    assert (record.owner_id, record.holder_id) == ("p" + "b" * 15, "b" * 10)
    assert record.claim.proven
    page = await dana.changes(None, wait_s=0, limit=9)
    claim = page.records[-1].claim
    assert claim.proven
    assert (claim.kind, claim.version) == ("take_over", 1)
    assert (claim.person_id, claim.token_id, claim.at) == ("p" + "b" * 15, "b" * 10, AT)
    assert claim.until == datetime(2026, 1, 2, 3, 4, 15, tzinfo=UTC)  # ten seconds at the least
    assert page.alarms == frozenset()
    assert bench.paths().count("GET /v1/people") == 2  # each desk asked once


async def test_a_claim_to_authorize_leaves_the_owner():
    _, dana, sam = await two_desks()
    await dana.put(file(), seen_version=0)
    record = await sam.claim(KEY, ClaimKind.AUTHORIZE, version=1, seconds=60)
    assert (record.owner_id, record.holder_id) == ("p" + "a" * 15, "b" * 10)
    assert record.claim.proven
    with pytest.raises(RecordConflictError) as raised:
        await dana.claim(KEY, ClaimKind.AUTHORIZE, version=1, seconds=60)
    assert raised.value.reason == "claimed"
    assert raised.value.record.claim.proven
    with pytest.raises(RecordConflictError) as raised:
        await dana.claim(KEY, ClaimKind.AUTHORIZE, version=9, seconds=60)
    assert raised.value.reason == "version"


async def test_a_hand_over_is_signed_and_proved():
    _, dana, sam = await two_desks()
    await sam.put_person_key()
    await dana.put(file(), seen_version=0)
    record = await dana.hand_over(KEY, "p" + "b" * 15, version=1, released=True)
    assert (record.owner_id, record.holder_id, record.holder_name) == (
        "p" + "b" * 15,
        "",
        "Dana R.",
    )
    page = await sam.changes(None, wait_s=0, limit=9)
    claim = page.records[-1].claim
    assert claim.proven
    assert (claim.kind, claim.to_person_id, claim.until) == ("hand_over", "p" + "b" * 15, None)


# --- look-ups, people, leaving ---------------------------------------------------------------


async def test_the_same_customer_is_found_whoever_owns_the_order():
    bench, dana, sam = await two_desks()
    made = file()
    await dana.put(made, seen_version=0)
    customer = made.details.customer
    wanted = Wanted(phone=customer.phone, email=customer.email.upper(), order_id="none")
    found = await sam.look_up(wanted)
    assert list(found) == [
        Found("phone", KEY, "Dana R.", AT),
        Found("email", KEY, "Dana R.", AT),
    ]
    bench.asked.clear()
    assert list(await sam.look_up(Wanted())) == []
    assert not bench.asked


async def test_people_are_told_with_what_is_proved_of_their_keys():
    bench, dana, sam = await two_desks()
    await dana.put_person_key()
    await sam.put_person_key()
    bench.add_person("p" + "c" * 15, "Kim", "c" * 10)
    bench.add_person("p" + "d" * 15, "Ops", "d" * 10, wire_people.Role.OPERATIONS)
    told = {each.name: each for each in await dana.people()}
    assert set(told) == {"Dana R.", "Sam S.", "Kim"}
    assert told["Sam S."].role is Role.SUPERVISOR
    assert told["Sam S."].proven
    assert told["Sam S."].keys[0].token_id == "b" * 10
    assert not told["Kim"].proven


async def test_a_person_whose_key_was_lost_must_enrol_again():
    bench, dana, _ = await two_desks()
    await dana.changes(None, wait_s=0, limit=9)
    bench.fault(no(409, "taken"))
    with pytest.raises(RelayTokenRefusedError):
        await dana.put_person_key()
    bench.fault(no(404, "not_found"))
    with pytest.raises(RelayAnswerError):
        await dana.put_person_key()


async def test_identity_asks_nobody():
    bench = Bench()
    desk = await Desk(bench).open()
    assert await desk.identity() == Identity(
        MERCHANT, "p" + "a" * 15, "a" * 10, "Dana R.", Role.AGENT, "desk a"
    )
    assert not bench.asked


async def test_leaving_makes_the_token_worthless():
    bench = Bench()
    desk = await Desk(bench).open()
    await desk.leave()
    with pytest.raises(RelayTokenRefusedError):
        await desk.changes(None, wait_s=0, limit=9)
    await desk.leave()  # it has left already
    assert bench.paths()[0] == "DELETE /v1/token"
    await desk.close()


# --- the connection --------------------------------------------------------------------------


async def test_the_fingerprint_is_compared_before_anything_else_and_once():
    bench = Bench()
    desk = await Desk(bench).open()
    await desk.changes(None, wait_s=0, limit=9)
    await desk.put(file(), seen_version=0)
    await desk.changes(None, wait_s=0, limit=9)
    assert bench.paths() == [
        "GET /v1/sealing",
        "PUT /v1/person-key",
        "GET /v1/changes",
        f"PUT /v1/orders/{KEY}",
        "GET /v1/changes",
    ]
    assert (await desk.sealing()).agrees


@pytest.mark.parametrize("lost", [httpx.ReadError("reset"), httpx.Response(200, text="<html>")])
async def test_it_is_compared_again_after_every_answer_that_did_not_come(lost, caplog):
    bench = Bench()
    desk = await Desk(bench).open()
    await desk.changes(None, wait_s=0, limit=9)
    bench.asked.clear()
    bench.fault(lost)
    with pytest.raises((RelayUnreachableError, RelayAnswerError)):
        await desk.changes(None, wait_s=0, limit=9)
    await desk.changes(None, wait_s=0, limit=9)
    assert bench.paths() == ["GET /v1/changes", "GET /v1/sealing", "GET /v1/changes"]


async def test_it_is_compared_again_after_a_while():
    bench = Bench()
    hands = Desk(bench)
    desk = await hands.open()
    await desk.changes(None, wait_s=0, limit=9)
    hands.elapsed_s = 299
    await desk.changes(None, wait_s=0, limit=9)
    assert bench.paths().count("GET /v1/sealing") == 1
    hands.elapsed_s = 301
    await desk.changes(None, wait_s=0, limit=9)
    assert bench.paths().count("GET /v1/sealing") == 2


async def test_with_another_fingerprint_nothing_is_uploaded_and_nothing_believed(caplog):
    bench = Bench()
    hands = Desk(bench)
    desk = await hands.open()
    await desk.put(file(), seen_version=0)
    bench.public_key = DataKey(b"\x05" * 32).public_key
    desk = hands.start()
    bench.asked.clear()
    for call in (
        lambda: desk.changes(None, wait_s=0, limit=9),
        lambda: desk.put(file(), seen_version=1),
        lambda: desk.get(KEY),
        lambda: desk.snapshot(),
        lambda: desk.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60),
        lambda: desk.hand_over(KEY, "p" + "b" * 15, version=1, released=True),
        lambda: desk.look_up(Wanted("+14155552222")),
        lambda: desk.people(),
        lambda: desk.put_person_key(),
    ):
        with pytest.raises(RelayFingerprintError):
            await call()
    assert set(bench.paths()) == {"GET /v1/sealing"}
    state = await desk.sealing()
    assert not state.agrees
    assert state.ours == bench.data_key.fingerprint
    bench.public_key = bench.data_key.public_key
    assert await desk.put(file(), seen_version=1) == 2


async def test_a_relay_that_lost_its_sealing_key_is_a_mismatch(caplog):
    bench = Bench()
    hands = Desk(bench)
    desk = await hands.open()
    await desk.changes(None, wait_s=0, limit=9)
    bench.public_key, bench.wraps = None, {}
    desk = hands.start()
    with pytest.raises(RelayFingerprintError):
        await desk.changes(None, wait_s=0, limit=9)
    assert (await desk.sealing()).relays == ""


async def test_before_there_is_a_sealing_key_nothing_is_shared():
    bench = Bench()
    bench.public_key, bench.wraps = None, {}
    desk = await Desk(bench).open()
    page = await desk.changes(None, wait_s=0, limit=9)
    assert (page.deliveries, page.alarms) == ((), frozenset())
    with pytest.raises(DataKeyMissingError):
        await desk.put(file(), seen_version=0)
    assert not (await desk.sealing()).agrees


async def test_a_desk_whose_api_key_opens_nothing_gets_hints_and_says_so(caplog):
    bench = Bench()
    bench.deliver(b"{}", order_key=KEY)
    dana = await Desk(bench).open()
    await dana.put(file(), seen_version=0)
    await dana.claim(KEY, ClaimKind.TAKE_OVER, version=1, seconds=60)
    desk = await Desk(bench, letter="c", name="Kim", api_key="another-key").open()
    page = await desk.changes(None, wait_s=0, limit=9)
    assert [(each.order_key, each.body) for each in page.deliveries] == [(KEY, b"")]
    assert page.alarms == {SharingAlarm.NO_DATA_KEY}
    assert page.records[-1].content is None
    assert not page.records[-1].claim.proven
    with pytest.raises(DataKeyMissingError):
        await desk.get(KEY)
    assert "PUT /v1/person-key" not in bench.paths()[-2:]
    assert len(bench.wraps) == 1


async def test_a_relay_that_takes_no_person_keys_still_brings_news(caplog):
    bench = Bench()
    hands = Desk(bench)
    desk = await hands.open()
    bench.fault(None, no(404, "not_found"))
    await desk.changes(None, wait_s=0, limit=9)
    await desk.changes(None, wait_s=0, limit=9)
    assert bench.paths().count("PUT /v1/person-key") == 1
    hands.elapsed_s = 301
    await desk.changes(None, wait_s=0, limit=9)
    await desk.changes(None, wait_s=0, limit=9)
    assert bench.paths().count("PUT /v1/person-key") == 2
