import json
import re
from datetime import UTC, datetime

import jsonschema
import pytest

from telesales_desktop.relay.access import now_us
from telesales_desktop.relay.allowance import Allowance
from telesales_desktop.wire.claims import Claim, ClaimKind, ClaimRequest, HandOverRequest
from telesales_desktop.wire.openapi import document
from telesales_desktop.wire.orders import (
    Lookup,
    LookupAnswer,
    OrderRecord,
    OrdersPage,
    RecordPut,
    if_match,
)
from telesales_desktop.wire.sealing import checkout_hash
from tests.relay import parts
from tests.relay.parts import HOOK, bearer

DOCUMENT = document()
KEY, OTHER = "a" * 32, "b" * 32
AT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SIGNED = "ab" * 64
TAG = "cd" * 32


class Desk:
    """A workstation with its token."""

    def __init__(self, relay, enrolment) -> None:
        self.relay, self.who = relay, enrolment
        self.cursor = None

    async def ask(self, method, path, value=None, **headers):
        content = value.to_json() if value is not None else None
        answer = await self.relay.desks.request(
            method, path, content=content, headers={**bearer(self.who.token), **headers}
        )
        template = re.sub(r"[0-9ab]{32}", "{order_key}", path.partition("?")[0])
        responses = DOCUMENT["paths"][template][method.lower()]["responses"]
        schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json(), {**schema, "components": DOCUMENT["components"]})
        return answer

    async def put(self, seen, *, key=KEY, sealed=b"\x01record", checkouts=(), tags=(), ends=False):
        what = RecordPut(seen + 1, "live", tuple(checkouts), tuple(tags), sealed, ends)
        return await self.ask("PUT", f"/v1/orders/{key}", what, **{"if-match": if_match(seen)})

    async def claim(self, version, kind=ClaimKind.TAKE_OVER, *, key=KEY, seconds=60):
        asked = ClaimRequest(kind, version, seconds, AT, SIGNED)
        return await self.ask("POST", f"/v1/orders/{key}/claim", asked)

    async def hand_over(self, version, to, *, released=True, key=KEY):
        asked = HandOverRequest(to.who.person_id, version, released, AT, SIGNED)
        return await self.ask("POST", f"/v1/orders/{key}/hand-over", asked)

    async def news(self):
        """What is new in the feed: records by (key, version), deliveries by number of their body."""
        page = await self.relay.changes(
            self.who.token, limit=500, **({"after": self.cursor} if self.cursor else {})
        )
        assert page.gap is False
        self.cursor = page.next
        return [
            (change.record.order_key, change.record.version, change.record.sealed is not None)
            if change.record
            else parts.opened(change).body.decode()
            for change in page.changes
        ]


@pytest.fixture
async def desks(relay):
    async def enrolled(name, role="agent"):
        return Desk(relay, await relay.enrol(name=name, role=role))

    return {
        "dana": await enrolled("Dana"),
        "danas other": await enrolled("Dana"),
        "sam": await enrolled("Sam"),
        "boss": await enrolled("Boss", "supervisor"),
        "operations": await enrolled("Ops", "operations"),
    }


@pytest.fixture
def dana(desks):
    return desks["dana"]


@pytest.fixture
def sam(desks):
    return desks["sam"]


@pytest.fixture
def boss(desks):
    return desks["boss"]


def record(answer) -> OrderRecord:
    return OrderRecord.from_json(answer.content)


def conflict(answer) -> tuple[str, int]:
    assert answer.status_code == 409
    return answer.json()["error"]["code"], answer.json()["record"]["version"]


# --- put ---


async def test_an_order_is_put_and_read_by_its_owner_and_the_supervisor(dana, boss, desks):
    assert (await dana.put(0, sealed=b"\x01first")).json() == {"version": 1}
    assert (await dana.put(1, sealed=b"\x01second")).json() == {"version": 2}
    for desk in (dana, desks["danas other"], boss):
        got = record(await desk.ask("GET", f"/v1/orders/{KEY}"))
        assert (got.version, got.sealed, got.environment) == (2, b"\x01second", "live")
        assert (got.owner, got.holder) == (dana.who.person_id, dana.who.token_id)
        assert (got.holder_name, got.claim) == ("Dana", None)
    assert await boss.news() == [(KEY, 2, True)], "only the newest"


async def test_what_is_not_yours_is_not_there(dana, sam, desks):
    await dana.put(0)
    missing = await sam.ask("GET", f"/v1/orders/{OTHER}")
    for answer in (
        await sam.ask("GET", f"/v1/orders/{KEY}"),
        await sam.put(1),
        await sam.put(0),
        await sam.claim(1),
        await sam.hand_over(1, sam),
        await sam.claim(1, key=OTHER),
        await sam.hand_over(1, sam, key=OTHER),
    ):
        assert answer.status_code == 404
        assert answer.content == missing.content
    assert await sam.news() == []
    for method, path in (("GET", "/v1/orders"), ("GET", "/v1/changes"), ("GET", "/v1/people")):
        answer = await desks["operations"].ask(method, path)
        assert (answer.status_code, answer.content) == (404, missing.content)


async def test_whoever_has_not_seen_the_newest_gets_it(dana, boss):
    await dana.put(0)
    await dana.put(1)
    assert conflict(await dana.put(1)) == ("conflict", 2)
    assert conflict(await dana.put(0)) == ("conflict", 2)
    assert conflict(await boss.put(2)) == ("not_holder", 2)
    assert (await dana.put(2)).status_code == 200


async def test_a_holder_that_has_seen_more_than_a_restored_relay_is_believed(dana, boss):
    await dana.put(0)
    assert conflict(await boss.put(6)) == ("not_holder", 1)
    assert (await dana.put(6)).json() == {"version": 7}
    assert (await dana.put(3, key=OTHER)).json() == {"version": 4}


@pytest.mark.parametrize("header", ["", "1", "*", '"x"'])
async def test_a_put_says_what_it_has_seen(dana, header):
    what = RecordPut(1, "live", (), (), b"\x01")
    answer = await dana.ask("PUT", f"/v1/orders/{KEY}", what, **{"if-match": header})
    assert answer.status_code == 400
    assert "If-Match" in answer.json()["error"]["message"]


async def test_versions_follow_one_another(dana):
    what = RecordPut(3, "live", (), (), b"\x01")
    answer = await dana.ask("PUT", f"/v1/orders/{KEY}", what, **{"if-match": if_match(0)})
    assert answer.status_code == 400


# --- claims and hand-over ---


async def test_a_supervisor_takes_over_and_the_former_owner_hears_who_has_it(dana, boss, sam):
    await dana.put(0)
    await dana.news()
    taken = record(await boss.claim(1))
    assert (taken.owner, taken.holder) == (boss.who.person_id, boss.who.token_id)
    assert taken.claim.kind is ClaimKind.TAKE_OVER
    assert taken.claim.message("main", KEY).startswith(b"claim|main|" + KEY.encode())
    assert (await boss.put(1)).json() == {"version": 2}
    assert await dana.news() == [(KEY, 2, False)]
    assert (await dana.ask("GET", f"/v1/orders/{KEY}")).status_code == 404
    assert (await dana.put(2)).status_code == 404
    assert await sam.news() == []


async def test_who_was_away_hears_of_an_order_that_was_taken_and_given_on(dana, boss, sam):
    """At night a supervisor takes over, and hands the order to somebody who is there."""
    await dana.put(0)
    await dana.news()
    await boss.claim(1)
    await boss.hand_over(1, sam)
    assert await dana.news() == [(KEY, 1, False)]
    assert await sam.news() == [(KEY, 1, True)]
    await sam.claim(1)
    await sam.hand_over(1, boss)
    assert await sam.news() == [(KEY, 1, False)]
    await boss.claim(1)
    await boss.hand_over(1, sam)
    assert await sam.news() == [(KEY, 1, True)]


async def test_to_authorize_is_not_to_own(dana, boss):
    await dana.put(0)
    held = record(await boss.claim(1, ClaimKind.AUTHORIZE))
    assert (held.owner, held.holder) == (dana.who.person_id, boss.who.token_id)
    assert conflict(await dana.put(1)) == ("not_holder", 1)
    assert (await boss.put(1)).status_code == 200
    assert await dana.news() == [(KEY, 2, True)]


async def test_one_claims_and_the_others_wait_until_it_has_run_out(dana, boss, desks, monkeypatch):
    await dana.put(0)
    other = desks["danas other"]
    assert (await other.claim(1, seconds=60)).status_code == 200
    assert conflict(await boss.claim(1)) == ("claimed", 1)
    assert conflict(await boss.hand_over(1, boss)) == ("claimed", 1)
    assert (await other.claim(1, seconds=10)).status_code == 200, "it may be asked again"
    late_us = now_us() + 11_000_000
    monkeypatch.setattr("telesales_desktop.relay.order_api.now_us", lambda: late_us)
    assert (await boss.claim(1)).status_code == 200
    assert conflict(await boss.claim(2)) == ("conflict", 1)


async def test_a_claim_ends_with_the_put_that_says_so(dana, boss, desks):
    await dana.put(0)
    other = desks["danas other"]
    claimed = record(await other.claim(1, seconds=300)).claim
    await other.put(1)
    assert conflict(await boss.claim(2)) == ("claimed", 2)
    await other.put(2, ends=True)
    ended = record(await other.ask("GET", f"/v1/orders/{KEY}")).claim
    assert ended.until < claimed.until
    assert ended.message("main", KEY) == claimed.message("main", KEY), "the signature holds"
    await other.put(3, ends=True)
    assert record(await other.ask("GET", f"/v1/orders/{KEY}")).claim.until == ended.until
    assert record(await boss.claim(4)).holder == boss.who.token_id


async def test_an_order_is_handed_over_and_given_up_by_who_acts(dana, sam, boss, monkeypatch):
    await dana.put(0)
    given = record(await dana.hand_over(1, sam))
    assert (given.owner, given.holder, given.holder_name) == (sam.who.person_id, None, "")
    assert given.sealed is None, "it is another's now"
    assert (given.claim.to, given.claim.released) == (sam.who.person_id, True)
    assert await sam.news() == [(KEY, 1, True)]
    assert conflict(await sam.put(1)) == ("not_holder", 1)
    assert record(await sam.claim(1)).holder == sam.who.token_id
    assert (await sam.put(1)).status_code == 200
    assert conflict(await boss.hand_over(2, dana, released=False)) == ("claimed", 2)
    late_us = now_us() + 61_000_000
    monkeypatch.setattr("telesales_desktop.relay.order_api.now_us", lambda: late_us)
    kept = record(await boss.hand_over(2, dana, released=False))
    assert (kept.owner, kept.holder) == (dana.who.person_id, sam.who.token_id)


async def test_only_who_acts_can_say_that_it_does_so_no_more(dana, boss):
    await dana.put(0)
    assert conflict(await boss.hand_over(1, boss, released=True)) == ("not_holder", 1)
    assert conflict(await dana.hand_over(2, boss)) == ("conflict", 1)


async def test_nobody_is_handed_to_who_is_not_there(dana, desks):
    await dana.put(0)
    assert (await dana.hand_over(1, desks["operations"])).status_code == 404


# --- deliveries find their readers ---


async def post(relay, body):
    assert (await relay.hooks.post(HOOK, content=body)).status_code == 200
    return body


async def test_a_delivery_is_for_the_owner_of_its_order(relay, dana, sam, boss):
    checkout = checkout_hash("main", "CHK")
    await dana.put(0, checkouts=[checkout])
    for desk in (dana, sam, boss):
        await desk.news()
    by_key = await post(relay, f"event=x&webhook_session_id={KEY}")
    by_checkout = await post(relay, "event=x&checkout_token=CHK")
    nobodys = await post(relay, "event=x&checkout_token=ELSE")
    assert await dana.news() == [by_key, by_checkout, nobodys]
    assert await boss.news() == [by_key, by_checkout, nobodys]
    assert await sam.news() == [nobodys]


async def test_an_orphan_is_announced_again_when_somebody_adopts_it(relay, dana, sam):
    by_key = await post(relay, f"event=x&webhook_session_id={KEY}")
    by_checkout = await post(relay, "event=x&checkout_token=CHK")
    for desk in (dana, sam):
        assert await desk.news() == [by_key, by_checkout]
    await dana.put(0)
    assert await dana.news() == [(KEY, 1, True), by_key]
    await dana.put(1, checkouts=[checkout_hash("main", "CHK")])
    assert await dana.news() == [(KEY, 2, True), by_checkout]
    await dana.put(2, checkouts=[checkout_hash("main", "CHK")])
    assert await dana.news() == [(KEY, 3, True)], "once is enough"
    assert await sam.news() == []


async def test_after_a_hand_over_the_new_owner_gets_what_came_before(relay, dana, sam, boss):
    await dana.put(0)
    body = await post(relay, f"event=x&webhook_session_id={KEY}")
    for desk in (dana, sam, boss):
        await desk.news()
    await dana.hand_over(1, sam)
    assert await sam.news() == [(KEY, 1, True), body]
    assert await dana.news() == [(KEY, 1, False)]
    assert await boss.news() == [(KEY, 1, True), body]


async def test_a_checkout_belongs_to_the_first_order_that_names_it(relay, dana, sam):
    checkout = checkout_hash("main", "CHK")
    await dana.put(0, checkouts=[checkout])
    await sam.put(0, key=OTHER, checkouts=[checkout])
    await dana.news(), await sam.news()
    body = await post(relay, "event=x&checkout_token=CHK")
    assert await sam.news() == []
    assert await dana.news() == [body]
    await dana.put(1)
    await sam.put(1, key=OTHER, checkouts=[checkout])
    await dana.news(), await sam.news()
    again = await post(relay, "event=y&checkout_token=CHK")
    assert await sam.news() == [again]


# --- catching up, looking up ---


async def test_the_newest_records_are_read_page_by_page(dana, sam, boss):
    for number in range(5):
        await dana.put(0, key=f"{number:032d}")
    await sam.put(0, key=OTHER)
    seen, after, asked = [], "", 0
    while True:
        asked += 1
        answer = await boss.ask("GET", f"/v1/orders?limit=2{after}")
        page = OrdersPage.from_json(answer.content)
        seen += [order.order_key for order in page.orders]
        boss.cursor = boss.cursor or page.cursor
        if page.next is None:
            break
        after = f"&after={page.next}"
    assert seen == [*(f"{number:032d}" for number in range(5)), OTHER]
    assert asked == 3, "the last page says that it is the last"
    await dana.put(1, key=f"{3:032d}")
    assert await boss.news() == [(f"{3:032d}", 2, True)], "the feed goes on from the cursor"
    mine = OrdersPage.from_json((await sam.ask("GET", "/v1/orders")).content)
    assert [order.order_key for order in mine.orders] == [OTHER]


async def test_a_page_of_orders_is_bounded_in_size(dana, monkeypatch):
    for number in range(3):
        await dana.put(0, key=f"{number:032d}", sealed=bytes(100_000))
    monkeypatch.setattr("telesales_desktop.relay.order_api._PAGE_BYTES", 250_000)
    page = OrdersPage.from_json((await dana.ask("GET", "/v1/orders")).content)
    assert len(page.orders) == 2
    assert page.next == page.orders[-1].order_key, "it ended for its size, and there is more"
    answer = await dana.ask("GET", f"/v1/orders?after={page.next}")
    last = OrdersPage.from_json(answer.content)
    assert (len(last.orders), last.next) == (1, None)


async def test_without_orders_there_is_one_page(dana):
    page = OrdersPage.from_json((await dana.ask("GET", "/v1/orders")).content)
    assert (page.orders, page.next) == ((), None)


@pytest.mark.parametrize("query", ["after=short", "limit=0", "limit=501", "before=x"])
async def test_a_listing_that_cannot_be(dana, query):
    assert (await dana.ask("GET", f"/v1/orders?{query}")).status_code == 400


async def look_up(desk, *tags):
    answer = await desk.ask("POST", "/v1/lookups", Lookup(tags))
    return [(one.tag, one.order_key, one.owner_name) for one in
            LookupAnswer.from_json(answer.content).found]  # fmt: skip


async def test_anybody_finds_an_order_by_its_tags(dana, sam):
    await dana.put(0, tags=[TAG])
    assert await look_up(sam, TAG, "ef" * 32) == [(TAG, KEY, "Dana")]
    assert await look_up(sam, "ef" * 32) == []
    assert await look_up(sam) == []
    await dana.put(1, tags=["ef" * 32])
    assert await look_up(sam, TAG) == []


async def test_looking_up_is_limited(relay, sam):
    handlers = [next(iter(each.values())) for _, each in relay.relay.desks._routes]
    api = next(each.__self__ for each in handlers if each.__name__ == "_look_up")
    api._lookups = Allowance(1, 3600)
    await look_up(sam, TAG)
    answer = await sam.ask("POST", "/v1/lookups", Lookup((TAG,)))
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 3000


async def test_what_is_done_and_read_is_audited(relay, dana, sam, boss):
    await dana.put(0)
    await boss.claim(1)
    await boss.hand_over(1, sam)
    await sam.ask("GET", f"/v1/orders/{KEY}")
    await sam.ask("GET", "/v1/orders")
    await look_up(sam, TAG)
    await sam.news()
    await relay.relay.access._note_seen()
    noted = {(entry.token_id, entry.what, entry.order_key) for entry in
             await relay.store.audited("main", 99)}  # fmt: skip
    assert {
        (dana.who.token_id, "enrolled", None),
        (dana.who.token_id, "put", KEY),
        (boss.who.token_id, "claimed: take_over", KEY),
        (boss.who.token_id, f"handed over to {sam.who.person_id}", KEY),
        (sam.who.token_id, "read order", KEY),
        (sam.who.token_id, "read orders", None),
        (sam.who.token_id, "looked up", None),
        (sam.who.token_id, "read changes", None),
    } <= noted
    assert await relay.store.audited("other", 9) == []


async def test_a_body_that_is_not_as_agreed_is_refused(dana):
    for path in (f"/v1/orders/{KEY}/claim", f"/v1/orders/{KEY}/hand-over", "/v1/lookups"):
        answer = await dana.relay.desks.post(path, content=b"{}", headers=bearer(dana.who.token))
        assert answer.status_code == 400
        assert json.loads(answer.content)["error"]["code"] == "bad_request"


async def test_a_claim_says_what_was_signed(dana, boss):
    await dana.put(0)
    await boss.claim(1)
    got = record(await boss.ask("GET", f"/v1/orders/{KEY}")).claim
    assert got == Claim(
        ClaimKind.TAKE_OVER, 1, boss.who.person_id, boss.who.token_id, AT, SIGNED, until=got.until
    )
