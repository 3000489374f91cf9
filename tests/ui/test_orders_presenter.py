"""Do list and detail follow the desk, and does a press become a command exactly once?"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from telesales_desktop.domain.order import Alert, OperationState
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.confirm_dialogs import (
    AmountDialog,
    ConfirmDialog,
    ShipmentDialog,
    VerdictDialog,
)
from telesales_desktop.ui.order_filter import Column
from tests.ui import samples, typist
from tests.ui.fake_desk import FakeDesk
from tests.ui.floor import NUMBER, STATES, until

pytestmark = pytest.mark.qt_loop


async def test_the_first_load_fills_the_list(floor):
    assert floor.orders.model.rowCount() == len(STATES)
    assert not any(floor.orders.model.is_news(number) for number in NUMBER.values())


async def test_an_order_that_changes_is_painted_and_marked(floor):
    changed = samples.file_in(OrderState.AUTHORIZED, 0, age=timedelta(seconds=1))
    floor.presenter.order_changed(changed)
    await until(lambda: floor.orders.model.row("4170").state is OrderState.AUTHORIZED)
    assert floor.orders.model.is_news("4170")


async def test_a_thousand_changes_of_one_moment_are_painted_at_once(floor, monkeypatch):
    painted = []

    def shown(rows, gone=None):
        if gone is not None:  # else a second has passed, and what only grew older is painted
            painted.append(rows)

    monkeypatch.setattr(floor.orders, "show_changes", shown)
    for n in range(1000):
        state = OrderState.OPENED if n % 2 else OrderState.APPROVED
        floor.presenter.order_changed(samples.file_in(state, n % 7, age=timedelta(seconds=n)))
    assert painted == []
    await until(lambda: painted)
    assert len(painted) == 1
    assert len(painted[0]) == 7


async def test_the_chosen_orders_detail_and_timeline_follow(floor):
    await floor.choose(OrderState.LINK_SENT)
    await until(lambda: floor.detail.timeline.model().rowCount() == 2)
    changed = samples.file_in(OrderState.CAPTURED, 0)
    floor.desk.files["4170"] = changed
    floor.presenter.order_changed(changed)
    await until(lambda: floor.detail.timeline.model().rowCount() == 10)
    assert floor.detail.block.sentence.text().startswith("Captured")


async def test_a_journal_that_cannot_be_read_says_so_and_can_be_tried_again(make_floor):
    desk = FakeDesk([samples.file_in(OrderState.LINK_SENT, 0)])
    desk.fail_next = JournalError("locked")
    floor = await make_floor(desk=desk)
    steps = []
    floor.presenter.step_chosen.connect(steps.append)
    assert "Another copy" in floor.orders.notice.sentence.text()
    typist.click(floor.orders.notice.step)
    assert steps == ["retry_journal"]  # whoever opened the desk opens it again, then loads
    floor.presenter.load()
    await until(lambda: floor.orders.model.rowCount() == 1)


async def test_states_that_end_by_the_clock_end_on_the_screen(floor):
    file = samples.file_in(OrderState.LINK_SENT, 0)
    soon = replace(file.order.checkouts[0], expires_at=samples.NOW + timedelta(seconds=1))
    floor.presenter.order_changed(replace(file, order=replace(file.order, checkouts=(soon,))))
    await until(lambda: floor.presenter._orders.file("4170").order.checkouts[0].expires_at)
    floor.desk._now = samples.NOW + timedelta(seconds=2)
    floor.presenter._orders._flush()
    floor.presenter._orders._age()
    assert floor.orders.model.row("4170").state is OrderState.LINK_EXPIRED


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (OrderState.AUTHORIZED, ("Authorized", "fulfilment"), ("Hold expired", "the agent")),
        (
            OrderState.PARTIALLY_CAPTURED,
            ("Partly captured", "fulfilment"),
            ("Captured, rest expired", "nobody"),
        ),
    ],
)
async def test_a_hold_that_ends_by_the_clock_ends_in_the_row_as_in_the_sentence(
    make_floor, state, before, after
):
    file = samples.file_in(state, 0)
    ends = samples.NOW + timedelta(seconds=1)
    held = replace(file.order.transaction, authorization_expires_at=ends)
    file = replace(file, order=replace(file.order, transaction=held))
    floor = await make_floor(files=[file])
    floor.orders.choose("4170")
    await until(lambda: floor.detail.title.text().startswith("Order 4170"))
    model = floor.orders.model

    def cells():
        return tuple(model.index(0, column).data() for column in (Column.STATE, Column.NEXT))

    assert cells() == before
    floor.desk._now = ends  # nothing else happens: the second's own tick must find it
    await until(lambda: cells() == after)
    assert model.row("4170").since == ends
    assert "ended" in floor.detail.block.sentence.text()
    assert floor.detail.times.text().startswith(f"{after[0]} · ")
    assert floor.detail.times.text().endswith(f"next: {after[1]}")
    assert not floor.button("capture").isVisible()


async def test_an_archived_order_leaves_the_list_and_stays_on_the_screen_it_is_read_on(floor):
    await floor.choose(OrderState.CAPTURED)
    file = floor.desk.files["4172"]
    floor.presenter.order_changed(replace(file, order=replace(file.order, archived=True)))
    await until(lambda: floor.orders.model.row("4172") is None)
    assert floor.detail.title.text().startswith("Order 4172")
    floor.presenter._orders._age()  # time alone does not bring it back
    assert floor.orders.model.row("4172") is None


async def test_a_search_looks_into_the_history_too(floor):
    old = samples.file_in(OrderState.REFUNDED, 3, order_id="OLD-17")
    floor.desk.history.append(old)
    floor.window.focus_search()
    typist.write("old-17")
    await until(lambda: floor.orders.model.rowCount() == 1)
    floor.orders.choose("OLD-17")
    floor.desk.files["OLD-17"] = old
    await until(lambda: floor.detail.title.text().startswith("Order OLD-17"))
    floor.window.header.search.clear()
    await until(lambda: floor.orders.model.row("OLD-17") is None)


async def test_clearing_the_search_by_its_notice_clears_the_box(floor):
    floor.window.focus_search()
    typist.write("nobody")
    typist.click(floor.orders.notice.step)
    assert floor.window.header.search.text() == ""
    assert floor.orders.model.rowCount() == len(STATES)


# --- commands ------------------------------------------------------------------------------------


async def test_capture_is_one_press_and_the_buttons_sleep_meanwhile(floor):
    await floor.choose(OrderState.AUTHORIZED)
    floor.desk.gate = asyncio.Event()
    for _ in range(5):
        typist.double_click(floor.button("capture"))
        typist.press(
            Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
    await asyncio.sleep(0)
    assert not floor.button("capture").isEnabled()
    floor.desk.gate.set()
    await until(lambda: floor.detail.block.sentence.text().startswith("Captured"))
    assert floor.called("capture") == [("capture", NUMBER[OrderState.AUTHORIZED], 124650)]
    assert not floor.button("capture").isVisible()
    assert floor.button("refund").isEnabled()


@pytest.mark.parametrize(
    ("state", "command", "kind", "call"),
    [
        (OrderState.AUTHORIZED, "void", ConfirmDialog, ("void", None)),
        (OrderState.CAPTURED, "refund", ConfirmDialog, ("refund", 125400)),
        (OrderState.LINK_SENT, "close_link", ConfirmDialog, ("supersede", None)),
    ],
)
async def test_what_cannot_be_undone_is_asked_about_first(floor, state, command, kind, call):
    await floor.choose(state)
    typist.click(floor.button(command))
    dialog = await floor.dialog(kind)
    assert floor.called(call[0]) == []
    typist.click(dialog.confirm_button)
    await until(lambda: floor.called(call[0]))
    assert floor.called(call[0]) == [(call[0], NUMBER[state], call[1])]


async def test_saying_no_does_nothing(floor):
    await floor.choose(OrderState.AUTHORIZED)
    typist.click(floor.button("void"))
    dialog = await floor.dialog(ConfirmDialog)
    typist.click(dialog.cancel_button)
    await asyncio.sleep(0.02)
    assert floor.called("void") == []


@pytest.mark.parametrize(
    ("state", "command", "call"),
    [
        (OrderState.CAPTURED, "partial_refund", "refund"),
        (OrderState.AUTHORIZED, "partial_capture", "capture"),
    ],
)
async def test_a_part_is_typed(floor, state, command, call):
    await floor.choose(state)
    typist.click(floor.button(command))
    dialog = await floor.dialog(AmountDialog)
    dialog.amount.editor.setFocus()
    typist.write("25")
    typist.click(dialog.confirm_button)
    await until(lambda: floor.called(call))
    assert floor.called(call) == [(call, NUMBER[state], 25_00)]


async def test_a_shipment_is_told(floor):
    await floor.choose(OrderState.AUTHORIZED)
    typist.click(floor.button("update"))
    dialog = await floor.dialog(ShipmentDialog)
    dialog.carrier.editor.setFocus()
    typist.write("UPS")
    typist.press(Qt.Key.Key_Tab)
    typist.write("1Z")
    typist.click(dialog.confirm_button)
    await until(lambda: floor.called("update_shipping"))
    assert floor.called("update_shipping")[0][2] == ("UPS", "1Z")


@pytest.mark.parametrize(
    ("state", "command", "call"),
    [
        (OrderState.LINK_SENT, "resend", "resend"),
        (OrderState.LINK_SENT, "refresh", "refresh"),
        (OrderState.LINK_SENT, "authorize", "authorize"),
        (OrderState.MAY_HAVE_BEEN_SENT, "send_again", "send_again"),
    ],
)
async def test_what_can_be_undone_is_done_at_once(floor, state, command, call):
    await floor.choose(state)
    typist.double_click(floor.button(command))
    await until(lambda: floor.called(call))
    await asyncio.sleep(0.02)
    assert len(floor.called(call)) == 1


async def test_a_supervisor_lifts_a_freeze(make_floor):
    floor = await make_floor(samples.profile(role=Role.SUPERVISOR))
    await floor.choose(OrderState.FROZEN)
    typist.click(floor.button("lift_freeze"))
    typist.click((await floor.dialog(ConfirmDialog)).confirm_button)
    await until(lambda: floor.called("lift_freeze"))


async def test_a_supervisor_gives_a_verdict(make_floor):
    file = samples.file_in(OrderState.OUTCOME_UNKNOWN, 4)
    file = replace(file, order=replace(file.order, alerts=(Alert.UNKNOWN_TOO_LONG,)))
    floor = await make_floor(samples.profile(role=Role.SUPERVISOR), files=[file])
    floor.orders.choose("4174")
    typist.click(floor.button("give_verdict"))
    dialog = await floor.dialog(VerdictDialog)
    (asked,) = (o for o in file.order.operations if not o.settled)
    another = replace(asked, operation_id="another")
    settled = replace(asked, state=OperationState.DONE, settled_at=samples.NOW)
    others = (o for o in file.order.operations if o.settled)
    moved = replace(file.order, operations=(*others, settled, another), version=99)
    floor.desk.listener.order_changed(replace(file, order=moved))
    typist.click(dialog.not_done_button)
    await until(lambda: floor.called("give_verdict"))
    assert floor.called("give_verdict") == [("give_verdict", "4174", (asked.operation_id, False))]


async def test_a_refusal_of_ours_is_told_and_the_buttons_wake(floor):
    await floor.choose(OrderState.LINK_SENT)
    floor.desk.fail_next = CommandRefusedError("resend_too_soon", wait_s=9)
    typist.click(floor.button("resend"))
    await until(lambda: floor.detail.outcome.isVisible())
    assert "in 9 s" in floor.detail.outcome.text()
    assert floor.button("resend").isEnabled()


async def test_the_link_is_copied_in_the_sandbox(floor):
    await floor.choose(OrderState.LINK_SENT)
    typist.click(floor.button("copy_link"))
    assert QGuiApplication.clipboard().text().startswith("https://sandbox.affirm.com/checkout/")
    assert floor.detail.outcome.text() == "The link is copied."


# --- what a search and a choice say --------------------------------------------------------------


async def test_a_search_that_failed_does_not_say_that_there_is_no_order(floor):
    floor.window.focus_search()
    floor.desk.fail_next = JournalError("io")
    typist.write("x17")
    await until(lambda: "could not be searched" in floor.orders.notice.sentence.text())
    assert "The disk does not take" in floor.orders.notice.sentence.text()
    typist.write("8")  # the disk is well again
    await until(lambda: "No order fits" in floor.orders.notice.sentence.text())


async def test_a_timeline_that_cannot_be_read_says_so(floor):
    async def fails(order_id):
        raise JournalError("io")

    floor.desk.timeline = fails
    await floor.choose(OrderState.LINK_SENT)
    await until(lambda: "The disk does not take" in floor.detail.timeline.empty_text)


async def test_an_order_that_the_search_hides_is_chosen_and_the_box_is_emptied(floor):
    floor.window.focus_search()
    typist.write(NUMBER[OrderState.CAPTURED])
    assert floor.orders.model.rowCount() == 1
    await floor.choose(OrderState.LINK_SENT)
    assert floor.window.header.search.text() == ""
    assert floor.orders.model.rowCount() == len(STATES)


async def test_an_order_that_a_chip_hides_is_chosen_within_its_search(floor):
    old = samples.file_in(OrderState.REFUNDED, 3, order_id="OLD-17")
    floor.desk.history.append(old)
    floor.desk.files["OLD-17"] = old
    floor.window.focus_search()
    typist.write("old-17")
    await until(lambda: floor.orders.model.rowCount() == 1)
    typist.click(floor.orders.findChild(object, "chip_danger"))
    assert floor.orders.model.rowCount() == 0
    floor.orders.choose("OLD-17")
    await until(lambda: floor.detail.title.text().startswith("Order OLD-17"))
    assert floor.window.header.search.text() == "old-17"


async def test_enter_in_a_search_without_an_order_leads_to_the_way_out(floor):
    floor.window.focus_search()
    typist.write("nobody")
    typist.press(Qt.Key.Key_Return)
    assert typist.focused() is floor.orders.notice.step
    typist.press(Qt.Key.Key_Return)
    assert floor.orders.model.rowCount() == len(STATES)


async def test_what_many_searches_found_is_not_kept(floor):
    kept = len(floor.presenter._orders._files)
    for number in range(5):
        found = samples.file_in(OrderState.REFUNDED, 3, order_id=f"OLD-{number}")
        found = replace(found, order=replace(found.order, archived=True))
        floor.desk.history.append(found)
    floor.window.focus_search()
    typist.write("old-")
    await until(lambda: floor.orders.model.rowCount() == 5)
    floor.window.header.search.clear()
    assert len(floor.presenter._orders._files) == kept


async def test_the_keys_come_back_to_the_commands_once_one_is_done(floor):
    await floor.choose(OrderState.AUTHORIZED)
    floor.button("capture").setFocus()
    floor.desk.gate = asyncio.Event()
    typist.press(Qt.Key.Key_Space)
    assert not floor.button("refresh").isEnabled()
    floor.desk.gate.set()
    await until(lambda: typist.focused() is floor.button("refresh"))
    assert not floor.button("capture").isVisible()


async def test_who_went_on_meanwhile_stays_there(floor):
    await floor.choose(OrderState.AUTHORIZED)
    floor.button("capture").setFocus()
    floor.desk.gate = asyncio.Event()
    typist.press(Qt.Key.Key_Space)
    floor.window.focus_search()
    floor.desk.gate.set()
    await until(lambda: floor.button("refresh").isEnabled())
    assert typist.focused() is floor.window.header.search
