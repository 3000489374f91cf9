"""Is every order in its line, however changes come, and does nothing move while the list is held?"""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.order_filter import SORT_KEYS, Column, OrderFilter
from telesales_desktop.ui.order_list_model import (
    ACCESSIBLE_TEXT,
    ALIGNMENT,
    FONT,
    NEWS,
    ORDER_ID,
    TONE,
    TOOL_TIP,
    OrderListModel,
)
from telesales_desktop.ui.order_row import needles_of, row_of
from telesales_desktop.ui.palettes import Tone
from tests.ui import samples

NOW = samples.NOW
STATES = list(OrderState)


def a_row(number, state=OrderState.LINK_SENT, seconds=None):
    age = timedelta(seconds=60 * number + 30 if seconds is None else seconds)
    return row_of(samples.file_in(state, number, age=age), NOW, me="Dana R.")


@pytest.fixture
def model(qapp, english):
    made = OrderListModel(english, lambda: NOW)
    made.load([a_row(n, STATES[n % len(STATES)]) for n in range(12)])
    return made


def shown(model):
    return [model.order_id(line) for line in range(model.rowCount())]


def expected(model, column=Column.TIME, descending=True):
    rows = [row for row in model._rows.values() if model.filter.shows(row)]
    return [r.order_id for r in sorted(rows, key=SORT_KEYS[column], reverse=descending)]


def test_qts_own_tester_is_content(model, qtmodeltester):
    qtmodeltester.check(model)


def test_the_newest_stands_on_top(model):
    assert shown(model) == expected(model)
    assert shown(model)[0] == "4170"


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_every_column_sorts_both_ways(model, column, order):
    model.sort(column, order)
    descending = order is Qt.SortOrder.DescendingOrder
    assert shown(model) == expected(model, column, descending)
    assert [model.place(order_id) for order_id in shown(model)] == list(range(12))


def test_what_a_line_says(model, english):
    row = model.row("4175")
    texts = [model.index(model.place("4175"), c).data() for c in Column]
    assert texts == [
        "Link sent",
        "4175",
        "Z. Benoît-Desrosiers",
        english.money(row.amount_cents),
        "5\u00a0min",
        "the customer",
        "Dana R.",
        "",
    ]


def test_what_a_line_is(model):
    index = model.index(model.place("4175"), Column.STATE)
    assert index.data(TONE) == Tone.NEUTRAL.value
    assert index.data(ORDER_ID) == "4175"
    assert index.data(NEWS) is False
    assert index.data(FONT) is None
    assert index.data(ACCESSIBLE_TEXT) == "Link sent"
    assert model.index(0, Column.AMOUNT).data(ALIGNMENT) & int(Qt.AlignmentFlag.AlignRight)
    assert "10:42" in model.index(model.place("4175"), Column.TIME).data(TOOL_TIP)
    assert model.index(0, Column.AGENT).data(int(Qt.ItemDataRole.EditRole)) is None


def test_headings(model):
    horizontal = Qt.Orientation.Horizontal
    assert [model.headerData(c, horizontal) for c in Column][:3] == ["State", "Order", "Customer"]
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(0, horizontal, int(Qt.ItemDataRole.ToolTipRole)) is None


def test_a_changed_order_moves_and_is_marked_as_news(model):
    model.apply([a_row(7, OrderState.AUTHORIZED, seconds=0)])
    assert shown(model)[0] == "4177"
    assert model.index(0, Column.STATE).data(NEWS)
    assert model.index(0, Column.STATE).data(FONT).bold()
    assert model.index(0, Column.STATE).data(ACCESSIBLE_TEXT) == "Authorized, new"
    model.mark_seen("4177")
    assert not model.is_news("4177")


def test_a_change_that_says_nothing_new_tells_nobody(model, qtbot):
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.counts_changed):
        model.apply([model.row("4175")])


def test_an_own_change_is_no_news(model):
    model.apply([a_row(7, OrderState.AUTHORIZED, seconds=0)], news=False)
    assert not model.is_news("4177")


def test_while_held_no_line_moves_and_news_waits(model):
    before = shown(model)
    fresh, changed = a_row(40, seconds=1), a_row(7, OrderState.AUTHORIZED, seconds=0)
    model.apply([fresh, changed], hold=True)
    assert shown(model) == before
    assert model.index(model.place("4177"), Column.STATE).data() == "Authorized"  # true at once
    assert [row.order_id for row in model.waiting] == ["4210", "4177"]
    model.release()
    assert shown(model)[:2] == ["4177", "4210"]
    assert model.waiting == ()
    assert shown(model) == expected(model)


def test_a_held_change_that_keeps_its_place_does_not_wait(model):
    row = model.row("4175")
    model.apply([replace(row, agent="Sam K.")], hold=True)
    assert model.waiting == ()
    assert model.index(model.place("4175"), Column.AGENT).data() == "Sam K."


def test_the_chosen_line_follows_its_order(model):
    chosen = QPersistentModelIndex(model.index(model.place("4178"), 0))
    model.apply([a_row(n, OrderState.AUTHORIZED, seconds=0) for n in (3, 8)])
    assert chosen.data(ORDER_ID) == "4178"
    model.apply([a_row(n, OrderState.CAPTURED, seconds=n) for n in range(12)])  # one new layout
    assert chosen.data(ORDER_ID) == "4178"
    assert shown(model) == expected(model)


def test_filters(model):
    model.set_filter(OrderFilter(tones=frozenset({Tone.NEUTRAL})))
    assert set(shown(model)) == {"4175", "4176", "4177", "4178"}
    model.set_filter(OrderFilter(states=frozenset({OrderState.OPENED})))
    assert shown(model) == ["4176"]
    model.set_filter(OrderFilter(agent="Sam K."))
    assert set(shown(model)) == {"4173", "4177", "4181"}
    model.set_filter(OrderFilter())
    assert len(shown(model)) == 12


def test_counts_are_of_the_search_and_the_agent_but_not_of_the_chips(model):
    assert sum(model.counts().values()) == 12
    model.set_filter(OrderFilter(agent="Sam K.", tones=frozenset({Tone.DONE})))
    assert sum(model.counts().values()) == 3
    assert model.state_counts()[OrderState.APPROVED] == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("benoit", {"4175"}),
        ("TREMBLAY marie", {"4170", "4178"}),
        ("(613) 555-0134", {"4175"}),
        ("4176", {"4176"}),
        ("sofa 4176", {"4176"}),
        ("nobody", set()),
    ],
)
def test_search(model, text, found):
    model.set_filter(OrderFilter(needles=needles_of(text)))
    assert set(shown(model)) == found


def test_orders_of_the_history_are_there_while_the_search_is(model):
    model.set_filter(OrderFilter(needles=needles_of("sofa")))
    old = replace(a_row(90, OrderState.REFUNDED), order_id="0017")
    model.show_found([old, model.row("4175")])
    assert "0017" in shown(model)
    assert model.total == 12
    model.set_filter(OrderFilter())
    assert model.row("0017") is None


def test_an_order_of_the_history_that_changes_stays(model):
    model.set_filter(OrderFilter(needles=needles_of("sofa")))
    old = replace(a_row(90, OrderState.REFUNDED), order_id="0017")
    model.show_found([old])
    model.apply([replace(old, state=OrderState.DISPUTED)])
    model.set_filter(OrderFilter())
    assert "0017" in shown(model)


def test_an_order_that_no_longer_fits_the_filter_goes(model):
    model.set_filter(OrderFilter(tones=frozenset({Tone.NEUTRAL})))
    model.apply([a_row(6, OrderState.AUTHORIZED, seconds=0), a_row(30, OrderState.OPENED)])
    assert "4176" not in shown(model)
    assert "4200" in shown(model)


def test_time_passes_only_for_the_lines_in_view(model, qtbot):
    with qtbot.waitSignal(model.dataChanged) as told:
        model.tick(2, 5)
    first, last, _ = told.args
    assert (first.row(), last.row(), first.column()) == (2, 5, Column.TIME)
    with qtbot.assertNotEmitted(model.dataChanged):
        model.tick(0, -1)
        model.tick(5, 99)


@pytest.mark.parametrize("seed", range(20))
def test_any_mixture_of_changes_ends_in_the_right_order(qapp, english, seed):
    chance = random.Random(seed)
    model = OrderListModel(english, lambda: NOW)
    model.load([])
    for _ in range(40):
        rows = [
            a_row(chance.randrange(30), chance.choice(STATES), seconds=chance.randrange(900))
            for _ in range(chance.choice((1, 2, 9)))
        ]
        model.apply(rows, hold=chance.random() < 0.4)
        if chance.random() < 0.2:
            tones = (
                frozenset(chance.sample(list(Tone), 2)) if chance.random() < 0.7 else frozenset()
            )
            model.set_filter(OrderFilter(tones=tones))
        if chance.random() < 0.1:
            model.sort(chance.choice(list(Column)), chance.choice(list(Qt.SortOrder)))
        assert [model.place(i) for i in shown(model)] == list(range(model.rowCount()))
        in_scope = [row.tone for row in model._rows.values() if model.filter.in_scope(row)]
        assert +model.counts() == Counter(in_scope)
    model.sort(Column.TIME, Qt.SortOrder.DescendingOrder)
    assert shown(model) == expected(model)


def test_a_row_equal_in_all_but_its_number_has_its_own_place(qapp, english):
    model = OrderListModel(english, lambda: NOW)
    twins = [replace(a_row(1), order_id=name) for name in ("b", "a", "c")]
    model.load(twins)
    for column in Column:
        model.sort(column)
        assert shown(model) == ["a", "b", "c"]


def test_an_order_that_is_over_leaves_the_list_and_the_counts(model):
    before = model.counts().total()
    model.drop(["4175", "nobody's"])
    assert "4175" not in shown(model)
    assert model.row("4175") is None
    assert model.counts().total() == before - 1 == model.total
    model.apply([a_row(5, OrderState.OPENED)])  # news brings it back
    assert model.place("4175") >= 0
    assert model.counts().total() == before


def test_under_the_pointer_it_leaves_when_the_lines_may_move(model):
    before = shown(model)
    model.drop(["4175"], hold=True)
    model.drop(["4175"], hold=True)
    assert shown(model) == before
    assert model.counts().total() == len(before) - 1 == model.state_counts().total()
    assert model.waiting == ()  # it is no news
    model.release()
    assert shown(model) == [o for o in before if o != "4175"]


def test_one_that_was_about_to_leave_and_has_news_stays(model):
    row = model.row("4175")
    model.drop(["4175"], hold=True)
    model.apply([row], hold=True)
    model.release()
    assert "4175" in shown(model)
    assert model.counts().total() == model.rowCount()


def test_what_the_history_found_is_not_taken_out_of_the_search(model):
    model.set_filter(OrderFilter(needles_of("OLD")))
    old = row_of(samples.file_in(OrderState.REFUNDED, 3, order_id="OLD-17"), NOW)
    model.show_found([old])
    model.drop(["OLD-17"])
    assert "OLD-17" in shown(model)
