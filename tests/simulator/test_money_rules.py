import pytest

from telesales_desktop.simulator.refusals import RefusalError
from tests.simulator.money import KEYED, authorized
from tests.simulator.orders import stand_in

DAY = 86_400


def refusal(command, transaction, body=None):
    with pytest.raises(RefusalError) as caught:
        command(transaction.transaction_id, body or {}, KEYED)
    found = caught.value
    return found.status_code, found.kind if found.affirm_code is None else found.affirm_code


@pytest.fixture
def affirm():
    return stand_in()


@pytest.fixture
def money(affirm):
    return affirm.transactions


def test_capture_takes_the_whole_once(affirm, money):
    transaction = authorized(affirm)
    event = money.capture(transaction.transaction_id, {}, KEYED)
    assert (event["type"], event["amount"], event["currency"]) == ("capture", 5000, "USD")
    assert event["fee"] != event["amount"]
    assert refusal(money.capture, transaction) == (403, "already_captured")


@pytest.mark.parametrize(
    ("amount", "code"),
    [(5001, "capture-greater-instrument"), (4999, "capture-unequal-instrument")],
)
def test_a_part_needs_split_capture(affirm, money, amount, code):
    transaction = authorized(affirm)
    assert refusal(money.capture, transaction, {"amount": amount}) == (409, code)
    assert money.capture(transaction.transaction_id, {"amount": 5000}, KEYED)["type"] == "capture"


def test_split_captures_never_exceed_the_hold():
    affirm = stand_in(split_capture=True)
    money, transaction = affirm.transactions, authorized(affirm)
    event = money.capture(transaction.transaction_id, {"amount": 3000}, KEYED)
    assert event["type"] == "split_capture"
    assert transaction.status(affirm.account.now()) == "partially_captured"
    assert refusal(money.capture, transaction, {"amount": 2001}) == (409, "capture-limit-exceeded")
    assert refusal(money.capture, transaction, {"amount": 5001}) == (
        409,
        "capture-greater-instrument",
    )
    assert money.capture(transaction.transaction_id, {}, KEYED)["amount"] == 2000
    assert transaction.status(affirm.account.now()) == "captured"


def test_nothing_is_captured_after_a_void_or_the_expiry(affirm, money):
    voided, expired = authorized(affirm), authorized(affirm)
    money.void(voided.transaction_id, {}, KEYED)
    assert refusal(money.capture, voided) == (403, "capture-voided")
    affirm.account.clock.advance(30 * DAY)
    assert expired.status(affirm.account.now()) == "auth_expired"
    assert refusal(money.capture, expired) == (403, "expired-authorization")


def test_refunds_stop_at_what_was_captured(affirm, money):
    transaction = authorized(affirm)
    money.capture(transaction.transaction_id, {}, KEYED)
    event = money.refund(transaction.transaction_id, {"amount": 1000}, KEYED)
    assert event["amount"] == 1000
    assert event["fee_refunded"] == 0
    assert transaction.status(affirm.account.now()) == "partially_refunded"
    assert refusal(money.refund, transaction, {"amount": 4001}) == (403, "refund-exceeded")
    assert money.refund(transaction.transaction_id, {}, KEYED)["amount"] == 4000
    assert transaction.status(affirm.account.now()) == "refunded"
    assert refusal(money.refund, transaction) == (403, "refund-exceeded")
    assert refusal(money.capture, transaction) == (403, "already_captured")


def test_refunds_need_a_capture_within_the_window(affirm, money):
    held, voided, captured = (authorized(affirm) for _ in range(3))
    money.void(voided.transaction_id, {}, KEYED)
    money.capture(captured.transaction_id, {}, KEYED)
    assert refusal(money.refund, held) == (403, "refund_forbidden_on_authorized")
    assert refusal(money.refund, voided) == (403, "refund_forbidden_on_voided")
    affirm.account.clock.advance(119 * DAY)
    assert refusal(money.refund, held) == (403, "refund-uncaptured")
    money.refund(captured.transaction_id, {"amount": 1}, KEYED)
    affirm.account.clock.advance(DAY)
    assert refusal(money.refund, captured) == (403, "refund-expired")


def test_a_void_is_whole_once_and_before_any_capture(affirm, money):
    transaction, captured, expired = (authorized(affirm) for _ in range(3))
    event = money.void(transaction.transaction_id, {}, KEYED)
    assert event["type"] == "void"
    assert "amount" not in event
    assert affirm.checkouts.find(transaction.checkout_id).status == "voided"
    assert refusal(money.void, transaction) == (403, "invalid_request")
    money.capture(captured.transaction_id, {}, KEYED)
    assert refusal(money.void, captured) == (403, "void_forbidden_on_captured")
    affirm.account.clock.advance(30 * DAY)
    assert refusal(money.void, expired) == (403, "expired-authorization")


def test_a_void_names_an_amount_only_with_split_capture_and_only_the_whole():
    affirm = stand_in()
    transaction = authorized(affirm)
    assert refusal(affirm.transactions.void, transaction, {"amount": 5000})[0] == 400
    split = stand_in(split_capture=True)
    transaction = authorized(split)
    assert refusal(split.transactions.void, transaction, {"amount": 4999})[0] == 400
    assert split.transactions.void(transaction.transaction_id, {"amount": 5000}, KEYED)


@pytest.mark.parametrize("word", ["disputed", "dispute_refunded", "zzz_never_heard"])
def test_nothing_moves_in_a_forced_state(affirm, money, word):
    transaction = authorized(affirm)
    money.force(transaction.transaction_id, word, None)
    for command in (money.capture, money.refund, money.void):
        assert refusal(command, transaction) == (403, "invalid_request")
    assert [effect.kind for effect in money.effects] == ["authorize"]


@pytest.mark.parametrize("amount", [0, -1, True, 1.5, "5"])
def test_amounts_are_positive_whole_cents(affirm, money, amount):
    transaction = authorized(affirm)
    for command in (money.capture, money.refund, money.void):
        assert refusal(command, transaction, {"amount": amount}) == (400, "invalid_field")


def test_the_status_of_unrecorded_refusals_is_a_setting():
    affirm = stand_in(unrecorded_refusal_status=409)
    transaction = authorized(affirm)
    affirm.transactions.void(transaction.transaction_id, {}, KEYED)
    assert refusal(affirm.transactions.capture, transaction) == (409, "capture-voided")
