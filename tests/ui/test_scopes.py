"""Does a supervisor see the whole floor, what is stuck first, and each part of it by itself?"""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton

from telesales_desktop.application.floor_values import Holding
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.order_filter import Column, Scope
from telesales_desktop.ui.order_list_model import DISPLAY, TOOL_TIP
from telesales_desktop.ui.order_row import row_of
from telesales_desktop.ui.orders_panel import OrdersPanel
from telesales_desktop.ui.scope_row import ValueFilter
from telesales_desktop.ui.watch import Trouble
from telesales_desktop.ui.watch_labels import TROUBLES, row_word
from tests.ui import samples, shared_samples, typist

NOW = samples.NOW


def floor_row(shared):
    return row_of(shared.file, NOW, shared, me="Dana R.", me_id="p-dana", supervises=True)


@pytest.fixture
def floor():
    return {shared.order_id: shared for shared in shared_samples.floor()}


@pytest.fixture
def panel(qtbot, theme, english, floor):
    made = OrdersPanel(theme, english, lambda: NOW, supervises=True)
    qtbot.addWidget(made)
    made.resize(930, 500)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.show_orders(floor_row(shared) for shared in floor.values())
    return made


def shown(panel):
    return [panel.model.order_id(line) for line in range(panel.model.rowCount())]


def button(panel, name):
    return panel.findChild(QPushButton, name)


def press(panel, scope):
    typist.click(button(panel, f"scope_{scope}"))


def test_confirmed_and_not_authorized_stands_first_however_the_list_is_sorted(panel):
    assert shown(panel)[0] == "4171"
    assert panel.model.is_pinned(0)
    assert not panel.model.is_pinned(1)
    assert panel.model.index(0, Column.STATE).data(DISPLAY) == "Confirmed, not authorized"
    for column in Column:
        for order in Qt.SortOrder:
            panel.view.sortByColumn(column, order)
            assert shown(panel)[0] == "4171", (column, order)


def test_it_goes_back_among_the_others_once_it_is_authorized(panel, floor):
    file = samples.file_in(OrderState.AUTHORIZED, 1, age=timedelta(seconds=900))
    panel.show_changes([floor_row(replace(floor["4171"], file=file))])
    assert shown(panel)[0] != "4171"
    assert not panel.model.is_pinned(0)


def test_each_scope_counts_and_shows_its_own(panel):
    texts = [button(panel, f"scope_{scope}").text().strip() for scope in Scope]
    assert texts == ["Mine 1", "Everyone 16", "Stuck 4", "Today 1", "Unknown 1"]
    for scope, orders in (
        ("mine", ["4175"]),
        ("stuck", ["4171", "4176", "4174", "4173"]),  # the longest stuck first
        ("today", ["4183"]),
        ("unknown", ["4174"]),
    ):
        press(panel, scope)
        assert shown(panel) == orders, scope
    press(panel, "everyone")
    assert len(shown(panel)) == 16


def test_the_counts_follow_what_happens(panel, floor):
    settled = samples.file_in(OrderState.CAPTURED, 4)
    panel.show_changes([floor_row(replace(floor["4174"], file=settled))])
    assert button(panel, "scope_unknown").text().strip() == "Unknown 0"
    assert button(panel, "scope_stuck").text().strip() == "Stuck 3"
    panel.show_changes([], gone=["4171"])
    assert button(panel, "scope_stuck").text().strip() == "Stuck 2"
    assert button(panel, "scope_everyone").text().strip() == "Everyone 15"


def test_today_tells_what_is_left(panel):
    press(panel, "today")
    time = panel.model.index(0, Column.TIME)
    assert time.data(DISPLAY) == "5\u00a0h"
    assert panel.model.headerData(Column.TIME, Qt.Orientation.Horizontal) == "Left"
    assert "4:07" in time.data(TOOL_TIP)
    press(panel, "everyone")
    assert panel.model.headerData(Column.TIME, Qt.Orientation.Horizontal) == "For"


def test_what_ends_first_comes_first(panel, floor):
    held = floor["4183"]
    sooner = replace(
        held.file.order.transaction, authorization_expires_at=NOW + timedelta(minutes=20)
    )
    order = replace(held.file.order, order_id="4199", transaction=sooner)
    panel.show_changes([floor_row(replace(held, file=replace(held.file, order=order)))])
    press(panel, "today")
    assert shown(panel) == ["4199", "4183"]


def test_stuck_tells_since_when(panel, floor):
    long_ago = replace(floor["4176"], stuck_since=NOW - timedelta(hours=2))
    panel.show_changes([floor_row(long_ago)])
    press(panel, "stuck")
    line = shown(panel).index("4176")
    assert panel.model.index(line, Column.TIME).data(DISPLAY) == "2\u00a0h"


def test_what_the_desk_calls_stuck_is_stuck_even_without_a_reason_of_ours(floor):
    waits = replace(floor["4184"], stuck_since=NOW - timedelta(hours=1))
    row = floor_row(waits)
    assert row.trouble is Trouble.OTHER
    assert row_word(row) == "May have been sent"
    assert floor_row(floor["4184"]).trouble is None


def test_a_confirmation_that_only_the_relay_knows_of_stands_first_too(panel, floor):
    told = replace(floor["4172"], confirmed_at=NOW - timedelta(seconds=20))
    row = floor_row(told)
    assert (row.trouble, row.stuck_since) == (Trouble.CONFIRMED, told.confirmed_at)
    assert floor_row(replace(told, confirmed_at=NOW)).trouble is None  # a moment to authorize in
    panel.show_changes([row])
    assert set(shown(panel)[:2]) == {"4171", "4172"}


def test_an_agents_list_keeps_the_states_own_words(floor):
    row = row_of(floor["4171"].file, NOW, floor["4171"], me="Sam K.")
    assert row.trouble is None
    assert row_word(row) == "Confirmed"
    assert row.mine
    assert not row.here


def test_agent_and_workstation_are_told(panel):
    line = shown(panel).index("4170")
    told = [panel.model.index(line, column).data() for column in (Column.AGENT, Column.WORKSTATION)]
    assert told == ["Émilie Gagnon", "FLOOR-11"]
    assert not panel.view.isColumnHidden(Column.WORKSTATION)
    panel.show_search("gagnon")
    assert len(shown(panel)) == 5
    assert button(panel, "scope_everyone").text().strip() == "Everyone 5"


def choose_value(panel, name, value):
    part = panel.findChild(ValueFilter, f"filter_{name}")
    typist.click(part)
    menu = part.findChild(QMenu, "valueMenu")
    action = next(a for a in menu.actions() if a.text() == value)
    action.trigger()
    menu.close()
    return part


def test_filters_by_agent_and_store_narrow_every_scope(panel):
    part = choose_value(panel, "agent", "Sam K.")
    assert part.text() == "Sam K. ▾"
    assert part.accessibleName() == "Agent: Sam K."
    assert button(panel, "scope_everyone").text().strip() == "Everyone 6"
    assert button(panel, "scope_stuck").text().strip() == "Stuck 2"
    choose_value(panel, "store", "Outlet Laval")
    assert set(shown(panel)) == {"4174", "4179", "4184"}
    choose_value(panel, "agent", "Every agent")
    assert button(panel, "scope_everyone").text().strip() == "Everyone 3"


def test_an_empty_scope_says_so_calmly_and_leads_back(panel, floor):
    panel.show_orders([floor_row(floor["4170"])])
    for scope, sentence in (
        ("mine", "No order of this list is yours."),
        ("stuck", "Nothing is stuck."),
        ("today", "Nothing ends within a day."),
        ("unknown", "Every outcome is known."),
    ):
        press(panel, scope)
        assert panel.notice.sentence.text() == sentence
    typist.click(panel.notice.step)
    assert shown(panel) == ["4170"]
    assert button(panel, "scope_everyone").isChecked()


def test_an_order_that_scope_and_filters_hide_can_still_be_chosen(panel):
    choose_value(panel, "agent", "Sam K.")
    press(panel, "unknown")
    panel.choose("4170")
    assert panel.model.order_id(panel.view.currentIndex().row()) == "4170"
    assert button(panel, "scope_everyone").isChecked()
    assert button(panel, "filter_agent").text() == "Agent ▾"


def test_an_agent_has_chips_and_a_supervisor_scopes(panel, qtbot, theme, english):
    assert not panel.chips.isVisible()
    assert not panel.mine.isVisible()
    agents = OrdersPanel(theme, english, lambda: NOW)
    qtbot.addWidget(agents)
    agents.show()
    assert agents.chips.isVisible()
    assert not agents.scopes.isVisible()
    assert agents.view.isColumnHidden(Column.WORKSTATION)
    assert agents.view.columns_name != panel.view.columns_name


def test_keys_move_through_the_scopes(panel):
    button(panel, "scope_everyone").setFocus()
    typist.press(Qt.Key.Key_Right)
    assert typist.focused() is button(panel, "scope_stuck")
    assert shown(panel) == ["4171", "4176", "4174", "4173"]


def test_every_trouble_has_its_words(french):
    from telesales_desktop.ui.labels import word

    assert set(TROUBLES) == set(Trouble)
    for source in TROUBLES.values():
        assert word(source) != source


def test_nobodys_order_tells_no_workstation(floor):
    assert floor["4182"].holding is Holding.NOBODY
    row = floor_row(floor["4182"])
    assert row.workstation == ""
    assert row.agent == "Tom Alvarez"
