import json

import pytest

from telesales_desktop.simulator.exchange import Answer, Call, Manner, json_answer
from telesales_desktop.simulator.fault_answers import PORTAL_PAGE, answer_instead, spoil
from telesales_desktop.simulator.faults import AFTER_KINDS, BEFORE_KINDS, Fault

CALL = Call("POST", "/api/v1/transactions", {}, {}, b"", "http://127.0.0.1:1", "127.0.0.1")
TRUE = {
    "amount": 5000, "checkout_id": "C", "currency": "USD", "id": "T", "order_id": "O",
    "status": "authorized",
}  # fmt: skip


def spoiled(kind, content=None, **members):
    return spoil(Fault(kind, **members), json_answer(200, TRUE if content is None else content))


def changed(answer):
    """Which members of the true answer are no longer true."""
    told = json.loads(answer.body)
    return {name: told[name] for name in TRUE if told[name] != TRUE[name]}


@pytest.mark.parametrize("kind", sorted(BEFORE_KINDS))
def test_every_early_fault_has_an_answer(kind):
    assert answer_instead(Fault(kind), CALL)


@pytest.mark.parametrize("kind", sorted(AFTER_KINDS))
def test_every_late_fault_spoils_the_answer(kind):
    assert spoiled(kind) != json_answer(200, TRUE)


def test_early_answers():
    assert answer_instead(Fault("drop_before"), CALL).manner is Manner.DROP
    assert answer_instead(Fault("error_before", status=500), CALL).status == 500
    processing = answer_instead(Fault("processing"), CALL)
    assert processing.status == 409
    assert "idempotency key is processing" in json.loads(processing.body)["message"]
    portal = answer_instead(Fault("html"), CALL)
    assert (portal.status, portal.body) == (200, PORTAL_PAGE)
    limited = answer_instead(Fault("rate_limited", seconds=7.0), CALL)
    assert (limited.status, dict(limited.headers)["Retry-After"]) == (429, "7")


def test_a_redirect_leads_elsewhere():
    inside = answer_instead(Fault("redirect"), CALL)
    assert inside.status == 307
    assert dict(inside.headers)["Location"] == "http://127.0.0.1:1/elsewhere/api/v1/transactions"
    outside = answer_instead(Fault("redirect", location="https://evil.example/"), CALL)
    assert dict(outside.headers)["Location"] == "https://evil.example/"


def test_a_late_fault_is_no_early_one():
    with pytest.raises(ValueError, match="lost_reply"):
        answer_instead(Fault("lost_reply"), CALL)


def test_answers_that_do_not_arrive_whole():
    whole = json_answer(200, TRUE).body
    assert spoiled("lost_reply").manner is Manner.DROP
    assert spoiled("cut").manner is Manner.CUT
    drip = spoiled("drip", interval_s=0.5)
    assert (drip.manner, drip.drip_s, drip.body) == (Manner.DRIP, 0.5, whole)
    assert spoiled("truncated").body == whole[: len(whole) // 2]
    assert spoiled("empty").body == b""


def test_answers_that_are_not_affirms():
    assert spoiled("error_after", status=502).status == 502
    overloaded = spoiled("overloaded_after", seconds=7)
    assert overloaded.status == 503
    assert ("Retry-After", "7") in overloaded.headers
    assert spoiled("html_after").body == PORTAL_PAGE
    assert spoiled("wrong_type").content_type == "text/plain"


def test_an_oversized_answer_is_still_true():
    big = spoiled("oversized", size_bytes=100_000)
    assert len(big.body) == 100_000
    assert changed(big) == {}


@pytest.mark.parametrize(
    ("kind", "members", "difference"),
    [
        ("wrong_amount", {}, {"amount": 5100}),
        ("wrong_amount", {"delta_cents": -1}, {"amount": 4999}),
        ("wrong_currency", {}, {"currency": "EUR"}),
        ("wrong_currency", {"value": "CAD"}, {"currency": "CAD"}),
        ("wrong_order_id", {"value": "X"}, {"order_id": "X"}),
        ("wrong_checkout_id", {"value": "Y"}, {"checkout_id": "Y"}),
        ("wrong_status", {"value": "disputed"}, {"status": "disputed"}),
    ],
)
def test_one_member_is_wrong_and_only_that(kind, members, difference):
    assert changed(spoiled(kind, **members)) == difference


def test_what_is_no_object_stays():
    xml = Answer(404, b"<Error/>", content_type="application/xml")
    assert spoil(Fault("wrong_amount"), xml) == xml
    assert json.loads(spoiled("wrong_amount", content=[1]).body) == [1]
