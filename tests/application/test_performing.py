"""Is every effect one request, and is nothing concluded but what its answer proves?"""

import asyncio

import pytest

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.desk_values import AffirmContact
from telesales_desktop.application.performing import Performer
from telesales_desktop.application.ports import CheckoutRequest
from telesales_desktop.application.read_slots import ReadSlots
from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import AffirmBusyError, SettingsError
from telesales_desktop.domain.order import OperationKind, OperationState
from tests.application.orders import an_order, authorized, capturing, put, waiting
from tests.fakes.affirm import FakeAffirm, Fault, refused
from tests.fakes.clock import LoopClock
from tests.fakes.workstation import details_of

SEND = events.SendRequested("Dana R.")


def build_request(file):
    return CheckoutRequest(file.details, file.order.order_key, "https://shop/a", "https://shop/b")


class Desk:
    """A performer over a book, without the desk's loops."""

    def __init__(self, shelf, build=build_request):
        self.journal = shelf.journal
        self.book = shelf.book
        self.clock = clock = LoopClock()
        self.affirm = FakeAffirm(clock)
        self.connection = Connection(clock, relay_is_set=False)
        self.announced = []
        self.interrupted = []
        self.build = build
        self.performer = Performer(
            self.book,
            self.affirm,
            self.connection,
            ReadSlots(clock),
            clock,
            build_request=lambda file: self.build(file),
            announce=lambda order_id, notice: self.announced.append((order_id, notice)),
            on_interrupted=self.interrupted.append,
        )

    async def have(self, *orders):
        put(self.journal.disk, *orders)
        await self.book.load()
        self.affirm.know(*orders)

    async def send(self):
        await self.book.submit_with_details(an_order(), details_of(), (SEND,), draft_id="")
        await self.performer.until_quiet("4182")
        return self.journal.order("4182").checkouts[0]

    async def do(self, event, order_id="4182"):
        await self.book.submit(order_id, event)
        await self.performer.until_quiet(order_id)
        return self.journal.order(order_id)


@pytest.fixture
async def desk(shelf):
    found = Desk(shelf)
    yield found
    await found.performer.close(patience_s=1)


CAPTURE = events.CaptureRequested("Dana R.", "op-1", "key-1")
OPERATION = CAPTURE.operation_id


async def test_a_link_is_asked_for_once_and_after_the_disk_knows(desk):
    seen = []
    desk.build = lambda file: seen.append(desk.journal.order("4182")) or build_request(file)
    checkout = await desk.send()
    assert seen[0].checkouts[0].state.value == "sent"
    assert checkout.checkout_id == desk.affirm.newest
    assert desk.affirm.count("store") == 1
    assert desk.connection.status.affirm is AffirmContact.OK


@pytest.mark.parametrize(
    ("fault", "state", "contact"),
    [
        (Fault.LOST_ANSWER, "unknown", AffirmContact.NOT_ASKED),
        (Fault.LOST_REQUEST, "unknown", AffirmContact.NOT_ASKED),
        (Fault.UNREACHABLE, "refused", AffirmContact.UNREACHABLE),
        (Fault.BUSY, "refused", AffirmContact.BUSY),
        (refused("invalid_field", 400, "phone"), "refused", AffirmContact.OK),
    ],
)
async def test_what_an_answer_to_a_link_proves(desk, fault, state, contact):
    desk.affirm.plan("store", fault)
    checkout = await desk.send()
    assert checkout.state.value == state
    assert desk.connection.status.affirm is contact
    assert desk.affirm.count("store") == 1  # never again by machinery
    assert desk.announced


async def test_a_crash_of_ours_after_it_left_is_no_verdict(desk, caplog):
    desk.affirm.plan("store", Fault.CRASH)
    checkout = await desk.send()
    assert checkout.state.value == "unknown"
    assert "a call to Affirm crashed" in caplog.messages


async def test_a_profile_that_lacks_something_has_sent_nothing(desk):
    def build(file):
        raise SettingsError("no urls", fields=("confirmation_url",))

    desk.build = build
    checkout = await desk.send()
    assert (checkout.state.value, checkout.refusal) == ("refused", "not_sent")
    assert desk.affirm.calls == []


async def test_a_crash_before_the_first_byte_has_sent_nothing(desk, caplog):
    def build(file):
        raise ZeroDivisionError

    desk.build = build
    checkout = await desk.send()
    assert (checkout.state.value, checkout.refusal) == ("refused", "not_sent")
    assert caplog.messages == ["a checkout could not be put together"]


async def test_nothing_leaves_while_the_disk_does_not_agree(desk):
    desk.journal.fail("full", when=lambda c: c.order.checkouts[0].state.value == "sent")
    checkout = await desk.send()
    assert checkout.state.value == "planned"
    assert desk.affirm.calls == []
    assert desk.interrupted == ["4182"]


async def test_a_money_command_waits_for_the_clock_where_the_disk_does_not_agree(desk):
    await desk.have(authorized())
    desk.journal.fail("full", when=lambda c: c.order.operations[-1].state.value == "sent")
    order = await desk.do(CAPTURE)
    assert order.operations[0].state.value == "planned"
    assert (desk.affirm.calls, desk.interrupted) == ([], [])
    order = await desk.do(events.Ticked())
    assert order.operations[0].state.value == "done"
    assert desk.affirm.moved(OperationKind.CAPTURE) == [124_900]


async def test_a_start_for_an_order_that_is_gone_is_said(desk, caplog):
    file = (await desk.have(authorized()), desk.book.file("4182"))[1]
    del desk.journal.disk.files["4182"]
    desk.book._orders.drop("4182")
    desk.performer.perform(file, [fx.StartTransmit("op-1")], CAPTURE)
    await desk.performer.until_quiet("4182")
    assert caplog.messages == ["TransmitStarted was refused: no_such_order"]


async def test_the_same_link_is_sent_again(desk):
    await desk.have(waiting())
    await asyncio.sleep(60)
    await desk.do(events.ResendRequested("Dana R."))
    assert desk.affirm.count("resend") == 1
    kinds = [line.kind for line in desk.journal.disk.timelines["4182"]]
    assert kinds == ["resend_asked", "link_resent"]


async def test_a_command_goes_out_as_it_was_written_down(desk):
    await desk.have(authorized())
    order = await desk.do(CAPTURE)
    operation = order.operations[0]
    call = next(c for c in desk.affirm.calls if c.name == "capture")
    assert (call.key, call.body) == (operation.key, operation.body)
    assert operation.state.value == "done"
    assert desk.affirm.count("read_transaction") == 1  # and then Affirm's own record


async def test_a_lost_answer_is_read_back_and_sent_again_only_as_it_was(desk):
    await desk.have(authorized())
    desk.affirm.plan("capture", Fault.LOST_REQUEST)
    order = await desk.do(CAPTURE)
    for _ in range(40):
        if order.operations[0].settled:
            break
        await asyncio.sleep(30)
        order = await desk.do(events.Ticked())
    assert order.operations[0].state.value == "done"
    sent = {(c.key, c.body) for c in desk.affirm.calls if c.name == "capture"}
    assert len(sent) == 1
    assert desk.affirm.moved(OperationKind.CAPTURE) == [124_900]


async def test_a_crash_of_ours_leaves_no_command_sent_for_ever(desk, caplog):
    await desk.have(authorized())
    desk.affirm.plan("capture", Fault.CRASH)
    order = await desk.do(CAPTURE)
    assert order.operations[0].state.value == "done"  # read back
    assert desk.affirm.moved(OperationKind.CAPTURE) == [124_900]
    assert "a call to Affirm crashed" in caplog.messages


async def test_a_429_to_a_command_holds_reads_back_too(desk):
    await desk.have(authorized("1"), waiting("2"))
    desk.affirm.plan("capture", Fault.BUSY)
    await desk.do(CAPTURE, "1")
    await desk.do(events.RefreshRequested("Dana R."), "2")
    assert [round(c.at_s) for c in desk.affirm.calls if c.name == "read"] == [30]


async def test_a_503_with_a_wait_holds_reads_back_and_leaves_the_command_in_doubt(desk):
    await desk.have(authorized("1"), waiting("2"))
    overloaded = AffirmBusyError(retry_after_s=30, in_progress=True, is_for_all=True)
    desk.affirm.plan("capture", overloaded)
    await desk.do(CAPTURE, "1")
    operation = desk.book.file("1").order.operations[-1]
    assert (operation.state, operation.ever_left) == (OperationState.UNKNOWN, True)
    await desk.do(events.RefreshRequested("Dana R."), "2")
    assert [round(c.at_s) for c in desk.affirm.calls if c.name == "read"] == [30]


async def test_a_key_that_is_processing_holds_nothing_back(desk):
    await desk.have(authorized("1"), waiting("2"))
    desk.affirm.plan("capture", Fault.PROCESSING)
    await desk.do(CAPTURE, "1")
    asked_at = asyncio.get_running_loop().time()
    await desk.do(events.RefreshRequested("Dana R."), "2")
    assert next(c.at_s for c in desk.affirm.calls if c.name == "read") - asked_at < 2


@pytest.mark.parametrize(
    ("orders", "event", "first"),
    [
        ([waiting("1"), capturing("2", is_sent=False)], events.Ticked(), "news"),
        ([waiting("1"), authorized("2")], events.Started(), "news"),
    ],
)
async def test_what_somebody_waits_for_is_read_before_routine(desk, orders, event, first):
    many = [waiting(f"w{n}") for n in range(5)]
    await desk.have(*orders, *many, waiting("news"))
    for order in (*many, *orders):
        await desk.book.submit(order.order_id, events.GapAnnounced())
    await desk.do(events.RefreshRequested("Dana R."), "news")
    reads = [c.subject for c in desk.affirm.calls if c.name == "read"]
    assert reads.index("CHECKOUT-news") <= 1


async def test_reads_that_settle_a_command_go_before_a_look_at_waiting_orders(desk):
    many = [waiting(f"w{n}") for n in range(5)]
    unknown = capturing("money")
    await desk.have(*many, unknown)
    for order in many:
        await desk.book.submit(order.order_id, events.GapAnnounced())
    await desk.do(events.Started(), "money")
    assert [c.name for c in desk.affirm.calls].index("read_transaction") <= 1


async def test_a_look_at_settled_money_goes_last(desk):
    calm = authorized("calm")
    await desk.have(calm, waiting("w1"), waiting("w2"), waiting("w3"))
    effect = [fx.ReadTransaction("TRAN-calm")]
    await desk.book.submit("w1", events.GapAnnounced())
    desk.performer.perform(desk.book.file("calm"), effect, events.Ticked())
    for name in ("w2", "w3"):
        await desk.book.submit(name, events.GapAnnounced())
    await asyncio.sleep(10)
    names = [c.name for c in desk.affirm.calls]
    assert names == ["read", "read", "read", "read_transaction"]


# --- leaving -------------------------------------------------------------------------------


async def test_leaving_waits_for_the_answer_to_a_command_that_is_out(desk):
    await desk.have(authorized())
    desk.affirm.call_s = 10
    await desk.book.submit("4182", CAPTURE)
    await asyncio.sleep(1)
    await desk.performer.close(patience_s=25)
    assert desk.journal.order("4182").operations[0].state.value == "done"
    assert desk.affirm.count("read_transaction") == 0  # that can wait for the next start


async def test_what_was_just_begun_is_sent_and_waited_for(desk):
    """The disk says that it may have left: then it leaves, rather than being in doubt."""
    await desk.have(authorized())
    desk.journal.write_s = 1.0
    asking = asyncio.create_task(desk.book.submit("4182", CAPTURE))
    await asyncio.sleep(1.5)  # TransmitStarted is being written
    await desk.performer.close(patience_s=25)
    await asking
    assert desk.affirm.moved(OperationKind.CAPTURE) == [124_900]
    assert desk.journal.order("4182").operations[0].state.value == "done"


async def test_what_has_not_begun_does_not_begin(desk):
    await desk.have(authorized())
    desk.journal.write_s = 1.0
    asking = asyncio.create_task(desk.book.submit("4182", CAPTURE))
    await asyncio.sleep(0.5)  # the intent is being written
    await desk.performer.close(patience_s=25)
    await asking
    await asyncio.sleep(10)
    assert desk.affirm.calls == []
    assert desk.journal.order("4182").operations[0].state.value == "planned"


@pytest.mark.parametrize("kind", ["capture", "store"])
async def test_what_was_marked_before_a_sleep_does_not_leave(desk, monkeypatch, caplog, kind):
    """The lid was closed between the mark in the journal and the first byte."""
    await desk.have(authorized("money", desk.clock.now()))
    write = desk.journal.commit

    async def slept(commit):
        await write(commit)
        sent = any(o.state.value == "sent" for o in commit.order.operations)
        if sent or any(c.state.value == "sent" for c in commit.order.checkouts):
            desk.clock.sleep_machine(25 * 3600)

    monkeypatch.setattr(desk.journal, "commit", slept)
    if kind == "store":
        checkout = await desk.send()
        assert (checkout.state.value, checkout.refusal) == ("refused", "not_sent")
    else:
        order = await desk.do(CAPTURE, "money")
        assert order.operation(OPERATION).state.value in ("planned", "refused")
        assert not order.operation(OPERATION).ever_left
    assert desk.affirm.calls == []
    assert "the machine slept" in caplog.text
