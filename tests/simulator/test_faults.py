import pytest

from telesales_desktop.simulator.faults import (
    AFTER_KINDS,
    BEFORE_KINDS,
    Fault,
    FaultError,
    FaultPlan,
    fault_from_json,
    faults_from_json,
)


def plan(*faults, seed=None):
    made = FaultPlan(seed)
    for fault in faults:
        made.add(fault_from_json(fault))
    return made


def strikes(made, endpoint, count, **named):
    struck = (made.strike(endpoint, **named) for _ in range(count))
    return [fault.kind if fault else None for fault in struck]


def test_a_fault_is_spent_after_its_times():
    made = plan({"kind": "lost_reply", "times": 2})
    assert strikes(made, "capture", 3) == ["lost_reply", "lost_reply", None]
    assert made.queue == ()


def test_null_times_never_end():
    made = plan({"kind": "lost", "times": None})
    assert strikes(made, "webhook", 50, event="opened") == ["lost"] * 50


def test_some_requests_may_pass_first():
    made = plan({"kind": "html", "after": 2})
    assert strikes(made, "store", 4) == [None, None, "html", None]


def test_faults_strike_in_the_order_of_the_queue():
    made = plan({"kind": "processing", "times": 2}, {"kind": "lost_reply"})
    assert strikes(made, "refund", 4) == ["processing", "processing", "lost_reply", None]


def test_a_fault_strikes_its_endpoint_path_and_event_only():
    made = plan(
        {"kind": "drip", "endpoint": "capture", "path": "AAAA-"},
        {"kind": "delayed", "event": "confirmed"},
    )
    assert made.strike("refund", path="/AAAA-BBBB/refund") is None
    assert made.strike("capture", path="/CCCC-DDDD/capture") is None
    assert made.strike("capture", path="/AAAA-BBBB/capture").kind == "drip"
    assert made.strike("webhook", event="opened") is None
    assert made.strike("webhook", event="confirmed").kind == "delayed"


def test_a_fault_of_any_endpoint_never_strikes_a_webhook():
    made = plan({"kind": "html", "times": None})
    assert made.strike("webhook", event="opened") is None


def test_chance_is_repeatable_under_a_seed():
    def rolled(seed):
        made = plan({"kind": "html", "probability": 0.5, "times": None}, seed=seed)
        return strikes(made, "store", 40)

    assert rolled(7) == rolled(7) != rolled(8)
    assert 5 < rolled(7).count("html") < 35


def test_clearing_ends_them_all():
    made = plan({"kind": "html"})
    made.clear()
    assert made.strike("store") is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("lost_reply", "object with a kind"),
        ({"kind": 1}, "object with a kind"),
        ({"kind": "fire"}, "no fault 'fire'"),
        ({"kind": "html", "endpoint": "webhook"}, "no endpoint"),
        ({"kind": "lost", "endpoint": "store"}, "endpoint webhook"),
        ({"kind": "html", "event": "opened"}, "no event"),
        ({"kind": "html", "often": 1}, "no 'often'"),
        ({"kind": "html", "struck": 1}, "no 'struck'"),
        ({"kind": "html", "times": "2"}, "times must be of type int"),
        ({"kind": "html", "times": 0}, "at least 1"),
        ({"kind": "html", "after": -1}, "after must not be negative"),
    ],
)
def test_a_wrong_fault_says_what_is_wrong(given, told):
    with pytest.raises(FaultError, match=told):
        faults_from_json([{"kind": "html"}, given])


def test_one_fault_or_a_list_of_them():
    assert faults_from_json({"kind": "drip", "seconds": 2})[0].seconds == 2.0
    assert len(faults_from_json([{"kind": "drip"}, {"kind": "html"}])) == 2
    assert faults_from_json({"kind": "wrong_amount", "delta_cents": -1})[0].delta_cents == -1


def test_a_fault_can_be_written_as_json_and_read_again():
    written = Fault("drip", endpoint="store").as_json()
    del written["struck"]
    assert fault_from_json(written) == Fault("drip", endpoint="store")


def test_before_and_after_are_apart():
    assert not BEFORE_KINDS & AFTER_KINDS
