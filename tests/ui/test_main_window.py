"""Does one window hold everything at every size, by keyboard alone, and by name?"""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QScrollBar, QSplitterHandle, QWidget

from telesales_desktop.adapters.input_checks import InputChecks
from telesales_desktop.application.ports import Draft
from telesales_desktop.application.profile import Role
from telesales_desktop.domain.money import Country
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui import names
from telesales_desktop.ui.formats import Language
from telesales_desktop.ui.main_window import Arrangement
from telesales_desktop.ui.native_keys import native
from telesales_desktop.ui.open_window import build_window
from telesales_desktop.ui.order_filter import Column
from telesales_desktop.ui.order_form import FormPage
from telesales_desktop.ui.palettes import Look
from telesales_desktop.ui.task_runner import TaskRunner
from tests.ui import samples, typist
from tests.ui.fake_desk import FakeDesk
from tests.ui.gallery import ENTERED

USUAL = QSize(1366, 740)


@pytest.fixture
def make_window(qtbot, theme):
    loop = asyncio.new_event_loop()  # runs only while orders are loaded: arranging needs none
    runner = TaskRunner(loop, lambda name, error: None)

    def make(memory_path=None, size=USUAL, profile=None):
        files = [samples.file_in(state, n) for n, state in enumerate(OrderState)]
        presenter = build_window(
            profile or samples.profile(), FakeDesk(files), InputChecks(Country.US, "en_US"),
            runner, theme=theme, language=Language.EN_US,
            memory_path=memory_path, chime=lambda: None,
        )  # fmt: skip
        window = presenter.window
        qtbot.addWidget(window)
        window.resize(size)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        presenter.start()
        while runner.is_running("load") or runner.is_running("drafts"):
            loop.run_until_complete(asyncio.sleep(0))
        presenter.stop()
        window.form.focus_first()
        QApplication.processEvents()
        return window

    yield make
    loop.run_until_complete(runner.close(timeout_s=5))
    loop.close()


@pytest.fixture
def window(make_window):
    return make_window()


@pytest.mark.parametrize("size", [USUAL, QSize(2300, 1100), QSize(960, 510)])
@pytest.mark.parametrize("looks_only", [False, True])
def test_where_one_only_looks_there_is_no_form(make_window, size, looks_only):
    window = make_window(size=size, profile=replace(samples.profile(), looks_only=looks_only))
    assert window.form.isVisible() is not looks_only
    assert window.orders.isVisible()
    window.new_order_requested.emit()
    QApplication.processEvents()
    assert window.form.isVisible() is not looks_only


def fits(window: QWidget, part: QWidget) -> bool:
    place = part.mapTo(window, part.rect().topLeft())
    return (
        place.x() + part.width() <= window.width() and place.y() + part.height() <= window.height()
    )


SIZES = [
    (QSize(2300, 1100), Arrangement.WIDE),
    (QSize(1920, 1000), Arrangement.WIDE),
    (QSize(1366, 700), Arrangement.STACKED),
    (QSize(1024, 680), Arrangement.SHEET),
    (QSize(960, 510), Arrangement.SHEET),  # 1920 x 1080 at 200 %
    (QSize(911, 480), Arrangement.SHEET),  # 1366 x 768 at 150 %
]


@pytest.mark.parametrize(("size", "arrangement"), SIZES)
def test_every_size_has_its_arrangement_and_nothing_is_cut_off(make_window, size, arrangement):
    window = make_window(size=size)
    assert window.arrangement is arrangement
    assert window.size() == size
    for part in (window.header, window.form, window.orders, window.form.review_button,
                 window.header.inbox):  # fmt: skip
        assert fits(window, part), part.objectName()
    fields = window.form.fields
    assert fields.width() <= window.form.scroller.viewport().width()


def test_the_detail_wanders_with_the_size_and_stays_the_same(window):
    window.orders.choose("4175")
    for size, arrangement in SIZES:
        window.resize(size)
        QApplication.processEvents()
        assert window.arrangement is arrangement
        window.open_sheet()
        assert window.detail.isVisible()
        assert window.detail.title.text().startswith("Order 4175")
        assert window.detail.close_button.isVisible() is (arrangement is Arrangement.SHEET)


def test_in_a_narrow_window_the_order_opens_over_the_list_and_escape_closes_it(make_window):
    window = make_window(size=QSize(1024, 680))
    assert not window.sheet.isVisible()
    window.orders.focus_list()
    typist.press(Qt.Key.Key_Return)
    assert window.sheet.isVisible()
    assert fits(window, window.sheet)
    assert window.form.isVisible()  # the form is never lost
    typist.press(Qt.Key.Key_Escape)
    assert not window.sheet.isVisible()
    assert typist.focused() is window.orders.view


def test_a_click_on_a_line_opens_it_too(make_window):
    window = make_window(size=QSize(1024, 680))
    view = window.orders.view
    where = view.visualRect(view.model().index(1, 0)).center()
    from PySide6.QtTest import QTest

    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert window.sheet.isVisible()
    typist.click(window.detail.close_button)
    assert not window.sheet.isVisible()


def test_keys_reach_every_part(window):
    control = Qt.KeyboardModifier.ControlModifier
    typist.press(Qt.Key.Key_K, control)
    assert typist.focused() is window.header.search
    typist.press(Qt.Key.Key_Return)
    assert typist.focused() is window.orders.view
    typist.press(Qt.Key.Key_F6)
    assert typist.focused() is window.detail.timeline
    typist.press(Qt.Key.Key_F6)
    assert typist.focused().objectName() == "field_first_name"
    typist.press(Qt.Key.Key_F6)
    assert typist.focused() is window.orders.view
    typist.press(Qt.Key.Key_F2)
    assert typist.focused().objectName() == "field_first_name"
    typist.press(Qt.Key.Key_I, control)
    assert window.inbox.isVisible()
    typist.press(Qt.Key.Key_Escape)
    assert not window.inbox.isVisible()
    typist.press(Qt.Key.Key_K, control)
    typist.write("benoit")
    typist.press(Qt.Key.Key_Escape)
    assert window.header.search.text() == ""
    assert typist.focused() is window.orders.view


def test_the_list_of_keys_opens_by_a_key_and_gives_the_focus_back(window):
    before = typist.focused()
    typist.press(Qt.Key.Key_F1)
    assert window.keys.isVisible()
    assert typist.focused() is window.keys.scroller
    typist.press(Qt.Key.Key_F1)
    assert not window.keys.isVisible()
    assert typist.focused() is before
    typist.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    typist.click(window.settings.keys_button)
    assert window.keys.isVisible()
    assert not window.settings.isVisible()
    typist.press(Qt.Key.Key_Escape)
    assert not window.keys.isVisible()
    assert typist.focused() is before


def test_the_list_of_keys_names_every_key_that_the_window_knows(window):
    known = {
        shortcut.key().toString(QKeySequence.SequenceFormat.NativeText)
        for shortcut in window.findChildren(QShortcut)
    }
    known.discard(native("Ctrl+Return"))  # the other Enter
    assert window.keys.lines() == []  # no start waits for it
    typist.press(Qt.Key.Key_F1)
    told = [keys for keys, _ in window.keys.lines()]
    assert known <= set(told)
    assert len(told) == len(set(told))
    assert all(text for _, text in window.keys.lines())


def test_selecting_an_order_leaves_the_form_as_it_is(window):
    window.form.show_content(ENTERED)
    window.orders.choose("4175")
    window.orders.choose("4180")
    assert window.form.content() == ENTERED


def reachable(window):
    """Every widget that Tab stops at, in its order."""
    found, widget = [], window.nextInFocusChain()
    while widget is not window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(window):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def test_everything_that_can_have_the_focus_has_a_name_for_people_and_for_programs(window):
    window.orders.choose(str(4170 + list(OrderState).index(OrderState.AUTHORIZED)))
    window.drafts.show_drafts([Draft("1", ENTERED.as_mapping(), samples.NOW)])
    window.toggle_inbox()
    walked = reachable(window)
    assert len(walked) > 30
    for widget in walked:
        if isinstance(widget, QScrollBar | QSplitterHandle):
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        assert told.text(QAccessible.Text.Name), f"{widget!r} has no accessible name"
        assert widget.objectName(), f"{widget!r} has no objectName"


def test_tab_goes_through_the_form_from_top_to_bottom(window):
    order = [w.objectName() for w in reachable(window)]
    wanted = [
        "field_first_name", "field_last_name", "field_phone", "field_email", "field_line1",
        "field_line2", "field_city", "field_region", "field_postal_code", "field_order_id",
        "field_store", "field_entity", "item_0_sku", "item_0_name", "item_0_quantity",
        "item_0_unit_price", "item_0_remove", "addItem", "field_shipping", "field_tax",
        "field_discount", "field_total", "field_note", "readBackAndSend", "parkForm", "clearForm",
    ]  # fmt: skip
    places = [order.index(name) for name in wanted]
    assert places == list(range(places[0], places[0] + len(wanted)))


@pytest.mark.parametrize("size", [USUAL, QSize(1024, 700)])
@pytest.mark.parametrize("role", Role)
def test_tab_goes_from_the_filters_to_the_list_and_from_there_to_the_commands(
    make_window, size, role
):
    window = make_window(size=size, profile=samples.profile(role=role))
    window.orders.choose(str(4170 + list(OrderState).index(OrderState.AUTHORIZED)))
    window.open_sheet()
    order = [w.objectName() for w in reachable(window)]
    first = "scope_mine" if role is Role.SUPERVISOR else "chip_all"
    at = order.index("orderList")
    assert order.index(first) < order.index("stateFilter") == at - 1
    sheet = ["closeDetail"] if window.sheet.isVisibleTo(window) else []
    assert order[at + 1 : at + 2 + len(sheet)] == [*sheet, "command_capture"]
    assert order.index("timeline") > order.index("command_void")


def test_the_names_that_drivers_rely_on_are_there(window):
    window.orders.choose("4175")
    present = {w.objectName() for w in (window, *window.findChildren(QWidget))}
    assert set(names.ALWAYS_THERE) - present == set()


def test_no_two_widgets_share_a_name_that_drivers_rely_on(window):
    for name in names.ALWAYS_THERE:
        found = [w for w in (window, *window.findChildren(QWidget)) if w.objectName() == name]
        assert len(found) == 1, name


def test_sizes_and_columns_are_remembered(make_window, tmp_path: Path):
    memory = tmp_path / "window.ini"
    first = make_window(memory)
    first.resize(1500, 800)
    first.split.setSizes([420, 1070])
    first.right.setSizes([250, 480])
    first.orders.view._choose_column(Column.AGENT, shown=False)
    QApplication.processEvents()
    kept = first.split.sizes(), first.right.sizes()
    first.finish_closing()
    second = make_window(memory, size=QSize(1500, 800))
    assert (second.split.sizes(), second.right.sizes()) == kept
    assert second.orders.view.isColumnHidden(6)


def test_a_damaged_memory_is_forgotten(make_window, tmp_path: Path):
    memory = tmp_path / "window.ini"
    memory.write_bytes(b"[window]\ngeometry=@ByteArray(xx)\nsplit=7\ncolumns=@ByteArray(\\0)\n")
    assert make_window(memory).arrangement is Arrangement.STACKED


def test_closing_waits_for_what_is_in_flight(window, qtbot):
    with qtbot.waitSignal(window.closing):
        window.close()
    assert window.isVisible()
    window.finish_closing()
    assert not window.isVisible()


@pytest.mark.parametrize("look", Look)
def test_every_look_paints(window, theme, look):
    window.orders.choose("4175")
    theme.choose(look)
    picture = window.grab().toImage()
    corner = picture.pixelColor(picture.width() // 2, picture.height() - 6)
    assert corner == theme.palette.colour("window")


def test_escape_leaves_the_read_back_in_the_whole_window_too(window):
    window.form.show_content(ENTERED)
    window.form.review()
    typist.press(Qt.Key.Key_Escape)
    assert window.form.page is FormPage.TYPING
    assert window.form.content() == ENTERED


def test_a_session_that_is_locked_twice_opens_where_the_person_was(window):
    window.form.fields.focus("phone")
    window.lock.show_people(())
    for locked in (True, True, False):
        window.show_locked(locked=locked)
    assert typist.focused().objectName() == "field_phone"
