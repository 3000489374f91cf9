"""Does a record bring what became of an order, and take away nothing that happened here?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.application.merging import is_under_way, merged
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import (
    Alert,
    ConfirmHint,
    OperationKind,
    OperationState,
    SendState,
    TransactionEvent,
)
from tests.application.orders import (
    an_order,
    applied,
    authorized,
    capturing,
    planned,
    sent,
    waiting,
)
from tests.fakes.clock import START


def captured():
    accepted = events.Accepted(event=TransactionEvent("EV", "capture", 124_900, START))
    order = capturing()
    operation = order.operations[0]
    return applied(order, events.OperationAnswered(operation.operation_id, 1, accepted))


def refusal(own, record):
    with pytest.raises(CommandRefusedError) as refused:
        merged(own, record)
    return refused.value.reason


def test_what_is_not_known_here_is_the_record():
    assert merged(None, replace(waiting(), archived=True)) == waiting()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (an_order(), False),
        (planned(), True),
        (sent(), True),
        (waiting(), False),
        (capturing(is_sent=False), True),
        (capturing(), True),
        (captured(), False),
    ],
)
def test_what_has_no_verdict_is_under_way(order, expected):
    assert is_under_way(order) is expected


def test_nothing_is_taken_back_while_a_command_is_open():
    assert refusal(capturing(), authorized()) == "own_command_open"


@pytest.mark.parametrize(
    "changes",
    [{"order_key": "x"}, {"order_id": "x"}, {"created_at": START + timedelta(seconds=1)}],
)
def test_a_record_of_another_order_does_not_fit(changes):
    assert refusal(waiting(), replace(waiting(), **changes)) == "record_does_not_fit"


def test_versions_and_generations_never_go_back():
    own = replace(waiting(), version=9, generation=2)
    assert merged(own, waiting()).version == 9
    assert merged(own, waiting()).generation == 2
    newer = replace(waiting(), version=30, generation=3)
    assert (merged(own, newer).version, merged(own, newer).generation) == (30, 3)


def test_what_was_done_here_stays_done():
    own = captured()
    (operation,) = own.operations
    assert operation.state is OperationState.DONE
    doubted = replace(operation, state=OperationState.UNKNOWN, sends=5)
    record = replace(own, operations=(doubted,), version=own.version + 3)
    (kept,) = merged(own, record).operations
    assert (kept.state, kept.sends) == (OperationState.DONE, 5)


def test_what_was_refused_here_is_what_the_record_says():
    own = captured()
    refused = replace(own.operations[0], state=OperationState.REFUSED, sends=2)
    record = own
    (kept,) = merged(replace(own, operations=(refused,)), record).operations
    assert kept == replace(record.operations[0], sends=2)


def test_commands_that_only_one_desk_knows_are_both_there():
    own = captured()
    other = replace(own.operations[0], operation_id="op-9", key="k9", kind=OperationKind.REFUND)
    both = merged(own, replace(own, operations=(other,)))
    assert {o.operation_id for o in both.operations} == {own.operations[0].operation_id, "op-9"}


@pytest.mark.parametrize("became", [OperationState.DONE, OperationState.UNKNOWN])
def test_what_happens_once_is_one_command_though_two_desks_asked_under_two_keys(became):
    own = captured()
    (done,) = own.operations
    other = replace(done, operation_id="op-9", key="k9", state=became, verdict="read_back")
    refused = replace(done, state=OperationState.REFUSED, verdict="too_early")
    for theirs in ((other,), (refused, other)):
        record = replace(own, operations=theirs, version=own.version + 3)
        kept = {o.operation_id: o for o in merged(own, record).operations}
        assert kept.pop(done.operation_id) == done
        (closed,) = kept.values()
        assert (closed.state, closed.verdict) == (OperationState.REFUSED, "done_otherwise")
        assert (closed.settled, closed.next_try_at) == (True, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": OperationKind.REFUND},
        {"kind": OperationKind.UPDATE},
        {"state": OperationState.REFUSED, "verdict": "not_sent"},
    ],
)
def test_what_is_not_the_same_thing_is_left_as_it_is(changes):
    own = captured()
    other = replace(own.operations[0], operation_id="op-9", key="k9", **changes)
    assert other in merged(own, replace(own, operations=(other,))).operations


@pytest.mark.parametrize(
    "changes",
    [
        {"subject_id": "another"},
        {"kind": OperationKind.PARTIAL_CAPTURE, "amount_cents": 1},
        {"kind": OperationKind.PARTIAL_CAPTURE, "state": OperationState.UNKNOWN},
    ],
)
def test_what_this_journal_contradicts_does_not_fit(changes):
    own = captured()
    other = replace(own.operations[0], operation_id="op-9", key="k9", **changes)
    assert refusal(own, replace(own, operations=(other,))) == "record_does_not_fit"


def test_a_link_that_this_desk_took_for_another_attempts_does_not_fit():
    """Two desks each lost an answer, and one adopted what the other had sent."""
    own = waiting()
    lost = replace(own.checkouts[0], checkout_id="", state=SendState.UNKNOWN)
    second = replace(own.checkouts[0], attempt=2)
    assert refusal(own, replace(own, checkouts=(lost, second))) == "record_does_not_fit"


def test_a_link_that_the_record_places_is_no_orphan_any_more():
    """Read as an orphan it would be read for ever, and its confirmation told to nobody."""
    record = waiting()
    placed = record.checkouts[0].checkout_id
    names = (placed, "CHK-OTHER")
    own = replace(record, checkouts=(), orphans=names, orphans_confirmed=names)
    found = merged(own, record)
    assert (found.orphans, found.orphans_confirmed) == (("CHK-OTHER",), ("CHK-OTHER",))


def test_a_record_that_contradicts_itself_fits_nobody():
    twice = replace(captured().operations[0], operation_id="op-9", key="k9")
    record = replace(captured(), operations=(*captured().operations, twice))
    assert refusal(None, record) == "record_does_not_fit"


def test_one_command_with_two_intents_does_not_fit():
    own = captured()
    other = replace(own.operations[0], amount_cents=1)
    assert refusal(own, replace(own, operations=(other,))) == "record_does_not_fit"


def test_a_link_whose_id_only_this_desk_knows_is_kept():
    own = waiting()
    record = replace(own, checkouts=(replace(own.checkouts[0], checkout_id=""),))
    assert merged(own, record).checkouts == own.checkouts
    assert merged(own, replace(own, checkouts=())).checkouts == own.checkouts


def test_a_link_that_the_record_knows_more_of_is_the_records():
    own = waiting()
    newer = replace(own.checkouts[0], hint=ConfirmHint.WEBHOOK)
    second = replace(own.checkouts[0], attempt=2, checkout_id="C2")
    record = replace(own, checkouts=(newer, second))
    assert merged(own, record).checkouts == (newer, second)


def test_an_old_link_stays_old():
    own = waiting()
    old = replace(own, checkouts=(replace(own.checkouts[0], superseded=True),))
    assert merged(old, own).checkouts[0].superseded


def test_one_attempt_with_two_links_does_not_fit():
    own = waiting()
    record = replace(own, checkouts=(replace(own.checkouts[0], checkout_id="X"),))
    assert refusal(own, record) == "record_does_not_fit"


def test_what_a_supervisor_must_see_is_not_forgotten():
    own = replace(
        authorized(), alerts=(Alert.CONTESTED,), orphans=("A",), taken_over=True, archived=True
    )
    record = replace(authorized(), transaction=None, alerts=(Alert.UNRECOGNIZED,), orphans=("B",))
    both = merged(own, record)
    assert both.alerts == (Alert.UNRECOGNIZED, Alert.CONTESTED)
    assert both.orphans == ("B", "A")
    assert both.transaction == own.transaction
    assert both.taken_over
    assert not both.archived
