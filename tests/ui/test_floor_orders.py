"""Does the window follow the floor, and are orders taken over and handed over with open eyes?"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from telesales_desktop.application.floor_values import FloorCommand, Holding
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.domain.relay_errors import RelayTokenRefusedError, RelayUnreachableError
from telesales_desktop.ui.confirm_dialogs import ConfirmDialog
from telesales_desktop.ui.person_dialog import PersonDialog
from tests.ui import samples, shared_samples, typist
from tests.ui.fake_desk import FakeDesk
from tests.ui.floor import until

pytestmark = pytest.mark.qt_loop

BOSS = replace(samples.profile(role=Role.SUPERVISOR), person_id="p-dana")


@pytest.fixture
async def boss(make_floor):
    every = shared_samples.floor()
    desk = FakeDesk([shared.file for shared in every])
    desk.shared = {shared.order_id: shared for shared in every}
    desk.persons = list(shared_samples.PEOPLE)
    return await make_floor(profile=BOSS, desk=desk)


async def choose(floor, order_id):
    floor.orders.choose(order_id)
    await until(lambda: floor.detail.title.text().startswith(f"Order {order_id}"))


def notes(floor):
    return [
        line.text.text() for line in floor.detail.notes._lines if line.isVisibleTo(floor.detail)
    ]


async def test_the_whole_floor_is_there_at_once(boss):
    assert boss.orders.model.rowCount() == 16
    assert boss.orders.model.order_id(0) == "4171"


async def test_an_order_held_elsewhere_has_no_money_command(boss):
    await choose(boss, "4183")
    assert boss.button("take_over").isVisible()
    assert boss.button("hand_over").isVisible()
    for name in ("capture", "void", "refresh", "update"):
        assert not boss.button(name).isVisible()


async def test_taking_over_names_order_customer_holder_and_effect(boss):
    await choose(boss, "4171")
    typist.press(
        Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    dialog = await boss.dialog(ConfirmDialog)
    for part in ("4171", "John Doe", "$1,246.50", "Sam K."):
        assert part in dialog.sentence.text()
    assert "Affirm is read before anything else" in dialog.effect.text()
    assert boss.called("take_over") == []
    typist.click(dialog.confirm_button)
    await until(lambda: boss.button("authorize").isVisible() or boss.button("refresh").isVisible())
    assert boss.called("take_over") == [("take_over", "4171", None)]
    assert not boss.button("take_over").isVisible()


async def test_who_was_slower_is_told(boss):
    await choose(boss, "4171")
    boss.desk.fail_next = CommandRefusedError("held_elsewhere")
    typist.click(boss.button("take_over"))
    dialog = await boss.dialog(ConfirmDialog)
    typist.click(dialog.confirm_button)
    await until(lambda: boss.detail.outcome.isVisible())
    assert "Somebody else was faster" in boss.detail.outcome.text()
    assert boss.button("take_over").isEnabled()


async def test_handing_over_asks_to_whom_and_names_them(boss):
    await choose(boss, "4175")
    typist.click(boss.button("hand_over"))
    dialog = await boss.dialog(PersonDialog)
    choice = dialog.person.editor
    await until(choice.isEnabled)
    await until(lambda: dialog.is_awake)
    assert not dialog.confirm_button.isEnabled()
    assert [choice.itemText(n) for n in range(choice.count())] == [
        "Choose a colleague", "Émilie Gagnon (agent)", "Sam K. (agent)", "Tom Alvarez (supervisor)",
    ]  # fmt: skip
    typist.press(Qt.Key.Key_Down)
    typist.press(Qt.Key.Key_Down)
    assert dialog.confirm_button.text() == "Hand over to Sam K."
    for part in ("4175", "Zoë Benoît-Desrosiers", "$1,276.50", "Sam K."):
        assert part in dialog.sentence.text()
    typist.click(dialog.confirm_button)
    await until(lambda: boss.called("hand_over"))
    assert boss.called("hand_over") == [("hand_over", "4175", "p-sam")]
    await until(lambda: notes(boss) != [])
    assert notes(boss) == ["Nobody acts on this order now: it was handed over or left."]


async def test_with_nobody_else_there_is_nobody_to_hand_it_to(boss):
    boss.desk.persons = [p for p in shared_samples.PEOPLE if p.is_me]
    await choose(boss, "4175")
    typist.click(boss.button("hand_over"))
    dialog = await boss.dialog(PersonDialog)
    await until(dialog.problem.isVisible)
    assert "knows nobody else" in dialog.problem.text()
    assert not dialog.confirm_button.isVisible()
    assert not dialog.retry_button.isVisible()


async def test_while_people_are_looked_up_it_says_so_and_esc_calls_it_off(boss):
    await choose(boss, "4175")
    boss.desk.gate = asyncio.Event()
    typist.click(boss.button("hand_over"))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PersonDialog)  # within the press, before anything is answered
    assert dialog.person.editor.currentText() == "Looking up colleagues…"
    assert not dialog.person.editor.isEnabled()
    dialog = await boss.dialog(PersonDialog)
    typist.press(Qt.Key.Key_Space)  # a second press of what opened it
    typist.press(Qt.Key.Key_Return)
    assert dialog.isVisible()
    typist.press(Qt.Key.Key_Escape)
    await until(lambda: QApplication.activeModalWidget() is None)
    typist.click(boss.button("hand_over"))  # while the first look-up has not even ended
    again = await boss.dialog(PersonDialog)
    assert again is not dialog
    boss.desk.gate.set()
    await until(again.person.editor.isEnabled)
    assert again.focusWidget() is again.person.editor
    assert boss.called("people") == [("people", "", None)] * 2
    assert boss.called("hand_over") == []
    assert boss.detail.outcome.isHidden()


async def test_what_is_answered_after_the_question_was_closed_is_dropped(boss, monkeypatch):
    shown = []
    monkeypatch.setattr(PersonDialog, "show_people", lambda dialog, people: shown.append(people))
    await choose(boss, "4175")
    boss.desk.gate = asyncio.Event()
    typist.click(boss.button("hand_over"))
    runner = boss.presenter._orders._runner
    monkeypatch.setattr(runner, "cancel", lambda name: None)  # as if the answer had come already
    QApplication.activeModalWidget().reject()
    boss.desk.gate.set()
    await until(lambda: not runner.is_running("people:1"))
    assert shown == []


async def test_without_the_relay_nobody_can_be_found_until_it_answers_again(boss):
    await choose(boss, "4175")
    boss.desk.fail_next = RelayUnreachableError()
    typist.click(boss.button("hand_over"))
    dialog = await boss.dialog(PersonDialog)
    await until(dialog.problem.isVisible)
    assert "relay does not answer" in dialog.problem.text()
    assert "Try again in a moment" in dialog.problem.text()
    assert not dialog.confirm_button.isVisible()
    assert dialog.focusWidget() is dialog.retry_button
    await until(lambda: dialog.is_awake)
    typist.click(dialog.retry_button)
    await until(dialog.person.editor.isEnabled)
    assert dialog.problem.isHidden()
    assert dialog.confirm_button.isVisible()
    assert boss.called("hand_over") == []


async def test_a_computer_that_the_relay_does_not_know_is_told_whom_to_ask(boss):
    await choose(boss, "4175")
    boss.desk.fail_next = RelayTokenRefusedError()
    typist.click(boss.button("hand_over"))
    dialog = await boss.dialog(PersonDialog)
    await until(dialog.problem.isVisible)
    assert "new enrolment code" in dialog.problem.text()


async def test_losing_the_holders_place_is_said_at_once_and_takes_the_commands_away(boss):
    await choose(boss, "4175")
    assert boss.button("resend").isVisible()
    mine = boss.desk.shared["4175"]
    elsewhere = replace(
        mine, holding=Holding.ELSEWHERE, holder_name="Tom Alvarez", workstation="DESK-TOM",
        allowed=frozenset({FloorCommand.TAKE_OVER}),
    )  # fmt: skip
    boss.desk.tell_shared(elsewhere)
    await until(lambda: not boss.button("resend").isVisible())
    assert notes(boss)[0].startswith("Tom Alvarez has taken this order over (DESK-TOM)")
    boss.desk.tell_shared(mine)  # taken back
    await until(lambda: boss.button("resend").isVisible())
    assert notes(boss) == []


async def test_a_change_of_place_alone_is_shown(boss):
    moved = replace(boss.desk.shared["4170"], workstation="FLOOR-12")
    boss.desk.tell_shared(moved)
    await until(lambda: boss.orders.model.row("4170").workstation == "FLOOR-12")


async def test_news_of_a_colleagues_order_moves_the_list(boss):
    confirmed = samples.file_in(OrderState.CONFIRMED, 2, age=timedelta(seconds=30))
    boss.desk.tell_shared(replace(boss.desk.shared["4172"], file=confirmed))
    await until(lambda: boss.orders.model.place("4172") == 0)
    assert boss.orders.model.is_pinned(0)
    assert boss.orders.model.is_pinned(1)


async def test_an_order_that_leaves_the_floor_leaves_the_list(boss):
    over = boss.desk.shared["4177"]
    archived = replace(over.file, order=replace(over.file.order, archived=True))
    boss.desk.tell_shared(replace(over, file=archived))
    await until(lambda: boss.orders.model.row("4177") is None)


async def test_what_is_told_while_the_floor_is_loaded_is_newer_than_what_was_asked(make_floor):
    every = shared_samples.floor()[:2]
    desk = FakeDesk()
    desk.shared = {shared.order_id: shared for shared in every}
    floor = await make_floor(profile=BOSS, desk=desk)
    desk.gate = asyncio.Event()
    floor.presenter.load()
    desk.floor(replace(every[0], workstation="FLOOR-99"))
    desk.gate.set()
    await until(lambda: floor.orders.model.row("4170") is not None)
    await until(lambda: floor.orders.model.row("4170").workstation == "FLOOR-99")


async def test_an_agent_whose_second_desk_has_the_order_reads_who_acts(make_floor):
    mine = shared_samples.shared(
        samples.file_in(OrderState.AUTHORIZED, 1),
        "p-sam",
        allowed=frozenset({FloorCommand.TAKE_OVER}),
    )
    desk = FakeDesk()
    desk.shared = {"4171": mine}
    floor = await make_floor(desk=desk)
    await choose(floor, "4171")
    assert "Sam K. acts on this order (FLOOR-07)" in notes(floor)[0]
    assert floor.button("take_over").isVisible()
    assert not floor.button("capture").isVisible()
    assert floor.orders.model.is_elsewhere(0)
    assert floor.detail.timeline.empty_text == "What happened is told at its own desk."
    floor.window.grab()  # faded, and with the sentence: both are painted


async def test_after_stopping_nobody_listens(boss):
    boss.presenter.stop()
    assert boss.desk.floor is None


async def test_a_supervisor_hears_once_of_a_colleagues_order_that_is_stuck_from_now_on(boss):
    inbox = boss.window.inbox.inbox
    assert inbox.unread == 0  # what was stuck before stands in the list
    confirmed = samples.file_in(OrderState.CONFIRMED, 2, age=timedelta(seconds=30))
    stuck = replace(boss.desk.shared["4172"], file=confirmed)
    boss.desk.tell_shared(stuck)
    await until(lambda: inbox.unread == 1)
    assert inbox.item(0).text == "A. Nguyen (4172), Sam K.'s order: Confirmed, not authorized."
    assert boss.chimes == [1]
    boss.desk.tell_shared(replace(stuck, workstation="FLOOR-12"))
    await until(lambda: boss.orders.model.row("4172").workstation == "FLOOR-12")
    assert inbox.unread == 1
    mine = replace(stuck, file=samples.file_in(OrderState.FROZEN, 5), holding=Holding.HERE)
    boss.desk.tell_shared(mine)  # of its own orders the desk tells itself
    await until(lambda: boss.orders.model.row("4175").state is OrderState.FROZEN)
    assert inbox.unread == 1
