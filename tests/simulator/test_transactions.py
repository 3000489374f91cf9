import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.simulator.checkout import CustomerAction
from telesales_desktop.simulator.effects import Attempt
from telesales_desktop.simulator.refusals import RefusalError
from tests.simulator.money import KEYED, authorized, confirmed
from tests.simulator.orders import BASE_URL, stand_in, us_order


@pytest.fixture
def affirm():
    return stand_in()


def refusal(command, *args):
    with pytest.raises(RefusalError) as caught:
        command(*args)
    return caught.value


def test_authorizing_holds_the_whole_total_once(affirm):
    checkout = confirmed(affirm)
    affirm.account.clock.advance(60)
    body = {"transaction_id": checkout.checkout_id, "order_id": "ORDER-9", "reference_id": "r-1"}
    transaction = affirm.transactions.authorize(body, KEYED)
    read = transaction.body(affirm.account.now(), with_events=True)
    assert (read["amount"], read["order_id"], read["status"]) == (5000, "ORDER-9", "authorized")
    # As recorded: created when it was confirmed, expiring 30 days after it was authorized.
    assert read["created"] == "2026-03-02T12:00:00Z"
    assert read["authorization_expiration"] == "2026-04-01T12:01:00Z"
    assert [(event["type"], event["reference_id"]) for event in read["events"]] == [("auth", "r-1")]
    assert checkout.status == "authorized"
    again = refusal(affirm.transactions.authorize, body, Attempt("key-2"))
    assert (again.status_code, again.kind) == (403, "already_authorized")
    assert len(affirm.transactions.effects) == 1


def test_an_effect_says_what_moved_when_and_under_which_key(affirm):
    transaction = authorized(affirm)
    assert affirm.transactions.effects[0].as_json() == {
        "kind": "authorize",
        "at": "2026-03-02T12:00:00Z",
        "transaction_id": transaction.transaction_id,
        "checkout_id": transaction.checkout_id,
        "order_id": "ORDER-1",
        "amount_cents": 5000,
        "currency": "USD",
        "idempotency_key": "key-1",
        "request_id": "request-1",
    }


@pytest.mark.parametrize("status", [400, 402, 403, 404])
@pytest.mark.parametrize("action", ["open", "approve", "decline", "more-information"])
def test_an_unconfirmed_checkout_cannot_be_authorized(status, action):
    affirm = stand_in(unconfirmed_authorize_status=status)
    checkout = affirm.checkouts.store(us_order(), base_url=BASE_URL)
    affirm.checkouts.act(checkout, CustomerAction(action))
    found = refusal(affirm.transactions.authorize, {"transaction_id": checkout.checkout_id}, KEYED)
    assert found.status_code == status
    assert affirm.transactions.effects == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "transaction_id"),
        ({"transaction_id": "SHORT"}, 400, "transaction_id"),
        ({"transaction_id": "X" * 17}, 400, "transaction_id"),
        ({"transaction_id": "X" * 16}, 404, None),
    ],
)
def test_authorize_wants_a_known_checkout(affirm, body, status, field):
    found = refusal(affirm.transactions.authorize, body, KEYED)
    assert (found.status_code, found.field) == (status, field)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 4999}, "amount"),
        ({"currency": "CAD"}, "currency"),
        ({"order_id": ""}, "order_id"),
        ({"reference_id": "x" * 129}, "reference_id"),
        ({"metadata": "x"}, "metadata"),
        ({"shipping_carrier": 1}, "shipping_carrier"),
    ],
)
def test_a_wrong_authorize_moves_nothing(affirm, changes, field):
    checkout = confirmed(affirm)
    body = {"transaction_id": checkout.checkout_id, **changes}
    assert refusal(affirm.transactions.authorize, body, KEYED).field == field
    assert checkout.status == "confirmed"
    whole = {"transaction_id": checkout.checkout_id, "amount": 5000, "currency": "USD"}
    assert affirm.transactions.authorize(whole, KEYED).amount_cents == 5000


def test_what_is_only_confirmed_cannot_be_voided(affirm):
    checkout = confirmed(affirm)
    found = refusal(affirm.transactions.void, checkout.checkout_id, {}, KEYED)
    assert (found.status_code, found.kind) == (403, "void_forbidden_on_confirmed")


def test_an_unknown_transaction_is_not_found(affirm):
    money = affirm.transactions
    for command in (money.capture, money.refund, money.void):
        assert refusal(command, "AAAA-BBBB", {}, KEYED).status_code == 404
    assert refusal(money.update, "AAAA-BBBB", {}).status_code == 404
    assert refusal(money.force, "AAAA-BBBB", "disputed", None).status_code == 404


def test_an_update_is_an_event_and_no_effect(affirm):
    transaction = authorized(affirm)
    event = affirm.transactions.update(
        transaction.transaction_id,
        {"order_id": "ORDER-2", "shipping_carrier": "USPS", "metadata": {"a": "b"}},
    )
    assert event["type"] == "update"
    assert "amount" not in event
    assert event["metadata"] == {"a": "b"}
    assert transaction.order_id == "ORDER-2"
    affirm.transactions.update(transaction.transaction_id, {})
    assert transaction.order_id == "ORDER-2"
    assert len(affirm.transactions.effects) == 1


COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(["capture", "refund", "void", "update", "wait"]),
        st.one_of(st.none(), st.integers(1, 6000)),
    ),
    max_size=12,
)


@given(COMMANDS, st.booleans())
def test_no_sequence_of_commands_moves_more_than_was_held(commands, split):
    affirm = stand_in(split_capture=split)
    money, transaction = affirm.transactions, authorized(affirm)
    for command, amount in commands:
        if command == "wait":
            affirm.account.clock.advance(20 * 86_400)
            continue
        body = {} if amount is None else {"amount": amount}
        try:
            if command == "update":
                money.update(transaction.transaction_id, {})
            else:
                getattr(money, command)(transaction.transaction_id, body, KEYED)
        except RefusalError:
            pass
    moved = {
        kind: sum(effect.amount_cents for effect in money.effects if effect.kind == kind)
        for kind in ("authorize", "capture", "refund", "void")
    }
    assert moved["authorize"] == 5000
    assert moved["capture"] + moved["void"] <= 5000
    assert moved["refund"] <= moved["capture"]
    assert (transaction.captured_cents, transaction.refunded_cents) == (
        moved["capture"],
        moved["refund"],
    )
