"""Is a list read to its end, whichever way it is ordered and however it is cut?"""

from datetime import UTC, datetime, timedelta

import pytest

from telesales_desktop.adapters import affirm_client, affirm_listing
from telesales_desktop.adapters.affirm_listing import PAGE_CAP, read_pages
from telesales_desktop.domain.errors import OutcomeUnknownError
from tests.adapters.affirm_bench import EVENT, HOST, TRANSACTION, answer, client_for

START = datetime(2026, 1, 1, tzinfo=UTC)


def entries(count):
    """Newest first, one an hour."""
    return [
        {"id": f"e{n:03}", "created": (START + timedelta(hours=n)).isoformat()}
        for n in reversed(range(count))
    ]


class Lister:
    """A list behind paging by id that gives at most ``cap`` entries a page, in either order."""

    def __init__(self, listed, *, cap=5, oldest_first=False):
        self.listed = listed[::-1] if oldest_first else listed
        self.oldest_first = oldest_first
        self.cap = cap
        self.asked = []

    async def __call__(self, query):
        self.asked.append(query)
        assert not {"before", "after"} <= query.keys()
        ids = [entry["id"] for entry in self.listed]
        name = "after" if self.oldest_first else "before"
        first = ids.index(query[name]) + 1 if name in query else 0
        return self.listed[first : first + min(self.cap, int(query["limit"]))]


async def listed(lister, **given):
    return await read_pages(lister, before="before", after="after", **given)


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("count", [0, 1, 5, 6, 23])
async def test_every_entry_is_read_once_though_the_limit_is_capped(count, oldest_first):
    lister = Lister(entries(count), oldest_first=oldest_first)
    found, complete = await listed(lister)
    assert complete
    assert sorted(entry["id"] for entry in found) == sorted(e["id"] for e in entries(count))


async def test_a_short_page_is_not_taken_for_the_end():
    lister = Lister(entries(3), cap=2)
    found, complete = await listed(lister)
    assert (len(found), complete) == (3, True)
    assert [query.get("before") for query in lister.asked] == [None, "e001", "e000"]


async def test_a_list_that_does_not_end_is_left_and_said_to_be_incomplete():
    lister = Lister(entries(3 * PAGE_CAP), cap=2)
    found, complete = await listed(lister)
    assert (len(found), complete) == (2 * PAGE_CAP, False)


async def test_a_server_that_repeats_its_page_ends_the_reading():
    async def stuck(_query):
        return entries(3)

    found, complete = await listed(stuck)
    assert (len(found), complete) == (3, True)


async def test_entries_without_ids_cannot_be_followed():
    async def nameless(_query):
        return [{"created": "2026-01-01T00:00:00Z"}]

    assert (await listed(nameless))[1] is False


async def test_reading_newest_first_stops_beyond_the_time_asked_for():
    lister = Lister(entries(100))
    found, complete = await listed(lister, since=START + timedelta(hours=93))
    assert complete
    assert len(found) == 10
    assert len(lister.asked) == 2


async def test_reading_oldest_first_goes_on_to_the_end_whatever_the_time():
    lister = Lister(entries(12), oldest_first=True)
    found, complete = await listed(lister, since=START + timedelta(hours=11))
    assert (len(found), complete) == (12, True)


async def test_entries_without_a_time_are_read_on():
    lister = Lister([{"id": str(n)} for n in range(7)])
    found, complete = await listed(lister, since=START)
    assert (len(found), complete) == (7, True)


TRANSACTIONS = f"{HOST}/api/v1/transactions"


def transaction_at(number, moment, **changes):
    created = moment if isinstance(moment, str) else moment.isoformat()
    return TRANSACTION | {"id": f"TX-{number}", "created": created} | changes


async def list_transactions(respx_mock, *pages):
    route = respx_mock.get(TRANSACTIONS).mock(side_effect=[answer(json=page) for page in pages])
    client = client_for()
    try:
        return (await client.list_transactions(since=START)), route
    finally:
        await client.close()


async def test_transactions_since_newest_first(respx_mock):
    page = [
        transaction_at(3, START + timedelta(hours=2)),
        transaction_at(2, START),
        transaction_at(4, "unknown"),
        transaction_at(1, START - timedelta(seconds=1)),
    ]
    (found, complete), route = await list_transactions(respx_mock, {"data": page, "total": 4})
    assert [item.transaction_id for item in found] == ["TX-3", "TX-2", "TX-4"]
    assert complete
    assert dict(route.calls.last.request.url.params) == {"limit": "100"}


async def test_a_transaction_that_cannot_be_read_makes_the_list_incomplete(respx_mock):
    page = [
        transaction_at(2, START + timedelta(hours=2), amount="10000"),
        transaction_at(1, START - timedelta(hours=1)),
    ]
    (found, complete), _ = await list_transactions(respx_mock, page)
    assert (list(found), complete) == ([], False)


async def test_a_list_without_an_end_is_incomplete(respx_mock, monkeypatch):
    monkeypatch.setattr(affirm_listing, "PAGE_CAP", 2)
    pages = [[transaction_at(n, START + timedelta(hours=9 - n))] for n in range(2)]
    (found, complete), route = await list_transactions(respx_mock, *pages)
    assert (len(found), complete) == (2, False)
    assert route.calls.last.request.url.params["before"] == "TX-0"


async def test_events_are_read_by_their_own_paging_names(respx_mock):
    page = [
        EVENT | {"id": "E2", "created": "2026-01-02T00:00:00Z", "transaction_id": "DVEP-FTQO"},
        EVENT | {"id": "E1", "created": "2026-01-01T00:00:00Z"},
    ]
    route = respx_mock.get(f"{TRANSACTIONS}/events").mock(
        side_effect=[answer(json=page), answer(json=[])]
    )
    client = client_for()
    found = await client.list_events(since=START)
    await client.close()
    assert [event.event_id for event in found] == ["E2", "E1"]
    assert found[0].transaction_id == "DVEP-FTQO"
    first, second = (dict(call.request.url.params) for call in route.calls)
    assert first == {
        "transaction_type": "charge",
        "transaction_event_type": "all",
        "after_date": "2026-01-01T00:00:00Z",
        "limit": "100",
    }
    assert second == first | {"before_ari": "E1"}


async def test_events_that_do_not_end_are_unknown(respx_mock, monkeypatch):
    monkeypatch.setattr(affirm_listing, "PAGE_CAP", 1)
    respx_mock.get(f"{TRANSACTIONS}/events").mock(return_value=answer(json=[EVENT]))
    client = client_for()
    with pytest.raises(OutcomeUnknownError) as unknown:
        await client.list_events(since=START)
    await client.close()
    assert str(unknown.value) == "listing_did_not_end"


async def test_a_whole_listing_has_a_deadline_too(respx_mock, monkeypatch):
    monkeypatch.setattr(affirm_client, "_LISTING_CALLS", 0)
    respx_mock.get(TRANSACTIONS).mock(return_value=answer(json=[TRANSACTION]))
    client = client_for()
    with pytest.raises(OutcomeUnknownError) as unknown:
        await client.list_transactions(since=START)
    await client.close()
    assert str(unknown.value) == "deadline"
