"""Does an agent find an order, see the newest news, and never lose what is chosen?"""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.labels import state_word
from telesales_desktop.ui.order_filter import Column
from telesales_desktop.ui.order_list_view import TEXT_FROM_PX
from telesales_desktop.ui.order_row import row_of
from telesales_desktop.ui.orders_panel import OrdersPanel
from telesales_desktop.ui.palettes import Tone
from tests.ui import samples, typist
from tests.ui.test_order_list_model import NOW, STATES, a_row


@pytest.fixture
def empty(qtbot, theme, english):
    made = OrdersPanel(theme, english, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(860, 420)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def panel(empty):
    empty.show_orders(a_row(n, STATES[n % len(STATES)]) for n in range(40))
    return empty


def chosen(panel):
    index = panel.view.currentIndex()
    return panel.model.order_id(index.row()) if index.isValid() else ""


def point_at(panel, line):
    """Move the pointer over a line."""
    middle = panel.view.visualRect(panel.model.index(line, 2)).center()
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(middle), panel.view.viewport().mapToGlobal(QPointF(middle)),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(panel.view.viewport(), moved)


def leave(panel):
    QApplication.sendEvent(panel.view.viewport(), QEvent(QEvent.Type.Leave))


def test_each_empty_place_says_why_and_offers_one_step(empty, qtbot):
    assert "Loading" in empty.notice.sentence.text()
    assert not empty.notice.step.isVisible()
    empty.show_failed("The journal is damaged.")
    assert empty.notice.sentence.text() == "The journal is damaged."
    with qtbot.waitSignal(empty.step_chosen) as step:
        typist.click(empty.notice.step)
    assert step.args == ["retry"]
    empty.show_orders([])
    assert "No orders yet" in empty.notice.sentence.text()
    with qtbot.waitSignal(empty.step_chosen) as step:
        typist.click(empty.notice.step)
    assert step.args == ["new_order"]


@pytest.mark.parametrize("language", ["english", "french"])
def test_no_state_is_cut_in_a_narrow_window_and_who_acts_next_is_there(
    request, qtbot, theme, language
):
    panel = OrdersPanel(theme, request.getfixturevalue(language), lambda: NOW)
    qtbot.addWidget(panel)
    panel.show_orders([a_row(1, STATES[0])])
    panel.resize(616, 420)  # what a window of 1024 has beside the form
    panel.show()
    bold = QFont(theme.font)
    bold.setWeight(QFont.Weight.DemiBold)  # as news are
    widest = max(QFontMetrics(bold).horizontalAdvance(state_word(s)) for s in OrderState)
    assert panel.view.columnWidth(Column.STATE) >= TEXT_FROM_PX + widest + 11
    assert not panel.view.isColumnHidden(Column.NEXT)


def test_at_the_usual_size_a_long_name_is_whole(theme, empty):
    empty.resize(931, 420)  # what a window of 1366 has beside the form
    empty.show_orders([a_row(1, STATES[0])])
    QApplication.processEvents()
    room = empty.view.columnWidth(Column.CUSTOMER) - 2 * 11
    assert room >= QFontMetrics(theme.font).horizontalAdvance("S. Castellanos-Villanueva")
    assert not any(empty.view.isColumnHidden(c) for c in Column if c is not Column.WORKSTATION)


def test_nothing_found_offers_to_show_all(panel, qtbot):
    panel.show_search("nobody")
    assert "No order fits" in panel.notice.sentence.text()
    with qtbot.waitSignal(panel.step_chosen) as step:
        typist.click(panel.notice.step)
    assert step.args == ["clear_search"]
    assert panel.stack.currentWidget() is panel.view
    assert panel.model.rowCount() == 40


def test_where_there_is_no_form_the_empty_list_offers_none(qtbot, theme, english):
    panel = OrdersPanel(theme, english, lambda: NOW, supervises=True, looks_only=True)
    qtbot.addWidget(panel)
    panel.show_orders(())
    assert "colleagues show up here" in panel.notice.sentence.text()
    assert panel.notice.step.isHidden()


def test_the_first_order_replaces_the_notice(empty):
    empty.show_orders([])
    empty.show_changes([a_row(1)])
    assert empty.stack.currentWidget() is empty.view


def test_choosing_tells_once(panel, qtbot):
    heard = []
    panel.order_chosen.connect(heard.append)
    panel.choose("4175")
    panel.choose("4175")
    assert heard == ["4175"]


def test_keys_choose_and_open(panel, qtbot):
    panel.choose("4170")
    panel.view.setFocus()
    typist.press(Qt.Key.Key_Down)
    assert chosen(panel) == "4171"
    with qtbot.waitSignal(panel.order_opened) as opened:
        typist.press(Qt.Key.Key_Return)
    assert opened.args == ["4171"]


def test_a_double_click_opens(panel, qtbot):
    where = panel.view.visualRect(panel.model.index(2, 1)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    with qtbot.waitSignal(panel.order_opened):
        QTest.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=where)


def test_what_is_chosen_stays_chosen_through_changes_filters_and_sorting(panel):
    panel.choose("4175")
    panel.show_changes([a_row(n, OrderState.AUTHORIZED, seconds=0) for n in range(10, 20)])
    assert chosen(panel) == "4175"
    panel.view.sortByColumn(Column.AMOUNT, Qt.SortOrder.AscendingOrder)
    assert chosen(panel) == "4175"
    panel.show_search("benoit")
    assert chosen(panel) == "4175"
    panel.show_search("")
    assert chosen(panel) == "4175"


def test_a_chosen_order_that_a_filter_lets_go_is_not_followed_by_its_neighbour(panel, qtbot):
    heard = []
    panel.choose("4175")
    panel.chips.chosen.emit(Tone.NEUTRAL)
    panel.choose(order := panel.model.order_id(1))
    panel.order_chosen.connect(heard.append)
    number = int(order) - 4170
    panel.show_changes([a_row(number, OrderState.AUTHORIZED, seconds=0)])
    assert panel.model.place(order) < 0
    assert chosen(panel) == ""
    assert heard == []  # nothing else slips under the agent's hands
    panel.show_changes([a_row(number, OrderState.OPENED, seconds=0)])
    assert chosen(panel) == order
    assert heard == []


def test_the_shown_order_is_read_as_it_changes(panel):
    panel.choose("4175")
    panel.show_changes([a_row(5, OrderState.AUTHORIZED, seconds=0)])
    assert not panel.model.is_news("4175")


def test_an_order_that_a_filter_hides_can_still_be_chosen(panel):
    panel.chips.chosen.emit(Tone.DONE)
    panel.mine.setChecked(True)
    panel.choose("4173")
    assert chosen(panel) == "4173"
    assert not panel.mine.isChecked()


def test_under_the_pointer_nothing_moves_and_the_news_is_told(panel):
    point_at(panel, 3)
    before = [panel.model.order_id(line) for line in range(40)]
    panel.show_changes([a_row(30, OrderState.AUTHORIZED, seconds=0)])
    assert [panel.model.order_id(line) for line in range(40)] == before
    assert panel.news_button.isVisible()
    assert panel.news_button.text() == "▲ Authorized: L. Wu"
    leave(panel)
    assert panel.model.order_id(0) == "4200"
    assert not panel.news_button.isVisible()


def test_the_news_button_brings_the_newest_into_view(panel):
    panel.view.scrollToBottom()
    point_at(panel, panel.view.lines_in_view()[0])
    panel.show_changes([a_row(n, OrderState.APPROVED, seconds=n - 30) for n in (30, 31)])
    assert panel.news_button.text() == "▲ Approved: G. Okafor and 1 more"
    typist.click(panel.news_button)
    assert panel.view.verticalScrollBar().value() == 0
    assert {panel.model.order_id(line) for line in (0, 1)} == {"4200", "4201"}
    assert not panel.news_button.isVisible()


def test_while_keys_are_used_nothing_moves(panel):
    panel.choose("4175")
    panel.view.setFocus()
    typist.press(Qt.Key.Key_Down)
    assert panel.view.in_use
    first = panel.model.order_id(0)
    panel.show_changes([a_row(30, OrderState.AUTHORIZED, seconds=0)])
    assert panel.model.order_id(0) == first
    panel.view._last_use_s -= 10  # a while later
    panel.view._tell_if_ended()
    assert panel.model.order_id(0) == "4200"


def test_further_down_the_lines_stand_still_while_news_comes_in_above(panel):
    panel.view.verticalScrollBar().setValue(10 * 32 + 5)
    first = panel.model.order_id(panel.view.rowAt(0))
    where = panel.view.rowViewportPosition(panel.model.place(first))
    panel.show_changes([a_row(n, OrderState.APPROVED, seconds=0) for n in (30, 31, 32)])
    panel.show_changes([a_row(50 + n, seconds=0) for n in range(2)])
    assert panel.view.rowViewportPosition(panel.model.place(first)) == where
    assert panel.news_button.isVisible()


def test_at_the_top_the_newest_comes_into_view(panel):
    panel.show_changes([a_row(50, seconds=0)])
    assert panel.view.rowAt(1) == panel.model.place("4220") == 0


def test_chips_count_and_filter(panel):
    counts = panel.model.counts()
    chip = panel.chips._chips[Tone.DANGER]
    assert chip.text().strip() == f"Look closer {counts[Tone.DANGER]}"
    typist.click(chip)
    assert panel.model.rowCount() == counts[Tone.DANGER]
    typist.click(panel.chips._chips[None])
    assert panel.model.rowCount() == 40


def test_mine_shows_only_ones_own(panel):
    typist.click(panel.mine)
    agents = {
        panel.model.index(line, Column.AGENT).data() for line in range(panel.model.rowCount())
    }
    assert agents == {"Dana R."}


def test_one_state_can_be_chosen_from_the_menu(panel, qtbot):
    typist.click(panel.state_button)
    menu = panel.findChild(QMenu, "stateMenu")
    qtbot.waitExposed(menu)
    wanted = next(a for a in menu.actions() if a.text().startswith("Captured"))
    wanted.trigger()
    menu.close()
    assert {panel.model.tone_at(line) for line in range(panel.model.rowCount())} == {Tone.DONE}
    assert panel.state_button.text() == "Captured ▾"
    panel._choose_states(frozenset({OrderState.CAPTURED, OrderState.VOIDED}))
    assert panel.state_button.text().startswith("2 ")


def test_columns_hide_where_there_is_no_room_and_come_back(panel):
    panel.resize(480, 400)
    QApplication.processEvents()
    assert panel.view.isColumnHidden(Column.AGENT)
    assert not panel.view.isColumnHidden(Column.STATE)
    panel.resize(1000, 400)
    QApplication.processEvents()
    assert not panel.view.isColumnHidden(Column.AGENT)
    assert panel.view.save_columns().isEmpty()


def test_a_column_that_was_hidden_by_hand_stays_hidden(panel, qtbot, theme, english):
    menu = panel.view.columns_menu()
    next(a for a in menu.actions() if a.text() == "Agent").trigger()
    saved = panel.view.save_columns()
    assert not saved.isEmpty()
    other = OrdersPanel(theme, english, lambda: NOW)
    qtbot.addWidget(other)
    other.view.restore_columns(saved)
    other.resize(1400, 400)
    other.show()
    assert other.view.isColumnHidden(Column.AGENT)


def test_lines_in_view_of_an_empty_list(empty):
    assert empty.view.lines_in_view() == (0, -1)
    empty.view._turn()


def test_the_programs_lines_turn_quietly_and_the_others_do_not(panel, monkeypatch):
    turned = []
    monkeypatch.setattr(panel.view, "update", turned.append)
    monkeypatch.setattr(type(panel.view._theme), "motion", property(lambda self: True))
    panel.view._turn()
    tones = {panel.model.tone_at(index.row()) for index in turned}
    assert tones == {Tone.PROGRAM}


def test_no_motion_where_the_system_wants_none(panel, monkeypatch):
    monkeypatch.setattr(type(panel.view._theme), "motion", property(lambda self: False))
    before = panel.view._delegate.turn
    panel.view._turn()
    assert panel.view._delegate.turn == before


def test_every_state_paints(panel, qtbot):
    panel.show_orders(row_of(samples.file_in(s, n), NOW) for n, s in enumerate(OrderState))
    panel.resize(860, 1100)
    assert not panel.grab().isNull()
    assert panel.view.rowAt(QPoint(5, 5).y()) == 0


def test_the_menu_key_offers_the_columns(panel):
    panel.view.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.actions()[0].text() == "Order"
    menu.close()
