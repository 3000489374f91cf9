"""Does the detail show exactly what is true and exactly what may be done?"""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from telesales_desktop.application.profile import Role
from telesales_desktop.domain.money import Environment
from telesales_desktop.domain.order import OperationKind, OperationState
from telesales_desktop.domain.order_state import CommandName, OrderState, allowed_commands
from telesales_desktop.ui.command_bar import CLOSE_LINK
from telesales_desktop.ui.order_detail import OrderDetail
from telesales_desktop.ui.order_sheet import sheet_of
from tests.ui import samples, typist

NOW = samples.NOW


@pytest.fixture
def detail(qtbot, theme, english):
    made = OrderDetail(theme, english, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(900, 480)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def show(detail, english):
    def show_file(file, profile=None, *, busy=False):
        detail.show_order(sheet_of(file, NOW, english, profile or samples.profile(), busy=busy))
        detail.show_timeline(samples.timeline_of(file))
        return detail

    return show_file


def buttons(detail):
    found = detail.commands.findChildren(QPushButton)
    return {b.objectName().removeprefix("command_") for b in found if b.isVisible()}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", OrderState)
def test_exactly_the_allowed_commands_have_a_button(show, state, role):
    profile = samples.profile(role=role)
    file = samples.file_in(state)
    allowed = allowed_commands(
        file.order, NOW, is_supervisor=role is Role.SUPERVISOR, split_capture=True
    )
    wanted = {command.value for command in allowed}
    if CommandName.SUPERSEDE in allowed:
        wanted.add(CLOSE_LINK)
    assert buttons(show(file, profile)) == wanted


def test_an_unknown_outcome_hides_every_button_that_could_repeat_it(show):
    moving = {
        CommandName.CAPTURE, CommandName.PARTIAL_CAPTURE, CommandName.REFUND,
        CommandName.PARTIAL_REFUND, CommandName.VOID, CommandName.AUTHORIZE,
    }  # fmt: skip
    shown = buttons(show(samples.file_in(OrderState.OUTCOME_UNKNOWN)))
    assert shown & {command.value for command in moving} == set()


@pytest.mark.parametrize("environment", Environment)
def test_no_link_on_a_live_desk(show, environment):
    profile = samples.profile(environment)
    detail = show(samples.file_in(OrderState.LINK_SENT, environment=environment), profile)
    live = environment is Environment.LIVE
    assert (CommandName.COPY_LINK.value in buttons(detail)) is not live
    assert bool(detail._sheet.link) is not live


def test_without_split_capture_no_part_can_be_taken(show):
    profile = samples.profile(split_capture=False)
    shown = buttons(show(samples.file_in(OrderState.AUTHORIZED), profile))
    assert "partial_capture" not in shown
    assert "capture" in shown


def test_a_press_names_its_command(show, qtbot):
    detail = show(samples.file_in(OrderState.AUTHORIZED))
    with qtbot.waitSignal(detail.command_chosen) as chosen:
        typist.click(detail.commands.button("void"))
    assert chosen.args == ["void"]


def test_a_shortcut_presses_its_button_and_only_while_it_is_there(show, qtbot):
    detail = show(samples.file_in(OrderState.AUTHORIZED))
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    detail.timeline.setFocus()
    with qtbot.waitSignal(detail.command_chosen) as chosen:
        typist.press(Qt.Key.Key_C, both)
    assert chosen.args == ["capture"]
    show(samples.file_in(OrderState.CAPTURED))
    with qtbot.assertNotEmitted(detail.command_chosen):
        typist.press(Qt.Key.Key_C, both)


def test_while_a_command_runs_nothing_can_be_pressed(show, qtbot):
    detail = show(samples.file_in(OrderState.AUTHORIZED), busy=True)
    with qtbot.assertNotEmitted(detail.command_chosen):
        for name in buttons(detail):
            typist.click(detail.commands.button(name))


@pytest.mark.parametrize("state", OrderState)
def test_the_sentence_is_the_states_own(show, state, english):
    detail = show(samples.file_in(state))
    assert detail.block.sentence.text() == detail._sheet.sentence
    assert detail.title.text().startswith("Order 4171")


def test_times_say_since_when_and_who_is_next(show):
    detail = show(samples.file_in(OrderState.OPENED))
    assert detail.times.text().replace("\u00a0", " ").startswith("Opened · 8 min ago")
    assert detail.times.text().endswith("next: the customer")
    assert "3\u00a0s ago" in detail.proof.text()


def test_an_order_that_affirm_never_saw_claims_no_proof(show):
    assert show(samples.file_in(OrderState.KEPT)).proof.text() == ""
    assert "No proof" in show(samples.file_in(OrderState.SENDING)).proof.text()


def test_a_refused_command_is_told_beside_the_state(show):
    file = samples.file_in(OrderState.AUTHORIZED)
    refused = samples.operation(
        file.order, OperationKind.CAPTURE, OperationState.REFUSED, verdict="capture-declined"
    )
    file = replace(file, order=replace(file.order, operations=(refused,)))
    detail = show(file)
    assert detail.block.refusal.text() == "Not captured. Affirm declined the capture."
    assert show(samples.file_in(OrderState.AUTHORIZED)).block.refusal.isHidden()


def test_the_timeline_has_time_text_and_source(show):
    detail = show(samples.file_in(OrderState.CAPTURED))
    model = detail.timeline.model()
    assert model.rowCount() == 10
    line = [model.index(4, column).data() for column in range(3)]
    assert line[1:] == ["The customer's browser came back from Affirm", "customer's browser"]
    assert (
        detail.timeline.verticalScrollBar().value() == detail.timeline.verticalScrollBar().maximum()
    )


def test_no_line_of_the_timeline_is_cut(show, qtbot):
    detail = show(samples.file_in(OrderState.CAPTURED))
    detail.resize(420, 600)
    view = detail.timeline

    def whole():
        delegate = view.itemDelegate()
        from PySide6.QtWidgets import QStyleOptionViewItem

        for line in range(view.model().rowCount()):
            option = QStyleOptionViewItem()
            option.font = view.font()
            option.fontMetrics = view.fontMetrics()
            wanted = delegate.sizeHint(option, view.model().index(line, 1)).height()
            assert view.rowHeight(line) >= wanted

    qtbot.waitUntil(whole)


def test_details_name_the_customer_and_leave_out_what_is_empty(show):
    detail = show(samples.file_in(OrderState.LINK_SENT, 1))
    shown = {n.text(): v.text() for n, v in detail.details._lines if n.isVisibleTo(detail.details)}
    assert shown["Customer"] == "John Doe"
    assert shown["Link"] == "expiry not known, often 7 days"
    assert "Transaction" not in shown
    assert "Note" not in shown


def test_an_expiry_that_we_sent_is_shown(show):
    file = samples.file_in(OrderState.LINK_SENT)
    ends = replace(file.order.checkouts[0], expires_at=NOW + timedelta(hours=1))
    detail = show(replace(file, order=replace(file.order, checkouts=(ends,))))
    values = [v.text() for _, v in detail.details._lines]
    assert any("opens until" in value for value in values)


@pytest.mark.parametrize("state", [OrderState.MORE_INFORMATION_NEEDED, OrderState.SAID_DONE])
def test_a_link_that_ends_while_it_is_looked_at_is_said_to_have_ended(qtbot, theme, english, state):
    times = [NOW]
    detail = OrderDetail(theme, english, lambda: times[-1])
    qtbot.addWidget(detail)
    detail.show()
    file = samples.file_in(state)
    ends = replace(file.order.checkouts[0], expires_at=NOW + timedelta(hours=1))
    file = replace(file, order=replace(file.order, checkouts=(ends,)))
    detail.show_order(sheet_of(file, NOW, english, samples.profile(), busy=False))

    def link():
        shown = {n.text(): v.text() for n, v in detail.details._lines}
        return shown["Link"].replace("\u00a0", " ")

    assert link() == "opens until 11:47 AM"
    times.append(NOW + timedelta(hours=1))  # nothing else: the detail's own clock must see it
    qtbot.waitUntil(lambda: link() == "expired at 11:47 AM")
    times.append(NOW + timedelta(days=1))
    qtbot.waitUntil(lambda: link() == "expired on Dec 1 at 11:47 AM")


def test_another_order_starts_without_the_last_outcome(show):
    detail = show(samples.file_in(OrderState.AUTHORIZED, 1))
    detail.show_outcome("That did not work.")
    assert detail.outcome.isVisible()
    show(samples.file_in(OrderState.AUTHORIZED, 2))
    assert not detail.outcome.isVisible()


def test_nothing_chosen_is_said(detail):
    detail.show_nothing()
    assert "Choose an order" in detail.notice.sentence.text()
    assert not detail.notice.step.isVisible()


def test_a_title_that_has_no_room_ends_in_an_ellipsis_and_its_whole_is_told(show, detail):
    file = samples.file_in(OrderState.CAPTURED)
    customer = replace(file.details.customer, last_name="—" * 90)  # ink without a gap
    show(replace(file, details=replace(file.details, customer=customer)))
    QApplication.processEvents()
    picture = detail.title.grab().toImage()
    edge = {picture.pixel(picture.width() - 1, y) for y in range(picture.height())}
    assert len(edge) == 1
    assert customer.full_name in detail.title.toolTip()


def test_the_timelines_header_does_not_answer_the_pointer(detail):
    """Nothing is sorted by it; Qt shows one that can be pressed under the pointer."""
    assert not detail.timeline.horizontalHeader().sectionsClickable()
