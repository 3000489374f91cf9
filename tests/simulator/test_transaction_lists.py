import pytest

from telesales_desktop.simulator.refusals import RefusalError
from telesales_desktop.simulator.transaction_lists import list_events, list_transactions
from tests.simulator.money import KEYED, authorized
from tests.simulator.orders import stand_in

ALL = {"transaction_type": "charge", "transaction_event_type": "all"}


@pytest.fixture
def affirm():
    """Seven transactions, one a minute; the first three captured at once, in the eighth minute."""
    affirm = stand_in()
    made = []
    for number in range(7):
        made.append(authorized(affirm, order_id=f"ORDER-{number}"))
        affirm.account.clock.advance(60)
    for transaction in made[:3]:
        affirm.transactions.capture(transaction.transaction_id, {}, KEYED)
    return affirm


def events(affirm, **query):
    return list_events(affirm.transactions.event_log, ALL | query)


def refused_field(affirm, **query):
    with pytest.raises(RefusalError) as caught:
        events(affirm, **query)
    return caught.value.field


def test_a_page_of_events_has_five_by_default_newest_first(affirm):
    page = events(affirm)
    assert [(event["type"], event["order_id"]) for event in page] == [
        ("capture", "ORDER-2"),
        ("capture", "ORDER-1"),
        ("capture", "ORDER-0"),
        ("auth", "ORDER-6"),
        ("auth", "ORDER-5"),
    ]
    assert {"transaction_id", "checkout_id", "amount", "currency"} <= set(page[0])


@pytest.mark.parametrize("limit", ["1", "3", "4", "100"])
def test_paging_in_either_direction_reaches_every_event_once(affirm, limit):
    everything = [event["id"] for event in events(affirm, limit="1000")]
    assert len(everything) == 10
    backwards = events(affirm, limit=limit)
    while page := events(affirm, limit=limit, before_ari=backwards[-1]["id"]):
        backwards += page
    assert [event["id"] for event in backwards] == everything
    forwards = [events(affirm, limit="1000")[-1]]
    while page := events(affirm, limit=limit, after_ari=forwards[0]["id"]):
        forwards = page + forwards
    assert [event["id"] for event in forwards] == everything


def test_types_and_dates_narrow_the_page(affirm):
    assert len(events(affirm, transaction_event_type="capture")) == 3
    assert len(events(affirm, transaction_event_type="authorize", limit="50")) == 7
    assert events(affirm, transaction_event_type="refund") == []
    assert events(affirm, transaction_type="lease") == []
    early = events(affirm, before_date="2026-03-02T12:01:00", limit="50")
    assert [event["order_id"] for event in early] == ["ORDER-1", "ORDER-0"]
    late = events(affirm, after_date="2026-03-02T12:06:00Z", limit="50")
    assert [event["order_id"] for event in late] == ["ORDER-2", "ORDER-1", "ORDER-0", "ORDER-6"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"transaction_type": ""}, "transaction_type"),
        ({"transaction_type": "loan"}, "transaction_type"),
        ({"transaction_event_type": ""}, "transaction_event_type"),
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"before_ari": "A", "after_ari": "B"}, "before_ari"),
        ({"before_ari": "NOBODY"}, "before_ari"),
        ({"after_ari": "NOBODY"}, "after_ari"),
        ({"after_date": "yesterday"}, "after_date"),
    ],
)
def test_a_wrong_query_names_its_field(affirm, query, field):
    assert refused_field(affirm, **query) == field


def test_transactions_are_paged_by_id(affirm):
    def page(**query):
        return list_transactions(affirm.transactions, query, affirm.account.now())

    first = page(limit="3")
    assert [entry["order_id"] for entry in first] == ["ORDER-6", "ORDER-5", "ORDER-4"]
    older = page(limit="3", before=first[-1]["id"])
    assert [entry["order_id"] for entry in older] == ["ORDER-3", "ORDER-2", "ORDER-1"]
    newer = page(limit="2", after=older[0]["id"])
    assert [entry["order_id"] for entry in newer] == ["ORDER-5", "ORDER-4"]
    assert older[0]["status"] == "authorized"
    assert older[1]["status"] == "captured"
